/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Four-level page tables of the single address space.
 *
 * 4 KiB pages everywhere but in the direct map, which uses 2 MiB pages where
 * it can and has them split when part of one changes protection.  Tables are
 * never freed: their number is bounded by the address ranges in use, and a
 * range that was used once tends to be used again.
 */
#include "arch/x86_64/mmu.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "kernel/bootinfo.h"
#include "kernel/trap.h"

#define PTE_P		0x001UL
#define PTE_W		0x002UL
#define PTE_PWT		0x008UL
#define PTE_PCD		0x010UL
#define PTE_PS		0x080UL
#define PTE_G		0x100UL
#define PTE_NX		(1UL << 63)
#define PTE_ADDR	0x000ffffffffff000UL

#define LARGE_SIZE	(2UL << 20)

extern char boot_start[], boot_end[], boot_stack_guard[];

static struct arch_spin mmu_lock = ARCH_SPIN_INIT;
static uint64_t *mmu_root;	/* NULL: the boot tables are still on */

static uint64_t *
table_at(uint64_t entry)
{
	return (uint64_t *)(MMU_DIRECT_BASE + (entry & PTE_ADDR));
}

static unsigned
table_index(uintptr_t va, unsigned level)
{
	return va >> (MMU_PAGE_SHIFT + 9 * level) & 511;
}

static uint64_t
pte_bits(unsigned prot)
{
	uint64_t bits = PTE_P | PTE_G;

	if ((prot & (MMU_WRITE | MMU_EXEC)) == (MMU_WRITE | MMU_EXEC))
		panic("mmu: a mapping may not be writable and executable");
	if (prot & MMU_WRITE)
		bits |= PTE_W;
	if (!(prot & MMU_EXEC))
		bits |= PTE_NX;
	if (prot & MMU_UNCACHED)
		bits |= PTE_PCD | PTE_PWT;
	return bits;
}

static unsigned
pte_prot(uint64_t pte)
{
	return MMU_READ | (pte & PTE_W ? MMU_WRITE : 0) |
	    (pte & PTE_NX ? 0 : MMU_EXEC) |
	    (pte & PTE_PCD ? MMU_UNCACHED : 0);
}

/* One CPU runs: the local flush is all there is to do.  A second CPU would
 * be told here. */
static void
flush_page(uintptr_t va)
{
	__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/* The entry of va at level 0 (page) or 1 (2 MiB page); makes tables on the
 * way when create.  NULL when there is none. */
static uint64_t *
walk(uint64_t *root, uintptr_t va, unsigned level, bool create)
{
	uint64_t *t = root, *e;
	unsigned l;
	uint64_t pa;

	for (l = 3; l > level; l--) {
		e = &t[table_index(va, l)];
		if (!(*e & PTE_P)) {
			if (!create || (pa = trap_table_alloc()) == 0)
				return NULL;
			*e = pa | PTE_P | PTE_W;
		} else if (*e & PTE_PS) {
			return NULL;
		}
		t = table_at(*e);
	}
	return &t[table_index(va, level)];
}

/* Like walk() for an existing mapping of any size; *large tells which. */
static uint64_t *
find(uintptr_t va, bool *large)
{
	uint64_t *e = walk(mmu_root, va, 1, false);

	*large = e != NULL && (*e & (PTE_P | PTE_PS)) == (PTE_P | PTE_PS);
	if (e == NULL || *large)
		return e;
	if (!(*e & PTE_P))
		return NULL;
	return &table_at(*e)[table_index(va, 0)];
}

static errno_t
split_large(uint64_t *e, uintptr_t va)
{
	uint64_t old = *e, pa = trap_table_alloc(), *t;
	unsigned i;

	if (pa == 0)
		return ENOMEM;
	t = table_at(pa);
	for (i = 0; i < 512; i++)
		t[i] = (old & ~PTE_PS) + i * MMU_PAGE_SIZE;
	*e = pa | PTE_P | PTE_W;
	flush_page(va);
	return 0;
}

static errno_t
map_in(uint64_t *root, uintptr_t va, paddr_t pa, size_t len, unsigned prot)
{
	uint64_t bits = pte_bits(prot), *e;
	size_t off;

	for (off = 0; off < len; off += MMU_PAGE_SIZE) {
		e = walk(root, va + off, 0, true);
		if (e == NULL)
			return ENOMEM;
		if (*e & PTE_P)
			return EEXIST;
		*e = (pa + off) | bits;
	}
	return 0;
}

static void
unmap_locked(uintptr_t va, size_t len)
{
	uint64_t *e;
	size_t off;

	for (off = 0; off < len; off += MMU_PAGE_SIZE) {
		e = walk(mmu_root, va + off, 0, false);
		if (e != NULL && *e & PTE_P) {
			*e = 0;
			flush_page(va + off);
		}
	}
}

errno_t
mmu_map(uintptr_t va, paddr_t pa, size_t len, unsigned prot)
{
	uint64_t s = arch_spin_lock(&mmu_lock);
	errno_t error;

	error = map_in(mmu_root, va, pa, len, prot);
	if (error == ENOMEM)
		unmap_locked(va, len);
	arch_spin_unlock(&mmu_lock, s);
	return error;
}

void
mmu_unmap(uintptr_t va, size_t len)
{
	uint64_t s = arch_spin_lock(&mmu_lock);

	unmap_locked(va, len);
	arch_spin_unlock(&mmu_lock, s);
}

static errno_t
protect_page(uintptr_t va, unsigned prot, paddr_t *pa)
{
	bool large;
	uint64_t *e = find(va, &large);
	errno_t error;

	if (e == NULL || !(*e & PTE_P))
		return EFAULT;
	if (large) {
		error = split_large(e, va);
		if (error != 0)
			return error;
		e = find(va, &large);
	}
	*pa = *e & PTE_ADDR;
	*e = *pa | pte_bits(prot) | (*e & (PTE_PCD | PTE_PWT));
	flush_page(va);
	return 0;
}

errno_t
mmu_protect(uintptr_t va, size_t len, unsigned prot)
{
	uint64_t s = arch_spin_lock(&mmu_lock);
	unsigned alias = MMU_READ | (prot & MMU_WRITE);
	errno_t error = 0;
	paddr_t pa, unused;
	size_t off;

	for (off = 0; off < len && error == 0; off += MMU_PAGE_SIZE) {
		error = protect_page(va + off, prot, &pa);
		if (error == 0 && (va < MMU_DIRECT_BASE ||
		    va >= MMU_DIRECT_END))
			error = protect_page(MMU_DIRECT_BASE + pa, alias,
			    &unused);
	}
	arch_spin_unlock(&mmu_lock, s);
	return error;
}

bool
mmu_lookup(uintptr_t va, paddr_t *pa, unsigned *prot)
{
	uintptr_t mask;
	uint64_t *e;
	bool large;

	if (mmu_root == NULL) {
		/* boot tables: the first gigabyte of the image, 4 GiB direct */
		if (va < MMU_KERNEL_BASE && (va < MMU_DIRECT_BASE ||
		    va >= MMU_DIRECT_BASE + (4UL << 30)))
			return false;
		if (pa != NULL)
			*pa = va - (va < MMU_KERNEL_BASE ? MMU_DIRECT_BASE :
			    MMU_KERNEL_BASE);
		if (prot != NULL)
			*prot = MMU_READ | MMU_WRITE;
		return true;
	}
	/* canonical addresses only: the tables ignore the top bits */
	if ((intptr_t)(va << 16) >> 16 != (intptr_t)va)
		return false;
	e = find(va, &large);
	if (e == NULL || !(*e & PTE_P))
		return false;
	mask = large ? LARGE_SIZE - 1 : MMU_PAGE_MASK;
	if (pa != NULL)
		*pa = (*e & PTE_ADDR & ~mask) | (va & mask);
	if (prot != NULL)
		*prot = pte_prot(*e);
	return true;
}

/* --- the final tables ------------------------------------------------------ */

static void
map_or_die(uint64_t *root, uintptr_t va, paddr_t pa, size_t len,
    unsigned prot)
{
	if (map_in(root, va, pa, len, prot) != 0)
		panic("mmu: cannot map the kernel");
}

static void
map_image(uint64_t *root)
{
	static const struct {
		char *from, *to;
		unsigned prot;
	} part[] = {
		{ text_start, text_end, MMU_READ | MMU_EXEC },
		{ rodata_start, rodata_end, MMU_READ },
		{ data_start, data_end, MMU_READ | MMU_WRITE },
	};
	uintptr_t va, end;
	unsigned i;

	for (i = 0; i < 3; i++) {
		va = (uintptr_t)part[i].from;
		end = ((uintptr_t)part[i].to + MMU_PAGE_MASK) & ~MMU_PAGE_MASK;
		map_or_die(root, va, va - MMU_KERNEL_BASE, end - va,
		    part[i].prot);
	}
	*walk(root, (uintptr_t)boot_stack_guard, 0, false) = 0;
}

/* The image's text and rodata stay unwritable through the direct map too. */
static unsigned
direct_prot(paddr_t pa)
{
	return pa >= (uintptr_t)text_start - MMU_KERNEL_BASE &&
	    pa < (uintptr_t)data_start - MMU_KERNEL_BASE ?
	    MMU_READ : MMU_READ | MMU_WRITE;
}

static bool
touches_image(paddr_t pa, size_t len)
{
	return pa < (uintptr_t)data_start - MMU_KERNEL_BASE &&
	    pa + len > (uintptr_t)text_start - MMU_KERNEL_BASE;
}

/* Maps up to the next 2 MiB boundary, with one large page where that is
 * possible; what an overlapping region has mapped already stays.  Returns
 * where it stopped. */
static paddr_t
map_direct_chunk(uint64_t *root, paddr_t pa, paddr_t end)
{
	uint64_t *e = walk(root, MMU_DIRECT_BASE + pa, 1, true);
	paddr_t stop = (pa + LARGE_SIZE) & ~(LARGE_SIZE - 1);

	if (e == NULL)
		panic("mmu: no memory for the direct map");
	if (*e & PTE_PS)
		return stop;
	if (!(*e & PTE_P) && (pa & (LARGE_SIZE - 1)) == 0 && stop <= end &&
	    !touches_image(pa, LARGE_SIZE)) {
		*e = pa | PTE_PS | pte_bits(MMU_READ | MMU_WRITE);
		return stop;
	}
	e = walk(root, MMU_DIRECT_BASE + pa, 0, true);
	if (e == NULL)
		panic("mmu: no memory for the direct map");
	for (; pa < end && pa < stop; pa += MMU_PAGE_SIZE, e++) {
		if (!(*e & PTE_P))
			*e = pa | pte_bits(direct_prot(pa));
	}
	return pa;
}

static void
map_direct(uint64_t *root, paddr_t pa, paddr_t end)
{
	if (pa < MMU_PAGE_SIZE)
		pa = MMU_PAGE_SIZE;
	if (end > MMU_DIRECT_END - MMU_DIRECT_BASE)
		end = MMU_DIRECT_END - MMU_DIRECT_BASE;
	while (pa < end)
		pa = map_direct_chunk(root, pa, end);
}

void
mmu_init(void)
{
	uint64_t *root = table_at(trap_table_alloc());
	const struct boot_region *r;
	const struct boot_module *m;
	unsigned i;

	map_image(root);
	for (i = 0; i < boot_info.nregions; i++) {
		r = &boot_info.region[i];
		if (r->usable)
			map_direct(root,
			    (r->base + MMU_PAGE_MASK) & ~MMU_PAGE_MASK,
			    (r->base + r->len) & ~MMU_PAGE_MASK);
	}
	/* wherever the loader put them */
	for (i = 0; i < boot_info.nmodules; i++) {
		m = &boot_info.module[i];
		map_direct(root, m->pa & ~MMU_PAGE_MASK,
		    (m->pa + m->len + MMU_PAGE_MASK) & ~MMU_PAGE_MASK);
	}
	mmu_root = root;
	/* the boot tables hold no global pages: this flushes everything */
	__asm__ volatile("movq %0, %%cr3" : :
	    "r"((uintptr_t)root - MMU_DIRECT_BASE) : "memory");
}
