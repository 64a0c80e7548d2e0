/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trace ring: see trace.h.
 *
 * A spin lock makes each record whole; it is a leaf lock and held for a copy
 * of about a hundred bytes.  The ring is allocated at the first trace_start and kept, so
 * that a record never races with its freeing.
 */
#include "kernel/kext/trace.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/proc.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "kernel/kext/kext.h"
#include "kernel/mm/kmem.h"
#include "kernel/panic.h"

bool trace_on;

static struct arch_spin trace_lock = ARCH_SPIN_INIT;
static struct trace_record *trace_ring;
static uint64_t trace_seq;		/* of the newest record */
static uint64_t trace_first;		/* of the oldest not overwritten */
static uint64_t trace_read_seq;		/* newest ever read */
static uint64_t trace_dropped;
static struct trace_filter trace_want;

static void
trace_put(const struct trace_record *r, const char *name, const char *fn)
{
	uint64_t flags;
	struct trace_record *slot;

	flags = arch_spin_lock(&trace_lock);
	if (trace_on) {
		trace_seq++;
		slot = &trace_ring[trace_seq & (TRACE_RING - 1)];
		if (slot->tr_seq != 0) {
			if (slot->tr_seq > trace_read_seq)
				trace_dropped++;
			trace_first = slot->tr_seq + 1;
		}
		*slot = *r;
		slot->tr_seq = trace_seq;
		strlcpy(slot->tr_name, name, sizeof(slot->tr_name));
		strlcpy(slot->tr_fn, fn, sizeof(slot->tr_fn));
	}
	arch_spin_unlock(&trace_lock, flags);
}

void
trace_gate(const struct gate_frame *gf, int verdict, uint64_t cycles)
{
	const struct gate *g = gf->gf_gate;
	const char *fn, *module;
	size_t off;
	struct trace_record r = {
		.tr_ns = clock_monotonic_ns(),
		.tr_cycles = cycles,
		.tr_id = gf->gf_id,
		.tr_kext = gf->gf_kext != NULL ? gf->gf_kext->k_tag : 0,
		.tr_verdict = verdict,
		.tr_pid = proc_selfpid(),
		.tr_class = g->g_class,
	};

	if (trace_want.tf_id != 0 && trace_want.tf_id != r.tr_id)
		return;
	if (trace_want.tf_kext != 0 && trace_want.tf_kext != r.tr_kext)
		return;
	if (trace_want.tf_classes != 0 &&
	    (trace_want.tf_classes & (1u << g->g_class)) == 0)
		return;
	/* The call is not over: the kext and its symbols are still there. */
	if (!ksym_lookup((uintptr_t)gf->gf_fn, &fn, &off, &module))
		fn = "";
	trace_put(&r, g->g_name != NULL ? g->g_name : "", fn);
}

void
trace_point(const char *name, uint32_t id, int verdict)
{
	struct trace_record r = {
		.tr_ns = clock_monotonic_ns(),
		.tr_id = id,
		.tr_verdict = verdict,
		.tr_pid = proc_selfpid(),
		.tr_class = GATE_NCLASS,
	};

	if (!trace_want.tf_points && (trace_want.tf_classes != 0 ||
	    trace_want.tf_kext != 0))
		return;
	if (trace_want.tf_id != 0 && trace_want.tf_id != id)
		return;
	trace_put(&r, name, "");
}

errno_t
trace_start(const struct trace_filter *filter)
{
	uint64_t flags;
	struct trace_record *ring;

	trace_stop();
	ring = trace_ring;
	if (ring == NULL)
		ring = kmalloc(TRACE_RING * sizeof(*ring), M_WAITOK);
	if (ring == NULL)
		return (ENOMEM);
	flags = arch_spin_lock(&trace_lock);
	memset(ring, 0, TRACE_RING * sizeof(*ring));
	trace_ring = ring;
	trace_seq = trace_read_seq = trace_dropped = 0;
	trace_first = 1;
	trace_want = filter != NULL ? *filter : (struct trace_filter){ 0 };
	trace_on = true;
	arch_spin_unlock(&trace_lock, flags);
	return (0);
}

void
trace_stop(void)
{
	uint64_t flags;
	flags = arch_spin_lock(&trace_lock);
	trace_on = false;
	arch_spin_unlock(&trace_lock, flags);
}

unsigned
trace_read(uint64_t after, struct trace_record *out, unsigned n)
{
	uint64_t flags;
	uint64_t seq;
	unsigned i;

	flags = arch_spin_lock(&trace_lock);
	seq = after + 1 > trace_first ? after + 1 : trace_first;
	for (i = 0; i < n && seq <= trace_seq; i++, seq++)
		out[i] = trace_ring[seq & (TRACE_RING - 1)];
	if (i > 0 && seq - 1 > trace_read_seq)
		trace_read_seq = seq - 1;
	arch_spin_unlock(&trace_lock, flags);
	return (i);
}

uint64_t
trace_lost(void)
{
	return (trace_dropped);
}
