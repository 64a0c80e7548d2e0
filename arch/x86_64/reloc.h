/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF relocation types of x86-64, as they occur in relocatable kexts.
 */
#ifndef ARCH_X86_64_RELOC_H
#define ARCH_X86_64_RELOC_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One relocation, already resolved by the loader. */
struct reloc {
	uint32_t	 type;		/* R_X86_64_* */
	uint64_t	 place;		/* run-time address of the field (P) */
	uint64_t	 symbol;	/* value of the symbol (S) */
	int64_t		 addend;	/* A */
	uint64_t	 got;		/* run-time address of the symbol's GOT
					 * slot, 0 when there is none (G) */
};

/* Bytes the type changes, 0 for an unknown type. */
size_t reloc_size(uint32_t type);

/* Whether the type needs a GOT slot that holds the symbol's value. */
int reloc_needs_got(uint32_t type);

/* Name for messages ("R_X86_64_PC32"), never NULL. */
const char *reloc_name(uint32_t type);

/*
 * Writes the relocated value at where, the writable bytes of r->place of
 * which avail remain in the section.
 *
 * Returns: 0; ENOTSUP for an unknown type; ERANGE when the value does not
 *          fit; EFAULT when the field is outside the section; EINVAL when a
 *          GOT slot is needed and missing.  Nothing is written on error.
 */
errno_t reloc_apply(void *where, size_t avail, const struct reloc *r);

#endif
