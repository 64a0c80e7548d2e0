/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Taking packets out of a stream and putting them back, in order.
 *
 * A packet that was put back runs through all filters again: a tag on it says
 * that it is ours.  Tags need a packet header; data of a stream may come
 * without, then an empty header mbuf goes in front.
 *
 * Inbound packets are put back by the callback itself: a packet that came
 * back later than the end of the stream would be lost.  Outbound ones
 * (TCPLOG_THREAD) wait in the entry's queue for a thread; before the stream
 * is shut or closed, sf_notify waits until the queue is empty.  The thread
 * marks the entry while it is inside an injection and sf_detach waits for
 * that, so the socket outlives the call.
 */
#include "tcplog.h"

#include <kern/thread.h>
#include <libkern/OSMalloc.h>

static OSMallocTag inject_tag;
static mbuf_tag_id_t inject_id;
static bool inject_have_id;
static bool inject_running;	/* tcplog_lock: the thread exists */
static bool inject_ending;	/* tcplog_lock: it is asked to end */
static bool inject_work;	/* tcplog_lock: some queue is not empty */

#define INJECT_TYPE	1	/* of our tag */
#define DRAIN_SECONDS	10

bool
tcplog_was_injected(mbuf_t m)
{
	size_t len;
	void *p;

	return ((mbuf_flags(m) & MBUF_PKTHDR) != 0 &&
	    mbuf_tag_find(m, inject_id, INJECT_TYPE, &len, &p) == 0);
}

/* Puts the tag on the packet; *data may be replaced. */
static errno_t
inject_mark(mbuf_t *data)
{
	size_t len = 0;
	errno_t error;
	mbuf_t m, hdr;
	void *p;

	if ((mbuf_flags(*data) & MBUF_PKTHDR) == 0) {
		error = mbuf_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA, &hdr);
		if (error != 0)
			return (error);
		mbuf_setlen(hdr, 0);
		mbuf_setnext(hdr, *data);
		for (m = *data; m != NULL; m = mbuf_next(m))
			len += mbuf_len(m);
		mbuf_pkthdr_setlen(hdr, len);
		*data = hdr;
	}
	return (mbuf_tag_allocate(*data, inject_id, INJECT_TYPE, 1,
	    MBUF_DONTWAIT, &p));
}

errno_t
tcplog_swallow(struct tcplog_entry *te, mbuf_t *data, bool out,
    sflt_data_flag_t flags)
{
	struct tcplog_packet *tp;
	errno_t error;

	/* Without the memory for it the packet simply goes on. */
	if (!out) {
		if (inject_mark(data) != 0)
			return (0);
		error = sock_inject_data_in(te->te_so, NULL, *data, NULL,
		    flags);
		if (error == EINVAL || error == ENOTSUP)
			return (0);	/* it is still the stack's */
		return (EJUSTRETURN);
	}
	if (te->te_swallow != TCPLOG_THREAD)
		return (0);
	/*
	 * In this way a stream is swallowed as a whole or not at all: a
	 * packet that can not be queued must not overtake the queued ones.
	 */
	tp = OSMalloc(sizeof(*tp), inject_tag);
	if (tp == NULL)
		return (ENOBUFS);
	if (inject_mark(data) != 0) {
		OSFree(tp, sizeof(*tp), inject_tag);
		return (ENOBUFS);
	}
	tp->tp_data = *data;
	tp->tp_flags = flags;
	lck_mtx_lock(tcplog_lock);
	STAILQ_INSERT_TAIL(&te->te_queue, tp, tp_link);
	inject_work = true;
	wakeup(&inject_work);
	lck_mtx_unlock(tcplog_lock);
	return (EJUSTRETURN);
}

/* Locked.  Frees what waits, and waits for an injection under way. */
void
tcplog_drop_queue(struct tcplog_entry *te)
{
	struct tcplog_packet *tp;

	while ((tp = STAILQ_FIRST(&te->te_queue)) != NULL) {
		STAILQ_REMOVE_HEAD(&te->te_queue, tp_link);
		mbuf_freem(tp->tp_data);
		OSFree(tp, sizeof(*tp), inject_tag);
	}
	while (te->te_injecting)
		msleep(te, tcplog_lock, PZERO, "tcplogdetach", NULL);
}

/* Lets the thread put everything back, for a bounded time. */
void
tcplog_drain(struct tcplog_entry *te)
{
	struct timespec ts = { 1, 0 };
	int i;

	lck_mtx_lock(tcplog_lock);
	for (i = 0; i < DRAIN_SECONDS && (te->te_injecting ||
	    !STAILQ_EMPTY(&te->te_queue)); i++)
		msleep(te, tcplog_lock, PZERO, "tcplogdrain", &ts);
	lck_mtx_unlock(tcplog_lock);
}

/* Locked; unlocked during the injection. */
static void
inject_one(struct tcplog_entry *te, struct tcplog_packet *tp)
{
	STAILQ_REMOVE_HEAD(&te->te_queue, tp_link);
	te->te_injecting = true;
	lck_mtx_unlock(tcplog_lock);
	(void)sock_inject_data_out(te->te_so, NULL, tp->tp_data, NULL,
	    tp->tp_flags);
	OSFree(tp, sizeof(*tp), inject_tag);
	lck_mtx_lock(tcplog_lock);
	te->te_injecting = false;
	wakeup(te);
}

/* Locked.  One packet of each entry that has one; false: none had. */
static bool
inject_round(void)
{
	struct tcplog_entry *te;
	struct tcplog_packet *tp;

	TAILQ_FOREACH(te, &tcplog_entries, te_link) {
		tp = STAILQ_FIRST(&te->te_queue);
		if (tp == NULL || te->te_injecting)
			continue;
		/* The list may change meanwhile: begin anew afterwards. */
		inject_one(te, tp);
		return (true);
	}
	return (false);
}

static void
inject_thread(void *arg, wait_result_t wr)
{
	(void)arg;
	(void)wr;
	lck_mtx_lock(tcplog_lock);
	while (!inject_ending) {
		inject_work = false;
		while (inject_round())
			continue;
		if (!inject_work && !inject_ending)
			msleep(&inject_work, tcplog_lock, PZERO, "tcplog",
			    NULL);
	}
	inject_running = false;
	wakeup(&inject_running);
	lck_mtx_unlock(tcplog_lock);
	thread_terminate(current_thread());
}

errno_t
tcplog_inject_start(void)
{
	thread_t td;
	errno_t error;

	if (!inject_have_id) {
		error = mbuf_tag_id_find("org.unikext.tcplognke", &inject_id);
		if (error != 0)
			return (error);
		inject_have_id = true;
	}
	inject_tag = OSMalloc_Tagalloc("tcplognke packets", OSMT_DEFAULT);
	if (inject_tag == NULL)
		return (ENOMEM);
	inject_ending = false;
	inject_running = true;
	if (kernel_thread_start(inject_thread, NULL, &td) != KERN_SUCCESS) {
		inject_running = false;
		OSMalloc_Tagfree(inject_tag);
		inject_tag = NULL;
		return (ENOMEM);
	}
	thread_deallocate(td);
	return (0);
}

kern_return_t
tcplog_inject_stop(void)
{
	if (inject_tag == NULL)
		return (KERN_SUCCESS);
	lck_mtx_lock(tcplog_lock);
	inject_ending = true;
	wakeup(&inject_work);
	while (inject_running)
		msleep(&inject_running, tcplog_lock, PZERO, "tcplogstop",
		    NULL);
	lck_mtx_unlock(tcplog_lock);
	OSMalloc_Tagfree(inject_tag);
	inject_tag = NULL;
	return (KERN_SUCCESS);
}
