/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Getting and freeing mbufs, clusters and packets; pools.
 */
#include <sys/errno.h>

#include <kpitest.h>

#include "make.h"

KPI_TEST(mbuf_get)
{
	mbuf_t m = NULL;

	KPI_REQUIRE(mbuf_get(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0);
	KPI_EXPECT((mbuf_flags(m) & (MBUF_PKTHDR | MBUF_EXT)) == 0);
	KPI_EXPECT(mbuf_len(m) == 0 && mbuf_next(m) == NULL);
	KPI_EXPECT(mbuf_nextpkt(m) == NULL);
	KPI_EXPECT(mbuf_maxlen(m) == mbuf_get_mlen());
	mbuf_free(m);
	KPI_REQUIRE(mbuf_get(MBUF_DONTWAIT, MBUF_TYPE_CONTROL, &m) == 0);
	KPI_EXPECT(mbuf_type(m) == MBUF_TYPE_CONTROL);
	mbuf_free(m);
}

KPI_TEST(mbuf_gethdr)
{
	mbuf_t m = NULL;

	KPI_REQUIRE(mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0);
	KPI_EXPECT(mbuf_flags(m) & MBUF_PKTHDR);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 0 && mbuf_pkthdr_rcvif(m) == NULL);
	KPI_EXPECT(mbuf_maxlen(m) == mbuf_get_mhlen());
	KPI_EXPECT(!tagged(m));
	mbuf_freem(m);
}

KPI_TEST(mbuf_getpacket)
{
	mbuf_t m = NULL;

	KPI_REQUIRE(mbuf_getpacket(MBUF_WAITOK, &m) == 0);
	KPI_EXPECT((mbuf_flags(m) & (MBUF_PKTHDR | MBUF_EXT)) ==
	    (MBUF_PKTHDR | MBUF_EXT));
	KPI_EXPECT(mbuf_maxlen(m) == 2048 && mbuf_len(m) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_getcluster)
{
	static const size_t sizes[] = { 2048, 4096, 16384 };
	mbuf_t m = NULL, own;
	unsigned i;

	for (i = 0; i < 3; i++) {
		m = NULL;
		KPI_REQUIRE(mbuf_getcluster(MBUF_WAITOK, MBUF_TYPE_DATA,
		    sizes[i], &m) == 0);
		KPI_EXPECT(mbuf_maxlen(m) == sizes[i]);
		KPI_EXPECT(!(mbuf_flags(m) & MBUF_PKTHDR));
		mbuf_freem(m);
	}
	m = NULL;
	KPI_EXPECT(mbuf_getcluster(MBUF_WAITOK, MBUF_TYPE_DATA, 3000, &m) ==
	    EINVAL && m == NULL);
	own = m = H(0, 0);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_getcluster(MBUF_WAITOK, MBUF_TYPE_DATA, 3000, &m) ==
	    EINVAL && m == own);
	KPI_EXPECT(mbuf_getcluster(MBUF_WAITOK, MBUF_TYPE_DATA, 4096, &m) ==
	    0 && m == own && mbuf_maxlen(m) == 4096);
	mbuf_freem(m);
}

KPI_TEST(mbuf_mclget)
{
	mbuf_t m = H(0, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_mclget(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0);
	KPI_EXPECT(mbuf_maxlen(m) == 2048 && (mbuf_flags(m) & MBUF_EXT));
	mbuf_freem(m);
}

KPI_TEST(mbuf_alloccluster)
{
	caddr_t p = NULL;
	size_t size = 1;

	KPI_REQUIRE(mbuf_alloccluster(MBUF_WAITOK, &size, &p) == 0);
	KPI_EXPECT(size == 2048 && p != NULL);
	mbuf_freecluster(p, size);
	size = 2049;
	KPI_REQUIRE(mbuf_alloccluster(MBUF_WAITOK, &size, &p) == 0);
	KPI_EXPECT(size == 4096);
	mbuf_freecluster(p, size);
	size = 0;
	KPI_EXPECT(mbuf_alloccluster(MBUF_WAITOK, &size, &p) == EINVAL);
	size = 16385;
	KPI_EXPECT(mbuf_alloccluster(MBUF_WAITOK, &size, &p) == ENOMEM);
	KPI_EXPECT(size == 0);
}

KPI_TEST(mbuf_freecluster)
{
	size_t size;
	caddr_t p;
	int i;

	for (i = 0; i < 100; i++) {
		size = 2048;
		KPI_REQUIRE(mbuf_alloccluster(MBUF_WAITOK, &size, &p) == 0);
		mbuf_freecluster(p, size);
	}
}

static int ext_frees;
static caddr_t ext_arg;
static u_int ext_size;

static void
ext_free(caddr_t buf, u_int size, caddr_t arg)
{
	(void)buf;
	ext_frees++;
	ext_size = size;
	ext_arg = arg;
}

KPI_TEST(mbuf_attachcluster)
{
	static char buf[512];
	mbuf_t m = NULL, n = NULL;

	KPI_EXPECT(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    ext_free, 0, NULL) == EINVAL);
	KPI_EXPECT(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, NULL,
	    ext_free, 512, NULL) == EINVAL);
	KPI_EXPECT(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    ext_free, 65536, NULL) == EINVAL);
	KPI_EXPECT(m == NULL && ext_frees == 0);
	KPI_REQUIRE(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    ext_free, sizeof(buf), (caddr_t)&ext_arg) == 0);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_flags(m) & MBUF_PKTHDR);
	KPI_EXPECT(mbuf_data(m) == (void *)buf && mbuf_maxlen(m) == 512);
	mbuf_setlen(m, 100);
	mbuf_pkthdr_setlen(m, 100);
	KPI_EXPECT(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	mbuf_freem(m);
	KPI_EXPECT(ext_frees == 0);
	mbuf_freem(n);
	KPI_EXPECT(ext_frees == 1 && ext_size == 512);
	KPI_EXPECT(ext_arg == (caddr_t)&ext_arg);
}

KPI_TEST(mbuf_allocpacket)
{
	size_t mlen = mbuf_get_mlen(), mhlen = mbuf_get_mhlen();
	struct {
		size_t		len;
		unsigned	in, out;
		size_t		max;
	} t[] = {
		{ mhlen, 0, 1, mhlen },
		{ mhlen + 1, 0, 2, mhlen },
		{ mhlen + mlen + 1, 0, 1, 2048 },
		{ 2049, 0, 1, 4096 },
		{ mhlen + 1, 1, 1, 2048 },
	};
	mbuf_t m, untouched = (mbuf_t)(void *)t;
	unsigned chunks, i;

	m = untouched;
	KPI_EXPECT(mbuf_allocpacket(MBUF_WAITOK, 0, NULL, &m) == EINVAL);
	KPI_EXPECT(m == untouched);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		chunks = t[i].in;
		KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, t[i].len, &chunks,
		    &m) == 0);
		KPI_EXPECT(chunks == t[i].out && count(m) == t[i].out);
		KPI_EXPECT(mbuf_maxlen(m) == t[i].max);
		KPI_EXPECT(mbuf_len(m) == 0 && mbuf_pkthdr_len(m) == 0);
		mbuf_freem(m);
	}
	chunks = 1;
	m = untouched;
	KPI_EXPECT(mbuf_allocpacket(MBUF_WAITOK, 20000, &chunks, &m) ==
	    ENOBUFS);
	KPI_EXPECT(chunks == 1 && m == untouched);
	KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, 100000, NULL, &m) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_allocpacket_list)
{
	mbuf_t m = NULL, p;
	int n = 0;

	KPI_REQUIRE(mbuf_allocpacket_list(3, MBUF_WAITOK, 1000, NULL, &m) ==
	    0);
	for (p = m; p != NULL; p = mbuf_nextpkt(p))
		n++;
	KPI_EXPECT(n == 3);
	KPI_EXPECT(mbuf_freem_list(m) == 3);
	KPI_EXPECT(mbuf_allocpacket_list(0, MBUF_WAITOK, 1000, NULL, &m) ==
	    EINVAL);
}

KPI_TEST(mbuf_free)
{
	mbuf_t m = H(10, 10), n;

	KPI_REQUIRE(m != NULL);
	n = mbuf_next(m);
	KPI_EXPECT(mbuf_free(m) == n);
	KPI_EXPECT(mbuf_free(n) == NULL);
}

KPI_TEST(mbuf_freem)
{
	mbuf_freem(NULL);
	mbuf_freem(H(10, 10));
	KPI_EXPECT(1);
}

KPI_TEST(mbuf_freem_list)
{
	mbuf_t a = H(10, 10), b = H(5, 0);

	KPI_EXPECT(mbuf_freem_list(NULL) == 0);
	KPI_REQUIRE(a != NULL && b != NULL);
	mbuf_setnextpkt(a, b);
	KPI_EXPECT(mbuf_freem_list(a) == 2);
}

KPI_TEST(mbuf_get_mlen)
{
	KPI_EXPECT(mbuf_get_mlen() >= 128 && mbuf_get_mlen() < 2048);
}

KPI_TEST(mbuf_get_mhlen)
{
	KPI_EXPECT(mbuf_get_mhlen() >= 64 &&
	    mbuf_get_mhlen() <= mbuf_get_mlen());
}

KPI_TEST(mbuf_get_minclsize)
{
	KPI_EXPECT(mbuf_get_minclsize() == mbuf_get_mhlen() +
	    mbuf_get_mlen());
}

KPI_TEST(mbuf_stats)
{
	struct mbuf_stat a, b;
	mbuf_t m;

	mbuf_stats(&a);
	m = C(10);
	KPI_REQUIRE(m != NULL);
	mbuf_stats(&b);
	KPI_EXPECT(a.mlen == mbuf_get_mlen() && a.mhlen == mbuf_get_mhlen());
	KPI_EXPECT(a.mclbytes == 2048 && a.bigmclbytes == 4096);
	KPI_EXPECT(b.mtypes[MBUF_TYPE_DATA] > 0);
	mbuf_freem(m);
}
