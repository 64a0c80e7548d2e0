/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Relocation types: values, ranges at their edges, refusals that write
 * nothing.
 */
#include <string.h>
#include <sys/errno.h>

#include "arch/x86_64/reloc.h"
#include "test/unit/lib/unit.h"

#define R_64		1
#define R_PC32		2
#define R_PLT32		4
#define R_GOTPCREL	9
#define R_32		10
#define R_32S		11
#define R_16		12
#define R_8		14
#define R_PC64		24
#define R_REX_GOTPCRELX	42

static uint64_t field;

/* Applies to the field; everything but the value is fixed. */
static errno_t
apply(uint32_t type, uint64_t place, uint64_t symbol, int64_t addend)
{
	struct reloc r = {
		.type = type, .place = place, .symbol = symbol,
		.addend = addend, .got = 0,
	};

	field = 0x1122334455667788;
	return reloc_apply(&field, sizeof(field), &r);
}

UNIT_TEST(reloc_absolute_64)
{
	CHECK(apply(R_64, 0, 0xffffffffa0001000, 0x10) == 0);
	CHECK(field == 0xffffffffa0001010);
	CHECK(apply(R_64, 0, 8, -16) == 0);
	CHECK(field == (uint64_t)-8);
}

UNIT_TEST(reloc_pc_relative_keeps_the_neighbours)
{
	CHECK(apply(R_PC32, 0xffffffffa0000000, 0xffffffffa0000100, -4) == 0);
	CHECK(field == 0x11223344000000fc);
	CHECK(apply(R_PLT32, 0xffffffffa0000100, 0xffffffffa0000000, -4) == 0);
	CHECK(field == 0x11223344fffffefc);
	CHECK(apply(R_PC64, 0x1000, 0x800, 0) == 0);
	CHECK(field == (uint64_t)-0x800);
}

UNIT_TEST(reloc_pc32_range)
{
	const uint64_t p = 0x100000000;

	CHECK(apply(R_PC32, p, p + 0x7fffffff, 0) == 0);
	CHECK(apply(R_PC32, p, p + 0x80000000, 0) == ERANGE);
	CHECK(field == 0x1122334455667788);
	CHECK(apply(R_PC32, p, p - 0x80000000, 0) == 0);
	CHECK(apply(R_PC32, p, p - 0x80000001, 0) == ERANGE);
	CHECK(field == 0x1122334455667788);
}

UNIT_TEST(reloc_absolute_32_ranges)
{
	CHECK(apply(R_32, 0, 0xffffffff, 0) == 0);
	CHECK(apply(R_32, 0, 0x100000000, 0) == ERANGE);
	CHECK(apply(R_32, 0, 0, -1) == ERANGE);
	CHECK(apply(R_32S, 0, 0xffffffff80000000, 0) == 0);
	CHECK((uint32_t)field == 0x80000000);
	CHECK(apply(R_32S, 0, 0xffffffff7fffffff, 0) == ERANGE);
	CHECK(apply(R_32S, 0, 0x7fffffff, 0) == 0);
	CHECK(apply(R_32S, 0, 0x80000000, 0) == ERANGE);
}

UNIT_TEST(reloc_small_fields)
{
	CHECK(apply(R_16, 0, 0xffff, 0) == 0);
	CHECK(apply(R_16, 0, (uint64_t)-0x8000, 0) == 0);
	CHECK(apply(R_16, 0, 0x10000, 0) == ERANGE);
	CHECK(apply(R_8, 0, 0xff, 0) == 0);
	CHECK(field == 0x11223344556677ff);
	CHECK(apply(R_8, 0, 0x100, 0) == ERANGE);
}

UNIT_TEST(reloc_through_the_got)
{
	struct reloc r = {
		.type = R_REX_GOTPCRELX, .place = 0x2000, .symbol = 0x999,
		.addend = -4, .got = 0x3000,
	};

	field = 0;
	CHECK(reloc_needs_got(R_REX_GOTPCRELX) && reloc_needs_got(R_GOTPCREL));
	CHECK(!reloc_needs_got(R_PC32));
	CHECK(reloc_apply(&field, sizeof(field), &r) == 0);
	CHECK(field == 0xffc);
	r.got = 0;
	CHECK(reloc_apply(&field, sizeof(field), &r) == EINVAL);
}

UNIT_TEST(reloc_refusals)
{
	struct reloc r = { .type = R_64 };
	uint32_t type;

	CHECK(apply(0, 0, 1, 1) == 0);		/* R_X86_64_NONE */
	CHECK(field == 0x1122334455667788);
	CHECK(reloc_apply(&field, 7, &r) == EFAULT);
	for (type = 0; type < 100000; type++) {
		CHECK(reloc_name(type) != NULL);
		if (reloc_size(type) != 0 || type == 0)
			continue;
		r.type = type;
		if (reloc_apply(&field, sizeof(field), &r) != ENOTSUP)
			CHECK(!"an unknown type was applied");
	}
	CHECK(strcmp(reloc_name(R_PC32), "R_X86_64_PC32") == 0);
	CHECK(field == 0x1122334455667788);
}
