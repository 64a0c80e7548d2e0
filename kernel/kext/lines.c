/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Line tables; see lines.h.
 */
#include "kernel/kext/lines.h"

#include <string.h>
#include <sys/malloc.h>

#include "kernel/mm/kmem.h"

#define LINES_MAGIC	0x4e4c4b55u
#define LINES_MAX	(4u << 20)

struct lines_head {
	uint32_t	magic, nfiles, nrows, nbytes;
};

struct lines_row {
	uint32_t	off;
	uint16_t	file, line;
};

/* The three parts behind the head. */
static const uint32_t *
lines_files(const struct lines_head *h)
{
	return ((const uint32_t *)(const void *)(h + 1));
}

static const struct lines_row *
lines_rows(const struct lines_head *h)
{
	return ((const struct lines_row *)(const void *)
	    (lines_files(h) + h->nfiles));
}

static const char *
lines_names(const struct lines_head *h)
{
	return ((const char *)(lines_rows(h) + h->nrows));
}

static bool
lines_good(const struct lines_head *h, size_t size)
{
	const struct lines_row *r = lines_rows(h);
	uint32_t i;

	if (h->magic != LINES_MAGIC || h->nfiles == 0 || h->nfiles > size ||
	    h->nrows > size || h->nbytes > size ||
	    sizeof(*h) + 4ul * h->nfiles + sizeof(*r) * (size_t)h->nrows +
	    h->nbytes > size || h->nbytes == 0 ||
	    lines_names(h)[h->nbytes - 1] != '\0')
		return (false);
	for (i = 0; i < h->nfiles; i++)
		if (lines_files(h)[i] >= h->nbytes)
			return (false);
	for (i = 0; i < h->nrows; i++)
		if (r[i].file >= h->nfiles ||
		    (i > 0 && r[i].off < r[i - 1].off))
			return (false);
	return (true);
}

void *
lines_make(const void *data, size_t size)
{
	void *copy;

	if (size < sizeof(struct lines_head) || size > LINES_MAX)
		return (NULL);
	copy = kmalloc(size, M_WAITOK);
	if (copy == NULL)
		return (NULL);
	memcpy(copy, data, size);
	if (lines_good(copy, size))
		return (copy);
	kfree(copy);
	return (NULL);
}

bool
lines_lookup(const void *table, uint32_t off, const char **file,
    unsigned *line)
{
	const struct lines_head *h = table;
	const struct lines_row *r;
	uint32_t lo = 0, hi, mid;

	if (h == NULL)
		return (false);
	r = lines_rows(h);
	hi = h->nrows;
	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (r[mid].off <= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == 0)
		return (false);
	*file = lines_names(h) + lines_files(h)[r[lo - 1].file];
	*line = r[lo - 1].line;
	return (true);
}
