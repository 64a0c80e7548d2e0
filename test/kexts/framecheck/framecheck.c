/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * framecheck: looks at every IPv4 packet of en0 with an interface filter and
 * an IP filter and sees to it that they are what was, or will be, on the
 * wire: no longer than the MTU, and on the way in with right checksums.  The
 * stop function writes one line for each of the four places.
 */
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/systm.h>

kern_return_t framecheck_start(kmod_info_t *ki, void *data);
kern_return_t framecheck_stop(kmod_info_t *ki, void *data);

enum { IF_IN, IF_OUT, IP_IN, IP_OUT, NPLACES };

static struct {
	const char	*name;
	unsigned	packets, longest, tcp, wrong;
} seen[NPLACES] = {
	{ "interface in", 0, 0, 0, 0 }, { "interface out", 0, 0, 0, 0 },
	{ "ip in", 0, 0, 0, 0 }, { "ip out", 0, 0, 0, 0 },
};

static interface_filter_t if_ref;
static ipfilter_t ip_ref;
static ifnet_t en0;
static volatile int live;

/* m at its IP header; verify: the TCP checksum is to be right. */
static void
look(mbuf_t m, int place, int verify)
{
	unsigned char h[20];
	unsigned len, hlen;
	u_int16_t sum = 0;

	if (mbuf_copydata(m, 0, sizeof(h), h) != 0 || h[0] >> 4 != 4)
		return;
	len = (unsigned)(h[2] << 8 | h[3]);
	hlen = (h[0] & 15u) * 4;
	if (mbuf_pkthdr_len(m) > len)
		len = (unsigned)mbuf_pkthdr_len(m);
	seen[place].packets++;
	if (len > seen[place].longest)
		seen[place].longest = len;
	if (h[9] != IPPROTO_TCP)
		return;
	seen[place].tcp++;
	len = (unsigned)(h[2] << 8 | h[3]);
	if (verify && (mbuf_inet_cksum(m, IPPROTO_TCP, hlen, len - hlen,
	    &sum) != 0 || sum != 0))
		seen[place].wrong++;
}

static errno_t
if_input(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *m,
    char **frame)
{
	const unsigned char *eh = (const unsigned char *)*frame;

	(void)cookie;
	(void)ifp;
	(void)protocol;
	if (eh[12] == 8 && eh[13] == 0)
		look(*m, IF_IN, 1);
	return (0);
}

static errno_t
if_output(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *m)
{
	unsigned len = (unsigned)mbuf_pkthdr_len(*m) - 14;

	(void)cookie;
	(void)ifp;
	if (protocol != AF_INET)
		return (0);
	seen[IF_OUT].packets++;
	if (len > seen[IF_OUT].longest)
		seen[IF_OUT].longest = len;
	return (0);
}

static void
if_detached(void *cookie, ifnet_t ifp)
{
	(void)cookie;
	(void)ifp;
	live--;
}

static errno_t
ip_input(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	(void)cookie;
	(void)offset;
	(void)protocol;
	look(*m, IP_IN, 1);
	return (0);
}

static errno_t
ip_output(void *cookie, mbuf_t *m, ipf_pktopts_t options)
{
	(void)cookie;
	(void)options;
	look(*m, IP_OUT, 0);
	return (0);
}

static void
ip_detach(void *cookie)
{
	(void)cookie;
	live--;
}

kern_return_t
framecheck_start(kmod_info_t *ki, void *data)
{
	struct iff_filter iff = {
		.iff_name = "framecheck",
		.iff_input = if_input,
		.iff_output = if_output,
		.iff_detached = if_detached,
	};
	struct ipf_filter ipf = {
		.name = "framecheck",
		.ipf_input = ip_input,
		.ipf_output = ip_output,
		.ipf_detach = ip_detach,
	};

	(void)ki;
	(void)data;
	if (ifnet_find_by_name("en0", &en0) != 0)
		return (KERN_FAILURE);
	live = 2;
	if (iflt_attach(en0, &iff, &if_ref) != 0) {
		ifnet_release(en0);
		return (KERN_FAILURE);
	}
	if (ipf_addv4(&ipf, &ip_ref) != 0) {
		iflt_detach(if_ref);
		ifnet_release(en0);
		return (KERN_FAILURE);
	}
	return (KERN_SUCCESS);
}

kern_return_t
framecheck_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (ip_ref != NULL)
		(void)ipf_remove(ip_ref);
	ip_ref = NULL;
	if (if_ref != NULL)
		iflt_detach(if_ref);
	if_ref = NULL;
	if (live != 0)
		return (KERN_FAILURE);
	ifnet_release(en0);
	for (int i = 0; i < NPLACES; i++)
		printf("framecheck: %s: %u packets, longest %u, %u TCP, "
		    "%u wrong\n", seen[i].name, seen[i].packets,
		    seen[i].longest, seen[i].tcp, seen[i].wrong);
	return (KERN_SUCCESS);
}
