/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the loader's structures into boot_info (kernel/bootinfo.h).
 */
#ifndef ARCH_X86_64_BOOTINFO_H
#define ARCH_X86_64_BOOTINFO_H

#include <stdint.h>

#define BOOT_KIND_MULTIBOOT2	1
#define BOOT_KIND_PVH		2

/* info is a physical address below 4 GiB; the boot tables are still on. */
void bootinfo_parse(uint32_t kind, uint64_t info);

#endif
