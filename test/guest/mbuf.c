/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buffers when there are none: a program takes every one it can get.  The
 * kernel's own threads still have theirs (receive rings), so has the engine
 * (control segments), packets still come and go, and a thread that waits for
 * a buffer gets the next one that is given back.
 */
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>

#include "kernel/proc/proc.h"
#include "kernel/sched/thread.h"
#include "net/mbuf/mbuf.h"
#include "test/lib/test.h"

static mbuf_t hoard;

static void
hoard_all(void)
{
	mbuf_t m;

	while ((m = m_getcl(MBUF_DONTWAIT, MBUF_TYPE_DATA, MBUF_PKTHDR)) != NULL ||
	    (m = m_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA)) != NULL) {
		m->m_nextpkt = hoard;
		hoard = m;
	}
}

/* Runs as a program: without a right to the reserve. */
static int
hoarder_main(int argc, char **argv)
{
	mbuf_t m = NULL;

	(void)argc;
	(void)argv;
	hoard_all();
	EXPECT(mbuf_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA, &m) == ENOMEM);
	m = m_gethdr(M_CONTROL, MBUF_TYPE_DATA);
	EXPECT(m != NULL);
	m_freem(m);
	return 0;
}

static void
as_program(int (*fn)(int, char **))
{
	static char name[] = "hoarder";
	char *argv[] = { name, NULL };
	struct spawn_attr attr = { .sa_keep = true };
	struct proc *p;
	int status = -1;

	REQUIRE(proc_spawn(name, fn, 1, argv, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	(void)proc_rele(p);
}

TEST(mbuf, the_reserve_is_the_kernels)
{
	struct m_class_stat before, after;
	mbuf_t m;

	mbuf_class_stat(MC_MBUF, &before);
	as_program(hoarder_main);
	/* This thread is the kernel's: a ring can still be filled. */
	if (proc_selfpid() == 0) {
		m = m_getcl(MBUF_DONTWAIT, MBUF_TYPE_DATA, MBUF_PKTHDR);
		EXPECT(m != NULL);
		m_freem(m);
	}
	mbuf_freem_list(hoard);
	hoard = NULL;
	mbuf_class_stat(MC_MBUF, &after);
	EXPECT(after.fails > before.fails);
	EXPECT(mbuf_bytes_inuse() < mbuf_bytes_limit() / 2);
	m = m_getcl(MBUF_DONTWAIT, MBUF_TYPE_DATA, MBUF_PKTHDR);
	EXPECT(m != NULL);
	m_freem(m);
}

static volatile bool got;

static int
waiter_main(int argc, char **argv)
{
	mbuf_t m = NULL;

	(void)argc;
	(void)argv;
	EXPECT(mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0 && m != NULL);
	got = true;
	m_freem(m);
	return 0;
}

TEST(mbuf, waitok_waits_and_wakes)
{
	static char name[] = "waiter";
	char *argv[] = { name, NULL };
	struct spawn_attr attr = { .sa_keep = true };
	uint64_t waits = mbuf_waits;
	struct proc *p;
	int status;
	mbuf_t m;

	got = false;
	as_program(hoarder_main);
	REQUIRE(proc_spawn(name, waiter_main, 1, argv, &attr, &p) == 0);
	EXPECT(WAIT_UNTIL(mbuf_waits > waits));
	EXPECT(!got);
	/* A few at a time: whoever asks first may not be ours. */
	for (int i = 0; i < 1000 && !got && (m = hoard) != NULL; i++) {
		hoard = m->m_nextpkt;
		m->m_nextpkt = NULL;
		m_freem(m);
		thread_sleep_ns(1000000);
	}
	EXPECT(got);
	mbuf_freem_list(hoard);
	hoard = NULL;
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	(void)proc_rele(p);
}
