/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/ucred.h>: credentials; the structure is opaque, see <sys/kauth.h>.
 */
#ifndef _SYS_UCRED_H_
#define _SYS_UCRED_H_

#include <sys/param.h>

struct ucred;

#ifndef NOCRED
#define NOCRED			((kauth_cred_t)0)
#define FSCRED			((kauth_cred_t)-1)
#endif

#endif /* _SYS_UCRED_H_ */
