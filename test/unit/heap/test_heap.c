/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation and freeing through each family; wrong frees panic; the kext
 * that allocates is charged and nobody else.
 */
#include <kern/kalloc.h>
#include <libkern/OSTypes.h>
#include <stdint.h>
#include <string.h>
#include <sys/malloc.h>

#include "kernel/lib/heap.h"
#include "test/unit/heap/kmem.h"
#include "test/unit/lib/unit.h"

void *_Znam(unsigned long size);
void _ZdaPv(void *addr);

static int some_kext;

UNIT_TEST(heap_blocks)
{
	unsigned char *p[64];
	size_t size[64], i, k;

	for (i = 0; i < 64; i++) {
		size[i] = 1 + unit_random() % 5000;
		p[i] = heap_alloc(HEAP_IOKIT, size[i], M_WAITOK);
		REQUIRE(p[i] != NULL);
		CHECK_EQ((uintptr_t)p[i] & 15, 0);
		CHECK_EQ(heap_size(HEAP_IOKIT, p[i], "test"), size[i]);
		memset(p[i], (int)i, size[i]);
	}
	for (i = 0; i < 64; i++) {
		for (k = 0; k < size[i]; k++)
			if (p[i][k] != i)
				break;
		CHECK_EQ(k, size[i]);
		heap_free_sized(HEAP_IOKIT, p[i], size[i], "test");
	}
	CHECK_EQ(world.blocks, 0);
	heap_free(HEAP_IOKIT, NULL, "test");
	CHECK(heap_alloc(HEAP_IOKIT, SIZE_MAX, M_WAITOK) == NULL);
	CHECK(heap_alloc(HEAP_IOKIT, UINT32_MAX, M_WAITOK) == NULL);
}

UNIT_TEST(heap_wrong_frees_panic)
{
	char *p = kalloc(100);

	REQUIRE(p != NULL);
	CHECK(PANICS(kfree(p, 99)));
	CHECK(PANICS(heap_free(HEAP_CXX, p, "test")));
	CHECK(PANICS(heap_free(HEAP_MACH, p + 16, "test")));
	kfree(p, 100);
	kfree(NULL, 5);
	CHECK(kalloc(0) == NULL);
	CHECK_EQ(world.blocks, 0);
}

UNIT_TEST(heap_charges_the_kext)
{
	void *p, *q;

	world.owner = &some_kext;
	p = kalloc(1000);
	q = kern_os_malloc(24);
	CHECK_EQ(world.allocs, 2);
	CHECK_EQ(world.bytes, 1024);
	/* Freed by the kernel: the kext is relieved all the same. */
	world.owner = NULL;
	kfree(p, 1000);
	kern_os_free(q);
	CHECK_EQ(world.allocs, 0);
	CHECK_EQ(world.bytes, 0);
	p = kalloc(10);
	CHECK_EQ(world.allocs, 0);
	kfree(p, 10);
}

UNIT_TEST(heap_without_memory)
{
	char *p;

	world.fail = true;
	CHECK(kalloc(10) == NULL && kern_os_malloc(10) == NULL);
	CHECK(_Znam(10) == NULL);
	world.fail = false;
	p = kern_os_malloc(10);
	REQUIRE(p != NULL);
	/* A block that cannot grow is gone. */
	world.fail = true;
	CHECK(kern_os_realloc(p, 20) == NULL);
	world.fail = false;
	CHECK_EQ(world.blocks, 0);
}

UNIT_TEST(heap_realloc)
{
	unsigned char *p = NULL;
	size_t old = 0, size, i, k;

	for (i = 0; i < 200; i++) {
		size = 1 + unit_random() % 300;
		p = kern_os_realloc(p, size);
		REQUIRE(p != NULL);
		for (k = 0; k < size; k++)
			if (p[k] != (k < old ? 0x77 : 0))
				break;
		CHECK_EQ(k, size);
		memset(p, 0x77, size);
		old = size;
	}
	CHECK(kern_os_realloc(p, 0) == NULL);
	p = _Znam(0);
	CHECK(p != NULL);
	_ZdaPv(p);
	CHECK_EQ(world.blocks, 0);
}
