/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections to one port are served by another: the port is rewritten in
 * packets that come and back again in the answers, checksums with it.
 */
#include <sys/types.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <sys/kpi_mbuf.h>
#include <mach/kmod.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/kpi_ipfilter.h>
#include <libkern/libkern.h>
#include <libkern/OSAtomic.h>
#include <libkern/OSByteOrder.h>

static int port_from = 8013, port_to = 13;
static volatile SInt32 rewritten_in, rewritten_out;
static volatile SInt32 detached;

SYSCTL_NODE(, OID_AUTO, portredir, CTLFLAG_RW, 0, "port redirection")
SYSCTL_INT(_portredir, OID_AUTO, from, CTLFLAG_RW, &port_from, 0, "")
SYSCTL_INT(_portredir, OID_AUTO, to, CTLFLAG_RW, &port_to, 0, "")
SYSCTL_INT(_portredir, OID_AUTO, in, CTLFLAG_RD, (int *)&rewritten_in, 0, "")
SYSCTL_INT(_portredir, OID_AUTO, out, CTLFLAG_RD, (int *)&rewritten_out, 0, "")

/* RFC 1624: the sum with one word changed. */
static u_int16_t
fix(u_int16_t sum, u_int16_t was, u_int16_t is)
{
	u_int32_t s = (u_int16_t)~sum;

	s += (u_int16_t)~was;
	s += is;
	s = (s & 0xffff) + (s >> 16);
	s += s >> 16;
	return (u_int16_t)~s;
}

static errno_t
pr_input(void *cookie, mbuf_t *data, int offset, u_int8_t protocol)
{
	struct tcphdr th;
	u_int16_t was;

	if (protocol != IPPROTO_TCP ||
	    mbuf_copydata(*data, offset, sizeof(th), &th) != 0 ||
	    th.th_dport != OSSwapHostToBigInt16((u_int16_t)port_from))
		return 0;
	was = th.th_dport;
	th.th_dport = htons((u_int16_t)port_to);
	th.th_sum = fix(th.th_sum, was, th.th_dport);
	if (mbuf_copyback(*data, offset, sizeof(th), &th, MBUF_DONTWAIT) != 0)
		return ENOMEM;
	OSIncrementAtomic(&rewritten_in);
	return 0;
}

static errno_t
pr_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	struct ip ip;
	struct tcphdr th;
	size_t hlen;
	u_int16_t was;

	if (mbuf_copydata(*data, 0, sizeof(ip), &ip) != 0 ||
	    ip.ip_p != IPPROTO_TCP ||
	    (NTOHS(ip.ip_off), ip.ip_off & IP_OFFMASK) != 0)
		return 0;
	hlen = ip.ip_hl << 2;
	if (mbuf_copydata(*data, hlen, sizeof(th), &th) != 0 ||
	    ntohs(th.th_sport) != port_to)
		return 0;
	/* The sums may be left to the card: have them now. */
	mbuf_outbound_finalize(*data, PF_INET, 0);
	if (mbuf_copydata(*data, hlen, sizeof(th), &th) != 0)
		return 0;
	was = th.th_sport;
	th.th_sport = htons((u_int16_t)port_from);
	th.th_sum = fix(th.th_sum, was, th.th_sport);
	if (mbuf_copyback(*data, hlen, sizeof(th), &th, MBUF_DONTWAIT) != 0)
		return ENOMEM;
	OSIncrementAtomic(&rewritten_out);
	return 0;
}

static void
pr_detach(void *cookie)
{
	detached = 1;
}

static struct ipf_filter filter = {
	NULL, "portredir", pr_input, pr_output, pr_detach
};
static ipfilter_t ref;

kern_return_t portredir_start (kmod_info_t * ki, void * d) {
	errno_t e = ipf_addv4(&filter, &ref);
	if (e) return KERN_FAILURE;
	sysctl_register_oid(&sysctl__portredir);
	sysctl_register_oid(&sysctl__portredir_from);
	sysctl_register_oid(&sysctl__portredir_to);
	sysctl_register_oid(&sysctl__portredir_in);
	sysctl_register_oid(&sysctl__portredir_out);
	return KERN_SUCCESS;
}

kern_return_t portredir_stop (kmod_info_t * ki, void * d) {
	if (ref) {
		ipf_remove(ref);
		ref = NULL;
		sysctl_unregister_oid(&sysctl__portredir_out);
		sysctl_unregister_oid(&sysctl__portredir_in);
		sysctl_unregister_oid(&sysctl__portredir_to);
		sysctl_unregister_oid(&sysctl__portredir_from);
		sysctl_unregister_oid(&sysctl__portredir);
	}
	/* asked again later */
	return detached ? KERN_SUCCESS : KERN_FAILURE;
}
