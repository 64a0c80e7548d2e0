/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bsd_timeout and bsd_untimeout of <sys/systm.h>: one-shot callouts found
 * again by function and argument.
 */
#include <sys/queue.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"
#include "kernel/time/callout.h"

/* l timeout_lock, I immutable */
struct timeout {
	struct callout to_callout;	/* first */
	TAILQ_ENTRY(timeout) to_link;	/* l */
	void (*to_fn)(void *);		/* I */
	void *to_arg;			/* I */
	struct gate to_gate;
	struct kext *to_kext;		/* I: charged */
};

static TAILQ_HEAD(, timeout) timeouts = TAILQ_HEAD_INITIALIZER(timeouts);
static LOCK_GROUP(timeout_grp, "timeout");
static lck_spin_t timeout_lock = LCK_SPIN_INITIALIZER(timeout_grp);

static void
timeout_release(struct timeout *to)
{
	gate_fini(&to->to_gate);
	kext_uncharge(to->to_kext, KRES_TIMER, 1);
	kfree(to);
}

static void
timeout_run(struct callout *co)
{
	struct timeout *to = (struct timeout *)co;

	lck_spin_lock(&timeout_lock);
	TAILQ_REMOVE(&timeouts, to, to_link);
	lck_spin_unlock(&timeout_lock);
	GATE_VOID(&to->to_gate, to->to_fn, to->to_arg);
	(void)callout_done(co);
	timeout_release(to);
}

/* The kernel takes a timeout away on its own: `kextunload -f`. */
static void
timeout_revoke(struct gate *g)
{
	struct timeout *to = (struct timeout *)(void *)
	    ((char *)g - offsetof(struct timeout, to_gate));

	bsd_untimeout(to->to_fn, to->to_arg);
}

void
bsd_timeout(void (*fn)(void *), void *arg, struct timespec *ts)
{
	uint64_t deadline = time_now_ns();
	struct timeout *to;

	if (ts != NULL)
		deadline = time_deadline((uint64_t)ts->tv_sec,
		    (uint64_t)ts->tv_nsec);
	to = kmalloc(sizeof(*to), M_WAITOK | M_ZERO);
	if (to == NULL)
		return;
	callout_init(&to->to_callout, timeout_run);
	to->to_fn = fn;
	to->to_arg = arg;
	gate_init(&to->to_gate, GATE_TIMER, "timeout", (const void *)fn);
	gate_set_revoke(&to->to_gate, timeout_revoke);
	to->to_kext = kext_charge_to(to->to_gate.g_kext, KRES_TIMER, 1);
	lck_spin_lock(&timeout_lock);
	TAILQ_INSERT_TAIL(&timeouts, to, to_link);
	(void)callout_enter(&to->to_callout, deadline + 1);
	lck_spin_unlock(&timeout_lock);
}

void
bsd_untimeout(void (*fn)(void *), void *arg)
{
	struct timeout *to;

	lck_spin_lock(&timeout_lock);
	TAILQ_FOREACH(to, &timeouts, to_link) {
		if (to->to_fn == fn && to->to_arg == arg &&
		    callout_cancel(&to->to_callout)) {
			TAILQ_REMOVE(&timeouts, to, to_link);
			break;
		}
	}
	lck_spin_unlock(&timeout_lock);
	if (to != NULL)
		timeout_release(to);
}
