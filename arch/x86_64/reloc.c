/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Relocation types of x86-64 (psABI 1.0, table 4.9), the static ones that a
 * relocatable object holds.  Thread-local and dynamic types are unknown here:
 * a kext that needs them is refused.
 *
 * Portable: the values come in as numbers, so it runs on the host as well.
 */
#include "arch/x86_64/reloc.h"

#include <stdbool.h>
#include <string.h>
#include <sys/errno.h>

enum range {
	RANGE_ANY,		/* 64 bits, or no check */
	RANGE_SIGNED,
	RANGE_UNSIGNED,
	RANGE_EITHER,		/* fits as signed or unsigned (8, 16) */
};

struct reloc_type {
	const char	*name;
	uint8_t		 size;
	enum range	 range;
	bool		 pcrel;
	bool		 got;
};

static const struct reloc_type types[] = {
	[0]  = { "R_X86_64_NONE", 0, RANGE_ANY, false, false },
	[1]  = { "R_X86_64_64", 8, RANGE_ANY, false, false },
	[2]  = { "R_X86_64_PC32", 4, RANGE_SIGNED, true, false },
	[4]  = { "R_X86_64_PLT32", 4, RANGE_SIGNED, true, false },
	[9]  = { "R_X86_64_GOTPCREL", 4, RANGE_SIGNED, true, true },
	[10] = { "R_X86_64_32", 4, RANGE_UNSIGNED, false, false },
	[11] = { "R_X86_64_32S", 4, RANGE_SIGNED, false, false },
	[12] = { "R_X86_64_16", 2, RANGE_EITHER, false, false },
	[13] = { "R_X86_64_PC16", 2, RANGE_SIGNED, true, false },
	[14] = { "R_X86_64_8", 1, RANGE_EITHER, false, false },
	[15] = { "R_X86_64_PC8", 1, RANGE_SIGNED, true, false },
	[24] = { "R_X86_64_PC64", 8, RANGE_ANY, true, false },
	[41] = { "R_X86_64_GOTPCRELX", 4, RANGE_SIGNED, true, true },
	[42] = { "R_X86_64_REX_GOTPCRELX", 4, RANGE_SIGNED, true, true },
};

static const struct reloc_type *
type_find(uint32_t type)
{
	if (type >= sizeof(types) / sizeof(types[0]) ||
	    types[type].name == NULL)
		return NULL;
	return &types[type];
}

size_t
reloc_size(uint32_t type)
{
	const struct reloc_type *t = type_find(type);

	return t == NULL ? 0 : t->size;
}

int
reloc_needs_got(uint32_t type)
{
	const struct reloc_type *t = type_find(type);

	return t != NULL && t->got;
}

const char *
reloc_name(uint32_t type)
{
	const struct reloc_type *t = type_find(type);

	return t == NULL ? "unknown type" : t->name;
}

static bool
fits(uint64_t v, unsigned bits, enum range range)
{
	uint64_t half = (uint64_t)1 << (bits - 1);
	bool as_signed = v + half < half * 2;	/* [-half, half) moved up */
	bool as_unsigned = v < half * 2;

	switch (range) {
	case RANGE_ANY:
		return true;
	case RANGE_SIGNED:
		return as_signed;
	case RANGE_UNSIGNED:
		return as_unsigned;
	case RANGE_EITHER:
		return as_signed || as_unsigned;
	}
	return false;
}

errno_t
reloc_apply(void *where, size_t avail, const struct reloc *r)
{
	const struct reloc_type *t = type_find(r->type);
	uint64_t v;

	if (t == NULL)
		return ENOTSUP;
	if (t->size == 0)
		return 0;
	if (avail < t->size)
		return EFAULT;
	if (t->got && r->got == 0)
		return EINVAL;
	v = (t->got ? r->got : r->symbol) + (uint64_t)r->addend;
	if (t->pcrel)
		v -= r->place;
	if (!fits(v, t->size * 8u, t->range))
		return ERANGE;
	memcpy(where, &v, t->size);	/* little endian */
	return 0;
}
