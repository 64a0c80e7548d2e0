/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader/writer lock's rules: single cases, then many threads modelled
 * with random steps.  Nobody may be forgotten: whenever no thread is inside,
 * somebody who waits has been woken.
 */
#include "kernel/sync/rwstate.h"

#include "test/unit/lib/unit.h"

UNIT_TEST(rw_readers_share_writers_do_not)
{
	struct rw_state s = { 0 };

	CHECK(rw_state_shared(&s) && rw_state_shared(&s));
	CHECK(!rw_state_exclusive(&s));
	s.rs_wait_write++;
	CHECK(!rw_state_shared(&s));		/* a writer waits */
	CHECK(rw_state_unshared(&s) == RW_WAKE_NONE);
	CHECK(rw_state_unshared(&s) == RW_WAKE_WRITER);
	CHECK(rw_state_exclusive(&s));
	s.rs_wait_write--;
	CHECK(!rw_state_exclusive(&s) && !rw_state_shared(&s));
	s.rs_wait_read = 2;
	CHECK(rw_state_unexclusive(&s) == RW_WAKE_READERS);
	CHECK(rw_state_shared(&s) && rw_state_shared(&s));
}

UNIT_TEST(rw_readers_that_waited_pass_the_next_writer)
{
	struct rw_state s = { 0 };

	CHECK(rw_state_exclusive(&s));
	s.rs_wait_read = 2;
	s.rs_wait_write = 1;
	CHECK(rw_state_unexclusive(&s) == RW_WAKE_READERS);
	CHECK(!rw_state_exclusive(&s));
	CHECK(rw_state_shared(&s) && rw_state_shared(&s));
	CHECK(!rw_state_shared(&s));		/* the turn is used up */
}

UNIT_TEST(rw_upgrade)
{
	struct rw_state s = { 0 };

	CHECK(rw_state_shared(&s));
	CHECK(rw_state_upgrade(&s) == RW_UPGRADED && s.rs_writer);
	CHECK(rw_state_downgrade(&s) == RW_WAKE_NONE);
	CHECK(s.rs_readers == 1 && rw_state_shared(&s));
	CHECK(rw_state_shared(&s));		/* three readers */
	CHECK(rw_state_upgrade(&s) == RW_UPGRADE_WAIT);
	CHECK(!rw_state_shared(&s) && !rw_state_exclusive(&s));
	CHECK(rw_state_upgrade(&s) == RW_UPGRADE_LOST);
	CHECK(!rw_state_upgrade_done(&s));	/* one reader is left */
	CHECK(rw_state_unshared(&s) == RW_WAKE_UPGRADER);
	CHECK(rw_state_upgrade_done(&s) && s.rs_writer);
	CHECK(rw_state_unexclusive(&s) == RW_WAKE_NONE);
}

/* --- many threads ------------------------------------------------------------------- */

enum what { IDLE, WANT_R, WANT_W, READS, WRITES, UPGRADES };

#define T	8

static enum what th[T];
static bool awake[T];			/* woken, will try again */

static void
wake(enum rw_wake w)
{
	enum what kind = w == RW_WAKE_UPGRADER ? UPGRADES :
	    w == RW_WAKE_WRITER ? WANT_W : WANT_R;

	for (int i = 0; w != RW_WAKE_NONE && i < T; i++) {
		if (th[i] == kind && !awake[i]) {
			awake[i] = true;
			if (w != RW_WAKE_READERS)
				return;
		}
	}
}

static bool
consistent(const struct rw_state *s)
{
	unsigned readers = 0, writers = 0, waiting = 0, woken = 0;

	for (int i = 0; i < T; i++) {
		readers += th[i] == READS;
		writers += th[i] == WRITES;
		waiting += th[i] == WANT_R || th[i] == WANT_W ||
		    th[i] == UPGRADES;
		woken += awake[i];
	}
	if (writers > 1 || (writers && readers) || readers != s->rs_readers ||
	    writers != s->rs_writer)
		return (false);
	return (readers + writers > 0 || waiting == 0 || woken > 0);
}

static void
step(struct rw_state *s, int i)
{
	switch (th[i]) {
	case IDLE:
		if (unit_random() % 3 != 0) {
			if (rw_state_shared(s)) {
				th[i] = READS;
			} else {
				s->rs_wait_read++;
				th[i] = WANT_R;
			}
		} else if (rw_state_exclusive(s)) {
			th[i] = WRITES;
		} else {
			s->rs_wait_write++;
			th[i] = WANT_W;
		}
		break;
	case WANT_R:
		if (awake[i] && rw_state_shared(s)) {
			s->rs_wait_read--;
			th[i] = READS;
		}
		awake[i] = false;
		break;
	case WANT_W:
		if (awake[i] && rw_state_exclusive(s)) {
			s->rs_wait_write--;
			th[i] = WRITES;
		}
		awake[i] = false;
		break;
	case UPGRADES:
		if (awake[i] && rw_state_upgrade_done(s))
			th[i] = WRITES;
		awake[i] = false;
		break;
	case READS:
		if (unit_random() % 4 == 0) {
			switch (rw_state_upgrade(s)) {
			case RW_UPGRADED:
				th[i] = WRITES;
				break;
			case RW_UPGRADE_WAIT:
				th[i] = UPGRADES;
				break;
			case RW_UPGRADE_LOST:
				th[i] = IDLE;
				wake(rw_state_next(s));
				break;
			}
		} else {
			th[i] = IDLE;
			wake(rw_state_unshared(s));
		}
		break;
	case WRITES:
		if (unit_random() % 2) {
			th[i] = READS;
			wake(rw_state_downgrade(s));
		} else {
			th[i] = IDLE;
			wake(rw_state_unexclusive(s));
		}
		break;
	}
}

UNIT_TEST(rw_nobody_is_forgotten)
{
	struct rw_state s = { 0 };
	unsigned reads = 0, writes = 0;

	for (int n = 0; n < 1000000; n++) {
		int i = (int)(unit_random() % T);

		step(&s, i);
		reads += th[i] == READS;
		writes += th[i] == WRITES;
		REQUIRE(consistent(&s));
	}
	CHECK(reads > 10000 && writes > 10000);
}
