/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF64, as far as relocatable files for x86-64 need it.
 * Upstream: System V Application Binary Interface, edition 4.1, chapter 4,
 * and its AMD64 supplement, version 1.0.
 */
#ifndef KERNEL_KEXT_ELF_H
#define KERNEL_KEXT_ELF_H

#include <stdint.h>

#define EI_CLASS	4
#define EI_DATA		5
#define EI_VERSION	6
#define ELFCLASS64	2
#define ELFDATA2LSB	1
#define EV_CURRENT	1
#define ET_REL		1
#define EM_X86_64	62

struct elf_ehdr {
	uint8_t		e_ident[16];
	uint16_t	e_type, e_machine;
	uint32_t	e_version;
	uint64_t	e_entry, e_phoff, e_shoff;
	uint32_t	e_flags;
	uint16_t	e_ehsize, e_phentsize, e_phnum;
	uint16_t	e_shentsize, e_shnum, e_shstrndx;
};

#define SHT_NULL	0
#define SHT_PROGBITS	1
#define SHT_SYMTAB	2
#define SHT_STRTAB	3
#define SHT_RELA	4
#define SHT_NOTE	7
#define SHT_NOBITS	8
#define SHT_REL		9
#define SHT_INIT_ARRAY	14
#define SHT_FINI_ARRAY	15
#define SHT_GROUP	17
#define SHT_SYMTAB_SHNDX 18
#define SHT_X86_64_UNWIND 0x70000001

#define SHF_WRITE	0x1u
#define SHF_ALLOC	0x2u
#define SHF_EXECINSTR	0x4u
#define SHF_TLS		0x400u

struct elf_shdr {
	uint32_t	sh_name, sh_type;
	uint64_t	sh_flags, sh_addr, sh_offset, sh_size;
	uint32_t	sh_link, sh_info;
	uint64_t	sh_addralign, sh_entsize;
};

#define SHN_UNDEF	0
#define SHN_LORESERVE	0xff00
#define SHN_ABS		0xfff1
#define SHN_COMMON	0xfff2

#define STB_LOCAL	0
#define STB_GLOBAL	1
#define STB_WEAK	2
#define STT_NOTYPE	0
#define STT_OBJECT	1
#define STT_FUNC	2
#define STT_SECTION	3
#define STT_FILE	4
#define STV_DEFAULT	0
#define STV_INTERNAL	1
#define STV_HIDDEN	2
#define STV_PROTECTED	3

struct elf_sym {
	uint32_t	st_name;
	uint8_t		st_info, st_other;
	uint16_t	st_shndx;
	uint64_t	st_value, st_size;
};

#define ELF_ST_BIND(i)	((i) >> 4)
#define ELF_ST_TYPE(i)	((i) & 0xf)
#define ELF_ST_VIS(o)	((o) & 3)

struct elf_rela {
	uint64_t	r_offset, r_info;
	int64_t		r_addend;
};

#define ELF_R_SYM(i)	((uint32_t)((i) >> 32))
#define ELF_R_TYPE(i)	((uint32_t)(i))

#endif
