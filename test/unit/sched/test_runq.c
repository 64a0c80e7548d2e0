/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The run queue against a plain model: an array searched from end to end.
 */
#include "kernel/sched/runq.h"

#include <stddef.h>

#include "test/unit/lib/unit.h"

#define N	64

static struct thread threads[N];
static uint64_t arrival[N];

UNIT_TEST(runq_orders_by_priority_then_arrival)
{
	static struct runq rq;
	static const int prio[6] = { 5, 127, 5, 0, 64, 63 };
	static const int expected[6] = { 1, 4, 5, 0, 2, 3 };

	runq_init(&rq);
	CHECK(runq_best(&rq) == -1);
	CHECK(runq_pop(&rq) == NULL);
	for (int i = 0; i < 6; i++) {
		threads[i].t_prio = (uint8_t)prio[i];
		runq_add(&rq, &threads[i], false);
		CHECK(runq_check(&rq));
	}
	CHECK(runq_best(&rq) == 127);
	for (int i = 0; i < 6; i++)
		CHECK(runq_pop(&rq) == &threads[expected[i]]);
	CHECK(runq_best(&rq) == -1);
}

UNIT_TEST(runq_head_keeps_the_turn)
{
	static struct runq rq;

	runq_init(&rq);
	for (int i = 0; i < 3; i++) {
		threads[i].t_prio = 31;
		runq_add(&rq, &threads[i], i == 2);
	}
	CHECK(runq_pop(&rq) == &threads[2]);
	CHECK(runq_pop(&rq) == &threads[0]);
	CHECK(runq_pop(&rq) == &threads[1]);
}

static struct thread *
model_best(void)
{
	struct thread *best = NULL;

	for (int i = 0; i < N; i++) {
		if (!threads[i].t_in_runq)
			continue;
		if (best == NULL || threads[i].t_prio > best->t_prio ||
		    (threads[i].t_prio == best->t_prio &&
		    arrival[i] < arrival[best - threads]))
			best = &threads[i];
	}
	return (best);
}

UNIT_TEST(runq_equals_the_model)
{
	static struct runq rq;
	uint64_t clock = 0;

	runq_init(&rq);
	for (int i = 0; i < N; i++)
		threads[i] = (struct thread){ .t_prio = 0 };
	for (int step = 0; step < 200000; step++) {
		unsigned i = unit_random() % N;
		struct thread *want;

		switch (unit_random() % 3) {
		case 0:
			if (threads[i].t_in_runq)
				break;
			threads[i].t_prio = (uint8_t)(unit_random() % NPRI);
			arrival[i] = ++clock;
			runq_add(&rq, &threads[i], false);
			break;
		case 1:
			if (threads[i].t_in_runq)
				runq_remove(&rq, &threads[i]);
			break;
		default:
			want = model_best();
			REQUIRE(runq_pop(&rq) == want);
			break;
		}
		if (step % 997 == 0)
			REQUIRE(runq_check(&rq));
	}
	CHECK(runq_check(&rq));
}
