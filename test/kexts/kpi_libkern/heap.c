/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The allocators.
 */
#include <IOKit/IOLib.h>
#include <kern/kalloc.h>
#include <libkern/OSMalloc.h>
#include <libkern/OSTypes.h>
#include <string.h>
#include <sys/malloc.h>

#include <kpitest.h>

static int
all_zero(const void *p, size_t n)
{
	const char *c = p;

	while (n > 0)
		if (c[--n] != 0)
			return (0);
	return (1);
}

KPI_TEST(_MALLOC)
{
	char *p = _MALLOC(1000, M_TEMP, M_WAITOK | M_ZERO), *q;

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(((uintptr_t)p & 15) == 0 && all_zero(p, 1000));
	memset(p, 0x5a, 1000);
	q = _MALLOC(100000, M_DEVBUF, M_NOWAIT);
	KPI_EXPECT(q != NULL && q != p);
	KPI_EXPECT(_MALLOC(0, M_TEMP, M_WAITOK) == NULL);
	KPI_EXPECT(p[999] == 0x5a);
	_FREE(q, M_DEVBUF);
	_FREE(p, M_TEMP);
}

KPI_TEST(_FREE)
{
	_FREE(NULL, M_TEMP);
	KPI_EXPECT(1);
}

KPI_TEST(MALLOC)
{
	struct pair {
		int a, b;
	} *p;

	MALLOC(p, struct pair *, sizeof(*p), M_TEMP, M_WAITOK | M_ZERO);
	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(p->a == 0 && p->b == 0);
	FREE(p, M_TEMP);
}

KPI_TEST(FREE)
{
	char *p;

	MALLOC(p, char *, 8, M_TEMP, M_WAITOK);
	KPI_REQUIRE(p != NULL);
	FREE(p, M_TEMP);
}

KPI_TEST(OSMalloc_Tagalloc)
{
	OSMallocTag t = OSMalloc_Tagalloc("kpi.tag", OSMT_DEFAULT);

	KPI_REQUIRE(t != NULL);
	OSMalloc_Tagfree(t);
}

KPI_TEST(OSMalloc_Tagfree)
{
	/* The tag lives until its last block is freed. */
	OSMallocTag t = OSMalloc_Tagalloc("kpi.late", OSMT_PAGEABLE);
	void *p;

	KPI_REQUIRE(t != NULL);
	p = OSMalloc(64, t);
	KPI_EXPECT(p != NULL);
	OSMalloc_Tagfree(t);
	OSFree(p, 64, t);
}

KPI_TEST(OSMalloc)
{
	OSMallocTag t = OSMalloc_Tagalloc("kpi.malloc", OSMT_DEFAULT);
	char *p;

	KPI_REQUIRE(t != NULL);
	p = OSMalloc(3000, t);
	KPI_EXPECT(p != NULL);
	memset(p, 1, 3000);
	OSFree(p, 3000, t);
	OSMalloc_Tagfree(t);
}

KPI_TEST(OSMalloc_nowait)
{
	OSMallocTag t = OSMalloc_Tagalloc("kpi.nowait", OSMT_DEFAULT);
	void *p;

	KPI_REQUIRE(t != NULL);
	if ((p = OSMalloc_nowait(100, t)) != NULL)
		OSFree(p, 100, t);
	OSMalloc_Tagfree(t);
}

KPI_TEST(OSMalloc_noblock)
{
	OSMallocTag t = OSMalloc_Tagalloc("kpi.noblock", OSMT_DEFAULT);
	void *p;

	KPI_REQUIRE(t != NULL);
	if ((p = OSMalloc_noblock(100, t)) != NULL)
		OSFree(p, 100, t);
	OSMalloc_Tagfree(t);
}

KPI_TEST(OSFree)
{
	OSMallocTag t = OSMalloc_Tagalloc("kpi.free", OSMT_DEFAULT);
	void *p;
	int i;

	KPI_REQUIRE(t != NULL);
	for (i = 0; i < 100; i++) {
		p = OSMalloc(4096, t);
		KPI_EXPECT(p != NULL);
		OSFree(p, 4096, t);
	}
	OSMalloc_Tagfree(t);
}

KPI_TEST(kalloc)
{
	char *p = kalloc(500);

	KPI_REQUIRE(p != NULL);
	memset(p, 2, 500);
	kfree(p, 500);
}

KPI_TEST(kfree)
{
	kfree(kalloc(16), 16);
	KPI_EXPECT(1);
}

KPI_TEST(kern_os_malloc)
{
	char *p = kern_os_malloc(300);

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(all_zero(p, 300));
	kern_os_free(p);
	KPI_EXPECT(kern_os_malloc(0) == NULL);
}

KPI_TEST(kern_os_free)
{
	kern_os_free(NULL);
	KPI_EXPECT(1);
}

KPI_TEST(kern_os_realloc)
{
	char *p = kern_os_realloc(NULL, 8);

	KPI_REQUIRE(p != NULL);
	strlcpy(p, "content", 8);
	p = kern_os_realloc(p, 4000);
	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(strcmp(p, "content") == 0 && all_zero(p + 8, 3992));
	p = kern_os_realloc(p, 4);
	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(memcmp(p, "cont", 4) == 0);
	KPI_EXPECT(kern_os_realloc(p, 0) == NULL);
}

KPI_TEST(IOMalloc)
{
	char *p = IOMalloc(123);

	KPI_REQUIRE(p != NULL);
	memset(p, 3, 123);
	IOFree(p, 123);
}

KPI_TEST(IOFree)
{
	void *p = IOMallocAligned(5000, 4096);

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(((uintptr_t)p & 4095) == 0);
	IOFreeAligned(p, 5000);
	IOFree(NULL, 1);
}
