/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KASSERT(cond, ("fmt", args)) checks an invariant in debug builds;
 * VERIFY(cond) checks always, where going on would corrupt memory.
 */
#ifndef KERNEL_KASSERT_H
#define KERNEL_KASSERT_H

#include <kern/debug.h>

/* The KPI's prototype does not say so. */
void panic(const char *string, ...) __attribute__((noreturn));

#undef KASSERT			/* <sys/systm.h> has an empty one */
#ifdef INVARIANTS
#define KASSERT(cond, msg)						\
	do {								\
		if (__builtin_expect(!(cond), 0))			\
			panic msg;					\
	} while (0)
#else
#define KASSERT(cond, msg)	do { (void)sizeof(!(cond)); } while (0)
#endif

#define VERIFY(cond)							\
	do {								\
		if (__builtin_expect(!(cond), 0))			\
			panic("%s:%d: failed: %s", __FILE__, __LINE__,	\
			    #cond);					\
	} while (0)

#endif
