/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internet checksums over memory and chains (RFC 1071), and the work that a
 * packet's checksum request stands for.
 *
 * Sums are of 16-bit words as they lie in memory, so they can be stored
 * without swapping bytes; a piece that starts at an odd place counts with its
 * bytes exchanged.
 *
 * m_csum_finalize() is what mbuf_outbound_finalize() and the interface layer
 * call.  A request (the driver's checksum flags with the pseudo header's sum
 * in place) is carried out once and remembered in csum_redo; a further call
 * computes the same checksums again from scratch, so that a filter which
 * calls it before *and* after its change, as the guide tells it to, sends a
 * right packet.
 */
#include "net/mbuf/mbuf.h"

#include <sys/socket.h>
#include <string.h>

#include "arch/x86_64/block.h"
#include "kernel/kassert.h"

static inline uint16_t
fold64(uint64_t s)
{
	s = (s >> 32) + (s & 0xffffffff);
	s = (s >> 32) + (s & 0xffffffff);
	s = (s >> 16) + (s & 0xffff);
	s = (s >> 16) + (s & 0xffff);
	return (uint16_t)s;
}

/* Unaligned and of any type; a memcpy would be a call in a free-standing build. */
typedef uint64_t word_t __attribute__((__may_alias__, __aligned__(1)));
typedef uint32_t half_t __attribute__((__may_alias__, __aligned__(1)));
#define WORD(b, i)	(((const word_t *)(const void *)(b))[i])

uint16_t
in_cksum_buf(const void *p, size_t len)
{
	const unsigned char *b = p;
	uint64_t tail, carry = 0, s;

	s = arch_sum_blocks(b, len / 64, 0);
	b += len & ~(size_t)63;
	len &= 63;
	while (len >= 8) {
		carry += __builtin_add_overflow(s, WORD(b, 0), &s);
		b += 8;
		len -= 8;
	}
	tail = 0;
	if (len & 4) {
		tail = *(const half_t *)(const void *)b;
		b += 4;
	}
	if (len & 3) {
		uint32_t end = b[0];

		if (len & 2)
			end |= (uint32_t)b[1] << 8;
		if ((len & 3) == 3)
			end |= (uint32_t)b[2] << 16;
		tail += end;
	}
	carry += __builtin_add_overflow(s, tail, &s);
	/* 2^64 is 1 modulo 2^16 - 1, so carries just count. */
	return fold64((uint64_t)fold64(s) + carry);
}

uint16_t
in_cksum_add(uint32_t a, uint32_t b)
{
	uint64_t s = (uint64_t)a + b;

	return fold64(s);
}

static inline uint16_t
swap16(uint16_t v)
{
	return __builtin_bswap16(v);
}

uint16_t
m_cksum(const struct __mbuf *m, size_t off, size_t len)
{
	uint64_t sum = 0;
	bool odd = false;

	while (m != NULL && off >= m->m_len) {
		off -= m->m_len;
		m = m->m_next;
	}
	for (; m != NULL && len > 0; m = m->m_next) {
		size_t k = m->m_len - off;
		uint16_t s;

		if (k > len)
			k = len;
		s = in_cksum_buf(m->m_data + off, k);
		sum += odd ? swap16(s) : s;
		if (k & 1)
			odd = !odd;
		len -= k;
		off = 0;
	}
	return fold64(sum);
}

uint16_t
in_pseudo4(const void *src, const void *dst, uint32_t len, uint8_t proto)
{
	uint64_t sum = *(const half_t *)src;

	sum += *(const half_t *)dst;
	sum += swap16((uint16_t)(len & 0xffff)) + swap16((uint16_t)(len >> 16));
	sum += swap16(proto);
	return fold64(sum);
}

uint16_t
in_pseudo6(const void *src, const void *dst, uint32_t len, uint8_t proto)
{
	uint64_t sum = in_cksum_buf(src, 16);

	sum += in_cksum_buf(dst, 16);
	sum += swap16((uint16_t)(len & 0xffff)) + swap16((uint16_t)(len >> 16));
	sum += swap16(proto);
	return fold64(sum);
}

/* --- carrying out requests ---------------------------------------------------- */

#define REQ_L4		(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP | 0x0020 | 0x0040)
#define REQ_L4_V4	(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP)
#define REQ_L4_V6	(0x0020 | 0x0040)	/* TCPIPV6, UDPIPV6 */
#define REDO_MASK	(MBUF_CSUM_REQ_IP | REQ_L4)

/* Stores a 16-bit sum at an offset of the chain, which may be odd. */
static void
m_store16(mbuf_t m, size_t off, uint16_t v)
{
	const char *b = (const char *)&v;

	for (int i = 0; i < 2; i++, off++) {
		while (m != NULL && off >= m->m_len) {
			off -= m->m_len;
			m = m->m_next;
		}
		if (m == NULL)
			return;
		if ((m->m_flags & M_RDONLY) && !m_unshare(m, MBUF_DONTWAIT))
			return;
		m->m_data[off] = b[i];
	}
}

/* What a transport header's checksum covers, and where the field is. */
struct l4span {
	size_t	start, len, field;	/* offsets in the chain */
	uint8_t	proto;
};

#define PROTO_TCP	6
#define PROTO_UDP	17

/*
 * The transport part of the packet at ipoff; false if there is none that a
 * checksum of ours could be in (a later fragment, an extension header).
 */
static bool
l4_span(mbuf_t m, int family, size_t ipoff, size_t total, struct l4span *sp)
{
	unsigned char h[20];

	if (family == PF_INET) {
		size_t iplen, left = total - ipoff;

		if (left < 20 || mbuf_copydata(m, ipoff, 20, h) != 0)
			return false;
		sp->start = ipoff + (size_t)(h[0] & 0xf) * 4;
		sp->proto = h[9];
		/* ip_len may be in either byte order here. */
		iplen = (size_t)(h[2] << 8 | h[3]);
		if (iplen > left || iplen < 20) {
			size_t other = (size_t)(h[3] << 8 | h[2]);

			iplen = other <= left && other >= 20 ? other : left;
		}
		if ((h[0] & 0xf) < 5 || sp->start > ipoff + iplen)
			return false;
		sp->len = ipoff + iplen - sp->start;
		if ((h[6] & 0x1f) != 0 || h[7] != 0)
			return false;
	} else {
		size_t plen;

		if (total - ipoff < 40 || mbuf_copydata(m, ipoff, 8, h) != 0)
			return false;
		sp->proto = h[6];
		sp->start = ipoff + 40;
		plen = (size_t)(h[4] << 8 | h[5]);
		sp->len = plen <= total - sp->start ? plen : total - sp->start;
	}
	if (sp->proto == PROTO_TCP)
		sp->field = sp->start + 16;
	else if (sp->proto == PROTO_UDP)
		sp->field = sp->start + 6;
	else
		return false;
	return sp->field + 2 <= sp->start + sp->len;
}

static void
l4_compute(mbuf_t m, const struct l4span *sp, size_t field, uint32_t seed)
{
	uint16_t s = in_cksum_add(m_cksum(m, sp->start, sp->len), seed);

	s = (uint16_t)~s;
	if (s == 0 && sp->proto == PROTO_UDP)
		s = 0xffff;
	m_store16(m, field, s);
}

/* The pseudo header's sum from the addresses in the header. */
static uint16_t
l4_pseudo(mbuf_t m, int family, size_t ipoff, const struct l4span *sp)
{
	unsigned char a[32];

	if (family == PF_INET) {
		if (mbuf_copydata(m, ipoff + 12, 8, a) != 0)
			return 0;
		return in_pseudo4(a, a + 4, (uint32_t)sp->len, sp->proto);
	}
	if (mbuf_copydata(m, ipoff + 8, 32, a) != 0)
		return 0;
	return in_pseudo6(a, a + 16, (uint32_t)sp->len, sp->proto);
}

static void
l4_renew(mbuf_t m, int family, size_t ipoff, const struct l4span *sp)
{
	m_store16(m, sp->field, 0);
	l4_compute(m, sp, sp->field, l4_pseudo(m, family, ipoff, sp));
}

static void
ip_compute(mbuf_t m, size_t ipoff)
{
	unsigned char v;
	size_t hlen;

	if (mbuf_copydata(m, ipoff, 1, &v) != 0)
		return;
	hlen = (size_t)(v & 0xf) * 4;
	m_store16(m, ipoff + 10, 0);
	m_store16(m, ipoff + 10, (uint16_t)~m_cksum(m, ipoff, hlen));
}

void
m_csum_finalize(mbuf_t m, int family, size_t ipoff)
{
	struct m_pkthdr *ph = &m->m_pkthdr;
	uint32_t req = ph->csum_flags & REDO_MASK;
	uint32_t l4 = family == PF_INET ? REQ_L4_V4 : REQ_L4_V6;
	size_t total = m_length(m);
	struct l4span sp;

	if ((family != PF_INET && family != PF_INET6) || ipoff >= total)
		return;
	if ((req & l4) != 0 && l4_span(m, family, ipoff, total, &sp)) {
		/* The field holds the pseudo header's sum and is summed too. */
		l4_compute(m, &sp, sp.start + (ph->csum_data & 0xffff), 0);
		ph->csum_flags &= ~l4;
		ph->csum_redo |= req & l4;
	} else if ((req & l4) == 0 && (ph->csum_redo & l4) != 0) {
		m_csum_renew(m, family, ipoff);
	}
	ph->csum_redo &= ~M_REDO_LOST;
	if (family == PF_INET) {
		if (((req | ph->csum_redo) & MBUF_CSUM_REQ_IP) != 0)
			ip_compute(m, ipoff);
		ph->csum_redo |= req & MBUF_CSUM_REQ_IP;
		ph->csum_flags &= ~(uint32_t)MBUF_CSUM_REQ_IP;
	}
}

void
m_csum_renew(mbuf_t m, int family, size_t ipoff)
{
	size_t total = m_length(m);
	struct l4span sp;

	if (ipoff >= total || !l4_span(m, family, ipoff, total, &sp))
		return;
	l4_renew(m, family, ipoff, &sp);
}

void
m_csum_complete(mbuf_t m, int family)
{
	m_csum_finalize(m, family, 0);
	m->m_pkthdr.csum_redo = 0;
	(void)mbuf_set_csum_performed(m, MBUF_CSUM_DID_DATA |
	    MBUF_CSUM_PSEUDO_HDR, 0xffff);
}
