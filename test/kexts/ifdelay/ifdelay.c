/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ifdelay: an interface filter on en0 that holds every frame, both ways, for
 * about a millisecond and lets some overtake others.
 *
 * Theory of operation
 *
 * A frame is tagged, queued and swallowed.  A thread takes what the queue of
 * each direction has, gives every 32nd frame's place to the one behind it,
 * and puts the list back with ifnet_input or ifnet_output_raw, which run all
 * filters again: the tag says that a frame has been here.  A received
 * frame's link header goes into the packet header, where demux looks for it.
 *
 * Stop makes frames pass and waits until the queues are empty (that some
 * overtake the rest is what this filter is for); then it detaches.
 */
#include <IOKit/IOLib.h>
#include <kern/locks.h>
#include <kern/thread.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t ifdelay_start(kmod_info_t *ki, void *data);
kern_return_t ifdelay_stop(kmod_info_t *ki, void *data);

#define SWAP_EVERY	32

struct fd_queue {
	mbuf_t		head, last;
	unsigned	count;		/* frames so far, for the swaps */
};

static lck_grp_t *fd_grp;
static lck_mtx_t *fd_lock;
static mbuf_tag_id_t fd_id;
static ifnet_t fd_ifp;
static interface_filter_t fd_filter;
static struct fd_queue fd_q[2];			/* fd_lock: in, out */
static int fd_stopping, fd_runs, fd_detached;	/* fd_lock */
static int fd_total, fd_held, fd_swapped;	/* fd_lock */

SYSCTL_NODE(_net, OID_AUTO, ifdelay, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "delaying interface filter");
SYSCTL_INT(_net_ifdelay, OID_AUTO, total, CTLFLAG_RD | CTLFLAG_LOCKED,
    &fd_total, 0, "frames swallowed");
SYSCTL_INT(_net_ifdelay, OID_AUTO, held, CTLFLAG_RD | CTLFLAG_LOCKED,
    &fd_held, 0, "frames held now");
SYSCTL_INT(_net_ifdelay, OID_AUTO, swapped, CTLFLAG_RD | CTLFLAG_LOCKED,
    &fd_swapped, 0, "frames overtaken");

#define NOIDS	4
static struct sysctl_oid *const fd_oids[NOIDS] = {
	&sysctl__net_ifdelay, &sysctl__net_ifdelay_total,
	&sysctl__net_ifdelay_held, &sysctl__net_ifdelay_swapped
};

/* --- callbacks ---------------------------------------------------------------------- */

/* The tag holds the protocol, for ifnet_output_raw. */
static errno_t
fd_take(int out, protocol_family_t protocol, mbuf_t m)
{
	struct fd_queue *q = &fd_q[out];
	size_t len;
	void *p;

	if (mbuf_tag_find(m, fd_id, 1, &len, &p) == 0 ||
	    mbuf_tag_allocate(m, fd_id, 1, sizeof(protocol), MBUF_DONTWAIT,
	    &p) != 0)
		return (0);
	memcpy(p, &protocol, sizeof(protocol));
	lck_mtx_lock(fd_lock);
	if (fd_stopping) {
		lck_mtx_unlock(fd_lock);
		return (0);
	}
	mbuf_setnextpkt(m, NULL);
	if (q->head == NULL)
		q->head = m;
	else
		mbuf_setnextpkt(q->last, m);
	q->last = m;
	fd_held++;
	fd_total++;
	lck_mtx_unlock(fd_lock);
	return (EJUSTRETURN);
}

static errno_t
fd_input(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *data,
    char **frame)
{
	(void)cookie;
	(void)ifp;
	(void)mbuf_pkthdr_setheader(*data, *frame);
	return (fd_take(0, protocol, *data));
}

static errno_t
fd_output(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *data)
{
	(void)cookie;
	(void)ifp;
	return (fd_take(1, protocol, *data));
}

static void
fd_gone(void *cookie, ifnet_t ifp)
{
	(void)cookie;
	(void)ifp;
	lck_mtx_lock(fd_lock);
	fd_detached++;
	lck_mtx_unlock(fd_lock);
}

/* --- the thread ------------------------------------------------------------------------ */

/* Takes a queue, some of its frames exchanged with the next; lock held. */
static mbuf_t
fd_collect(struct fd_queue *q)
{
	mbuf_t list = q->head, *at = &list, m, n;
	mbuf_t prev = NULL;

	for (m = list; m != NULL; prev = m, m = mbuf_nextpkt(m)) {
		n = mbuf_nextpkt(m);
		if (++q->count % SWAP_EVERY != 0 || n == NULL)
			continue;
		mbuf_setnextpkt(m, mbuf_nextpkt(n));
		mbuf_setnextpkt(n, m);
		if (prev != NULL)
			mbuf_setnextpkt(prev, n);
		else
			*at = n;
		fd_swapped++;
	}
	q->head = q->last = NULL;
	return (list);
}

static protocol_family_t
fd_protocol(mbuf_t m)
{
	protocol_family_t protocol = 0;
	size_t len;
	void *p;

	if (mbuf_tag_find(m, fd_id, 1, &len, &p) == 0)
		memcpy(&protocol, p, sizeof(protocol));
	return (protocol);
}

/* Runs of one protocol together. */
static void
fd_send(mbuf_t list)
{
	protocol_family_t protocol;
	mbuf_t last, next;

	for (; list != NULL; list = next) {
		protocol = fd_protocol(list);
		for (last = list; (next = mbuf_nextpkt(last)) != NULL &&
		    fd_protocol(next) == protocol; last = next)
			continue;
		mbuf_setnextpkt(last, NULL);
		(void)ifnet_output_raw(fd_ifp, protocol, list);
	}
}

static int
fd_count(mbuf_t list)
{
	int n = 0;

	for (; list != NULL; list = mbuf_nextpkt(list))
		n++;
	return (n);
}

static void
fd_thread(void *arg, wait_result_t wr)
{
	struct ifnet_stat_increment_param counted;
	mbuf_t in, out;
	int n;

	(void)arg;
	(void)wr;
	bzero(&counted, sizeof(counted));
	lck_mtx_lock(fd_lock);
	while (fd_runs == 1) {
		in = fd_collect(&fd_q[0]);
		out = fd_collect(&fd_q[1]);
		lck_mtx_unlock(fd_lock);
		n = fd_count(in) + fd_count(out);
		/* They were counted when they came first. */
		if (in != NULL)
			(void)ifnet_input(fd_ifp, in, &counted);
		fd_send(out);
		IOSleep(1);
		lck_mtx_lock(fd_lock);
		fd_held -= n;
	}
	fd_runs = 0;
	lck_mtx_unlock(fd_lock);
	thread_terminate(current_thread());
}

/* --- start and stop ----------------------------------------------------------------------- */

/* Waits until *what is `want`; false: it takes too long. */
static int
fd_wait(const int *what, int want)
{
	int i, v = !want;

	for (i = 0; i < 3000 && v != want; i++) {
		lck_mtx_lock(fd_lock);
		v = *what;
		lck_mtx_unlock(fd_lock);
		if (v != want)
			IOSleep(1);
	}
	return (v == want);
}

static void
fd_end(void)
{
	if (fd_ifp != NULL)
		ifnet_release(fd_ifp);
	lck_mtx_free(fd_lock, fd_grp);
	lck_grp_free(fd_grp);
}

kern_return_t
ifdelay_start(kmod_info_t *ki, void *data)
{
	struct iff_filter f = {
		.iff_name = "org.unikext.test.ifdelay",
		.iff_input = fd_input,
		.iff_output = fd_output,
		.iff_detached = fd_gone,
	};
	thread_t th;
	int i;

	(void)ki;
	(void)data;
	fd_grp = lck_grp_alloc_init("ifdelay", LCK_GRP_ATTR_NULL);
	fd_lock = lck_mtx_alloc_init(fd_grp, LCK_ATTR_NULL);
	if (mbuf_tag_id_find("org.unikext.test.ifdelay", &fd_id) != 0 ||
	    ifnet_find_by_name("en0", &fd_ifp) != 0)
		goto fail;
	fd_runs = 1;
	if (kernel_thread_start(fd_thread, NULL, &th) != KERN_SUCCESS)
		goto fail;
	thread_deallocate(th);
	if (iflt_attach(fd_ifp, &f, &fd_filter) != 0)
		goto fail_thread;
	for (i = 0; i < NOIDS; i++)
		sysctl_register_oid(fd_oids[i]);
	return (KERN_SUCCESS);

fail_thread:
	fd_runs = 2;
	(void)fd_wait(&fd_runs, 0);
fail:
	fd_end();
	return (KERN_FAILURE);
}

kern_return_t
ifdelay_stop(kmod_info_t *ki, void *data)
{
	int i;

	(void)ki;
	(void)data;
	lck_mtx_lock(fd_lock);
	fd_stopping = 1;
	lck_mtx_unlock(fd_lock);
	if (!fd_wait(&fd_held, 0))
		return (KERN_FAILURE);
	iflt_detach(fd_filter);		/* returns when it is gone */
	if (!fd_wait(&fd_detached, 1))
		return (KERN_FAILURE);
	lck_mtx_lock(fd_lock);
	fd_runs = 2;
	lck_mtx_unlock(fd_lock);
	if (!fd_wait(&fd_runs, 0))
		return (KERN_FAILURE);
	for (i = NOIDS; i-- > 0; )
		sysctl_unregister_oid(fd_oids[i]);
	fd_end();
	return (KERN_SUCCESS);
}
