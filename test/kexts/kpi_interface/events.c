/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel events of an interface's life, as a client of SYSPROTO_EVENT
 * sees them: which, in which order, and every member of their data.
 */
#include "fake.h"

#include <netinet/in_var.h>
#include <sys/kpi_socket.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>

#define LOCAL	0x0a7d0001u		/* 10.125.0.1/20 */
#define MASK	0xfffff000u

static socket_t watcher;
static union {
	struct kern_event_msg msg;
	char bytes[1024];
} event;

/* --- an Ethernet interface, for the system's own protocols ------------------- */

static volatile int gone;

static errno_t
output(ifnet_t ifp, mbuf_t m)
{
	mbuf_freem(m);
	return (0);
}

static errno_t
control(ifnet_t ifp, unsigned long cmd, void *data)
{
	return (cmd == SIOCSIFMTU ? ifnet_set_mtu(ifp, (u_int32_t)
	    ((struct ifreq *)data)->ifr_mtu) : 0);
}

static void
is_gone(ifnet_t ifp)
{
	gone = 1;
}

static errno_t
up(u_int32_t unit, ifnet_t *ifp)
{
	struct ifnet_init_params init;
	struct sockaddr_dl sdl;
	errno_t error;

	memset(&init, 0, sizeof(init));
	init.name = "fev";
	init.unit = unit;
	init.family = IFNET_FAMILY_ETHERNET;
	init.type = IFT_ETHER;
	init.output = output;
	init.demux = ether_demux;
	init.add_proto = ether_add_proto;
	init.del_proto = ether_del_proto;
	init.check_multi = ether_check_multi;
	init.framer = ether_frameout;
	init.ioctl = control;
	init.detach = is_gone;
	gone = 0;
	error = ifnet_allocate(&init, ifp);
	if (error != 0)
		return (error);
	ifnet_set_mtu(*ifp, 1500);
	ifnet_set_hdrlen(*ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(*ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(*ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX |
	    IFF_RUNNING, 0xffff);
	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_alen = 6;
	LLADDR(&sdl)[0] = 2;
	LLADDR(&sdl)[5] = (char)unit;
	return (ifnet_attach(*ifp, &sdl));
}

/* --- the events ------------------------------------------------------------------ */

static errno_t
watch(void)
{
	struct kev_request req = { KEV_VENDOR_APPLE, KEV_NETWORK_CLASS, 0 };
	errno_t error = sock_socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT, NULL,
	    NULL, &watcher);

	return (error != 0 ? error : sock_ioctl(watcher, SIOCSKEVFILT, &req));
}

/* The next event of the interface fev<unit>, waited for. */
static struct kern_event_msg *
next(u_int32_t unit)
{
	struct iovec iov = { &event, sizeof(event) };
	struct net_event_data *nd = (void *)event.msg.event_data;
	struct msghdr msg;
	size_t n;

	for (int i = 0; i < 4000; i++) {
		memset(&event, 0, sizeof(event));
		memset(&msg, 0, sizeof(msg));
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		n = 0;
		if (sock_receive(watcher, &msg, MSG_DONTWAIT, &n) != 0) {
			nap();
			continue;
		}
		if (n < KEV_MSG_HEADER_SIZE + sizeof(*nd) ||
		    n != event.msg.total_size ||
		    strcmp(nd->if_name, "fev") != 0 || nd->if_unit != unit)
			continue;
		/* It stops being tentative when it likes. */
		if (event.msg.kev_subclass == KEV_INET6_SUBCLASS &&
		    event.msg.event_code == KEV_INET6_CHANGED_ADDR)
			continue;
		KPI_EXPECT(event.msg.vendor_code == KEV_VENDOR_APPLE);
		KPI_EXPECT(event.msg.kev_class == KEV_NETWORK_CLASS);
		KPI_EXPECT(nd->if_family == IFNET_FAMILY_ETHERNET);
		return (&event.msg);
	}
	return (NULL);
}

/* The next event is that one, with data bytes behind its interface. */
static int
comes(u_int32_t unit, u_int32_t subclass, u_int32_t code, size_t data)
{
	struct kern_event_msg *m = next(unit);

	if (m == NULL) {
		printf("events: %u/%u did not come\n", subclass, code);
		return (0);
	}
	if (m->kev_subclass == subclass && m->event_code == code &&
	    m->total_size == KEV_MSG_HEADER_SIZE +
	    sizeof(struct net_event_data) + data)
		return (1);
	printf("events: %u/%u with %u bytes instead of %u/%u\n",
	    m->kev_subclass, m->event_code, m->total_size, subclass, code);
	return (0);
}

static errno_t
address4(u_int32_t unit, u_long cmd)
{
	struct ifaliasreq ifra;
	struct sockaddr_in *sin = (void *)&ifra.ifra_addr;
	struct sockaddr_in *mask = (void *)&ifra.ifra_mask;
	errno_t error;
	socket_t so;

	memset(&ifra, 0, sizeof(ifra));
	snprintf(ifra.ifra_name, sizeof(ifra.ifra_name), "fev%u", unit);
	sin->sin_len = mask->sin_len = sizeof(*sin);
	sin->sin_family = mask->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(LOCAL);
	mask->sin_addr.s_addr = htonl(MASK);
	error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so);
	if (error != 0)
		return (error);
	error = sock_ioctl(so, cmd, &ifra);
	sock_close(so);
	return (error);
}

static errno_t
address6(u_int32_t unit, u_long cmd)
{
	struct in6_aliasreq ifra;
	struct in6_ifreq ifr;
	struct sockaddr_in6 sin6;
	errno_t error;
	socket_t so;

	memset(&sin6, 0, sizeof(sin6));
	sin6.sin6_len = sizeof(sin6);
	sin6.sin6_family = AF_INET6;
	sin6.sin6_addr.s6_addr[0] = 0xfd;
	sin6.sin6_addr.s6_addr[1] = 0x7d;
	sin6.sin6_addr.s6_addr[15] = 1;
	memset(&ifra, 0, sizeof(ifra));
	memset(&ifr, 0, sizeof(ifr));
	snprintf(ifra.ifra_name, sizeof(ifra.ifra_name), "fev%u", unit);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "fev%u", unit);
	ifra.ifra_addr = ifr.ifr_ifru.ifru_addr = sin6;
	error = sock_socket(PF_INET6, SOCK_DGRAM, 0, NULL, NULL, &so);
	if (error != 0)
		return (error);
	error = sock_ioctl(so, cmd, cmd == SIOCAIFADDR_IN6 ? (void *)&ifra :
	    (void *)&ifr);
	sock_close(so);
	return (error);
}

static errno_t
interface(u_int32_t unit, u_long cmd, int value)
{
	struct ifreq ifr;
	errno_t error;
	socket_t so;

	memset(&ifr, 0, sizeof(ifr));
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "fev%u", unit);
	if (cmd == SIOCSIFFLAGS)
		ifr.ifr_flags = (short)value;
	else
		ifr.ifr_mtu = value;
	error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so);
	if (error != 0)
		return (error);
	error = sock_ioctl(so, cmd, &ifr);
	sock_close(so);
	return (error);
}

static errno_t
link(ifnet_t ifp, u_int32_t code)
{
	struct {
		struct kern_event_msg msg;
		char data[sizeof(struct net_event_data)];
	} ev;
	struct net_event_data *nd = (void *)ev.msg.event_data;

	memset(&ev, 0, sizeof(ev));
	ev.msg.total_size = KEV_MSG_HEADER_SIZE + sizeof(*nd);
	ev.msg.vendor_code = KEV_VENDOR_APPLE;
	ev.msg.kev_class = KEV_NETWORK_CLASS;
	ev.msg.kev_subclass = KEV_DL_SUBCLASS;
	ev.msg.event_code = code;
	nd->if_family = ifnet_family(ifp);
	nd->if_unit = ifnet_unit(ifp);
	strlcpy(nd->if_name, ifnet_name(ifp), sizeof(nd->if_name));
	return (ifnet_event(ifp, &ev.msg));
}

KPI_TEST_AS(ifnet_attach, events)
{
	const struct net_event_data *nd = (void *)event.msg.event_data;
	const struct kev_in_data *in = (const void *)nd;
	const struct kev_dl_proto_data *proto = (const void *)nd;
	const struct sockaddr_in6 *sin6 = (const void *)(nd + 1);
	ifnet_t ifp;

	KPI_REQUIRE(watch() == 0);
	KPI_REQUIRE(up(9, &ifp) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_IF_ATTACHED, 0));

	/* The protocol comes with its first address. */
	KPI_REQUIRE(address4(9, SIOCAIFADDR) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_PROTO_ATTACHED, 8));
	KPI_EXPECT(proto->proto_family == PF_INET &&
	    proto->proto_remaining_count == 1);
	KPI_EXPECT(comes(9, KEV_INET_SUBCLASS, KEV_INET_NEW_ADDR,
	    sizeof(*in) - sizeof(*nd)));
	KPI_EXPECT(in->ia_addr.s_addr == htonl(LOCAL));
	/* A network of class A, in host order like its part of it. */
	KPI_EXPECT(in->ia_net == 0x0a000000 && in->ia_netmask == 0xff000000);
	KPI_EXPECT(in->ia_subnet == (LOCAL & MASK) &&
	    in->ia_subnetmask == MASK);
	KPI_EXPECT(in->ia_netbroadcast.s_addr == htonl(0x0affffff));
	KPI_EXPECT(in->ia_dstaddr.s_addr == htonl(LOCAL | ~MASK));

	KPI_EXPECT(interface(9, SIOCSIFFLAGS, 0) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_SIFFLAGS, 0));
	KPI_EXPECT(interface(9, SIOCSIFFLAGS, IFF_UP) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_SIFFLAGS, 0));
	KPI_EXPECT(interface(9, SIOCSIFMTU, 1400) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_SIFMTU, 0));

	KPI_EXPECT(address4(9, SIOCDIFADDR) == 0);
	KPI_EXPECT(comes(9, KEV_INET_SUBCLASS, KEV_INET_ADDR_DELETED,
	    sizeof(*in) - sizeof(*nd)));
	KPI_EXPECT(in->ia_addr.s_addr == htonl(LOCAL) &&
	    in->ia_subnetmask == MASK);

	KPI_EXPECT(ifnet_detach_protocol(ifp, PF_INET) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_PROTO_DETACHED, 8));
	KPI_EXPECT(proto->proto_family == PF_INET &&
	    proto->proto_remaining_count == 0);

	KPI_REQUIRE(address6(9, SIOCAIFADDR_IN6) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_PROTO_ATTACHED, 8));
	KPI_EXPECT(proto->proto_family == PF_INET6);
	KPI_EXPECT(comes(9, KEV_INET6_SUBCLASS, KEV_INET6_NEW_USER_ADDR,
	    4 * sizeof(*sin6)));
	KPI_EXPECT(sin6[0].sin6_family == AF_INET6 &&
	    sin6[0].sin6_addr.s6_addr[1] == 0x7d);
	KPI_EXPECT(sin6[3].sin6_addr.s6_addr[7] == 0xff &&
	    sin6[3].sin6_addr.s6_addr[8] == 0);		/* /64 */
	/* What a driver says of its link. */
	KPI_EXPECT(link(ifp, KEV_DL_LINK_OFF) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_LINK_OFF, 0));
	KPI_EXPECT(link(ifp, KEV_DL_LINK_ON) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_LINK_ON, 0));

	KPI_EXPECT(address6(9, SIOCDIFADDR_IN6) == 0);
	KPI_EXPECT(comes(9, KEV_INET6_SUBCLASS, KEV_INET6_ADDR_DELETED,
	    4 * sizeof(*sin6)));
	KPI_EXPECT(sin6[0].sin6_addr.s6_addr[1] == 0x7d);
	KPI_EXPECT(address4(9, SIOCAIFADDR) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_PROTO_ATTACHED, 8));
	KPI_EXPECT(proto->proto_remaining_count == 2);
	KPI_EXPECT(comes(9, KEV_INET_SUBCLASS, KEV_INET_NEW_ADDR,
	    sizeof(*in) - sizeof(*nd)));

	/* The way out; what it still has goes between the two. */
	KPI_EXPECT(ifnet_detach(ifp) == 0);
	KPI_EXPECT(becomes(&gone, 1));
	KPI_EXPECT(ifnet_release(ifp) == 0);
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_IF_DETACHING, 0));
	KPI_EXPECT(comes(9, KEV_INET_SUBCLASS, KEV_INET_ADDR_DELETED,
	    sizeof(*in) - sizeof(*nd)));
	for (u_int32_t left = 2; left-- > 0;) {
		KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_PROTO_DETACHED, 8));
		KPI_EXPECT(proto->proto_remaining_count == left);
	}
	KPI_EXPECT(comes(9, KEV_DL_SUBCLASS, KEV_DL_IF_DETACHED, 0));
	sock_close(watcher);
}
