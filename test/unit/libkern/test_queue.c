/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/queue.h>: random operations on each kind of list, against an array
 * that holds the order wanted.
 */
#include <sys/queue.h>
#include <stddef.h>

#include "test/unit/lib/unit.h"

#define N	24

struct item {
	int			id;
	SLIST_ENTRY(item)	sl;
	STAILQ_ENTRY(item)	st;
	LIST_ENTRY(item)	li;
	TAILQ_ENTRY(item)	tq;
	CIRCLEQ_ENTRY(item)	cq;
};

static SLIST_HEAD(, item) slist;
static STAILQ_HEAD(, item) stailq;
static LIST_HEAD(, item) list;
static TAILQ_HEAD(tailq_head, item) tailq;
static CIRCLEQ_HEAD(, item) circleq;

static struct item items[N];
static struct item *order[N];
static int count;

static void
order_insert(int at, struct item *it)
{
	int i;

	for (i = count++; i > at; i--)
		order[i] = order[i - 1];
	order[at] = it;
}

static void
order_remove(int at)
{
	count--;
	for (; at < count; at++)
		order[at] = order[at + 1];
}

static void
check_all(void)
{
	struct item *it;
	int i;

	i = 0;
	SLIST_FOREACH(it, &slist, sl)
		CHECK(it == order[i++]);
	CHECK_EQ(i, count);
	i = 0;
	STAILQ_FOREACH(it, &stailq, st)
		CHECK(it == order[i++]);
	CHECK_EQ(i, count);
	CHECK(STAILQ_LAST(&stailq, item, st) ==
	    (count > 0 ? order[count - 1] : NULL));
	i = 0;
	LIST_FOREACH(it, &list, li)
		CHECK(it == order[i++]);
	CHECK_EQ(i, count);
	i = 0;
	TAILQ_FOREACH(it, &tailq, tq)
		CHECK(it == order[i++]);
	CHECK_EQ(i, count);
	TAILQ_FOREACH_REVERSE(it, &tailq, tailq_head, tq)
		CHECK(it == order[--i]);
	CHECK_EQ(i, 0);
	CHECK(TAILQ_LAST(&tailq, tailq_head) ==
	    (count > 0 ? order[count - 1] : NULL));
	CIRCLEQ_FOREACH(it, &circleq, cq)
		CHECK(it == order[i++]);
	CHECK_EQ(i, count);
	CHECK(CIRCLEQ_EMPTY(&circleq) == (count == 0));
}

static void
insert(int at, struct item *it)
{
	if (at == 0) {
		SLIST_INSERT_HEAD(&slist, it, sl);
		STAILQ_INSERT_HEAD(&stailq, it, st);
		LIST_INSERT_HEAD(&list, it, li);
		TAILQ_INSERT_HEAD(&tailq, it, tq);
		CIRCLEQ_INSERT_HEAD(&circleq, it, cq);
	} else {
		struct item *prev = order[at - 1];

		SLIST_INSERT_AFTER(prev, it, sl);
		if (at == count)
			STAILQ_INSERT_TAIL(&stailq, it, st);
		else
			STAILQ_INSERT_AFTER(&stailq, prev, it, st);
		if (at == count)
			LIST_INSERT_AFTER(prev, it, li);
		else
			LIST_INSERT_BEFORE(order[at], it, li);
		if (at == count) {
			TAILQ_INSERT_TAIL(&tailq, it, tq);
			CIRCLEQ_INSERT_TAIL(&circleq, it, cq);
		} else if (unit_random() & 1) {
			TAILQ_INSERT_AFTER(&tailq, prev, it, tq);
			CIRCLEQ_INSERT_AFTER(&circleq, prev, it, cq);
		} else {
			TAILQ_INSERT_BEFORE(order[at], it, tq);
			CIRCLEQ_INSERT_BEFORE(&circleq, order[at], it, cq);
		}
	}
	order_insert(at, it);
}

static void
remove_at(int at)
{
	struct item *it = order[at];

	SLIST_REMOVE(&slist, it, item, sl);
	STAILQ_REMOVE(&stailq, it, item, st);
	LIST_REMOVE(it, li);
	TAILQ_REMOVE(&tailq, it, tq);
	CIRCLEQ_REMOVE(&circleq, it, cq);
	order_remove(at);
}

UNIT_TEST(queues_keep_the_order)
{
	int i, k, used;

	SLIST_INIT(&slist);
	STAILQ_INIT(&stailq);
	LIST_INIT(&list);
	TAILQ_INIT(&tailq);
	CIRCLEQ_INIT(&circleq);
	for (i = 0; i < 5000; i++) {
		if (count < N && (count == 0 || unit_random() % 2)) {
			for (k = 0; k < N; k++) {
				for (used = 0; used < count; used++)
					if (order[used] == &items[k])
						break;
				if (used == count)
					break;
			}
			insert((int)(unit_random() % (unsigned)(count + 1)),
			    &items[k]);
		} else {
			remove_at((int)(unit_random() % (unsigned)count));
		}
		check_all();
	}
	while (count > 0)
		remove_at(0);
	check_all();
	CHECK(SLIST_EMPTY(&slist) && STAILQ_EMPTY(&stailq));
	CHECK(LIST_EMPTY(&list) && TAILQ_EMPTY(&tailq));
}

UNIT_TEST(queues_join_and_swap)
{
	STAILQ_HEAD(, item) s1 = STAILQ_HEAD_INITIALIZER(s1);
	STAILQ_HEAD(, item) s2 = STAILQ_HEAD_INITIALIZER(s2);
	struct tailq_head t1 = TAILQ_HEAD_INITIALIZER(t1);
	struct tailq_head t2 = TAILQ_HEAD_INITIALIZER(t2);
	struct item *it, *next;
	int i;

	for (i = 0; i < 4; i++) {
		items[i].id = i;
		if (i < 2) {
			STAILQ_INSERT_TAIL(&s1, &items[i], st);
			TAILQ_INSERT_TAIL(&t1, &items[i], tq);
		} else {
			STAILQ_INSERT_TAIL(&s2, &items[i], st);
			TAILQ_INSERT_TAIL(&t2, &items[i], tq);
		}
	}
	TAILQ_SWAP(&t1, &t2, item, tq);
	CHECK(TAILQ_FIRST(&t1)->id == 2 && TAILQ_FIRST(&t2)->id == 0);
	TAILQ_CONCAT(&t2, &t1, tq);
	STAILQ_CONCAT(&s1, &s2);
	CHECK(TAILQ_EMPTY(&t1) && STAILQ_EMPTY(&s2));
	i = 0;
	TAILQ_FOREACH_SAFE(it, &t2, tq, next) {
		CHECK_EQ(it->id, i++);
		TAILQ_REMOVE(&t2, it, tq);
		it->tq.tqe_next = NULL;
	}
	CHECK(i == 4 && TAILQ_EMPTY(&t2));
	i = 0;
	STAILQ_FOREACH_SAFE(it, &s1, st, next)
		CHECK_EQ(it->id, i++);
	CHECK_EQ(i, 4);
	STAILQ_REMOVE_HEAD_UNTIL(&s1, &items[2], st);
	CHECK(STAILQ_FIRST(&s1) == &items[3]);
}
