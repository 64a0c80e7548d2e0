/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chains: copying, cutting, joining, trimming.
 */
#include <sys/errno.h>
#include <sys/param.h>

#include <kpitest.h>

#include "make.h"

KPI_TEST(mbuf_data)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(*(unsigned char *)mbuf_data(m) == byte_at(0));
	mbuf_freem(m);
}

KPI_TEST(mbuf_datastart)
{
	mbuf_t m = C(100);
	char *start;

	KPI_REQUIRE(m != NULL);
	start = mbuf_datastart(m);
	KPI_EXPECT(start == (char *)mbuf_data(m));
	mbuf_adj(m, 10);
	KPI_EXPECT(mbuf_datastart(m) == start);
	KPI_EXPECT((char *)mbuf_data(m) == start + 10);
	mbuf_freem(m);
}

KPI_TEST(mbuf_setdata)
{
	mbuf_t m = C(100);
	char *start;

	KPI_REQUIRE(m != NULL);
	start = mbuf_datastart(m);
	KPI_EXPECT(mbuf_setdata(m, start, 2048) == 0 && mbuf_len(m) == 2048);
	KPI_EXPECT(mbuf_setdata(m, start + 1, 2048) == EINVAL);
	KPI_EXPECT(mbuf_setdata(m, start - 1, 1) == EINVAL);
	KPI_EXPECT(mbuf_setdata(m, start + 2048, 0) == 0);
	KPI_EXPECT(mbuf_len(m) == 0 && mbuf_pkthdr_len(m) == 100);
	mbuf_freem(m);
}

KPI_TEST(mbuf_align_32)
{
	mbuf_t m = H(0, 0), n = NULL;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_align_32(m, 30) == 0);
	KPI_EXPECT(((uintptr_t)mbuf_data(m) & 3) == 0);
	KPI_EXPECT(mbuf_trailingspace(m) >= 30 && mbuf_trailingspace(m) < 34);
	mbuf_freem(m);
	m = C(10);
	KPI_REQUIRE(m != NULL);
	KPI_REQUIRE(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	KPI_EXPECT(mbuf_align_32(m, 30) == ENOTSUP);
	mbuf_freem(n);
	mbuf_freem(m);
}

KPI_TEST(mbuf_leadingspace)
{
	mbuf_t m = C(100), n = NULL;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_leadingspace(m) == 0);
	mbuf_adj(m, 20);
	KPI_EXPECT(mbuf_leadingspace(m) == 20);
	KPI_REQUIRE(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	KPI_EXPECT(mbuf_leadingspace(m) == 0);
	mbuf_freem(n);
	mbuf_freem(m);
}

KPI_TEST(mbuf_trailingspace)
{
	mbuf_t m = C(100), n = NULL;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_trailingspace(m) == 1948);
	KPI_REQUIRE(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	KPI_EXPECT(mbuf_trailingspace(m) == 0);
	mbuf_freem(n);
	mbuf_freem(m);
}

KPI_TEST(mbuf_copym)
{
	mbuf_t m = C(1000), n = NULL;

	KPI_REQUIRE(m != NULL && tag_add(m) == 0);
	KPI_REQUIRE(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(n) == 1000 && holds(n, 0, 1000, 0));
	KPI_EXPECT(mbuf_data(n) == mbuf_data(m));
	KPI_EXPECT(tagged(n) && !tagged(m));
	KPI_EXPECT(mbuf_mclhasreference(m) == 1);
	KPI_EXPECT(mbuf_mclhasreference(n) == 1);
	mbuf_freem(n);
	KPI_REQUIRE(mbuf_copym(m, 100, 50, MBUF_WAITOK, &n) == 0);
	KPI_EXPECT(!(mbuf_flags(n) & MBUF_PKTHDR) && mbuf_len(n) == 50);
	KPI_EXPECT(holds(n, 0, 50, 100));
	mbuf_freem(n);
	n = m;
	KPI_EXPECT(mbuf_copym(m, 0, 0, MBUF_WAITOK, &n) == ENOMEM);
	KPI_EXPECT(n == NULL);
	KPI_EXPECT(mbuf_copym(m, 900, 200, MBUF_WAITOK, &n) != 0);
	KPI_EXPECT(n == NULL && mbuf_len(m) == 1000);
	mbuf_freem(m);
}

KPI_TEST(mbuf_dup)
{
	mbuf_t m = C(1000), n = NULL;

	KPI_REQUIRE(m != NULL && tag_add(m) == 0);
	KPI_REQUIRE(mbuf_dup(m, MBUF_WAITOK, &n) == 0);
	KPI_EXPECT(tagged(m) && tagged(n));
	KPI_EXPECT(mbuf_pkthdr_len(n) == 1000 && holds(n, 0, 1000, 0));
	KPI_EXPECT(mbuf_mclhasreference(m) == 0);
	KPI_EXPECT(mbuf_mclhasreference(n) == 0);
	*(unsigned char *)mbuf_data(n) ^= 0xff;
	KPI_EXPECT(holds(m, 0, 1, 0));
	mbuf_freem(n);
	mbuf_freem(m);
}

KPI_TEST(mbuf_prepend)
{
	mbuf_t m = C(100), first, n = NULL;

	KPI_REQUIRE(m != NULL);
	mbuf_adj(m, 20);
	first = m;
	KPI_REQUIRE(mbuf_prepend(&m, 14, MBUF_WAITOK) == 0);
	KPI_EXPECT(m == first && mbuf_len(m) == 94);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 94 && holds(m, 14, 80, 20));
	mbuf_freem(m);

	m = C(100);
	KPI_REQUIRE(m != NULL && tag_add(m) == 0);
	first = m;
	KPI_REQUIRE(mbuf_prepend(&m, 14, MBUF_WAITOK) == 0);
	KPI_EXPECT(m != first && mbuf_next(m) == first);
	KPI_EXPECT(mbuf_len(m) == 14 && mbuf_pkthdr_len(m) == 114);
	KPI_EXPECT(tagged(m) && !(mbuf_flags(first) & MBUF_PKTHDR));
	KPI_EXPECT(holds(m, 14, 100, 0));
	mbuf_freem(m);

	/* Room in a shared cluster is not room. */
	m = C(100);
	KPI_REQUIRE(m != NULL);
	mbuf_adj(m, 20);
	KPI_REQUIRE(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	first = m;
	KPI_REQUIRE(mbuf_prepend(&m, 14, MBUF_WAITOK) == 0);
	KPI_EXPECT(m != first);
	mbuf_freem(m);
	mbuf_freem(n);

	m = H(10, 0);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_prepend(&m, mbuf_get_mhlen() + 1, MBUF_WAITOK) ==
	    ENOMEM && m == NULL);
}

KPI_TEST(mbuf_split)
{
	mbuf_t m = H(10, 10), t = NULL;

	KPI_REQUIRE(m != NULL);
	KPI_REQUIRE(mbuf_split(m, 10, MBUF_WAITOK, &t) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 10 && mbuf_pkthdr_len(t) == 10);
	KPI_EXPECT(mbuf_len(t) == 0);	/* its header stands alone */
	KPI_EXPECT(holds(m, 0, 10, 0) && holds(t, 0, 10, 10));
	mbuf_freem(m);
	mbuf_freem(t);

	m = H(10, 10);
	KPI_REQUIRE(m != NULL);
	KPI_REQUIRE(mbuf_split(m, 20, MBUF_WAITOK, &t) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 20 && mbuf_pkthdr_len(t) == 0);
	mbuf_freem(t);
	KPI_EXPECT(mbuf_split(m, 25, MBUF_WAITOK, &t) == ENOMEM && t == NULL);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 20 && holds(m, 0, 20, 0));
	mbuf_freem(m);

	m = P(10, 10);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_split(m, 20, MBUF_WAITOK, &t) == ENOMEM && t == NULL);
	mbuf_freem(m);

	m = C(1000);
	KPI_REQUIRE(m != NULL && tag_add(m) == 0);
	KPI_REQUIRE(mbuf_split(m, 400, MBUF_WAITOK, &t) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 400 && mbuf_pkthdr_len(t) == 600);
	KPI_EXPECT(mbuf_mclhasreference(m) == 1 && tagged(m) && !tagged(t));
	KPI_EXPECT(holds(t, 0, 600, 400));
	mbuf_freem(m);
	mbuf_freem(t);
}

KPI_TEST(mbuf_pullup)
{
	mbuf_t m = H(10, 10);

	KPI_REQUIRE(m != NULL);
	KPI_REQUIRE(mbuf_pullup(&m, 15) == 0);
	KPI_EXPECT(mbuf_len(m) >= 15 && mbuf_pkthdr_len(m) == 20);
	KPI_EXPECT(holds(m, 0, 20, 0));
	KPI_EXPECT(mbuf_pullup(&m, 21) == ENOMEM && m == NULL);
	/* More than fits one mbuf, in pieces. */
	m = C(200);
	KPI_REQUIRE(m != NULL);
	KPI_REQUIRE(mbuf_prepend(&m, mbuf_get_mlen(), MBUF_WAITOK) == 0);
	KPI_EXPECT(mbuf_pullup(&m, mbuf_get_mlen() + 1) == ENOMEM &&
	    m == NULL);
}

KPI_TEST(mbuf_pulldown)
{
	mbuf_t m = H(10, 10), loc = NULL;
	unsigned char *p;
	size_t off = 8;
	int i, same = 1;

	KPI_REQUIRE(m != NULL);
	KPI_REQUIRE(mbuf_pulldown(m, &off, 6, &loc) == 0);
	KPI_REQUIRE(loc != NULL && mbuf_len(loc) >= off + 6);
	p = (unsigned char *)mbuf_data(loc) + off;
	for (i = 0; i < 6; i++)
		same &= p[i] == byte_at(8 + (size_t)i);
	KPI_EXPECT(same && mbuf_pkthdr_len(m) == 20);
	KPI_EXPECT(holds(m, 0, 20, 0));
	off = 15;
	KPI_EXPECT(mbuf_pulldown(m, &off, 10, &loc) == ENOMEM);
	KPI_EXPECT(loc == NULL);
	/* There, but more than a cluster holds. */
	KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, 5000, NULL, &m) == 0);
	{
		static char zeros[5000];

		KPI_EXPECT(mbuf_copyback(m, 0, sizeof(zeros), zeros,
		    MBUF_WAITOK) == 0);
	}
	off = 100;
	loc = m;
	KPI_EXPECT(mbuf_pulldown(m, &off, 2049, &loc) == ENOMEM &&
	    loc == NULL);
}

KPI_TEST(mbuf_adj)
{
	static const struct {
		int		n;
		size_t		a, b, total;
	} t[] = {
		{ 12, 0, 8, 8 }, { -12, 8, 0, 8 }, { 25, 0, 0, 0 },
		{ -25, 0, 0, 0 },
	};
	unsigned i;
	mbuf_t m;

	for (i = 0; i < 4; i++) {
		m = H(10, 10);
		KPI_REQUIRE(m != NULL);
		mbuf_adj(m, t[i].n);
		KPI_EXPECT(mbuf_len(m) == t[i].a);
		KPI_EXPECT(mbuf_len(mbuf_next(m)) == t[i].b);
		KPI_EXPECT(mbuf_pkthdr_len(m) == t[i].total);
		mbuf_freem(m);
	}
}

KPI_TEST(mbuf_adjustlen)
{
	mbuf_t m = C(100);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_adjustlen(m, 1949) == EINVAL);
	KPI_EXPECT(mbuf_adjustlen(m, 1948) == 0 && mbuf_len(m) == 2048);
	KPI_EXPECT(mbuf_adjustlen(m, -1948) == 0);
	KPI_EXPECT(mbuf_adjustlen(m, -101) == EINVAL);
	KPI_EXPECT(mbuf_adjustlen(m, -100) == 0 && mbuf_len(m) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 100);
	mbuf_freem(m);
}

KPI_TEST(mbuf_concatenate)
{
	mbuf_t a = H(10, 0), b = H(10, 0);

	KPI_REQUIRE(a != NULL && b != NULL);
	KPI_EXPECT(mbuf_concatenate(NULL, b) == NULL);
	KPI_EXPECT(mbuf_concatenate(a, NULL) == a);
	KPI_EXPECT(mbuf_concatenate(a, b) == a);
	KPI_EXPECT(mbuf_pkthdr_len(a) == 10);
	KPI_EXPECT(holds(a, 0, 10, 0) && holds(a, 10, 10, 0));
	mbuf_freem(a);
}

KPI_TEST(mbuf_copydata)
{
	unsigned char buf[16] = "";
	mbuf_t m = H(6, 6);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_copydata(m, 3, 6, buf) == 0);
	KPI_EXPECT(buf[0] == byte_at(3) && buf[5] == byte_at(8));
	KPI_EXPECT(mbuf_copydata(m, 10, 5, buf) == EINVAL);
	KPI_EXPECT(mbuf_copydata(m, 12, 0, buf) == 0);
	KPI_EXPECT(mbuf_copydata(m, 13, 0, buf) == EINVAL);
	buf[0] = 0xee;
	KPI_EXPECT(mbuf_copydata(m, 0, INT_MAX, buf) == EINVAL);
	KPI_EXPECT(buf[0] == 0xee);
	mbuf_freem(m);
}

KPI_TEST(mbuf_copyback)
{
	unsigned char c = 1;
	mbuf_t m = H(12, 0);
	size_t i;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_copyback(m, 0, 0, "x", MBUF_WAITOK) == EINVAL);
	KPI_EXPECT(mbuf_copyback(m, 0, 4, NULL, MBUF_WAITOK) == EINVAL);
	KPI_EXPECT(mbuf_copyback(NULL, 0, 4, "abcd", MBUF_WAITOK) == EINVAL);
	KPI_EXPECT(mbuf_copyback(m, 3, 4, "abcd", MBUF_WAITOK) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 12);
	KPI_EXPECT(mbuf_copyback(m, 12, 4, "wxyz", MBUF_WAITOK) == 0);
	KPI_EXPECT(count(m) == 1 && mbuf_len(m) == 16);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 16);
	mbuf_freem(m);

	m = H(12, 0);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_copyback(m, 20, 4, "abcd", MBUF_WAITOK) == 0);
	KPI_EXPECT(mbuf_len(m) == 12 && count(m) == 2);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 24);
	KPI_EXPECT(mbuf_len(mbuf_next(m)) == 12);
	for (i = 12; i < 20; i++)
		KPI_EXPECT(mbuf_copydata(m, i, 1, &c) == 0 && c == 0);
	KPI_EXPECT(mbuf_copydata(m, 23, 1, &c) == 0 && c == 'd');
	mbuf_freem(m);
}

KPI_TEST(mbuf_mclhasreference)
{
	mbuf_t m = C(1000), n = NULL;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_mclhasreference(m) == 0);
	KPI_REQUIRE(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n) == 0);
	mbuf_freem(n);
	/* The mark stays when the other user has gone. */
	KPI_EXPECT(mbuf_mclhasreference(m) == 1);
	mbuf_freem(m);
	m = H(10, 0);
	KPI_EXPECT(mbuf_mclhasreference(m) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_next)
{
	mbuf_t m = H(10, 10);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_next(m) != NULL && mbuf_next(mbuf_next(m)) == NULL);
	mbuf_freem(m);
}

KPI_TEST(mbuf_setnext)
{
	mbuf_t a = P(10, 0), b = P(10, 0), c = H(5, 0);

	KPI_REQUIRE(a != NULL && b != NULL && c != NULL);
	KPI_EXPECT(mbuf_setnext(a, b) == 0 && mbuf_next(a) == b);
	KPI_EXPECT(mbuf_setnext(a, NULL) == 0 && mbuf_next(a) == NULL);
	mbuf_setnextpkt(b, c);
	KPI_EXPECT(mbuf_setnext(a, b) == EINVAL);
	mbuf_setnextpkt(b, NULL);
	mbuf_freem(a);
	mbuf_freem(b);
	mbuf_freem(c);
}

KPI_TEST(mbuf_nextpkt)
{
	mbuf_t a = H(10, 0), b = H(10, 0);

	KPI_REQUIRE(a != NULL && b != NULL);
	mbuf_setnextpkt(a, b);
	KPI_EXPECT(mbuf_nextpkt(a) == b && mbuf_nextpkt(b) == NULL);
	KPI_EXPECT(mbuf_freem_list(a) == 2);
}

KPI_TEST(mbuf_setnextpkt)
{
	mbuf_t a = H(10, 0), b = H(10, 0);

	KPI_REQUIRE(a != NULL && b != NULL);
	mbuf_setnextpkt(a, b);
	mbuf_setnextpkt(a, NULL);
	KPI_EXPECT(mbuf_nextpkt(a) == NULL);
	mbuf_freem(a);
	mbuf_freem(b);
}

KPI_TEST(mbuf_len)
{
	mbuf_t m = H(10, 3);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_len(m) == 10 && mbuf_len(mbuf_next(m)) == 3);
	mbuf_freem(m);
}

KPI_TEST(mbuf_setlen)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_setlen(m, 7);
	KPI_EXPECT(mbuf_len(m) == 7 && mbuf_pkthdr_len(m) == 10);
	mbuf_freem(m);
}

KPI_TEST(mbuf_maxlen)
{
	mbuf_t m = H(0, 0), c = C(0), p = P(0, 0);

	KPI_REQUIRE(m != NULL && c != NULL && p != NULL);
	KPI_EXPECT(mbuf_maxlen(m) == mbuf_get_mhlen());
	KPI_EXPECT(mbuf_maxlen(p) == mbuf_get_mlen());
	KPI_EXPECT(mbuf_maxlen(c) == 2048);
	mbuf_freem(m);
	mbuf_freem(c);
	mbuf_freem(p);
}

/* A queue as drivers have them. */
struct queue {
	mbuf_t	ifq_head, ifq_tail;
	int	ifq_len;
};

KPI_TEST(IF_ENQUEUE_MBUF)
{
	struct queue q = { NULL, NULL, 0 };
	mbuf_t a = H(1, 0), b = H(2, 0), m;

	KPI_REQUIRE(a != NULL && b != NULL);
	IF_ENQUEUE_MBUF(&q, a);
	IF_ENQUEUE_MBUF(&q, b);
	KPI_EXPECT(q.ifq_len == 2 && q.ifq_head == a && q.ifq_tail == b);
	IF_DEQUEUE_MBUF(&q, m);
	KPI_EXPECT(m == a && mbuf_nextpkt(m) == NULL);
	mbuf_freem(m);
	IF_DEQUEUE_MBUF(&q, m);
	mbuf_freem(m);
}

KPI_TEST(IF_PREPEND_MBUF)
{
	struct queue q = { NULL, NULL, 0 };
	mbuf_t a = H(1, 0), b = H(2, 0), m;

	KPI_REQUIRE(a != NULL && b != NULL);
	IF_PREPEND_MBUF(&q, a);
	IF_PREPEND_MBUF(&q, b);
	KPI_EXPECT(q.ifq_head == b && q.ifq_tail == a && q.ifq_len == 2);
	IF_DEQUEUE_MBUF(&q, m);
	mbuf_freem(m);
	IF_DEQUEUE_MBUF(&q, m);
	mbuf_freem(m);
}

KPI_TEST(IF_DEQUEUE_MBUF)
{
	struct queue q = { NULL, NULL, 0 };
	mbuf_t a = H(1, 0), m;

	KPI_REQUIRE(a != NULL);
	IF_DEQUEUE_MBUF(&q, m);
	KPI_EXPECT(m == NULL);
	IF_ENQUEUE_MBUF(&q, a);
	IF_DEQUEUE_MBUF(&q, m);
	KPI_EXPECT(m == a && q.ifq_head == NULL && q.ifq_tail == NULL);
	KPI_EXPECT(q.ifq_len == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_mclref)
{
	mbuf_t m = C(1000);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_mclref(m) == 1);
	KPI_EXPECT(mbuf_mclhasreference(m) == 1);
	KPI_EXPECT(mbuf_mclunref(m) == 0);
	mbuf_freem(m);
	m = H(10, 0);
	KPI_EXPECT(mbuf_mclref(m) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_mclunref)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_mclunref(m) == 0);
	mbuf_freem(m);
}
