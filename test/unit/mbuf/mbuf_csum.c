/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums: against a plain loop, over chains cut in every way, and the
 * requests of packets (M35, M36, M38; the guide's order of calls).
 */
#include "test/unit/mbuf/mbuf_util.h"

#include <sys/socket.h>

#define W	MBUF_WAITOK

/* RFC 1071, as it stands there. */
static uint16_t
plain(const unsigned char *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	if (n & 1)
		sum += (uint32_t)p[n - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

UNIT_TEST(sums_equal_a_plain_loop)
{
	static unsigned char buf[5000];

	for (int round = 0; round < 3000; round++) {
		size_t off = unit_random() % 16, n = unit_random() %
		    (round < 1000 ? 80 : 4900);
		uint16_t s;

		for (size_t i = 0; i < n; i++)
			buf[off + i] = round % 3 == 0 ? 0xff :
			    (unsigned char)unit_random();
		s = (uint16_t)~in_cksum_buf(buf + off, n);
		CHECK_EQ((uint16_t)(s << 8 | s >> 8), plain(buf + off, n, 0));
	}
}

/* n bytes as a chain of pieces of random length, some of them empty. */
static mbuf_t
scatter(const unsigned char *p, size_t n)
{
	mbuf_t head = NULL, *tail = &head;

	do {
		size_t k = unit_random() % 9 == 0 ? 0 : unit_random() % 200;
		mbuf_t m = head == NULL ? m_gethdr(W, MBUF_TYPE_DATA) :
		    m_get(W, MBUF_TYPE_DATA);

		if (k > n)
			k = n;
		m->m_data += unit_random() % 16;
		memcpy(m->m_data, p, k);
		m->m_len = (uint16_t)k;
		p += k;
		n -= k;
		*tail = m;
		tail = &m->m_next;
	} while (n > 0);
	head->m_pkthdr.len = (uint32_t)m_length(head);
	return head;
}

UNIT_TEST(chains_in_any_cut)
{
	static unsigned char buf[3000];

	BEGIN();
	for (int round = 0; round < 500; round++) {
		size_t n = 1 + unit_random() % 2999, off, len;
		uint16_t want, got;
		mbuf_t m;

		for (size_t i = 0; i < n; i++)
			buf[i] = (unsigned char)unit_random();
		m = scatter(buf, n);
		off = unit_random() % n;
		len = 1 + unit_random() % (n - off);
		want = plain(buf + off, len, 0);
		CHECK_EQ(mbuf_inet_cksum(m, 0, (u_int32_t)off, (u_int32_t)len,
		    &got), 0);
		CHECK_EQ((uint16_t)(got << 8 | got >> 8), want);
		mbuf_freem(m);
	}
	END();
}

/* An IPv4 or IPv6 UDP packet with n bytes of payload. */
static size_t
make_udp(unsigned char *p, bool v6, size_t n)
{
	size_t hl = v6 ? 40 : 20, udp = 8 + n;

	memset(p, 0, hl + 8);
	if (v6) {
		p[0] = 0x60;
		p[4] = (unsigned char)(udp >> 8);
		p[5] = (unsigned char)udp;
		p[6] = 17;
		p[7] = 64;
		for (int i = 8; i < 40; i++)
			p[i] = (unsigned char)(i * 7);
	} else {
		p[0] = 0x45;
		p[2] = (unsigned char)((hl + udp) >> 8);
		p[3] = (unsigned char)(hl + udp);
		p[8] = 64;
		p[9] = 17;
		for (int i = 12; i < 20; i++)
			p[i] = (unsigned char)(i * 7);
	}
	p[hl + 1] = 53;
	p[hl + 3] = 99;
	p[hl + 4] = (unsigned char)(udp >> 8);
	p[hl + 5] = (unsigned char)udp;
	for (size_t i = 0; i < n; i++)
		p[hl + 8 + i] = (unsigned char)unit_random();
	return hl + udp;
}

/* Is the UDP checksum of the packet right? */
static bool
udp_right(mbuf_t m, bool v6)
{
	unsigned char p[2048];
	size_t n = m_length(m), hl = v6 ? 40 : 20, udp = n - hl;
	uint32_t sum = 17 + (uint32_t)udp;

	mbuf_copydata(m, 0, n, p);
	for (size_t i = v6 ? 8 : 12; i < hl; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	return (p[hl + 6] | p[hl + 7]) != 0 && plain(p + hl, udp, sum) == 0;
}

/* The stack's preparation: pseudo header's sum in the field, and a request. */
static mbuf_t
requested(bool v6, size_t n)
{
	unsigned char p[2048];
	size_t total = make_udp(p, v6, n), hl = v6 ? 40 : 20;
	uint16_t s = v6 ? in_pseudo6(p + 8, p + 24, (uint32_t)(total - hl), 17) :
	    in_pseudo4(p + 12, p + 16, (uint32_t)(total - hl), 17);
	mbuf_t m;

	memcpy(p + hl + 6, &s, 2);
	m = scatter(p, total);
	mbuf_set_csum_requested(m, v6 ? MBUF_CSUM_REQ_UDPIPV6 :
	    MBUF_CSUM_REQ_UDP | MBUF_CSUM_REQ_IP, 6);
	return m;
}

UNIT_TEST(M35_finalize_twice)
{
	BEGIN();
	for (int i = 0; i < 400; i++) {
		bool v6 = i & 1;
		unsigned family = v6 ? PF_INET6 : PF_INET;
		mbuf_t m = requested(v6, unit_random() % 900);
		mbuf_csum_request_flags_t req;
		uint16_t a, b;
		u_int32_t value;

		mbuf_outbound_finalize(m, family, 0);
		CHECK(udp_right(m, v6));
		mbuf_get_csum_requested(m, &req, &value);
		CHECK_EQ(req, 0);
		mbuf_copydata(m, v6 ? 46 : 26, 2, &a);
		if (!v6)
			CHECK_EQ(m_cksum(m, 0, 20), 0xffff);
		mbuf_outbound_finalize(m, family, 0);
		mbuf_copydata(m, v6 ? 46 : 26, 2, &b);
		CHECK_EQ(a, b);
		mbuf_freem(m);
	}
	END();
}

UNIT_TEST(finalize_before_and_after_a_change)
{
	BEGIN();
	for (int i = 0; i < 200; i++) {
		bool v6 = i & 1, inbound = i & 2;
		unsigned family = v6 ? PF_INET6 : PF_INET;
		mbuf_t m = requested(v6, 100);

		if (inbound)
			mbuf_inbound_modified(m);
		mbuf_outbound_finalize(m, family, 0);
		CHECK_EQ(mbuf_copyback(m, (v6 ? 48 : 28) + i % 90, 5, "hello",
		    W), 0);
		mbuf_outbound_finalize(m, family, 0);
		CHECK(udp_right(m, v6));
		mbuf_freem(m);
	}
	END();
}

UNIT_TEST(M36_finalize_does_nothing)
{
	unsigned char p[2048], q[2048];
	mbuf_csum_request_flags_t req;
	size_t n;
	mbuf_t m;

	BEGIN();
	n = make_udp(p, false, 50);
	m = scatter(p, n);
	mbuf_outbound_finalize(m, PF_INET, 0);
	mbuf_copydata(m, 0, n, q);
	CHECK(memcmp(p, q, n) == 0);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDP, 6);
	mbuf_outbound_finalize(m, PF_LOCAL, 0);
	mbuf_copydata(m, 0, n, q);
	CHECK(memcmp(p, q, n) == 0);
	mbuf_freem(m);
	n = make_udp(p, true, 50);
	p[6] = 0;		/* hop-by-hop options first */
	m = scatter(p, n);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDPIPV6, 6);
	mbuf_outbound_finalize(m, PF_INET6, 0);
	mbuf_copydata(m, 0, n, q);
	CHECK(memcmp(p, q, n) == 0);
	mbuf_get_csum_requested(m, &req, NULL);
	CHECK_EQ(req, MBUF_CSUM_REQ_UDPIPV6);
	mbuf_freem(m);
	END();
}

UNIT_TEST(M38_inet_cksum)
{
	unsigned char p[2048];
	uint16_t s;
	size_t n;
	mbuf_t m;

	BEGIN();
	n = make_udp(p, false, 33);
	m = scatter(p, n);
	CHECK_EQ(mbuf_inet_cksum(m, 17, 20, 0, &s), EINVAL);
	CHECK_EQ(mbuf_inet_cksum(m, 17, 20, (u_int32_t)n, &s), EINVAL);
	CHECK_EQ(mbuf_inet_cksum(m, 17, 20, 41, NULL), EINVAL);
	CHECK_EQ(mbuf_inet_cksum(m, 17, 20, 41, &s), 0);
	mbuf_copyback(m, 26, 2, &s, W);
	CHECK(udp_right(m, false));
	mbuf_freem(m);
	n = make_udp(p, true, 33);
	m = scatter(p, n);
	CHECK_EQ(mbuf_inet6_cksum(m, 17, 40, 41, &s), 0);
	mbuf_copyback(m, 46, 2, &s, W);
	CHECK(udp_right(m, true));
	mbuf_freem(m);
	END();
}

UNIT_TEST(requests_and_results_share_a_word)
{
	mbuf_csum_performed_flags_t did;
	mbuf_csum_request_flags_t req;
	mbuf_tso_request_flags_t tso = 0;
	u_int32_t v = 3;
	mbuf_t m;

	BEGIN();
	m = chain_h(10, -1);
	CHECK_EQ(mbuf_set_csum_requested(m, MBUF_CSUM_REQ_TCP, 16), 0);
	CHECK_EQ(mbuf_set_csum_performed(m, MBUF_CSUM_DID_IP |
	    MBUF_CSUM_IP_GOOD, 0xffff), 0);
	CHECK_EQ(mbuf_get_csum_requested(m, &req, &v), 0);
	CHECK_EQ(req, 0);
	CHECK_EQ(mbuf_get_csum_performed(m, &did, &v), 0);
	CHECK_EQ(did, MBUF_CSUM_DID_IP | MBUF_CSUM_IP_GOOD);
	CHECK_EQ(v, 0xffff);
	CHECK_EQ(mbuf_clear_csum_performed(m), 0);
	CHECK_EQ(mbuf_get_csum_performed(m, &did, &v), 0);
	CHECK_EQ(did, 0);
	v = 3;
	CHECK_EQ(mbuf_get_tso_requested(m, &tso, &v), 0);
	CHECK(tso == 0 && v == 3);
	CHECK_EQ(mbuf_get_tso_requested(m, NULL, &v), EINVAL);
	mbuf_freem(m);
	m = chain_p(10, -1);
	CHECK_EQ(mbuf_get_tso_requested(m, &tso, &v), EINVAL);
	mbuf_freem(m);
	END();
}
