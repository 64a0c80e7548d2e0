/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation: limits, the reserve, waiting, counters, attached storage; and
 * the helpers of the other files.
 */
#include "test/unit/mbuf/mbuf_util.h"

#include "test/unit/host/clib.h"

#define LIMIT	(4u << 20)

static bool ready;
static size_t begin_bytes, begin_objects;

void
mbuf_test_init(void)
{
	mbuf_tag_id_t id;

	if (!ready) {
		mbuf_init(LIMIT);
		/* Names stay; get the one all tests use out of the way. */
		(void)mbuf_tag_id_find("org.unikext.test", &id);
	}
	ready = true;
}

void
mbuf_test_begin(void)
{
	begin_bytes = mbuf_bytes_inuse();
	begin_objects = host_kmem_live();
}

bool
mbuf_test_balanced(void)
{
	return mbuf_bytes_inuse() == begin_bytes &&
	    host_kmem_live() == begin_objects;
}

void
chain_fill(mbuf_t m)
{
	size_t i = 0;

	for (; m != NULL; m = m->m_next) {
		for (size_t k = 0; k < m->m_len; k++)
			m->m_data[k] = (char)(i++ % 251);
	}
}

bool
chain_is(mbuf_t m, size_t off, size_t len, size_t first)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c;

		if (mbuf_copydata(m, off + i, 1, &c) != 0 ||
		    c != (first + i) % 251)
			return false;
	}
	return true;
}

static mbuf_t
chain(int a, int b, bool header)
{
	mbuf_t m = header ? m_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA) :
	    m_get(MBUF_WAITOK, MBUF_TYPE_DATA);

	m->m_len = (uint16_t)a;
	if (b >= 0) {
		m->m_next = m_get(MBUF_WAITOK, MBUF_TYPE_DATA);
		m->m_next->m_len = (uint16_t)b;
	}
	if (header)
		m->m_pkthdr.len = (uint32_t)m_length(m);
	chain_fill(m);
	return m;
}

mbuf_t
chain_h(int a, int b)
{
	return chain(a, b, true);
}

mbuf_t
chain_p(int a, int b)
{
	return chain(a, b, false);
}

mbuf_t
chain_c(int n)
{
	mbuf_t m = m_getcl(MBUF_WAITOK, MBUF_TYPE_DATA, MBUF_PKTHDR);

	m->m_len = (uint16_t)n;
	m->m_pkthdr.len = (uint32_t)n;
	chain_fill(m);
	return m;
}

/* --- the tests --------------------------------------------------------------- */

static mbuf_t held;

static void
hold_all(int how)
{
	mbuf_t m;

	while ((m = m_getcl(how, MBUF_TYPE_DATA, MBUF_PKTHDR)) != NULL) {
		m->m_nextpkt = held;
		held = m;
	}
	while ((m = m_gethdr(how, MBUF_TYPE_DATA)) != NULL) {
		m->m_nextpkt = held;
		held = m;
	}
}

static void
drop_all(void)
{
	mbuf_freem_list(held);
	held = NULL;
}

UNIT_TEST(exhaustion_leaves_the_reserve)
{
	struct m_class_stat before, after;
	mbuf_t m;

	BEGIN();
	mbuf_class_stat(MC_CL2K, &before);
	host_pid = 7;		/* a program: not entitled */
	hold_all(MBUF_DONTWAIT);
	CHECK(mbuf_bytes_inuse() <= LIMIT - LIMIT / 8);
	CHECK(m_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA) == NULL);
	m = m_gethdr(M_CONTROL, MBUF_TYPE_DATA);
	CHECK(m != NULL);
	m_freem(m);
	host_pid = 0;		/* a driver's thread: its ring */
	m = m_getcl(MBUF_DONTWAIT, MBUF_TYPE_DATA, MBUF_PKTHDR);
	CHECK(m != NULL);
	m_freem(m);
	mbuf_class_stat(MC_CL2K, &after);
	CHECK(after.fails > before.fails);
	drop_all();
	host_pid = 7;
	m = m_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA);
	CHECK(m != NULL);	/* over when buffers come back */
	m_freem(m);
	host_pid = 0;
	END();
}

static bool
idle_frees(void)
{
	mbuf_t m = held;

	if (m == NULL)
		return false;
	held = m->m_nextpkt;
	m->m_nextpkt = NULL;
	m_freem(m);
	return true;
}

UNIT_TEST(waiting_allocation_waits_and_wakes)
{
	uint64_t waits, wakeups;
	mbuf_t m = NULL;

	BEGIN();
	host_pid = 7;
	hold_all(MBUF_DONTWAIT);
	waits = mbuf_waits;
	wakeups = mbuf_wakeups;
	host_idle = idle_frees;
	CHECK(mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0 && m != NULL);
	CHECK(mbuf_waits == waits + 1);
	CHECK(mbuf_wakeups > wakeups);
	host_idle = NULL;
	m_freem(m);
	drop_all();
	host_pid = 0;
	END();
}

static unsigned ext_freed;
static u_int ext_size;
static caddr_t ext_arg;

static void
ext_free(caddr_t buf, u_int size, caddr_t arg)
{
	(void)buf;
	ext_freed++;
	ext_size = size;
	ext_arg = arg;
}

UNIT_TEST(attached_storage_is_freed_once)
{
	static char buf[3000];
	mbuf_t m = NULL, n;

	BEGIN();
	ext_freed = 0;
	CHECK_EQ(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, NULL, buf,
	    ext_free, 3000, NULL), EINVAL);
	CHECK_EQ(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    ext_free, 0, NULL), EINVAL);
	CHECK_EQ(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    NULL, 3000, NULL), EINVAL);
	CHECK_EQ(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    ext_free, sizeof(buf), buf + 1), 0);
	REQUIRE(m != NULL);
	CHECK(mbuf_flags(m) & MBUF_PKTHDR);
	CHECK(mbuf_data(m) == buf && mbuf_maxlen(m) == sizeof(buf));
	mbuf_setlen(m, 100);
	mbuf_pkthdr_setlen(m, 100);
	CHECK_EQ(mbuf_copym(m, 0, MBUF_COPYALL, MBUF_WAITOK, &n), 0);
	mbuf_freem(m);
	CHECK_EQ(ext_freed, 0);
	mbuf_freem(n);
	CHECK_EQ(ext_freed, 1);
	CHECK_EQ(ext_size, sizeof(buf));
	CHECK(ext_arg == buf + 1);
	/* A cluster it has already is released first. */
	m = chain_c(10);
	CHECK_EQ(mbuf_attachcluster(MBUF_WAITOK, MBUF_TYPE_DATA, &m, buf,
	    ext_free, sizeof(buf), NULL), 0);
	CHECK_EQ(mbuf_len(m), 10);
	mbuf_freem(m);
	CHECK_EQ(ext_freed, 2);
	END();
}

UNIT_TEST(stats_are_true)
{
	struct mbuf_stat a, b;
	mbuf_t m;

	BEGIN();
	mbuf_stats(&a);
	CHECK_EQ(sizeof(a), 576);
	CHECK_EQ(a.msize, MSIZE);
	CHECK_EQ(a.mclbytes, 2048);
	CHECK_EQ(a.bigmclbytes, 4096);
	CHECK_EQ(a.mlen, mbuf_get_mlen());
	CHECK_EQ(a.mhlen, mbuf_get_mhlen());
	CHECK_EQ(a.minclsize, mbuf_get_minclsize());
	m = chain_c(5);
	mbuf_stats(&b);
	CHECK_EQ(b.mbufs, a.mbufs + 1);
	CHECK_EQ(b.clusters, a.clusters + 1);
	CHECK_EQ(b.mtypes[MBUF_TYPE_DATA], a.mtypes[MBUF_TYPE_DATA] + 1);
	CHECK_EQ(mbuf_settype(m, MBUF_TYPE_HEADER), 0);
	mbuf_stats(&b);
	CHECK_EQ(b.mtypes[MBUF_TYPE_DATA], a.mtypes[MBUF_TYPE_DATA]);
	CHECK_EQ(b.mtypes[MBUF_TYPE_HEADER], a.mtypes[MBUF_TYPE_HEADER] + 1);
	mbuf_freem(m);
	mbuf_stats(&b);
	CHECK_EQ(b.mbufs, a.mbufs);
	CHECK_EQ(b.clusters, a.clusters);
	END();
}

UNIT_TEST(read_only_storage_is_copied_before_a_write)
{
	mbuf_t m, n;
	unsigned char c;

	BEGIN();
	m = chain_c(1000);
	n = m_ref_storage(m, m->m_data, 1000, MBUF_WAITOK);
	n->m_flags |= M_RDONLY;
	CHECK_EQ(mbuf_mclhasreference(n), 1);
	CHECK_EQ(mbuf_leadingspace(n), 0);
	CHECK_EQ(mbuf_trailingspace(n), 0);
	CHECK_EQ(mbuf_copyback(n, 10, 3, "abc", MBUF_WAITOK), 0);
	CHECK(chain_is(m, 0, 1000, 0));		/* the engine's bytes */
	mbuf_copydata(n, 10, 1, &c);
	CHECK_EQ(c, 'a');
	CHECK(chain_is(n, 13, 987, 13));
	/* Storage shared by the KPI itself is written through. */
	m_freem(n);
	CHECK_EQ(mbuf_copym(m, 1, 100, MBUF_WAITOK, &n), 0);
	CHECK_EQ(mbuf_copyback(n, 0, 1, "x", MBUF_WAITOK), 0);
	mbuf_copydata(m, 1, 1, &c);
	CHECK_EQ(c, 'x');
	m_freem(n);
	m_freem(m);
	END();
}
