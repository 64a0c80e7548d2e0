/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket filters: each callback once, with the verdicts that matter.
 */
#include <sys/kpi_socketfilter.h>
#include <netinet/tcp.h>

#include <kpitest.h>

#include "talk.h"

#define HANDLE_TCP	0x4b505401
#define HANDLE_UDP	0x4b505402

static struct {
	volatile int	unregistered, attached, detached, events[16];
	volatile int	data_in, data_out, connect_in, connect_out, binds;
	volatile int	setopts, getopts, listens, ioctls, accepts;
	errno_t		attach_result, in_result, out_result, connect_result;
	errno_t		connect_in_result, bind_result, listen_result;
	errno_t		accept_result, opt_result, ioctl_result;
	int		redirect;	/* port for sf_connect_out */
	int		from_null, to_null;
	int		last_option;
	size_t		last_in, last_out;
} f;

static int cookie_marker;

static void
sf_unregistered(sflt_handle h)
{
	(void)h;
	f.unregistered++;
}

static errno_t
sf_attach_cb(void **cookie, socket_t so)
{
	(void)so;
	*cookie = &cookie_marker;
	f.attached++;
	return (f.attach_result);
}

static void
sf_detach_cb(void *cookie, socket_t so)
{
	(void)so;
	if (cookie == &cookie_marker)
		f.detached++;
}

static void
sf_notify(void *cookie, socket_t so, sflt_event_t event, void *param)
{
	(void)cookie;
	(void)so;
	(void)param;
	if (event < 16)
		f.events[event]++;
}

static errno_t
sf_in(void *cookie, socket_t so, const struct sockaddr *from, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	(void)cookie;
	(void)so;
	(void)flags;
	f.from_null = from == NULL;
	f.last_in = *data != NULL ? mbuf_len(*data) : 0;
	f.data_in++;
	if (f.in_result == EJUSTRETURN) {
		mbuf_freem(*data);
		if (control != NULL && *control != NULL)
			mbuf_freem(*control);
	}
	return (f.in_result);
}

static errno_t
sf_out(void *cookie, socket_t so, const struct sockaddr *to, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	(void)cookie;
	(void)so;
	(void)flags;
	f.to_null = to == NULL;
	f.last_out = *data != NULL ? mbuf_pkthdr_len(*data) : 0;
	f.data_out++;
	if (f.out_result == EJUSTRETURN) {
		mbuf_freem(*data);
		if (control != NULL && *control != NULL)
			mbuf_freem(*control);
	}
	return (f.out_result);
}

static errno_t
sf_cin(void *cookie, socket_t so, const struct sockaddr *from)
{
	(void)cookie;
	(void)so;
	(void)from;
	f.connect_in++;
	return (f.connect_in_result);
}

static errno_t
sf_cout(void *cookie, socket_t so, const struct sockaddr *to)
{
	(void)cookie;
	(void)so;
	f.connect_out++;
	if (f.redirect != 0)
		((struct sockaddr_in *)(uintptr_t)to)->sin_port =
		    htons((u_short)f.redirect);
	return (f.connect_result);
}

static errno_t
sf_bind_cb(void *cookie, socket_t so, const struct sockaddr *to)
{
	(void)cookie;
	(void)so;
	(void)to;
	f.binds++;
	return (f.bind_result);
}

static errno_t
sf_setopt(void *cookie, socket_t so, sockopt_t opt)
{
	(void)cookie;
	(void)so;
	if (sockopt_direction(opt) != sockopt_set)
		return (EINVAL);
	f.setopts++;
	f.last_option = sockopt_name(opt);
	return (f.opt_result);
}

static errno_t
sf_getopt(void *cookie, socket_t so, sockopt_t opt)
{
	int v = 4711;

	(void)cookie;
	(void)so;
	f.getopts++;
	f.last_option = sockopt_name(opt);
	if (f.opt_result == EJUSTRETURN)
		sockopt_copyout(opt, &v, sizeof(v));
	return (f.opt_result);
}

static errno_t
sf_listen_cb(void *cookie, socket_t so)
{
	(void)cookie;
	(void)so;
	f.listens++;
	return (f.listen_result);
}

static errno_t
sf_ioctl_cb(void *cookie, socket_t so, unsigned long request,
    const char *argp)
{
	(void)cookie;
	(void)so;
	(void)request;
	(void)argp;
	f.ioctls++;
	return (f.ioctl_result);
}

static errno_t
sf_accept_cb(void *cookie, socket_t listener, socket_t so,
    const struct sockaddr *local_sa, const struct sockaddr *remote)
{
	(void)cookie;
	(void)listener;
	(void)so;
	(void)local_sa;
	(void)remote;
	f.accepts++;
	return (f.accept_result);
}

static struct sflt_filter filter;
static char name[] = "org.unikext.test.kpi_filter";

static struct sflt_filter *
description(sflt_handle handle)
{
	memset(&filter, 0, sizeof(filter));
	filter.sf_handle = handle;
	filter.sf_flags = SFLT_PROG | SFLT_EXTENDED;
	filter.sf_name = name;
	filter.sf_unregistered = sf_unregistered;
	filter.sf_attach = sf_attach_cb;
	filter.sf_detach = sf_detach_cb;
	filter.sf_notify = sf_notify;
	filter.sf_data_in = sf_in;
	filter.sf_data_out = sf_out;
	filter.sf_connect_in = sf_cin;
	filter.sf_connect_out = sf_cout;
	filter.sf_bind = sf_bind_cb;
	filter.sf_setoption = sf_setopt;
	filter.sf_getoption = sf_getopt;
	filter.sf_listen = sf_listen_cb;
	filter.sf_ioctl = sf_ioctl_cb;
	filter.sf_len = sizeof(struct sflt_filter_ext);
	filter.sf_accept = sf_accept_cb;
	return (&filter);
}

KPI_TEST(sf_attach_func)
{
	socket_t so = open_bound(SOCK_DGRAM);

	KPI_REQUIRE(so != NULL);
	KPI_REQUIRE(sflt_register(description(HANDLE_UDP), PF_INET,
	    SOCK_DGRAM, IPPROTO_UDP) == 0);
	KPI_REQUIRE(sflt_register(description(HANDLE_TCP), PF_INET,
	    SOCK_STREAM, IPPROTO_TCP) == 0);
	KPI_EXPECT(sflt_attach(so, HANDLE_UDP) == 0 && f.attached == 1);
	KPI_EXPECT(sflt_attach(so, HANDLE_UDP) == EEXIST);
	sock_close(so);
	KPI_EXPECT(reached(&f.detached, 1));
	so = open_bound(SOCK_DGRAM);
	KPI_REQUIRE(so != NULL);
	f.attach_result = EPERM;
	KPI_EXPECT(sflt_attach(so, HANDLE_UDP) == EPERM);
	f.attach_result = 0;
	sock_close(so);
	pause_ms(10);
	KPI_EXPECT(f.attached == 2 && f.detached == 1);
}

KPI_TEST(sf_detach_func)
{
	socket_t so = open_bound(SOCK_DGRAM);
	int n = f.detached;

	KPI_REQUIRE(so != NULL && sflt_attach(so, HANDLE_UDP) == 0);
	KPI_EXPECT(sflt_detach(so, HANDLE_UDP) == 0);
	KPI_EXPECT(reached(&f.detached, n + 1));
	sock_close(so);
	pause_ms(10);
	KPI_EXPECT(f.detached == n + 1);
}

KPI_TEST(sf_data_out_func)
{
	socket_t a = open_bound(SOCK_DGRAM), b = open_bound(SOCK_DGRAM);
	char buf[32];
	size_t n;
	int port;

	KPI_REQUIRE(a != NULL && b != NULL && sflt_attach(a, HANDLE_UDP) ==
	    0);
	port = port_of(b);
	KPI_EXPECT(say(a, port, "hello", 5, &n) == 0 && n == 5);
	KPI_EXPECT(f.data_out == 1 && f.last_out == 5 && !f.to_null);
	KPI_EXPECT(hear(b, buf, sizeof(buf), 0, &n) == 0 && n == 5);
	/* Taken over: the sender sees success, nothing goes. */
	f.out_result = EJUSTRETURN;
	KPI_EXPECT(say(a, port, "hello", 5, &n) == 0 && n == 5);
	f.out_result = ENOBUFS;
	KPI_EXPECT(say(a, port, "hello", 5, &n) == ENOBUFS);
	f.out_result = 0;
	pause_ms(10);
	KPI_EXPECT(hear(b, buf, sizeof(buf), MSG_DONTWAIT, &n) ==
	    EWOULDBLOCK);
	sock_close(a);
	sock_close(b);
}

KPI_TEST(sf_data_in_func)
{
	socket_t a = open_bound(SOCK_DGRAM), b = open_bound(SOCK_DGRAM);
	char buf[32];
	size_t n;
	int port, in;

	KPI_REQUIRE(a != NULL && b != NULL && sflt_attach(b, HANDLE_UDP) ==
	    0);
	port = port_of(b);
	in = f.data_in;
	KPI_EXPECT(say(a, port, "hello", 5, &n) == 0);
	KPI_EXPECT(hear(b, buf, sizeof(buf), 0, &n) == 0 && n == 5);
	KPI_EXPECT(f.data_in == in + 1 && !f.from_null);
	f.in_result = EJUSTRETURN;
	KPI_EXPECT(say(a, port, "taken", 5, &n) == 0);
	KPI_EXPECT(reached(&f.data_in, in + 2));
	f.in_result = EPERM;
	KPI_EXPECT(say(a, port, "freed", 5, &n) == 0);
	KPI_EXPECT(reached(&f.data_in, in + 3));
	f.in_result = 0;
	KPI_EXPECT(hear(b, buf, sizeof(buf), MSG_DONTWAIT, &n) ==
	    EWOULDBLOCK);
	sock_close(a);
	sock_close(b);
}

KPI_TEST(sf_bind_func)
{
	struct sockaddr_in sin;
	socket_t so = NULL;
	int n = f.binds;

	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, IPPROTO_UDP, NULL, NULL,
	    &so) == 0);
	KPI_REQUIRE(sflt_attach(so, HANDLE_UDP) == 0);
	f.bind_result = EJUSTRETURN;
	f.events[sock_evt_bound] = 0;
	KPI_EXPECT(sock_bind(so, local(&sin, 0)) == 0);
	KPI_EXPECT(port_of(so) == 0 && f.events[sock_evt_bound] == 0);
	f.bind_result = EACCES;
	KPI_EXPECT(sock_bind(so, local(&sin, 0)) == EACCES);
	f.bind_result = 0;
	KPI_EXPECT(sock_bind(so, local(&sin, 0)) == 0 && port_of(so) != 0);
	KPI_EXPECT(f.binds == n + 3 && f.events[sock_evt_bound] == 1);
	sock_close(so);
}

KPI_TEST(sf_setoption_func)
{
	socket_t so = open_bound(SOCK_DGRAM);
	int v = 1, n = f.setopts;

	KPI_REQUIRE(so != NULL && sflt_attach(so, HANDLE_UDP) == 0);
	KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_BROADCAST, &v,
	    sizeof(v)) == 0);
	KPI_EXPECT(f.setopts == n + 1 && f.last_option == SO_BROADCAST);
	/* An option that only the filter knows. */
	KPI_EXPECT(sock_setsockopt(so, 4711, 17, &v, sizeof(v)) != 0);
	f.opt_result = EJUSTRETURN;
	KPI_EXPECT(sock_setsockopt(so, 4711, 17, &v, sizeof(v)) == 0);
	KPI_EXPECT(f.last_option == 17);
	f.opt_result = 0;
	sock_close(so);
}

KPI_TEST(sf_getoption_func)
{
	socket_t so = open_bound(SOCK_DGRAM);
	int v = 0, len = sizeof(v), n = f.getopts;

	KPI_REQUIRE(so != NULL && sflt_attach(so, HANDLE_UDP) == 0);
	KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_TYPE, &v, &len) == 0);
	KPI_EXPECT(v == SOCK_DGRAM && f.getopts == n + 1);
	f.opt_result = EJUSTRETURN;
	len = sizeof(v);
	KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_TYPE, &v, &len) == 0);
	KPI_EXPECT(v == 4711);
	f.opt_result = 0;
	sock_close(so);
}

KPI_TEST(sf_ioctl_func)
{
	socket_t so = open_bound(SOCK_DGRAM);
	int v = 0, n = f.ioctls;

	KPI_REQUIRE(so != NULL && sflt_attach(so, HANDLE_UDP) == 0);
	KPI_EXPECT(sock_ioctl(so, FIONREAD, &v) == 0);
	KPI_EXPECT(f.ioctls == n + 1);
	f.ioctl_result = EPERM;
	KPI_EXPECT(sock_ioctl(so, FIONREAD, &v) == EPERM);
	f.ioctl_result = 0;
	sock_close(so);
}

/* --- connections ------------------------------------------------------------------ */

/* A listening TCP socket with the filter. */
static socket_t
listener(void)
{
	socket_t so = open_bound(SOCK_STREAM);

	if (so == NULL || sflt_attach(so, HANDLE_TCP) != 0)
		return (NULL);
	return (so);
}

KPI_TEST(sf_listen_func)
{
	socket_t so = listener();
	int n = f.listens;

	KPI_REQUIRE(so != NULL);
	f.listen_result = EPERM;
	KPI_EXPECT(sock_listen(so, 5) == EPERM);
	f.listen_result = 0;
	KPI_EXPECT(sock_listen(so, 5) == 0);
	KPI_EXPECT(f.listens == n + 2);
	sock_close(so);
}

/* One connection to lso; both ends. */
static int
pair(socket_t lso, socket_t *c, socket_t *s)
{
	struct sockaddr_in sin;

	*c = *s = NULL;
	if (sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL, NULL, c) !=
	    0 || sock_connect(*c, local(&sin, port_of(lso)), 0) != 0)
		return (-1);
	return (sock_accept(lso, NULL, 0, 0, NULL, NULL, s) == 0 ? 0 : -1);
}

KPI_TEST(sf_connect_in_func)
{
	socket_t lso = listener(), c, s;
	struct timeval tv = { 0, 100000 };
	struct sockaddr_in sin;
	int on = 1, n = f.connect_in;

	KPI_REQUIRE(lso != NULL && sock_listen(lso, 5) == 0);
	KPI_REQUIRE(pair(lso, &c, &s) == 0);
	KPI_EXPECT(f.connect_in >= n + 1);
	sock_close(c);
	sock_close(s);
	/* Refused in silence: the connect goes on waiting. */
	f.connect_in_result = EACCES;
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL,
	    NULL, &c) == 0);
	sock_ioctl(c, FIONBIO, &on);
	KPI_EXPECT(sock_connect(c, local(&sin, port_of(lso)), 0) ==
	    EINPROGRESS);
	KPI_EXPECT(sock_connectwait(c, &tv) == EINPROGRESS);
	f.connect_in_result = 0;
	sock_close(c);
	sock_close(lso);
}

KPI_TEST(sf_connect_out_func)
{
	socket_t lso = listener(), so = NULL, s = NULL;
	struct sockaddr_in sin;
	int n = f.connect_out;

	KPI_REQUIRE(lso != NULL && sock_listen(lso, 5) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL,
	    NULL, &so) == 0 && sflt_attach(so, HANDLE_TCP) == 0);
	f.connect_result = EACCES;
	KPI_EXPECT(sock_connect(so, local(&sin, port_of(lso)), 0) == EACCES);
	f.connect_result = EJUSTRETURN;
	KPI_EXPECT(sock_connect(so, local(&sin, port_of(lso)), 0) == 0);
	KPI_EXPECT(!sock_isconnected(so));
	f.connect_result = 0;
	/* To a closed port, but the filter knows better. */
	f.redirect = port_of(lso);
	KPI_EXPECT(sock_connect(so, local(&sin, 1), 0) == 0);
	f.redirect = 0;
	KPI_EXPECT(sock_isconnected(so) && f.connect_out == n + 3);
	KPI_EXPECT(sock_accept(lso, NULL, 0, 0, NULL, NULL, &s) == 0);
	sock_close(s);
	sock_close(so);
	sock_close(lso);
}

KPI_TEST(sf_notify_func)
{
	socket_t lso = listener(), c, s;
	struct sockaddr_in sin;

	KPI_REQUIRE(lso != NULL && sock_listen(lso, 5) == 0);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL,
	    NULL, &c) == 0 && sflt_attach(c, HANDLE_TCP) == 0);
	memset((void *)(uintptr_t)f.events, 0, sizeof(f.events));
	KPI_EXPECT(sock_connect(c, local(&sin, port_of(lso)), 0) == 0);
	KPI_EXPECT(f.events[sock_evt_bound] == 1);
	KPI_EXPECT(f.events[sock_evt_connecting] == 1);
	KPI_EXPECT(f.events[sock_evt_connected] == 1);
	KPI_REQUIRE(sock_accept(lso, NULL, 0, 0, NULL, NULL, &s) == 0);
	KPI_EXPECT(sock_shutdown(c, SHUT_WR) == 0);
	KPI_EXPECT(f.events[sock_evt_shutdown] == 1);
	KPI_EXPECT(f.events[sock_evt_cantsendmore] >= 1);
	sock_close(c);
	KPI_EXPECT(reached(&f.events[sock_evt_closing], 1));
	sock_close(s);
	sock_close(lso);
}

KPI_TEST(sf_accept_func)
{
	struct sflt_filter *d = description(HANDLE_TCP + 16);
	socket_t lso, c = NULL, s = NULL;
	struct sockaddr_in sin;
	char b[4];
	size_t n;
	int before = f.accepts;

	/* Filters of the new socket are asked: they come from a global one. */
	d->sf_flags = SFLT_GLOBAL | SFLT_EXTENDED;
	KPI_REQUIRE(sflt_register(d, PF_INET, SOCK_STREAM, IPPROTO_TCP) == 0);
	lso = open_bound(SOCK_STREAM);
	KPI_REQUIRE(lso != NULL && sock_listen(lso, 5) == 0);
	KPI_EXPECT(pair(lso, &c, &s) == 0);
	KPI_EXPECT(f.accepts == before + 1);
	sock_close(c);
	sock_close(s);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL,
	    NULL, &c) == 0);
	KPI_REQUIRE(sock_connect(c, local(&sin, port_of(lso)), 0) == 0);
	f.accept_result = ECONNREFUSED;
	KPI_EXPECT(sock_accept(lso, NULL, 0, 0, NULL, NULL, &s) ==
	    ECONNREFUSED);
	sock_close(c);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_STREAM, IPPROTO_TCP, NULL,
	    NULL, &c) == 0);
	KPI_REQUIRE(sock_connect(c, local(&sin, port_of(lso)), 0) == 0);
	f.accept_result = EJUSTRETURN;
	KPI_REQUIRE(sock_accept(lso, NULL, 0, 0, NULL, NULL, &s) == 0);
	KPI_EXPECT(hear(s, b, sizeof(b), MSG_DONTWAIT, &n) == ENOTCONN);
	f.accept_result = 0;
	sock_close(c);
	sock_close(s);
	sock_close(lso);
	KPI_EXPECT(sflt_unregister(HANDLE_TCP + 16) == 0);
}

KPI_TEST_AS(sf_data_in_func, stream)
{
	socket_t lso, c = NULL, s = NULL;
	char buf[16];
	size_t n;
	int in = f.data_in;

	lso = open_bound(SOCK_STREAM);
	KPI_REQUIRE(lso != NULL && sock_listen(lso, 5) == 0);
	KPI_REQUIRE(pair(lso, &c, &s) == 0);
	KPI_REQUIRE(sflt_attach(s, HANDLE_TCP) == 0);
	KPI_EXPECT(say(c, 0, "stream", 6, &n) == 0 && n == 6);
	KPI_EXPECT(reached(&f.data_in, in + 1));
	KPI_EXPECT(f.from_null);
	KPI_EXPECT(hear(s, buf, sizeof(buf), 0, &n) == 0 && n == 6);
	sock_close(c);
	sock_close(s);
	sock_close(lso);
}

static volatile int upcalls;

static void
upcall(socket_t so, void *cookie, int waitf)
{
	(void)so;
	if (cookie == &cookie_marker && waitf == MBUF_DONTWAIT)
		upcalls++;
}

KPI_TEST(sock_upcall)
{
	socket_t a = open_bound(SOCK_DGRAM), b = NULL;
	struct sockaddr_in sin;
	size_t n;

	KPI_REQUIRE(a != NULL);
	KPI_REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, IPPROTO_UDP, upcall,
	    &cookie_marker, &b) == 0);
	KPI_REQUIRE(sock_bind(b, local(&sin, 0)) == 0);
	KPI_EXPECT(say(a, port_of(b), "wake up", 7, &n) == 0);
	KPI_EXPECT(reached(&upcalls, 1));
	sock_close(a);
	sock_close(b);
}

KPI_TEST(sf_unregistered_func)
{
	int n = f.unregistered;

	pause_ms(20);
	KPI_EXPECT(sflt_unregister(HANDLE_UDP) == 0);
	KPI_EXPECT(sflt_unregister(HANDLE_TCP) == 0);
	KPI_EXPECT(reached(&f.unregistered, n + 2));
	KPI_EXPECT(sflt_unregister(HANDLE_UDP) == ENOENT);
	KPI_EXPECT(f.attached - 1 == f.detached);
}
