/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF_LOCAL: stream and datagram sockets between processes of this machine,
 * with descriptors passed along (SCM_RIGHTS).
 *
 * All its sockets share the domain's lock, so that both ends of a pair are
 * locked at once.  Sent data goes straight into the peer's receive buffer;
 * the sender's send buffer counts what the peer has not read yet.
 *
 * Names are a table of their own, not nodes of the file system: a name is
 * taken by bind, is unique while its socket lives, and is free again when
 * that is closed.
 *
 * A control mbuf of type SCM_RIGHTS stands for files with a reference each
 * while it lies in a buffer; recvmsg gives them descriptor numbers.  A
 * record that is dropped drops them (pr_dispose).  Sockets that were sent to
 * each other and closed by everybody are not collected.
 */
#include <sys/time.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/un.h>
#include <string.h>
#include "kernel/file/file.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

#define UNP_SPACE	65536
#define UNP_DGRAM_SPACE	16384
#define UNP_RIGHTS_MAX	32

/* All members: domain lock. */
struct unpcb {
	struct __socket	*unp_so;
	struct unpcb	*unp_conn;	/* the peer; a datagram socket's target */
	LIST_HEAD(, unpcb) unp_refs;	/* datagram sockets that point here */
	LIST_ENTRY(unpcb) unp_reflink;
	LIST_ENTRY(unpcb) unp_names;
	struct sockaddr_un unp_addr;	/* sun_len 0: no name */
	struct sockaddr_un unp_peeraddr; /* kept after the peer has gone */
};

#define sotounp(so)	((struct unpcb *)(so)->so_pcb)

static LIST_HEAD(, unpcb) unp_names = LIST_HEAD_INITIALIZER(unp_names);
static struct domain localdomain;

/* --- names -------------------------------------------------------------------------- */

static errno_t
unp_name_in(const struct sockaddr *nam, struct sockaddr_un *out)
{
	const struct sockaddr_un *sun = (const void *)nam;
	size_t max = nam->sa_len - __builtin_offsetof(struct sockaddr_un,
	    sun_path), len = 0;

	if (nam->sa_family != AF_LOCAL)
		return (EAFNOSUPPORT);
	if (nam->sa_len <= __builtin_offsetof(struct sockaddr_un, sun_path))
		return (EINVAL);
	if (nam->sa_len > sizeof(*out))
		return (ENAMETOOLONG);
	while (len < max && sun->sun_path[len] != '\0')
		len++;
	if (len == 0)
		return (EINVAL);
	if (len >= sizeof(out->sun_path))
		return (ENAMETOOLONG);
	memset(out, 0, sizeof(*out));
	out->sun_family = AF_LOCAL;
	memcpy(out->sun_path, sun->sun_path, len);
	out->sun_len = sizeof(*out);
	return (0);
}

static struct unpcb *
unp_find(const struct sockaddr_un *sun)
{
	struct unpcb *unp;

	LIST_FOREACH(unp, &unp_names, unp_names) {
		if (strcmp(unp->unp_addr.sun_path, sun->sun_path) == 0)
			return (unp);
	}
	return (NULL);
}

static void
unp_name_out(const struct sockaddr_un *from, struct sockaddr_storage *out)
{
	struct sockaddr_un *sun = (void *)out;

	memset(out, 0, sizeof(*out));
	if (from != NULL && from->sun_len != 0) {
		*sun = *from;
		return;
	}
	sun->sun_len = __builtin_offsetof(struct sockaddr_un, sun_path);
	sun->sun_family = AF_LOCAL;
}

/* --- life ----------------------------------------------------------------------------- */

static errno_t
unp_attach(struct __socket *so, int proto)
{
	struct unpcb *unp;
	errno_t error;
	size_t space = so->so_type == SOCK_STREAM ? UNP_SPACE :
	    UNP_DGRAM_SPACE;

	error = soreserve(so, space, space);
	if (error != 0)
		return (error);
	so->so_snd.sb_flags |= SB_ACCOUNT;
	unp = kmalloc(sizeof(*unp), M_WAITOK | M_ZERO);
	if (unp == NULL)
		return (ENOBUFS);
	unp->unp_so = so;
	LIST_INIT(&unp->unp_refs);
	so->so_pcb = unp;
	return (0);
}

/* One side goes; lock held. */
static void
unp_disconnect_pcb(struct unpcb *unp)
{
	struct unpcb *peer = unp->unp_conn;

	if (peer == NULL)
		return;
	unp->unp_conn = NULL;
	if (unp->unp_so->so_type == SOCK_DGRAM) {
		LIST_REMOVE(unp, unp_reflink);
		unp->unp_so->so_state &= ~SS_ISCONNECTED;
		return;
	}
	if (peer->unp_conn == unp) {
		peer->unp_conn = NULL;
		soisdisconnected(peer->unp_so);
	}
	soisdisconnected(unp->unp_so);
}

static void
unp_unbind(struct unpcb *unp)
{
	if (unp->unp_addr.sun_len != 0)
		LIST_REMOVE(unp, unp_names);
	unp->unp_addr.sun_len = 0;
}

/* Lock held: cut from everybody, with errors for those who point here. */
static void
unp_drop(struct unpcb *unp)
{
	struct unpcb *ref;

	unp_disconnect_pcb(unp);
	while ((ref = LIST_FIRST(&unp->unp_refs)) != NULL) {
		ref->unp_so->so_error = ECONNRESET;
		unp_disconnect_pcb(ref);
	}
	unp_unbind(unp);
}

static void
unp_detach(struct __socket *so)
{
	struct unpcb *unp = sotounp(so);

	socket_lock(so);
	unp_drop(unp);
	so->so_pcb = NULL;
	socket_unlock(so);
	kfree(unp);
}

static void
unp_closing(struct __socket *so)
{
	unp_drop(sotounp(so));
}

static errno_t
unp_bind(struct __socket *so, const struct sockaddr *nam)
{
	struct unpcb *unp = sotounp(so);
	struct sockaddr_un sun;
	errno_t error;

	if (unp->unp_addr.sun_len != 0)
		return (EINVAL);
	error = unp_name_in(nam, &sun);
	if (error != 0)
		return (error);
	if (unp_find(&sun) != NULL)
		return (EADDRINUSE);
	unp->unp_addr = sun;
	LIST_INSERT_HEAD(&unp_names, unp, unp_names);
	return (0);
}

static errno_t
unp_listen(struct __socket *so, int backlog)
{
	return (sotounp(so)->unp_addr.sun_len == 0 ? EDESTADDRREQ : 0);
}

/* --- connections ---------------------------------------------------------------------- */

static void
unp_join(struct unpcb *a, struct unpcb *b)
{
	a->unp_conn = b;
	a->unp_peeraddr = b->unp_addr;
	if (a->unp_so->so_type == SOCK_DGRAM) {
		LIST_INSERT_HEAD(&b->unp_refs, a, unp_reflink);
	} else {
		b->unp_conn = a;
		b->unp_peeraddr = a->unp_addr;
	}
}

static errno_t
unp_connect2(struct __socket *so1, struct __socket *so2)
{
	if (so1->so_type != so2->so_type)
		return (EPROTOTYPE);
	unp_join(sotounp(so1), sotounp(so2));
	soisconnected(so1);
	if (so1->so_type == SOCK_STREAM)
		soisconnected(so2);
	return (0);
}

/* A child of the listener, connected to so, goes to the queue. */
static errno_t
unp_connect_stream(struct __socket *so, struct __socket *head)
{
	struct __socket *child;
	struct unpcb *cunp;
	errno_t error;

	if ((head->so_options & SO_ACCEPTCONN) == 0 ||
	    head->so_qlen >= head->so_qlimit)
		return (ECONNREFUSED);
	child = sonew(head, M_NOWAIT);
	if (child == NULL)
		return (ENOBUFS);
	error = unp_attach(child, 0);
	if (error != 0)
		goto fail;
	cunp = sotounp(child);
	unp_join(sotounp(so), cunp);
	/* The client sees the listener's name as its peer's. */
	sotounp(so)->unp_peeraddr = sotounp(head)->unp_addr;
	soisconnected(so);
	soisconnected(child);
	child->so_state &= ~SS_INCOMP;
	child->so_state |= SS_COMP;
	TAILQ_INSERT_TAIL(&head->so_comp, child, so_list);
	head->so_qlen++;
	waitq_wake_one(&head->so_wq);
	sorwakeup(head);
	return (0);
fail:
	socket_unlock(so);
	so_rele(child);
	socket_lock(so);
	return (error);
}

static errno_t
unp_connect(struct __socket *so, const struct sockaddr *nam)
{
	struct unpcb *unp = sotounp(so), *target;
	struct sockaddr_un sun;
	errno_t error;

	error = unp_name_in(nam, &sun);
	if (error != 0)
		return (error);
	target = unp_find(&sun);
	if (target == NULL)
		return (ENOENT);
	if (target->unp_so->so_type != so->so_type)
		return (EPROTOTYPE);
	if (so->so_type == SOCK_STREAM)
		return (unp_connect_stream(so, target->unp_so));
	unp_disconnect_pcb(unp);
	unp_join(unp, target);
	soisconnected(so);
	return (0);
}

static errno_t
unp_accept(struct __socket *so, struct sockaddr_storage *out)
{
	struct unpcb *unp = sotounp(so);

	unp_name_out(unp->unp_conn != NULL ? &unp->unp_conn->unp_addr : NULL,
	    out);
	return (0);
}

static errno_t
unp_disconnect(struct __socket *so)
{
	unp_disconnect_pcb(sotounp(so));
	return (0);
}

static void
unp_abort(struct __socket *so)
{
	unp_drop(sotounp(so));
}

static errno_t
unp_shutdown(struct __socket *so)
{
	struct unpcb *unp = sotounp(so);

	if (so->so_type == SOCK_STREAM && unp->unp_conn != NULL)
		socantrcvmore(unp->unp_conn->unp_so);
	return (0);
}

static bool
unp_associated(struct __socket *so)
{
	return (sotounp(so)->unp_conn != NULL && so->so_type == SOCK_DGRAM);
}

static errno_t
unp_sockaddr(struct __socket *so, struct sockaddr_storage *out)
{
	unp_name_out(&sotounp(so)->unp_addr, out);
	return (0);
}

static errno_t
unp_peeraddr(struct __socket *so, struct sockaddr_storage *out)
{
	unp_name_out(&sotounp(so)->unp_peeraddr, out);
	return (0);
}

/* --- descriptors ------------------------------------------------------------------------ */

/*
 * One message's files, each with a reference; the control mbuf holds a
 * pointer to it behind its cmsghdr.
 */
struct unp_rights {
	SLIST_ENTRY(unp_rights) ur_link;	/* deferred list */
	unsigned	ur_n;
	struct file	*ur_files[];
};
static SLIST_HEAD(, unp_rights) unp_deferred =
    SLIST_HEAD_INITIALIZER(unp_deferred);	/* domain lock */

static void
unp_rights_drop(struct unp_rights *ur)
{
	unsigned i;

	for (i = 0; i < ur->ur_n; i++)
		fput(ur->ur_files[i]);
	kfree(ur);
}

/*
 * A file's last reference may close a local socket, which takes the domain
 * lock: with it held the files wait for unp_work.
 */
static void
unp_rights_defer(struct __socket *so, struct unp_rights *ur)
{
	SLIST_INSERT_HEAD(&unp_deferred, ur, ur_link);
	sowork_queue(so);
}

static struct unp_rights *
unp_rights_of(mbuf_t m)
{
	struct cmsghdr *cm = mtod(m, struct cmsghdr *);
	struct unp_rights *ur;

	if (m->m_len != CMSG_LEN(sizeof(ur)) ||
	    cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
		return (NULL);
	memcpy(&ur, CMSG_DATA(cm), sizeof(ur));
	return (ur);
}

/* A program's descriptor numbers become files; a new mbuf in *out. */
static errno_t
unp_internalize(struct __socket *so, mbuf_t control, mbuf_t *out)
{
	const struct cmsghdr *cm = mtod(control, const struct cmsghdr *);
	struct unp_rights *ur;
	errno_t error = 0;
	const int *fds;
	unsigned n, i;

	if (control->m_len < sizeof(*cm) || cm->cmsg_len > control->m_len ||
	    cm->cmsg_len < CMSG_LEN(0) || cm->cmsg_level != SOL_SOCKET ||
	    cm->cmsg_type != SCM_RIGHTS)
		return (EINVAL);
	fds = (const int *)(const void *)CMSG_DATA(cm);
	n = (unsigned)((cm->cmsg_len - CMSG_LEN(0)) / sizeof(int));
	if (n == 0 || n > UNP_RIGHTS_MAX)
		return (EINVAL);
	ur = kmalloc(sizeof(*ur) + n * sizeof(ur->ur_files[0]), M_WAITOK);
	if (ur == NULL)
		return (ENOBUFS);
	ur->ur_n = 0;
	for (i = 0; i < n && error == 0; i++) {
		error = fget(current_proc(), fds[i], &ur->ur_files[i]);
		if (error == 0)
			ur->ur_n++;
	}
	if (error == 0) {
		*out = sbcreatecontrol(&ur, sizeof(ur), SCM_RIGHTS,
		    SOL_SOCKET);
		if (*out == NULL)
			error = ENOBUFS;
	}
	if (error != 0)
		unp_rights_defer(so, ur);
	else
		(*out)->m_len = CMSG_LEN(sizeof(ur));
	return (error);
}

static void
unp_dispose(struct __socket *so, mbuf_t m)
{
	struct unp_rights *ur = unp_rights_of(m);

	if (ur == NULL)
		return;
	/* Its length stays: it may still be counted in a buffer. */
	mtod(m, struct cmsghdr *)->cmsg_type = 0;
	if (!lck_mtx_owned(so->so_lock)) {
		unp_rights_drop(ur);
		return;
	}
	unp_rights_defer(so, ur);
}

static void
unp_work(struct __socket *so)
{
	struct unp_rights *ur;

	for (;;) {
		socket_lock(so);
		ur = SLIST_FIRST(&unp_deferred);
		if (ur != NULL)
			SLIST_REMOVE_HEAD(&unp_deferred, ur_link);
		socket_unlock(so);
		if (ur == NULL)
			break;
		unp_rights_drop(ur);
	}
}

/* Files become numbers in p; those without room or number go.  No lock. */
static void
unp_externalize(mbuf_t m, struct proc *p, size_t room)
{
	struct unp_rights *ur = unp_rights_of(m);
	struct cmsghdr *cm = mtod(m, struct cmsghdr *);
	unsigned i, done = 0;
	size_t fit;
	int fd;

	if (ur == NULL)
		return;
	fit = room >= CMSG_LEN(0) ? (room - CMSG_LEN(0)) / sizeof(int) : 0;
	for (i = 0; i < ur->ur_n; i++) {
		if (done < fit && fdinstall(p, ur->ur_files[i], 0, &fd) == 0) {
			memcpy(mtod(m, char *) + CMSG_LEN(0) +
			    done * sizeof(int), &fd, sizeof(fd));
			done++;
		}
	}
	unp_rights_drop(ur);
	cm->cmsg_len = CMSG_LEN(done * sizeof(int));
	m->m_len = (uint16_t)cm->cmsg_len;
}

/* --- data ----------------------------------------------------------------------------------- */

static errno_t
unp_send_dgram(struct __socket *so, mbuf_t m, const struct sockaddr *to,
    mbuf_t control)
{
	struct unpcb *unp = sotounp(so), *target = unp->unp_conn;
	struct sockaddr_storage from;
	struct sockaddr_un sun;
	struct __socket *so2;
	errno_t error = 0;

	if (to != NULL) {
		if (target != NULL)
			error = EISCONN;
		else
			error = unp_name_in(to, &sun);
		if (error == 0) {
			target = unp_find(&sun);
			if (target == NULL)
				error = ENOENT;
			else if (target->unp_so->so_type != SOCK_DGRAM)
				error = EPROTOTYPE;
		}
	} else if (target == NULL) {
		error = ENOTCONN;
	}
	if (error == 0) {
		so2 = target->unp_so;
		unp_name_out(&unp->unp_addr, &from);
		if ((so2->so_state & SS_CANTRCVMORE) != 0)
			error = ECONNREFUSED;
		else if (!sbappendaddr(&so2->so_rcv, (struct sockaddr *)&from,
		    m, control))
			error = ENOBUFS;
		else {
			sorwakeup(so2);
			return (0);
		}
	}
	if (control != NULL)
		unp_dispose(so, control);
	m_freem(control);
	m_freem(m);
	return (error);
}

static errno_t
unp_send_stream(struct __socket *so, mbuf_t m, mbuf_t control)
{
	struct unpcb *unp = sotounp(so);
	struct __socket *so2;
	size_t len = m != NULL ? m_length(m) : 0;
	errno_t error = 0;

	if (unp->unp_conn == NULL) {
		error = EPIPE;
		goto fail;
	}
	so2 = unp->unp_conn->unp_so;
	if ((so2->so_state & SS_CANTRCVMORE) != 0) {
		error = EPIPE;
		goto fail;
	}
	if (control != NULL) {
		if (!sbappendcontrol(&so2->so_rcv, m, control)) {
			error = ENOBUFS;
			goto fail;
		}
	} else {
		sbappend(&so2->so_rcv, m);
	}
	sbaccount(&so->so_snd, (long)len);
	sorwakeup(so2);
	return (0);
fail:
	if (control != NULL)
		unp_dispose(so, control);
	m_freem(control);
	m_freem(m);
	return (error);
}

static errno_t
unp_send(struct __socket *so, int flags, mbuf_t m, const struct sockaddr *to,
    mbuf_t control)
{
	mbuf_t rights = NULL;
	errno_t error = 0;

	if (control != NULL) {
		error = unp_internalize(so, control, &rights);
		m_freem(control);
		if (error != 0) {
			m_freem(m);
			return (error);
		}
	}
	if (so->so_type == SOCK_DGRAM)
		return (unp_send_dgram(so, m, to, rights));
	return (unp_send_stream(so, m, rights));
}

/* The reader took len bytes: its peer has room again. */
static void
unp_rcvd(struct __socket *so, size_t len, int flags)
{
	struct unpcb *unp = sotounp(so);
	struct __socket *so2;

	if (so->so_type != SOCK_STREAM || unp->unp_conn == NULL)
		return;
	so2 = unp->unp_conn->unp_so;
	if (len > so2->so_snd.sb_cc)
		len = so2->so_snd.sb_cc;
	sbaccount(&so2->so_snd, -(long)len);
	sowwakeup(so2);
}

static const struct pr_usrreqs unp_usrreqs = {
	.pru_attach = unp_attach,
	.pru_detach = unp_detach,
	.pru_bind = unp_bind,
	.pru_listen = unp_listen,
	.pru_connect = unp_connect,
	.pru_connect2 = unp_connect2,
	.pru_accept = unp_accept,
	.pru_disconnect = unp_disconnect,
	.pru_abort = unp_abort,
	.pru_shutdown = unp_shutdown,
	.pru_associated = unp_associated,
	.pru_closing = unp_closing,
	.pru_rcvd = unp_rcvd,
	.pru_work = unp_work,
	.pru_send = unp_send,
	.pru_sockaddr = unp_sockaddr,
	.pru_peeraddr = unp_peeraddr,
};

static struct protosw localsw[] = {
	{ .pr_type = SOCK_STREAM, .pr_protocol = 0,
	    .pr_flags = PR_CONNREQUIRED | PR_WANTRCVD | PR_RIGHTS |
	    PR_DOMAINLOCK | PR_PROTOLISTEN,
	    .pr_name = "stream", .pr_usrreqs = &unp_usrreqs,
	    .pr_externalize = unp_externalize, .pr_dispose = unp_dispose },
	{ .pr_type = SOCK_DGRAM, .pr_protocol = 0,
	    .pr_flags = PR_ATOMIC | PR_ADDR | PR_RIGHTS | PR_DOMAINLOCK,
	    .pr_name = "dgram", .pr_usrreqs = &unp_usrreqs,
	    .pr_externalize = unp_externalize, .pr_dispose = unp_dispose },
};

static struct domain localdomain = {
	.dom_family = PF_LOCAL,
	.dom_name = "unix",
	.dom_table = localsw,
	.dom_ntable = sizeof(localsw) / sizeof(localsw[0]),
};
DOMAIN(localdomain);
