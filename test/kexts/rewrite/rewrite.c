/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rewrite: changes what the echo service answers over UDP, one kind of change
 * at a time (net.rewrite.kind), between the two calls of
 * mbuf_outbound_finalize() that the guide asks for.
 *
 *	0	nothing
 *	1	payload, same length: every byte inverted
 *	2	payload longer by three bytes
 *	3	payload shorter by five bytes
 *	4	source port 7007
 *	5	time to live, hop limit 3
 *	6	protocol, next header 253 (RFC 3692)
 *	7	payload longer than the link's MTU
 */
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#define ECHO_PORT	7
#define LONG_BY		2000

kern_return_t rewrite_start(kmod_info_t *ki, void *data);
kern_return_t rewrite_stop(kmod_info_t *ki, void *data);

struct rw {
	ipfilter_t ref;
	int	family;
	size_t	hlen, proto_at, ttl_at;
	volatile SInt32 detached;
};

static struct rw rws[2] = {
	{ .family = PF_INET, .hlen = 20, .proto_at = 9, .ttl_at = 8 },
	{ .family = PF_INET6, .hlen = 40, .proto_at = 6, .ttl_at = 7 },
};
static int kind;

SYSCTL_NODE(_net, OID_AUTO, rewrite, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "answers changed on their way out");
SYSCTL_INT(_net_rewrite, OID_AUTO, kind, CTLFLAG_RW | CTLFLAG_LOCKED, &kind, 0,
    "kind of change");

/* Adds to a big-endian length. */
static void
lengthen(uint8_t *p, int by)
{
	int n = (p[0] << 8 | p[1]) + by;

	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

static errno_t
grow(mbuf_t m, size_t by)
{
	static const char more[64] = "0123456789abcdefghijklmnopqrstuvwxyz";
	errno_t error = 0;
	size_t n;

	for (; error == 0 && by > 0; by -= n) {
		n = by < sizeof(more) ? by : sizeof(more);
		error = mbuf_copyback(m, mbuf_pkthdr_len(m), n, more,
		    MBUF_WAITOK);
	}
	return (error);
}

static errno_t
invert(mbuf_t m, size_t from)
{
	errno_t error = 0;
	size_t len = mbuf_pkthdr_len(m);
	uint8_t c;

	for (; error == 0 && from < len; from++) {
		error = mbuf_copydata(m, from, 1, &c);
		c = (uint8_t)~c;
		if (error == 0)
			error = mbuf_copyback(m, from, 1, &c, MBUF_WAITOK);
	}
	return (error);
}

static errno_t
change(const struct rw *rw, mbuf_t m)
{
	static const int by[] = { [2] = 3, [3] = -5, [7] = LONG_BY };
	uint8_t *h, *udp;
	errno_t error = 0;

	switch (kind) {
	case 1:
		error = invert(m, rw->hlen + 8);
		break;
	case 2:
	case 7:
		error = grow(m, (size_t)by[kind]);
		break;
	case 3:
		mbuf_adj(m, by[kind]);
		break;
	}
	if (error == 0)
		error = mbuf_pullup(&m, rw->hlen + 8);
	if (error != 0)
		return (error);
	h = mbuf_data(m);
	udp = h + rw->hlen;
	switch (kind) {
	case 2:
	case 3:
	case 7:
		lengthen(h + (rw->family == PF_INET ? 2 : 4), by[kind]);
		lengthen(udp + 4, by[kind]);
		break;
	case 4:
		udp[0] = 7007 >> 8;
		udp[1] = 7007 & 0xff;
		break;
	case 5:
		h[rw->ttl_at] = 3;
		break;
	case 6:
		h[rw->proto_at] = 253;
		break;
	}
	return (0);
}

static errno_t
rw_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	const struct rw *rw = cookie;
	errno_t error;
	uint8_t *h;

	(void)options;
	if (kind == 0 || mbuf_len(*data) < rw->hlen + 8)
		return (0);
	h = mbuf_data(*data);
	if (h[rw->proto_at] != IPPROTO_UDP || h[rw->hlen] != 0 ||
	    h[rw->hlen + 1] != ECHO_PORT)
		return (0);
	mbuf_outbound_finalize(*data, (u_int32_t)rw->family, 0);
	error = change(rw, *data);
	if (error != 0)
		return (error);
	mbuf_outbound_finalize(*data, (u_int32_t)rw->family, 0);
	return (0);
}

static void
rw_detach(void *cookie)
{
	OSIncrementAtomic(&((struct rw *)cookie)->detached);
}

static errno_t
rw_add(struct rw *rw)
{
	struct ipf_filter f = {
		.cookie = rw,
		.name = "org.unikext.test.rewrite",
		.ipf_output = rw_output,
		.ipf_detach = rw_detach,
	};

	return (rw->family == PF_INET6 ? ipf_addv6(&f, &rw->ref) :
	    ipf_addv4(&f, &rw->ref));
}

/* 0 when the filter is off and has said so. */
static int
rw_remove(struct rw *rw)
{
	struct timespec ts = { 0, 1000000 };
	int i;

	if (rw->ref == NULL)
		return (0);
	if (rw->detached == 0 && ipf_remove(rw->ref) != 0)
		return (1);
	for (i = 0; i < 3000 && rw->detached == 0; i++)
		(void)msleep(rw, NULL, 0, "rewrite", &ts);
	if (rw->detached != 1)
		return (1);
	rw->ref = NULL;
	return (0);
}

kern_return_t
rewrite_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (rw_add(&rws[0]) != 0 || rw_add(&rws[1]) != 0) {
		(void)rw_remove(&rws[0]);
		return (KERN_FAILURE);
	}
	sysctl_register_oid(&sysctl__net_rewrite);
	sysctl_register_oid(&sysctl__net_rewrite_kind);
	return (KERN_SUCCESS);
}

kern_return_t
rewrite_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (rw_remove(&rws[0]) != 0 || rw_remove(&rws[1]) != 0)
		return (KERN_FAILURE);
	sysctl_unregister_oid(&sysctl__net_rewrite_kind);
	sysctl_unregister_oid(&sysctl__net_rewrite);
	return (KERN_SUCCESS);
}
