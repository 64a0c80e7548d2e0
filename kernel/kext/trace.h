/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trace: a ring of hook crossings.
 *
 * Each call through a gate leaves one record when the trace is on: when,
 * which thread and process, which kext and hook, for which packet (by id) and
 * with what verdict.  Layers of the stack may add points of their own (a
 * packet entered, was dropped) with trace_point.  Off, the cost is the branch
 * on trace_on.
 *
 * The ring has a fixed size and overwrites its oldest records.
 */
#ifndef KERNEL_KEXT_TRACE_H
#define KERNEL_KEXT_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/kext/gate.h"

#define TRACE_NAME	24
#define TRACE_RING	2048		/* records; a power of two */

struct trace_record {
	uint64_t	tr_seq;		/* from 1; 0: never written */
	uint64_t	tr_ns;		/* monotonic */
	uint64_t	tr_cycles;	/* spent inside */
	uint32_t	tr_id;		/* packet id, 0: none */
	uint32_t	tr_kext;	/* load tag, 0: the kernel */
	int32_t		tr_verdict;
	int32_t		tr_pid;
	uint8_t		tr_class;	/* enum gate_class; GATE_NCLASS: point */
	char		tr_name[TRACE_NAME];	/* of the hook or point */
	char		tr_fn[TRACE_NAME];	/* the callback, "": none */
};

/* What is recorded; zero members match everything. */
struct trace_filter {
	uint32_t	tf_id;
	uint32_t	tf_kext;
	uint32_t	tf_classes;	/* bit mask of enum gate_class */
	bool		tf_points;
};

extern bool trace_on;

void trace_gate(const struct gate_frame *gf, int verdict, uint64_t cycles);

/*
 * A point of the stack itself, recorded when the trace is on.  Use it as
 *	if (__improbable(trace_on))
 *		trace_point("ip input", id, error);
 */
void trace_point(const char *name, uint32_t id, int verdict);

/*
 * Starts recording into an empty ring.
 * Returns:   0, or ENOMEM
 * Context:   thread, may block
 */
errno_t trace_start(const struct trace_filter *filter);
void trace_stop(void);

/*
 * Copies the records with a sequence number above after, oldest first.
 * Returns:   how many were copied
 */
unsigned trace_read(uint64_t after, struct trace_record *out, unsigned n);

/* Records overwritten before anybody could read them since trace_start. */
uint64_t trace_lost(void);

#endif
