/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/socketvar.h>: kept for sources that include it; struct socket is
 * opaque.
 */
#ifndef _SYS_SOCKETVAR_H_
#define _SYS_SOCKETVAR_H_

#include <sys/types.h>

struct socket;

#endif /* _SYS_SOCKETVAR_H_ */
