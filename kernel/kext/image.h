/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image: a kext file, from bytes to something that can be mapped.
 *
 * Three steps, in this order, none of which touches the running system:
 *
 *   image_check    reads the file and refuses everything it does not
 *                  understand: header, sections, strings, symbols,
 *                  relocations, protections, the bundle.  After it every
 *                  offset in the file is known to be in bounds.
 *   image_layout   places the sections: text, constants, data, each on pages
 *                  of its own.  (Part of image_check.)
 *   image_link     fills a buffer with the contents for a given run-time
 *                  address and relocates it, asking a resolver for what the
 *                  file does not define.
 *
 * The file's bytes must stay until image_link is over, and be 8-byte aligned.
 * Portable: the host tests run exactly this code over good and broken files.
 *
 * Every refusal is one line in a message buffer, without a newline.
 */
#ifndef KERNEL_KEXT_IMAGE_H
#define KERNEL_KEXT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/kext/bundle.h"
#include "kernel/kext/elf.h"

#define IMAGE_MSG_MAX		256
#define IMAGE_FILE_MAX		(64u << 20)
#define IMAGE_SIZE_MAX		(64u << 20)
#define IMAGE_SECTIONS_MAX	4096u
#define IMAGE_ALIGN_MAX		4096u
#define IMAGE_PAGE		4096u

enum image_segment {
	IMAGE_TEXT,		/* read, execute */
	IMAGE_RODATA,		/* read */
	IMAGE_DATA,		/* read, write */
	IMAGE_SEGMENTS,
	IMAGE_NONE = IMAGE_SEGMENTS	/* not mapped */
};

struct image_section {
	struct elf_shdr	is_hdr;
	enum image_segment is_segment;
	size_t		is_offset;	/* from the image's first byte */
};

struct kext_image {
	const uint8_t	*im_file;
	size_t		im_filesize;
	struct image_section *im_sections;
	unsigned	im_nsections;
	const char	*im_shstr;	/* section names */
	size_t		im_shstrsize;
	const struct elf_sym *im_syms;
	uint32_t	im_nsyms;
	uint32_t	im_symsec;
	const char	*im_str;	/* symbol names */
	size_t		im_strsize;
	uint32_t	*im_got;	/* slot of each symbol, 0: none */
	uint32_t	im_ngot;	/* slots, the first is not used */
	size_t		im_gotoff;
	size_t		im_size;	/* all of it, whole pages */
	size_t		im_segoff[IMAGE_SEGMENTS];
	size_t		im_segsize[IMAGE_SEGMENTS]; /* whole pages, may be 0 */
	uint32_t	im_entry;	/* symbol kmod_info, or main */
	struct bundle	im_bundle;
};

/*
 * Finds a symbol the image does not define.
 * Returns:   true and the address in *value
 */
typedef bool (*image_resolver)(void *arg, const char *name, uintptr_t *value);

/*
 * Checks a file and lays it out.
 * Returns:   0; ENOEXEC for a bad file, ENOMEM; with the reason in msg.
 *            image_free is needed after success only
 * Ownership: borrows file
 */
errno_t image_check(struct kext_image *im, const void *file, size_t size,
    char *msg, size_t msgsize);
void image_free(struct kext_image *im);

/*
 * Writes the image for the run-time address base into buf (im_size bytes,
 * zeroed) and relocates it.
 * Returns:   0; ENOENT for undefined symbols, ENOEXEC for a relocation that
 *            does not fit; with the reason in msg
 */
errno_t image_link(const struct kext_image *im, uintptr_t base, void *buf,
    image_resolver resolve, void *arg, char *msg, size_t msgsize);

/* Calls fn for each undefined symbol; weak ones are marked. */
void image_undefined(const struct kext_image *im,
    void (*fn)(void *arg, const char *name, bool weak), void *arg);

const char *image_symname(const struct kext_image *im,
    const struct elf_sym *sym);
const char *image_sectname(const struct kext_image *im, unsigned i);

/* Offset of a defined symbol from the image's first byte; false: absolute
 * or not mapped. */
bool image_symoff(const struct kext_image *im, const struct elf_sym *sym,
    size_t *off);

/* Finds a defined symbol by name; NULL if there is none. */
const struct elf_sym *image_find(const struct kext_image *im,
    const char *name);

#endif
