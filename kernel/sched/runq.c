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
