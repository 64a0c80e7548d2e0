/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hashinit(): a table of empty list heads, as BSD sources hash.
 */
#include <sys/malloc.h>
#include <sys/queue.h>
#include <sys/systm.h>

LIST_HEAD(hash_head, hash_elem);

void *
hashinit(int count, int type, u_long *hashmask)
{
	struct hash_head *table;
	u_long size = 1;

	if (count <= 0)
		return (NULL);
	while (size * 2 <= (u_long)count)
		size *= 2;
	/* An empty list's head is a null pointer. */
	table = _MALLOC(size * sizeof(*table), type, M_WAITOK | M_ZERO);
	if (table != NULL)
		*hashmask = size - 1;
	return (table);
}
