/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is kept of a kext's symbols once it is linked: its exports, for the
 * kexts that depend on it, and its functions, for backtraces.
 *
 * Sorted by offset; a lookup by name walks the exports, which happens at
 * loads only.
 */
#include <libkern/libkern.h>
#include <string.h>

#include "kernel/kext/lines.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"

struct kext_symbol {
	uint32_t	ky_off;		/* from the image's first byte */
	uint32_t	ky_name;	/* in the pool */
	bool		ky_export;
	bool		ky_func;
};

struct kext_symbols {
	unsigned	ks_n;
	char		*ks_pool;
	void		*ks_lines;	/* NULL: not known */
	struct kext_symbol ks_syms[];
};

static bool
symbols_wanted(const struct kext_image *im, const struct elf_sym *sym,
    size_t *off, bool *export)
{
	unsigned type = ELF_ST_TYPE(sym->st_info);
	unsigned vis = ELF_ST_VIS(sym->st_other);

	if (type > STT_FUNC || sym->st_name == 0 ||
	    !image_symoff(im, sym, off))
		return (false);
	*export = ELF_ST_BIND(sym->st_info) != STB_LOCAL &&
	    vis != STV_HIDDEN && vis != STV_INTERNAL &&
	    strcmp(image_symname(im, sym), "kmod_info") != 0;
	return (*export || type == STT_FUNC);
}

/* Insertion sort would do for a few; shell sort does for many. */
static void
symbols_sort(struct kext_symbol *s, unsigned n)
{
	struct kext_symbol t;
	unsigned gap, i, j;

	for (gap = n / 2; gap > 0; gap /= 2)
		for (i = gap; i < n; i++) {
			t = s[i];
			for (j = i; j >= gap && s[j - gap].ky_off > t.ky_off;
			    j -= gap)
				s[j] = s[j - gap];
			s[j] = t;
		}
}

/* The line table of the file, if it has a good one. */
static void *
symbols_lines(const struct kext_image *im)
{
	const struct elf_shdr *sh;
	unsigned i;

	for (i = 1; i < im->im_nsections; i++) {
		sh = &im->im_sections[i].is_hdr;
		if (sh->sh_type == SHT_PROGBITS &&
		    strcmp(image_sectname(im, i), LINES_SECTION) == 0)
			return (lines_make(im->im_file + sh->sh_offset,
			    sh->sh_size));
	}
	return (NULL);
}

struct kext_symbols *
kext_symbols_make(const struct kext_image *im)
{
	size_t pool = 0, off;
	unsigned n = 0, i;
	struct kext_symbols *ks;
	struct kext_symbol *ky;
	bool export;

	for (i = 1; i < im->im_nsyms; i++)
		if (symbols_wanted(im, &im->im_syms[i], &off, &export)) {
			n++;
			pool += strlen(image_symname(im, &im->im_syms[i])) + 1;
		}
	ks = kmalloc(sizeof(*ks) + n * sizeof(ks->ks_syms[0]) + pool,
	    M_WAITOK);
	if (ks == NULL)
		return (NULL);
	ks->ks_n = n;
	ks->ks_lines = symbols_lines(im);
	ks->ks_pool = (char *)&ks->ks_syms[n];
	ky = ks->ks_syms;
	pool = 0;
	for (i = 1; i < im->im_nsyms; i++) {
		if (!symbols_wanted(im, &im->im_syms[i], &off, &export))
			continue;
		ky->ky_off = (uint32_t)off;
		ky->ky_name = (uint32_t)pool;
		ky->ky_export = export;
		ky->ky_func = ELF_ST_TYPE(im->im_syms[i].st_info) == STT_FUNC;
		ky++;
		off = strlen(image_symname(im, &im->im_syms[i])) + 1;
		memcpy(ks->ks_pool + pool,
		    image_symname(im, &im->im_syms[i]), off);
		pool += off;
	}
	symbols_sort(ks->ks_syms, n);
	return (ks);
}

void
kext_symbols_free(struct kext_symbols *ks)
{
	if (ks != NULL)
		kfree(ks->ks_lines);
	kfree(ks);
}

bool
kext_symbols_export(const struct kext *k, const char *name, uintptr_t *value)
{
	const struct kext_symbols *ks = k->k_syms;
	const struct kext_symbol *ky;

	for (ky = ks->ks_syms; ky < &ks->ks_syms[ks->ks_n]; ky++)
		if (ky->ky_export &&
		    strcmp(ks->ks_pool + ky->ky_name, name) == 0) {
			*value = k->k_base + ky->ky_off;
			return (true);
		}
	return (false);
}

bool
kext_symbols_lookup(const struct kext *k, uintptr_t addr, const char **name,
    size_t *off)
{
	const struct kext_symbols *ks = k->k_syms;
	const struct kext_symbol *best = NULL;
	size_t at = addr - k->k_base;
	unsigned i;

	if (ks == NULL || at >= k->k_textsize)
		return (false);
	for (i = 0; i < ks->ks_n && ks->ks_syms[i].ky_off <= at; i++)
		if (ks->ks_syms[i].ky_func)
			best = &ks->ks_syms[i];
	if (best == NULL)
		return (false);
	*name = ks->ks_pool + best->ky_name;
	*off = at - best->ky_off;
	return (true);
}

bool
kext_symbols_line(const struct kext *k, uintptr_t addr, const char **file,
    unsigned *line)
{
	size_t at = addr - k->k_base;

	return (k->k_syms != NULL && at < k->k_textsize &&
	    lines_lookup(k->k_syms->ks_lines, (uint32_t)at, file, line));
}
