/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking authorisation listeners, inside the kernel.
 *
 * A scope without listeners costs one load.  Listeners are called with no
 * lock held, in the acting process's context, and may block.
 */
#ifndef KERNEL_PROC_KAUTH_H
#define KERNEL_PROC_KAUTH_H

#include <sys/kauth.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

enum kauth_scope_id {
	KSCOPE_GENERIC,
	KSCOPE_PROCESS,
	KSCOPE_FILEOP,
	KSCOPE_VNODE,
	KSCOPE_COUNT
};

/* True when somebody listens. */
bool kauth_listened(enum kauth_scope_id scope);

/*
 * Any DENY refuses; else any ALLOW allows; all DEFER gives dflt.
 *
 * Returns:   0 or EPERM; FILEOP listeners only watch: always 0
 * Locks:     none held
 */
errno_t kauth_ask(enum kauth_scope_id scope, kauth_cred_t cred, int action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3, errno_t dflt);

#endif /* KERNEL_PROC_KAUTH_H */
