/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device polls: see poll.h.
 *
 * One list of pending sources under one raw spin lock (handlers take it).  A
 * source scheduled while it runs goes back on the list, so no event is lost.
 */
#include "kernel/dev/poll.h"

#include "arch/x86_64/cpu.h"
#include "kernel/sched/thread.h"

static TAILQ_HEAD(, poll_source) poll_list = TAILQ_HEAD_INITIALIZER(poll_list);
static struct arch_spin poll_lock = ARCH_SPIN_INIT;
static void (*poll_wake)(void);

void
poll_attach(struct poll_source *ps, bool (*fn)(void *), void *arg)
{
	ps->ps_fn = fn;
	ps->ps_arg = arg;
	ps->ps_pending = ps->ps_running = ps->ps_detached = false;
}

void
poll_schedule(struct poll_source *ps)
{
	uint64_t flags = arch_spin_lock(&poll_lock);
	bool wake = false;

	if (!ps->ps_pending && !ps->ps_detached) {
		ps->ps_pending = true;
		wake = TAILQ_EMPTY(&poll_list);
		TAILQ_INSERT_TAIL(&poll_list, ps, ps_link);
	}
	arch_spin_unlock(&poll_lock, flags);
	if (wake && poll_wake != NULL)
		poll_wake();
}

void
poll_detach(struct poll_source *ps)
{
	uint64_t flags = arch_spin_lock(&poll_lock);

	ps->ps_detached = true;
	if (ps->ps_pending) {
		TAILQ_REMOVE(&poll_list, ps, ps_link);
		ps->ps_pending = false;
	}
	while (ps->ps_running) {
		arch_spin_unlock(&poll_lock, flags);
		thread_sleep_ns(1000000);
		flags = arch_spin_lock(&poll_lock);
	}
	arch_spin_unlock(&poll_lock, flags);
}

void
poll_set_runner(void (*wake)(void))
{
	poll_wake = wake;
	if (!TAILQ_EMPTY(&poll_list))
		wake();
}

/* How many are pending.  Lock held. */
static unsigned
poll_count(void)
{
	const struct poll_source *ps;
	unsigned n = 0;

	TAILQ_FOREACH(ps, &poll_list, ps_link)
		n++;
	return n;
}

bool
poll_run(void)
{
	struct poll_source *ps;
	uint64_t flags;
	unsigned n;
	bool more;

	/* The common case, idle, takes no lock. */
	if (__atomic_load_n(&poll_list.tqh_first, __ATOMIC_RELAXED) == NULL)
		return false;
	flags = arch_spin_lock(&poll_lock);
	/*
	 * Those pending now; what comes meanwhile is behind them.  They stay
	 * on the one list until their turn, so that any can be detached.
	 */
	for (n = poll_count(); n > 0; n--) {
		ps = TAILQ_FIRST(&poll_list);
		if (ps == NULL)
			break;
		TAILQ_REMOVE(&poll_list, ps, ps_link);
		ps->ps_pending = false;
		ps->ps_running = true;
		arch_spin_unlock(&poll_lock, flags);
		more = ps->ps_fn(ps->ps_arg);
		flags = arch_spin_lock(&poll_lock);
		ps->ps_running = false;
		if (more && !ps->ps_pending && !ps->ps_detached) {
			ps->ps_pending = true;
			TAILQ_INSERT_TAIL(&poll_list, ps, ps_link);
		}
	}
	more = !TAILQ_EMPTY(&poll_list);
	arch_spin_unlock(&poll_lock, flags);
	return more;
}
