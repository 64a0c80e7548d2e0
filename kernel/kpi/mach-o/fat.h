/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach-o/fat.h>: headers of multi-architecture files of the reference
 * system.
 */
#ifndef _MACH_O_FAT_H_
#define _MACH_O_FAT_H_

#include <mach/kern_return.h>
#include <mach/boolean.h>
#include <libkern/OSByteOrder.h>
#include <stdint.h>

#define FAT_MAGIC		0xcafebabe
#define FAT_CIGAM		0xbebafeca

#ifndef __KPI_CPU_TYPE_T
#define __KPI_CPU_TYPE_T
typedef int			cpu_type_t;
typedef int			cpu_subtype_t;
#endif

struct fat_header {
	uint32_t	magic;
	uint32_t	nfat_arch;
};

struct fat_arch {
	cpu_type_t	cputype;
	cpu_subtype_t	cpusubtype;
	uint32_t	offset;
	uint32_t	size;
	uint32_t	align;
};

#endif /* _MACH_O_FAT_H_ */
