/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate, accounts and the trace ring, with a kext of the test's own and one
 * thread.
 */
#include <kern/thread.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/proc.h>

#include "arch/x86_64/clock.h"
#include "kernel/kext/gate_internal.h"
#include "kernel/kext/kext.h"
#include "kernel/kext/trace.h"
#include "kernel/sched/thread.h"
#include "kernel/mm/kmem.h"
#include "kernel/panic.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"

/* --- surroundings ----------------------------------------------------------- */

static struct thread self;
static struct kext kx = { .k_id = "org.example.test", .k_tag = 7 };
static uint64_t now;
struct cpu unit_cpu = { .c_thread = &self };

thread_t
current_thread(void)
{
	return (&self);
}

bool
in_interrupt(void)
{
	return (unit_cpu.c_intr_depth != 0);
}

int
proc_selfpid(void)
{
	return (42);
}

uint64_t
clock_monotonic_ns(void)
{
	return (++now);
}

int
msleep(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    struct timespec *ts)
{
	(void)chan; (void)mtx; (void)pri; (void)wmesg; (void)ts;
	unit_fail(__FILE__, __LINE__, "nothing waits in this test");
	return (EWOULDBLOCK);
}

void
wakeup(void *chan)
{
	(void)chan;
}

unsigned
arch_backtrace(uintptr_t fp, uintptr_t *pcs, unsigned max)
{
	(void)fp; (void)max;
	pcs[0] = (uintptr_t)wakeup;
	pcs[1] = kx.k_base + 33;
	return (2);
}

bool
ksym_lookup(uintptr_t addr, const char **name, size_t *off,
    const char **module)
{
	(void)addr;
	(void)off;
	(void)module;
	*name = "a_function_with_quite_a_long_name";
	return (true);
}

/* The trace's ring is kept for good. */
void *
kmalloc(size_t size, int flags)
{
	static struct trace_record ring[TRACE_RING];

	(void)flags;
	CHECK(size <= sizeof(ring));
	return (ring);
}

static char kext_code[64];

struct kext *
kext_by_addr(const void *addr)
{
	const char *a = addr;

	return (a >= kext_code && a < kext_code + sizeof(kext_code) ? &kx :
	    NULL);
}

static void
fresh(void)
{
	memset(&kx.k_account, 0, sizeof(kx.k_account));
	memset(&kx.k_sum, 0, sizeof(kx.k_sum));
	LIST_INIT(&kx.k_gates);
	kx.k_busy = 0;
}

/* --- cases ---------------------------------------------------------------------- */

static struct gate g1, g2;
static struct kext *charged;

static errno_t
cb_result(errno_t r)
{
	CHECK(gate_busy(&g1));
	CHECK(gate_current_kext() == &kx);
	CHECK(gate_inside(&g1));
	CHECK(gate_inside_kext(&kx));
	CHECK_EQ(gate_word(&kx.k_busy), gate_depth(&kx));
	charged = kext_charge(KRES_MBUF, 3);
	kext_uncharge(charged, KRES_MBUF, 1);
	return (r);
}

UNIT_TEST(verdicts_are_counted)
{
	fresh();
	gate_init(&g1, GATE_SFLT, "filter", kext_code + 3);
	CHECK(g1.g_kext == &kx);
	CHECK(gate_current_kext() == NULL);
	CHECK_EQ(GATE_CALL(&g1, cb_result, 0), 0);
	CHECK_EQ(GATE_CALL(&g1, cb_result, EJUSTRETURN), EJUSTRETURN);
	CHECK_EQ(GATE_CALL(&g1, cb_result, EPERM), EPERM);
	CHECK_EQ(gate_calls(&g1.g_stats), 3);
	CHECK_EQ(g1.g_stats.gs_passed, 1);
	CHECK_EQ(g1.g_stats.gs_swallowed, 1);
	CHECK_EQ(g1.g_stats.gs_refused, 1);
	CHECK(g1.g_stats.gs_max > 0);
	CHECK(gate_mean(&g1.g_stats) <= g1.g_stats.gs_max);
	CHECK(gate_p99(&g1.g_stats) <= g1.g_stats.gs_max);
	CHECK(!gate_busy(&g1));
	CHECK_EQ(gate_word(&kx.k_busy), 0);
	CHECK(charged == &kx);
	CHECK_EQ(kx.k_account[KRES_MBUF].ka_now, 6);
	CHECK_EQ(kx.k_account[KRES_MBUF].ka_peak, 7);
	CHECK_EQ(kx.k_account[KRES_MBUF].ka_total, 9);
	CHECK(!LIST_EMPTY(&kx.k_gates));
	gate_fini(&g1);
	CHECK(LIST_EMPTY(&kx.k_gates));
	CHECK_EQ(gate_calls(&kx.k_sum[GATE_SFLT]), 3);
	gate_fini(&g1);
	CHECK_EQ(gate_calls(&kx.k_sum[GATE_SFLT]), 3);
}

static int depth;

static void
cb_nested(int more)
{
	CHECK_EQ(gate_depth(&kx), ++depth);
	if (more > 0) {
		GATE_VOID(&g2, cb_nested, more - 1);
		CHECK(gate_top(&self)->gf_gate == (more == 2 ? &g1 : &g2));
	}
	gate_count_inject();
	depth--;
}

UNIT_TEST(frames_nest)
{
	fresh();
	gate_init(&g1, GATE_UPCALL, "one", kext_code);
	gate_init(&g2, GATE_TIMER, "two", kext_code);
	GATE_VOID(&g1, cb_nested, 2);
	CHECK_EQ(gate_calls(&g1.g_stats), 1);
	CHECK_EQ(gate_calls(&g2.g_stats), 2);
	CHECK_EQ(g1.g_stats.gs_injected, 1);
	CHECK_EQ(g2.g_stats.gs_injected, 2);
	CHECK(gate_top(&self) == NULL);
	gate_fini(&g1);
	gate_fini(&g2);
}

static errno_t
cb_drain(void)
{
	CHECK_EQ(gate_drain(&g1), EDEADLK);
	/* Work of an interrupt is not the callback's. */
	unit_cpu.c_intr_depth = 1;
	CHECK(gate_current_kext() == NULL);
	CHECK(kext_charge(KRES_MBUF, 1) == NULL);
	unit_cpu.c_intr_depth = 0;
	return (0);
}

UNIT_TEST(drain_and_interrupts)
{
	fresh();
	gate_init(&g1, GATE_CTL, "ctl", kext_code);
	CHECK_EQ(gate_drain(&g1), 0);
	CHECK_EQ(GATE_CALL(&g1, cb_drain), 0);
	gate_fini(&g1);
}

static errno_t
held(errno_t r)
{
	struct gate_frame gf;

	gate_enter_held(&gf, &g1, kext_code, 9);
	CHECK(gate_busy(&g1) && gate_inside(&g1) && gate_inside_kext(&kx));
	CHECK(gate_current_kext() == &kx);
	CHECK_EQ(gate_word(&kx.k_busy), 0);
	gate_count_inject();
	gate_leave_held(&gf, r);
	CHECK(gate_top(&self) == NULL && !gate_busy(&g1));
	return (r);
}

/* A held frame counts every call, and times some. */
UNIT_TEST(held_frames)
{
	struct trace_record rec[4];
	struct gate_frame f1, f2;
	uint64_t timed = 0;
	unsigned i;

	fresh();
	gate_init(&g1, GATE_IPF, "filter", kext_code);
	for (i = 0; i < 100; i++)
		held(0);
	held(EJUSTRETURN);
	held(EPERM);
	CHECK_EQ(gate_calls(&g1.g_stats), 102);
	CHECK_EQ(g1.g_stats.gs_passed, 100);
	CHECK_EQ(g1.g_stats.gs_swallowed, 1);
	CHECK_EQ(g1.g_stats.gs_refused, 1);
	CHECK_EQ(g1.g_stats.gs_injected, 102);
	for (i = 0; i < GATE_HIST; i++)
		timed += g1.g_stats.gs_hist[i];
	CHECK_EQ(timed, 100 / (GATE_SAMPLE + 1) + 1);
	CHECK(gate_cycles(&g1.g_stats) >= g1.g_stats.gs_cycles);
	CHECK_EQ(gate_cycles(&g1.g_stats), g1.g_stats.gs_cycles +
	    (102 - timed) * gate_mean(&g1.g_stats));
	/* The trace misses none. */
	CHECK_EQ(trace_start(NULL), 0);
	held(0);
	held(0);
	trace_stop();
	CHECK_EQ(trace_read(0, rec, 4), 2);
	CHECK_EQ(rec[1].tr_id, 9);
	CHECK_EQ(rec[1].tr_kext, kx.k_tag);
	/* And a thread that ends inside one. */
	gate_enter(&f1, &g1, NULL, 0);
	gate_enter_held(&f2, &g1, NULL, 0);
	gate_unwind(&self);
	CHECK_EQ(gate_word(&kx.k_busy), 0);
	CHECK(!gate_busy(&g1) && gate_top(&self) == NULL);
	gate_fini(&g1);
}

/* A thread that ends inside its own callbacks never returns through them. */
UNIT_TEST(unwinding)
{
	struct gate_frame f1, f2;

	fresh();
	gate_init(&g1, GATE_THREAD, "thread", kext_code);
	gate_init(&g2, GATE_SFLT, "filter", kext_code);
	gate_enter(&f1, &g1, NULL, 0);
	gate_enter(&f2, &g2, NULL, 0);
	CHECK_EQ(gate_word(&kx.k_busy), 2);
	gate_unwind(&self);
	CHECK_EQ(gate_word(&kx.k_busy), 0);
	CHECK(!gate_busy(&g1) && !gate_busy(&g2));
	CHECK(gate_top(&self) == NULL);
	gate_fini(&g1);
	gate_fini(&g2);
}

static struct kext_site *site_a, *site_b;

static void
cb_allocates(void)
{
	site_a = kext_site_charge(100);
	site_b = kext_site_charge(20);
}

UNIT_TEST(allocation_sites)
{
	fresh();
	kx.k_base = (uintptr_t)kext_code;
	kx.k_textsize = sizeof(kext_code);
	CHECK(kext_site_charge(5) == NULL);
	kext_site_uncharge(NULL, 5);
	gate_init(&g1, GATE_TIMER, "t", kext_code);
	GATE_VOID(&g1, cb_allocates);
	CHECK(site_a == site_b && site_a != NULL);
	CHECK(kext_site_kext(site_a) == &kx);
	CHECK_EQ(site_a->st_pc, kx.k_base + 33);
	CHECK_EQ(site_a->st_count, 2);
	CHECK_EQ(site_a->st_bytes, 120);
	CHECK_EQ(kx.k_account[KRES_MEMORY].ka_now, 120);
	CHECK_EQ(kx.k_account[KRES_ALLOC].ka_now, 2);
	kext_site_uncharge(site_a, 100);
	kext_site_uncharge(site_b, 20);
	CHECK_EQ(site_a->st_count, 0);
	CHECK_EQ(kx.k_account[KRES_ALLOC].ka_now, 0);
	gate_fini(&g1);
	kx.k_base = 0;
}

UNIT_TEST(built_in_owner)
{
	fresh();
	gate_init(&g1, GATE_IFNET, "en0", NULL);
	CHECK(g1.g_kext == NULL);
	CHECK(LIST_EMPTY(&kx.k_gates));
	GATE_VOID(&g1, wakeup, NULL);
	CHECK_EQ(gate_calls(&g1.g_stats), 1);
	CHECK(kext_charge(KRES_SOCKET, 1) == NULL);
	kext_uncharge(NULL, KRES_SOCKET, 1);
	gate_fini(&g1);
}

UNIT_TEST(percentile)
{
	struct gate_stats gs;
	int i;

	memset(&gs, 0, sizeof(gs));
	CHECK_EQ(gate_p99(&gs), 0);
	/* 100 calls of about 100 cycles and one of a million. */
	for (i = 0; i < 100; i++)
		gs.gs_hist[13]++;		/* 96 .. 127 */
	gs.gs_hist[39]++;
	gs.gs_max = 1000000;
	CHECK_EQ(gate_p99(&gs), 127);
	gs.gs_hist[39] += 2;
	CHECK_EQ(gate_p99(&gs), 1000000);
}

UNIT_TEST(trace_ring)
{
	struct trace_record r[8];
	struct trace_filter f = { .tf_id = 9 };
	unsigned i;

	fresh();
	gate_init(&g1, GATE_IPF, "ipfilter", kext_code);
	CHECK_EQ(trace_start(NULL), 0);
	(void)GATE_CALL_ID(&g1, 9, cb_result, EJUSTRETURN);
	trace_point("ip input", 9, 0);
	CHECK_EQ(trace_read(0, r, 8), 2);
	CHECK_EQ(r[0].tr_seq, 1);
	CHECK_EQ(r[0].tr_id, 9);
	CHECK_EQ(r[0].tr_kext, 7);
	CHECK_EQ(r[0].tr_verdict, EJUSTRETURN);
	CHECK_EQ(r[0].tr_pid, 42);
	CHECK(strcmp(r[0].tr_name, "ipfilter") == 0);
	CHECK(strcmp(r[1].tr_name, "ip input") == 0);
	CHECK_EQ(trace_read(2, r, 8), 0);
	/* Older records give way; what nobody read is counted. */
	for (i = 0; i < TRACE_RING + 10; i++)
		trace_point("p", i, 0);
	CHECK_EQ(trace_lost(), 10);
	CHECK_EQ(trace_read(2, r, 1), 1);
	CHECK_EQ(r[0].tr_seq, 13);
	CHECK_EQ(trace_start(&f), 0);
	(void)GATE_CALL_ID(&g1, 8, cb_result, 0);
	(void)GATE_CALL_ID(&g1, 9, cb_result, 0);
	CHECK_EQ(trace_read(0, r, 8), 1);
	trace_stop();
	(void)GATE_CALL_ID(&g1, 9, cb_result, 0);
	CHECK_EQ(trace_read(1, r, 8), 0);
	gate_fini(&g1);
}
