/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lock groups, mutexes, reader/writer locks, spin locks.
 */
#include <kern/locks.h>
#include <kern/clock.h>

#include <kpitest.h>

#include "helper.h"

static lck_grp_t *
group(void)
{
	static lck_grp_t *g;

	if (g == NULL)
		g = lck_grp_alloc_init("kpi_mach", LCK_GRP_ATTR_NULL);
	return (g);
}

KPI_TEST(lck_grp_alloc_init)
{
	KPI_REQUIRE(group() != NULL);
}

KPI_TEST(lck_grp_attr_alloc_init)
{
	lck_grp_attr_t *a = lck_grp_attr_alloc_init();

	KPI_REQUIRE(a != NULL);
	lck_grp_attr_free(a);
}

KPI_TEST(lck_grp_attr_setdefault)
{
	lck_grp_attr_t *a = lck_grp_attr_alloc_init();

	KPI_REQUIRE(a != NULL);
	lck_grp_attr_setdefault(a);
	lck_grp_attr_free(a);
}

KPI_TEST(lck_grp_attr_setstat)
{
	lck_grp_attr_t *a = lck_grp_attr_alloc_init();
	lck_grp_t *g;

	KPI_REQUIRE(a != NULL);
	lck_grp_attr_setstat(a);
	g = lck_grp_alloc_init("kpi_stat", a);
	KPI_EXPECT(g != NULL);
	lck_grp_free(g);
	lck_grp_attr_free(a);
}

KPI_TEST(lck_grp_attr_free)
{
	lck_grp_attr_t *a = lck_grp_attr_alloc_init();
	lck_grp_t *g = lck_grp_alloc_init("kpi_attr", a);

	/* The group does not need its attribute any more. */
	lck_grp_attr_free(a);
	KPI_EXPECT(g != NULL);
	lck_grp_free(g);
}

KPI_TEST(lck_grp_free)
{
	lck_grp_t *g = lck_grp_alloc_init("kpi_late", LCK_GRP_ATTR_NULL);
	lck_mtx_t *m = lck_mtx_alloc_init(g, LCK_ATTR_NULL);

	/* The lock holds the group. */
	lck_grp_free(g);
	KPI_REQUIRE(m != NULL);
	lck_mtx_lock(m);
	lck_mtx_unlock(m);
	lck_mtx_free(m, g);
}

KPI_TEST(lck_attr_alloc_init)
{
	lck_attr_t *a = lck_attr_alloc_init();

	KPI_REQUIRE(a != NULL);
	lck_attr_free(a);
}

KPI_TEST(lck_attr_setdefault)
{
	lck_attr_t *a = lck_attr_alloc_init();

	KPI_REQUIRE(a != NULL);
	lck_attr_setdefault(a);
	lck_attr_free(a);
}

KPI_TEST(lck_attr_setdebug)
{
	lck_attr_t *a = lck_attr_alloc_init();
	lck_mtx_t *m;

	KPI_REQUIRE(a != NULL);
	lck_attr_setdebug(a);
	m = lck_mtx_alloc_init(group(), a);
	KPI_EXPECT(m != NULL);
	lck_mtx_free(m, group());
	lck_attr_free(a);
}

KPI_TEST(lck_attr_free)
{
	lck_attr_t *a = lck_attr_alloc_init();
	lck_mtx_t *m = lck_mtx_alloc_init(group(), a);

	lck_attr_free(a);
	KPI_REQUIRE(m != NULL);
	lck_mtx_lock(m);
	lck_mtx_unlock(m);
	lck_mtx_free(m, group());
}

/* Counts under a lock with a pause inside: lost updates show a broken lock. */
struct counter {
	lck_mtx_t	*mtx;
	lck_rw_t	*rw;
	lck_spin_t	*spin;
	volatile int	 value;
};

static void
count_mtx(void *p)
{
	struct counter *c = p;
	int i, v;

	for (i = 0; i < 20; i++) {
		lck_mtx_lock(c->mtx);
		v = c->value;
		if (i % 4 == 0)
			pause_ms(1);
		c->value = v + 1;
		lck_mtx_unlock(c->mtx);
	}
}

KPI_TEST(lck_mtx_alloc_init)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(m != NULL);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_mtx_lock)
{
	struct counter c = { lck_mtx_alloc_init(group(), LCK_ATTR_NULL),
	    NULL, NULL, 0 };
	struct helper h = { count_mtx, &c, 0 };

	KPI_REQUIRE(c.mtx != NULL);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	count_mtx(&c);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(c.value == 40);
	lck_mtx_free(c.mtx, group());
}

static void
hold_mtx(void *p)
{
	struct counter *c = p;

	lck_mtx_lock(c->mtx);
	c->value = 1;
	while (c->value == 1)
		pause_ms(1);
	lck_mtx_unlock(c->mtx);
}

KPI_TEST(lck_mtx_try_lock)
{
	struct counter c = { lck_mtx_alloc_init(group(), LCK_ATTR_NULL),
	    NULL, NULL, 0 };
	struct helper h = { hold_mtx, &c, 0 };

	KPI_REQUIRE(c.mtx != NULL);
	KPI_EXPECT(lck_mtx_try_lock(c.mtx));
	lck_mtx_unlock(c.mtx);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	while (c.value == 0)
		pause_ms(1);
	KPI_EXPECT(!lck_mtx_try_lock(c.mtx));
	c.value = 2;
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(lck_mtx_try_lock(c.mtx));
	lck_mtx_unlock(c.mtx);
	lck_mtx_free(c.mtx, group());
}

KPI_TEST(lck_mtx_unlock)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(m != NULL);
	lck_mtx_lock(m);
	lck_mtx_unlock(m);
	KPI_EXPECT(lck_mtx_try_lock(m));
	lck_mtx_unlock(m);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_mtx_lock_spin)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(m != NULL);
	lck_mtx_lock_spin(m);
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	lck_mtx_unlock(m);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_mtx_convert_spin)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(m != NULL);
	lck_mtx_lock_spin(m);
	lck_mtx_convert_spin(m);
	pause_ms(1);
	lck_mtx_unlock(m);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_mtx_assert)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(m != NULL);
	lck_mtx_assert(m, LCK_MTX_ASSERT_NOTOWNED);
	lck_mtx_lock(m);
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	lck_mtx_unlock(m);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_mtx_free)
{
	int i;

	for (i = 0; i < 50; i++)
		lck_mtx_free(lck_mtx_alloc_init(group(), LCK_ATTR_NULL),
		    group());
	KPI_EXPECT(1);
}

static uint64_t
deadline_ms(uint32_t ms)
{
	uint64_t t;

	clock_interval_to_deadline(ms, 1000000, &t);
	return (t);
}

static volatile int awake;

/* Wakes the event until its sleeper says that it is awake. */
static void
wake_later(void *event)
{
	do {
		pause_ms(10);
		thread_wakeup((event_t)event);
	} while (!awake);
}

KPI_TEST(lck_mtx_sleep)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);
	int event = 0;
	struct helper h = { wake_later, &event, 0 };

	KPI_REQUIRE(m != NULL);
	awake = 0;
	lck_mtx_lock(m);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_EXPECT(lck_mtx_sleep(m, LCK_SLEEP_DEFAULT, &event,
	    THREAD_UNINT) == THREAD_AWAKENED);
	awake = 1;
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	lck_mtx_unlock(m);
	KPI_EXPECT(helper_wait(&h) == 0);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_mtx_sleep_deadline)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);
	int event = 0;

	KPI_REQUIRE(m != NULL);
	lck_mtx_lock(m);
	KPI_EXPECT(lck_mtx_sleep_deadline(m, LCK_SLEEP_DEFAULT, &event,
	    THREAD_UNINT, deadline_ms(10)) == THREAD_TIMED_OUT);
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	KPI_EXPECT(lck_mtx_sleep_deadline(m, LCK_SLEEP_UNLOCK, &event,
	    THREAD_UNINT, deadline_ms(1)) == THREAD_TIMED_OUT);
	lck_mtx_assert(m, LCK_MTX_ASSERT_NOTOWNED);
	lck_mtx_free(m, group());
}

/* --- reader/writer locks ---------------------------------------------------- */

static void
read_hold(void *p)
{
	struct counter *c = p;

	lck_rw_lock_shared(c->rw);
	c->value = 1;
	while (c->value == 1)
		pause_ms(1);
	lck_rw_unlock_shared(c->rw);
}

KPI_TEST(lck_rw_alloc_init)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_lock)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_lock(l, LCK_RW_TYPE_EXCLUSIVE);
	lck_rw_unlock(l, LCK_RW_TYPE_EXCLUSIVE);
	lck_rw_lock(l, LCK_RW_TYPE_SHARED);
	lck_rw_unlock(l, LCK_RW_TYPE_SHARED);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_unlock)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_lock_exclusive(l);
	lck_rw_unlock(l, LCK_RW_TYPE_EXCLUSIVE);
	KPI_EXPECT(lck_rw_try_lock(l, LCK_RW_TYPE_EXCLUSIVE));
	lck_rw_unlock_exclusive(l);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_lock_shared)
{
	struct counter c = { NULL, lck_rw_alloc_init(group(), LCK_ATTR_NULL),
	    NULL, 0 };
	struct helper h = { read_hold, &c, 0 };

	KPI_REQUIRE(c.rw != NULL);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	while (c.value == 0)
		pause_ms(1);
	/* Two readers at once, no writer. */
	KPI_EXPECT(lck_rw_try_lock(c.rw, LCK_RW_TYPE_SHARED));
	KPI_EXPECT(!lck_rw_try_lock(c.rw, LCK_RW_TYPE_EXCLUSIVE));
	lck_rw_unlock_shared(c.rw);
	c.value = 2;
	KPI_REQUIRE(helper_wait(&h) == 0);
	lck_rw_free(c.rw, group());
}

KPI_TEST(lck_rw_unlock_shared)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_lock_shared(l);
	lck_rw_unlock_shared(l);
	KPI_EXPECT(lck_rw_try_lock(l, LCK_RW_TYPE_EXCLUSIVE));
	lck_rw_unlock_exclusive(l);
	lck_rw_free(l, group());
}

static void
count_rw(void *p)
{
	struct counter *c = p;
	int i, v;

	for (i = 0; i < 20; i++) {
		lck_rw_lock_exclusive(c->rw);
		v = c->value;
		if (i % 4 == 0)
			pause_ms(1);
		c->value = v + 1;
		lck_rw_unlock_exclusive(c->rw);
	}
}

KPI_TEST(lck_rw_lock_exclusive)
{
	struct counter c = { NULL, lck_rw_alloc_init(group(), LCK_ATTR_NULL),
	    NULL, 0 };
	struct helper h = { count_rw, &c, 0 };

	KPI_REQUIRE(c.rw != NULL);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	count_rw(&c);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(c.value == 40);
	lck_rw_free(c.rw, group());
}

KPI_TEST(lck_rw_unlock_exclusive)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_lock_exclusive(l);
	lck_rw_unlock_exclusive(l);
	KPI_EXPECT(lck_rw_try_lock(l, LCK_RW_TYPE_SHARED));
	lck_rw_unlock_shared(l);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_lock_shared_to_exclusive)
{
	struct counter c = { NULL, lck_rw_alloc_init(group(), LCK_ATTR_NULL),
	    NULL, 0 };

	KPI_REQUIRE(c.rw != NULL);
	lck_rw_lock_shared(c.rw);
	KPI_EXPECT(lck_rw_lock_shared_to_exclusive(c.rw));
	KPI_EXPECT(!lck_rw_try_lock(c.rw, LCK_RW_TYPE_SHARED));
	lck_rw_unlock_exclusive(c.rw);
	lck_rw_free(c.rw, group());
}

KPI_TEST(lck_rw_lock_exclusive_to_shared)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_lock_exclusive(l);
	lck_rw_lock_exclusive_to_shared(l);
	KPI_EXPECT(lck_rw_try_lock(l, LCK_RW_TYPE_SHARED));
	lck_rw_unlock_shared(l);
	lck_rw_unlock_shared(l);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_try_lock)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	KPI_EXPECT(lck_rw_try_lock(l, LCK_RW_TYPE_EXCLUSIVE));
	KPI_EXPECT(!lck_rw_try_lock(l, LCK_RW_TYPE_SHARED));
	lck_rw_unlock_exclusive(l);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_done)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_rw_lock_exclusive(l);
	KPI_EXPECT(lck_rw_done(l) == LCK_RW_TYPE_EXCLUSIVE);
	lck_rw_lock_shared(l);
	KPI_EXPECT(lck_rw_done(l) == LCK_RW_TYPE_SHARED);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_free)
{
	int i;

	for (i = 0; i < 50; i++)
		lck_rw_free(lck_rw_alloc_init(group(), LCK_ATTR_NULL),
		    group());
	KPI_EXPECT(1);
}

KPI_TEST(lck_rw_sleep)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);
	int event = 0;
	struct helper h = { wake_later, &event, 0 };

	KPI_REQUIRE(l != NULL);
	awake = 0;
	lck_rw_lock_shared(l);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_EXPECT(lck_rw_sleep(l, LCK_SLEEP_EXCLUSIVE, &event,
	    THREAD_UNINT) == THREAD_AWAKENED);
	awake = 1;
	KPI_EXPECT(lck_rw_done(l) == LCK_RW_TYPE_EXCLUSIVE);
	KPI_EXPECT(helper_wait(&h) == 0);
	lck_rw_free(l, group());
}

KPI_TEST(lck_rw_sleep_deadline)
{
	lck_rw_t *l = lck_rw_alloc_init(group(), LCK_ATTR_NULL);
	int event = 0;

	KPI_REQUIRE(l != NULL);
	lck_rw_lock_exclusive(l);
	KPI_EXPECT(lck_rw_sleep_deadline(l, LCK_SLEEP_DEFAULT, &event,
	    THREAD_UNINT, deadline_ms(5)) == THREAD_TIMED_OUT);
	KPI_EXPECT(lck_rw_done(l) == LCK_RW_TYPE_EXCLUSIVE);
	lck_rw_free(l, group());
}

/* --- spin locks ------------------------------------------------------------- */

KPI_TEST(lck_spin_alloc_init)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_spin_free(l, group());
}

static void
count_spin(void *p)
{
	struct counter *c = p;
	int i;

	for (i = 0; i < 100000; i++) {
		lck_spin_lock(c->spin);
		c->value = c->value + 1;
		lck_spin_unlock(c->spin);
	}
}

KPI_TEST(lck_spin_lock)
{
	struct counter c = { NULL, NULL,
	    lck_spin_alloc_init(group(), LCK_ATTR_NULL), 0 };
	struct helper h = { count_spin, &c, 0 };

	KPI_REQUIRE(c.spin != NULL);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	count_spin(&c);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(c.value == 200000);
	lck_spin_free(c.spin, group());
}

KPI_TEST(lck_spin_unlock)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_spin_lock(l);
	lck_spin_unlock(l);
	/* Blocking is allowed again. */
	pause_ms(1);
	lck_spin_free(l, group());
}

KPI_TEST(lck_spin_try_lock)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	KPI_EXPECT(lck_spin_try_lock(l));
	lck_spin_unlock(l);
	lck_spin_free(l, group());
}

KPI_TEST(lck_spin_free)
{
	int i;

	for (i = 0; i < 50; i++)
		lck_spin_free(lck_spin_alloc_init(group(), LCK_ATTR_NULL),
		    group());
	KPI_EXPECT(1);
}

KPI_TEST(lck_mtx_try_lock_spin)
{
	lck_mtx_t *m = lck_mtx_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(lck_mtx_try_lock_spin(m));
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	lck_mtx_unlock(m);
	lck_mtx_free(m, group());
}

KPI_TEST(lck_spin_lock_grp)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_spin_lock_grp(l, group());
	KPI_EXPECT(kdp_lck_spin_is_acquired(l));
	lck_spin_unlock(l);
	lck_spin_free(l, group());
}

KPI_TEST(lck_spin_try_lock_grp)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	KPI_EXPECT(lck_spin_try_lock_grp(l, group()));
	lck_spin_unlock(l);
	lck_spin_free(l, group());
}

KPI_TEST(kdp_lck_spin_is_acquired)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	KPI_EXPECT(!kdp_lck_spin_is_acquired(l));
	lck_spin_free(l, group());
}

static void
spin_wake(void *p)
{
	lck_spin_t *l = p;
	kern_return_t kr = KERN_NOT_WAITING;
	int i;

	/* Whoever is about to sleep has the lock until it does. */
	for (i = 0; i < 2000 && kr != KERN_SUCCESS; i++) {
		lck_spin_lock(l);
		kr = thread_wakeup((event_t)l);
		lck_spin_unlock(l);
		pause_ms(1);
	}
}

KPI_TEST(lck_spin_sleep)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);
	struct helper h = { spin_wake, l, 0 };

	KPI_REQUIRE(l != NULL);
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	lck_spin_lock(l);
	KPI_EXPECT(!preemption_enabled());
	KPI_EXPECT(lck_spin_sleep(l, LCK_SLEEP_DEFAULT, (event_t)l,
	    THREAD_UNINT) == THREAD_AWAKENED);
	KPI_EXPECT(kdp_lck_spin_is_acquired(l));
	lck_spin_unlock(l);
	KPI_EXPECT(helper_wait(&h) == 0);
	lck_spin_free(l, group());
}

KPI_TEST(lck_spin_sleep_deadline)
{
	lck_spin_t *l = lck_spin_alloc_init(group(), LCK_ATTR_NULL);

	KPI_REQUIRE(l != NULL);
	lck_spin_lock(l);
	KPI_EXPECT(lck_spin_sleep_deadline(l, LCK_SLEEP_UNLOCK, (event_t)l,
	    THREAD_UNINT, deadline_ms(1)) == THREAD_TIMED_OUT);
	KPI_EXPECT(!kdp_lck_spin_is_acquired(l));
	lck_spin_free(l, group());
}

KPI_TEST_AS(lck_grp_free, last)
{
	lck_grp_free(group());
}

/*
 * Locks in memory of the kext's own.  The types are incomplete for kexts, so
 * the memory is simply large.
 */
static union {
	uint64_t	align;
	char		room[512];
} own;

KPI_TEST(lck_mtx_init)
{
	lck_mtx_t *m = (lck_mtx_t *)(void *)&own;
	lck_grp_t *g = lck_grp_alloc_init("kpi_own", LCK_GRP_ATTR_NULL);

	lck_mtx_init(m, g, LCK_ATTR_NULL);
	lck_mtx_lock(m);
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	lck_mtx_unlock(m);
	lck_mtx_destroy(m, g);
	lck_grp_free(g);
}

KPI_TEST(lck_mtx_destroy)
{
	lck_mtx_t *m = (lck_mtx_t *)(void *)&own;
	lck_grp_t *g = lck_grp_alloc_init("kpi_own", LCK_GRP_ATTR_NULL);
	int i;

	for (i = 0; i < 20; i++) {
		lck_mtx_init(m, g, LCK_ATTR_NULL);
		lck_mtx_destroy(m, g);
	}
	lck_grp_free(g);
	KPI_EXPECT(1);
}

KPI_TEST(lck_rw_init)
{
	lck_rw_t *l = (lck_rw_t *)(void *)&own;
	lck_grp_t *g = lck_grp_alloc_init("kpi_own", LCK_GRP_ATTR_NULL);

	lck_rw_init(l, g, LCK_ATTR_NULL);
	lck_rw_lock_exclusive(l);
	KPI_EXPECT(!lck_rw_try_lock(l, LCK_RW_TYPE_SHARED));
	lck_rw_unlock_exclusive(l);
	lck_rw_destroy(l, g);
	lck_grp_free(g);
}

KPI_TEST(lck_rw_destroy)
{
	lck_rw_t *l = (lck_rw_t *)(void *)&own;
	lck_grp_t *g = lck_grp_alloc_init("kpi_own", LCK_GRP_ATTR_NULL);
	int i;

	for (i = 0; i < 20; i++) {
		lck_rw_init(l, g, LCK_ATTR_NULL);
		lck_rw_destroy(l, g);
	}
	lck_grp_free(g);
	KPI_EXPECT(1);
}

KPI_TEST(lck_spin_init)
{
	lck_spin_t *l = (lck_spin_t *)(void *)&own;
	lck_grp_t *g = lck_grp_alloc_init("kpi_own", LCK_GRP_ATTR_NULL);

	lck_spin_init(l, g, LCK_ATTR_NULL);
	lck_spin_lock(l);
	lck_spin_unlock(l);
	lck_spin_destroy(l, g);
	lck_grp_free(g);
	KPI_EXPECT(1);
}

KPI_TEST(lck_spin_destroy)
{
	lck_spin_t *l = (lck_spin_t *)(void *)&own;
	lck_grp_t *g = lck_grp_alloc_init("kpi_own", LCK_GRP_ATTR_NULL);
	int i;

	for (i = 0; i < 20; i++) {
		lck_spin_init(l, g, LCK_ATTR_NULL);
		KPI_EXPECT(lck_spin_try_lock(l));
		lck_spin_unlock(l);
		lck_spin_destroy(l, g);
	}
	lck_grp_free(g);
}
