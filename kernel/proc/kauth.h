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

#define KAUTH_NAME_MAX	64		/* with NUL */

/* The number of a scope of the kernel; KSCOPE_COUNT for another name. */
int kauth_scope_id(const char *name);

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

/* Asks those who listen to a kext's scope: KAUTH_RESULT_.  As kauth_ask(). */
int kauth_ask_named(const char *name, kauth_cred_t cred, int action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3);

#endif /* KERNEL_PROC_KAUTH_H */
