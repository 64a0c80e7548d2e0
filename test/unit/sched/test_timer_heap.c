/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap of timers against a sorted model.
 */
#include "kernel/time/timer_heap.h"

#include <stddef.h>

#include "test/unit/lib/unit.h"

#define N	500
#define MANY	40000

static struct timer timers[MANY];

UNIT_TEST(timer_heap_pops_in_order)
{
	struct timer_heap h = { NULL, 0 };
	struct timer *t;
	uint64_t last = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < MANY; i++) {
		timers[i] = (struct timer){ .tm_deadline =
		    unit_random() % 1000000 };
		timer_heap_insert(&h, &timers[i]);
	}
	CHECK(timer_heap_check(&h));
	CHECK(timer_heap_pop(&h, 0) == NULL || h.th_count == MANY - 1);
	while ((t = timer_heap_pop(&h, UINT64_MAX)) != NULL) {
		REQUIRE(t->tm_deadline >= last);
		REQUIRE(!t->tm_pending);
		last = t->tm_deadline;
		n++;
	}
	CHECK(n >= MANY - 1);
	CHECK(h.th_root == NULL && h.th_count == 0);
}

UNIT_TEST(timer_heap_pops_only_what_is_due)
{
	struct timer_heap h = { NULL, 0 };

	for (unsigned i = 0; i < 10; i++) {
		timers[i] = (struct timer){ .tm_deadline = 100 + i };
		timer_heap_insert(&h, &timers[i]);
	}
	CHECK(timer_heap_pop(&h, 99) == NULL);
	CHECK(timer_heap_pop(&h, 100) == &timers[0]);
	CHECK(timer_heap_pop(&h, 100) == NULL);
	timer_heap_remove(&h, &timers[1]);
	CHECK(timer_heap_pop(&h, 102) == &timers[2]);
	CHECK(timer_heap_check(&h));
}

/* Arms, moves, cancels and fires at random; the model is the array itself. */
UNIT_TEST(timer_heap_equals_the_model)
{
	struct timer_heap h = { NULL, 0 };
	uint64_t now = 0, first;
	struct timer *t;

	for (unsigned i = 0; i < N; i++)
		timers[i] = (struct timer){ .tm_deadline = 0 };
	for (int step = 0; step < 100000; step++) {
		t = &timers[unit_random() % N];
		switch (unit_random() % 4) {
		case 0:
		case 1:
			if (t->tm_pending)
				timer_heap_remove(&h, t);
			t->tm_deadline = now + unit_random() % 1000;
			timer_heap_insert(&h, t);
			break;
		case 2:
			if (t->tm_pending)
				timer_heap_remove(&h, t);
			break;
		default:
			now += unit_random() % 20;
			first = UINT64_MAX;
			for (unsigned i = 0; i < N; i++) {
				if (timers[i].tm_pending &&
				    timers[i].tm_deadline < first)
					first = timers[i].tm_deadline;
			}
			t = timer_heap_pop(&h, now);
			REQUIRE((t != NULL) == (first <= now));
			REQUIRE(t == NULL || t->tm_deadline == first);
			break;
		}
		if (step % 499 == 0)
			REQUIRE(timer_heap_check(&h));
	}
	CHECK(timer_heap_check(&h));
}
