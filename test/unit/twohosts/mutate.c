/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames for the fuzzed runs: copies of what the hosts send with bytes
 * changed, moved, cut or doubled; and messages of protocols that the hosts
 * themselves have no occasion to send (neighbour discovery, router
 * advertisements, redirects, IGMP, MLD, ICMP errors, fragments, answers of
 * DHCP and DNS servers).
 *
 * Most are given right lengths and checksums again afterwards, so that they
 * come as deep into the stack as their contents allow.
 */
#include "test/unit/twohosts/mutate.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const uint8_t interesting[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 40, 44, 58, 60, 63, 64, 127,
	128, 129, 200, 240, 250, 253, 254, 255,
};

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned
get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* --- lengths and checksums --------------------------------------------------------- */

static uint32_t
sum(const uint8_t *p, size_t len, uint32_t s)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		s += get16(p + i);
	if (len & 1)
		s += (uint32_t)p[len - 1] << 8;
	return s;
}

static unsigned
fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s & 0xffff;
}

/* The transport's checksum; addrs: both addresses, alen bytes in all. */
static void
repair_transport(uint8_t *t, size_t len, unsigned proto, const uint8_t *addrs,
    size_t alen)
{
	uint32_t pseudo = sum(addrs, alen, proto + (uint32_t)len);
	size_t at;

	switch (proto) {
	case 6:
		at = 16;
		break;
	case 17:
		at = 6;
		break;
	case 58:
		at = 2;
		break;
	case 1:
	case 2:
		at = 2;
		pseudo = 0;
		break;
	default:
		return;
	}
	if (len < at + 2)
		return;
	put16(t + at, 0);
	put16(t + at, fold(sum(t, len, pseudo)));
}

/* The transport behind IPv6's headers; its offset, 0 when there is none. */
static size_t
transport6(const uint8_t *h, size_t len, unsigned *proto)
{
	size_t off = 40;

	*proto = h[6];
	while (*proto == 0 || *proto == 43 || *proto == 60) {
		if (off + 8 > len)
			return 0;
		*proto = h[off];
		off += ((size_t)h[off + 1] + 1) * 8;
	}
	return off < len ? off : 0;
}

static void
repair(uint8_t *f, size_t len)
{
	uint8_t *h = f + 14;
	size_t n = len - 14, hlen;
	unsigned proto;

	if (get16(f + 12) == 0x0800 && n >= 20) {
		hlen = (size_t)(h[0] & 15) * 4;
		put16(h + 2, (unsigned)n);
		if (hlen < 20 || hlen > n)
			return;
		put16(h + 10, 0);
		put16(h + 10, fold(sum(h, hlen, 0)));
		if ((get16(h + 6) & 0x3fff) == 0)
			repair_transport(h + hlen, n - hlen, h[9], h + 12, 8);
	} else if (get16(f + 12) == 0x86dd && n >= 40) {
		put16(h + 4, (unsigned)(n - 40));
		hlen = transport6(h, n, &proto);
		if (hlen != 0)
			repair_transport(h + hlen, n - hlen, proto, h + 8, 32);
	}
}

/* --- changes -------------------------------------------------------------------------- */

static size_t
change(uint8_t *f, size_t len, mutate_rnd rnd)
{
	/* Headers more often than what is behind them. */
	size_t room = len - 12, at, n;

	if (rnd(4) != 0 && room > 70)
		room = 70;
	at = 12 + rnd((unsigned)room);
	switch (rnd(9)) {
	case 0:
		f[at] ^= (uint8_t)(1u << rnd(8));
		break;
	case 1:
		f[at] = (uint8_t)rnd(256);
		break;
	case 2:
	case 3:
		f[at] = interesting[rnd(sizeof(interesting))];
		break;
	case 4:			/* a number a little off */
		f[at] = (uint8_t)(f[at] + rnd(9) - 4);
		break;
	case 5:			/* cut */
		n = rnd((unsigned)(len - 13));
		return len - (rnd(2) ? n : n % 24 < len - 14 ? n % 24 : 0);
	case 6:			/* longer */
		n = rnd(rnd(2) ? 8 : 400);
		if (len + n > MUTATE_MAX)
			break;
		memset(f + len, (int)rnd(256), n);
		return len + n;
	case 7:			/* a piece doubled or moved */
		n = 1 + rnd(24);
		if (at + 2 * n < len)
			memcpy(f + at + n, f + at, n);
		break;
	default:		/* a piece taken out */
		n = 1 + rnd(24);
		if (at + n >= len || len - n < 15)
			break;
		memmove(f + at, f + at + n, len - at - n);
		return len - n;
	}
	return len;
}

size_t
mutate_frame(unsigned char *f, size_t len, mutate_rnd rnd)
{
	unsigned times = 1 + rnd(rnd(3) == 0 ? 12 : 3);

	if (len > MUTATE_MAX)
		len = MUTATE_MAX;
	while (times-- > 0 && len > 20)
		len = change(f, len, rnd);
	if (rnd(8) != 0 && len > 34)
		repair(f, len);
	return len;
}

/* --- inventions ------------------------------------------------------------------------- */

static uint8_t *
ether(uint8_t *f, unsigned to, unsigned type)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 0 };

	memcpy(f, mac, 6);
	memcpy(f + 6, mac, 6);
	f[5] = (uint8_t)(to + 1);
	f[11] = (uint8_t)(2 - to);
	put16(f + 12, type);
	return f + 14;
}

/* The start of an IP packet; the payload. */
static uint8_t *
ip(uint8_t *f, unsigned to, bool v6, unsigned proto, unsigned ttl)
{
	uint8_t *h = ether(f, to, v6 ? 0x86dd : 0x0800);

	if (v6) {
		memset(h, 0, 40);
		h[0] = 0x60;
		h[6] = (uint8_t)proto;
		h[7] = (uint8_t)ttl;
		h[8] = h[24] = 0xfd;
		h[23] = (uint8_t)(2 - to);
		h[39] = (uint8_t)(to + 1);
		return h + 40;
	}
	memset(h, 0, 20);
	h[0] = 0x45;
	h[8] = (uint8_t)ttl;
	h[9] = (uint8_t)proto;
	memcpy(h + 12, "\x0a\x09\x00", 3);
	memcpy(h + 16, "\x0a\x09\x00", 3);
	h[15] = (uint8_t)(2 - to);
	h[19] = (uint8_t)(to + 1);
	return h + 20;
}

static size_t
fill(uint8_t *p, size_t n, mutate_rnd rnd)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)rnd(256);
	return n;
}

/* Neighbour and router discovery, with options of all kinds. */
static size_t
invent_nd(uint8_t *f, unsigned to, mutate_rnd rnd)
{
	static const uint8_t opts[] = { 1, 2, 3, 4, 5, 25, 31, 24 };
	static const uint8_t fixed[] = { 8, 16, 24, 24, 40 };
	uint8_t *p = ip(f, to, true, 58, 255), *at = p;
	unsigned type = 133 + rnd(5), n = rnd(4);

	if (rnd(2)) {		/* from the link, as routers do */
		memcpy(f + 14 + 8, "\xfe\x80\0\0\0\0\0\0\x50\x54\0\xff\xfe", 13);
	}
	if (rnd(3) == 0)
		memcpy(f + 14 + 24, "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\x01",
		    16);
	memset(p, 0, fixed[type - 133]);
	p[0] = (uint8_t)type;
	(void)fill(p + 4, 4, rnd);
	if (type == 134)
		(void)fill(p + 8, 8, rnd);
	if (type >= 135) {
		p[8] = 0xfd;
		p[23] = (uint8_t)(1 + rnd(3));
		if (type == 137)
			memcpy(p + 24, p + 8, 16);
	}
	at += fixed[type - 133];
	while (n-- > 0) {
		unsigned units = rnd(8) == 0 ? rnd(6) : 1 + 3 * rnd(2);

		at[0] = opts[rnd(sizeof(opts))];
		at[1] = (uint8_t)units;
		if (units == 0)
			units = 1;
		(void)fill(at + 2, units * 8 - 2, rnd);
		if (at[0] == 3 && units == 4) {		/* a usable prefix */
			at[2] = 64;
			at[3] = 0xc0;
			memcpy(at + 16, "\x20\x01\x0d\xb8\0\0\0", 7);
			memset(at + 24, 0, 8);
		}
		at += units * 8;
	}
	return (size_t)(at - f);
}

/* An error about something the host may have sent. */
static size_t
invent_error(uint8_t *f, unsigned to, bool v6, mutate_rnd rnd)
{
	static const uint8_t types4[] = { 3, 4, 5, 11, 12 };
	uint8_t *p = ip(f, to, v6, v6 ? 58 : 1, 64), *q = p + 8;
	uint8_t head[60];

	p[0] = v6 ? (uint8_t)(1 + rnd(4)) : types4[rnd(5)];
	p[1] = (uint8_t)rnd(8);
	memset(p + 2, 0, 6);
	put16(p + 6, 68 + rnd(1500));
	(void)ip(head, 1 - to, v6, rnd(2) ? 6 : 17, 64);
	memcpy(q, head + 14, v6 ? 40 : 20);
	q += v6 ? 40 : 20;
	return (size_t)(q - f) + fill(q, rnd(64), rnd);
}

static size_t
invent_fragment(uint8_t *f, unsigned to, bool v6, mutate_rnd rnd)
{
	unsigned off = rnd(6) * (rnd(3) == 0 ? 1000 : 8), more = rnd(3) != 0;
	uint8_t *p = ip(f, to, v6, v6 ? 44 : 17, 64);

	if (v6) {
		p[0] = rnd(4) == 0 ? 60 : 17;
		p[1] = 0;
		put16(p + 2, (off & 0x1fff) << 3 | more);
		memset(p + 4, 0, 4);
		p[7] = (uint8_t)rnd(4);
		p += 8;
	} else {
		f[14 + 5] = (uint8_t)rnd(4);
		put16(f + 14 + 6, more << 13 | (off & 0x1fff));
	}
	return (size_t)(p - f) + fill(p, 8 * (1 + rnd(40)) + rnd(2), rnd);
}

static size_t
invent_group(uint8_t *f, unsigned to, bool v6, mutate_rnd rnd)
{
	uint8_t *p = ip(f, to, v6, v6 ? 58 : 2, 1);
	static const uint8_t igmp[] = { 0x11, 0x12, 0x16, 0x17, 0x22 };

	p[0] = v6 ? (uint8_t)(130 + rnd(3)) : igmp[rnd(5)];
	return (size_t)(p - f) + 1 + fill(p + 1, v6 ? 23 + rnd(8) : 7 + rnd(8),
	    rnd);
}

static size_t
invent_arp(uint8_t *f, unsigned to, mutate_rnd rnd)
{
	uint8_t *p = ether(f, to, 0x0806);

	memcpy(p, "\0\x01\x08\0\x06\x04\0", 7);
	p[7] = (uint8_t)(1 + rnd(2));
	(void)fill(p + 8, 6, rnd);
	memcpy(p + 14, "\x0a\x09\0", 3);
	p[17] = (uint8_t)rnd(256);
	(void)fill(p + 18, 6, rnd);
	memcpy(p + 24, "\x0a\x09\0", 3);
	p[27] = (uint8_t)(to + 1);
	return 42;
}

/* Extension headers, protocols nobody knows, datagrams for anybody. */
static size_t
invent_odd(uint8_t *f, unsigned to, bool v6, mutate_rnd rnd)
{
	static const uint8_t next[] = { 0, 43, 44, 59, 60, 6, 17, 58, 50, 135 };
	uint8_t *p = ip(f, to, v6, v6 ? next[rnd(10)] : rnd(256), 64);

	for (unsigned n = v6 ? rnd(4) : 0; n > 0; n--, p += 8) {
		(void)fill(p, 8, rnd);
		p[0] = next[rnd(10)];
		p[1] = (uint8_t)(rnd(8) == 0 ? rnd(4) : 0);
		if (rnd(2))
			memset(p + 2, 0, 6);
	}
	return (size_t)(p - f) + fill(p, rnd(60), rnd);
}

size_t
mutate_invent(unsigned char *f, unsigned to, mutate_rnd rnd)
{
	bool v6 = rnd(2);
	size_t len;

	switch (rnd(8)) {
	case 0:
	case 1:
		len = invent_nd(f, to, rnd);
		break;
	case 2:
		len = invent_error(f, to, v6, rnd);
		break;
	case 3:
	case 4:
		len = invent_fragment(f, to, v6, rnd);
		break;
	case 5:
		len = invent_group(f, to, v6, rnd);
		break;
	case 6:
		len = invent_odd(f, to, v6, rnd);
		break;
	default:
		len = invent_arp(f, to, rnd);
		break;
	}
	repair(f, len);
	if (rnd(3) == 0)
		len = mutate_frame(f, len, rnd);
	return len;
}

/* --- servers -------------------------------------------------------------------------------- */

static size_t
answer_dns(uint8_t *d, size_t len, mutate_rnd rnd)
{
	static const uint8_t rr[] = {
		0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 9, 0, 77,
	};
	unsigned n = rnd(4);

	put16(d + 2, 0x8180 | (rnd(6) == 0 ? rnd(16) : 0));
	put16(d + 6, n);
	for (unsigned i = 0; i < n; i++, len += sizeof(rr)) {
		memcpy(d + len, rr, sizeof(rr));
		if (rnd(4) == 0)	/* names that point anywhere */
			put16(d + len, 0xc000 | rnd((unsigned)len + 20));
		if (rnd(4) == 0)
			d[len + 3] = rnd(2) ? 28 : 5;
	}
	return len;
}

static size_t
answer_dhcp(uint8_t *d, mutate_rnd rnd)
{
	static const uint8_t opts[] = { 1, 3, 6, 12, 28, 51, 54, 58, 59, 52 };
	uint8_t *p = d + 240;

	d[0] = 2;
	memcpy(d + 16, "\x0a\x09\x00", 3);
	d[19] = (uint8_t)(1 + rnd(3));
	memcpy(d + 20, "\x0a\x09\x00\x01", 4);
	memset(d + 44, 0, 192);
	*p++ = 53;
	*p++ = 1;
	*p++ = (uint8_t)(rnd(3) == 0 ? rnd(9) : 2 + 3 * rnd(2));
	for (unsigned n = rnd(8); n > 0; n--) {
		unsigned len = rnd(4) == 0 ? rnd(32) : 4;

		*p++ = opts[rnd(sizeof(opts))];
		*p++ = (uint8_t)len;
		p += fill(p, len, rnd);
	}
	*p++ = 54;
	*p++ = 4;
	memcpy(p, "\x0a\x09\x00\x01", 4);
	p += 4;
	if (rnd(4) != 0)
		*p++ = 255;
	return (size_t)(p - d);
}

size_t
mutate_answer(unsigned char *out, const unsigned char *f, size_t len,
    mutate_rnd rnd)
{
	const uint8_t *h = f + 14, *u = h + 20;
	unsigned port;
	size_t n;

	if (len < 14 + 20 + 8 + 12 || len > 600 || get16(f + 12) != 0x0800 ||
	    h[0] != 0x45 || h[9] != 17)
		return 0;
	port = get16(u + 2);
	if (port != 53 && !(port == 67 && len >= 14 + 28 + 240))
		return 0;
	memcpy(out, f, len);
	memcpy(out, f + 6, 6);
	memcpy(out + 6, "\x52\x54\0\0\0\x09", 6);
	memcpy(out + 26, h + 16, 4);
	memcpy(out + 30, h + 12, 4);
	memcpy(out + 34, u + 2, 2);
	memcpy(out + 36, u, 2);
	if (port == 53) {
		n = answer_dns(out + 42, len - 42, rnd);
	} else {
		memcpy(out + 26, "\x0a\x09\x00\x01", 4);
		memset(out + 30, 255, 4);
		n = answer_dhcp(out + 42, rnd);
	}
	put16(out + 38, (unsigned)n + 8);
	len = 42 + n;
	repair(out, len);
	if (rnd(4) == 0)
		len = mutate_frame(out, len, rnd);
	return len;
}
