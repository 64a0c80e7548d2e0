/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linking a checked image to its place; see image.h.
 *
 * Everything here may rely on image_check: offsets and indexes are in bounds.
 * What is left to go wrong is a symbol nobody defines and a value that does
 * not fit its field.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "arch/x86_64/reloc.h"
#include "kernel/kext/image_internal.h"
#include "kernel/mm/kmem.h"

/* One link in progress. */
struct image_linker {
	const struct kext_image *im;
	uintptr_t	base;
	uint8_t		*buf;
	uintptr_t	*values;	/* of each symbol */
};

const char *
image_symname(const struct kext_image *im, const struct elf_sym *sym)
{
	return (im->im_str + sym->st_name);
}

const char *
image_sectname(const struct kext_image *im, unsigned i)
{
	return (im->im_shstr + im->im_sections[i].is_hdr.sh_name);
}

bool
image_symoff(const struct kext_image *im, const struct elf_sym *sym,
    size_t *off)
{
	const struct image_section *is;

	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx >= im->im_nsections)
		return (false);
	is = &im->im_sections[sym->st_shndx];
	if (is->is_segment == IMAGE_NONE)
		return (false);
	*off = is->is_offset + sym->st_value;
	return (true);
}

const struct elf_sym *
image_find(const struct kext_image *im, const char *name)
{
	const struct elf_sym *sym;
	uint32_t i;

	for (i = 1; i < im->im_nsyms; i++) {
		sym = &im->im_syms[i];
		if (sym->st_shndx != SHN_UNDEF &&
		    ELF_ST_TYPE(sym->st_info) != STT_FILE &&
		    ELF_ST_TYPE(sym->st_info) != STT_SECTION &&
		    strcmp(image_symname(im, sym), name) == 0)
			return (sym);
	}
	return (NULL);
}

void
image_undefined(const struct kext_image *im,
    void (*fn)(void *, const char *, bool), void *arg)
{
	const struct elf_sym *sym;
	uint32_t i;

	for (i = 1; i < im->im_nsyms; i++) {
		sym = &im->im_syms[i];
		if (sym->st_shndx == SHN_UNDEF)
			fn(arg, image_symname(im, sym),
			    ELF_ST_BIND(sym->st_info) == STB_WEAK);
	}
}

static void
image_copy(const struct image_linker *l)
{
	const struct image_section *is;
	unsigned i;

	for (i = 1; i < l->im->im_nsections; i++) {
		is = &l->im->im_sections[i];
		if (is->is_segment != IMAGE_NONE &&
		    is->is_hdr.sh_type != SHT_NOBITS)
			memcpy(l->buf + is->is_offset, l->im->im_file +
			    is->is_hdr.sh_offset, is->is_hdr.sh_size);
	}
}

/* Gives every symbol its value, and names what is missing. */
static errno_t
image_resolve(struct image_linker *l, image_resolver resolve, void *arg,
    struct image_msg *m)
{
	const struct kext_image *im = l->im;
	const struct elf_sym *sym;
	const char *first = NULL;
	unsigned missing = 0;
	size_t off;
	uint32_t i;

	for (i = 1; i < im->im_nsyms; i++) {
		sym = &im->im_syms[i];
		if (sym->st_shndx == SHN_ABS) {
			l->values[i] = sym->st_value;
		} else if (sym->st_shndx != SHN_UNDEF) {
			if (image_symoff(im, sym, &off))
				l->values[i] = l->base + off;
		} else if (!resolve(arg, image_symname(im, sym),
		    &l->values[i])) {
			l->values[i] = 0;
			if (ELF_ST_BIND(sym->st_info) == STB_WEAK)
				continue;
			if (missing++ == 0)
				first = image_symname(im, sym);
		}
	}
	if (missing == 0)
		return (0);
	if (missing == 1)
		image_fail(m, "link: undefined symbol '%.128s'", first);
	else
		image_fail(m, "link: undefined symbol '%.128s' and %u more",
		    first, missing - 1);
	return (ENOENT);
}

static void
image_fill_got(const struct image_linker *l)
{
	uint32_t i;

	for (i = 0; l->im->im_got != NULL && i < l->im->im_nsyms; i++)
		if (l->im->im_got[i] != 0)
			memcpy(l->buf + l->im->im_gotoff +
			    8u * l->im->im_got[i], &l->values[i], 8);
}

static errno_t
image_relocate(const struct image_linker *l, unsigned sec, struct image_msg *m)
{
	const struct kext_image *im = l->im;
	const struct elf_shdr *sh = &im->im_sections[sec].is_hdr;
	const struct image_section *to = &im->im_sections[sh->sh_info];
	const struct elf_rela *ra = (const void *)(im->im_file +
	    sh->sh_offset);
	uint64_t i, n = sh->sh_size / sizeof(*ra);
	struct reloc r;
	errno_t error;
	uint32_t sym;

	for (i = 0; i < n; i++) {
		sym = ELF_R_SYM(ra[i].r_info);
		r.type = ELF_R_TYPE(ra[i].r_info);
		if (r.type == 0)
			continue;
		r.place = l->base + to->is_offset + ra[i].r_offset;
		r.symbol = l->values[sym];
		r.addend = ra[i].r_addend;
		r.got = 0;
		if (im->im_got != NULL && im->im_got[sym] != 0)
			r.got = l->base + im->im_gotoff +
			    8u * im->im_got[sym];
		error = reloc_apply(l->buf + to->is_offset + ra[i].r_offset,
		    to->is_hdr.sh_size - ra[i].r_offset, &r);
		if (error != 0)
			return (image_fail(m, "link: %s at '%.32s'+%#llx to "
			    "'%.64s' %s", reloc_name(r.type),
			    image_sectname(im, sh->sh_info), ra[i].r_offset,
			    image_symname(im, &im->im_syms[sym]),
			    error == ERANGE ? "is out of range" :
			    "can not be applied"));
	}
	return (0);
}

errno_t
image_link(const struct kext_image *im, uintptr_t base, void *buf,
    image_resolver resolve, void *arg, char *msg, size_t msgsize)
{
	struct image_msg m = { .text = msg, .size = msgsize };
	struct image_linker l = { .im = im, .base = base, .buf = buf };
	const struct elf_shdr *sh;
	errno_t error;
	unsigned i;

	l.values = kmalloc(im->im_nsyms * sizeof(*l.values),
	    M_WAITOK | M_ZERO);
	if (l.values == NULL) {
		image_fail(&m, "no memory");
		return (ENOMEM);
	}
	image_copy(&l);
	error = image_resolve(&l, resolve, arg, &m);
	if (error != 0)
		goto out;
	image_fill_got(&l);
	for (i = 1; error == 0 && i < im->im_nsections; i++) {
		sh = &im->im_sections[i].is_hdr;
		if (sh->sh_type == SHT_RELA &&
		    im->im_sections[sh->sh_info].is_segment != IMAGE_NONE)
			error = image_relocate(&l, i, &m);
	}
out:
	kfree(l.values);
	return (error);
}
