/* SPDX-License-Identifier: BSD-2-Clause */
/* The Ethernet helpers, BPF and ARP: I20 and the helpers' rows. */
#include "fake.h"

#include <net/if_arp.h>
#include <net/init.h>
#include <netinet/in_arp.h>

#define TYPE_A 0x88b5	/* for local experiments */

/* A frame for fke1: header in front of the data. */
static mbuf_t
ether_frame(struct fake *f, const u_int8_t *dst, u_short type, size_t len)
{
	mbuf_t m = fake_packet(len);
	struct ether_header *eh = (void *)((char *)mbuf_data(m) - 14);

	memcpy(eh->ether_dhost, dst, 6);
	memset(eh->ether_shost, 2, 6);
	eh->ether_type = htons(type);
	mbuf_pkthdr_setheader(m, eh);
	mbuf_pkthdr_setrcvif(m, f->ifp);
	return (m);
}

static const u_int8_t own[6] = { 2, 0, 0, 0, 0, 1 };
static const u_int8_t other[6] = { 2, 0, 0, 0, 0, 99 };
static const u_int8_t group[6] = { 1, 0, 0x5e, 0, 0, 1 };
static const u_int8_t all[6] = { 255, 255, 255, 255, 255, 255 };

static errno_t
attach_type(struct fake *f, u_int32_t kind, const void *data, u_int32_t len)
{
	struct ifnet_attach_proto_param p = fake_proto;
	struct ifnet_demux_desc desc;

	desc.type = kind;
	desc.data = (void *)(uintptr_t)data;
	desc.datalen = len;
	p.demux_array = &desc;
	p.demux_count = 1;
	return (ifnet_attach_protocol(f->ifp, FK_PROTO, &p));
}

KPI_TEST(ether_add_proto)
{
	u_short type = htons(TYPE_A);
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_EXPECT(attach_type(&f, DLIL_DESC_ETYPE2, &type, 3) == EINVAL);
	KPI_EXPECT(attach_type(&f, 99, &type, 2) == ENOTSUP);
	KPI_EXPECT(attach_type(&f, DLIL_DESC_ETYPE2, &type, 2) == 0);
	struct ifnet_demux_desc desc = { DLIL_DESC_ETYPE2, &type, 2 };
	struct ifnet_attach_proto_param p = fake_proto;
	p.demux_array = &desc;
	p.demux_count = 1;
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO + 1, &p) == EADDRINUSE);
	fake_down(&f);
}

KPI_TEST(ether_del_proto)
{
	u_short type = htons(TYPE_A);
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_EXPECT(attach_type(&f, DLIL_DESC_ETYPE2, &type, 2) == 0);
	KPI_EXPECT(ifnet_detach_protocol(f.ifp, FK_PROTO) == 0);
	KPI_EXPECT(attach_type(&f, DLIL_DESC_ETYPE2, &type, 2) == 0);
	fake_down(&f);
}

/* What ether_demux says of one frame; the packet is freed. */
static errno_t
demux(struct fake *f, mbuf_t m, protocol_family_t *family, mbuf_flags_t *flags)
{
	char *header = mbuf_pkthdr_header(m);
	errno_t error;

	*family = 0;
	mbuf_pkthdr_setheader(m, NULL);
	error = ether_demux(f->ifp, m, header, family);
	*flags = mbuf_flags(m);
	mbuf_freem(m);
	return (error);
}

KPI_TEST(ether_demux)
{
	static const u_int8_t snap[5] = { 8, 0, 7, 0x80, 0x9b };
	protocol_family_t family;
	u_short type = htons(TYPE_A);
	mbuf_flags_t flags;
	struct fake f;
	mbuf_t m;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_REQUIRE(attach_type(&f, DLIL_DESC_ETYPE2, &type, 2) == 0);
	KPI_EXPECT(demux(&f, ether_frame(&f, own, TYPE_A, 40), &family,
	    &flags) == 0 && family == FK_PROTO);
	KPI_EXPECT((flags & (MBUF_BCAST | MBUF_MCAST | MBUF_PROMISC)) == 0);
	KPI_EXPECT(demux(&f, ether_frame(&f, own, 0x1234, 40), &family,
	    &flags) == ENOENT);
	KPI_EXPECT(demux(&f, ether_frame(&f, other, TYPE_A, 40), &family,
	    &flags) == 0 && (flags & MBUF_PROMISC) != 0);
	KPI_EXPECT(demux(&f, ether_frame(&f, group, TYPE_A, 40), &family,
	    &flags) == 0 && (flags & MBUF_MCAST) != 0);
	KPI_EXPECT(demux(&f, ether_frame(&f, all, TYPE_A, 40), &family,
	    &flags) == 0 && (flags & MBUF_BCAST) != 0);
	/* A tag without a VLAN number is taken away. */
	m = ether_frame(&f, own, ETHERTYPE_VLAN, 44);
	((u_short *)mbuf_data(m))[0] = htons(0xe000);
	((u_short *)mbuf_data(m))[1] = htons(TYPE_A);
	KPI_EXPECT(demux(&f, m, &family, &flags) == 0 && family == FK_PROTO);
	m = ether_frame(&f, own, ETHERTYPE_VLAN, 44);
	((u_short *)mbuf_data(m))[0] = htons(5);
	((u_short *)mbuf_data(m))[1] = htons(TYPE_A);
	KPI_EXPECT(demux(&f, m, &family, &flags) == ENOENT);
	KPI_EXPECT(ifnet_detach_protocol(f.ifp, FK_PROTO) == 0);
	/* SNAP */
	KPI_REQUIRE(attach_type(&f, DLIL_DESC_SNAP, snap, 5) == 0);
	m = ether_frame(&f, own, 40, 40);
	memcpy(mbuf_data(m), "\xaa\xaa\x03\x08\x00\x07\x80\x9b", 8);
	KPI_EXPECT(demux(&f, m, &family, &flags) == 0 && family == FK_PROTO);
	m = ether_frame(&f, own, 40, 40);
	memcpy(mbuf_data(m), "\xaa\xaa\x03\x08\x00\x07\x80\x9c", 8);
	KPI_EXPECT(demux(&f, m, &family, &flags) == ENOENT);
	fake_down(&f);
}

KPI_TEST(ether_frameout)
{
	u_short type = htons(TYPE_A);
	mbuf_t m = fake_packet(10);
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_EXPECT(ether_frameout(f.ifp, &m, NULL, (const char *)other,
	    (const char *)&type) == 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 24);
	struct ether_header *eh = mbuf_data(m);
	KPI_EXPECT(memcmp(eh->ether_dhost, other, 6) == 0);
	KPI_EXPECT(memcmp(eh->ether_shost, own, 6) == 0);
	KPI_EXPECT(eh->ether_type == type);
	mbuf_freem(m);
	fake_down(&f);
}

KPI_TEST(ether_ioctl)
{
	KPI_EXPECT(ether_ioctl(NULL, 1, NULL) == EOPNOTSUPP);
}

KPI_TEST(ether_check_multi)
{
	struct sockaddr_dl sdl;
	struct sockaddr sa = { 16, AF_UNSPEC, { 1 } };

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_alen = 6;
	memcpy(LLADDR(&sdl), group, 6);
	KPI_EXPECT(ether_check_multi(NULL, (struct sockaddr *)&sdl) == 0);
	memcpy(LLADDR(&sdl), own, 6);
	KPI_EXPECT(ether_check_multi(NULL, (struct sockaddr *)&sdl) ==
	    EADDRNOTAVAIL);
	KPI_EXPECT(ether_check_multi(NULL, &sa) == 0);
	sa.sa_family = AF_INET;
	KPI_EXPECT(ether_check_multi(NULL, &sa) == EAFNOSUPPORT);
}

/* --- a protocol of our own over Ethernet ----------------------------------- */

KPI_TEST_AS(ifnet_attach_protocol, own_ethertype)
{
	u_short type = htons(TYPE_A);
	struct fake f;

	KPI_REQUIRE(fake_ether_up(&f, 1) == 0);
	KPI_REQUIRE(attach_type(&f, DLIL_DESC_ETYPE2, &type, 2) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_input(f.ifp, ether_frame(&f, own, TYPE_A, 50), NULL) ==
	    0);
	KPI_EXPECT(trace_becomes("input77"));
	/* For somebody else: dropped before the protocol. */
	KPI_EXPECT(ifnet_input(f.ifp, ether_frame(&f, other, TYPE_A, 50), NULL)
	    == 0);
	nap();
	nap();
	KPI_EXPECT(trace_is("input77"));
	fake_down(&f);
}

/* --- BPF ------------------------------------------------------------------- */

KPI_TEST(bpf_attach)
{
	struct fake f;

	KPI_EXPECT(bpf_attach(NULL, DLT_NULL, 4, NULL, NULL) == EINVAL);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(bpf_attach(f.ifp, DLT_NULL, 4, NULL, NULL) == 0);
	KPI_EXPECT(bpf_attach(f.ifp, DLT_NULL, 4, NULL, NULL) == EEXIST);
	KPI_EXPECT(bpf_attach(f.ifp, DLT_RAW, 0, NULL, NULL) == 0);
	fake_down(&f);
	KPI_EXPECT(bpf_attach(f.ifp, DLT_NULL, 4, NULL, NULL) == ENXIO);
}

KPI_TEST(bpfattach)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	bpfattach(f.ifp, DLT_NULL, 4);
	KPI_EXPECT(bpf_attach(f.ifp, DLT_NULL, 4, NULL, NULL) == EEXIST);
	fake_down(&f);
}

/* Taps without a listener only cost a test; nothing happens to the packet. */
KPI_TEST(bpf_tap_in)
{
	mbuf_t m = fake_packet(10);
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	bpfattach(f.ifp, DLT_NULL, 4);
	bpf_tap_in(f.ifp, DLT_NULL, m, NULL, 0);
	bpf_tap_in(f.ifp, 0, m, "head", 4);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 10);
	fake_down(&f);
	mbuf_freem(m);
}

KPI_TEST(bpf_tap_out)
{
	mbuf_t m = fake_packet(10);
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	bpfattach(f.ifp, DLT_NULL, 4);
	bpf_tap_out(f.ifp, DLT_NULL, m, NULL, 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 10);
	fake_down(&f);
	mbuf_freem(m);
}

KPI_TEST(BPF_WORDALIGN)
{
	KPI_EXPECT(BPF_WORDALIGN(0) == 0 && BPF_WORDALIGN(1) == 4 &&
	    BPF_WORDALIGN(4) == 4 && BPF_WORDALIGN(17) == 20);
}

/* --- ARP and the start of the network -------------------------------------- */

static struct sockaddr_in
sin4(u_int32_t addr)
{
	struct sockaddr_in sin;

	memset(&sin, 0, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(addr);
	return (sin);
}

KPI_TEST(inet_arp_lookup)
{
	struct sockaddr_in to = sin4(0x0a090807);
	struct sockaddr_dl ll;
	struct fake f;

	KPI_EXPECT(inet_arp_lookup(NULL, &to, &ll, sizeof(ll), NULL, NULL) ==
	    EINVAL);
	/* A link without link addresses does not resolve. */
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(inet_arp_lookup(f.ifp, &to, &ll, sizeof(ll), NULL, NULL) ==
	    ENOTSUP);
	fake_down(&f);
}

/* --- a protocol that resolves for itself ----------------------------------- */

static u_short arp_ops[8];
static u_int32_t arp_targets[8];
static volatile int arps;
static int arp_hw_given;

static errno_t
own_send_arp(ifnet_t ifp, u_short op, const struct sockaddr_dl *shw,
    const struct sockaddr *sproto, const struct sockaddr_dl *thw,
    const struct sockaddr *tproto)
{
	const struct sockaddr_in *to = (const void *)tproto;

	KPI_EXPECT(sproto->sa_family == AF_INET && to->sin_family == AF_INET);
	KPI_EXPECT(shw->sdl_alen == ETHER_ADDR_LEN &&
	    (u_char)CONST_LLADDR(shw)[0] == 2);
	arp_ops[arps % 8] = op;
	arp_targets[arps % 8] = ntohl(to->sin_addr.s_addr);
	arp_hw_given += thw != NULL;
	arps++;
	trace("arp%u", op);
	return (0);
}

static errno_t
own_input(ifnet_t ifp, protocol_family_t family, mbuf_t m, char *header)
{
	mbuf_freem(m);
	return (0);
}

static errno_t
own_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	u_int16_t ip = htons(ETHERTYPE_IP);
	struct sockaddr_dl ll;
	errno_t error;

	trace("preout");
	error = inet_arp_lookup(ifp, (const void *)dest, &ll, sizeof(ll), route,
	    *m);
	if (error != 0)
		return (error);
	memcpy(type, &ip, sizeof(ip));
	memcpy(lladdr, LLADDR(&ll), ETHER_ADDR_LEN);
	return (0);
}

/* A module of one's own for IPv4 on Ethernet, as in the guide's figure 7-1. */
KPI_TEST(proto_media_send_arp)
{
	struct ifnet_attach_proto_param p;
	struct sockaddr_in to = sin4(0x0a090807), me = sin4(0x0a090801);
	struct sockaddr_dl ll, hw;
	interface_filter_t a;
	struct fake f;

	memset(&p, 0, sizeof(p));
	p.input = own_input;
	p.pre_output = own_preout;
	p.send_arp = own_send_arp;
	arps = arp_hw_given = 0;
	KPI_REQUIRE(fake_ether_up(&f, 5) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, PF_INET, &p) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	trace_clear();

	/* Nobody has that address yet: the packet waits, the module asks. */
	KPI_EXPECT(ifnet_output(f.ifp, PF_INET, fake_packet(40), NULL,
	    (const struct sockaddr *)&to) == 0);
	KPI_EXPECT(becomes(&arps, 1));
	KPI_EXPECT(arp_ops[0] == ARPOP_REQUEST && arp_targets[0] == 0x0a090807);
	KPI_EXPECT(arp_hw_given == 0 && f.outputs == 0);
	KPI_EXPECT(trace_becomes("preout arp1"));

	/* The answer sends what waited, and the next one goes at once. */
	memset(&hw, 0, sizeof(hw));
	hw.sdl_len = sizeof(hw);
	hw.sdl_family = AF_LINK;
	hw.sdl_alen = ETHER_ADDR_LEN;
	LLADDR(&hw)[0] = 2;
	LLADDR(&hw)[5] = 0x77;
	KPI_EXPECT(inet_arp_handle_input(f.ifp, ARPOP_REPLY, &hw, &to, &me) == 0);
	KPI_EXPECT(becomes(&f.outputs, 1));
	/* The guide's steps of sending, 2 to 6, of a packet that had to wait. */
	KPI_EXPECT(trace_becomes("preout arp1 outA output"));
	KPI_EXPECT(inet_arp_lookup(f.ifp, &to, &ll, sizeof(ll), NULL, NULL) == 0);
	KPI_EXPECT(memcmp(LLADDR(&ll), LLADDR(&hw), ETHER_ADDR_LEN) == 0);
	KPI_EXPECT(ifnet_output(f.ifp, PF_INET, fake_packet(40), NULL,
	    (const struct sockaddr *)&to) == 0);
	KPI_EXPECT(f.outputs == 2 && arps == 1);

	KPI_EXPECT(ifnet_detach_protocol(f.ifp, PF_INET) == 0);
	fake_down(&f);
}

KPI_TEST(inet_arp_handle_input)
{
	struct sockaddr_in a = sin4(0x0a000001), b = sin4(0x0a000002);
	struct sockaddr_dl hw;
	ifnet_t lo;

	memset(&hw, 0, sizeof(hw));
	KPI_EXPECT(inet_arp_handle_input(NULL, 1, &hw, &a, &b) == EINVAL);
	KPI_REQUIRE(ifnet_find_by_name("lo0", &lo) == 0);
	KPI_EXPECT(inet_arp_handle_input(lo, 9, &hw, &a, &b) == EINVAL);
	KPI_EXPECT(inet_arp_handle_input(lo, ARPOP_REPLY, &hw, &a, &b) == EINVAL);
	ifnet_release(lo);
}

KPI_TEST(inet_arp_init_ifaddr)
{
	struct sockaddr_in sin = sin4(0x7f000001);
	ifaddr_t ifa = ifaddr_withaddr((struct sockaddr *)&sin);
	ifnet_t lo;

	KPI_REQUIRE(ifa != NULL && ifnet_find_by_name("lo0", &lo) == 0);
	inet_arp_init_ifaddr(NULL, NULL);
	inet_arp_init_ifaddr(lo, ifa);		/* no ARP there: nothing */
	ifaddr_release(ifa);
	ifnet_release(lo);
}

static void
late(void)
{
	KPI_EXPECT(!"called after the start");
}

KPI_TEST(net_init_add)
{
	KPI_EXPECT(net_init_add(NULL) == EINVAL);
	KPI_EXPECT(net_init_add(late) == EALREADY);
}

KPI_TEST_KEXT(org.unikext.test.kpi_interface, "1.0.0")
