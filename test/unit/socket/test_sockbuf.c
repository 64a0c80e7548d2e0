/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket buffers against a plain model: a stream is an array of bytes, a
 * message buffer a list of (name, control, data).  Every operation is done
 * to both and everything observable compared.
 */
#include <string.h>
#include <sys/errno.h>
#include "kernel/mm/kmem.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/socketvar.h"
#include "test/unit/lib/unit.h"
#include "test/unit/socket/common.h"

#define STREAM_MAX	20000
#define ROUNDS		200000

static unsigned char model[2 * STREAM_MAX];
static size_t model_len;
static unsigned next_byte;

static void
setup(struct sockbuf *sb, size_t hiwat)
{
	socket_test_init();
	sbinit(sb);
	CHECK(sbreserve(sb, hiwat) == 0);
	model_len = 0;
}

/* A chain of n bytes in random pieces, inline and clusters, some empty. */
static mbuf_t
chain(size_t n, unsigned char *copy)
{
	mbuf_t top = NULL, m;
	size_t k, i;

	while (n > 0 || top == NULL) {
		k = unit_random() % 4 == 0 ? 0 : 1 + unit_random() %
		    (unit_random() % 2 != 0 ? 64 : 1500);
		if (k > n)
			k = n;
		m = k > MLEN || unit_random() % 2 != 0 ?
		    m_getcl(MBUF_WAITOK, MBUF_TYPE_DATA, 0) :
		    m_get(MBUF_WAITOK, MBUF_TYPE_DATA);
		if (k + 8 < m->m_size && unit_random() % 2 != 0)
			m->m_data += unit_random() % 8;
		for (i = 0; i < k; i++) {
			m->m_data[i] = (char)next_byte;
			*copy++ = (unsigned char)next_byte++;
		}
		m->m_len = (uint16_t)k;
		n -= k;
		if (top == NULL)
			top = m;
		else
			m_last(top)->m_next = m;
	}
	if (unit_random() % 2 != 0) {
		top->m_flags |= MBUF_PKTHDR;
		top->m_pkthdr.len = (uint32_t)m_length(top);
	}
	return (top);
}

static bool
same(const struct __mbuf *m, const unsigned char *bytes, size_t n)
{
	for (; m != NULL; m = m->m_next) {
		if (m->m_len > n || memcmp(m->m_data, bytes, m->m_len) != 0)
			return (false);
		bytes += m->m_len;
		n -= m->m_len;
	}
	return (n == 0);
}

UNIT_TEST(stream_equals_byte_array)
{
	struct sockbuf sb;
	unsigned i;
	size_t n;
	mbuf_t m;

	setup(&sb, 1 << 20);
	for (i = 0; i < ROUNDS; i++) {
		switch (unit_random() % 4) {
		case 0:
		case 1:
			n = unit_random() % 3000;
			if (model_len + n > STREAM_MAX)
				break;
			m = chain(n, model + model_len);
			model_len += n;
			sbappendstream(&sb, m);
			break;
		case 2:
			n = model_len != 0 ? unit_random() % (model_len + 1) :
			    0;
			sbdrop(&sb, n);
			memmove(model, model + n, model_len - n);
			model_len -= n;
			break;
		case 3:
			n = model_len != 0 ? unit_random() % (model_len + 1) :
			    0;
			m = sbtake(&sb, n);
			CHECK(same(m, model, n));
			m_freem(m);
			memmove(model, model + n, model_len - n);
			model_len -= n;
			break;
		}
		CHECK_EQ(sbavail(&sb), model_len);
		CHECK_EQ(sb.sb_cc, model_len);
		if (i % 64 == 0)
			CHECK(same(sb.sb_mb, model, model_len));
	}
	sbflush(&sb);
	CHECK_EQ(sb.sb_mbcnt, 0);
	CHECK(sb.sb_mb == NULL && sb.sb_mbtail == NULL);
	sbdestroy(&sb);
}

struct msg {
	struct sockaddr	name;
	size_t		ctl, len;
	unsigned char	data[600];
};

UNIT_TEST(records_equal_list)
{
	static struct msg list[64];
	unsigned head = 0, count = 0, i;
	struct sockbuf sb;

	setup(&sb, 30000);
	for (i = 0; i < ROUNDS / 4; i++) {
		if (unit_random() % 2 != 0 && count < 64) {
			struct msg *q = &list[(head + count) % 64];
			mbuf_t m, c = NULL;
			long room = sbspace(&sb);
			bool ok;

			q->len = unit_random() % sizeof(q->data);
			q->ctl = 0;
			m = chain(q->len, q->data);
			memset(&q->name, 0, sizeof(q->name));
			q->name.sa_len = sizeof(q->name);
			q->name.sa_data[0] = (char)i;
			if (unit_random() % 3 == 0) {
				c = sbcreatecontrol(&i, sizeof(i), 7, 9);
				q->ctl = c->m_len;
			}
			ok = sbappendaddr(&sb, &q->name, m, c);
			CHECK_EQ(ok, room >= (long)(16 + q->ctl + q->len));
			if (ok) {
				count++;
			} else {
				m_freem(m);
				m_freem(c);
			}
		} else if (count > 0) {
			struct msg *q = &list[head];
			mbuf_t m = sbtakembuf(&sb);

			CHECK_EQ(m->m_type, MBUF_TYPE_SONAME);
			CHECK(memcmp(m->m_data, &q->name, 16) == 0);
			m_free(m);
			if (q->ctl != 0) {
				m = sbtakembuf(&sb);
				CHECK_EQ(m->m_type, MBUF_TYPE_CONTROL);
				m_free(m);
			}
			CHECK(same(sb.sb_mb, q->data, q->len));
			sbdroprecord(&sb);
			head = (head + 1) % 64;
			count--;
		}
		sbcheck(&sb);
	}
	sbflush(&sb);
	sbdestroy(&sb);
}

/* Single bytes do not pin a cluster each. */
UNIT_TEST(small_pieces_are_merged)
{
	struct sockbuf sb;
	unsigned i;
	mbuf_t m;

	setup(&sb, 100000);
	for (i = 0; i < 2000; i++) {
		m = m_getcl(MBUF_WAITOK, MBUF_TYPE_DATA, 0);
		m->m_data[0] = (char)i;
		m->m_len = 1;
		sbappendstream(&sb, m);
	}
	CHECK_EQ(sb.sb_cc, 2000);
	CHECK(sb.sb_mbcnt < 3 * (MSIZE + MCLBYTES));
	sbflush(&sb);
	sbdestroy(&sb);
}

/* Storage counts against the limit, not bytes alone. */
UNIT_TEST(storage_limits_tiny_messages)
{
	struct sockaddr sa = { .sa_len = sizeof(sa) };
	struct sockbuf sb;
	unsigned n = 0;
	mbuf_t m;

	setup(&sb, 8000);
	for (;;) {
		m = m_getcl(MBUF_WAITOK, MBUF_TYPE_DATA, 0);
		m->m_len = 1;
		if (!sbappendaddr(&sb, &sa, m, NULL))
			break;
		n++;
	}
	m_freem(m);
	CHECK(n > 10 && n < 100);
	sbflush(&sb);
	sbdestroy(&sb);
}

UNIT_TEST(reserve_limits)
{
	struct sockbuf sb;

	setup(&sb, 1000);
	CHECK_EQ(sbreserve(&sb, 0), EINVAL);
	CHECK_EQ(sbreserve(&sb, sb_max + 1), ENOBUFS);
	CHECK_EQ(sbreserve(&sb, sb_max), 0);
	sbdestroy(&sb);
}
