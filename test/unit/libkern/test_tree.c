/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/tree.h> against a table of which keys are in: every call's result,
 * the order, and the red-black rules after each change.
 */
#include <libkern/tree.h>
#include <string.h>

#include "test/unit/lib/unit.h"

#define KEYS	64

struct item {
	int key;
	RB_ENTRY(item) link;
	SPLAY_ENTRY(item) splay;
};

static int
item_cmp(struct item *a, struct item *b)
{
	return (a->key - b->key);
}

RB_HEAD(items, item);
RB_PROTOTYPE_PREV(items, item, link, item_cmp)
RB_GENERATE_PREV(items, item, link, item_cmp)

RB_HEAD(own, item);
RB_PROTOTYPE_SC(static __unused, own, item, link, item_cmp)
RB_GENERATE_STATIC(own, item, link, item_cmp)

SPLAY_HEAD(turned, item);
SPLAY_PROTOTYPE(turned, item, splay, item_cmp)
SPLAY_GENERATE(turned, item, splay, item_cmp)

static struct item item[KEYS];
static int in[KEYS];

/* Black elements on each way down from it, or -1 if a rule is broken. */
static int
black(struct item *it, struct item *up)
{
	int l, r;

	if (it == NULL)
		return (0);
	if (RB_PARENT(it, link) != up || (up != NULL && RB_COLOR(it, link) ==
	    RB_RED && RB_COLOR(up, link) == RB_RED))
		return (-1);
	l = black(RB_LEFT(it, link), it);
	r = black(RB_RIGHT(it, link), it);
	if (l < 0 || l != r)
		return (-1);
	return (l + (RB_COLOR(it, link) == RB_BLACK));
}

static int
next_in(int key, int step)
{
	do
		key += step;
	while (key >= 0 && key < KEYS && !in[key]);
	return (key);
}

static int
key_of(struct item *it, int none)
{
	return (it == NULL ? none : it->key);
}

UNIT_TEST(tree_is_ordered_and_balanced)
{
	struct items head = RB_INITIALIZER(&head);
	struct item probe, *it, *more;
	int round, k, n;

	memset(in, 0, sizeof(in));
	for (round = 0; round < 20000; round++) {
		k = (int)(unit_random() % KEYS);
		probe.key = item[k].key = k;
		CHECK(RB_FIND(items, &head, &probe) == (in[k] ? &item[k] : NULL));
		CHECK_EQ(key_of(RB_NFIND(items, &head, &probe), KEYS),
		    in[k] ? k : next_in(k, 1));
		if (!in[k]) {
			CHECK(RB_INSERT(items, &head, &item[k]) == NULL);
			CHECK(RB_INSERT(items, &head, &probe) == &item[k]);
		} else
			CHECK(RB_REMOVE(items, &head, &item[k]) == &item[k]);
		in[k] ^= 1;
		REQUIRE(black(RB_ROOT(&head), NULL) >= 0);
		CHECK_EQ(key_of(RB_MIN(items, &head), KEYS), next_in(-1, 1));
		CHECK_EQ(key_of(RB_MAX(items, &head), -1), next_in(KEYS, -1));
		if (in[k]) {
			CHECK_EQ(key_of(RB_NEXT(items, &head, &item[k]), KEYS),
			    next_in(k, 1));
			CHECK_EQ(key_of(RB_PREV(items, &head, &item[k]), -1),
			    next_in(k, -1));
		}
	}
	n = -1;
	RB_FOREACH(it, items, &head) {
		CHECK_EQ(it->key, next_in(n, 1));
		n = it->key;
	}
	CHECK_EQ(next_in(n, 1), KEYS);
	RB_FOREACH_SAFE(it, items, &head, more)
		RB_REMOVE(items, &head, it);
	CHECK(RB_EMPTY(&head));
}

UNIT_TEST(tree_of_a_file_of_its_own)
{
	struct own head;
	struct item *it;
	int n = 0;

	RB_INIT(&head);
	for (n = 0; n < 7; n++) {
		item[n].key = n * 5 % 7;
		CHECK(RB_INSERT(own, &head, &item[n]) == NULL);
	}
	RB_FOREACH_REVERSE(it, own, &head)
		CHECK_EQ(it->key, --n);
	CHECK_EQ(n, 0);
}

UNIT_TEST(splay_tree_is_ordered)
{
	struct turned head = SPLAY_INITIALIZER(&head);
	struct item probe, *it;
	int round, k, n;

	memset(in, 0, sizeof(in));
	for (round = 0; round < 20000; round++) {
		k = (int)(unit_random() % KEYS);
		probe.key = item[k].key = k;
		it = SPLAY_FIND(turned, &head, &probe);
		CHECK(it == (in[k] ? &item[k] : NULL));
		if (it != NULL)
			CHECK(SPLAY_ROOT(&head) == it);
		if (!in[k]) {
			CHECK(SPLAY_INSERT(turned, &head, &item[k]) == NULL);
			CHECK(SPLAY_INSERT(turned, &head, &probe) == &item[k]);
			CHECK_EQ(key_of(SPLAY_NEXT(turned, &head, &item[k]),
			    KEYS), next_in(k, 1));
			in[k] = 1;
		} else {
			CHECK(SPLAY_REMOVE(turned, &head, &probe) == &item[k]);
			in[k] = 0;
		}
		CHECK_EQ(key_of(SPLAY_MIN(turned, &head), KEYS), next_in(-1, 1));
		CHECK_EQ(key_of(SPLAY_MAX(turned, &head), -1), next_in(KEYS, -1));
	}
	n = -1;
	SPLAY_FOREACH(it, turned, &head) {
		CHECK_EQ(it->key, next_in(n, 1));
		n = it->key;
	}
	CHECK_EQ(next_in(n, 1), KEYS);
}
