/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test vectors of the mbuf KPI, M1 to M34 and M37; checksums (M35, M36,
 * M38) are in mbuf_csum.c.
 */
#include "test/unit/mbuf/mbuf_util.h"

#include <limits.h>

#include "net/common/str_id.h"

#define W	MBUF_WAITOK
#define MHL	((int)mbuf_get_mhlen())
#define ML	((int)mbuf_get_mlen())

static mbuf_tag_id_t
tag_id(void)
{
	mbuf_tag_id_t id = 0;

	CHECK_EQ(mbuf_tag_id_find("org.unikext.test", &id), 0);
	return id;
}

static void
tag(mbuf_t m)
{
	void *p;

	CHECK_EQ(mbuf_tag_allocate(m, tag_id(), 1, 8, W, &p), 0);
	memset(p, 0x5a, 8);
}

static bool
tagged(mbuf_t m)
{
	size_t len;
	void *p;

	return mbuf_tag_find(m, tag_id(), 1, &len, &p) == 0 && len == 8 &&
	    *(unsigned char *)p == 0x5a;
}

UNIT_TEST(M1_copydata)
{
	char buf[32];
	mbuf_t m;

	BEGIN();
	m = chain_h(6, 6);
	CHECK_EQ(mbuf_copydata(m, 10, 5, buf), EINVAL);
	CHECK_EQ(mbuf_copydata(m, 12, 0, buf), 0);
	CHECK_EQ(mbuf_copydata(m, 13, 0, buf), EINVAL);
	buf[0] = 77;
	CHECK_EQ(mbuf_copydata(m, 0, INT_MAX, buf), EINVAL);
	CHECK_EQ(buf[0], 77);
	CHECK_EQ(mbuf_copydata(m, 4, 6, buf), 0);
	CHECK_EQ(buf[0], 4);
	CHECK_EQ(buf[5], 9);
	mbuf_freem(m);
	END();
}

UNIT_TEST(M2_to_M5_copyback)
{
	mbuf_t m;

	BEGIN();
	m = chain_h(12, -1);
	CHECK_EQ(mbuf_copyback(m, 0, 0, "x", W), EINVAL);
	CHECK_EQ(mbuf_copyback(m, 0, 1, NULL, W), EINVAL);
	CHECK_EQ(mbuf_copyback(NULL, 0, 1, "x", W), EINVAL);
	CHECK_EQ(mbuf_copyback(m, 3, 4, "abcd", W), 0);		/* M5 */
	CHECK_EQ(mbuf_pkthdr_len(m), 12);
	CHECK_EQ(mbuf_copyback(m, 12, 4, "abcd", W), 0);	/* M3 */
	CHECK(mbuf_next(m) == NULL);
	CHECK_EQ(mbuf_len(m), 16);
	CHECK_EQ(mbuf_pkthdr_len(m), 16);
	mbuf_freem(m);
	m = chain_h(12, -1);					/* M4 */
	CHECK_EQ(mbuf_copyback(m, 20, 4, "abcd", W), 0);
	CHECK_EQ(mbuf_len(m), 12);
	REQUIRE(mbuf_next(m) != NULL);
	CHECK_EQ(mbuf_len(mbuf_next(m)), 12);
	CHECK(memcmp(mbuf_data(mbuf_next(m)), "\0\0\0\0\0\0\0\0abcd", 12) == 0);
	CHECK_EQ(mbuf_pkthdr_len(m), 24);
	mbuf_freem(m);
	END();
}

UNIT_TEST(M6_adj)
{
	static const int want[4][4] = {	/* n, len, len, header */
		{ 12, 0, 8, 8 }, { -12, 8, 0, 8 }, { 25, 0, 0, 0 },
		{ -25, 0, 0, 0 }
	};

	BEGIN();
	for (int i = 0; i < 4; i++) {
		mbuf_t m = chain_h(10, 10);

		mbuf_adj(m, want[i][0]);
		CHECK_EQ(mbuf_len(m), want[i][1]);
		CHECK_EQ(mbuf_len(mbuf_next(m)), want[i][2]);
		CHECK_EQ(mbuf_pkthdr_len(m), want[i][3]);
		mbuf_freem(m);
	}
	END();
}

UNIT_TEST(M7_M8_adjustlen_setdata)
{
	static const int n[4] = { 1949, 1948, -101, -100 };
	mbuf_t m;
	char *start;

	BEGIN();
	for (int i = 0; i < 4; i++) {
		m = chain_c(100);
		CHECK_EQ(mbuf_adjustlen(m, n[i]), i & 1 ? 0 : EINVAL);
		CHECK_EQ(mbuf_pkthdr_len(m), 100);
		mbuf_freem(m);
	}
	m = chain_c(100);
	start = mbuf_datastart(m);
	CHECK_EQ(mbuf_setdata(m, start, 2048), 0);
	CHECK_EQ(mbuf_setdata(m, start + 1, 2048), EINVAL);
	CHECK_EQ(mbuf_setdata(m, start - 1, 1), EINVAL);
	CHECK_EQ(mbuf_setdata(m, start + 2048, 0), 0);
	mbuf_freem(m);
	END();
}

UNIT_TEST(M9_M10_pullup)
{
	mbuf_t m;

	BEGIN();
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_pullup(&m, 15), 0);
	CHECK(mbuf_len(m) >= 15);
	CHECK_EQ(mbuf_pkthdr_len(m), 20);
	CHECK(chain_is(m, 0, 20, 0));
	mbuf_freem(m);
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_pullup(&m, 21), ENOMEM);
	CHECK(m == NULL);
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_pullup(&m, (size_t)ML + 1), ENOMEM);
	CHECK(m == NULL);
	END();
}

UNIT_TEST(M11_M12_pulldown)
{
	size_t off = 8;
	mbuf_t m, loc;

	BEGIN();
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_pulldown(m, &off, 6, &loc), 0);
	REQUIRE(loc != NULL);
	CHECK(mbuf_len(loc) >= off + 6);
	CHECK_EQ(((unsigned char *)mbuf_data(loc))[off], 8);
	CHECK_EQ(((unsigned char *)mbuf_data(loc))[off + 5], 13);
	CHECK_EQ(mbuf_pkthdr_len(m), 20);
	CHECK(chain_is(m, 0, 20, 0));
	mbuf_freem(m);
	m = chain_h(10, 10);
	off = 15;
	CHECK_EQ(mbuf_pulldown(m, &off, 6, &loc), ENOMEM);
	CHECK(loc == NULL);
	m = chain_h(10, 10);
	off = 0;
	CHECK_EQ(mbuf_pulldown(m, &off, 2049, &loc), ENOMEM);
	CHECK(loc == NULL);
	END();
}

UNIT_TEST(M13_M14_M15_split)
{
	mbuf_t m, t;

	BEGIN();
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_split(m, 10, W, &t), 0);
	CHECK_EQ(mbuf_pkthdr_len(t), 10);
	CHECK_EQ(mbuf_len(t), 0);
	CHECK_EQ(mbuf_pkthdr_len(m), 10);
	CHECK(chain_is(t, 0, 10, 10));
	mbuf_freem(m);
	mbuf_freem(t);
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_split(m, 20, W, &t), 0);
	CHECK_EQ(mbuf_pkthdr_len(t), 0);
	CHECK_EQ(m_length(t), 0);
	mbuf_freem(m);
	mbuf_freem(t);
	m = chain_h(10, 10);
	CHECK_EQ(mbuf_split(m, 25, W, &t), ENOMEM);
	CHECK(t == NULL);
	CHECK(chain_is(m, 0, 20, 0));
	mbuf_freem(m);
	m = chain_p(10, 10);
	CHECK_EQ(mbuf_split(m, 20, W, &t), ENOMEM);
	CHECK(t == NULL);
	CHECK(chain_is(m, 0, 20, 0));
	mbuf_freem(m);
	m = chain_c(1000);
	tag(m);
	CHECK_EQ(mbuf_split(m, 400, W, &t), 0);
	CHECK_EQ(mbuf_pkthdr_len(m), 400);
	CHECK_EQ(mbuf_pkthdr_len(t), 600);
	CHECK_EQ(mbuf_mclhasreference(m), 1);
	CHECK_EQ(mbuf_mclhasreference(t), 1);
	CHECK(tagged(m) && !tagged(t));
	CHECK(chain_is(t, 0, 600, 400));
	mbuf_freem(m);
	mbuf_freem(t);
	END();
}

UNIT_TEST(M16_M17_prepend)
{
	mbuf_t m, first, n;

	BEGIN();
	m = first = chain_h(10, -1);
	memmove(m->m_data + 20, m->m_data, 10);
	m->m_data += 20;
	CHECK_EQ(mbuf_prepend(&m, 14, W), 0);
	CHECK(m == first);
	CHECK_EQ(mbuf_len(m), 24);
	CHECK_EQ(mbuf_pkthdr_len(m), 24);
	mbuf_freem(m);
	m = first = chain_h(10, -1);
	tag(m);
	CHECK_EQ(mbuf_prepend(&m, 14, W), 0);
	CHECK(m != first && mbuf_next(m) == first);
	CHECK_EQ(mbuf_len(m), 14);
	CHECK_EQ(mbuf_pkthdr_len(m), 24);
	CHECK(tagged(m));
	CHECK((mbuf_flags(first) & MBUF_PKTHDR) == 0);
	mbuf_freem(m);
	m = chain_c(100);
	m->m_data += 100;
	CHECK_EQ(mbuf_copym(m, 0, MBUF_COPYALL, W, &n), 0);
	first = m;
	CHECK_EQ(mbuf_prepend(&m, 14, W), 0);
	CHECK(m != first);
	mbuf_freem(m);
	mbuf_freem(n);
	m = chain_h(10, -1);
	CHECK_EQ(mbuf_prepend(&m, (size_t)MHL + 1, W), ENOMEM);
	CHECK(m == NULL);
	END();
}

UNIT_TEST(M18_to_M22_copies)
{
	mbuf_t m, n;

	BEGIN();
	m = chain_c(1000);
	tag(m);
	CHECK_EQ(mbuf_copym(m, 0, MBUF_COPYALL, W, &n), 0);
	CHECK_EQ(mbuf_pkthdr_len(n), 1000);
	CHECK(tagged(n) && !tagged(m));
	CHECK_EQ(mbuf_mclhasreference(m), 1);
	CHECK_EQ(mbuf_mclhasreference(n), 1);
	CHECK(mbuf_data(m) == mbuf_data(n));
	mbuf_freem(n);
	CHECK_EQ(mbuf_mclhasreference(m), 1);		/* M19 */
	CHECK_EQ(mbuf_copym(m, 100, 50, W, &n), 0);	/* M20 */
	CHECK((mbuf_flags(n) & MBUF_PKTHDR) == 0);
	CHECK_EQ(mbuf_len(n), 50);
	CHECK(chain_is(n, 0, 50, 100));
	mbuf_freem(n);
	CHECK_EQ(mbuf_copym(m, 0, 0, W, &n), ENOMEM);	/* M21 */
	CHECK(n == NULL);
	CHECK_EQ(mbuf_copym(m, 900, 101, W, &n), EINVAL);
	CHECK(n == NULL);
	tag(m);
	CHECK_EQ(mbuf_dup(m, W, &n), 0);		/* M22 */
	CHECK(tagged(m) && tagged(n));
	CHECK_EQ(mbuf_mclhasreference(n), 0);
	CHECK(mbuf_data(m) != mbuf_data(n));
	CHECK(chain_is(n, 0, 1000, 0));
	mbuf_freem(n);
	mbuf_freem(m);
	END();
}

static void
allocated(size_t len, unsigned in, errno_t error, unsigned out, size_t max)
{
	mbuf_t m = (mbuf_t)&m;
	unsigned chunks = in, n = 0;

	CHECK_EQ(mbuf_allocpacket(W, len, &chunks, &m), error);
	CHECK_EQ(chunks, error == 0 ? out : in);
	if (error != 0) {
		CHECK(m == (mbuf_t)&m);
		return;
	}
	CHECK_EQ(mbuf_pkthdr_len(m), 0);
	CHECK(mbuf_flags(m) & MBUF_PKTHDR);
	for (mbuf_t q = m; q != NULL; q = mbuf_next(q)) {
		CHECK_EQ(mbuf_len(q), 0);
		n++;
	}
	CHECK_EQ(n, out);
	if (max != 0)
		CHECK_EQ(mbuf_maxlen(m), max);
	else
		CHECK((mbuf_flags(m) & MBUF_EXT) == 0);
	mbuf_freem(m);
}

UNIT_TEST(M23_M24_M25_allocpacket)
{
	BEGIN();
	allocated(0, 0, EINVAL, 0, 0);
	allocated((size_t)MHL, 0, 0, 1, 0);
	allocated((size_t)MHL + 1, 0, 0, 2, 0);
	allocated((size_t)(MHL + ML + 1), 0, 0, 1, 2048);
	allocated(2049, 0, 0, 1, 4096);
	allocated(4097, 0, 0, 1, 16384);
	allocated((size_t)MHL + 1, 1, 0, 1, 2048);
	allocated(20000, 1, ENOBUFS, 0, 0);
	allocated(20000, 0, 0, 2, 16384);
	END();
}

UNIT_TEST(M26_lists)
{
	unsigned chunks = 0;
	mbuf_t m;

	BEGIN();
	CHECK_EQ(mbuf_allocpacket_list(3, W, 100, &chunks, &m), 0);
	CHECK_EQ(mbuf_freem_list(m), 3);
	CHECK_EQ(mbuf_allocpacket_list(0, W, 100, &chunks, &m), EINVAL);
	CHECK_EQ(mbuf_allocpacket_list(3, W, 0, &chunks, &m), EINVAL);
	CHECK_EQ(mbuf_freem_list(NULL), 0);
	mbuf_freem(NULL);
	END();
}

UNIT_TEST(M27_M28_clusters)
{
	static const struct { size_t in, out; errno_t error; } v[] = {
		{ 1, 2048, 0 }, { 2049, 4096, 0 }, { 4097, 16384, 0 },
		{ 0, 0, EINVAL }, { 16385, 0, ENOMEM }
	};
	mbuf_t m = NULL, own;

	BEGIN();
	for (unsigned i = 0; i < 5; i++) {
		size_t size = v[i].in;
		caddr_t p = NULL;

		CHECK_EQ(mbuf_alloccluster(W, &size, &p), v[i].error);
		CHECK_EQ(size, v[i].out);
		CHECK((p != NULL) == (v[i].error == 0));
		if (p != NULL)
			mbuf_freecluster(p, size);
	}
	CHECK_EQ(mbuf_getcluster(W, MBUF_TYPE_DATA, 3000, &m), EINVAL);
	CHECK(m == NULL);
	own = m = chain_h(0, -1);
	CHECK_EQ(mbuf_getcluster(W, MBUF_TYPE_DATA, 3000, &m), EINVAL);
	CHECK(m == own);
	CHECK_EQ(mbuf_getcluster(W, MBUF_TYPE_DATA, 16384, &m), 0);
	CHECK_EQ(mbuf_maxlen(m), 16384);
	mbuf_freem(m);
	m = NULL;
	CHECK_EQ(mbuf_mclget(W, MBUF_TYPE_DATA, &m), 0);
	CHECK((mbuf_flags(m) & MBUF_PKTHDR) == 0);
	CHECK_EQ(mbuf_maxlen(m), 2048);
	mbuf_freem(m);
	END();
}

UNIT_TEST(M29_M30_flags)
{
	mbuf_t m;

	BEGIN();
	m = chain_p(10, -1);
	CHECK_EQ(mbuf_setflags(m, MBUF_EXT), EINVAL);
	CHECK_EQ(mbuf_setflags(m, 0x8), EINVAL);
	CHECK_EQ(mbuf_setflags(m, MBUF_PKTHDR | MBUF_BCAST), EBUSY);
	CHECK_EQ(mbuf_flags(m), MBUF_BCAST);
	CHECK_EQ(mbuf_setflags_mask(m, MBUF_EXT, MBUF_EXT), EINVAL);
	CHECK_EQ(mbuf_setflags_mask(m, 0, MBUF_BCAST), 0);
	CHECK_EQ(mbuf_flags(m), 0);
	mbuf_freem(m);
	m = chain_h(10, -1);
	tag(m);
	CHECK_EQ(mbuf_setflags_mask(m, 0, MBUF_PKTHDR), 0);
	CHECK_EQ(mbuf_flags(m), 0);
	mbuf_freem(m);
	END();
}

UNIT_TEST(M31_M32_links)
{
	mbuf_t a, b, p;

	BEGIN();
	a = chain_h(10, -1);
	b = chain_h(10, -1);
	p = chain_p(10, -1);
	mbuf_setnextpkt(b, p);
	CHECK_EQ(mbuf_setnext(a, b), EINVAL);
	CHECK(mbuf_nextpkt(b) == p);
	mbuf_setnextpkt(b, NULL);
	CHECK_EQ(mbuf_settype(a, MBUF_TYPE_FREE), EINVAL);
	CHECK_EQ(mbuf_copy_pkthdr(a, p), EINVAL);
	CHECK_EQ(mbuf_pkthdr_len(p), 0);
	CHECK(mbuf_concatenate(NULL, a) == NULL);
	CHECK(mbuf_concatenate(a, b) == a);
	CHECK_EQ(m_length(a), 20);
	CHECK_EQ(mbuf_pkthdr_len(a), 10);
	CHECK(mbuf_concatenate(a, NULL) == a);
	CHECK_EQ(mbuf_setnext(p, a), 0);
	CHECK_EQ(mbuf_setnext(p, NULL), 0);
	mbuf_freem(a);
	mbuf_freem(p);
	END();
}

UNIT_TEST(copy_pkthdr_moves_tags)
{
	mbuf_t a, b;

	BEGIN();
	a = chain_h(10, -1);
	tag(a);
	CHECK_EQ(mbuf_set_traffic_class(a, MBUF_TC_VO), 0);
	b = chain_p(0, -1);
	b->m_data += 9;
	CHECK_EQ(mbuf_copy_pkthdr(b, a), 0);
	CHECK(tagged(b) && !tagged(a));
	CHECK_EQ(mbuf_pkthdr_len(b), 10);
	CHECK_EQ(mbuf_pkthdr_len(a), 10);
	CHECK_EQ(mbuf_get_traffic_class(b), MBUF_TC_VO);
	CHECK_EQ(mbuf_get_traffic_class(a), MBUF_TC_BE);
	CHECK(mbuf_data(b) == mbuf_datastart(b));
	mbuf_freem(a);
	mbuf_freem(b);
	END();
}

UNIT_TEST(M33_M34_tags)
{
	mbuf_t m, p;
	size_t len = 5;
	void *d = &len;
	uint32_t id, again;

	BEGIN();
	m = chain_h(10, -1);
	p = chain_p(10, -1);
	id = tag_id();
	CHECK(id >= 1000);
	CHECK_EQ(mbuf_tag_allocate(m, id, 1, 0, W, &d), EINVAL);
	CHECK(d == NULL);
	CHECK_EQ(mbuf_tag_allocate(m, id, 1, 65536, W, &d), EINVAL);
	CHECK_EQ(mbuf_tag_allocate(m, id, 1, 3000, W, &d), ENOMEM);
	CHECK_EQ(mbuf_tag_allocate(m, id, 1, 3000, MBUF_DONTWAIT, &d),
	    EWOULDBLOCK);
	CHECK(d == NULL);
	CHECK_EQ(mbuf_tag_allocate(p, id, 1, 8, W, &d), EINVAL);
	CHECK_EQ(mbuf_tag_allocate(m, 999, 1, 8, W, &d), EINVAL);
	CHECK_EQ(mbuf_tag_find(m, id, 1, &len, &d), ENOENT);
	CHECK(len == 0 && d == NULL);
	CHECK_EQ(mbuf_tag_allocate(m, id, 1, 2024, W, &d), 0);
	CHECK(d != NULL && ((uintptr_t)d & 7) == 0);
	CHECK_EQ(mbuf_tag_allocate(m, id, 1, 8, W, &d), EEXIST);
	CHECK(d == NULL);
	CHECK_EQ(mbuf_tag_find(m, id, 1, &len, &d), 0);
	CHECK_EQ(len, 2024);
	mbuf_tag_free(m, id, 2);
	CHECK_EQ(mbuf_tag_find(m, id, 1, &len, &d), 0);
	mbuf_tag_free(m, id, 1);
	CHECK_EQ(mbuf_tag_find(m, id, 1, &len, &d), ENOENT);
	CHECK_EQ(net_str_id_find("org.unikext.test", &again), 0);
	CHECK_EQ(again, id);
	CHECK_EQ(mbuf_tag_id_find(NULL, &again), EINVAL);
	mbuf_freem(m);
	mbuf_freem(p);
	END();
}

UNIT_TEST(M37_vlan)
{
	u_int16_t v = 9;
	mbuf_t m;

	BEGIN();
	m = chain_h(10, -1);
	CHECK_EQ(mbuf_get_vlan_tag(m, &v), ENXIO);
	CHECK_EQ(mbuf_set_vlan_tag(m, 42), 0);
	CHECK_EQ(mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDP, 6), 0);
	CHECK_EQ(mbuf_get_vlan_tag(m, &v), 0);
	CHECK_EQ(v, 42);
	CHECK_EQ(mbuf_clear_vlan_tag(m), 0);
	CHECK_EQ(mbuf_get_vlan_tag(m, &v), ENXIO);
	mbuf_set_vlan_tag(m, 42);
	mbuf_inbound_modified(m);
	CHECK_EQ(mbuf_get_vlan_tag(m, &v), ENXIO);
	mbuf_freem(m);
	END();
}
