/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of the one address space.
 *
 *   0x0000000000000000  nothing: the low half is never mapped after boot
 *   0xffff800000000000  direct map: RAM, never executable
 *   0xffffc00000000000  kernel virtual ranges: stacks, MMIO, large buffers
 *   0xffffffff80000000  the kernel image
 *   0xffffffffa0000000  kexts, within reach of 32-bit displacements
 *
 * A mapping is never writable and executable at once; mmu_map() and
 * mmu_protect() panic on the attempt.
 */
#ifndef ARCH_X86_64_MMU_H
#define ARCH_X86_64_MMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint64_t paddr_t;

#define MMU_PAGE_SHIFT	12
#define MMU_PAGE_SIZE	4096UL
#define MMU_PAGE_MASK	4095UL

#ifndef MMU_DIRECT_BASE			/* host tests: 0 */
#define MMU_DIRECT_BASE	0xffff800000000000UL
#endif
#define MMU_DIRECT_END	0xffffc00000000000UL
#define MMU_KVA_BASE	0xffffc00000000000UL
#define MMU_KVA_END	0xffffd00000000000UL
#define MMU_KERNEL_BASE	0xffffffff80000000UL
#define MMU_KEXT_BASE	0xffffffffa0000000UL
#define MMU_KEXT_END	0xffffffffe0000000UL

/* Protections; MMU_UNCACHED is for device registers. */
#define MMU_READ	0x1u
#define MMU_WRITE	0x2u
#define MMU_EXEC	0x4u
#define MMU_UNCACHED	0x8u

/*
 * Returns: 0; ENOMEM when no frame is left for a table; EEXIST when part of
 *          the range is mapped already.
 * Context: any.  Units: len in bytes, whole pages.
 */
errno_t mmu_map(uintptr_t va, paddr_t pa, size_t len, unsigned prot);

/* Unmaps what is mapped in the range; the frames stay the caller's. */
void mmu_unmap(uintptr_t va, size_t len);

/* Changes the protection of a fully mapped range, and of its alias in the
 * direct map: memory that becomes executable is read-only there too. */
errno_t mmu_protect(uintptr_t va, size_t len, unsigned prot);

/* Translates one address; false when it is not mapped.  out arguments may be
 * NULL. */
bool mmu_lookup(uintptr_t va, paddr_t *pa, unsigned *prot);

/* Builds the final tables once RAM is known, and switches to them. */
void mmu_init(void);

/* Bounds of the kernel image, from the linker script. */
extern char kernel_start[], kernel_end[];
extern char text_start[], text_end[];
extern char rodata_start[], rodata_end[];
extern char data_start[], data_end[];

#endif
