/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The world of the heap test: see kmem.c.
 */
#ifndef TEST_UNIT_HEAP_KMEM_H
#define TEST_UNIT_HEAP_KMEM_H

#include <stdbool.h>
#include <stddef.h>

struct heap_world {
	bool		 fail;		/* no memory */
	long		 blocks;	/* of the kernel's heap, in use */
	void		*owner;		/* who is charged */
	long		 allocs, bytes;	/* charged */
	int		 panics;
};
extern struct heap_world world;
extern void *panic_jump[5];

/* Whether the statement panics. */
#define PANICS(statement) __extension__ ({				\
	int panics_before = world.panics;				\
	if (__builtin_setjmp(panic_jump) == 0) {			\
		statement;						\
	}								\
	world.panics != panics_before;					\
})

#endif /* TEST_UNIT_HEAP_KMEM_H */
