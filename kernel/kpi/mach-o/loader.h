/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach-o/loader.h>: headers of the reference system's object files.
 *
 * For sources that look at an image; no file here has this format.
 */
#ifndef _MACH_O_LOADER_H_
#define _MACH_O_LOADER_H_

#include <mach/kern_return.h>
#include <mach/boolean.h>
#include <libkern/OSByteOrder.h>
#include <stdint.h>

#define MH_MAGIC		0xfeedface
#define MH_CIGAM		0xcefaedfe
#define MH_MAGIC_64		0xfeedfacf
#define MH_CIGAM_64		0xcffaedfe

#define LC_SEGMENT		0x1
#define LC_SYMTAB		0x2
#define LC_SEGMENT_64		0x19
#define LC_UUID			0x1b

#ifndef __KPI_CPU_TYPE_T
#define __KPI_CPU_TYPE_T
typedef int			cpu_type_t;
typedef int			cpu_subtype_t;
#endif

struct mach_header {
	uint32_t	magic;
	cpu_type_t	cputype;
	cpu_subtype_t	cpusubtype;
	uint32_t	filetype;
	uint32_t	ncmds;
	uint32_t	sizeofcmds;
	uint32_t	flags;
};

struct mach_header_64 {
	uint32_t	magic;
	cpu_type_t	cputype;
	cpu_subtype_t	cpusubtype;
	uint32_t	filetype;
	uint32_t	ncmds;
	uint32_t	sizeofcmds;
	uint32_t	flags;
	uint32_t	reserved;
};

struct load_command {
	uint32_t	cmd;
	uint32_t	cmdsize;
};

struct uuid_command {
	uint32_t	cmd;
	uint32_t	cmdsize;
	uint8_t		uuid[16];
};

#endif /* _MACH_O_LOADER_H_ */
