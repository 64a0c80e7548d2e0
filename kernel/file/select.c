/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * select and poll, and the queues they wait on (select.h).
 *
 * A call makes a `struct selwait` with room for a node per question it asks.
 * Objects that are not ready hang a node into their queue; a wakeup marks the
 * selwait as fired and takes the nodes off.  The call then asks again.
 *
 * A kext's `struct selinfo` has a layout of the kext's own choice, so nothing
 * is stored in it: its address is a key, as with wakeup().
 */
#include "kernel/file/select.h"

#include <sys/errno.h>
#include <sys/param.h>
#include <sys/select.h>
#include <sys/time.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/file/poll.h"
#include "kernel/file/selq.h"
#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/wait.h"
#include "kernel/sync/rawspin.h"
#include "kernel/time/timer.h"

#define KEY_BUCKETS	32		/* power of two */
#define NODES_SPARE	4		/* for devices that record twice */
#define NODES_SMALL	16		/* without an allocation */
#define WORDS_SMALL	4		/* 128 descriptors, likewise */
#define OVERFLOW_NS	10000000ull	/* asked again when nodes ran out */

struct selnode {
	LIST_ENTRY(selnode) sn_link;	/* in the queue */
	struct selq *sn_q;		/* NULL: free */
	const void *sn_key;		/* selinfo of a kext */
	struct selwait *sn_wait;
};

struct selwait {
	struct waitq sw_wq;
	bool sw_fired;
	bool sw_overflow;		/* a node was missing */
	unsigned sw_used, sw_max;
	struct selnode sw_node[];
};

static struct rawspin select_lock;
static struct selq key_table[KEY_BUCKETS];

void
sel_lock(void)
{
	raw_lock(&select_lock);
}

void
sel_unlock(void)
{
	raw_unlock(&select_lock);
}

void
selq_init(struct selq *q)
{
	LIST_INIT(&q->sq_nodes);
	SLIST_INIT(&q->sq_notes);
}

static void
node_record(struct selq *q, const void *key, struct selwait *sw)
{
	struct selnode *sn;

	sel_lock();
	if (sw->sw_used < sw->sw_max) {
		sn = &sw->sw_node[sw->sw_used++];
		sn->sn_q = q;
		sn->sn_key = key;
		sn->sn_wait = sw;
		LIST_INSERT_HEAD(&q->sq_nodes, sn, sn_link);
	} else {
		sw->sw_overflow = true;
	}
	sel_unlock();
}

static void
node_fire(struct selnode *sn)
{
	LIST_REMOVE(sn, sn_link);
	sn->sn_q = NULL;
	sn->sn_wait->sw_fired = true;
	(void)waitq_wake_all(&sn->sn_wait->sw_wq);
}

void
sel_wake_locked(struct selq *q, long hint)
{
	struct selnode *sn;
	struct knote *kn;

	while ((sn = LIST_FIRST(&q->sq_nodes)) != NULL)
		node_fire(sn);
	SLIST_FOREACH(kn, &q->sq_notes, kn_selnext) {
		/* An active one need not look again, but may be told more. */
		if ((!kn->kn_active || hint != 0) &&
		    kn->kn_fop->f_event(kn, hint))
			knote_activate(kn);
	}
}

void
selwakeup_hint(struct selq *q, long hint)
{
	if (!selq_wanted(q))
		return;
	sel_lock();
	sel_wake_locked(q, hint);
	sel_unlock();
}

void
selwakeup_q(struct selq *q)
{
	selwakeup_hint(q, 0);
}

void
selrecord_q(struct selq *q, void *wql)
{
	if (wql != NULL)
		node_record(q, NULL, wql);
}

void
selq_fini(struct selq *q)
{
	struct selnode *sn;
	struct knote *kn;

	if (!selq_wanted(q))
		return;
	sel_lock();
	while ((sn = LIST_FIRST(&q->sq_nodes)) != NULL)
		node_fire(sn);
	while ((kn = SLIST_FIRST(&q->sq_notes)) != NULL) {
		selq_unnote(kn);
		knote_orphan(kn);
	}
	sel_unlock();
}

void
selq_note(struct selq *q, struct knote *kn)
{
	sel_lock();
	kn->kn_selq = q;
	SLIST_INSERT_HEAD(&q->sq_notes, kn, kn_selnext);
	sel_unlock();
}

void
selq_unnote(struct knote *kn)
{
	if (kn->kn_selq != NULL) {
		SLIST_REMOVE(&kn->kn_selq->sq_notes, kn, knote, kn_selnext);
		kn->kn_selq = NULL;
	}
}

/* --- <sys/select.h> -------------------------------------------------------------- */

static struct selq *
key_queue(const struct selinfo *si)
{
	return (&key_table[((uintptr_t)si >> 4) & (KEY_BUCKETS - 1)]);
}

void
selrecord(proc_t p, struct selinfo *si, void *wql)
{
	(void)p;
	if (wql != NULL)
		node_record(key_queue(si), si, wql);
}

void
selwakeup(struct selinfo *si)
{
	struct selq *q = key_queue(si);
	struct selnode *sn, *next;

	if (LIST_EMPTY(&q->sq_nodes))
		return;
	sel_lock();
	LIST_FOREACH_SAFE(sn, &q->sq_nodes, sn_link, next) {
		if (sn->sn_key == si)
			node_fire(sn);
	}
	sel_unlock();
}

void
selthreadclear(struct selinfo *si)
{
	selwakeup(si);
}

/* --- the waiting ------------------------------------------------------------------ */

/* Room on the stack for the usual small call. */
union small_selwait {
	struct selwait sw;
	char bytes[sizeof(struct selwait) + NODES_SMALL *
	    sizeof(struct selnode)];
};

static struct selwait *
selwait_create(unsigned questions, union small_selwait *small)
{
	struct selwait *sw = &small->sw;

	if (questions + NODES_SPARE > NODES_SMALL) {
		sw = kmalloc(sizeof(*sw) + (questions + NODES_SPARE) *
		    sizeof(struct selnode), M_WAITOK);
		if (sw == NULL)
			return (NULL);
		sw->sw_max = questions + NODES_SPARE;
	} else {
		sw->sw_max = NODES_SMALL;
	}
	sw->sw_used = 0;
	sw->sw_fired = sw->sw_overflow = false;
	waitq_init(&sw->sw_wq);
	return (sw);
}

static void
selwait_free(struct selwait *sw, union small_selwait *small)
{
	if (sw != &small->sw)
		kfree(sw);
}

static void
selwait_clear(struct selwait *sw)
{
	if (sw->sw_used == 0 && !sw->sw_fired)
		return;
	sel_lock();
	for (unsigned i = 0; i < sw->sw_used; i++) {
		if (sw->sw_node[i].sn_q != NULL)
			LIST_REMOVE(&sw->sw_node[i], sn_link);
	}
	sw->sw_used = 0;
	sw->sw_fired = sw->sw_overflow = false;
	sel_unlock();
}

/*
 * Asks until scan() finds something, the deadline (0 none, 1 do not wait)
 * passes or a signal comes.
 */
static errno_t
selwait_loop(struct selwait *sw, errno_t (*scan)(void *, struct selwait *,
    int *), void *arg, uint64_t deadline, int *nready)
{
	errno_t error = 0;
	wait_result_t res;
	struct waiter w;
	uint64_t until;
	bool last = deadline == 1;

	for (;;) {
		error = scan(arg, last ? NULL : sw, nready);
		if (error != 0 || *nready > 0 || last)
			break;
		until = deadline;
		if (sw->sw_overflow) {
			uint64_t soon = time_now_ns() + OVERFLOW_NS;

			if (until == 0 || soon < until)
				until = soon;
		}
		waitq_assert(&sw->sw_wq, &w, WAIT_INTERRUPTIBLE, until);
		if (sw->sw_fired) {
			(void)waitq_cancel(&w);
			selwait_clear(sw);
			continue;
		}
		res = waitq_block(&w);
		selwait_clear(sw);
		if (res == THREAD_INTERRUPTED) {
			error = EINTR;
			break;
		}
		if (res == THREAD_TIMED_OUT && until == deadline)
			last = true;
	}
	selwait_clear(sw);
	return (error);
}

static int
file_ready(struct file *fp, int which, struct selwait *sw, struct proc *p)
{
	if (fp->f_ops->fo_select == NULL)
		return (1);
	return (fp->f_ops->fo_select(fp, which, sw, p));
}

/* --- select(2) ----------------------------------------------------------------------- */

struct select_args {
	struct proc *sa_proc;
	int sa_nd;
	uint32_t *sa_in[3];		/* read, write, except; may be NULL */
	uint32_t *sa_out;		/* three sets of sa_words */
	size_t sa_words;
};

static const int select_which[3] = { FREAD, FWRITE, 0 };

static errno_t
select_scan(void *arg, struct selwait *sw, int *nready)
{
	struct select_args *a = arg;
	struct file *fp;
	errno_t error;

	*nready = 0;
	memset(a->sa_out, 0, 3 * a->sa_words * sizeof(uint32_t));
	for (int set = 0; set < 3; set++) {
		if (a->sa_in[set] == NULL)
			continue;
		for (int fd = 0; fd < a->sa_nd; fd++) {
			uint32_t bit = 1u << (fd % 32);

			if ((a->sa_in[set][fd / 32] & bit) == 0)
				continue;
			error = fget(a->sa_proc, fd, &fp);
			if (error != 0)
				return (error);
			if (file_ready(fp, select_which[set],
			    *nready > 0 ? NULL : sw, a->sa_proc)) {
				a->sa_out[(size_t)set * a->sa_words +
				    (size_t)fd / 32] |= bit;
				(*nready)++;
			}
			fput(fp);
		}
	}
	return (0);
}

static unsigned
count_bits(struct select_args *a)
{
	unsigned n = 0;

	for (int set = 0; set < 3; set++) {
		for (size_t i = 0; a->sa_in[set] != NULL && i < a->sa_words; i++)
			n += (unsigned)__builtin_popcount(a->sa_in[set][i]);
	}
	return (n);
}

errno_t
sys_select(struct proc *p, int nd, void *in, void *ou, void *ex,
    struct timeval *tv, int *retval)
{
	struct select_args a = { .sa_proc = p, .sa_nd = nd,
	    .sa_in = { in, ou, ex } };
	uint32_t small_sets[3 * WORDS_SMALL];
	union small_selwait small;
	struct selwait *sw;
	uint64_t deadline = 0;
	errno_t error;

	if (nd < 0)
		return (EINVAL);
	if (nd > FILE_TABLE_MAX)
		a.sa_nd = nd = FILE_TABLE_MAX;
	a.sa_words = ((size_t)nd + 31) / 32;
	for (int i = 0; i < 3; i++) {
		if (a.sa_in[i] != NULL &&
		    !user_writable(a.sa_in[i], a.sa_words * 4))
			return (EFAULT);
	}
	if (tv != NULL) {
		if (!user_readable(tv, sizeof(*tv)))
			return (EFAULT);
		if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
			return (EINVAL);
		deadline = tv->tv_sec == 0 && tv->tv_usec == 0 ? 1 :
		    time_deadline((uint64_t)tv->tv_sec,
		    (uint64_t)tv->tv_usec * NSEC_PER_USEC);
	}
	a.sa_out = a.sa_words <= WORDS_SMALL ? small_sets :
	    kmalloc(3 * a.sa_words * sizeof(uint32_t), M_WAITOK);
	sw = selwait_create(count_bits(&a), &small);
	if (a.sa_out == NULL || sw == NULL) {
		error = ENOMEM;
		goto out;
	}
	error = selwait_loop(sw, select_scan, &a, deadline, retval);
	if (error == 0) {
		for (size_t i = 0; i < 3; i++) {
			if (a.sa_in[i] != NULL)
				memcpy(a.sa_in[i], a.sa_out + i * a.sa_words,
				    a.sa_words * sizeof(uint32_t));
		}
	}
out:
	selwait_free(sw, &small);
	if (a.sa_out != small_sets)
		kfree(a.sa_out);
	return (error);
}

/* --- poll(2) --------------------------------------------------------------------------- */

struct poll_args {
	struct proc *pa_proc;
	struct pollfd *pa_fds;
	unsigned pa_nfds;
};

static short
poll_one(struct proc *p, struct pollfd *pf, struct selwait *sw)
{
	short in = pf->events & (POLLIN | POLLRDNORM);
	short out = pf->events & (POLLOUT | POLLWRNORM);
	short pri = pf->events & (POLLPRI | POLLRDBAND);
	short revents = 0;
	struct file *fp;

	if (fget(p, pf->fd, &fp) != 0)
		return (POLLNVAL);
	if (in != 0 && file_ready(fp, FREAD, sw, p))
		revents |= in;
	if (out != 0 && file_ready(fp, FWRITE, revents ? NULL : sw, p))
		revents |= out;
	if (pri != 0 && file_ready(fp, 0, revents ? NULL : sw, p))
		revents |= pri;
	if (fp->f_ops->fo_hangup != NULL) {
		short hup = (short)fp->f_ops->fo_hangup(fp);

		revents |= hup;
		/* A hangup wakes readers; one that may read is asked again. */
		if (in == 0 && out == 0 && hup == 0 && sw != NULL &&
		    file_ready(fp, FREAD, sw, p))
			sw->sw_overflow = true;
	}
	fput(fp);
	return (revents);
}

static errno_t
poll_scan(void *arg, struct selwait *sw, int *nready)
{
	struct poll_args *a = arg;

	*nready = 0;
	for (unsigned i = 0; i < a->pa_nfds; i++) {
		struct pollfd *pf = &a->pa_fds[i];

		pf->revents = 0;
		if (pf->fd < 0)
			continue;
		pf->revents = poll_one(a->pa_proc, pf,
		    *nready > 0 ? NULL : sw);
		if (pf->revents != 0)
			(*nready)++;
	}
	return (0);
}

errno_t
sys_poll(struct proc *p, struct pollfd *fds, unsigned nfds, int timeout_ms,
    int *retval)
{
	struct poll_args a = { .pa_proc = p, .pa_fds = fds, .pa_nfds = nfds };
	union small_selwait small;
	uint64_t deadline = 0;
	struct selwait *sw;
	errno_t error;

	if (nfds > FILE_TABLE_MAX)
		return (EINVAL);
	if (!user_writable(fds, nfds * sizeof(*fds)))
		return (EFAULT);
	if (timeout_ms == 0)
		deadline = 1;
	else if (timeout_ms > 0)
		deadline = time_now_ns() + (uint64_t)timeout_ms * NSEC_PER_MSEC;
	sw = selwait_create(3 * nfds, &small);
	if (sw == NULL)
		return (ENOMEM);
	error = selwait_loop(sw, poll_scan, &a, deadline, retval);
	selwait_free(sw, &small);
	return (error);
}
