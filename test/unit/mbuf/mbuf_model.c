/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every operation on chains against a model: the same packet as a plain array
 * of bytes.  Random operations run on a handful of packets; after each, the
 * chain must hold the model's bytes, the packet header's length must be
 * right, and the checker must be content.
 *
 * Packets that share storage see each other's writes in places (the KPI
 * writes through shared clusters), so operations that write take a packet
 * whose storage is its own, or are followed by the same write in the model of
 * the one that shares; here sharing packets are only read and cut.
 *
 * MBUF_OPS in the environment is the number of operations (1,000,000),
 * UNIT_SEED the seed.
 */
#include "test/unit/mbuf/mbuf_util.h"

#include "test/unit/host/clib.h"

#define NPKT	6
#define MAX	6000		/* bytes of a packet */
#define W	MBUF_WAITOK

struct packet {
	mbuf_t		m;
	bool		shared;		/* storage may be another's too */
	bool		tagged;
	size_t		len;
	unsigned char	b[MAX + 4096];
};

static struct packet pkts[NPKT];
static unsigned char scratch[MAX + 4096];
static mbuf_tag_id_t model_tag;

static unsigned
rnd(unsigned n)
{
	return n == 0 ? 0 : unit_random() % n;
}

static void
random_bytes(unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (unsigned char)unit_random();
}

static bool
is_tagged(mbuf_t m)
{
	size_t len;
	void *p;

	return mbuf_tag_find(m, model_tag, 3, &len, &p) == 0;
}

static bool
equal(const struct packet *p)
{
	if (m_length(p->m) != p->len || mbuf_pkthdr_len(p->m) != p->len)
		return false;
	if (p->len > 0 && mbuf_copydata(p->m, 0, p->len, scratch) != 0)
		return false;
	mbuf_check(p->m);
	for (mbuf_t n = mbuf_next(p->m); n != NULL; n = mbuf_next(n)) {
		if (mbuf_flags(n) & MBUF_PKTHDR)
			return false;
	}
	return memcmp(scratch, p->b, p->len) == 0 &&
	    is_tagged(p->m) == p->tagged;
}

/* --- making packets -------------------------------------------------------------- */

static mbuf_t
random_mbuf(bool header)
{
	int flags = header ? MBUF_PKTHDR : 0;
	mbuf_t m;

	switch (rnd(5)) {
	case 0:
		m = m_getjcl(W, MBUF_TYPE_DATA, flags, MBIGCLBYTES);
		break;
	case 1:
		m = m_getcl(W, MBUF_TYPE_DATA, flags);
		break;
	default:
		m = header ? m_gethdr(W, MBUF_TYPE_DATA) :
		    m_get(W, MBUF_TYPE_DATA);
		break;
	}
	m->m_data += rnd(3) == 0 ? rnd((unsigned)m->m_size / 2) : 0;
	return m;
}

static void
discard(struct packet *p)
{
	mbuf_freem(p->m);
	memset(p, 0, offsetof(struct packet, b));
}

static void
create(struct packet *p)
{
	size_t want = rnd(8) == 0 ? rnd(4000) : rnd(400);
	mbuf_t *tail = &p->m;

	if (p->m != NULL)
		discard(p);
	random_bytes(p->b, want);
	do {
		mbuf_t m = random_mbuf(p->m == NULL);
		size_t k = rnd(m_tailroom(m) + 1);

		if (k > want - p->len)
			k = want - p->len;
		if (k > 1 && rnd(2))
			k = 1 + rnd((unsigned)k);
		memcpy(m->m_data, p->b + p->len, k);
		m->m_len = (uint16_t)k;
		p->len += k;
		*tail = m;
		tail = &m->m_next;
	} while (p->len < want || rnd(6) == 0);
	mbuf_pkthdr_setlen(p->m, p->len);
}

/* --- operations: each leaves chain and model equal, or says why not ---------------- */

static const char *
op_copydata(struct packet *p)
{
	size_t off = rnd((unsigned)p->len + 10), n = rnd((unsigned)p->len + 10);
	errno_t want = off + n <= p->len ? 0 : EINVAL;

	if (mbuf_copydata(p->m, off, n, scratch) != want)
		return "copydata: result";
	if (want == 0 && memcmp(scratch, p->b + off, n) != 0)
		return "copydata: bytes";
	return NULL;
}

static const char *
op_copyback(struct packet *p)
{
	size_t off = rnd((unsigned)p->len + 50), n = 1 + rnd(rnd(4) == 0 ?
	    1500 : 60);

	if (p->shared || off + n > MAX)
		return NULL;
	random_bytes(scratch, n);
	if (mbuf_copyback(p->m, off, n, scratch, W) != 0)
		return "copyback: result";
	if (off > p->len)
		memset(p->b + p->len, 0, off - p->len);
	memcpy(p->b + off, scratch, n);
	if (off + n > p->len)
		p->len = off + n;
	return NULL;
}

static const char *
op_adj(struct packet *p)
{
	int n = (int)rnd((unsigned)p->len / 4 + 6);

	if (rnd(2)) {
		mbuf_adj(p->m, -n);
		p->len -= (size_t)n < p->len ? (size_t)n : p->len;
	} else {
		size_t k = (size_t)n < p->len ? (size_t)n : p->len;

		mbuf_adj(p->m, n);
		memmove(p->b, p->b + k, p->len - k);
		p->len -= k;
	}
	return NULL;
}

static const char *
op_prepend(struct packet *p)
{
	size_t n = rnd(100);

	if (p->len + n > MAX)
		return NULL;
	if (mbuf_prepend(&p->m, n, W) != 0)
		return "prepend: result";
	memmove(p->b + n, p->b, p->len);
	random_bytes(p->b, n);
	if (mbuf_len(p->m) < n)
		return "prepend: not contiguous";
	memcpy(mbuf_data(p->m), p->b, n);
	p->len += n;
	return NULL;
}

static const char *
op_pullup(struct packet *p)
{
	size_t n = rnd((unsigned)p->len + 5), first = mbuf_len(p->m);
	bool ok = n <= first || (n <= mbuf_get_mlen() && n <= p->len);

	if (mbuf_pullup(&p->m, n) != (ok ? 0 : ENOMEM))
		return "pullup: result";
	if (!ok) {
		if (p->m != NULL)
			return "pullup: not NULL";
		memset(p, 0, offsetof(struct packet, b));
		create(p);
		return NULL;
	}
	return mbuf_len(p->m) >= n ? NULL : "pullup: not contiguous";
}

static const char *
op_pulldown(struct packet *p)
{
	size_t off = rnd((unsigned)p->len + 2), n = rnd(300), at = off;
	bool ok = off + n <= p->len;
	mbuf_t loc;

	if (mbuf_pulldown(p->m, &at, n, &loc) != (ok ? 0 : ENOMEM))
		return "pulldown: result";
	if (!ok) {
		memset(p, 0, offsetof(struct packet, b));
		create(p);
		return loc == NULL ? NULL : "pulldown: location";
	}
	if (mbuf_len(loc) < at + n ||
	    memcmp((char *)mbuf_data(loc) + at, p->b + off, n) != 0)
		return "pulldown: not contiguous";
	return NULL;
}

/* The tail becomes another packet of the set. */
static const char *
op_split(struct packet *p, struct packet *q)
{
	size_t off = rnd((unsigned)p->len + 3);
	mbuf_t t;
	errno_t error;

	if (p == q)
		return NULL;
	error = mbuf_split(p->m, off, W, &t);
	if (off > p->len)
		return error == ENOMEM && t == NULL ? NULL : "split: result";
	if (error != 0)
		return "split: refused";
	discard(q);
	q->m = t;
	q->len = p->len - off;
	memcpy(q->b, p->b + off, q->len);
	p->len = off;
	p->shared = q->shared = true;
	return NULL;
}

static const char *
op_copym(struct packet *p, struct packet *q)
{
	size_t off = rnd(3) == 0 ? 0 : rnd((unsigned)p->len), n;
	bool all = rnd(2);
	mbuf_t c;

	if (p == q || p->len == 0)
		return NULL;
	n = all ? p->len - off : 1 + rnd((unsigned)(p->len - off));
	if (mbuf_copym(p->m, off, all ? MBUF_COPYALL : n, W, &c) != 0)
		return "copym: result";
	if (off != 0) {
		/* No packet header: only look at it. */
		bool same = m_length(c) == n &&
		    mbuf_copydata(c, 0, n, scratch) == 0 &&
		    memcmp(scratch, p->b + off, n) == 0 &&
		    (mbuf_flags(c) & MBUF_PKTHDR) == 0;

		mbuf_check(c);
		mbuf_freem(c);
		p->shared = true;
		return same ? NULL : "copym: bytes";
	}
	discard(q);
	q->m = c;
	q->len = n;
	memcpy(q->b, p->b, n);
	q->tagged = p->tagged;
	p->tagged = false;
	p->shared = q->shared = true;
	return NULL;
}

static const char *
op_dup(struct packet *p, struct packet *q)
{
	mbuf_t c;

	if (p == q)
		return NULL;
	if (mbuf_dup(p->m, W, &c) != 0)
		return "dup: result";
	for (mbuf_t n = c; n != NULL; n = mbuf_next(n)) {
		if (mbuf_mclhasreference(n))
			return "dup: shares";
	}
	discard(q);
	q->m = c;
	q->len = p->len;
	memcpy(q->b, p->b, p->len);
	q->tagged = p->tagged;
	return NULL;
}

static const char *
op_concatenate(struct packet *p, struct packet *q)
{
	if (p == q || p->len + q->len > MAX)
		return NULL;
	if (mbuf_setflags_mask(q->m, 0, MBUF_PKTHDR) != 0)
		return "concatenate: header";
	if (mbuf_concatenate(p->m, q->m) != p->m)
		return "concatenate: result";
	memcpy(p->b + p->len, q->b, q->len);
	p->len += q->len;
	mbuf_pkthdr_setlen(p->m, p->len);
	p->shared = p->shared || q->shared;
	memset(q, 0, offsetof(struct packet, b));
	create(q);
	return NULL;
}

static const char *
op_tag(struct packet *p)
{
	errno_t error;
	void *d;

	if (p->tagged) {
		mbuf_tag_free(p->m, model_tag, 3);
		p->tagged = false;
		return NULL;
	}
	error = mbuf_tag_allocate(p->m, model_tag, 3, 1 + rnd(60), W, &d);
	p->tagged = error == 0;
	return error == 0 ? NULL : "tag: result";
}

static const char *
op_cksum(struct packet *p)
{
	uint16_t sum;
	uint32_t s = 0;

	if (p->len == 0)
		return NULL;
	if (mbuf_inet_cksum(p->m, 0, 0, (u_int32_t)p->len, &sum) != 0)
		return "cksum: result";
	for (size_t i = 0; i < p->len; i++)
		s += (uint32_t)p->b[i] << (i & 1 ? 0 : 8);
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return (uint16_t)~s == __builtin_bswap16(sum) ? NULL : "cksum: sum";
}

/* The internal forms: pull-up for writing, copy with headroom. */
static const char *
op_internal(struct packet *p)
{
	size_t n = rnd(130);
	mbuf_t c;

	if (n > p->len)
		n = p->len;
	if (rnd(2)) {
		p->m = m_pullup_write(p->m, n, W);
		if (p->m == NULL || mbuf_len(p->m) < n)
			return "pullup_write";
		/* It is ours to write. */
		for (size_t i = 0; i < n; i++)
			((char *)mbuf_data(p->m))[i] = (char)p->b[i];
		return NULL;
	}
	c = m_dup_headroom(p->m, n, W);
	if (c == NULL || mbuf_leadingspace(c) < n)
		return "dup_headroom";
	mbuf_freem(p->m);
	p->m = c;
	p->shared = false;
	return NULL;
}

static const char *
step(struct packet *p, struct packet *q)
{
	switch (rnd(15)) {
	case 0:
		return op_copydata(p);
	case 1:
	case 2:
		return op_copyback(p);
	case 3:
		return op_adj(p);
	case 4:
		return op_prepend(p);
	case 5:
		return op_pullup(p);
	case 6:
		return op_pulldown(p);
	case 7:
		return op_split(p, q);
	case 8:
		return op_copym(p, q);
	case 9:
		return op_dup(p, q);
	case 10:
		return op_concatenate(p, q);
	case 11:
		return op_tag(p);
	case 12:
		return op_cksum(p);
	case 13:
		return op_internal(p);
	default:
		create(p);
		return NULL;
	}
}

static unsigned long
operations(void)
{
	const char *s = host_getenv("MBUF_OPS");
	unsigned long n = 0;

	if (s == NULL)
		return 1000000;
	while (*s >= '0' && *s <= '9')
		n = n * 10 + (unsigned long)(*s++ - '0');
	return n;
}

UNIT_TEST(chains_equal_a_byte_array)
{
	unsigned long n = operations();
	const char *error = NULL;

	BEGIN();
	CHECK_EQ(mbuf_tag_id_find("org.unikext.model", &model_tag), 0);
	mbuf_test_begin();
	for (int i = 0; i < NPKT; i++)
		create(&pkts[i]);
	for (unsigned long i = 0; i < n; i++) {
		struct packet *p = &pkts[rnd(NPKT)], *q = &pkts[rnd(NPKT)];

		error = step(p, q);
		if (error == NULL && !equal(p))
			error = "first packet differs";
		if (error == NULL && !equal(q))
			error = "second packet differs";
		if (error != NULL) {
			unit_note("operation %lu: %s", i, error);
			break;
		}
	}
	CHECK(error == NULL);
	for (int i = 0; i < NPKT; i++)
		discard(&pkts[i]);
	END();
}
