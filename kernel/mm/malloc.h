/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures of the KPI allocators, for listings and tests.
 */
#ifndef KERNEL_MM_MALLOC_H
#define KERNEL_MM_MALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct malloc_stats {
	size_t		count, bytes;	/* now */
	size_t		peak;		/* bytes */
	uint64_t	total;		/* allocations ever */
};

/* Figures of a _MALLOC type; false when there is no such type. */
bool malloc_type_stats(int type, struct malloc_stats *out);

/* Its name, NULL for one without. */
const char *malloc_type_name(int type);

/* Each OSMalloc tag. */
void malloc_tag_walk(void (*fn)(const char *name, size_t count, size_t bytes,
    void *arg), void *arg);

#endif
