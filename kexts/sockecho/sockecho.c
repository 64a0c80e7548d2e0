/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockecho: an echo server and client on kernel sockets.
 *
 * Theory of operation
 *
 * Port 5007, TCP and UDP, both IP versions.  Nothing here has a thread: a
 * listener's upcall accepts, a connection's upcall reads and writes, and
 * closes the socket from inside itself at the end.  Sockets are
 * nonblocking, as in the guide's Listing 2-1.
 *
 *	sysctl net.sockecho.run="10.0.2.2 5007 100 1000000"
 *			100 connections to that echo server, each sends and
 *			checks 1,000,000 bytes
 *	sysctl net.sockecho.{connections,bytes,client_bytes,finished,failures}
 *
 * A kernel socket has no upcall for room in its send buffer.  A connection
 * that has none stays as it is; a thread call runs it again a millisecond
 * later.  The same call frees connections that closed themselves, a moment
 * after, when no late upcall can have their cookie.
 *
 * echo_lock guards the lists only and is held over no socket call.
 * Stop closes the listeners, then every connection, with SO_UPCALLCLOSEWAIT
 * set: when sock_close returns no upcall runs any more.
 */
#include "sockecho.h"

#include <IOKit/IOLib.h>
#include <mach/kmod.h>
#include <sys/sysctl.h>

kern_return_t sockecho_start(kmod_info_t *ki, void *data);
kern_return_t sockecho_stop(kmod_info_t *ki, void *data);

lck_mtx_t *echo_lock;
struct echo_list echo_live = TAILQ_HEAD_INITIALIZER(echo_live);
struct echo_list echo_dead = TAILQ_HEAD_INITIALIZER(echo_dead);
int echo_conns, echo_failures;
long echo_bytes, echo_client_bytes, echo_client_finished;

static lck_grp_t *echo_grp;
static OSMallocTag echo_tag;
static thread_call_t echo_timer;
static int echo_armed;		/* echo_lock */
static int echo_stopping;	/* echo_lock */

/* --- connections ------------------------------------------------------------------- */

struct echo_conn *
echo_conn_alloc(void)
{
	struct echo_conn *ec = OSMalloc(sizeof(*ec), echo_tag);

	if (ec != NULL) {
		bzero(ec, sizeof(*ec));
		ec->ec_busy = 1;
	}
	return (ec);
}

void
echo_conn_drop(struct echo_conn *ec)
{
	OSFree(ec, sizeof(*ec), echo_tag);
}

void
echo_conn_add(struct echo_conn *ec)
{
	lck_mtx_lock(echo_lock);
	TAILQ_INSERT_TAIL(&echo_live, ec, ec_link);
	echo_conns++;
	lck_mtx_unlock(echo_lock);
}

void
echo_conn_close(struct echo_conn *ec)
{
	int mine;

	lck_mtx_lock(echo_lock);
	mine = !ec->ec_done;
	if (mine) {
		ec->ec_done = 1;
		TAILQ_REMOVE(&echo_live, ec, ec_link);
		TAILQ_INSERT_TAIL(&echo_dead, ec, ec_link);
		echo_conns--;
	}
	lck_mtx_unlock(echo_lock);
	if (mine) {
		sock_close(ec->ec_so);
		echo_later(ec);
	}
}

errno_t
echo_nonblocking(socket_t so)
{
	int on = 1;

	return (sock_ioctl(so, FIONBIO, &on));
}

size_t
echo_room(socket_t so)
{
	int size = 0, used = 0, len = sizeof(size);

	if (sock_getsockopt(so, SOL_SOCKET, SO_SNDBUF, &size, &len) != 0)
		return (ECHO_PIECE);	/* the send will tell */
	len = sizeof(used);
	if (sock_getsockopt(so, SOL_SOCKET, SO_NWRITE, &used, &len) != 0)
		return (ECHO_PIECE);
	if (used >= size)
		return (0);
	return (size - used > ECHO_PIECE ? ECHO_PIECE : (size_t)(size - used));
}

/* Lock held, dropped inside; the caller has set ec_busy. */
static void
echo_loop(struct echo_conn *ec)
{
	do {
		ec->ec_again = 0;
		if (ec->ec_done || echo_stopping)
			break;
		lck_mtx_unlock(echo_lock);
		ec->ec_pump(ec);
		lck_mtx_lock(echo_lock);
	} while (ec->ec_again);
	ec->ec_busy = 0;
}

void
echo_run(struct echo_conn *ec)
{
	lck_mtx_lock(echo_lock);
	if (ec->ec_busy) {
		ec->ec_again = 1;
	} else {
		ec->ec_busy = 1;
		echo_loop(ec);
	}
	lck_mtx_unlock(echo_lock);
}

void
echo_conn_begin(struct echo_conn *ec)
{
	lck_mtx_lock(echo_lock);
	echo_loop(ec);
	lck_mtx_unlock(echo_lock);
}

/* --- the thread call ------------------------------------------------------------------ */

static void
echo_arm(void)
{
	uint64_t deadline;

	if (!echo_armed && !echo_stopping) {
		echo_armed = 1;
		clock_interval_to_deadline(1, kMillisecondScale, &deadline);
		thread_call_enter_delayed(echo_timer, deadline);
	}
}

void
echo_later(struct echo_conn *ec)
{
	lck_mtx_lock(echo_lock);
	ec->ec_retry = 1;
	echo_arm();
	lck_mtx_unlock(echo_lock);
}

/* Frees connections that closed themselves; lock held, dropped inside. */
static void
echo_reap(void)
{
	struct echo_conn *ec, *next;

	for (ec = TAILQ_FIRST(&echo_dead); ec != NULL; ec = next) {
		next = TAILQ_NEXT(ec, ec_link);
		if (ec->ec_busy)
			continue;	/* somebody is still at it */
		TAILQ_REMOVE(&echo_dead, ec, ec_link);
		echo_conn_drop(ec);
	}
	if (!TAILQ_EMPTY(&echo_dead))
		echo_arm();
}

static void
echo_timeout(thread_call_param_t p0, thread_call_param_t p1)
{
	struct echo_conn *ec;

	(void)p0;
	(void)p1;
	lck_mtx_lock(echo_lock);
	echo_armed = 0;
	echo_reap();
	do {
		TAILQ_FOREACH(ec, &echo_live, ec_link) {
			if (ec->ec_retry && !ec->ec_busy)
				break;
		}
		if (ec != NULL) {
			ec->ec_retry = 0;
			lck_mtx_unlock(echo_lock);
			/* It cannot be freed: only this function frees. */
			echo_run(ec);
			lck_mtx_lock(echo_lock);
			if (ec->ec_retry)
				break;	/* still no room: next time */
		}
	} while (ec != NULL);
	TAILQ_FOREACH(ec, &echo_live, ec_link) {
		if (ec->ec_retry) {
			echo_arm();
			break;
		}
	}
	lck_mtx_unlock(echo_lock);
}

/* --- sysctl -------------------------------------------------------------------------- */

static int
echo_sysctl_run SYSCTL_HANDLER_ARGS
{
	struct sockaddr_in sin;
	unsigned a, b, c, d, port, n;
	unsigned long long bytes;
	char line[80];
	int error;

	(void)arg1;
	(void)arg2;
	bzero(line, sizeof(line));
	error = sysctl_handle_string(oidp, line, sizeof(line), req);
	if (error != 0 || line[0] == '\0')
		return (error);
	if (sscanf(line, "%u.%u.%u.%u %u %u %llu", &a, &b, &c, &d, &port, &n,
	    &bytes) != 7 || a > 255 || b > 255 || c > 255 || d > 255 ||
	    port > 65535 || n > 20000)
		return (EINVAL);
	bzero(&sin, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons((unsigned short)port);
	sin.sin_addr.s_addr = htonl(a << 24 | b << 16 | c << 8 | d);
	return (echo_client_start(&sin, n, bytes));
}

SYSCTL_NODE(_net, OID_AUTO, sockecho, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "echo on kernel sockets");
SYSCTL_PROC(_net_sockecho, OID_AUTO, run,
    CTLTYPE_STRING | CTLFLAG_RW | CTLFLAG_LOCKED, NULL, 0, echo_sysctl_run,
    "A", "address port connections bytes: start clients");
SYSCTL_INT(_net_sockecho, OID_AUTO, connections,
    CTLFLAG_RD | CTLFLAG_LOCKED, &echo_conns, 0, "connections now");
SYSCTL_INT(_net_sockecho, OID_AUTO, failures, CTLFLAG_RD | CTLFLAG_LOCKED,
    &echo_failures, 0, "clients that failed");
SYSCTL_LONG(_net_sockecho, OID_AUTO, bytes, CTLFLAG_RD | CTLFLAG_LOCKED,
    &echo_bytes, "bytes the server sent back");
SYSCTL_LONG(_net_sockecho, OID_AUTO, client_bytes,
    CTLFLAG_RD | CTLFLAG_LOCKED, &echo_client_bytes,
    "bytes that came back to clients");
SYSCTL_LONG(_net_sockecho, OID_AUTO, finished, CTLFLAG_RD | CTLFLAG_LOCKED,
    &echo_client_finished, "clients that are done");

static struct sysctl_oid *const echo_oids[] = {
	&sysctl__net_sockecho, &sysctl__net_sockecho_run,
	&sysctl__net_sockecho_connections, &sysctl__net_sockecho_failures,
	&sysctl__net_sockecho_bytes, &sysctl__net_sockecho_client_bytes,
	&sysctl__net_sockecho_finished
};
#define NOIDS	(sizeof(echo_oids) / sizeof(echo_oids[0]))

/* --- start and stop -------------------------------------------------------------------- */

/* Closes what is open; the upcalls are over when it returns. */
static void
echo_close_all(void)
{
	struct echo_conn *ec;
	int on = 1;

	lck_mtx_lock(echo_lock);
	echo_stopping = 1;
	while ((ec = TAILQ_FIRST(&echo_live)) != NULL) {
		ec->ec_done = 1;
		TAILQ_REMOVE(&echo_live, ec, ec_link);
		echo_conns--;
		lck_mtx_unlock(echo_lock);
		(void)sock_setsockopt(ec->ec_so, SOL_SOCKET,
		    SO_UPCALLCLOSEWAIT, &on, sizeof(on));
		sock_close(ec->ec_so);
		lck_mtx_lock(echo_lock);
		TAILQ_INSERT_TAIL(&echo_dead, ec, ec_link);
	}
	lck_mtx_unlock(echo_lock);
}

/* What everything else rests on. */
static errno_t
echo_locks_alloc(void)
{
	echo_tag = OSMalloc_Tagalloc("org.unikext.sockecho", OSMT_DEFAULT);
	if (echo_tag == NULL)
		return (ENOMEM);
	echo_grp = lck_grp_alloc_init("sockecho", LCK_GRP_ATTR_NULL);
	if (echo_grp == NULL)
		goto fail_tag;
	echo_lock = lck_mtx_alloc_init(echo_grp, LCK_ATTR_NULL);
	if (echo_lock == NULL)
		goto fail_grp;
	return (0);

fail_grp:
	lck_grp_free(echo_grp);
fail_tag:
	OSMalloc_Tagfree(echo_tag);
	return (ENOMEM);
}

static void
echo_locks_free(void)
{
	lck_mtx_free(echo_lock, echo_grp);
	lck_grp_free(echo_grp);
	OSMalloc_Tagfree(echo_tag);
}

static void
echo_free_all(void)
{
	if (echo_timer != NULL) {
		thread_call_cancel(echo_timer);
		while (!thread_call_free(echo_timer))
			IOSleep(1);
		echo_timer = NULL;
	}
	lck_mtx_lock(echo_lock);
	while (!TAILQ_EMPTY(&echo_dead)) {
		echo_reap();
		if (!TAILQ_EMPTY(&echo_dead)) {
			lck_mtx_unlock(echo_lock);
			IOSleep(1);
			lck_mtx_lock(echo_lock);
		}
	}
	lck_mtx_unlock(echo_lock);
	echo_locks_free();
}

kern_return_t
sockecho_start(kmod_info_t *ki, void *data)
{
	errno_t error;
	size_t i;

	(void)ki;
	(void)data;
	if (echo_locks_alloc() != 0) {
		printf("sockecho: cannot start: no memory\n");
		return (KERN_FAILURE);
	}
	echo_timer = thread_call_allocate(echo_timeout, NULL);
	error = echo_timer == NULL ? ENOMEM : echo_server_start();
	if (error != 0) {
		printf("sockecho: cannot start: error %d\n", error);
		echo_close_all();
		echo_free_all();
		return (KERN_FAILURE);
	}
	for (i = 0; i < NOIDS; i++)
		sysctl_register_oid(echo_oids[i]);
	return (KERN_SUCCESS);
}

kern_return_t
sockecho_stop(kmod_info_t *ki, void *data)
{
	size_t i;

	(void)ki;
	(void)data;
	for (i = 0; i < NOIDS; i++)
		sysctl_unregister_oid(echo_oids[NOIDS - 1 - i]);
	echo_server_stop();
	echo_close_all();
	echo_free_all();
	return (KERN_SUCCESS);
}
