/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lo0.  A frame is the protocol family in four bytes of host order and the
 * packet; what is sent comes back through ifnet_input.  The "hardware" does
 * every checksum and segmentation by leaving them out: nothing on the way can
 * damage the packet, and the receiver is told so.
 */
#include "net/dlil/loopback.h"

#include <libkern/libkern.h>
#include <net/bpf.h>
#include <net/if_types.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/sockio.h>

#include "kernel/kassert.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"

#define LO_MTU		16384
#define LO_HDRLEN	4
#define LO_PENDING	(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP |	\
			MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)

static errno_t
lo_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	if (header == NULL)
		return (ENOENT);
	memcpy(family, header, LO_HDRLEN);
	return (0);
}

static errno_t
lo_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *descs, u_int32_t count)
{
	return (0);
}

static errno_t
lo_del_proto(ifnet_t ifp, protocol_family_t family)
{
	return (0);
}

static errno_t
lo_check_multi(ifnet_t ifp, const struct sockaddr *mcast)
{
	return (0);
}

static errno_t
lo_framer(ifnet_t ifp, mbuf_t *packet, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	uint32_t family;

	if (dest == NULL) {
		/* No address: pre_output left the family in the frame type. */
		memcpy(&family, type, sizeof(family));
	} else if (dest->sa_family == AF_UNSPEC) {
		memcpy(&family, dest->sa_data, sizeof(family));
	} else {
		family = dest->sa_family;
	}
	if (mbuf_prepend(packet, LO_HDRLEN, MBUF_DONTWAIT) != 0)
		return (EJUSTRETURN);
	memcpy((*packet)->m_data, &family, LO_HDRLEN);
	return (0);
}

static errno_t
lo_output(ifnet_t ifp, mbuf_t m)
{
	bpf_tap_in(ifp, DLT_NULL, m, NULL, 0);
	if (m->m_len < LO_HDRLEN && mbuf_pullup(&m, LO_HDRLEN) != 0)
		return (ENOBUFS);
	ifnet_stat_increment_out(ifp, 1, m->m_pkthdr.len, 0);
	m->m_pkthdr.header = m->m_data;
	m->m_data += LO_HDRLEN;
	m->m_len -= LO_HDRLEN;
	m->m_pkthdr.len -= LO_HDRLEN;
	m->m_pkthdr.rcvif = ifp;
	/* A checksum that was still to be made is not made at all. */
	m->m_pkthdr.marks = (m->m_pkthdr.csum_flags & LO_PENDING) != 0 ?
	    PHM_L4_STALE : 0;
	m->m_flags |= MBUF_LOOP;
	m->m_pkthdr.csum_flags &= ~(uint32_t)(MBUF_TSO_IPV4 | MBUF_TSO_IPV6);
	mbuf_set_csum_performed(m, MBUF_CSUM_DID_IP | MBUF_CSUM_IP_GOOD |
	    MBUF_CSUM_DID_DATA | MBUF_CSUM_PSEUDO_HDR, 0xffff);
	return (ifnet_input(ifp, m, NULL));
}

static errno_t
lo_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	switch (cmd) {
	case SIOCSIFFLAGS:
		return (0);
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return (0);
	case SIOCSIFMTU:
		return (ifnet_set_mtu(ifp,
		    (u_int32_t)((struct ifreq *)data)->ifr_mtu));
	default:
		return (EOPNOTSUPP);
	}
}

void
loopback_attach(void)
{
	struct ifnet_init_params init = {
		.name = "lo",
		.unit = 0,
		.family = IFNET_FAMILY_LOOPBACK,
		.type = IFT_LOOP,
		.output = lo_output,
		.demux = lo_demux,
		.add_proto = lo_add_proto,
		.del_proto = lo_del_proto,
		.check_multi = lo_check_multi,
		.framer = lo_framer,
		.ioctl = lo_ioctl,
	};
	ifnet_t lo;

	if (ifnet_allocate(&init, &lo) != 0)
		panic("no memory for lo0");
	ifnet_set_mtu(lo, LO_MTU);
	ifnet_set_flags(lo, IFF_LOOPBACK | IFF_MULTICAST | IFF_RUNNING,
	    IFF_LOOPBACK | IFF_MULTICAST | IFF_RUNNING);
	ifnet_set_hdrlen(lo, LO_HDRLEN);
	ifnet_set_offload(lo, IFNET_CSUM_IP | IFNET_CSUM_TCP | IFNET_CSUM_UDP |
	    IFNET_CSUM_TCPIPV6 | IFNET_CSUM_UDPIPV6 | IFNET_MULTIPAGES |
	    IFNET_TSO_IPV4 | IFNET_TSO_IPV6);
	if (ifnet_attach(lo, NULL) != 0)
		panic("cannot attach lo0");
	bpfattach(lo, DLT_NULL, LO_HDRLEN);
}
