/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/protosw.h>: kept for sources that include it; the protocol switch is
 * internal.
 */
#ifndef _SYS_PROTOSW_H_
#define _SYS_PROTOSW_H_

#include <sys/cdefs.h>

#endif /* _SYS_PROTOSW_H_ */
