/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checking a kext file; see image.h.
 *
 * Sizes and offsets of the file are 64-bit numbers of somebody else's choice:
 * they are compared by subtraction from known bounds, never added first.
 */
#include "kernel/kext/image.h"

#include <libkern/libkern.h>
#include <mach/kmod.h>
#include <string.h>
#include <sys/errno.h>

#include "arch/x86_64/reloc.h"
#include "kernel/kext/image_internal.h"
#include "kernel/mm/kmem.h"

errno_t
image_fail(struct image_msg *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->text, m->size, fmt, ap);
	va_end(ap);
	return (ENOEXEC);
}

/* Whether [off, off + len) lies in [0, size). */
static bool
image_inside(uint64_t off, uint64_t len, uint64_t size)
{
	return (off <= size && len <= size - off);
}

static errno_t
image_check_header(const struct elf_ehdr *eh, size_t size,
    struct image_msg *m)
{
	static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };

	if (size < sizeof(*eh))
		return (image_fail(m, "elf: file of %lu bytes is too short",
		    (u_long)size));
	if (size > IMAGE_FILE_MAX)
		return (image_fail(m, "elf: file of %lu bytes is too large",
		    (u_long)size));
	if (memcmp(eh->e_ident, magic, sizeof(magic)) != 0)
		return (image_fail(m, "elf: not an ELF file"));
	if (eh->e_ident[EI_CLASS] != ELFCLASS64)
		return (image_fail(m, "elf: not a 64-bit file (class %u)",
		    eh->e_ident[EI_CLASS]));
	if (eh->e_ident[EI_DATA] != ELFDATA2LSB)
		return (image_fail(m, "elf: not a little-endian file"));
	if (eh->e_ident[EI_VERSION] != EV_CURRENT ||
	    eh->e_version != EV_CURRENT)
		return (image_fail(m, "elf: unknown version %u",
		    eh->e_version));
	if (eh->e_machine != EM_X86_64)
		return (image_fail(m, "elf: for another machine (%u)",
		    eh->e_machine));
	if (eh->e_type != ET_REL)
		return (image_fail(m, "elf: not a relocatable file (type %u)",
		    eh->e_type));
	if (eh->e_ehsize != sizeof(*eh) ||
	    eh->e_shentsize != sizeof(struct elf_shdr))
		return (image_fail(m, "elf: header sizes %u and %u are wrong",
		    eh->e_ehsize, eh->e_shentsize));
	if (eh->e_shnum < 2 || eh->e_shnum > IMAGE_SECTIONS_MAX)
		return (image_fail(m, "elf: %u sections", eh->e_shnum));
	if (eh->e_shoff % 8 != 0 || !image_inside(eh->e_shoff,
	    (uint64_t)eh->e_shnum * sizeof(struct elf_shdr), size))
		return (image_fail(m, "elf: section table at %llu is outside "
		    "the file or not aligned", eh->e_shoff));
	if (eh->e_shstrndx == 0 || eh->e_shstrndx >= eh->e_shnum)
		return (image_fail(m, "elf: section names in section %u of %u",
		    eh->e_shstrndx, eh->e_shnum));
	return (0);
}

/* A string table: in bounds (checked), not empty, terminated. */
static errno_t
image_check_strings(const struct kext_image *im, uint32_t sec,
    const char **str, size_t *size, struct image_msg *m)
{
	const struct elf_shdr *sh;

	if (sec == 0 || sec >= im->im_nsections)
		return (image_fail(m, "elf: no section %u for strings", sec));
	sh = &im->im_sections[sec].is_hdr;
	if (sh->sh_type != SHT_STRTAB || sh->sh_size == 0)
		return (image_fail(m, "elf: section %u is no string table",
		    sec));
	if (im->im_file[sh->sh_offset + sh->sh_size - 1] != '\0')
		return (image_fail(m, "elf: string table %u is not "
		    "terminated", sec));
	*str = (const char *)im->im_file + sh->sh_offset;
	*size = sh->sh_size;
	return (0);
}

static enum image_segment
image_segment(const struct elf_shdr *sh)
{
	if ((sh->sh_flags & SHF_ALLOC) == 0)
		return (IMAGE_NONE);
	if (sh->sh_flags & SHF_EXECINSTR)
		return (IMAGE_TEXT);
	return (sh->sh_flags & SHF_WRITE ? IMAGE_DATA : IMAGE_RODATA);
}

static errno_t
image_check_alloc(const struct elf_shdr *sh, unsigned i, struct image_msg *m)
{
	uint64_t align = sh->sh_addralign;

	if ((sh->sh_flags & (SHF_WRITE | SHF_EXECINSTR)) ==
	    (SHF_WRITE | SHF_EXECINSTR))
		return (image_fail(m, "elf: section %u is writable and "
		    "executable", i));
	if (sh->sh_flags & SHF_TLS)
		return (image_fail(m, "elf: section %u is thread-local", i));
	if (align > IMAGE_ALIGN_MAX || (align & (align - 1)) != 0)
		return (image_fail(m, "elf: section %u has alignment %llu", i,
		    align));
	if (sh->sh_size > IMAGE_SIZE_MAX)
		return (image_fail(m, "elf: section %u of %llu bytes is too "
		    "large", i, sh->sh_size));
	switch (sh->sh_type) {
	case SHT_PROGBITS:
	case SHT_NOBITS:
	case SHT_NOTE:
	case SHT_INIT_ARRAY:
	case SHT_FINI_ARRAY:
	case SHT_X86_64_UNWIND:
		return (0);
	}
	return (image_fail(m, "elf: mapped section %u has type %#x", i,
	    sh->sh_type));
}

static errno_t
image_check_sections(struct kext_image *im, const struct elf_ehdr *eh,
    struct image_msg *m)
{
	struct image_section *is;
	const struct elf_shdr *sh;
	errno_t error;
	unsigned i;

	for (i = 0; i < im->im_nsections; i++) {
		is = &im->im_sections[i];
		sh = &is->is_hdr;
		memcpy(&is->is_hdr, im->im_file + eh->e_shoff +
		    i * sizeof(*sh), sizeof(*sh));
		is->is_segment = IMAGE_NONE;
		if (i == 0 || sh->sh_type == SHT_NULL)
			continue;
		if (sh->sh_type != SHT_NOBITS && !image_inside(sh->sh_offset,
		    sh->sh_size, im->im_filesize))
			return (image_fail(m, "elf: section %u (%llu bytes at "
			    "%llu) is outside the file", i, sh->sh_size,
			    sh->sh_offset));
		if (sh->sh_flags & SHF_ALLOC) {
			error = image_check_alloc(sh, i, m);
			if (error != 0)
				return (error);
		}
		is->is_segment = image_segment(sh);
	}
	error = image_check_strings(im, eh->e_shstrndx, &im->im_shstr,
	    &im->im_shstrsize, m);
	if (error != 0)
		return (error);
	for (i = 1; i < im->im_nsections; i++)
		if (im->im_sections[i].is_hdr.sh_name >= im->im_shstrsize)
			return (image_fail(m, "elf: section %u has its name "
			    "outside the table", i));
	return (0);
}

/* Finds the one symbol table and its strings. */
static errno_t
image_check_symtab(struct kext_image *im, struct image_msg *m)
{
	const struct elf_shdr *sh = NULL;
	unsigned i;

	for (i = 1; i < im->im_nsections; i++) {
		if (im->im_sections[i].is_hdr.sh_type == SHT_SYMTAB_SHNDX)
			return (image_fail(m, "elf: too many sections for the "
			    "symbol table"));
		if (im->im_sections[i].is_hdr.sh_type != SHT_SYMTAB)
			continue;
		if (sh != NULL)
			return (image_fail(m, "elf: two symbol tables"));
		sh = &im->im_sections[i].is_hdr;
		im->im_symsec = i;
	}
	if (sh == NULL)
		return (image_fail(m, "elf: no symbol table"));
	if (sh->sh_entsize != sizeof(struct elf_sym) ||
	    sh->sh_size % sizeof(struct elf_sym) != 0 || sh->sh_size == 0 ||
	    sh->sh_offset % 8 != 0)
		return (image_fail(m, "elf: symbol table of %llu bytes in "
		    "entries of %llu", sh->sh_size, sh->sh_entsize));
	im->im_syms = (const void *)(im->im_file + sh->sh_offset);
	im->im_nsyms = (uint32_t)(sh->sh_size / sizeof(struct elf_sym));
	return (image_check_strings(im, sh->sh_link, &im->im_str,
	    &im->im_strsize, m));
}

static errno_t
image_check_symbol(const struct kext_image *im, uint32_t n,
    struct image_msg *m)
{
	const struct elf_sym *sym = &im->im_syms[n];
	unsigned bind = ELF_ST_BIND(sym->st_info);
	unsigned type = ELF_ST_TYPE(sym->st_info);
	const struct elf_shdr *sh;
	const char *name;

	if (sym->st_name >= im->im_strsize)
		return (image_fail(m, "elf: symbol %u has its name outside "
		    "the table", n));
	name = image_symname(im, sym);
	if (bind > STB_WEAK && bind != 10)
		return (image_fail(m, "elf: symbol '%.64s' has binding %u",
		    name, bind));
	if (type > STT_FILE)
		return (image_fail(m, "elf: symbol '%.64s' has type %u", name,
		    type));
	if (sym->st_shndx == SHN_ABS)
		return (0);
	if (sym->st_shndx == SHN_UNDEF) {
		if (*name == '\0' && n != 0)
			return (image_fail(m, "elf: undefined symbol %u has "
			    "no name", n));
		if (bind == STB_LOCAL && n != 0)
			return (image_fail(m, "elf: symbol '%.64s' is local "
			    "and undefined", name));
		return (0);
	}
	if (sym->st_shndx == SHN_COMMON)
		return (image_fail(m, "elf: symbol '%.64s' is a common block",
		    name));
	if (sym->st_shndx >= im->im_nsections)
		return (image_fail(m, "elf: symbol '%.64s' is in section %u "
		    "of %u", name, sym->st_shndx, im->im_nsections));
	sh = &im->im_sections[sym->st_shndx].is_hdr;
	if ((sh->sh_flags & SHF_ALLOC) && !image_inside(sym->st_value,
	    sym->st_size, sh->sh_size))
		return (image_fail(m, "elf: symbol '%.64s' is outside its "
		    "section", name));
	return (0);
}

/* The slot of the symbol in the table of addresses, made when needed. */
static errno_t
image_want_got(struct kext_image *im, uint32_t sym, struct image_msg *m)
{
	if (im->im_got == NULL) {
		im->im_got = kmalloc(im->im_nsyms * sizeof(*im->im_got),
		    M_WAITOK | M_ZERO);
		if (im->im_got == NULL) {
			image_fail(m, "no memory");
			return (ENOMEM);
		}
		im->im_ngot = 1;
	}
	if (im->im_got[sym] == 0)
		im->im_got[sym] = im->im_ngot++;
	return (0);
}

static errno_t
image_check_reloc(struct kext_image *im, const struct elf_rela *r,
    unsigned target, struct image_msg *m)
{
	const struct elf_shdr *to = &im->im_sections[target].is_hdr;
	uint32_t type = ELF_R_TYPE(r->r_info), n = ELF_R_SYM(r->r_info);
	const struct elf_sym *sym;
	size_t size = reloc_size(type);

	if (type == 0)			/* R_X86_64_NONE */
		return (0);
	if (size == 0)
		return (image_fail(m, "elf: relocation type %u in '%.32s' is "
		    "not known", type, image_sectname(im, target)));
	if (!image_inside(r->r_offset, size, to->sh_size))
		return (image_fail(m, "elf: relocation at %llu is outside "
		    "section '%.32s'", r->r_offset,
		    image_sectname(im, target)));
	if (n >= im->im_nsyms)
		return (image_fail(m, "elf: relocation in '%.32s' names "
		    "symbol %u of %u", image_sectname(im, target), n,
		    im->im_nsyms));
	sym = &im->im_syms[n];
	if (sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS &&
	    im->im_sections[sym->st_shndx].is_segment == IMAGE_NONE)
		return (image_fail(m, "elf: relocation in '%.32s' against "
		    "'%.64s', which is not mapped",
		    image_sectname(im, target), image_symname(im, sym)));
	if (reloc_needs_got(type))
		return (image_want_got(im, n, m));
	return (0);
}

static errno_t
image_check_relocs(struct kext_image *im, unsigned sec, struct image_msg *m)
{
	const struct elf_shdr *sh = &im->im_sections[sec].is_hdr;
	const struct elf_rela *r;
	errno_t error;
	uint64_t i, n;

	if (sh->sh_info == 0 || sh->sh_info >= im->im_nsections)
		return (image_fail(m, "elf: relocations %u for section %u of "
		    "%u", sec, sh->sh_info, im->im_nsections));
	if (im->im_sections[sh->sh_info].is_segment == IMAGE_NONE)
		return (0);
	if (sh->sh_type == SHT_REL)
		return (image_fail(m, "elf: relocations %u have no addends",
		    sec));
	if (im->im_sections[sh->sh_info].is_hdr.sh_type == SHT_NOBITS)
		return (image_fail(m, "elf: relocations %u for a section "
		    "without contents", sec));
	if (sh->sh_link != im->im_symsec)
		return (image_fail(m, "elf: relocations %u use symbol table "
		    "%u", sec, sh->sh_link));
	if (sh->sh_entsize != sizeof(*r) || sh->sh_size % sizeof(*r) != 0 ||
	    sh->sh_offset % 8 != 0)
		return (image_fail(m, "elf: relocations %u of %llu bytes in "
		    "entries of %llu", sec, sh->sh_size, sh->sh_entsize));
	r = (const void *)(im->im_file + sh->sh_offset);
	n = sh->sh_size / sizeof(*r);
	for (i = 0; i < n; i++) {
		error = image_check_reloc(im, &r[i], sh->sh_info, m);
		if (error != 0)
			return (error);
	}
	return (0);
}

/* Finds and reads the bundle, and the entry that goes with its kind. */
static errno_t
image_check_bundle(struct kext_image *im, struct image_msg *m)
{
	const struct elf_shdr *sh, *found = NULL;
	const struct elf_sym *sym;
	const char *entry;
	unsigned i;

	for (i = 1; i < im->im_nsections; i++) {
		sh = &im->im_sections[i].is_hdr;
		if (strcmp(image_sectname(im, i), BUNDLE_SECTION) != 0)
			continue;
		if (found != NULL)
			return (image_fail(m, "bundle: two of them"));
		if (sh->sh_type != SHT_PROGBITS)
			return (image_fail(m, "bundle: section type %#x",
			    sh->sh_type));
		found = sh;
	}
	if (found == NULL)
		return (image_fail(m, "bundle: the file has none: not built "
		    "by kextbuild"));
	if (bundle_parse((const char *)im->im_file + found->sh_offset,
	    found->sh_size, &im->im_bundle, m->text, m->size) != 0)
		return (ENOEXEC);
	entry = im->im_bundle.b_program ? "main" : "kmod_info";
	sym = image_find(im, entry);
	if (sym == NULL || sym->st_shndx == SHN_ABS)
		return (image_fail(m, "elf: no symbol '%s'", entry));
	i = im->im_sections[sym->st_shndx].is_segment;
	if (im->im_bundle.b_program ? i != IMAGE_TEXT : (i != IMAGE_DATA ||
	    sym->st_size < sizeof(kmod_info_t)))
		return (image_fail(m, "elf: '%s' is in the wrong section or "
		    "too small", entry));
	im->im_entry = (uint32_t)(sym - im->im_syms);
	return (0);
}

/* Places the mapped sections, segment by segment. */
static errno_t
image_layout(struct kext_image *im, struct image_msg *m)
{
	struct image_section *is;
	uint64_t off = 0, align;
	unsigned seg, i;

	for (seg = 0; seg < IMAGE_SEGMENTS; seg++) {
		im->im_segoff[seg] = off;
		for (i = 1; i < im->im_nsections; i++) {
			is = &im->im_sections[i];
			if (is->is_segment != seg)
				continue;
			align = is->is_hdr.sh_addralign;
			if (align > 1)
				off = (off + align - 1) & ~(align - 1);
			is->is_offset = off;
			off += is->is_hdr.sh_size;
			if (off > IMAGE_SIZE_MAX)
				return (image_fail(m, "elf: the image is "
				    "larger than %u bytes", IMAGE_SIZE_MAX));
		}
		if (seg == IMAGE_RODATA && im->im_ngot > 0) {
			off = (off + 7) & ~7ull;
			im->im_gotoff = off;
			off += (uint64_t)im->im_ngot * 8;
		}
		off = (off + IMAGE_PAGE - 1) & ~(uint64_t)(IMAGE_PAGE - 1);
		im->im_segsize[seg] = off - im->im_segoff[seg];
	}
	if (off > IMAGE_SIZE_MAX)
		return (image_fail(m, "elf: the image is larger than %u bytes",
		    IMAGE_SIZE_MAX));
	im->im_size = off;
	return (0);
}

static errno_t
image_check_all(struct kext_image *im, struct image_msg *m)
{
	const struct elf_ehdr *eh = (const void *)im->im_file;
	uint32_t n, type;
	errno_t error;
	unsigned i;

	error = image_check_sections(im, eh, m);
	if (error == 0)
		error = image_check_symtab(im, m);
	for (n = 0; error == 0 && n < im->im_nsyms; n++)
		error = image_check_symbol(im, n, m);
	for (i = 1; error == 0 && i < im->im_nsections; i++) {
		type = im->im_sections[i].is_hdr.sh_type;
		if (type == SHT_RELA || type == SHT_REL)
			error = image_check_relocs(im, i, m);
	}
	if (error == 0)
		error = image_check_bundle(im, m);
	if (error == 0)
		error = image_layout(im, m);
	return (error);
}

errno_t
image_check(struct kext_image *im, const void *file, size_t size, char *msg,
    size_t msgsize)
{
	struct image_msg m = { .text = msg, .size = msgsize };
	const struct elf_ehdr *eh = file;
	errno_t error;

	memset(im, 0, sizeof(*im));
	error = image_check_header(eh, size, &m);
	if (error != 0)
		return (error);
	im->im_file = file;
	im->im_filesize = size;
	im->im_nsections = eh->e_shnum;
	im->im_sections = kmalloc(eh->e_shnum * sizeof(*im->im_sections),
	    M_WAITOK | M_ZERO);
	if (im->im_sections == NULL) {
		image_fail(&m, "no memory");
		return (ENOMEM);
	}
	error = image_check_all(im, &m);
	if (error != 0)
		image_free(im);
	return (error);
}

void
image_free(struct kext_image *im)
{
	kfree(im->im_sections);
	kfree(im->im_got);
	im->im_sections = NULL;
	im->im_got = NULL;
}
