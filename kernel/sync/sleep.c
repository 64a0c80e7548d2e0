/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sleeping on an address: msleep, tsleep, wakeup of <sys/proc.h> and the
 * lck_*_sleep calls of <kern/locks.h>.
 *
 * The wait is asserted before the lock is let go, so a wakeup in between is
 * not lost; a wakeup with nobody waiting has no memory.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/time.h>

#include "kernel/kassert.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/lock.h"
#include "kernel/time/timer.h"

/* The errno of a wait's result; with catch a signal comes first. */
static int
sleep_result(wait_result_t res, bool catch)
{
	struct proc *p = current_proc();

	if (catch && (res == THREAD_AWAKENED || res == THREAD_INTERRUPTED) &&
	    thread_interrupted())
		return (proc_signal_restarts(p) ? ERESTART : EINTR);
	switch (res) {
	case THREAD_TIMED_OUT:
		return (EWOULDBLOCK);
	case THREAD_INTERRUPTED:
		return (EINTR);
	default:
		return (0);
	}
}

/* caller: where the KPI function that sleeps was called. */
static int
sleep_on(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    uint64_t deadline_ns, const void *caller)
{
	bool catch = (pri & PCATCH) != 0, drop = (pri & PDROP) != 0;
	struct thread *t = current_thread();
	const char *saved = t->t_wmesg;
	wait_result_t res = THREAD_AWAKENED;
	struct waiter w;

	if (mtx != NULL)
		lck_mtx_assert(mtx, LCK_MTX_ASSERT_OWNED);
	if (chan != NULL)
		chan_assert(chan, &w, catch ? WAIT_INTERRUPTIBLE : WAIT_UNINT,
		    deadline_ns);
	if (mtx != NULL)
		lck_mtx_unlock(mtx);
	if (chan != NULL) {
		t->t_wmesg = wmesg;
		res = sleep_block(&w, caller);
		t->t_wmesg = saved;
	} else {
		thread_yield();
	}
	if (mtx != NULL && !drop)
		lck_mtx_lock(mtx);
	return (sleep_result(res, catch));
}

int
msleep(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    struct timespec *ts)
{
	uint64_t deadline = 0;

	if (ts != NULL && (ts->tv_sec != 0 || ts->tv_nsec != 0))
		deadline = time_deadline((uint64_t)ts->tv_sec,
		    (uint64_t)ts->tv_nsec);
	return (sleep_on(chan, mtx, pri, wmesg, deadline,
	    __builtin_return_address(0)));
}

int
msleep1(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    u_int64_t timo)
{
	return (sleep_on(chan, mtx, pri, wmesg, timo,
	    __builtin_return_address(0)));
}

int
tsleep(void *chan, int pri, const char *wmesg, int timo)
{
	uint64_t deadline = 0;

	if (timo > 0)
		deadline = time_now_ns() +
		    (uint64_t)timo * (NSEC_PER_SEC / 100);
	return (sleep_on(chan, NULL, pri, wmesg, deadline,
	    __builtin_return_address(0)));
}

int sleep(void *chan, int pri);	/* <sys/proc.h> has it for kexts only */

int
sleep(void *chan, int pri)
{
	return (sleep_on(chan, NULL, pri, "sleep", 0,
	    __builtin_return_address(0)));
}

void
wakeup(void *chan)
{
	(void)chan_wake(chan, false, THREAD_AWAKENED);
}

void
wakeup_one(caddr_t chan)
{
	(void)chan_wake(chan, true, THREAD_AWAKENED);
}

/* --- lck_*_sleep --------------------------------------------------------------------- */

static wait_result_t
mtx_sleep(lck_mtx_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline, const void *caller)
{
	wait_result_t res;
	struct waiter w;

	lck_mtx_assert(lck, LCK_MTX_ASSERT_OWNED);
	chan_assert(event, &w, interruptible, deadline);
	lck_mtx_unlock(lck);
	res = sleep_block(&w, caller);
	if ((action & LCK_SLEEP_UNLOCK) == 0)
		lck_mtx_lock(lck);
	return (res);
}

wait_result_t
lck_mtx_sleep_deadline(lck_mtx_t *lck, lck_sleep_action_t action,
    event_t event, wait_interrupt_t interruptible, uint64_t deadline)
{
	return (mtx_sleep(lck, action, event, interruptible, deadline,
	    __builtin_return_address(0)));
}

wait_result_t
lck_mtx_sleep(lck_mtx_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible)
{
	return (mtx_sleep(lck, action, event, interruptible, 0,
	    __builtin_return_address(0)));
}

static wait_result_t
rw_sleep(lck_rw_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline, const void *caller)
{
	lck_rw_type_t type;
	wait_result_t res;
	struct waiter w;

	chan_assert(event, &w, interruptible, deadline);
	type = lck_rw_done(lck);
	res = sleep_block(&w, caller);
	if ((action & LCK_SLEEP_UNLOCK) != 0)
		return (res);
	if ((action & LCK_SLEEP_SHARED) != 0)
		type = LCK_RW_TYPE_SHARED;
	else if ((action & LCK_SLEEP_EXCLUSIVE) != 0)
		type = LCK_RW_TYPE_EXCLUSIVE;
	lck_rw_lock(lck, type);
	return (res);
}

wait_result_t
lck_rw_sleep_deadline(lck_rw_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline)
{
	return (rw_sleep(lck, action, event, interruptible, deadline,
	    __builtin_return_address(0)));
}

wait_result_t
lck_rw_sleep(lck_rw_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible)
{
	return (rw_sleep(lck, action, event, interruptible, 0,
	    __builtin_return_address(0)));
}

static wait_result_t
spin_sleep(lck_spin_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible, uint64_t deadline, const void *caller)
{
	wait_result_t res;
	struct waiter w;

	KASSERT(lck_spin_owned(lck), ("lck_spin_sleep: %p is not held", lck));
	chan_assert(event, &w, interruptible, deadline);
	lck_spin_unlock(lck);
	res = sleep_block(&w, caller);
	if ((action & LCK_SLEEP_UNLOCK) == 0)
		lck_spin_lock(lck);
	return (res);
}

wait_result_t
lck_spin_sleep_deadline(lck_spin_t *lck, lck_sleep_action_t action,
    event_t event, wait_interrupt_t interruptible, uint64_t deadline)
{
	return (spin_sleep(lck, action, event, interruptible, deadline,
	    __builtin_return_address(0)));
}

wait_result_t
lck_spin_sleep(lck_spin_t *lck, lck_sleep_action_t action, event_t event,
    wait_interrupt_t interruptible)
{
	return (spin_sleep(lck, action, event, interruptible, 0,
	    __builtin_return_address(0)));
}
