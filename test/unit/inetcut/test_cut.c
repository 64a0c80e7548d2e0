/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fragments put together again are the datagram; joined segments cut and
 * joined again are the joined segments; every piece has a right header.
 */
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/socket.h>
#include <string.h>

#include "net/inet/gro.h"
#include "net/inet/inet_var.h"
#include "net/inet/ip_frag.h"
#include "net/mbuf/mbuf.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"

struct inet_counters inet_counters;

static unsigned char pkt[70000], back[70000];
static size_t base_bytes;

static void
begin(void)
{
	static bool ready;

	if (!ready)
		mbuf_init(64u << 20);
	ready = true;
	base_bytes = mbuf_bytes_inuse();
}

static void
put16(unsigned char *p, size_t v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}

static size_t
get16(const unsigned char *p)
{
	return (size_t)(p[0] << 8 | p[1]);
}

/* An IP header for n bytes of proto in pkt; its length. */
static size_t
header(bool v6, unsigned char proto, size_t n)
{
	uint16_t s;

	if (v6) {
		memset(pkt, 0, 40);
		pkt[0] = 0x60;
		put16(pkt + 4, n);
		pkt[6] = proto;
		pkt[7] = 64;
		for (int i = 8; i < 40; i++)
			pkt[i] = (unsigned char)(i * 3);
		return 40;
	}
	memset(pkt, 0, 20);
	pkt[0] = 0x45;
	put16(pkt + 2, n + 20);
	put16(pkt + 4, 4711);
	pkt[8] = 64;
	pkt[9] = proto;
	for (int i = 12; i < 20; i++)
		pkt[i] = (unsigned char)(i * 3);
	s = (uint16_t)~in_cksum_buf(pkt, 20);
	memcpy(pkt + 10, &s, 2);
	return 20;
}

/* pkt as a chain of clusters, cut at random. */
static mbuf_t
chain(size_t n)
{
	mbuf_t m, head = NULL, *tail = &head;
	size_t off = 0;

	while (off < n) {
		size_t k = 1 + unit_random() % 2000;

		m = m_getcl(MBUF_WAITOK, MBUF_TYPE_DATA,
		    head == NULL ? MBUF_PKTHDR : 0);
		if (off == 0 && k < 100)
			k = 100;
		if (k > n - off)
			k = n - off;
		memcpy(m->m_data, pkt + off, k);
		m->m_len = (uint16_t)k;
		off += k;
		*tail = m;
		tail = &m->m_next;
	}
	head->m_pkthdr.len = (uint32_t)n;
	return head;
}

UNIT_TEST(fragments4_make_the_datagram)
{
	begin();
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + unit_random() % 20000, mtu = 100 +
		    unit_random() % 1500, at = 0;
		mbuf_t list, next;

		header(false, 17, n);
		for (size_t i = 0; i < n; i++)
			pkt[20 + i] = (unsigned char)unit_random();
		CHECK_EQ(inet_frag4(chain(20 + n), mtu, &list), 0);
		for (; list != NULL; list = next) {
			unsigned char h[20];
			size_t len = mbuf_pkthdr_len(list);

			next = list->m_nextpkt;
			CHECK(len <= mtu && len == m_length(list));
			mbuf_copydata(list, 0, 20, h);
			CHECK_EQ(in_cksum_buf(h, 20), 0xffff);
			CHECK_EQ(get16(h + 2), len);
			CHECK_EQ((get16(h + 6) & 0x1fff) * 8, at);
			CHECK_EQ((get16(h + 6) & 0x2000) != 0, next != NULL);
			CHECK(memcmp(h + 4, pkt + 4, 2) == 0);
			mbuf_copydata(list, 20, len - 20, back + at);
			at += len - 20;
			list->m_nextpkt = NULL;
			mbuf_freem(list);
		}
		CHECK_EQ(at, n);
		CHECK(memcmp(back, pkt + 20, n) == 0);
	}
	CHECK_EQ(mbuf_bytes_inuse(), base_bytes);
}

UNIT_TEST(fragments4_of_a_fragment_and_df)
{
	unsigned char h[20];
	mbuf_t list, m;

	begin();
	header(false, 17, 400);
	put16(pkt + 6, 0x2000 | 10);	/* the middle of another */
	CHECK_EQ(inet_frag4(chain(420), 220, &list), 0);
	for (m = list; m != NULL; m = m->m_nextpkt) {
		mbuf_copydata(m, 0, 20, h);
		CHECK((get16(h + 6) & 0x2000) != 0);
		CHECK((get16(h + 6) & 0x1fff) >= 10);
	}
	mbuf_freem_list(list);
	put16(pkt + 6, 0x4000);
	CHECK_EQ(inet_frag4(chain(420), 220, &list), EMSGSIZE);
	CHECK(list == NULL);
	CHECK_EQ(mbuf_bytes_inuse(), base_bytes);
}

UNIT_TEST(fragments6_make_the_datagram)
{
	begin();
	for (int round = 0; round < 300; round++) {
		size_t n = 1 + unit_random() % 20000, mtu = 1280 +
		    unit_random() % 300, at = 0;
		mbuf_t list, next;

		header(true, 17, n);
		for (size_t i = 0; i < n; i++)
			pkt[40 + i] = (unsigned char)unit_random();
		CHECK_EQ(inet_frag6(chain(40 + n), mtu, 0x12345678, &list), 0);
		for (; list != NULL; list = next) {
			unsigned char h[48];
			size_t len = mbuf_pkthdr_len(list);

			next = list->m_nextpkt;
			CHECK(len <= mtu && len == m_length(list));
			mbuf_copydata(list, 0, 48, h);
			CHECK_EQ(get16(h + 4), len - 40);
			CHECK(h[6] == 44 && h[40] == 17);
			CHECK_EQ(get16(h + 42) & 0xfff8, at);
			CHECK_EQ(h[43] & 1, next != NULL);
			CHECK(memcmp(h + 44, "\x12\x34\x56\x78", 4) == 0);
			mbuf_copydata(list, 48, len - 48, back + at);
			at += len - 48;
			list->m_nextpkt = NULL;
			mbuf_freem(list);
		}
		CHECK_EQ(at, n);
		CHECK(memcmp(back, pkt + 40, n) == 0);
	}
	CHECK_EQ(mbuf_bytes_inuse(), base_bytes);
}

/*
 * What was joined says so, and cut again it is the segments that came: as
 * many, with right checksums, and together the same bytes.
 */
static mbuf_t
as_sent(mbuf_t list, bool v6, size_t hl, size_t seg, size_t count)
{
	mbuf_tso_request_flags_t tso = 0;
	mbuf_csum_request_flags_t req = 0;
	size_t n = 0, at = hl + 32;
	u_int32_t size = 0;
	mbuf_t m;

	CHECK_EQ(mbuf_get_tso_requested(list, &tso, &size), 0);
	CHECK_EQ(tso != 0, count > 1);
	if (count > 1) {
		CHECK_EQ(size, seg);
		CHECK_EQ(mbuf_get_csum_requested(list, &req, &size), 0);
		CHECK_EQ(req, v6 ? MBUF_CSUM_REQ_TCPIPV6 : MBUF_CSUM_REQ_TCP);
	}
	list = gro_undo(list, v6);
	for (m = list; m != NULL; m = m->m_nextpkt, n++) {
		size_t len = mbuf_pkthdr_len(m);
		uint16_t sum = 1;

		mbuf_outbound_finalize(m, v6 ? PF_INET6 : PF_INET, 0);
		if (v6)
			CHECK_EQ(mbuf_inet6_cksum(m, 6, (u_int32_t)hl,
			    (u_int32_t)(len - hl), &sum), 0);
		else
			CHECK_EQ(mbuf_inet_cksum(m, 6, (u_int32_t)hl,
			    (u_int32_t)(len - hl), &sum), 0);
		CHECK_EQ(sum, 0);
		mbuf_copydata(m, hl + 32, len - hl - 32, back + at);
		at += len - hl - 32;
	}
	CHECK_EQ(n, count);
	CHECK(memcmp(back + hl + 32, pkt + hl + 32, at - hl - 32) == 0);
	return list;
}

UNIT_TEST(cut_and_joined_again)
{
	begin();
	for (int round = 0; round < 300; round++) {
		bool v6 = round & 1;
		size_t seg = 500 + unit_random() % 1000, n, hl, th = 32;
		size_t count = 0;
		mbuf_t list, m;

		n = 1 + unit_random() % 60000;
		hl = header(v6, 6, th + n);
		memset(pkt + hl, 0, th);
		put16(pkt + hl, 5001);
		put16(pkt + hl + 2, 80);
		put16(pkt + hl + 4, unit_random() & 0xffff);
		put16(pkt + hl + 6, unit_random() & 0xffff);
		pkt[hl + 12] = (unsigned char)(th / 4 << 4);
		pkt[hl + 13] = 0x18;	/* ACK, PSH */
		put16(pkt + hl + 14, 4000);
		memset(pkt + hl + 20, 1, th - 20);
		for (size_t i = 0; i < n; i++)
			pkt[hl + th + i] = (unsigned char)unit_random();
		CHECK_EQ(inet_split_tcp(chain(hl + th + n), v6, seg, &list), 0);
		for (m = list; m != NULL; m = m->m_nextpkt) {
			CHECK(mbuf_pkthdr_len(m) <= hl + th + seg);
			mbuf_outbound_finalize(m, v6 ? PF_INET6 : PF_INET, 0);
			count++;
		}
		CHECK_EQ(count, (n + seg - 1) / seg);
		/* Received: bytes of its own, in a buffer of the ring. */
		for (mbuf_t *p = &list; *p != NULL; p = &(*p)->m_nextpkt) {
			mbuf_t c = NULL;

			m = *p;
			CHECK_EQ(mbuf_dup(m, MBUF_WAITOK, &c), 0);
			c->m_nextpkt = m->m_nextpkt;
			m->m_nextpkt = NULL;
			mbuf_freem(m);
			*p = c;
		}
		list = gro_list(list, v6);
		CHECK(list->m_nextpkt == NULL);
		CHECK_EQ(mbuf_pkthdr_len(list), hl + th + n);
		mbuf_copydata(list, 0, hl + th + n, back);
		CHECK(memcmp(back + hl + th, pkt + hl + th, n) == 0);
		CHECK(memcmp(back + hl, pkt + hl, 16) == 0);
		if (!v6)
			CHECK_EQ(in_cksum_buf(back, 20), 0xffff);
		CHECK_EQ(v6 ? get16(back + 4) + 40 : get16(back + 2),
		    hl + th + n);
		list = as_sent(list, v6, hl, seg, count);
		mbuf_freem_list(list);
	}
	CHECK_EQ(mbuf_bytes_inuse(), base_bytes);
}

/* What must not be joined: a damaged segment, a gap, another connection. */
UNIT_TEST(joins_only_what_belongs_together)
{
	begin();
	for (int kind = 0; kind < 4; kind++) {
		size_t n = 3000, hl = header(false, 6, 20 + n), packets = 0;
		unsigned char c;
		mbuf_t list, m, second;

		memset(pkt + hl, 0, 20);
		put16(pkt + hl, 5001);
		pkt[hl + 12] = 0x50;
		pkt[hl + 13] = 0x10;
		CHECK_EQ(inet_split_tcp(chain(hl + 20 + n), false, 1000, &list),
		    0);
		second = list->m_nextpkt;
		if (kind == 1)		/* another connection */
			CHECK_EQ(mbuf_copyback(second, hl, 1, "\x7f",
			    MBUF_WAITOK), 0);
		for (m = list; m != NULL; m = m->m_nextpkt)
			mbuf_outbound_finalize(m, PF_INET, 0);
		if (kind == 2) {	/* damaged */
			mbuf_copydata(second, 500, 1, &c);
			c ^= 4;
			CHECK_EQ(mbuf_copyback(second, 500, 1, &c, MBUF_WAITOK),
			    0);
		}
		if (kind == 3) {	/* lost */
			list->m_nextpkt = second->m_nextpkt;
			second->m_nextpkt = NULL;
			mbuf_freem(second);
		}
		list = gro_list(list, false);
		for (m = list; m != NULL; m = m->m_nextpkt)
			packets++;
		CHECK_EQ(packets, kind == 0 ? 1 : kind == 3 ? 2 : 3);
		mbuf_freem_list(list);
	}
	CHECK_EQ(mbuf_bytes_inuse(), base_bytes);
}
