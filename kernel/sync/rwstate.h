/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of a reader/writer lock, without the waiting: what may enter
 * when.  rwlock.c adds the queues; the host tests drive this alone.
 *
 * Rules: any number of readers, or one writer.  A waiting writer stops new
 * readers; when a writer leaves, the readers that waited so far go first
 * (rs_turn of them), so that neither side starves.  One reader at a time may
 * wait to become the writer (upgrade) and goes before everybody else; a
 * second one loses its lock instead, as both would wait for each other.
 */
#ifndef KERNEL_SYNC_RWSTATE_H
#define KERNEL_SYNC_RWSTATE_H

#include <stdbool.h>

struct rw_state {
	unsigned rs_readers;		/* shared holders */
	unsigned rs_wait_read;		/* readers waiting */
	unsigned rs_wait_write;		/* writers waiting */
	unsigned rs_turn;		/* readers let in past waiting writers */
	bool rs_writer;			/* held exclusively */
	bool rs_upgrading;		/* a former reader waits for the rest */
};

/* Whom to wake after a release. */
enum rw_wake { RW_WAKE_NONE, RW_WAKE_UPGRADER, RW_WAKE_WRITER, RW_WAKE_READERS };

/* What a reader that wants to become the writer gets. */
enum rw_upgrade { RW_UPGRADED, RW_UPGRADE_WAIT, RW_UPGRADE_LOST };

static inline bool
rw_state_shared(struct rw_state *s)
{
	if (s->rs_writer || s->rs_upgrading ||
	    (s->rs_wait_write > 0 && s->rs_turn == 0))
		return (false);
	if (s->rs_turn > 0)
		s->rs_turn--;
	s->rs_readers++;
	return (true);
}

static inline bool
rw_state_exclusive(struct rw_state *s)
{
	if (s->rs_writer || s->rs_upgrading || s->rs_readers > 0 ||
	    s->rs_turn > 0)
		return (false);
	s->rs_writer = true;
	return (true);
}

/* The waiting upgrader looks again. */
static inline bool
rw_state_upgrade_done(struct rw_state *s)
{
	if (s->rs_readers > 0)
		return (false);
	s->rs_upgrading = false;
	s->rs_writer = true;
	return (true);
}

static inline enum rw_wake
rw_state_next(struct rw_state *s)
{
	if (s->rs_writer)
		return (RW_WAKE_NONE);
	if (s->rs_upgrading)
		return (s->rs_readers == 0 ? RW_WAKE_UPGRADER : RW_WAKE_NONE);
	if (s->rs_turn > 0)
		return (RW_WAKE_READERS);
	if (s->rs_readers == 0 && s->rs_wait_write > 0)
		return (RW_WAKE_WRITER);
	if (s->rs_wait_write == 0 && s->rs_wait_read > 0)
		return (RW_WAKE_READERS);
	return (RW_WAKE_NONE);
}

static inline enum rw_wake
rw_state_unshared(struct rw_state *s)
{
	s->rs_readers--;
	return (rw_state_next(s));
}

static inline enum rw_wake
rw_state_unexclusive(struct rw_state *s)
{
	s->rs_writer = false;
	s->rs_turn = s->rs_wait_write > 0 ? s->rs_wait_read : 0;
	return (rw_state_next(s));
}

/* A shared holder wants all; on RW_UPGRADE_LOST it holds nothing any more. */
static inline enum rw_upgrade
rw_state_upgrade(struct rw_state *s)
{
	s->rs_readers--;
	if (s->rs_upgrading)
		return (RW_UPGRADE_LOST);
	s->rs_upgrading = true;
	return (rw_state_upgrade_done(s) ? RW_UPGRADED : RW_UPGRADE_WAIT);
}

static inline enum rw_wake
rw_state_downgrade(struct rw_state *s)
{
	s->rs_writer = false;
	s->rs_readers = 1;
	s->rs_turn = s->rs_wait_write > 0 ? s->rs_wait_read : 0;
	return (rw_state_next(s));
}

#endif /* KERNEL_SYNC_RWSTATE_H */
