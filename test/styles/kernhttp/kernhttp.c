/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A web server and a client that live in the kernel: sockets of its own,
 * a thread that accepts, an upcall for what the client reads.
 */
#include <mach/mach_types.h>
#include <mach/thread_act.h>
#include <kern/thread.h>
#include <kern/locks.h>
#include <kern/sched_prim.h>
#include <sys/systm.h>
#include <sys/socket.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_mbuf.h>
#include <sys/sysctl.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <libkern/OSAtomic.h>
#include <libkern/libkern.h>

#define PORT	8088

static socket_t		listener;
static thread_t		worker;
static lck_grp_t	*grp;
static lck_mtx_t	*mtx;
static boolean_t	quit, running;
static int		served, ready;
static char		answer[64];

static errno_t
send_text(socket_t so, const char *text)
{
	struct iovec iov;
	struct msghdr msg;
	size_t sent, len = strlen(text), off = 0;
	errno_t err;

	while (off < len) {
		bzero(&msg, sizeof(msg));
		iov.iov_base = (void *)(uintptr_t)(text + off);
		iov.iov_len = len - off;
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		if ((err = sock_send(so, &msg, 0, &sent)) != 0)
			return err;
		off += sent;
	}
	return 0;
}

static void
serve(socket_t so)
{
	static const char *page = "in the kernel\n";
	struct timeval tv = { 5, 0 };
	char head[128];
	mbuf_t m = NULL;
	size_t len = 1024;
	int one = 1;

	sock_setsockopt(so, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	sock_setsockopt(so, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (sock_receivembuf(so, NULL, &m, 0, &len) != 0 || len == 0) {
		if (m)
			mbuf_freem(m);
		return;
	}
	mbuf_freem(m);
	snprintf(head, sizeof(head), "HTTP/1.0 200 OK\r\nX-Served: %d\r\n"
	    "Content-Length: %lu\r\n\r\n", ++served, strlen(page));
	if (send_text(so, head) == 0)
		send_text(so, page);
	sock_shutdown(so, SHUT_WR);
}

static void
serve_forever(void *arg, wait_result_t wait)
{
	struct sockaddr_in from;
	socket_t so;
	errno_t err;

	for (;;) {
		err = sock_accept(listener, (struct sockaddr *)&from,
		    sizeof(from), 0, NULL, NULL, &so);
		if (quit)
			break;
		if (err == 0) {
			serve(so);
			sock_close(so);
		}
	}
	if (err == 0)
		sock_close(so);
	lck_mtx_lock(mtx);
	running = FALSE;
	wakeup(&running);
	lck_mtx_unlock(mtx);
	thread_terminate(current_thread());
}

static void
readable(socket_t so, void *cookie, int waitf)
{
	lck_mtx_lock(mtx);
	ready++;
	wakeup(&ready);
	lck_mtx_unlock(mtx);
}

static errno_t
fetch(u_int16_t port)
{
	struct sockaddr_in sin = { sizeof(sin), AF_INET, htons(port),
	    { htonl(INADDR_LOOPBACK) } };
	struct timespec ts = { 5, 0 };
	struct msghdr msg;
	struct iovec iov;
	socket_t so;
	size_t got = 0;
	errno_t err;

	ready = 0;
	answer[0] = 0;
	if ((err = sock_socket(PF_INET, SOCK_STREAM, 0, readable, NULL, &so)))
		return err;
	err = sock_connect(so, (struct sockaddr *)&sin, 0);
	if (err == 0 && !sock_isconnected(so))
		err = ENOTCONN;
	if (err == 0)
		err = send_text(so, "GET / HTTP/1.0\r\n\r\n");
	while (err == 0) {
		bzero(&msg, sizeof(msg));
		iov.iov_base = answer;
		iov.iov_len = sizeof(answer) - 1;
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		err = sock_receive(so, &msg, MSG_DONTWAIT, &got);
		if (err != EWOULDBLOCK)
			break;
		lck_mtx_lock(mtx);
		err = 0;
		if (ready == 0)
			err = msleep(&ready, mtx, PSOCK | PCATCH, "fetch", &ts);
		ready = 0;
		lck_mtx_unlock(mtx);
	}
	if (err == 0) {
		answer[got] = 0;
		strsep((char *[]){ answer }, "\r\n");
	}
	sock_close(so);
	return err;
}

static int
sysctl_fetch SYSCTL_HANDLER_ARGS
{
	int port = 0, err;

	err = sysctl_handle_int(oidp, &port, 0, req);
	if (err || req->newptr == USER_ADDR_NULL)
		return err;
	return fetch((u_int16_t)port);
}

SYSCTL_DECL(_net);
SYSCTL_NODE(_net, OID_AUTO, kernhttp, CTLFLAG_RW, 0, "");
SYSCTL_PROC(_net_kernhttp, OID_AUTO, fetch, CTLTYPE_INT | CTLFLAG_RW, 0, 0,
    sysctl_fetch, "I", "fetch / from this port");
SYSCTL_STRING(_net_kernhttp, OID_AUTO, answer, CTLFLAG_RD, answer,
    sizeof(answer), "");
SYSCTL_INT(_net_kernhttp, OID_AUTO, served, CTLFLAG_RD, &served, 0, "");

static errno_t
open_listener(void)
{
	struct sockaddr_in sin;
	int on = 1;
	errno_t err;

	err = sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, NULL,
	    &listener);
	if (err)
		return err;
	bzero(&sin, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons(PORT);
	sin.sin_addr.s_addr = INADDR_ANY;
	sock_setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if ((err = sock_bind(listener, (struct sockaddr *)&sin)) == 0)
		err = sock_listen(listener, 5);
	if (err) {
		sock_close(listener);
		listener = NULL;
	}
	return err;
}

static void
nudge(void)
{
	struct sockaddr_in sin;
	socket_t so;

	bzero(&sin, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_port = htons(PORT);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &so) == 0) {
		sock_connect(so, (struct sockaddr *)&sin, 0);
		sock_close(so);
	}
}

kern_return_t
kernhttp_start(kmod_info_t *ki, void *d)
{
	grp = lck_grp_alloc_init("kernhttp", LCK_GRP_ATTR_NULL);
	mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	if (open_listener() != 0)
		goto out;
	running = TRUE;
	if (kernel_thread_start((thread_continue_t)serve_forever, NULL,
	    &worker) != KERN_SUCCESS) {
		sock_close(listener);
		goto out;
	}
	thread_deallocate(worker);
	sysctl_register_oid(&sysctl__net_kernhttp);
	sysctl_register_oid(&sysctl__net_kernhttp_fetch);
	sysctl_register_oid(&sysctl__net_kernhttp_answer);
	sysctl_register_oid(&sysctl__net_kernhttp_served);
	return KERN_SUCCESS;
out:
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	return KERN_FAILURE;
}

kern_return_t
kernhttp_stop(kmod_info_t *ki, void *d)
{
	sysctl_unregister_oid(&sysctl__net_kernhttp_served);
	sysctl_unregister_oid(&sysctl__net_kernhttp_answer);
	sysctl_unregister_oid(&sysctl__net_kernhttp_fetch);
	sysctl_unregister_oid(&sysctl__net_kernhttp);
	quit = TRUE;
	nudge();
	lck_mtx_lock(mtx);
	while (running)
		msleep(&running, mtx, PZERO, "quit", NULL);
	lck_mtx_unlock(mtx);
	sock_close(listener);
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	return KERN_SUCCESS;
}
