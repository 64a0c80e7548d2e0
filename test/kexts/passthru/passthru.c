/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * passthru: up to 16 filters of one family and direction that do nothing, to
 * measure what a hook costs (tools/bench/filters.py).
 *
 *	sysctl net.passthru.set="ip_in 4"
 *	sysctl net.passthru.run=1000
 *	sysctl net.passthru.ns
 *
 * takes away those there are and makes 4 others, sends 1000 datagrams over
 * lo0 to a socket of the kext's own, and says how long one took on average.
 * Families: sock_in, sock_out (UDP), ip_in, ip_out (IPv4), if_in, if_out
 * (lo0).
 */
#include <kern/clock.h>
#include <libkern/OSAtomic.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t passthru_start(kmod_info_t *ki, void *data);
kern_return_t passthru_stop(kmod_info_t *ki, void *data);

#define PT_MAX		16
#define HANDLE(i)	(0x70740000u + (unsigned)(i))

enum { SOCK_IN, SOCK_OUT, IP_IN, IP_OUT, IF_IN, IF_OUT, NKINDS };
static const char *const kinds[NKINDS] = {
	"sock_in", "sock_out", "ip_in", "ip_out", "if_in", "if_out"
};

static int pt_kind;
static int pt_count;
static volatile SInt32 pt_live;		/* filters whose end has not come */
static ipfilter_t ip_refs[PT_MAX];
static interface_filter_t if_refs[PT_MAX];
static ifnet_t lo0;
static int pt_ns;			/* of a datagram */
static char pt_set[32] = "none 0";

/* --- callbacks --------------------------------------------------------------------- */

static errno_t
sf_attach(void **cookie, socket_t so)
{
	(void)so;
	*cookie = NULL;
	return (0);
}

static void
sf_detach(void *cookie, socket_t so)
{
	(void)cookie;
	(void)so;
}

static void
sf_unregistered(sflt_handle handle)
{
	(void)handle;
	OSDecrementAtomic(&pt_live);
}

static errno_t
sf_data(void *cookie, socket_t so, const struct sockaddr *addr, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	(void)cookie;
	(void)so;
	(void)addr;
	(void)data;
	(void)control;
	(void)flags;
	return (0);
}

static errno_t
ip_input(void *cookie, mbuf_t *data, int offset, u_int8_t protocol)
{
	(void)cookie;
	(void)data;
	(void)offset;
	(void)protocol;
	return (0);
}

static errno_t
ip_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	(void)cookie;
	(void)data;
	(void)options;
	return (0);
}

static void
ip_detach(void *cookie)
{
	(void)cookie;
	OSDecrementAtomic(&pt_live);
}

static errno_t
if_input(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *data,
    char **frame)
{
	(void)cookie;
	(void)ifp;
	(void)protocol;
	(void)data;
	(void)frame;
	return (0);
}

static errno_t
if_output(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *data)
{
	(void)cookie;
	(void)ifp;
	(void)protocol;
	(void)data;
	return (0);
}

static void
if_detached(void *cookie, ifnet_t ifp)
{
	(void)cookie;
	(void)ifp;
	OSDecrementAtomic(&pt_live);
}

/* --- making and taking away ------------------------------------------------------------ */

static errno_t
add_sock(int kind, int i)
{
	struct sflt_filter f = {
		.sf_handle = HANDLE(i),
		.sf_flags = SFLT_GLOBAL,
		.sf_name = "passthru",
		.sf_unregistered = sf_unregistered,
		.sf_attach = sf_attach,
		.sf_detach = sf_detach,
		.sf_data_in = kind == SOCK_IN ? sf_data : NULL,
		.sf_data_out = kind == SOCK_OUT ? sf_data : NULL,
	};

	return (sflt_register(&f, PF_INET, SOCK_DGRAM, IPPROTO_UDP));
}

static errno_t
add(int kind, int i)
{
	struct ipf_filter ipf = {
		.name = "passthru",
		.ipf_input = kind == IP_IN ? ip_input : NULL,
		.ipf_output = kind == IP_OUT ? ip_output : NULL,
		.ipf_detach = ip_detach,
	};
	struct iff_filter iff = {
		.iff_name = "passthru",
		.iff_input = kind == IF_IN ? if_input : NULL,
		.iff_output = kind == IF_OUT ? if_output : NULL,
		.iff_detached = if_detached,
	};
	errno_t error;

	switch (kind) {
	case SOCK_IN:
	case SOCK_OUT:
		error = add_sock(kind, i);
		break;
	case IP_IN:
	case IP_OUT:
		error = ipf_addv4(&ipf, &ip_refs[i]);
		break;
	default:
		error = iflt_attach(lo0, &iff, &if_refs[i]);
		break;
	}
	if (error == 0)
		OSIncrementAtomic(&pt_live);
	return (error);
}

/* 0 when all of them have said that they are gone. */
static int
clear(void)
{
	struct timespec ts = { 0, 1000000 };
	int i;

	while (pt_count > 0) {
		i = --pt_count;
		switch (pt_kind) {
		case SOCK_IN:
		case SOCK_OUT:
			(void)sflt_unregister(HANDLE(i));
			break;
		case IP_IN:
		case IP_OUT:
			(void)ipf_remove(ip_refs[i]);
			break;
		default:
			iflt_detach(if_refs[i]);
			break;
		}
	}
	for (i = 0; i < 3000 && pt_live != 0; i++)
		(void)msleep(&pt_count, NULL, 0, "passthru", &ts);
	return (pt_live);
}

static errno_t
fill(int kind, int count)
{
	errno_t error = 0;

	pt_kind = kind;
	while (pt_count < count && error == 0) {
		error = add(kind, pt_count);
		if (error == 0)
			pt_count++;
	}
	return (error);
}

/* --- measuring ------------------------------------------------------------------------- */

/* One datagram from a socket to itself, n times. */
static errno_t
run(socket_t so, int n)
{
	char out[64] = { 0 }, in[64];
	struct iovec iov;
	struct msghdr msg;
	errno_t error = 0;
	size_t len;

	while (n-- > 0 && error == 0) {
		bzero(&msg, sizeof(msg));
		iov.iov_base = out;
		iov.iov_len = sizeof(out);
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		error = sock_send(so, &msg, 0, &len);
		if (error != 0)
			break;
		iov.iov_base = in;
		iov.iov_len = sizeof(in);
		error = sock_receive(so, &msg, 0, &len);
		if (error == 0 && len != sizeof(in))
			error = EIO;
	}
	return (error);
}

static errno_t
measure(int n)
{
	struct sockaddr_in sin;
	uint64_t from, to, ns;
	socket_t so;
	errno_t error;

	bzero(&sin, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so);
	if (error != 0)
		return (error);
	error = sock_bind(so, (struct sockaddr *)&sin);
	if (error == 0)
		error = sock_getsockname(so, (struct sockaddr *)&sin,
		    sizeof(sin));
	if (error == 0)
		error = sock_connect(so, (struct sockaddr *)&sin, 0);
	if (error == 0)
		error = run(so, 100);		/* caches are warm */
	clock_get_uptime(&from);
	if (error == 0)
		error = run(so, n);
	clock_get_uptime(&to);
	absolutetime_to_nanoseconds(to - from, &ns);
	pt_ns = (int)(ns / (uint64_t)n);
	sock_close(so);
	return (error);
}

static int
run_handler SYSCTL_HANDLER_ARGS
{
	int n = 0, error;

	(void)arg1;
	(void)arg2;
	error = sysctl_handle_int(oidp, &n, 0, req);
	if (error != 0 || req->newptr == USER_ADDR_NULL)
		return (error);
	return (n < 1 ? EINVAL : measure(n));
}

static int
set_handler SYSCTL_HANDLER_ARGS
{
	char line[sizeof(pt_set)], *num;
	int error, kind;

	(void)arg1;
	(void)arg2;
	strlcpy(line, pt_set, sizeof(line));
	error = sysctl_handle_string(oidp, line, sizeof(line), req);
	if (error != 0 || req->newptr == USER_ADDR_NULL)
		return (error);
	num = strchr(line, ' ');
	if (num == NULL)
		return (EINVAL);
	strlcpy(pt_set, line, sizeof(pt_set));
	*num++ = '\0';
	for (kind = 0; kind < NKINDS; kind++)
		if (strcmp(line, kinds[kind]) == 0)
			break;
	if (clear() != 0)
		return (EBUSY);
	if (kind == NKINDS || strtol(num, NULL, 10) > PT_MAX)
		return (EINVAL);
	return (fill(kind, (int)strtol(num, NULL, 10)));
}

SYSCTL_NODE(_net, OID_AUTO, passthru, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "filters that do nothing");
SYSCTL_PROC(_net_passthru, OID_AUTO, set, CTLTYPE_STRING | CTLFLAG_RW |
    CTLFLAG_LOCKED, NULL, 0, set_handler, "A", "which, and how many");
SYSCTL_PROC(_net_passthru, OID_AUTO, run, CTLTYPE_INT | CTLFLAG_RW |
    CTLFLAG_LOCKED, NULL, 0, run_handler, "I", "send so many datagrams");
SYSCTL_INT(_net_passthru, OID_AUTO, ns, CTLFLAG_RD | CTLFLAG_LOCKED, &pt_ns,
    0, "nanoseconds of one");

#define NOIDS	4
static struct sysctl_oid *const pt_oids[NOIDS] = {
	&sysctl__net_passthru, &sysctl__net_passthru_set,
	&sysctl__net_passthru_run, &sysctl__net_passthru_ns
};

/* --- start and stop ----------------------------------------------------------------------- */

kern_return_t
passthru_start(kmod_info_t *ki, void *data)
{
	int i;

	(void)ki;
	(void)data;
	if (ifnet_find_by_name("lo0", &lo0) != 0)
		return (KERN_FAILURE);
	for (i = 0; i < NOIDS; i++)
		sysctl_register_oid(pt_oids[i]);
	return (KERN_SUCCESS);
}

kern_return_t
passthru_stop(kmod_info_t *ki, void *data)
{
	int i;

	(void)ki;
	(void)data;
	if (clear() != 0)
		return (KERN_FAILURE);
	for (i = NOIDS; i-- > 0; )
		sysctl_unregister_oid(pt_oids[i]);
	ifnet_release(lo0);
	return (KERN_SUCCESS);
}
