/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flags, types, packet headers, checksums, tags.
 */
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kern_event.h>

#include <kpitest.h>

#include "make.h"

KPI_TEST(mbuf_type)
{
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_type(m) == MBUF_TYPE_DATA);
	mbuf_freem(m);
}

KPI_TEST(mbuf_settype)
{
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_settype(m, MBUF_TYPE_HEADER) == 0);
	KPI_EXPECT(mbuf_type(m) == MBUF_TYPE_HEADER);
	KPI_EXPECT(mbuf_settype(m, MBUF_TYPE_FREE) == EINVAL);
	mbuf_freem(m);
}

KPI_TEST(mbuf_flags)
{
	mbuf_t m = C(1);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_flags(m) == (MBUF_PKTHDR | MBUF_EXT));
	mbuf_freem(m);
}

KPI_TEST(mbuf_setflags)
{
	mbuf_t m = H(1, 0), p = P(10, 0);

	KPI_REQUIRE(m != NULL && p != NULL);
	KPI_EXPECT(mbuf_setflags(m, MBUF_PKTHDR | MBUF_BCAST | MBUF_EOR) ==
	    0);
	KPI_EXPECT(mbuf_flags(m) == (MBUF_PKTHDR | MBUF_BCAST | MBUF_EOR));
	KPI_EXPECT(mbuf_setflags(m, MBUF_PKTHDR | MBUF_EXT) == EINVAL);
	KPI_EXPECT(mbuf_setflags(m, MBUF_PKTHDR | 0x8000) == EINVAL);
	KPI_EXPECT(mbuf_setflags(p, MBUF_PKTHDR | MBUF_MCAST) == EBUSY);
	KPI_EXPECT(mbuf_flags(p) & MBUF_MCAST);
	KPI_EXPECT(!(mbuf_flags(p) & MBUF_PKTHDR));
	mbuf_freem(m);
	mbuf_freem(p);
}

KPI_TEST(mbuf_setflags_mask)
{
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL && tag_add(m) == 0);
	KPI_EXPECT(mbuf_setflags_mask(m, MBUF_MCAST, MBUF_MCAST | MBUF_BCAST)
	    == 0);
	KPI_EXPECT(mbuf_flags(m) == (MBUF_PKTHDR | MBUF_MCAST));
	KPI_EXPECT(mbuf_setflags_mask(m, 0, MBUF_EXT) == EINVAL);
	/* Without a packet header there are no tags. */
	KPI_EXPECT(mbuf_setflags_mask(m, 0, MBUF_PKTHDR) == 0);
	KPI_EXPECT(!(mbuf_flags(m) & MBUF_PKTHDR) && !tagged(m));
	mbuf_freem(m);
}

KPI_TEST(mbuf_copy_pkthdr)
{
	mbuf_t d = P(0, 0), s = C(100), p = P(10, 0);

	KPI_REQUIRE(d != NULL && s != NULL && p != NULL);
	KPI_EXPECT(mbuf_copy_pkthdr(d, p) == EINVAL);
	mbuf_setflags_mask(s, MBUF_BCAST, MBUF_BCAST);
	KPI_REQUIRE(tag_add(s) == 0);
	KPI_EXPECT(mbuf_copy_pkthdr(d, s) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(d) == 100 && tagged(d) && !tagged(s));
	KPI_EXPECT((mbuf_flags(d) & (MBUF_PKTHDR | MBUF_BCAST | MBUF_EXT)) ==
	    (MBUF_PKTHDR | MBUF_BCAST));
	mbuf_freem(d);
	mbuf_freem(s);
	mbuf_freem(p);
}

KPI_TEST(mbuf_pkthdr_len)
{
	mbuf_t m = H(10, 10), p = P(10, 0);

	KPI_REQUIRE(m != NULL && p != NULL);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 20 && mbuf_pkthdr_len(p) == 0);
	mbuf_freem(m);
	mbuf_freem(p);
}

KPI_TEST(mbuf_pkthdr_setlen)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_pkthdr_setlen(m, 1234);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 1234 && mbuf_len(m) == 10);
	mbuf_pkthdr_setlen(m, 10);
	mbuf_freem(m);
}

KPI_TEST(mbuf_pkthdr_adjustlen)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_pkthdr_adjustlen(m, 5);
	mbuf_pkthdr_adjustlen(m, -7);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 8);
	mbuf_freem(m);
}

KPI_TEST(mbuf_pkthdr_rcvif)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_pkthdr_rcvif(m) == NULL);
	mbuf_freem(m);
}

KPI_TEST(mbuf_pkthdr_setrcvif)
{
	mbuf_t m = H(10, 0);
	int some;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_pkthdr_setrcvif(m, (ifnet_t)(void *)&some) == 0);
	KPI_EXPECT(mbuf_pkthdr_rcvif(m) == (ifnet_t)(void *)&some);
	KPI_EXPECT(mbuf_pkthdr_setrcvif(m, NULL) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_pkthdr_header)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_pkthdr_header(m) == NULL);
	mbuf_freem(m);
}

KPI_TEST(mbuf_pkthdr_setheader)
{
	mbuf_t m = H(10, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_pkthdr_setheader(m, mbuf_data(m));
	KPI_EXPECT(mbuf_pkthdr_header(m) == mbuf_data(m));
	mbuf_freem(m);
}

/* --- checksums ---------------------------------------------------------------- */

struct udp_packet {
	struct ip	ip;
	struct udphdr	uh;
	char		text[10];
} __attribute__((__packed__));

/* 10.0.0.1 to 10.0.0.2, the pseudo header's sum in the checksum field. */
static mbuf_t
udp_packet(void)
{
	struct udp_packet u;
	u_int32_t sum;
	mbuf_t m = C(sizeof(u));

	if (m == NULL)
		return (NULL);
	memset(&u, 0, sizeof(u));
	u.ip.ip_v = 4;
	u.ip.ip_hl = 5;
	u.ip.ip_len = htons(sizeof(u));
	u.ip.ip_ttl = 64;
	u.ip.ip_p = IPPROTO_UDP;
	u.ip.ip_src.s_addr = htonl(0x0a000001);
	u.ip.ip_dst.s_addr = htonl(0x0a000002);
	u.uh.uh_sport = htons(1000);
	u.uh.uh_dport = htons(2000);
	u.uh.uh_ulen = htons(18);
	memcpy(u.text, "0123456789", 10);
	sum = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + IPPROTO_UDP + 18;
	u.uh.uh_sum = htons((u_short)(sum + (sum >> 16)));
	memcpy(mbuf_data(m), &u, sizeof(u));
	return (m);
}

static u_int16_t
checksum_of(mbuf_t m)
{
	return (((struct udp_packet *)mbuf_data(m))->uh.uh_sum);
}

/* Whether the UDP checksum in the packet is right. */
static int
checksum_right(mbuf_t m)
{
	u_int16_t sum = 1;

	return (mbuf_inet_cksum(m, IPPROTO_UDP, 20, 18, &sum) == 0 &&
	    sum == 0);
}

KPI_TEST(mbuf_outbound_finalize)
{
	mbuf_t m = udp_packet();
	u_int32_t value;
	mbuf_csum_request_flags_t req;
	u_int16_t before;

	KPI_REQUIRE(m != NULL);
	before = checksum_of(m);
	mbuf_outbound_finalize(m, PF_INET, 0);
	KPI_EXPECT(checksum_of(m) == before);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDP, 6);
	mbuf_outbound_finalize(m, PF_APPLETALK, 0);
	KPI_EXPECT(checksum_of(m) == before);
	mbuf_outbound_finalize(m, PF_INET, 0);
	KPI_EXPECT(checksum_right(m));
	KPI_EXPECT(mbuf_get_csum_requested(m, &req, &value) == 0 && req == 0);
	before = checksum_of(m);
	mbuf_outbound_finalize(m, PF_INET, 0);
	KPI_EXPECT(checksum_of(m) == before);
	/* The guide's recipe: before the change, and after it. */
	((struct udp_packet *)mbuf_data(m))->text[3] = 'X';
	KPI_EXPECT(!checksum_right(m));
	mbuf_inbound_modified(m);
	mbuf_outbound_finalize(m, PF_INET, 0);
	KPI_EXPECT(checksum_right(m));
	mbuf_freem(m);
}

/* Behind an extension header nothing is done, and the request stays. */
KPI_TEST_AS(mbuf_outbound_finalize, behind_an_extension_header)
{
	mbuf_t m = C(60);
	mbuf_csum_request_flags_t req = 0;
	unsigned char *p, was[60];
	u_int32_t value;

	KPI_REQUIRE(m != NULL);
	p = mbuf_data(m);
	memset(p, 0, 60);
	p[0] = 0x60;
	p[5] = 20;
	p[6] = 60;			/* destination options, then UDP */
	p[40] = IPPROTO_UDP;
	p[53] = 12;
	memcpy(was, p, 60);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDPIPV6, 6);
	mbuf_outbound_finalize(m, PF_INET6, 0);
	KPI_EXPECT(memcmp(mbuf_data(m), was, 60) == 0);
	KPI_EXPECT(mbuf_get_csum_requested(m, &req, &value) == 0 &&
	    req == MBUF_CSUM_REQ_UDPIPV6);
	mbuf_freem(m);
}

/* A sum of 0 is sent as 0xffff: 0 would mean that there is none. */
KPI_TEST_AS(mbuf_outbound_finalize, zero_becomes_ones)
{
	mbuf_t m = udp_packet();
	struct udp_packet *u;
	u_int16_t sum;

	KPI_REQUIRE(m != NULL);
	u = mbuf_data(m);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDP, 6);
	mbuf_outbound_finalize(m, PF_INET, 0);
	/* What is missing to 0xffff goes into the text. */
	memcpy(&sum, u->text, 2);
	{
		u_int32_t s = (u_int32_t)sum + u->uh.uh_sum;

		sum = (u_int16_t)((s & 0xffff) + (s >> 16));
	}
	memcpy(u->text, &sum, 2);
	mbuf_outbound_finalize(m, PF_INET, 0);
	KPI_EXPECT(u->uh.uh_sum == 0xffff);
	mbuf_freem(m);
}

KPI_TEST(mbuf_inet_cksum)
{
	mbuf_t m = udp_packet();
	u_int16_t sum = 0;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_inet_cksum(m, 0, 0, 0, &sum) == EINVAL);
	KPI_EXPECT(mbuf_inet_cksum(m, 0, 30, 20, &sum) == EINVAL);
	KPI_EXPECT(mbuf_inet_cksum(m, 0, 0, 20, NULL) == EINVAL);
	/* Store the header's checksum: then it sums to zero. */
	KPI_EXPECT(mbuf_inet_cksum(m, 0, 0, 20, &sum) == 0 && sum != 0);
	((struct udp_packet *)mbuf_data(m))->ip.ip_sum = sum;
	KPI_EXPECT(mbuf_inet_cksum(m, 0, 0, 20, &sum) == 0 && sum == 0);
	KPI_EXPECT(in_cksum(m, 20) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_inet6_cksum)
{
	mbuf_t m = H(48, 0);
	unsigned char *p;
	u_int16_t sum = 0;

	KPI_REQUIRE(m != NULL);
	p = mbuf_data(m);
	memset(p, 0, 48);
	p[0] = 0x60;
	p[5] = 8;
	p[6] = IPPROTO_ICMPV6;
	p[23] = p[39] = 1;
	p[40] = 128;
	KPI_EXPECT(mbuf_inet6_cksum(m, IPPROTO_ICMPV6, 40, 8, &sum) == 0);
	memcpy(p + 42, &sum, 2);
	KPI_EXPECT(mbuf_inet6_cksum(m, IPPROTO_ICMPV6, 40, 8, &sum) == 0);
	KPI_EXPECT(sum == 0);
	KPI_EXPECT(mbuf_inet6_cksum(m, 0, 0, 0, &sum) == EINVAL);
	mbuf_freem(m);
}

KPI_TEST(in_cksum)
{
	mbuf_t m = H(20, 0);
	unsigned char *p;

	/* The example of RFC 1071, 3: 0001 f203 f4f5 f6f7 sum to ddf2. */
	static const unsigned char ex[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4,
	    0xf5, 0xf6, 0xf7 };

	KPI_REQUIRE(m != NULL);
	p = mbuf_data(m);
	memcpy(p, ex, sizeof(ex));
	KPI_EXPECT(in_cksum(m, 8) == (u_int16_t)~htons(0xddf2));
	mbuf_freem(m);
}

KPI_TEST(mbuf_set_csum_requested)
{
	mbuf_csum_request_flags_t req = 0;
	u_int32_t value = 0;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_set_csum_requested(m, MBUF_CSUM_REQ_TCP |
	    MBUF_CSUM_REQ_IP, 16) == 0);
	KPI_EXPECT(mbuf_get_csum_requested(m, &req, &value) == 0);
	KPI_EXPECT(req == (MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_IP));
	KPI_EXPECT(value == 16);
	mbuf_freem(m);
}

KPI_TEST(mbuf_get_csum_requested)
{
	mbuf_csum_request_flags_t req = 99;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_get_csum_requested(m, &req, NULL) == 0 && req == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_clear_csum_requested)
{
	mbuf_csum_request_flags_t req = 99;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_UDP, 6);
	KPI_EXPECT(mbuf_clear_csum_requested(m) == 0);
	KPI_EXPECT(mbuf_get_csum_requested(m, &req, NULL) == 0 && req == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_get_tso_requested)
{
	mbuf_tso_request_flags_t req = 99;
	u_int32_t value = 5;
	mbuf_t m = H(1, 0), p = P(1, 0);

	KPI_REQUIRE(m != NULL && p != NULL);
	KPI_EXPECT(mbuf_get_tso_requested(m, &req, &value) == 0);
	KPI_EXPECT(req == 0 && value == 5);
	KPI_EXPECT(mbuf_get_tso_requested(p, &req, &value) == EINVAL);
	KPI_EXPECT(mbuf_get_tso_requested(m, NULL, &value) == EINVAL);
	mbuf_freem(m);
	mbuf_freem(p);
}

KPI_TEST(mbuf_set_tso_requested)
{
	mbuf_tso_request_flags_t req = 0;
	mbuf_csum_request_flags_t csum = 0;
	u_int32_t value = 0;
	mbuf_t m = H(1, 0), p = P(1, 0);

	KPI_REQUIRE(m != NULL && p != NULL);
	mbuf_set_csum_requested(m, MBUF_CSUM_REQ_TCP, 16);
	KPI_EXPECT(mbuf_set_tso_requested(m, MBUF_TSO_IPV4, 1448) == 0);
	KPI_EXPECT(mbuf_get_tso_requested(m, &req, &value) == 0 &&
	    req == MBUF_TSO_IPV4 && value == 1448);
	/* The other request stays, and one family replaces the other. */
	KPI_EXPECT(mbuf_get_csum_requested(m, &csum, &value) == 0 &&
	    csum == MBUF_CSUM_REQ_TCP && value == 16);
	KPI_EXPECT(mbuf_set_tso_requested(m, MBUF_TSO_IPV6, 1428) == 0);
	KPI_EXPECT(mbuf_get_tso_requested(m, &req, &value) == 0 &&
	    req == MBUF_TSO_IPV6 && value == 1428);
	KPI_EXPECT(mbuf_set_tso_requested(m, MBUF_TSO_IPV4, 0) == EINVAL);
	KPI_EXPECT(mbuf_set_tso_requested(m, 0, 1448) == EINVAL);
	KPI_EXPECT(mbuf_set_tso_requested(m, MBUF_TSO_IPV4, 65536) == EINVAL);
	KPI_EXPECT(mbuf_set_tso_requested(m, MBUF_TSO_IPV4 | MBUF_TSO_IPV6,
	    1448) == EINVAL);
	KPI_EXPECT(mbuf_set_tso_requested(m, 1, 1448) == EINVAL);
	KPI_EXPECT(mbuf_set_tso_requested(p, MBUF_TSO_IPV4, 1448) == EINVAL);
	KPI_EXPECT(mbuf_set_tso_requested(NULL, 0, 0) == EINVAL);
	KPI_EXPECT(mbuf_get_tso_requested(m, &req, &value) == 0 &&
	    req == MBUF_TSO_IPV6);
	KPI_EXPECT(mbuf_set_tso_requested(m, 0, 0) == 0);
	KPI_EXPECT(mbuf_get_tso_requested(m, &req, &value) == 0 && req == 0);
	mbuf_freem(m);
	mbuf_freem(p);
}

KPI_TEST(mbuf_set_csum_performed)
{
	mbuf_csum_performed_flags_t f = 0;
	u_int32_t value = 0;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_set_csum_performed(m, MBUF_CSUM_DID_DATA |
	    MBUF_CSUM_PSEUDO_HDR, 0xffff) == 0);
	KPI_EXPECT(mbuf_get_csum_performed(m, &f, &value) == 0);
	KPI_EXPECT(f == (MBUF_CSUM_DID_DATA | MBUF_CSUM_PSEUDO_HDR));
	KPI_EXPECT(value == 0xffff);
	mbuf_freem(m);
}

KPI_TEST(mbuf_get_csum_performed)
{
	mbuf_csum_performed_flags_t f = 99;
	u_int32_t value;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_get_csum_performed(m, &f, &value) == 0 && f == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_clear_csum_performed)
{
	mbuf_csum_performed_flags_t f = 99;
	u_int32_t value;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_set_csum_performed(m, MBUF_CSUM_DID_IP | MBUF_CSUM_IP_GOOD, 0);
	KPI_EXPECT(mbuf_clear_csum_performed(m) == 0);
	KPI_EXPECT(mbuf_get_csum_performed(m, &f, &value) == 0 && f == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_inbound_modified)
{
	mbuf_csum_performed_flags_t f = 99;
	u_int32_t value;
	u_int16_t tag;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_set_csum_performed(m, MBUF_CSUM_DID_DATA, 0xffff);
	mbuf_set_vlan_tag(m, 5);
	mbuf_inbound_modified(m);
	KPI_EXPECT(mbuf_get_csum_performed(m, &f, &value) == 0 && f == 0);
	KPI_EXPECT(mbuf_get_vlan_tag(m, &tag) == ENXIO);
	mbuf_freem(m);
}

/* --- VLAN and module tags ------------------------------------------------------ */

KPI_TEST(mbuf_set_vlan_tag)
{
	u_int16_t tag = 0;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_set_vlan_tag(m, 0x2064) == 0);
	KPI_EXPECT(mbuf_get_vlan_tag(m, &tag) == 0 && tag == 0x2064);
	mbuf_freem(m);
}

KPI_TEST(mbuf_get_vlan_tag)
{
	u_int16_t tag;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_get_vlan_tag(m, &tag) == ENXIO);
	mbuf_freem(m);
}

KPI_TEST(mbuf_clear_vlan_tag)
{
	u_int16_t tag;
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL);
	mbuf_set_vlan_tag(m, 7);
	KPI_EXPECT(mbuf_clear_vlan_tag(m) == 0);
	KPI_EXPECT(mbuf_get_vlan_tag(m, &tag) == ENXIO);
	mbuf_freem(m);
}

KPI_TEST(mbuf_tag_id_find)
{
	mbuf_tag_id_t a = 0, b = 0;
	u_int32_t v = 0;

	KPI_EXPECT(mbuf_tag_id_find("org.unikext.kpi.one", &a) == 0);
	KPI_EXPECT(mbuf_tag_id_find("org.unikext.kpi.one", &b) == 0);
	KPI_EXPECT(kev_vendor_code_find("org.unikext.kpi.one", &v) == 0);
	KPI_EXPECT(a >= 1000 && a == b && v == a);
	KPI_EXPECT(mbuf_tag_id_find("org.unikext.kpi.two", &b) == 0);
	KPI_EXPECT(a != b);
	KPI_EXPECT(mbuf_tag_id_find(NULL, &a) == EINVAL);
}

KPI_TEST(mbuf_tag_allocate)
{
	mbuf_t m = H(1, 0), p = P(1, 0);
	mbuf_tag_id_t id = tag_id();
	void *d;

	KPI_REQUIRE(m != NULL && p != NULL);
	d = m;
	KPI_EXPECT(mbuf_tag_allocate(m, id, 1, 0, MBUF_WAITOK, &d) == EINVAL);
	KPI_EXPECT(d == NULL);
	d = m;
	KPI_EXPECT(mbuf_tag_allocate(m, id, 1, 65536, MBUF_WAITOK, &d) ==
	    EINVAL && d == NULL);
	KPI_EXPECT(mbuf_tag_allocate(m, id, 1, 3000, MBUF_WAITOK, &d) ==
	    ENOMEM && d == NULL);
	KPI_EXPECT(mbuf_tag_allocate(m, id, 1, 3000, MBUF_DONTWAIT, &d) ==
	    EWOULDBLOCK && d == NULL);
	KPI_EXPECT(mbuf_tag_allocate(p, id, 1, 8, MBUF_WAITOK, &d) == EINVAL);
	KPI_EXPECT(mbuf_tag_allocate(m, 999, 1, 8, MBUF_WAITOK, &d) ==
	    EINVAL && d == NULL);
	KPI_EXPECT(mbuf_tag_allocate(m, id, 1, 8, MBUF_WAITOK, &d) == 0);
	KPI_REQUIRE(d != NULL);
	KPI_EXPECT(((uintptr_t)d & 7) == 0 && *(u_int64_t *)d == 0);
	KPI_EXPECT(mbuf_tag_allocate(m, id, 1, 8, MBUF_WAITOK, &d) ==
	    EEXIST && d == NULL);
	KPI_EXPECT(mbuf_tag_allocate(m, id, 2, 100, MBUF_WAITOK, &d) == 0);
	mbuf_freem(m);
	mbuf_freem(p);
}

KPI_TEST(mbuf_tag_find)
{
	mbuf_t m = H(1, 0);
	size_t len = 9;
	void *d = m, *e;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_tag_find(m, tag_id(), 3, &len, &d) == ENOENT);
	KPI_EXPECT(len == 0 && d == NULL);
	KPI_REQUIRE(mbuf_tag_allocate(m, tag_id(), 3, 12, MBUF_WAITOK, &e) ==
	    0);
	KPI_EXPECT(mbuf_tag_find(m, tag_id(), 3, &len, &d) == 0);
	KPI_EXPECT(len == 12 && d == e);
	mbuf_freem(m);
}

KPI_TEST(mbuf_tag_free)
{
	mbuf_t m = H(1, 0);

	KPI_REQUIRE(m != NULL && tag_add(m) == 0);
	mbuf_tag_free(m, tag_id(), 7);
	KPI_EXPECT(!tagged(m));
	mbuf_tag_free(m, tag_id(), 7);
	KPI_EXPECT(tag_add(m) == 0);
	mbuf_freem(m);
}

KPI_TEST(mbuf_aux_add)
{
	mbuf_t m = H(1, 0), aux = m, again, n = NULL;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_aux_add(m, -1, MBUF_TYPE_DATA, &aux) == EINVAL);
	KPI_EXPECT(aux == NULL);
	KPI_REQUIRE(mbuf_aux_add(m, AF_INET, MBUF_TYPE_CONTROL, &aux) == 0);
	memcpy(mbuf_data(aux), "seen", 4);
	mbuf_setlen(aux, 4);
	/* One of a family and type; another type is another one. */
	KPI_EXPECT(mbuf_aux_add(m, AF_INET, MBUF_TYPE_CONTROL, &again) == 0);
	KPI_EXPECT(again == aux);
	KPI_EXPECT(mbuf_aux_add(m, AF_INET, MBUF_TYPE_DATA, &again) == 0);
	KPI_EXPECT(again != aux);
	/* A copy of the packet has copies. */
	KPI_REQUIRE(mbuf_dup(m, MBUF_WAITOK, &n) == 0);
	again = mbuf_aux_find(n, AF_INET, MBUF_TYPE_CONTROL);
	KPI_REQUIRE(again != NULL);
	KPI_EXPECT(again != aux && mbuf_len(again) == 4 &&
	    memcmp(mbuf_data(again), "seen", 4) == 0);
	mbuf_freem(n);
	mbuf_freem(m);
}

KPI_TEST(mbuf_aux_find)
{
	mbuf_t m = H(1, 0), aux;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_aux_find(m, AF_INET, MBUF_TYPE_DATA) == NULL);
	KPI_REQUIRE(mbuf_aux_add(m, AF_INET, MBUF_TYPE_DATA, &aux) == 0);
	KPI_EXPECT(mbuf_aux_find(m, AF_INET, MBUF_TYPE_DATA) == aux);
	KPI_EXPECT(mbuf_aux_find(m, AF_INET6, MBUF_TYPE_DATA) == NULL);
	mbuf_freem(m);
}

KPI_TEST(mbuf_aux_delete)
{
	mbuf_t m = H(1, 0), other = H(1, 0), aux;

	KPI_REQUIRE(m != NULL && other != NULL);
	KPI_REQUIRE(mbuf_aux_add(m, AF_INET, MBUF_TYPE_DATA, &aux) == 0);
	mbuf_aux_delete(other, aux);		/* not of this packet */
	KPI_EXPECT(mbuf_aux_find(m, AF_INET, MBUF_TYPE_DATA) == aux);
	mbuf_aux_delete(m, aux);
	KPI_EXPECT(mbuf_aux_find(m, AF_INET, MBUF_TYPE_DATA) == NULL);
	mbuf_freem(other);
	mbuf_freem(m);
}
