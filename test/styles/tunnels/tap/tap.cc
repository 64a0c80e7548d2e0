/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet, whole frames.
 */
#include "interface.h"

extern "C" {
#include <sys/random.h>
#include <sys/socket.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/ethernet.h>
}

class tap_interface : public interface {
	u_char	lladdr[ETHER_ADDR_LEN];
protected:
	virtual bool attach();
	virtual void fill(struct ifnet_init_params &ip);
	virtual errno_t deliver(mbuf_t m);
	virtual size_t min_length() const { return (ETHER_HDR_LEN); }
public:
	virtual errno_t if_ioctl(u_int32_t cmd, void *arg);
};

static const u_char everybody[ETHER_ADDR_LEN] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff
};

bool
tap_interface::attach()
{
	union {
		struct sockaddr_dl sdl;
		char space[sizeof(struct sockaddr_dl) + ETHER_ADDR_LEN];
	} u;

	read_random(lladdr, sizeof(lladdr));
	lladdr[0] = (lladdr[0] & 0xfc) | 2;
	bzero(&u, sizeof(u));
	u.sdl.sdl_len = offsetof(struct sockaddr_dl, sdl_data) + ETHER_ADDR_LEN;
	u.sdl.sdl_family = AF_LINK;
	u.sdl.sdl_alen = ETHER_ADDR_LEN;
	memcpy(LLADDR(&u.sdl), lladdr, ETHER_ADDR_LEN);
	if (!make(FAMILY_NAME, IFT_ETHER, IFNET_FAMILY_ETHERNET, &u.sdl))
		return (false);
	ifnet_set_hdrlen(ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(ifp, ETHER_ADDR_LEN);
	ifnet_set_baudrate(ifp, 10000000);
	ifnet_set_flags(ifp, IFF_BROADCAST | IFF_RUNNING | IFF_MULTICAST |
	    IFF_SIMPLEX, 0xffff);
	bpfattach(ifp, DLT_EN10MB, ifnet_hdrlen(ifp));
	return (true);
}

void
tap_interface::fill(struct ifnet_init_params &ip)
{
	ip.demux = ether_demux;
	ip.add_proto = ether_add_proto;
	ip.del_proto = ether_del_proto;
	ip.check_multi = ether_check_multi;
	ip.framer = ether_frameout;
	ip.broadcast_addr = everybody;
	ip.broadcast_len = ETHER_ADDR_LEN;
}

errno_t
tap_interface::deliver(mbuf_t m)
{
	struct ifnet_stat_increment_param stats;

	bzero(&stats, sizeof(stats));
	stats.packets_in = 1;
	stats.bytes_in = (u_int32_t)mbuf_pkthdr_len(m);
	if (bpf_callback != NULL && (bpf_mode & BPF_MODE_INPUT))
		bpf_callback(ifp, m);
	mbuf_pkthdr_setheader(m, mbuf_data(m));
	mbuf_adj(m, ETHER_HDR_LEN);
	return (ifnet_input(ifp, m, &stats));
}

errno_t
tap_interface::if_ioctl(u_int32_t cmd, void *arg)
{
	struct ifreq *ifr = (struct ifreq *)arg;

	if (cmd == SIOCSIFLLADDR) {
		memcpy(lladdr, ifr->ifr_addr.sa_data, ETHER_ADDR_LEN);
		return (ifnet_set_lladdr(ifp, lladdr, ETHER_ADDR_LEN));
	}
	return (interface::if_ioctl(cmd, arg));
}

interface *
interface::create(int unit)
{
	interface *i = new tap_interface;

	if (i != NULL)
		i->unit = unit;
	return (i);
}
