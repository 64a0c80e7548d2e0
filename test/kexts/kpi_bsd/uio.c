/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uio: vectors, position, moving data in both directions.
 */
#include <string.h>
#include <sys/errno.h>
#include <sys/uio.h>

#include <kpitest.h>

static char part1[8], part2[8];

/* Two vectors of eight bytes each. */
static uio_t
two(int direction)
{
	uio_t u = uio_create(2, 100, UIO_SYSSPACE, direction);

	if (u != NULL) {
		uio_addiov(u, CAST_USER_ADDR_T(part1), sizeof(part1));
		uio_addiov(u, CAST_USER_ADDR_T(part2), sizeof(part2));
	}
	return (u);
}

KPI_TEST(uio_create)
{
	uio_t u = uio_create(4, 7, UIO_SYSSPACE, UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_iovcnt(u) == 0 && uio_resid(u) == 0);
	KPI_EXPECT(uio_offset(u) == 7 && uio_rw(u) == UIO_READ);
	uio_free(u);
	KPI_EXPECT(uio_create(UIO_MAXIOV + 1, 0, UIO_SYSSPACE, UIO_READ) ==
	    NULL);
}

KPI_TEST(uio_reset)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_reset(u, 5, UIO_USERSPACE, UIO_WRITE);
	KPI_EXPECT(uio_iovcnt(u) == 0 && uio_resid(u) == 0);
	KPI_EXPECT(uio_offset(u) == 5 && uio_rw(u) == UIO_WRITE);
	KPI_EXPECT(uio_isuserspace(u) == 1);
	KPI_EXPECT(uio_addiov(u, CAST_USER_ADDR_T(part1), 4) == 0);
	uio_free(u);
}

KPI_TEST(uio_duplicate)
{
	uio_t u = two(UIO_READ), d;

	KPI_REQUIRE(u != NULL);
	uio_update(u, 3);
	d = uio_duplicate(u);
	KPI_REQUIRE(d != NULL);
	KPI_EXPECT(uio_resid(d) == 13 && uio_offset(d) == uio_offset(u));
	KPI_EXPECT(uio_curriovbase(d) == uio_curriovbase(u));
	uio_update(d, 10);
	KPI_EXPECT(uio_resid(u) == 13);
	uio_free(d);
	uio_free(u);
}

KPI_TEST(uio_free)
{
	int i;

	for (i = 0; i < 50; i++)
		uio_free(two(UIO_READ));
	KPI_EXPECT(1);
}

KPI_TEST(uio_addiov)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_addiov(u, CAST_USER_ADDR_T(part1), 1) == -1);
	KPI_EXPECT(uio_resid(u) == 16 && uio_iovcnt(u) == 2);
	uio_free(u);
}

KPI_TEST(uio_getiov)
{
	uio_t u = two(UIO_READ);
	user_addr_t base = 0;
	user_size_t len = 0;

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_getiov(u, 1, &base, &len) == 0);
	KPI_EXPECT(base == CAST_USER_ADDR_T(part2) && len == 8);
	KPI_EXPECT(uio_getiov(u, 2, &base, &len) == -1);
	uio_free(u);
}

KPI_TEST(uio_update)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_update(u, 10);
	KPI_EXPECT(uio_resid(u) == 6 && uio_offset(u) == 110);
	KPI_EXPECT(uio_curriovbase(u) == CAST_USER_ADDR_T(part2 + 2));
	uio_free(u);
}

KPI_TEST(uio_resid)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_resid(u) == 16);
	uio_free(u);
}

KPI_TEST(uio_setresid)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_setresid(u, 5);
	KPI_EXPECT(uio_resid(u) == 5);
	uio_free(u);
}

KPI_TEST(uio_iovcnt)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_iovcnt(u) == 2);
	uio_free(u);
}

KPI_TEST(uio_offset)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_offset(u) == 100);
	uio_free(u);
}

KPI_TEST(uio_setoffset)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_setoffset(u, 1ll << 40);
	KPI_EXPECT(uio_offset(u) == 1ll << 40);
	uio_free(u);
}

KPI_TEST(uio_rw)
{
	uio_t u = two(UIO_WRITE);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_rw(u) == UIO_WRITE && uio_rw(NULL) == -1);
	uio_free(u);
}

KPI_TEST(uio_setrw)
{
	uio_t u = two(UIO_WRITE);

	KPI_REQUIRE(u != NULL);
	uio_setrw(u, UIO_READ);
	KPI_EXPECT(uio_rw(u) == UIO_READ);
	uio_free(u);
}

KPI_TEST(uio_isuserspace)
{
	uio_t u = uio_create(1, 0, UIO_USERSPACE64, UIO_READ);
	uio_t k = uio_create(1, 0, UIO_SYSSPACE, UIO_READ);

	KPI_REQUIRE(u != NULL && k != NULL);
	KPI_EXPECT(uio_isuserspace(u) == 1 && uio_isuserspace(k) == 0);
	uio_free(u);
	uio_free(k);
}

KPI_TEST(uio_curriovbase)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uio_curriovbase(u) == CAST_USER_ADDR_T(part1));
	uio_update(u, 16);
	KPI_EXPECT(uio_curriovbase(u) == 0);
	uio_free(u);
}

KPI_TEST(uio_curriovlen)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	uio_update(u, 3);
	KPI_EXPECT(uio_curriovlen(u) == 5);
	uio_update(u, 13);
	KPI_EXPECT(uio_curriovlen(u) == 0);
	uio_free(u);
}

KPI_TEST(uiomove)
{
	uio_t u = two(UIO_READ);
	char buf[16];

	KPI_REQUIRE(u != NULL);
	/* Out of the kernel into the vectors, across their border. */
	KPI_EXPECT(uiomove("0123456789AB", 12, u) == 0);
	KPI_EXPECT(memcmp(part1, "01234567", 8) == 0);
	KPI_EXPECT(memcmp(part2, "89AB", 4) == 0);
	KPI_EXPECT(uio_resid(u) == 4);
	uio_free(u);

	u = two(UIO_WRITE);
	KPI_REQUIRE(u != NULL);
	memcpy(part2, "89ABCDEF", 8);
	KPI_EXPECT(uiomove(buf, 20, u) == 0);
	KPI_EXPECT(memcmp(buf, "0123456789ABCDEF", 16) == 0);
	KPI_EXPECT(uio_resid(u) == 0);
	uio_free(u);

	u = uio_create(1, 0, UIO_USERSPACE, UIO_WRITE);
	KPI_REQUIRE(u != NULL);
	uio_addiov(u, 0, 8);
	KPI_EXPECT(uiomove(buf, 8, u) == EFAULT);
	uio_free(u);
}

KPI_TEST(uiomove64)
{
	uio_t u = two(UIO_READ);

	KPI_REQUIRE(u != NULL);
	KPI_EXPECT(uiomove64((__uint64_t)(uintptr_t)"abcd", 4, u) == 0);
	KPI_EXPECT(memcmp(part1, "abcd", 4) == 0);
	uio_free(u);
}
