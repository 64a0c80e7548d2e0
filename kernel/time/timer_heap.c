/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap of timers (timer_heap.h).
 */
#include "kernel/time/timer_heap.h"

#include <stddef.h>

#include "kernel/kassert.h"

/* Joins two heaps; the later root becomes the other's first child. */
static struct timer *
meld(struct timer *a, struct timer *b)
{
	struct timer *t;

	if (a == NULL)
		return (b);
	if (b == NULL)
		return (a);
	if (b->tm_deadline < a->tm_deadline) {
		t = a;
		a = b;
		b = t;
	}
	b->tm_next = a->tm_child;
	if (a->tm_child != NULL)
		a->tm_child->tm_prev = b;
	b->tm_prev = a;
	a->tm_child = b;
	return (a);
}

/* Joins a list of siblings in two passes. */
static struct timer *
meld_siblings(struct timer *first)
{
	struct timer *pairs = NULL, *root = NULL, *a, *b;

	while (first != NULL) {
		a = first;
		b = a->tm_next;
		first = b != NULL ? b->tm_next : NULL;
		a->tm_next = a->tm_prev = NULL;
		if (b != NULL)
			b->tm_next = b->tm_prev = NULL;
		a = meld(a, b);
		a->tm_next = pairs;	/* a stack of pairs, last first */
		pairs = a;
	}
	while (pairs != NULL) {
		a = pairs;
		pairs = a->tm_next;
		a->tm_next = NULL;
		root = meld(root, a);
	}
	return (root);
}

void
timer_heap_insert(struct timer_heap *h, struct timer *t)
{
	KASSERT(!t->tm_pending, ("timer %p inserted twice", t));
	t->tm_child = t->tm_next = t->tm_prev = NULL;
	t->tm_pending = 1;
	h->th_root = meld(h->th_root, t);
	h->th_count++;
}

void
timer_heap_remove(struct timer_heap *h, struct timer *t)
{
	struct timer *sub;

	KASSERT(t->tm_pending && h->th_count > 0, ("timer %p not pending", t));
	if (t == h->th_root) {
		h->th_root = meld_siblings(t->tm_child);
	} else {
		if (t->tm_prev->tm_child == t)
			t->tm_prev->tm_child = t->tm_next;
		else
			t->tm_prev->tm_next = t->tm_next;
		if (t->tm_next != NULL)
			t->tm_next->tm_prev = t->tm_prev;
		sub = meld_siblings(t->tm_child);
		h->th_root = meld(h->th_root, sub);
	}
	t->tm_child = t->tm_next = t->tm_prev = NULL;
	t->tm_pending = 0;
	h->th_count--;
}

struct timer *
timer_heap_pop(struct timer_heap *h, uint64_t now)
{
	struct timer *t = h->th_root;

	if (t == NULL || t->tm_deadline > now)
		return (NULL);
	timer_heap_remove(h, t);
	return (t);
}

/* Counts the heap below t, 0 for a broken one; walks without recursion. */
static unsigned
count_checked(const struct timer *root)
{
	const struct timer *t = root;
	unsigned n = 0;

	while (t != NULL) {
		n++;
		if (!t->tm_pending)
			return (0);
		if (t->tm_child != NULL) {
			if (t->tm_child->tm_prev != t)
				return (0);
			for (const struct timer *c = t->tm_child; c != NULL;
			    c = c->tm_next) {
				if (c->tm_deadline < t->tm_deadline)
					return (0);
				if (c->tm_next != NULL && c->tm_next->tm_prev != c)
					return (0);
			}
			t = t->tm_child;
			continue;
		}
		/* Up, until there is a sibling to go to. */
		while (t != root && t->tm_next == NULL) {
			while (t->tm_prev->tm_child != t)
				t = t->tm_prev;
			t = t->tm_prev;
		}
		t = t == root ? NULL : t->tm_next;
	}
	return (n);
}

bool
timer_heap_check(const struct timer_heap *h)
{
	if (h->th_root == NULL)
		return (h->th_count == 0);
	if (h->th_root->tm_next != NULL || h->th_root->tm_prev != NULL)
		return (false);
	return (count_checked(h->th_root) == h->th_count);
}
