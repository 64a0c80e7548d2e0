/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate: see gate.h.
 *
 * A call takes the busy references of the gate and of the kext before it
 * reads anything (a held frame, see gate.h, only the gate's).  On the way out the gate's goes first, the kext's last:
 * from then on the object around the gate and the kext may go, and nothing of
 * either is read.  For that reason the bit that says "somebody waits for this
 * to become idle" is part of the busy word itself.
 */
#include "kernel/kext/gate_internal.h"

#include <kern/thread.h>
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/time.h>

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/kext/kext.h"
#include "kernel/kext/trace.h"
#include "kernel/sched/thread.h"

#define GATE_WAITED	0x80000000u	/* in g_busy */

static struct arch_spin gate_lock = ARCH_SPIN_INIT;	/* a leaf lock */

void
gate_init(struct gate *g, enum gate_class class, const char *name,
    const void *some_fn)
{
	uint64_t flags;
	struct kext *k = NULL;

	if (some_fn != NULL)
		k = kext_by_addr(some_fn);
	if (k == NULL)
		k = gate_current_kext();
	*g = (struct gate){ .g_kext = k, .g_name = name, .g_fn = some_fn,
	    .g_class = class };
	if (k == NULL)
		return;
	flags = arch_spin_lock(&gate_lock);
	LIST_INSERT_HEAD(&k->k_gates, g, g_link);
	g->g_linked = true;
	arch_spin_unlock(&gate_lock, flags);
}

void
gate_fini(struct gate *g)
{
	uint64_t flags;
	if (g->g_kext == NULL)
		return;
	flags = arch_spin_lock(&gate_lock);
	if (g->g_linked) {
		LIST_REMOVE(g, g_link);
		g->g_linked = false;
		gate_stats_add(&g->g_kext->k_sum[g->g_class], &g->g_stats);
	}
	arch_spin_unlock(&gate_lock, flags);
}

void
gate_set_revoke(struct gate *g, void (*fn)(struct gate *))
{
	g->g_revoke = fn;
	g->g_again = false;
}

void
gate_set_revoke_again(struct gate *g, void (*fn)(struct gate *))
{
	g->g_revoke = fn;
	g->g_again = true;
}

void
gate_walk(struct kext *k, void (*fn)(struct gate *, void *), void *arg)
{
	uint64_t flags;
	struct gate *g;

	flags = arch_spin_lock(&gate_lock);
	LIST_FOREACH(g, &k->k_gates, g_link)
		fn(g, arg);
	arch_spin_unlock(&gate_lock, flags);
}

struct gate_frame *
gate_top(struct thread *td)
{
	return (td == NULL ? NULL : td->t_slot[TSLOT_GATE]);
}

/*
 * An interrupt borrows the thread it came over: what it allocates is not the
 * interrupted callback's.
 */
struct kext *
gate_current_kext(void)
{
	struct gate_frame *gf = gate_top(current_thread());

	if (gf == NULL || gf->gf_intr != in_interrupt())
		return (NULL);
	return (gf->gf_kext);
}

bool
gate_inside(const struct gate *g)
{
	struct gate_frame *gf;

	for (gf = gate_top(current_thread()); gf != NULL; gf = gf->gf_prev)
		if (gf->gf_gate == g)
			return (true);
	return (false);
}

bool
gate_inside_kext(const struct kext *k)
{
	struct gate_frame *gf;

	for (gf = gate_top(current_thread()); gf != NULL; gf = gf->gf_prev)
		if (gf->gf_kext == k)
			return (true);
	return (false);
}

static inline void
gate_count(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

/* Two buckets an octave: the top bit and the one below it. */
static unsigned
gate_bucket(uint64_t cycles)
{
	unsigned top, b;

	if (cycles < 2)
		return (0);
	top = 63 - __builtin_clzll(cycles);
	b = 2 * top + ((cycles >> (top - 1)) & 1);
	return (b < GATE_HIST ? b : GATE_HIST - 1);
}

static void
gate_verdict(struct gate_stats *gs, int verdict)
{
	if (verdict == 0)
		gate_count(&gs->gs_passed, 1);
	else if (verdict == EJUSTRETURN)
		gate_count(&gs->gs_swallowed, 1);
	else
		gate_count(&gs->gs_refused, 1);
}

static void
gate_record(struct gate *g, int verdict, uint64_t cycles)
{
	struct gate_stats *gs = &g->g_stats;
	uint64_t max = __atomic_load_n(&gs->gs_max, __ATOMIC_RELAXED);

	gate_verdict(gs, verdict);
	gate_count(&gs->gs_cycles, cycles);
	__atomic_fetch_add(&gs->gs_hist[gate_bucket(cycles)], 1,
	    __ATOMIC_RELAXED);
	while (cycles > max && !__atomic_compare_exchange_n(&gs->gs_max, &max,
	    cycles, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		continue;
}

void
gate_enter(struct gate_frame *gf, struct gate *g, const void *fn, uint32_t id)
{
	struct thread *td = arch_curthread();

	__atomic_fetch_add(&g->g_busy, 1, __ATOMIC_ACQ_REL);
	if (g->g_kext != NULL)
		__atomic_fetch_add(&g->g_kext->k_busy, 1, __ATOMIC_ACQ_REL);
	gf->gf_gate = g;
	gf->gf_kext = g->g_kext;
	gf->gf_fn = fn;
	gf->gf_id = id;
	gf->gf_intr = curcpu()->c_intr_depth != 0;
	gf->gf_held = false;
	gf->gf_prev = td->t_slot[TSLOT_GATE];
	td->t_slot[TSLOT_GATE] = gf;
	gf->gf_start = arch_rdtsc();
}

/* Drops the references of a frame that is off its thread's stack. */
static void
gate_drop(struct gate_frame *gf)
{
	struct gate *g = gf->gf_gate;
	struct kext *k = gf->gf_held ? NULL : gf->gf_kext;
	uint32_t old;

	old = __atomic_fetch_sub(&g->g_busy, 1, __ATOMIC_ACQ_REL);
	KASSERT((old & ~GATE_WAITED) != 0, ("gate %p left twice", (void *)g));
	if (old == (GATE_WAITED | 1))
		wakeup(g);
	if (k != NULL) {
		old = __atomic_fetch_sub(&k->k_busy, 1, __ATOMIC_ACQ_REL);
		if (old == (GATE_WAITED | 1))
			wakeup(&k->k_busy);
	}
}

void
gate_leave(struct gate_frame *gf, int verdict)
{
	uint64_t cycles = arch_rdtsc() - gf->gf_start;
	struct thread *td = arch_curthread();

	KASSERT(td->t_slot[TSLOT_GATE] == gf, ("gate frames out of order"));
	td->t_slot[TSLOT_GATE] = gf->gf_prev;
	gate_record(gf->gf_gate, verdict, cycles);
	if (__builtin_expect(trace_on, 0))
		trace_gate(gf, verdict, cycles);
	gate_drop(gf);
}

void
gate_leave_slow(struct gate_frame *gf, int verdict)
{
	uint64_t cycles = 0;

	if (gf->gf_start != 0) {
		cycles = arch_rdtsc() - gf->gf_start;
		gate_record(gf->gf_gate, verdict, cycles);
	} else {
		gate_verdict(&gf->gf_gate->g_stats, verdict);
	}
	if (__builtin_expect(trace_on, 0))
		trace_gate(gf, verdict, cycles);
}

void
gate_unwind(struct thread *td)
{
	struct gate_frame *gf;

	while ((gf = td->t_slot[TSLOT_GATE]) != NULL) {
		td->t_slot[TSLOT_GATE] = gf->gf_prev;
		if (gf->gf_start != 0)
			gate_record(gf->gf_gate, 0,
			    arch_rdtsc() - gf->gf_start);
		else
			gate_verdict(&gf->gf_gate->g_stats, 0);
		gate_drop(gf);
	}
}

/*
 * Waits for a busy word to fall to `own`.  The waited bit makes the last
 * leaver wake us; the time limit covers the moment between test and sleep.
 */
void
gate_wait_word(uint32_t *word, uint32_t own)
{
	struct timespec ts = { .tv_sec = 0, .tv_nsec = 10000000 };

	while ((__atomic_load_n(word, __ATOMIC_ACQUIRE) & ~GATE_WAITED) > own) {
		__atomic_fetch_or(word, GATE_WAITED, __ATOMIC_ACQ_REL);
		(void)msleep(word, NULL, PZERO, "gatedrain", &ts);
	}
	__atomic_fetch_and(word, ~GATE_WAITED, __ATOMIC_ACQ_REL);
}

uint32_t
gate_word(const uint32_t *word)
{
	return (__atomic_load_n(word, __ATOMIC_ACQUIRE) & ~GATE_WAITED);
}

uint32_t
gate_depth(const struct kext *k)
{
	struct gate_frame *gf;
	uint32_t n = 0;

	for (gf = gate_top(current_thread()); gf != NULL; gf = gf->gf_prev)
		if (gf->gf_kext == k)
			n++;
	return (n);
}

errno_t
gate_drain(struct gate *g)
{
	if (gate_inside(g))
		return (EDEADLK);
	gate_wait_word(&g->g_busy, 0);
	return (0);
}

void
gate_count_inject(void)
{
	struct gate_frame *gf = gate_top(current_thread());

	if (gf != NULL)
		gate_count(&gf->gf_gate->g_stats.gs_injected, 1);
}

const char *
gate_class_name(enum gate_class class)
{
	static const char *const names[GATE_NCLASS] = {
		[GATE_START] = "start", [GATE_SFLT] = "sflt",
		[GATE_UPCALL] = "upcall", [GATE_IPF] = "ipf",
		[GATE_IFF] = "iff", [GATE_IFNET] = "ifnet",
		[GATE_PROTO] = "proto", [GATE_PLUMBER] = "plumber",
		[GATE_CTL] = "ctl", [GATE_BPF] = "bpf",
		[GATE_MBUF] = "mbuf", [GATE_TIMER] = "timer",
		[GATE_THREAD] = "thread", [GATE_SYSCTL] = "sysctl",
		[GATE_DEVICE] = "device", [GATE_KAUTH] = "kauth",
		[GATE_OTHER] = "other"
	};

	return ((unsigned)class < GATE_NCLASS ? names[class] : "?");
}

static uint64_t
gate_timed(const struct gate_stats *gs)
{
	uint64_t n = 0;
	unsigned b;

	for (b = 0; b < GATE_HIST; b++)
		n += gs->gs_hist[b];
	return (n);
}

uint64_t
gate_mean(const struct gate_stats *gs)
{
	uint64_t n = gate_timed(gs);

	return (n == 0 ? 0 : gs->gs_cycles / n);
}

uint64_t
gate_cycles(const struct gate_stats *gs)
{
	uint64_t untimed = gate_calls(gs) - gate_timed(gs);

	return (gs->gs_cycles + untimed * gate_mean(gs));
}

uint64_t
gate_p99(const struct gate_stats *gs)
{
	uint64_t total = gate_timed(gs), seen = 0, edge;
	unsigned b;

	if (total == 0)
		return (0);
	for (b = 0; b < GATE_HIST - 1; b++) {
		seen += gs->gs_hist[b];
		if (seen * 100 >= total * 99)
			break;
	}
	/* The upper edge of bucket b, but never above what was seen. */
	edge = gs->gs_max;
	if (b < 2)
		edge = 1;
	else if (b < GATE_HIST - 1)
		edge = ((uint64_t)(3 + (b & 1)) << (b / 2 - 1)) - 1;
	return (edge < gs->gs_max ? edge : gs->gs_max);
}

void
gate_stats_add(struct gate_stats *sum, const struct gate_stats *gs)
{
	unsigned b;

	sum->gs_passed += gs->gs_passed;
	sum->gs_swallowed += gs->gs_swallowed;
	sum->gs_refused += gs->gs_refused;
	sum->gs_injected += gs->gs_injected;
	sum->gs_cycles += gs->gs_cycles;
	if (gs->gs_max > sum->gs_max)
		sum->gs_max = gs->gs_max;
	for (b = 0; b < GATE_HIST; b++)
		sum->gs_hist[b] += gs->gs_hist[b];
}
