/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's Ethernet interface.  What it is given to send it keeps for up to
 * 30 ms and reads only then, as a device with a deep ring would; by that time
 * the protocol may have sent the segment again, got it acknowledged, and
 * freed it.
 */
#include "test/unit/twohosts/host.h"

#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <libkern/libkern.h>
#include <string.h>

#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"
#include "test/unit/host/clib.h"

struct held {
	mbuf_t		m;
	uint64_t	due;
};
#define RING	1024

ifnet_t th_ifp;
static struct held ring[RING];
static unsigned ring_head, ring_len;
static uint64_t last_due;
static unsigned char frame[70000];

static void
put_out(mbuf_t m)
{
	uint16_t type;
	size_t len = m->m_pkthdr.len;

	if (len != m_length(m) || len < 14)
		panic("driver: packet header says %zu, there are %zu bytes",
		    len, m_length(m));
	mbuf_copydata(m, 12, 2, &type);
	if (m->m_pkthdr.csum_flags & PH_CSUM_MASK)
		m_csum_finalize(m, type == __builtin_bswap16(0x86dd) ?
		    PF_INET6 : PF_INET, 14);
	mbuf_copydata(m, 0, len, frame);
	th_counts.frames_out++;
	th_env.transmit(th_env.cookie, frame, len);
	mbuf_freem(m);
}

static errno_t
driver_output(ifnet_t ifp, mbuf_t m)
{
	struct held *h;

	MBUF_CHECK(m);
	if (ring_len == RING) {
		mbuf_freem(m);
		return ENOBUFS;
	}
	if (m->m_pkthdr.len > ifnet_mtu(ifp) + 14 &&
	    !(m->m_pkthdr.csum_flags & (MBUF_TSO_IPV4 | MBUF_TSO_IPV6)))
		panic("driver: a frame of %u bytes", m->m_pkthdr.len);
	h = &ring[(ring_head + ring_len++) % RING];
	h->m = m;
	h->due = host_now_ns + th_below(30) * 1000000ull;
	if (h->due < last_due)
		h->due = last_due;
	last_due = h->due;
	return 0;
}

uint64_t
driver_run(uint64_t now)
{
	while (ring_len > 0 && ring[ring_head].due <= now) {
		mbuf_t m = ring[ring_head].m;

		ring_head = (ring_head + 1) % RING;
		ring_len--;
		put_out(m);
	}
	return ring_len > 0 ? ring[ring_head].due : HOST_NEVER;
}

unsigned
driver_held(void)
{
	return ring_len;
}

/* Into a chain cut at random places, as a ring of small buffers would. */
static mbuf_t
chop(const unsigned char *p, size_t len)
{
	mbuf_t head = NULL, *tail = &head;

	while (len > 0) {
		mbuf_t m = th_chance(700) || len > 2048 ?
		    m_getcl(MBUF_DONTWAIT, MBUF_TYPE_DATA,
		    head == NULL ? MBUF_PKTHDR : 0) :
		    head == NULL ? m_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA) :
		    m_get(MBUF_DONTWAIT, MBUF_TYPE_DATA);
		size_t n;

		if (m == NULL) {
			mbuf_freem(head);
			return NULL;
		}
		n = m->m_size < len ? m->m_size : len;
		if (head != NULL && th_chance(100))
			n = 1 + th_below((uint32_t)n);
		if (head == NULL && n < 14)
			n = len < 14 ? len : 14;
		memcpy(m->m_data, p, n);
		m->m_len = (uint16_t)n;
		p += n;
		len -= n;
		*tail = m;
		tail = &m->m_next;
	}
	return head;
}

void
driver_receive(const void *p, size_t len, bool verified)
{
	mbuf_t m;

	th_counts.frames_in++;
	m = chop(p, len);
	if (m == NULL)
		return;
	m->m_pkthdr.rcvif = th_ifp;
	m->m_pkthdr.header = m->m_data;
	m->m_data += 14;
	m->m_len -= 14;
	m->m_pkthdr.len = (uint32_t)(len - 14);
	if (verified)
		mbuf_set_csum_performed(m, MBUF_CSUM_DID_DATA |
		    MBUF_CSUM_PSEUDO_HDR, 0xffff);
	(void)ifnet_input(th_ifp, m, NULL);
}

static errno_t
driver_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	(void)ifp;
	(void)data;
	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return 0;
	default:
		return EOPNOTSUPP;
	}
}

void
driver_attach(void)
{
	static const unsigned char bcast[6] = { 255, 255, 255, 255, 255, 255 };
	struct ifnet_init_params init = {
		.name = "en", .unit = 0, .family = IFNET_FAMILY_ETHERNET,
		.type = IFT_ETHER, .output = driver_output,
		.demux = ether_demux, .add_proto = ether_add_proto,
		.del_proto = ether_del_proto,
		.check_multi = ether_check_multi, .framer = ether_frameout,
		.ioctl = driver_ioctl, .broadcast_addr = bcast,
		.broadcast_len = 6,
	};
	struct sockaddr_dl sdl;
	u_int32_t off = 0;

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_type = IFT_ETHER;
	sdl.sdl_alen = 6;
	memcpy(LLADDR(&sdl), "\x52\x54\x00\x00\x00\x01", 6);
	LLADDR(&sdl)[5] = (char)(th_cfg.host + 1);
	if (ifnet_allocate(&init, &th_ifp) != 0)
		panic("ifnet_allocate");
	ifnet_set_mtu(th_ifp, th_cfg.mtu);
	ifnet_set_addrlen(th_ifp, 6);
	ifnet_set_hdrlen(th_ifp, 14);
	ifnet_set_flags(th_ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX |
	    IFF_RUNNING, 0xffff);
	if (th_cfg.offload & TH_OFF_CSUM)
		off |= IFNET_CSUM_TCP | IFNET_CSUM_UDP | IFNET_CSUM_TCPIPV6 |
		    IFNET_CSUM_UDPIPV6;
	if (th_cfg.offload & TH_OFF_TSO)
		off |= IFNET_TSO_IPV4 | IFNET_TSO_IPV6;
	ifnet_set_offload(th_ifp, off);
	if (ifnet_attach(th_ifp, &sdl) != 0)
		panic("ifnet_attach");
}
