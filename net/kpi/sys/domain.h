/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/domain.h>: kept for sources that include it; the domains are internal.
 */
#ifndef _SYS_DOMAIN_H_
#define _SYS_DOMAIN_H_

#include <sys/cdefs.h>

#endif /* _SYS_DOMAIN_H_ */
