/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets to try things on.  Byte i of a packet is (i * 7 + 1) mod 256.
 */
#ifndef MAKE_H
#define MAKE_H

#include <libkern/libkern.h>
#include <sys/kpi_mbuf.h>

static inline unsigned char
byte_at(size_t i)
{
	return ((unsigned char)(i * 7 + 1));
}

/* Fills the mbufs of a chain as parts of one packet. */
static inline void
fill(mbuf_t m)
{
	unsigned char *p;
	size_t i, at = 0;

	for (; m != NULL; m = mbuf_next(m)) {
		p = mbuf_data(m);
		for (i = 0; i < mbuf_len(m); i++)
			p[i] = byte_at(at++);
	}
}

/* Whether n bytes from off hold what fill() put at position from. */
static inline int
holds(mbuf_t m, size_t off, size_t n, size_t from)
{
	unsigned char c;
	size_t i;

	for (i = 0; i < n; i++)
		if (mbuf_copydata(m, off + i, 1, &c) != 0 ||
		    c != byte_at(from + i))
			return (0);
	return (1);
}

/* H(a, b): packet header, two mbufs without clusters (b 0: one). */
static inline mbuf_t
H(size_t a, size_t b)
{
	mbuf_t m = NULL, n = NULL;

	if (mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) != 0)
		return (NULL);
	mbuf_setlen(m, a);
	if (b != 0) {
		if (mbuf_get(MBUF_WAITOK, MBUF_TYPE_DATA, &n) != 0) {
			mbuf_freem(m);
			return (NULL);
		}
		mbuf_setlen(n, b);
		mbuf_setnext(m, n);
	}
	mbuf_pkthdr_setlen(m, a + b);
	fill(m);
	return (m);
}

/* P(a, b): the same without packet header. */
static inline mbuf_t
P(size_t a, size_t b)
{
	mbuf_t m = NULL, n = NULL;

	if (mbuf_get(MBUF_WAITOK, MBUF_TYPE_DATA, &m) != 0)
		return (NULL);
	mbuf_setlen(m, a);
	if (b != 0) {
		if (mbuf_get(MBUF_WAITOK, MBUF_TYPE_DATA, &n) != 0) {
			mbuf_freem(m);
			return (NULL);
		}
		mbuf_setlen(n, b);
		mbuf_setnext(m, n);
	}
	fill(m);
	return (m);
}

/* C(n): a header mbuf with a 2048-byte cluster, n bytes at its start. */
static inline mbuf_t
C(size_t n)
{
	mbuf_t m = NULL;

	if (mbuf_getpacket(MBUF_WAITOK, &m) != 0)
		return (NULL);
	mbuf_setlen(m, n);
	mbuf_pkthdr_setlen(m, n);
	fill(m);
	return (m);
}

static inline unsigned
count(mbuf_t m)
{
	unsigned n = 0;

	for (; m != NULL; m = mbuf_next(m))
		n++;
	return (n);
}

/* A tag of the kext's own: allocates, looks up. */
static inline mbuf_tag_id_t
tag_id(void)
{
	mbuf_tag_id_t id = 0;

	mbuf_tag_id_find("org.unikext.test.kpi_mbuf", &id);
	return (id);
}

static inline int
tag_add(mbuf_t m)
{
	void *data;

	return (mbuf_tag_allocate(m, tag_id(), 7, 8, MBUF_WAITOK, &data));
}

static inline int
tagged(mbuf_t m)
{
	void *data;
	size_t len;

	return (mbuf_tag_find(m, tag_id(), 7, &len, &data) == 0 && len == 8);
}

#endif /* MAKE_H */
