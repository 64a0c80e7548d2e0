/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kqueue and kevent: EVFILT_READ, EVFILT_WRITE (and EXCEPT) of whatever has a
 * fo_kqfilter, EVFILT_TIMER, EVFILT_USER, EVFILT_PROC.
 *
 * A note is in its kqueue's table (kq_lock), in the queue of what it watches
 * and on the active list (both select lock).  kq_lock, a mutex, is held while
 * notes are added, removed or collected, so a collected note cannot vanish;
 * activation needs the select lock alone and comes from any context.
 *
 * A note holds no reference on its file: closing the descriptor removes it,
 * and the object's selq_fini() cuts it off.
 */
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/param.h>
#include <sys/time.h>

#include "kernel/file/file.h"
#include "kernel/file/selq.h"
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/time/timer.h"

#define KQ_BUCKETS	64		/* power of two */
#define TIMER_MIN_NS	100000ull	/* between two runs of one timer */

LIST_HEAD(knote_list, knote);
TAILQ_HEAD(knote_queue, knote);

/* k kq_lock, e select lock, l list lock */
struct kqueue {
	lck_mtx_t kq_lock;
	struct proc *kq_proc;		/* I: whose descriptors it watches */
	LIST_ENTRY(kqueue) kq_link;	/* l */
	struct knote_list kq_table[KQ_BUCKETS]; /* k */
	struct knote_queue kq_active;	/* e */
	unsigned kq_nactive;		/* e */
	struct selq kq_sel;		/* who selects on the kqueue itself */
	struct waitq kq_wq;		/* sleepers in kevent */
};

static LIST_HEAD(, kqueue) kqueues;	/* l */
static LOCK_GROUP(kq_grp, "kqueue");
static LOCK_GROUP(kq_list_grp, "kqueue list");
static lck_mtx_t kq_list_lock = LCK_MTX_INITIALIZER(kq_list_lock, kq_list_grp);

/* --- activation; select lock held ---------------------------------------------------- */

void
knote_activate(struct knote *kn)
{
	struct kqueue *kq = kn->kn_kq;

	if (kn->kn_active || kn->kn_disabled)
		return;
	kn->kn_active = true;
	TAILQ_INSERT_TAIL(&kq->kq_active, kn, kn_alink);
	kq->kq_nactive++;
	(void)waitq_wake_all(&kq->kq_wq);
	sel_wake_locked(&kq->kq_sel, 0);
}

static void
knote_deactivate(struct knote *kn)
{
	if (!kn->kn_active)
		return;
	kn->kn_active = false;
	TAILQ_REMOVE(&kn->kn_kq->kq_active, kn, kn_alink);
	kn->kn_kq->kq_nactive--;
}

static bool
gone_event(struct knote *kn, long hint)
{
	(void)hint;
	kn->kn_flags |= EV_EOF;
	return (true);
}
static const struct filterops gone_ops = { .f_event = gone_event };

void
knote_orphan(struct knote *kn)
{
	if (kn->kn_filter == EVFILT_PROC)
		return;			/* it has had its NOTE_EXIT */
	kn->kn_fop = &gone_ops;
	kn->kn_flags |= EV_EOF;
	knote_activate(kn);
}

/* --- filters that are not files' --------------------------------------------------------- */

static bool
ready_event(struct knote *kn, long hint)
{
	(void)hint;
	kn->kn_data = 1;
	return (true);
}
static const struct filterops ready_ops = { .f_event = ready_event };

static bool
timer_event(struct knote *kn, long hint)
{
	(void)hint;
	return (kn->kn_data > 0);
}
static const struct filterops timer_ops = { .f_event = timer_event };

static bool
user_event(struct knote *kn, long hint)
{
	(void)hint;
	return (kn->kn_hook != NULL);	/* triggered */
}
static const struct filterops user_ops = { .f_event = user_event };

static bool
proc_event(struct knote *kn, long hint)
{
	uint32_t what = (uint32_t)hint & kn->kn_sfflags;

	kn->kn_fflags |= what;
	if (((uint32_t)hint & NOTE_EXIT) != 0)
		kn->kn_flags |= EV_EOF | EV_ONESHOT;
	return (kn->kn_fflags != 0);
}
static const struct filterops proc_ops = { .f_event = proc_event };

/*
 * Counts the periods that are over and arms for the next one, but not for
 * sooner than TIMER_MIN_NS: the timer thread has others to run.
 */
static void
timer_fired(void *arg)
{
	struct knote *kn = arg;
	uint64_t period = (uint64_t)kn->kn_sdata, now = time_now_ns(), n = 1;
	bool again = (kn->kn_flags & EV_ONESHOT) == 0 && period > 0 &&
	    (kn->kn_sfflags & NOTE_ABSOLUTE) == 0;

	if (again)
		n = (now - kn->kn_base) / period;
	kn->kn_base += n * period;
	sel_lock();
	kn->kn_data += (intptr_t)n;
	knote_activate(kn);
	sel_unlock();
	if (again)
		(void)timer_arm(kn->kn_timer, MAX(kn->kn_base + period,
		    now + TIMER_MIN_NS));
}

static errno_t
timer_start(struct knote *kn, intptr_t data)
{
	uint64_t unit = NSEC_PER_MSEC, ns;

	if (data < 0)
		return (EINVAL);
	if ((kn->kn_sfflags & NOTE_SECONDS) != 0)
		unit = NSEC_PER_SEC;
	else if ((kn->kn_sfflags & NOTE_USECONDS) != 0)
		unit = NSEC_PER_USEC;
	else if ((kn->kn_sfflags & NOTE_NSECONDS) != 0)
		unit = 1;
	if ((uint64_t)data > INT64_MAX / unit)
		return (ERANGE);
	ns = (uint64_t)data * unit;
	if (kn->kn_timer == NULL) {
		kn->kn_timer = kmalloc(sizeof(*kn->kn_timer), M_WAITOK);
		if (kn->kn_timer == NULL)
			return (ENOMEM);
		timer_init(kn->kn_timer, timer_fired, kn);
	}
	kn->kn_sdata = (intptr_t)ns;
	if ((kn->kn_sfflags & NOTE_ABSOLUTE) != 0) {
		int64_t at = (int64_t)ns - time_wall_offset_ns();

		(void)timer_arm(kn->kn_timer, at > 0 ? (uint64_t)at : 1);
	} else {
		kn->kn_base = time_now_ns();
		(void)timer_arm(kn->kn_timer, kn->kn_base + ns);
	}
	return (0);
}

/* --- notes; kq_lock held --------------------------------------------------------------- */

static struct knote_list *
bucket(struct kqueue *kq, uintptr_t ident)
{
	return (&kq->kq_table[(ident ^ ident >> 6) & (KQ_BUCKETS - 1)]);
}

static struct knote *
knote_find(struct kqueue *kq, uintptr_t ident, int filter)
{
	struct knote *kn;

	LIST_FOREACH(kn, bucket(kq, ident), kn_link) {
		if (kn->kn_ident == ident && kn->kn_filter == filter)
			return (kn);
	}
	return (NULL);
}

static void
knote_drop(struct knote *kn)
{
	sel_lock();
	selq_unnote(kn);
	knote_deactivate(kn);
	kn->kn_disabled = true;		/* a late wakeup does nothing */
	sel_unlock();
	LIST_REMOVE(kn, kn_link);
	if (kn->kn_timer != NULL) {
		(void)timer_cancel_sync(kn->kn_timer);
		kfree(kn->kn_timer);
	}
	kfree(kn);
}

/* Connects a new note to what it watches. */
static errno_t
knote_attach(struct kqueue *kq, struct knote *kn)
{
	struct file *fp;
	struct proc *p;
	errno_t error;

	switch (kn->kn_filter) {
	case EVFILT_READ:
	case EVFILT_WRITE:
	case EVFILT_EXCEPT:
		error = fget(kq->kq_proc, (int)kn->kn_ident, &fp);
		if (error != 0)
			return (error);
		kn->kn_fp = fp;
		if (fp->f_ops->fo_kqfilter != NULL)
			error = fp->f_ops->fo_kqfilter(fp, kn);
		else if (fp->f_ops->fo_select == NULL)
			kn->kn_fop = &ready_ops;
		else
			error = EINVAL;
		fput(fp);
		return (error);
	case EVFILT_TIMER:
		kn->kn_fop = &timer_ops;
		kn->kn_flags |= EV_CLEAR;
		return (timer_start(kn, kn->kn_sdata));
	case EVFILT_USER:
		kn->kn_fop = &user_ops;
		return (0);
	case EVFILT_PROC:
		p = proc_find((int)kn->kn_ident);
		if (p == NULL)
			return (ESRCH);
		kn->kn_fop = &proc_ops;
		kn->kn_flags |= EV_CLEAR;
		selq_note(&p->p_sel, kn);
		/* It may have ended, and said so, since it was found. */
		if (p->p_state >= PS_ZOMBIE)
			selwakeup_hint(&p->p_sel, (long)NOTE_EXIT);
		(void)proc_rele(p);
		return (0);
	default:
		return (EINVAL);
	}
}

static errno_t
knote_add(struct kqueue *kq, const struct kevent *ev, struct knote **out)
{
	struct knote *kn = kmalloc(sizeof(*kn), M_WAITOK | M_ZERO);
	errno_t error;

	if (kn == NULL)
		return (ENOMEM);
	kn->kn_kq = kq;
	kn->kn_ev = *ev;
	kn->kn_flags &= EV_ONESHOT | EV_CLEAR | EV_DISPATCH;
	kn->kn_sfflags = ev->fflags;
	kn->kn_sdata = ev->data;
	kn->kn_fflags = 0;
	kn->kn_data = 0;
	LIST_INSERT_HEAD(bucket(kq, ev->ident), kn, kn_link);
	error = knote_attach(kq, kn);
	if (error != 0) {
		knote_drop(kn);
		return (error);
	}
	*out = kn;
	return (0);
}

static void
user_update(struct knote *kn, const struct kevent *ev)
{
	uint32_t bits = ev->fflags & NOTE_FFLAGSMASK & ~NOTE_TRIGGER;

	switch (ev->fflags & NOTE_FFCTRLMASK) {
	case NOTE_FFAND:
		kn->kn_sfflags &= bits;
		break;
	case NOTE_FFOR:
		kn->kn_sfflags |= bits;
		break;
	case NOTE_FFCOPY:
		kn->kn_sfflags = bits;
		break;
	}
	kn->kn_fflags = kn->kn_sfflags & NOTE_FFLAGSMASK;
	if ((ev->fflags & NOTE_TRIGGER) != 0) {
		kn->kn_hook = kn;
		kn->kn_data = ev->data;
	}
}

/* One change of a changelist. */
static errno_t
kqueue_change(struct kqueue *kq, const struct kevent *ev)
{
	struct knote *kn = knote_find(kq, ev->ident, ev->filter);
	errno_t error;
	bool fresh = false;

	if (kn == NULL) {
		if ((ev->flags & EV_ADD) == 0)
			return (ENOENT);
		error = knote_add(kq, ev, &kn);
		if (error != 0)
			return (error);
		fresh = true;
	}
	if ((ev->flags & EV_DELETE) != 0) {
		knote_drop(kn);
		return (0);
	}
	if (kn->kn_filter == EVFILT_USER) {
		sel_lock();
		user_update(kn, ev);
		sel_unlock();
	}
	if (!fresh && (ev->flags & EV_ADD) != 0) {
		sel_lock();
		kn->kn_ev.udata = ev->udata;
		kn->kn_flags = (kn->kn_flags & ~(EV_ONESHOT | EV_DISPATCH)) |
		    (ev->flags & (EV_ONESHOT | EV_CLEAR | EV_DISPATCH));
		if (kn->kn_filter != EVFILT_USER)
			kn->kn_sfflags = ev->fflags;
		if (kn->kn_filter != EVFILT_TIMER)
			kn->kn_sdata = ev->data;
		kn->kn_disabled = false;
		sel_unlock();
		if (kn->kn_filter == EVFILT_TIMER) {
			(void)timer_cancel_sync(kn->kn_timer);
			kn->kn_data = 0;
			error = timer_start(kn, ev->data);
			if (error != 0)
				return (error);
		}
	}
	sel_lock();
	if ((ev->flags & EV_DISABLE) != 0) {
		knote_deactivate(kn);
		kn->kn_disabled = true;
	} else if ((ev->flags & EV_ENABLE) != 0) {
		kn->kn_disabled = false;
	}
	if (!kn->kn_disabled && kn->kn_fop->f_event(kn, 0))
		knote_activate(kn);
	sel_unlock();
	return (0);
}

/* Copies up to max active events; kq_lock held. */
static int
kqueue_collect(struct kqueue *kq, struct kevent *out, int max)
{
	unsigned left;
	struct knote *kn;
	int n = 0;

	sel_lock();
	left = kq->kq_nactive;		/* those put back are not seen again */
	while (n < max && left-- > 0 &&
	    (kn = TAILQ_FIRST(&kq->kq_active)) != NULL) {
		knote_deactivate(kn);
		if (!kn->kn_fop->f_event(kn, 0))
			continue;
		out[n] = kn->kn_ev;
		n++;
		if ((kn->kn_flags & EV_ONESHOT) != 0) {
			sel_unlock();
			knote_drop(kn);
			sel_lock();
			continue;
		}
		if ((kn->kn_flags & EV_CLEAR) != 0) {
			kn->kn_data = 0;
			kn->kn_fflags = 0;
			if (kn->kn_filter == EVFILT_USER)
				kn->kn_hook = NULL;
		}
		if ((kn->kn_flags & EV_DISPATCH) != 0)
			kn->kn_disabled = true;
		else if ((kn->kn_flags & EV_CLEAR) == 0)
			knote_activate(kn);
	}
	sel_unlock();
	return (n);
}

/* --- the kqueue as a file ------------------------------------------------------------------ */

static int
kqueue_select(struct file *fp, int which, void *wql, struct proc *p)
{
	struct kqueue *kq = fp->f_data;

	(void)p;
	if (which != FREAD)
		return (0);
	selrecord_q(&kq->kq_sel, wql);	/* before the look: no lock is held */
	return (kq->kq_nactive > 0);
}

static bool
kqueue_event(struct knote *kn, long hint)
{
	struct kqueue *kq = kn->kn_hook;

	(void)hint;
	kn->kn_data = kq->kq_nactive;
	return (kq->kq_nactive > 0);
}
static const struct filterops kqueue_filterops = { .f_event = kqueue_event };

static errno_t
kqueue_kqfilter(struct file *fp, struct knote *kn)
{
	struct kqueue *kq = fp->f_data;

	if (kn->kn_filter != EVFILT_READ || kq == kn->kn_kq)
		return (EINVAL);
	kn->kn_fop = &kqueue_filterops;
	kn->kn_hook = kq;
	selq_note(&kq->kq_sel, kn);
	return (0);
}

static errno_t
kqueue_ioctl(struct file *fp, u_long cmd, void *data, struct proc *p)
{
	(void)fp;
	(void)data;
	(void)p;
	return (cmd == FIONBIO || cmd == FIOASYNC ? 0 : ENOTTY);
}

static errno_t
kqueue_close(struct file *fp)
{
	struct kqueue *kq = fp->f_data;
	struct knote *kn;

	lck_mtx_lock(&kq_list_lock);
	LIST_REMOVE(kq, kq_link);
	lck_mtx_unlock(&kq_list_lock);
	lck_mtx_lock(&kq->kq_lock);
	for (unsigned i = 0; i < KQ_BUCKETS; i++) {
		while ((kn = LIST_FIRST(&kq->kq_table[i])) != NULL)
			knote_drop(kn);
	}
	lck_mtx_unlock(&kq->kq_lock);
	selq_fini(&kq->kq_sel);
	lck_mtx_destroy(&kq->kq_lock, &kq_grp);
	kfree(kq);
	return (0);
}

static const struct fileops kqueue_fileops = {
	.fo_type = FT_KQUEUE,
	.fo_ioctl = kqueue_ioctl,
	.fo_select = kqueue_select,
	.fo_kqfilter = kqueue_kqfilter,
	.fo_close = kqueue_close,
};

errno_t
sys_kqueue(struct proc *p, int *retval)
{
	struct kqueue *kq = kmalloc(sizeof(*kq), M_WAITOK | M_ZERO);
	errno_t error;

	if (kq == NULL)
		return (ENOMEM);
	lck_mtx_init(&kq->kq_lock, &kq_grp, LCK_ATTR_NULL);
	kq->kq_proc = p;
	TAILQ_INIT(&kq->kq_active);
	selq_init(&kq->kq_sel);
	waitq_init(&kq->kq_wq);
	lck_mtx_lock(&kq_list_lock);
	LIST_INSERT_HEAD(&kqueues, kq, kq_link);
	lck_mtx_unlock(&kq_list_lock);
	error = falloc(p, &kqueue_fileops, kq, FREAD | FWRITE, retval);
	if (error != 0) {
		lck_mtx_lock(&kq_list_lock);
		LIST_REMOVE(kq, kq_link);
		lck_mtx_unlock(&kq_list_lock);
		lck_mtx_destroy(&kq->kq_lock, &kq_grp);
		kfree(kq);
	}
	return (error);
}

void
kqueue_fd_closed(struct proc *p, int fd, struct file *fp)
{
	static const int filters[] = { EVFILT_READ, EVFILT_WRITE, EVFILT_EXCEPT };
	struct kqueue *kq;
	struct knote *kn;

	if (LIST_EMPTY(&kqueues))
		return;
	lck_mtx_lock(&kq_list_lock);
	LIST_FOREACH(kq, &kqueues, kq_link) {
		if (kq->kq_proc != p)
			continue;
		lck_mtx_lock(&kq->kq_lock);
		for (unsigned i = 0; i < 3; i++) {
			kn = knote_find(kq, (uintptr_t)fd, filters[i]);
			if (kn != NULL && kn->kn_fp == fp)
				knote_drop(kn);
		}
		lck_mtx_unlock(&kq->kq_lock);
	}
	lck_mtx_unlock(&kq_list_lock);
}

/* --- kevent(2) ------------------------------------------------------------------------------ */

/*
 * Applies the changes; failures become events while there is room.  *n is
 * the number of events written.
 */
static errno_t
apply_changes(struct kqueue *kq, const struct kevent *changes, int nchanges,
    struct kevent *events, int nevents, int *n)
{
	struct kevent ev;
	errno_t error;

	for (int i = 0; i < nchanges; i++) {
		ev = changes[i];
		lck_mtx_lock(&kq->kq_lock);
		error = kqueue_change(kq, &ev);
		lck_mtx_unlock(&kq->kq_lock);
		if (error == 0 && (ev.flags & EV_RECEIPT) == 0)
			continue;
		if (*n >= nevents) {
			if (error != 0)
				return (error);
			continue;
		}
		ev.flags |= EV_ERROR;
		ev.data = error;
		events[(*n)++] = ev;
	}
	return (0);
}

static errno_t
wait_events(struct kqueue *kq, struct kevent *events, int nevents,
    uint64_t deadline, int *n)
{
	wait_result_t res;
	struct waiter w;
	bool last = deadline == 1;

	for (;;) {
		lck_mtx_lock(&kq->kq_lock);
		*n = kqueue_collect(kq, events, nevents);
		lck_mtx_unlock(&kq->kq_lock);
		if (*n > 0 || last)
			return (0);
		waitq_assert(&kq->kq_wq, &w, WAIT_INTERRUPTIBLE, deadline);
		if (kq->kq_nactive > 0) {
			(void)waitq_cancel(&w);
			continue;
		}
		res = waitq_block(&w);
		if (res == THREAD_INTERRUPTED)
			return (EINTR);
		if (res == THREAD_TIMED_OUT)
			last = true;
	}
}

errno_t
sys_kevent(struct proc *p, int kqfd, const struct kevent *changes,
    int nchanges, struct kevent *events, int nevents,
    const struct timespec *timeout, int *retval)
{
	uint64_t deadline = 0;
	struct file *fp;
	errno_t error;
	int n = 0;

	if (nchanges < 0 || nevents < 0)
		return (EINVAL);
	if (!user_readable(changes, (size_t)nchanges * sizeof(*changes)) ||
	    !user_writable(events, (size_t)nevents * sizeof(*events)))
		return (EFAULT);
	if (timeout != NULL) {
		if (!user_readable(timeout, sizeof(*timeout)))
			return (EFAULT);
		if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
		    timeout->tv_nsec >= (long)NSEC_PER_SEC)
			return (EINVAL);
		deadline = timeout->tv_sec == 0 && timeout->tv_nsec == 0 ? 1 :
		    time_deadline((uint64_t)timeout->tv_sec,
		    (uint64_t)timeout->tv_nsec);
	}
	error = fget_type(p, kqfd, FT_KQUEUE, EBADF, &fp);
	if (error != 0)
		return (error);
	if (((struct kqueue *)fp->f_data)->kq_proc != p) {
		fput(fp);		/* inherited: its descriptors are not ours */
		return (EBADF);
	}
	error = apply_changes(fp->f_data, changes, nchanges, events, nevents,
	    &n);
	if (error == 0 && n == 0 && nevents > 0)
		error = wait_events(fp->f_data, events, nevents, deadline, &n);
	if (error == 0)
		*retval = n;
	fput(fp);
	return (error);
}
