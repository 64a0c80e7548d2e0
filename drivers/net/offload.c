/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksum and segmentation requests between mbufs and hardware: see nic.h.
 *
 * The stack's convention (semantics of mbuf_set_csum_requested): the value
 * is the offset of the checksum field inside the transport header, and the
 * field already holds the pseudo header's sum, not inverted.  What the
 * hardware needs beyond that, where the transport header starts, is read from
 * the frame; no other protocol knowledge lives in drivers.
 */
#include "drivers/net/nic.h"

#include <string.h>
#include <sys/errno.h>

#include "kernel/mm/pmm.h"

#define ETHERTYPE_OFF	12
#define TYPE_IPV4	0x0800
#define TYPE_IPV6	0x86dd
#define TYPE_VLAN	0x8100
#define VLAN_TAG_LEN	4

#define IPV4_HDR	20
#define IPV4_LEN	2
#define IPV4_CSUM	10
#define IPV4_SRC	12
#define IPV6_HDR	40
#define IPV6_SRC	8
#define PROTO_TCP	6
#define PROTO_UDP	17
#define TCP_CSUM	16
#define UDP_CSUM	6
#define TCP_OFFSET	12
#define HDR_MAX		(NIC_HDR_LEN + VLAN_TAG_LEN + 60 + 20)

#define CSUM_REQ_L4	(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP |	\
			MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)
#define CSUM_REQ_TCPANY	(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_TCPIPV6)

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* The frame's first bytes in one piece: in place, or copied to buf. */
static const uint8_t *
nic_header(mbuf_t m, uint8_t *buf, size_t *lenp)
{
	size_t len = mbuf_len(m);

	if (len >= HDR_MAX || mbuf_next(m) == NULL) {
		*lenp = len;
		return mbuf_data(m);
	}
	len = mbuf_pkthdr_len(m);
	if (len > HDR_MAX)
		len = HDR_MAX;
	if (mbuf_copydata(m, 0, len, buf) != 0)
		len = 0;
	*lenp = len;
	return buf;
}

bool
nic_tx_offload(mbuf_t m, struct nic_offload *of)
{
	mbuf_csum_request_flags_t req = 0;
	mbuf_tso_request_flags_t tso = 0;
	uint32_t field = 0, mss = 0;
	uint8_t buf[HDR_MAX];
	const uint8_t *p;
	uint16_t type;
	size_t len;

	(void)mbuf_get_csum_requested(m, &req, &field);
	(void)mbuf_get_tso_requested(m, &tso, &mss);
	if ((req & CSUM_REQ_L4) == 0 && tso == 0)
		return false;

	p = nic_header(m, buf, &len);
	if (len < NIC_HDR_LEN + VLAN_TAG_LEN + IPV4_HDR)
		return false;
	of->of_l3 = NIC_HDR_LEN;
	type = be16(p + ETHERTYPE_OFF);
	if (type == TYPE_VLAN) {
		type = be16(p + ETHERTYPE_OFF + VLAN_TAG_LEN);
		of->of_l3 += VLAN_TAG_LEN;
	}
	if (type == TYPE_IPV4) {
		of->of_ipv6 = false;
		of->of_l4 = of->of_l3 + (p[of->of_l3] & 15) * 4;
	} else if (type == TYPE_IPV6) {
		of->of_ipv6 = true;
		of->of_l4 = of->of_l3 + IPV6_HDR;
	} else {
		return false;
	}
	of->of_tcp = tso != 0 || (req & CSUM_REQ_TCPANY) != 0;
	of->of_csum = tso != 0 ? TCP_CSUM : (uint16_t)field;
	of->of_mss = 0;
	of->of_hdrlen = 0;
	if (tso != 0 && mss != 0) {
		if (len < of->of_l4 + TCP_OFFSET + 1u)
			return false;
		of->of_mss = (uint16_t)mss;
		of->of_hdrlen = of->of_l4 +
		    (p[of->of_l4 + TCP_OFFSET] >> 4) * 4;
		/* One segment's worth needs no segmentation. */
		if (mbuf_pkthdr_len(m) <= (size_t)of->of_hdrlen + mss)
			of->of_mss = 0;
	}
	return true;
}

static uint32_t
sum16(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += be16(p + i);
	return sum;
}

static void
nic_put16(mbuf_t m, size_t off, const uint8_t v[2])
{
	if (mbuf_len(m) >= off + 2)
		memcpy((char *)mbuf_data(m) + off, v, 2);
	else
		(void)mbuf_copyback(m, off, 2, v, MBUF_DONTWAIT);
}

void
nic_tso_pseudo(mbuf_t m, const struct nic_offload *of, bool with_len)
{
	static const uint8_t zero[2];
	uint8_t buf[HDR_MAX], field[2];
	const uint8_t *p;
	uint32_t sum = PROTO_TCP;
	size_t len;

	p = nic_header(m, buf, &len);
	if (len < of->of_l4)
		return;
	if (of->of_ipv6)
		sum += sum16(p + of->of_l3 + IPV6_SRC, 32);
	else
		sum += sum16(p + of->of_l3 + IPV4_SRC, 8);
	if (with_len)
		sum += (uint32_t)(mbuf_pkthdr_len(m) - of->of_l4);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
	nic_put16(m, of->of_l4 + TCP_CSUM, field);
	if (!with_len && !of->of_ipv6) {
		nic_put16(m, of->of_l3 + IPV4_LEN, zero);
		nic_put16(m, of->of_l3 + IPV4_CSUM, zero);
	}
}

void
nic_rx_good_csum(mbuf_t m)
{
	(void)mbuf_set_csum_performed(m, MBUF_CSUM_DID_DATA |
	    MBUF_CSUM_PSEUDO_HDR, 0xffff);
}

/*
 * The request that a partial checksum amounts to, 0 when the frame is not
 * the plain TCP or UDP over IP that start and field say.
 */
static mbuf_csum_request_flags_t
nic_rx_request(mbuf_t m, uint32_t start, uint32_t field)
{
	const uint8_t *p = mbuf_data(m);
	uint32_t l4;
	uint8_t proto;
	bool ipv6;

	if (mbuf_len(m) < NIC_HDR_LEN + IPV6_HDR)
		return 0;
	ipv6 = be16(p + ETHERTYPE_OFF) == TYPE_IPV6;
	if (ipv6) {
		l4 = NIC_HDR_LEN + IPV6_HDR;
		proto = p[NIC_HDR_LEN + 6];
	} else if (be16(p + ETHERTYPE_OFF) == TYPE_IPV4) {
		l4 = NIC_HDR_LEN + (p[NIC_HDR_LEN] & 15) * 4;
		proto = p[NIC_HDR_LEN + 9];
	} else {
		return 0;
	}
	if (start != l4)
		return 0;
	if (proto == PROTO_TCP && field == TCP_CSUM)
		return ipv6 ? MBUF_CSUM_REQ_TCPIPV6 : MBUF_CSUM_REQ_TCP;
	if (proto == PROTO_UDP && field == UDP_CSUM)
		return ipv6 ? MBUF_CSUM_REQ_UDPIPV6 : MBUF_CSUM_REQ_UDP;
	return 0;
}

void
nic_rx_partial_csum(struct nic *nic, mbuf_t m, uint32_t start, uint32_t field)
{
	size_t len = mbuf_pkthdr_len(m);
	mbuf_csum_request_flags_t request;
	uint16_t csum;

	if ((size_t)start + field + 2 > len)
		return;
	request = nic_rx_request(m, start, field);
	if (request != 0 && (nic->nic_bpf_mode & BPF_MODE_INPUT) == 0) {
		(void)mbuf_set_csum_requested(m, request, field);
		return;
	}
	if (mbuf_inet_cksum(m, 0, start, (uint32_t)(len - start), &csum) != 0)
		return;
	if (csum == 0)
		csum = 0xffff;	/* UDP: 0 would say "no checksum" */
	if (start + field + 2 <= mbuf_len(m))
		memcpy((char *)mbuf_data(m) + start + field, &csum, 2);
	else if (mbuf_copyback(m, start + field, 2, &csum, MBUF_DONTWAIT) != 0)
		return;
	nic_rx_good_csum(m);
}

void
nic_rx_joined(mbuf_t m, bool ipv6, uint32_t mss)
{
	if (mss != 0 && mss <= 0xffff)
		(void)mbuf_set_tso_requested(m, ipv6 ? MBUF_TSO_IPV6 :
		    MBUF_TSO_IPV4, mss);
}

/*
 * Pool memory is physically contiguous, other storage (a kext's external
 * buffer) only within a page: its pages are joined when they touch.
 */
bool
nic_dma_walk(mbuf_t m, nic_seg_fn fn, void *arg)
{
	for (; m != NULL; m = mbuf_next(m)) {
		size_t left = mbuf_len(m);
		char *p = mbuf_data(m);
		uint64_t pa = 0;
		uint32_t have = 0;

		while (left != 0) {
			size_t n = left;
			uint64_t at = virt_to_phys(p);

			/* Linear in the direct map, else page by page. */
			if (!virt_is_direct(p) &&
			    n > 4096 - ((uintptr_t)p & 4095))
				n = 4096 - ((uintptr_t)p & 4095);
			if (have != 0 && pa + have == at) {
				have += (uint32_t)n;
			} else {
				if (have != 0 && !fn(arg, pa, have))
					return false;
				pa = at;
				have = (uint32_t)n;
			}
			p += n;
			left -= n;
		}
		if (have != 0 && !fn(arg, pa, have))
			return false;
	}
	return true;
}
