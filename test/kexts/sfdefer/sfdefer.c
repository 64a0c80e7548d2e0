/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sfdefer: takes every piece of data of every TCP and UDP socket, both ways,
 * and puts it back from a thread of its own, in order, about a millisecond
 * later.
 *
 * Theory of operation
 *
 * An instance has a queue a direction.  Data that arrives while the queue is
 * empty and the kext is stopping passes; otherwise it is tagged, queued and
 * swallowed.  The thread goes round the instances, takes what they have and
 * injects it; a tag says that a piece has been here.  An instance counts what
 * the thread has in hand, so that nothing overtakes it.
 *
 * Stop first makes new data pass where nothing is queued and waits until all
 * queues are empty, so that no byte is lost, and then unregisters.  A queue
 * of a socket that closed is freed by sf_detach.
 *
 * sd_lock guards everything and is held over no call into the stack.  The
 * thread holds the socket (sock_retain) while it injects.
 */
#include <IOKit/IOLib.h>
#include <kern/locks.h>
#include <kern/thread.h>
#include <libkern/OSMalloc.h>
#include <libkern/libkern.h>
#include <mach/kmod.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t sfdefer_start(kmod_info_t *ki, void *data);
kern_return_t sfdefer_stop(kmod_info_t *ki, void *data);

/* A piece of data in hand. */
struct sd_piece {
	STAILQ_ENTRY(sd_piece) sp_link;
	mbuf_t		sp_data, sp_control;
	int		sp_out;
	int		sp_have_addr;
	struct sockaddr_storage sp_addr;
};
STAILQ_HEAD(sd_queue, sd_piece);

struct sd_inst {
	TAILQ_ENTRY(sd_inst) si_link;
	socket_t	si_so;
	struct sd_queue	si_q[2];	/* in, out */
	int		si_busy;	/* the thread injects for it */
	int		si_gone;	/* detached meanwhile */
	int		si_closing;	/* its socket closes: data passes */
};

#define NFILTERS 4
static const struct {
	int domain, type, proto;
} sd_where[NFILTERS] = {
	{ PF_INET, SOCK_STREAM, IPPROTO_TCP },
	{ PF_INET6, SOCK_STREAM, IPPROTO_TCP },
	{ PF_INET, SOCK_DGRAM, IPPROTO_UDP },
	{ PF_INET6, SOCK_DGRAM, IPPROTO_UDP },
};
#define HANDLE(i)	(0x73664430u + (unsigned)(i))

static lck_grp_t *sd_grp;
static lck_mtx_t *sd_lock;
static OSMallocTag sd_tag;
static mbuf_tag_id_t sd_id;
static TAILQ_HEAD(, sd_inst) sd_all = TAILQ_HEAD_INITIALIZER(sd_all);
static int sd_stopping, sd_thread_runs, sd_registered, sd_instances;
static int sd_pieces;			/* queued or in hand now */
static int sd_total;			/* swallowed so far */

static void
piece_free(struct sd_piece *sp)
{
	mbuf_freem(sp->sp_data);
	mbuf_freem(sp->sp_control);
	OSFree(sp, sizeof(*sp), sd_tag);
}

/* --- callbacks ---------------------------------------------------------------------- */

static errno_t
sd_attach(void **cookie, socket_t so)
{
	struct sd_inst *si = OSMalloc(sizeof(*si), sd_tag);

	if (si == NULL)
		return (ENOMEM);
	bzero(si, sizeof(*si));
	si->si_so = so;
	STAILQ_INIT(&si->si_q[0]);
	STAILQ_INIT(&si->si_q[1]);
	lck_mtx_lock(sd_lock);
	TAILQ_INSERT_TAIL(&sd_all, si, si_link);
	sd_instances++;
	lck_mtx_unlock(sd_lock);
	*cookie = si;
	return (0);
}

static void
sd_detach(void *cookie, socket_t so)
{
	struct sd_inst *si = cookie;
	struct sd_piece *sp;
	int i, busy;

	(void)so;
	lck_mtx_lock(sd_lock);
	TAILQ_REMOVE(&sd_all, si, si_link);
	sd_instances--;
	for (i = 0; i < 2; i++) {
		while ((sp = STAILQ_FIRST(&si->si_q[i])) != NULL) {
			STAILQ_REMOVE_HEAD(&si->si_q[i], sp_link);
			sd_pieces--;
			lck_mtx_unlock(sd_lock);
			piece_free(sp);
			lck_mtx_lock(sd_lock);
		}
	}
	si->si_gone = 1;
	busy = si->si_busy;
	lck_mtx_unlock(sd_lock);
	if (!busy)
		OSFree(si, sizeof(*si), sd_tag);
}

/* True when the data has been here; else it is tagged now. */
static int
sd_seen(mbuf_t m, errno_t *error)
{
	void *p;
	size_t len;

	*error = 0;
	if (mbuf_tag_find(m, sd_id, 1, &len, &p) == 0)
		return (1);
	*error = mbuf_tag_allocate(m, sd_id, 1, 4, MBUF_DONTWAIT, &p);
	return (0);
}

static errno_t
sd_take(struct sd_inst *si, int out, const struct sockaddr *addr,
    mbuf_t *data, mbuf_t *control)
{
	struct sd_piece *sp;
	errno_t error;

	if (data == NULL || *data == NULL || sd_seen(*data, &error) ||
	    error != 0)
		return (0);
	sp = OSMalloc(sizeof(*sp), sd_tag);
	if (sp == NULL)
		return (ENOBUFS);
	bzero(sp, sizeof(*sp));
	sp->sp_data = *data;
	sp->sp_control = control != NULL ? *control : NULL;
	sp->sp_out = out;
	if (addr != NULL) {
		sp->sp_have_addr = 1;
		memcpy(&sp->sp_addr, addr, addr->sa_len);
	}
	lck_mtx_lock(sd_lock);
	if (si->si_closing || (sd_stopping && si->si_busy == 0 &&
	    STAILQ_EMPTY(&si->si_q[out]))) {
		lck_mtx_unlock(sd_lock);
		OSFree(sp, sizeof(*sp), sd_tag);
		return (0);
	}
	STAILQ_INSERT_TAIL(&si->si_q[out], sp, sp_link);
	sd_pieces++;
	sd_total++;
	lck_mtx_unlock(sd_lock);
	return (EJUSTRETURN);
}

static errno_t
sd_data_in(void *cookie, socket_t so, const struct sockaddr *from,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	(void)so;
	(void)flags;
	return (sd_take(cookie, 0, from, data, control));
}

static errno_t
sd_data_out(void *cookie, socket_t so, const struct sockaddr *to,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	(void)so;
	(void)flags;
	return (sd_take(cookie, 1, to, data, control));
}

/*
 * An injected piece goes through the send buffer, and if there is no room on
 * a nonblocking socket it is lost: so look first.
 */
static int
sd_room(socket_t so, mbuf_t m)
{
	int type = 0, size = 0, used = 0, len = sizeof(int);

	(void)sock_gettype(so, NULL, &type, NULL);
	if (type != SOCK_STREAM)
		return (1);
	if (sock_getsockopt(so, SOL_SOCKET, SO_SNDBUF, &size, &len) != 0 ||
	    sock_getsockopt(so, SOL_SOCKET, SO_NWRITE, &used, &len) != 0 ||
	    !sock_isconnected(so))
		return (1);		/* the injection will tell */
	return ((size_t)(size - used) >= mbuf_pkthdr_len(m));
}

/*
 * Puts back what an instance has, in order; lock held, dropped inside.
 * False when there was no room for the rest.
 */
static int
sd_inject(struct sd_inst *si, int way)
{
	struct sd_piece *sp;
	struct sockaddr *addr;
	socket_t so = si->si_so;

	while (!si->si_gone && (sp = STAILQ_FIRST(&si->si_q[way])) != NULL) {
		lck_mtx_unlock(sd_lock);
		if (way == 1 && !sd_room(so, sp->sp_data)) {
			lck_mtx_lock(sd_lock);
			return (0);
		}
		lck_mtx_lock(sd_lock);
		if (si->si_gone)
			break;		/* detach has freed the queue */
		STAILQ_REMOVE_HEAD(&si->si_q[way], sp_link);
		lck_mtx_unlock(sd_lock);
		addr = sp->sp_have_addr ? (struct sockaddr *)&sp->sp_addr :
		    NULL;
		if (sp->sp_out) {
			(void)sock_inject_data_out(so, addr, sp->sp_data,
			    sp->sp_control, 0);
		} else if (sock_inject_data_in(so, addr, sp->sp_data,
		    sp->sp_control, 0) != 0) {
			mbuf_freem(sp->sp_data);
			mbuf_freem(sp->sp_control);
		}
		OSFree(sp, sizeof(*sp), sd_tag);
		lck_mtx_lock(sd_lock);
		sd_pieces--;
	}
	return (1);
}

/* False when nothing could be done for it now. */
static int
sd_flush(struct sd_inst *si)
{
	int done;

	si->si_busy++;
	done = sd_inject(si, 0);
	done = sd_inject(si, 1) && done;
	si->si_busy--;
	if (si->si_gone && si->si_busy == 0) {
		lck_mtx_unlock(sd_lock);
		OSFree(si, sizeof(*si), sd_tag);
		lck_mtx_lock(sd_lock);
	}
	return (done);
}

/*
 * The socket changes in a way that would overtake what is queued: that goes
 * first.
 */
static void
sd_notify(void *cookie, socket_t so, sflt_event_t event, void *param)
{
	struct sd_inst *si = cookie;
	int i;

	(void)so;
	(void)param;
	if (event != sock_evt_closing && event != sock_evt_shutdown &&
	    event != sock_evt_cantrecvmore)
		return;
	lck_mtx_lock(sd_lock);
	while (si->si_busy > 0) {
		lck_mtx_unlock(sd_lock);
		IOSleep(1);
		lck_mtx_lock(sd_lock);
	}
	si->si_busy++;
	for (i = 0; i < 5000 && !sd_inject(si,
	    event == sock_evt_cantrecvmore ? 0 : 1); i++) {
		lck_mtx_unlock(sd_lock);
		IOSleep(1);
		lck_mtx_lock(sd_lock);
	}
	if (event == sock_evt_closing)
		si->si_closing = 1;
	si->si_busy--;
	lck_mtx_unlock(sd_lock);
}

/* --- the thread ------------------------------------------------------------------------- */

static void
sd_thread(void *arg, wait_result_t wr)
{
	struct sd_inst *si;
	socket_t so;
	int done;

	(void)arg;
	(void)wr;
	lck_mtx_lock(sd_lock);
	while (sd_thread_runs == 1) {
		TAILQ_FOREACH(si, &sd_all, si_link) {
			if (si->si_busy == 0 && (!STAILQ_EMPTY(&si->si_q[0]) ||
			    !STAILQ_EMPTY(&si->si_q[1])))
				break;
		}
		if (si == NULL) {
			lck_mtx_unlock(sd_lock);
			IOSleep(1);
			lck_mtx_lock(sd_lock);
			continue;
		}
		/* To the end: a busy one must not starve the others. */
		TAILQ_REMOVE(&sd_all, si, si_link);
		TAILQ_INSERT_TAIL(&sd_all, si, si_link);
		so = si->si_so;
		si->si_busy++;
		lck_mtx_unlock(sd_lock);
		sock_retain(so);
		lck_mtx_lock(sd_lock);
		si->si_busy--;
		done = sd_flush(si);
		lck_mtx_unlock(sd_lock);
		sock_release(so);
		if (!done)
			IOSleep(1);
		lck_mtx_lock(sd_lock);
	}
	sd_thread_runs = 0;
	lck_mtx_unlock(sd_lock);
	thread_terminate(current_thread());
}

/* --- start and stop ----------------------------------------------------------------------- */

static void
sd_unregistered(sflt_handle handle)
{
	(void)handle;
	lck_mtx_lock(sd_lock);
	sd_registered--;
	lck_mtx_unlock(sd_lock);
}

static const struct sflt_filter sd_filter = {
	.sf_flags = SFLT_GLOBAL,
	.sf_name = "sfdefer",
	.sf_unregistered = sd_unregistered,
	.sf_attach = sd_attach,
	.sf_detach = sd_detach,
	.sf_notify = sd_notify,
	.sf_data_in = sd_data_in,
	.sf_data_out = sd_data_out,
};

SYSCTL_NODE(_net, OID_AUTO, sfdefer, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "deferring socket filter");
SYSCTL_INT(_net_sfdefer, OID_AUTO, total, CTLFLAG_RD | CTLFLAG_LOCKED,
    &sd_total, 0, "pieces swallowed");
SYSCTL_INT(_net_sfdefer, OID_AUTO, pieces, CTLFLAG_RD | CTLFLAG_LOCKED,
    &sd_pieces, 0, "pieces held now");
SYSCTL_INT(_net_sfdefer, OID_AUTO, instances, CTLFLAG_RD | CTLFLAG_LOCKED,
    &sd_instances, 0, "sockets");

static struct sysctl_oid *const sd_oids[] = {
	&sysctl__net_sfdefer, &sysctl__net_sfdefer_total,
	&sysctl__net_sfdefer_pieces, &sysctl__net_sfdefer_instances
};

/* Waits until *what is 0; false: it takes too long. */
static int
sd_wait(int *what)
{
	int i, v = 1;

	for (i = 0; i < 3000 && v != 0; i++) {
		lck_mtx_lock(sd_lock);
		v = *what;
		lck_mtx_unlock(sd_lock);
		if (v != 0)
			IOSleep(1);
	}
	return (v == 0);
}

kern_return_t
sfdefer_start(kmod_info_t *ki, void *data)
{
	struct sflt_filter f = sd_filter;
	thread_t th;
	int i;

	(void)ki;
	(void)data;
	sd_tag = OSMalloc_Tagalloc("org.unikext.test.sfdefer", OSMT_DEFAULT);
	sd_grp = lck_grp_alloc_init("sfdefer", LCK_GRP_ATTR_NULL);
	sd_lock = lck_mtx_alloc_init(sd_grp, LCK_ATTR_NULL);
	if (mbuf_tag_id_find("org.unikext.test.sfdefer", &sd_id) != 0)
		return (KERN_FAILURE);
	sd_thread_runs = 1;
	if (kernel_thread_start(sd_thread, NULL, &th) != KERN_SUCCESS) {
		sd_thread_runs = 0;
		return (KERN_FAILURE);
	}
	thread_deallocate(th);
	for (i = 0; i < NFILTERS; i++) {
		f.sf_handle = HANDLE(i);
		if (sflt_register(&f, sd_where[i].domain, sd_where[i].type,
		    sd_where[i].proto) == 0)
			sd_registered++;
	}
	for (i = 0; i < 4; i++)
		sysctl_register_oid(sd_oids[i]);
	return (KERN_SUCCESS);
}

kern_return_t
sfdefer_stop(kmod_info_t *ki, void *data)
{
	int i;

	(void)ki;
	(void)data;
	lck_mtx_lock(sd_lock);
	sd_stopping = 1;
	lck_mtx_unlock(sd_lock);
	if (!sd_wait(&sd_pieces))
		return (KERN_FAILURE);
	for (i = 0; i < NFILTERS; i++)
		(void)sflt_unregister(HANDLE(i));
	if (!sd_wait(&sd_registered))
		return (KERN_FAILURE);
	lck_mtx_lock(sd_lock);
	if (sd_thread_runs == 1)
		sd_thread_runs = 2;
	lck_mtx_unlock(sd_lock);
	if (!sd_wait(&sd_thread_runs))
		return (KERN_FAILURE);
	for (i = 0; i < 4; i++)
		sysctl_unregister_oid(sd_oids[3 - i]);
	lck_mtx_free(sd_lock, sd_grp);
	lck_grp_free(sd_grp);
	OSMalloc_Tagfree(sd_tag);
	return (KERN_SUCCESS);
}
