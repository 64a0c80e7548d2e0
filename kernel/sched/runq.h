/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The run queue: one list a priority and a bit for each that is not empty,
 * so that the best thread is found in two instructions whatever is runnable.
 * The caller (sched.c) holds the scheduler's lock.
 */
#ifndef KERNEL_SCHED_RUNQ_H
#define KERNEL_SCHED_RUNQ_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "kernel/kassert.h"
#include "kernel/sched/thread.h"

TAILQ_HEAD(runq_head, thread);

struct runq {
	uint64_t rq_bits[NPRI / 64];
	unsigned rq_count;
	struct runq_head rq_list[NPRI];
};

void runq_init(struct runq *rq);

/* Checks lists against bits and count (tests, debug builds). */
bool runq_check(const struct runq *rq);

/* Adds t at t_prio: at the tail, or at the head when it kept its turn. */
static inline void
runq_add(struct runq *rq, struct thread *t, bool at_head)
{
	unsigned prio = t->t_prio;

	KASSERT(!t->t_in_runq, ("thread %s queued twice", t->t_name));
	KASSERT(prio < NPRI, ("priority %u", prio));
	if (at_head)
		TAILQ_INSERT_HEAD(&rq->rq_list[prio], t, t_runq);
	else
		TAILQ_INSERT_TAIL(&rq->rq_list[prio], t, t_runq);
	rq->rq_bits[prio / 64] |= 1ull << (prio % 64);
	rq->rq_count++;
	t->t_in_runq = true;
}

static inline void
runq_remove(struct runq *rq, struct thread *t)
{
	unsigned prio = t->t_prio;

	KASSERT(t->t_in_runq, ("thread %s not queued", t->t_name));
	TAILQ_REMOVE(&rq->rq_list[prio], t, t_runq);
	if (TAILQ_EMPTY(&rq->rq_list[prio]))
		rq->rq_bits[prio / 64] &= ~(1ull << (prio % 64));
	rq->rq_count--;
	t->t_in_runq = false;
}

/* Highest priority with a thread, -1 when empty. */
static inline int
runq_best(const struct runq *rq)
{
	for (int i = NPRI / 64 - 1; i >= 0; i--) {
		if (rq->rq_bits[i] != 0)
			return (i * 64 + 63 - __builtin_clzll(rq->rq_bits[i]));
	}
	return (-1);
}

/* Takes the first thread of the highest priority; NULL when empty. */
static inline struct thread *
runq_pop(struct runq *rq)
{
	int prio = runq_best(rq);
	struct thread *t;

	if (prio < 0)
		return (NULL);
	t = TAILQ_FIRST(&rq->rq_list[prio]);
	runq_remove(rq, t);
	return (t);
}

#endif /* KERNEL_SCHED_RUNQ_H */
