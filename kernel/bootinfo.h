/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader told us, in one form for Multiboot2 and PVH.  Filled by
 * arch code before kernel_main(); constant afterwards.
 */
#ifndef KERNEL_BOOTINFO_H
#define KERNEL_BOOTINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOOT_REGIONS_MAX	128
#define BOOT_MODULES_MAX	32
#define BOOT_CMDLINE_MAX	1024

struct boot_region {
	uint64_t base, len;
	bool	 usable;	/* free RAM; otherwise RAM that holds tables */
};

struct boot_module {
	uint64_t pa, len;
	char	 name[64];	/* may be "" (PVH has none) */
};

struct boot_info {
	const char		*loader;	/* "multiboot2", "pvh" */
	unsigned		 nregions, nmodules;
	struct boot_region	 region[BOOT_REGIONS_MAX];
	struct boot_module	 module[BOOT_MODULES_MAX];
	uint64_t		 rsdp;		/* physical, 0 = not told */
	uint8_t			 rsdp_copy[36];	/* Multiboot2 hands a copy */
	bool			 rsdp_copied;
	uint64_t		 fb_pa;		/* 0 = no framebuffer */
	uint32_t		 fb_pitch, fb_width, fb_height;
	uint8_t			 fb_bpp;
	bool			 vga_text;	/* 80x25 text at 0xb8000 */
	char			 cmdline[BOOT_CMDLINE_MAX];
};

extern struct boot_info boot_info;

/*
 * Contents of module idx (through the direct map, valid for good).
 * Returns: the address, NULL past the end; *len and *name on success.
 */
const void *boot_module(unsigned idx, size_t *len, const char **name);

#endif
