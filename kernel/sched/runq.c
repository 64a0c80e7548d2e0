/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The run queue (runq.h).
 */
#include "kernel/sched/runq.h"

#include "kernel/kassert.h"

void
runq_init(struct runq *rq)
{
	for (unsigned i = 0; i < NPRI / 64; i++)
		rq->rq_bits[i] = 0;
	rq->rq_count = 0;
	for (unsigned i = 0; i < NPRI; i++)
		TAILQ_INIT(&rq->rq_list[i]);
}

void
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

void
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

int
runq_best(const struct runq *rq)
{
	for (int i = NPRI / 64 - 1; i >= 0; i--) {
		if (rq->rq_bits[i] != 0)
			return (i * 64 + 63 - __builtin_clzll(rq->rq_bits[i]));
	}
	return (-1);
}

struct thread *
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

bool
runq_check(const struct runq *rq)
{
	unsigned count = 0;
	struct thread *t;

	for (unsigned i = 0; i < NPRI; i++) {
		bool bit = (rq->rq_bits[i / 64] >> (i % 64)) & 1;

		if (bit == TAILQ_EMPTY(&rq->rq_list[i]))
			return (false);
		TAILQ_FOREACH(t, &rq->rq_list[i], t_runq) {
			if (t->t_prio != i || !t->t_in_runq)
				return (false);
			count++;
		}
	}
	return (count == rq->rq_count);
}
