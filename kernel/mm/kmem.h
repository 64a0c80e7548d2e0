/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel heap: object caches (slabs) and kmalloc() on top of them.
 *
 * flags are those of <sys/malloc.h>: M_WAITOK, M_NOWAIT, M_ZERO.  Both may
 * return NULL; M_WAITOK first takes idle slabs back.  Memory is physically
 * contiguous, objects of 4096 * 2^n bytes and more are page aligned, all
 * others 16-byte aligned at least.
 *
 * Debug builds fill freed objects with a pattern that is checked when they
 * are handed out again, keep a red zone behind each object, and catch a
 * second free.
 */
#ifndef KERNEL_MM_KMEM_H
#define KERNEL_MM_KMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/malloc.h>

struct kmem_cache;

void *kmalloc(size_t size, int flags);
/*
 * NULL is allowed.  The symbol `kfree' belongs to the sized call of
 * <kern/kalloc.h>, hence another one for the kernel's own.
 */
#ifdef UNIT_TEST
void kfree(void *p);
#else
void kfree(void *p) __asm__("kmem_kfree");
#endif
size_t kmalloc_size(const void *p);	/* usable bytes at p */

/* kmem_cache_create() flags */
#define KMEM_NOREDZONE	0x1u		/* exact stride, for page-like use */
#define KMEM_BURST	0x2u		/* taken and given back by the hundred */

/*
 * name is not copied.  align 0 means 16.
 * Returns: the cache; NULL when out of memory.
 */
struct kmem_cache *kmem_cache_create(const char *name, size_t size,
    size_t align, unsigned flags);
void *kmem_cache_alloc(struct kmem_cache *c, int flags);
void kmem_cache_free(struct kmem_cache *c, void *p);

/* The cache must be empty: it panics, naming the cache, when it is not. */
void kmem_cache_destroy(struct kmem_cache *c);

struct kmem_stats {
	const char	*name;
	size_t		 size;		/* object size asked for */
	size_t		 stride;	/* bytes an object takes */
	size_t		 inuse;		/* objects handed out */
	size_t		 peak;
	size_t		 pages;		/* frames held */
	uint64_t	 allocs, frees, fails;
};

/* Calls fn for each cache; fn must not allocate from a new cache. */
void kmem_walk(void (*fn)(const struct kmem_stats *, void *), void *arg);

/* Figures of one cache. */
void kmem_cache_stats(struct kmem_cache *c, struct kmem_stats *out);

/* Pages and bytes in large kmalloc() blocks. */
void kmem_large_stats(size_t *blocks, size_t *pages);

/* Gives idle slabs back; returns the frames freed. */
size_t kmem_reap(void);

/*
 * Allocation failure on purpose, for tests: every nth allocation that says
 * M_NOWAIT (and, with waitok, every other too) fails.  0 turns it off.
 */
void kmem_fail_every(unsigned nth, bool waitok);

void kmem_init(void);

#endif
