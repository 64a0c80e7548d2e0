/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's lock of a process whose program may have faulted with it.
 */
#ifndef KERNEL_PROGRAM_ULIB_LOCK_H
#define KERNEL_PROGRAM_ULIB_LOCK_H

#include <stdbool.h>

struct proc;

/* Whether the calling thread, which is p's, holds it. */
bool ulib_lock_owned(const struct proc *p);

/* Lets go of it if so. */
void ulib_lock_drop(struct proc *p);

#endif /* KERNEL_PROGRAM_ULIB_LOCK_H */
