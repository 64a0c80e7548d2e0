/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot information: what a loader says, in both forms, and bytes no loader
 * would write.  Buffers are exactly as long as they say, so that the
 * address sanitizer sees a read past them.
 */
#include "arch/x86_64/bootinfo.h"

#include <string.h>

#include "kernel/bootinfo.h"
#include "kernel/mm/kmem.h"
#include "test/unit/lib/unit.h"

static uint8_t build[4096];
static uint32_t used;

static void
begin(void)
{
	memset(build, 0, sizeof(build));
	used = 8;
}

static void
put(uint32_t type, const void *data, uint32_t len)
{
	uint32_t head[2] = { type, len + 8 };

	memcpy(build + used, head, 8);
	memcpy(build + used + 8, data, len);
	used += (len + 8 + 7) & ~7u;
}

/* Parses a copy of the first total bytes of build. */
static void
parse(uint32_t total)
{
	uint8_t *copy = kmalloc(total, M_WAITOK);

	memcpy(copy, build, total);
	memset(&boot_info, 0, sizeof(boot_info));
	bootinfo_parse(BOOT_KIND_MULTIBOOT2, (uint64_t)(uintptr_t)copy);
	kfree(copy);
}

static void
finish(void)
{
	put(0, "", 0);
	memcpy(build, &used, 4);
	parse(used);
}

static void
put_module(uint32_t from, uint32_t to, const char *line)
{
	uint8_t b[256];
	uint32_t n = (uint32_t)strlen(line) + 1;

	memcpy(b, &from, 4);
	memcpy(b + 4, &to, 4);
	memcpy(b + 8, line, n);
	put(3, b, 8 + n);
}

static void
put_map(uint32_t type, uint64_t base, uint64_t len)
{
	struct {
		uint32_t entry_size, version;
		uint64_t base, len;
		uint32_t type, zero;
	} m = { 24, 0, base, len, type, 0 };

	put(6, &m, sizeof(m));
}

UNIT_TEST(bootinfo_multiboot2)
{
	begin();
	put(1, "ip=none x", 10);
	put_module(0x3000, 0x3800, "/boot/a.kext arg");
	put_module(0x5000, 0x5000, "empty");
	put_map(1, 0x100000, 0x700000);
	put_map(2, 0xf0000, 0x10000);
	put_map(3, 0x900000, 0x1000);
	put_map(1, ~0ULL - 10, 100);
	put(14, "RSD PTR 0123456789ab", 20);
	finish();
	CHECK(strcmp(boot_info.loader, "multiboot2") == 0);
	CHECK(strcmp(boot_info.cmdline, "ip=none x") == 0);
	CHECK(boot_info.nmodules == 1);
	CHECK(strcmp(boot_info.module[0].name, "a.kext") == 0);
	CHECK(boot_info.module[0].pa == 0x3000 &&
	    boot_info.module[0].len == 0x800);
	CHECK(boot_info.nregions == 2);
	CHECK(boot_info.region[0].usable && !boot_info.region[1].usable);
	CHECK(boot_info.rsdp_copied &&
	    memcmp(boot_info.rsdp_copy, "RSD PTR 0123", 12) == 0);
}

UNIT_TEST(bootinfo_many_modules_and_regions)
{
	unsigned i;

	begin();
	for (i = 0; i < BOOT_MODULES_MAX + 5; i++)
		put_module(0x1000 * i, 0x1000 * i + 1, "m");
	finish();
	CHECK(boot_info.nmodules == BOOT_MODULES_MAX);
}

UNIT_TEST(bootinfo_pvh)
{
	static const char line[] = "test=all";
	uint64_t module[4] = { 0x7000000, 1234, 0, 0 };
	struct {
		uint64_t base, len;
		uint32_t type, zero;
	} map[2] = { { 0, 0x9fc00, 1, 0 }, { 0x100000, 0x7f00000, 1, 0 } };
	struct {
		uint32_t magic, version, flags, n;
		uint64_t modules, cmdline, rsdp, memmap;
		uint32_t entries, zero;
	} info = {
		0x336ec578, 1, 0, 1, (uintptr_t)module, (uintptr_t)line,
		0xf5a00, (uintptr_t)map, 2, 0,
	};

	memset(&boot_info, 0, sizeof(boot_info));
	bootinfo_parse(BOOT_KIND_PVH, (uintptr_t)&info);
	CHECK(strcmp(boot_info.loader, "pvh") == 0);
	CHECK(strcmp(boot_info.cmdline, "test=all") == 0);
	CHECK(boot_info.nmodules == 1 && boot_info.module[0].len == 1234);
	CHECK(boot_info.module[0].name[0] == '\0');
	CHECK(boot_info.nregions == 2 && boot_info.rsdp == 0xf5a00);
}

/* Tags of every type with random contents, cut off anywhere. */
UNIT_TEST(bootinfo_random_bytes)
{
	uint32_t seed = 1, round, i, total;

	for (round = 0; round < 20000; round++) {
		total = 16 + round % 300;
		for (i = 0; i < total; i++) {
			seed = seed * 1664525 + 1013904223;
			build[i] = (uint8_t)(seed >> 24);
		}
		memcpy(build, &total, 4);
		for (i = 8; i + 8 <= total; i += (build[i + 4] + 7) & ~7u) {
			build[i] %= 20;
			memset(build + i + 1, 0, 3);
			build[i + 4] = (uint8_t)(8 + build[i + 4] % 60);
			memset(build + i + 5, 0, 3);
		}
		parse(total);
		CHECK(boot_info.nmodules <= BOOT_MODULES_MAX);
		CHECK(boot_info.nregions <= BOOT_REGIONS_MAX);
	}
}
