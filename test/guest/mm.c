/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames, slabs, ranges and protections.
 */
#include <libkern/OSMalloc.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/mmu.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"
#include "kernel/mm/malloc.h"
#include "kernel/mm/pmm.h"
#include "test/lib/test.h"

TEST(mm, frames_come_back)
{
	size_t before = pmm_free_count();
	paddr_t pa[PMM_MAX_ORDER];
	unsigned o;

	for (o = 0; o < 6; o++) {
		pa[o] = pmm_alloc(o, M_ZERO);
		REQUIRE(pa[o] != 0);
		EXPECT((pa[o] & ((MMU_PAGE_SIZE << o) - 1)) == 0);
		EXPECT(*(char *)phys_to_virt(pa[o]) == 0);
		EXPECT(virt_to_phys(phys_to_virt(pa[o])) == pa[o]);
	}
	EXPECT(pmm_free_count() == before - 63);
	for (o = 0; o < 6; o++)
		pmm_free(pa[o], o);
	EXPECT(pmm_free_count() == before);
}

TEST(mm, odd_frame_counts_give_the_rest_back)
{
	size_t before = pmm_free_count();
	paddr_t pa = pmm_alloc_pages(5, 0);

	REQUIRE(pa != 0);
	EXPECT(pmm_free_count() == before - 5);
	pmm_free_pages(pa, 5);
	EXPECT(pmm_free_count() == before);
	EXPECT(pmm_alloc_pages(0, 0) == 0);
	EXPECT(pmm_alloc(PMM_MAX_ORDER + 1, 0) == 0);
}

TEST(mm, kmalloc_sizes)
{
	static const size_t size[] = {
		1, 15, 16, 17, 100, 1000, 2048, 2049, 4096, 4097, 70000,
	};
	char *p[sizeof(size) / sizeof(size[0])];
	unsigned i, n = sizeof(size) / sizeof(size[0]);

	for (i = 0; i < n; i++) {
		p[i] = kmalloc(size[i], M_ZERO);
		REQUIRE(p[i] != NULL);
		EXPECT(((uintptr_t)p[i] & 15) == 0);
		EXPECT(size[i] < 4096 || ((uintptr_t)p[i] & 4095) == 0);
		EXPECT(kmalloc_size(p[i]) >= size[i]);
		EXPECT(p[i][0] == 0 && p[i][size[i] - 1] == 0);
		memset(p[i], 0x5a, size[i]);
	}
	for (i = 0; i < n; i++) {
		EXPECT(virt_to_phys(p[i] + size[i] - 1) - virt_to_phys(p[i]) ==
		    size[i] - 1);
		kfree(p[i]);
	}
}

TEST(mm, cache_counts)
{
	struct kmem_cache *c = kmem_cache_create("test", 72, 0, 0);
	struct kmem_stats st;
	size_t before = pmm_free_count();
	void *p[200];
	unsigned i;

	REQUIRE(c != NULL);
	for (i = 0; i < 200; i++) {
		p[i] = kmem_cache_alloc(c, M_NOWAIT);
		EXPECT(p[i] != NULL);
	}
	kmem_cache_stats(c, &st);
	EXPECT(st.inuse == 200 && st.peak == 200 && st.allocs == 200);
	for (i = 0; i < 200; i += 2)
		kmem_cache_free(c, p[i]);
	for (i = 1; i < 200; i += 2)
		kmem_cache_free(c, p[i]);
	kmem_cache_stats(c, &st);
	EXPECT(st.inuse == 0 && st.frees == 200);
	kmem_reap();
	EXPECT(pmm_free_count() >= before);
	kmem_cache_destroy(c);
}

TEST(mm, failure_on_purpose)
{
	unsigned i, failed = 0;
	void *p;

	kmem_fail_every(3, false);
	for (i = 0; i < 9; i++) {
		p = kmalloc(64, M_NOWAIT);
		failed += p == NULL;
		kfree(p);
	}
	p = kmalloc(64, M_WAITOK);
	kmem_fail_every(0, false);
	EXPECT(failed >= 3);
	EXPECT(p != NULL);
	kfree(p);
}

TEST(mm, protections_of_the_image)
{
	static const uint32_t ro = 4711;
	static uint32_t rw = 1;
	uint32_t v;
	unsigned prot;

	EXPECT(probe_read(&ro, &v) == 0 && v == 4711);
	EXPECT(probe_write((void *)(uintptr_t)&ro, 1) == EFAULT);
	EXPECT(probe_write((void *)(uintptr_t)&probe_write, 1) == EFAULT);
	EXPECT(probe_write(&rw, 2) == 0 && rw == 2);
	EXPECT(mmu_lookup((uintptr_t)&rw, NULL, &prot) &&
	    !(prot & MMU_EXEC));
	EXPECT(mmu_lookup((uintptr_t)&probe_write, NULL, &prot) &&
	    prot == (MMU_READ | MMU_EXEC));
	/* not through the direct map either */
	EXPECT(probe_write(phys_to_virt(virt_to_phys(&ro)), 1) == EFAULT);
	EXPECT(probe_write(phys_to_virt(virt_to_phys(&rw)), 3) == 0 &&
	    *(volatile uint32_t *)&rw == 3);
}

TEST(mm, page_zero_and_low_half_are_unmapped)
{
	uint32_t v;

	EXPECT(probe_read(NULL, &v) == EFAULT);
	EXPECT(probe_read((void *)0x100000, &v) == EFAULT);
	EXPECT(probe_read((void *)0x0000800000000000, &v) == EFAULT);
}

TEST(mm, range_protections_and_guards)
{
	size_t frames = pmm_free_count();
	uint32_t *p = kva_alloc(3 * MMU_PAGE_SIZE, KVA_KEXT), v;
	uintptr_t base;
	unsigned region, prot;
	void *alias;

	REQUIRE(p != NULL);
	EXPECT((uintptr_t)p >= MMU_KEXT_BASE);
	EXPECT(probe_write(p, 5) == 0 && *p == 5);
	EXPECT(probe_read((char *)p - 4, &v) == EFAULT);
	EXPECT(probe_read((char *)p + 3 * MMU_PAGE_SIZE, &v) == EFAULT);
	EXPECT(kva_is_guard((uintptr_t)p - 1, &base, &region) &&
	    base == (uintptr_t)p && region == KVA_KEXT);
	alias = phys_to_virt(virt_to_phys(p));
	EXPECT(kva_protect(p, MMU_PAGE_SIZE, KVA_READ | KVA_EXEC) == 0);
	EXPECT(probe_write(p, 6) == EFAULT && *p == 5);
	EXPECT(probe_write(alias, 6) == EFAULT);
	EXPECT(probe_write(p + 1024, 6) == 0);
	EXPECT(mmu_lookup((uintptr_t)p, NULL, &prot) &&
	    prot == (MMU_READ | MMU_EXEC));
	EXPECT(kva_protect(p, 4 * MMU_PAGE_SIZE, KVA_READ) == EINVAL);
	kva_free(p);
	EXPECT(probe_read(p, &v) == EFAULT);
	EXPECT(probe_write(alias, 7) == 0);
	/* a table or two may stay behind */
	EXPECT(frames - pmm_free_count() <= 4);
}

/* Everything there is, then everything back: the figures are as before. */
TEST(mm, exhaustion)
{
	struct block {
		struct block	*next;
	} *list = NULL, *b;
	static const size_t sizes[] = { 65536, 4096, 512, 64 };
	size_t before, count = 0;
	unsigned i;

	if (pmm_total_count() > (512UL << 20) / MMU_PAGE_SIZE)
		SKIP("too much memory to use up");
	kmem_reap();
	before = pmm_free_count();
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		while ((b = kmalloc(sizes[i], M_NOWAIT)) != NULL) {
			b->next = list;
			list = b;
			count++;
		}
	}
	EXPECT(count > 100);
	EXPECT(pmm_free_count() < 64);
	EXPECT(kva_alloc(1 << 20, KVA_ANY) == NULL);
	while ((b = list) != NULL) {
		list = b->next;
		kfree(b);
	}
	kmem_reap();
	EXPECT(pmm_free_count() + 16 >= before);
}

/* Blocks of all sizes come and go in a random order and keep what was
 * written to them. */
TEST(mm, random_mix)
{
	enum { SLOTS = 64, ROUNDS = 5000 };
	struct slot {
		unsigned char	*p;
		size_t		 len;
		unsigned char	 fill;
	} *slot = kmalloc(SLOTS * sizeof(*slot), M_ZERO), *s;
	uint32_t seed = 12345;
	bool intact = true;
	unsigned i;

	REQUIRE(slot != NULL);
	for (i = 0; i < ROUNDS; i++) {
		seed = seed * 1664525 + 1013904223;
		s = &slot[seed >> 26];
		if (s->p != NULL) {
			intact &= s->p[0] == s->fill &&
			    s->p[s->len / 2] == s->fill &&
			    s->p[s->len - 1] == s->fill;
			kfree(s->p);
			s->p = NULL;
			continue;
		}
		s->len = 1 + ((seed >> 8) & 0xff) *
		    (1u << ((seed >> 16) & 7)) / 2;
		s->fill = (unsigned char)seed;
		s->p = kmalloc(s->len, M_NOWAIT);
		if (s->p != NULL)
			memset(s->p, s->fill, s->len);
	}
	for (i = 0; i < SLOTS; i++)
		kfree(slot[i].p);
	kfree(slot);
	EXPECT(intact);
}

TEST(mm, types_are_counted)
{
	struct malloc_stats before, during, after;
	char *p;

	REQUIRE(malloc_type_stats(M_TEMP, &before));
	p = _MALLOC(1000, M_TEMP, M_WAITOK | M_ZERO);
	REQUIRE(p != NULL);
	EXPECT(p[0] == 0 && p[999] == 0);
	malloc_type_stats(M_TEMP, &during);
	_FREE(p, M_TEMP);
	malloc_type_stats(M_TEMP, &after);
	EXPECT(during.count == before.count + 1);
	EXPECT(during.bytes == before.bytes + 1000);
	EXPECT(after.count == before.count && after.bytes == before.bytes);
	EXPECT(_MALLOC(0, M_TEMP, M_WAITOK) == NULL);
	EXPECT(_MALLOC((size_t)1 << 40, M_TEMP, M_WAITOK | M_NULL) == NULL);
	_FREE(NULL, M_TEMP);
	EXPECT(!malloc_type_stats(M_LAST, &after));
}

static void
find_tag(const char *name, size_t count, size_t bytes, void *arg)
{
	if (strcmp(name, "test tag") == 0)
		*(size_t *)arg = bytes + 1;
}

/* A tag that is freed early lives as long as its last block. */
TEST(mm, tags_are_counted)
{
	OSMallocTag tag = OSMalloc_Tagalloc("test tag", OSMT_DEFAULT);
	size_t seen = 0;
	void *a, *b;

	REQUIRE(tag != NULL);
	a = OSMalloc(300, tag);
	b = OSMalloc_nowait(500, tag);
	REQUIRE(a != NULL && b != NULL);
	malloc_tag_walk(find_tag, &seen);
	EXPECT(seen == 801);
	OSMalloc_Tagfree(tag);
	OSFree(a, 300, tag);
	seen = 0;
	malloc_tag_walk(find_tag, &seen);
	EXPECT(seen == 501);
	OSFree(b, 500, tag);
	seen = 0;
	malloc_tag_walk(find_tag, &seen);
	EXPECT(seen == 0);
}
