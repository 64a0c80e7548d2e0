/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hook lists: order, walks that meet attaching and detaching, the one release
 * path, and random walkers against a model.  Each entry is an allocation of
 * its own: the address sanitizer sees a touch after the release.
 */
#include <string.h>
#include <sys/errno.h>

#include "net/common/hook_list.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"

struct item {
	struct hook_entry	hook;
	int			id;
};

static int released[4096];
static int nreleased;

static void
item_release(struct hook_entry *e)
{
	struct item *it = (struct item *)e;

	CHECK_EQ(it->hook.he_state, HOOK_FREE);
	CHECK_EQ(it->hook.he_busy, 0);
	released[it->id]++;
	nreleased++;
	host_free(it);
}

static struct item *
item_new(int id)
{
	struct item *it = host_malloc(sizeof(*it));

	memset(it, 0, sizeof(*it));
	it->id = id;
	return (it);
}

static void
start(struct hook_list *l)
{
	memset(released, 0, sizeof(released));
	nreleased = 0;
	hook_list_init(l, item_release);
}

static int
ids(struct hook_list *l, bool reverse)
{
	struct hook_entry *e;
	int v = 0;

	for (e = reverse ? hook_first_reverse(l) : hook_first(l); e != NULL;
	    e = reverse ? hook_next_reverse(l, e) : hook_next(l, e))
		v = v * 10 + ((struct item *)e)->id;
	hook_list_check(l);
	return (v);
}

/* The ids of those that want the kind, in order, as digits. */
static int
ids_of(struct hook_list *l, uint8_t kind)
{
	struct hook_entry *e;
	int v = 0;

	for (e = hook_first_of(l, kind); e != NULL;
	    e = hook_next_of(l, e, kind))
		v = v * 10 + ((struct item *)e)->id;
	hook_list_check(l);
	return (v);
}

UNIT_TEST(kinds_of_calls)
{
	static const uint8_t kinds[] = { 1, 2, 3, 0, 1 };
	struct item *it[5];
	struct hook_list l;
	struct hook_entry *e;
	int i;

	start(&l);
	for (i = 0; i < 5; i++) {
		it[i] = item_new(i + 1);
		it[i]->hook.he_kinds = kinds[i];
		CHECK(hook_list_wanted(&l, 1) == (i > 0));
		CHECK(hook_list_wanted(&l, 2) == (i > 1));
		CHECK(hook_list_wanted(&l, 0x80) == (i > 3));
		CHECK_EQ(hook_attach(&l, &it[i]->hook, HOOK_TAIL), 0);
	}
	CHECK_EQ(ids_of(&l, 1), 1345);
	CHECK_EQ(ids_of(&l, 2), 234);
	CHECK_EQ(ids_of(&l, 0x80), 4);
	CHECK_EQ(ids(&l, false), 12345);
	e = hook_first_after(&l, &it[0]->hook, 1);
	CHECK(e == &it[2]->hook);
	/* A dead one is wanted by nobody, also while somebody is inside. */
	CHECK_EQ(hook_detach(&l, &it[2]->hook), 0);
	CHECK_EQ(hook_detach(&l, &it[3]->hook), 0);
	CHECK_EQ(ids_of(&l, 1), 15);
	CHECK(hook_list_wanted(&l, 2) && !hook_list_wanted(&l, 0x80));
	CHECK(hook_next_of(&l, e, 2) == NULL);
	CHECK_EQ(hook_detach(&l, &it[1]->hook), 0);
	CHECK(!hook_list_wanted(&l, 2) && hook_list_wanted(&l, 1));
	hook_detach_all(&l);
	CHECK(hook_list_empty(&l));
	CHECK_EQ(nreleased, 5);
	hook_list_fini(&l);
}

UNIT_TEST(order_of_head_and_tail)
{
	struct hook_list l;
	int i;

	start(&l);
	CHECK(hook_list_empty(&l));
	CHECK(hook_first(&l) == NULL);
	for (i = 1; i <= 4; i++)
		CHECK_EQ(hook_attach(&l, &item_new(i)->hook, i & 1 ?
		    HOOK_HEAD : HOOK_TAIL), 0);
	CHECK_EQ(ids(&l, false), 3124);
	CHECK_EQ(ids(&l, true), 4213);
	CHECK(!hook_list_empty(&l));
	hook_detach_all(&l);
	CHECK_EQ(nreleased, 4);
	CHECK(hook_list_empty(&l));
	hook_list_fini(&l);
}

UNIT_TEST(detach_idle_releases_at_once)
{
	struct hook_list l;
	struct item *a, *b;

	start(&l);
	a = item_new(1);
	b = item_new(2);
	CHECK_EQ(hook_attach(&l, &a->hook, HOOK_TAIL), 0);
	CHECK_EQ(hook_attach(&l, &a->hook, HOOK_TAIL), EEXIST);
	CHECK_EQ(hook_attach(&l, &b->hook, HOOK_TAIL), 0);
	CHECK_EQ(hook_detach(&l, &a->hook), 0);
	CHECK_EQ(released[1], 1);
	/* A handle that was freed is compared, not read. */
	CHECK_EQ(hook_detach(&l, &a->hook), ENOENT);
	CHECK(!hook_enter(&l, &a->hook));
	CHECK_EQ(ids(&l, false), 2);
	CHECK_EQ(hook_detach(&l, &b->hook), 0);
	hook_list_fini(&l);
}

UNIT_TEST(detach_from_inside_is_deferred)
{
	struct hook_list l;
	struct hook_entry *e;
	struct item *a, *b, *c;

	start(&l);
	a = item_new(1);
	b = item_new(2);
	c = item_new(3);
	hook_attach(&l, &a->hook, HOOK_TAIL);
	hook_attach(&l, &b->hook, HOOK_TAIL);
	hook_attach(&l, &c->hook, HOOK_TAIL);
	e = hook_first(&l);
	CHECK(e == &a->hook);
	CHECK_EQ(hook_detach(&l, e), 0);
	CHECK_EQ(hook_detach(&l, e), ENOENT);
	CHECK_EQ(released[1], 0);
	CHECK(hook_dead(e));
	/* Its successor may go meanwhile, too. */
	CHECK_EQ(hook_detach(&l, &b->hook), 0);
	CHECK_EQ(released[2], 1);
	e = hook_next(&l, e);
	CHECK_EQ(released[1], 1);
	CHECK(e == &c->hook);
	CHECK(hook_next(&l, e) == NULL);
	CHECK_EQ(hook_detach(&l, &c->hook), 0);
	CHECK_EQ(nreleased, 3);
	hook_list_fini(&l);
}

UNIT_TEST(last_of_several_walkers_releases)
{
	struct hook_list l;
	struct hook_entry *w1, *w2;
	struct item *a, *b;

	start(&l);
	a = item_new(1);
	b = item_new(2);
	hook_attach(&l, &a->hook, HOOK_TAIL);
	hook_attach(&l, &b->hook, HOOK_TAIL);
	w1 = hook_first(&l);
	w2 = hook_first(&l);
	CHECK_EQ(hook_busy(w1), 2);
	hook_detach(&l, &a->hook);
	/* Nobody enters a dead entry. */
	CHECK_EQ(ids(&l, false), 2);
	w1 = hook_next(&l, w1);
	CHECK_EQ(released[1], 0);
	hook_leave(&l, w2);
	CHECK_EQ(released[1], 1);
	hook_leave(&l, w1);
	hook_detach_all(&l);
	hook_list_fini(&l);
}

UNIT_TEST(continue_behind_a_reference)
{
	struct hook_list l;
	struct hook_entry *e;
	struct item *a, *b, *c;

	start(&l);
	a = item_new(1);
	b = item_new(2);
	c = item_new(3);
	hook_attach(&l, &a->hook, HOOK_TAIL);
	hook_attach(&l, &b->hook, HOOK_TAIL);
	hook_attach(&l, &c->hook, HOOK_TAIL);
	e = hook_first_after(&l, &a->hook, HOOK_ALL);
	CHECK(e == &b->hook);
	hook_leave(&l, e);
	CHECK(hook_first_after(&l, &c->hook, HOOK_ALL) == NULL);
	hook_detach(&l, &b->hook);
	CHECK(hook_first_after(&l, &b->hook, HOOK_ALL) == NULL);
	hook_detach_all(&l);
	hook_list_fini(&l);
}

/*
 * Many walkers at random places, attaching, detaching; the model knows who is
 * alive.  A walk must see everything that stayed attached during it.
 */
#define WALKERS	6
#define ITEMS	4000

UNIT_TEST(random_walkers)
{
	static struct item *live[ITEMS];
	static bool attached[ITEMS];
	struct hook_entry *at[WALKERS] = { NULL };
	struct hook_list l;
	int next = 0, nlive = 0, i, k, w;
	unsigned step;

	start(&l);
	memset(attached, 0, sizeof(attached));
	for (step = 0; step < 200000 && next < ITEMS; step++) {
		switch (unit_random() % 8) {
		case 0:
			if (nlive >= 12)
				break;
			live[nlive] = item_new(next);
			attached[next++] = true;
			CHECK_EQ(hook_attach(&l, &live[nlive++]->hook,
			    unit_random() % 2), 0);
			break;
		case 1:
			if (nlive == 0)
				break;
			k = (int)(unit_random() % (unsigned)nlive);
			attached[live[k]->id] = false;
			CHECK_EQ(hook_detach(&l, &live[k]->hook), 0);
			live[k] = live[--nlive];
			break;
		default:
			w = (int)(unit_random() % WALKERS);
			if (at[w] == NULL) {
				at[w] = unit_random() % 2 ? hook_first(&l) :
				    hook_first_reverse(&l);
			} else if (unit_random() % 16 == 0) {
				hook_leave(&l, at[w]);
				at[w] = NULL;
			} else {
				at[w] = unit_random() % 4 ?
				    hook_next(&l, at[w]) :
				    hook_next_reverse(&l, at[w]);
			}
			if (at[w] != NULL)
				CHECK(attached[((struct item *)at[w])->id]);
		}
		if (step % 64 == 0)
			hook_list_check(&l);
	}
	for (w = 0; w < WALKERS; w++)
		if (at[w] != NULL)
			hook_leave(&l, at[w]);
	for (i = 0; i < next; i++)
		CHECK_EQ(released[i], attached[i] ? 0 : 1);
	hook_detach_all(&l);
	for (i = 0; i < next; i++)
		CHECK_EQ(released[i], 1);
	hook_list_fini(&l);
}
