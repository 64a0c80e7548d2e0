/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Point to point, packets of IP as they are.
 */
#include "interface.h"

extern "C" {
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/kpi_protocol.h>
}

extern "C" {

static errno_t
tun_demux(ifnet_t, mbuf_t m, char *, protocol_family_t *proto)
{
	if (mbuf_len(m) < 1)
		return (ENOENT);
	switch (*(u_int8_t *)mbuf_data(m) >> 4) {
	case 4:
		*proto = PF_INET;
		return (0);
	case 6:
		*proto = PF_INET6;
		return (0);
	}
	return (ENOENT);
}

static errno_t
tun_add_proto(ifnet_t, protocol_family_t proto, const struct ifnet_demux_desc *,
    u_int32_t)
{
	return (proto == PF_INET || proto == PF_INET6 ? 0 : ENOPROTOOPT);
}

static errno_t
tun_del_proto(ifnet_t, protocol_family_t)
{
	return (0);
}

static errno_t
tun_input(ifnet_t, protocol_family_t proto, mbuf_t m, char *)
{
	if (proto_input(proto, m) != 0)
		mbuf_freem(m);
	return (0);
}

static errno_t
tun_attach_proto(ifnet_t ifp, protocol_family_t proto)
{
	struct ifnet_attach_proto_param p;

	bzero(&p, sizeof(p));
	p.input = tun_input;
	return (ifnet_attach_protocol(ifp, proto, &p));
}

static void
tun_detach_proto(ifnet_t ifp, protocol_family_t proto)
{
	ifnet_detach_protocol(ifp, proto);
}
}

class tun_interface : public interface {
protected:
	virtual bool attach();
	virtual void fill(struct ifnet_init_params &ip);
	virtual errno_t deliver(mbuf_t m);
	virtual size_t min_length() const { return (sizeof(struct ip)); }
public:
	tun_interface();
	virtual ~tun_interface();
};

bool
tun_interface::attach()
{
	if (!make(FAMILY_NAME, IFT_OTHER, IFNET_FAMILY_TUN, NULL))
		return (false);
	ifnet_set_hdrlen(ifp, 0);
	ifnet_set_addrlen(ifp, 0);
	ifnet_set_flags(ifp, IFF_POINTOPOINT | IFF_RUNNING | IFF_MULTICAST |
	    IFF_SIMPLEX, 0xffff);
	bpfattach(ifp, DLT_RAW, 0);
	return (true);
}

void
tun_interface::fill(struct ifnet_init_params &ip)
{
	ip.demux = tun_demux;
	ip.add_proto = tun_add_proto;
	ip.del_proto = tun_del_proto;
}

errno_t
tun_interface::deliver(mbuf_t m)
{
	struct ifnet_stat_increment_param stats;

	bzero(&stats, sizeof(stats));
	stats.packets_in = 1;
	stats.bytes_in = (u_int32_t)mbuf_pkthdr_len(m);
	if (bpf_callback != NULL && (bpf_mode & BPF_MODE_INPUT))
		bpf_callback(ifp, m);
	mbuf_pkthdr_setheader(m, mbuf_data(m));
	return (ifnet_input(ifp, m, &stats));
}

/* The plumbers are there while any interface is. */
static int users;

tun_interface::tun_interface()
{
	if (users++ > 0)
		return;
	proto_register_plumber(PF_INET, IFNET_FAMILY_TUN, tun_attach_proto,
	    tun_detach_proto);
	proto_register_plumber(PF_INET6, IFNET_FAMILY_TUN, tun_attach_proto,
	    tun_detach_proto);
}

tun_interface::~tun_interface()
{
	if (--users > 0)
		return;
	proto_unregister_plumber(PF_INET, IFNET_FAMILY_TUN);
	proto_unregister_plumber(PF_INET6, IFNET_FAMILY_TUN);
}

interface *
interface::create(int unit)
{
	interface *i = new tun_interface;

	if (i != NULL)
		i->unit = unit;
	return (i);
}
