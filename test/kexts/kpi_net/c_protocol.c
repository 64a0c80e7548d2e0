/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A protocol of the kext's own on the interface; input and output paths;
 * plumbers; ioctls; events; Ethernet's parts.
 */
#include <net/if_arp.h>
#include <net/init.h>

#include <kpitest.h>

#include "fake.h"

#define TYPE	0x88b5		/* EtherType for experiments (IEEE 802) */

static struct {
	volatile int	input, preout, events, ioctls, detached, arps;
	errno_t		input_result, preout_result;
	char		*header;
	size_t		len;
} proto;

static errno_t
proto_input_cb(ifnet_t ifp, protocol_family_t family, mbuf_t m, char *header)
{
	(void)ifp;
	(void)family;
	proto.header = header;
	proto.len = mbuf_pkthdr_len(m);
	proto.input++;
	if (proto.input_result == 0 || proto.input_result == EJUSTRETURN)
		mbuf_freem(m);
	return (proto.input_result);
}

static errno_t
proto_preout_cb(ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	u_int16_t t = htons(TYPE);

	(void)ifp;
	(void)family;
	(void)dest;
	(void)route;
	proto.preout++;
	memcpy(type, &t, 2);
	memcpy(lladdr, "\x02\x00\x00\x00\x00\x99", 6);
	if (proto.preout_result == EJUSTRETURN)
		mbuf_freem(*m);
	return (proto.preout_result);
}

static void
proto_event_cb(ifnet_t ifp, protocol_family_t family,
    const struct kev_msg *event)
{
	(void)ifp;
	(void)family;
	(void)event;
	proto.events++;
}

static errno_t
proto_ioctl_cb(ifnet_t ifp, protocol_family_t family, unsigned long cmd,
    void *arg)
{
	(void)ifp;
	(void)family;
	(void)cmd;
	(void)arg;
	proto.ioctls++;
	return (EOPNOTSUPP);
}

static errno_t
proto_detached_cb(ifnet_t ifp, protocol_family_t family)
{
	(void)ifp;
	(void)family;
	proto.detached++;
	wakeup((void *)(uintptr_t)&proto.detached);
	return (0);
}

static errno_t
proto_resolve_cb(ifnet_t ifp, const struct sockaddr *addr,
    struct sockaddr_dl *out, size_t len)
{
	(void)ifp;
	if (addr->sa_family != AF_INET)
		return (EOPNOTSUPP);
	if (len < sizeof(*out))
		return (EMSGSIZE);
	memset(out, 0, sizeof(*out));
	out->sdl_len = sizeof(*out);
	out->sdl_family = AF_LINK;
	out->sdl_alen = 6;
	out->sdl_data[0] = 0x01;
	out->sdl_data[5] = 0x42;
	return (0);
}

static errno_t
proto_arp_cb(ifnet_t ifp, u_short op, const struct sockaddr_dl *shw,
    const struct sockaddr *sp, const struct sockaddr_dl *thw,
    const struct sockaddr *tp)
{
	(void)ifp;
	(void)op;
	(void)shw;
	(void)sp;
	(void)thw;
	(void)tp;
	proto.arps++;
	return (0);
}

static errno_t
attach(protocol_family_t family)
{
	struct ifnet_attach_proto_param p;
	struct ifnet_demux_desc d;
	u_int16_t type = htons(TYPE);

	memset(&d, 0, sizeof(d));
	d.type = DLIL_DESC_ETYPE2;
	d.data = &type;
	d.datalen = sizeof(type);
	memset(&p, 0, sizeof(p));
	p.demux_array = &d;
	p.demux_count = 1;
	p.input = proto_input_cb;
	p.pre_output = proto_preout_cb;
	p.event = proto_event_cb;
	p.ioctl = proto_ioctl_cb;
	p.detached = proto_detached_cb;
	p.resolve = proto_resolve_cb;
	p.send_arp = proto_arp_cb;
	return (ifnet_attach_protocol(fake.ifp, family, &p));
}

static struct sockaddr dest = { 16, AF_UNSPEC, "" };

static mbuf_t
packet(size_t len)
{
	mbuf_t m;

	if (mbuf_getpacket(MBUF_WAITOK, &m) != 0)
		return (NULL);
	mbuf_setdata(m, (char *)mbuf_datastart(m) + 32, len);
	mbuf_pkthdr_setlen(m, len);
	return (m);
}

KPI_TEST(ifnet_attach_protocol)
{
	int ioctls = fake.ioctls;

	KPI_EXPECT(attach(0) == EINVAL);
	KPI_REQUIRE(attach(fake_family()) == 0);
	KPI_EXPECT(fake.added >= 1);
	KPI_EXPECT(attach(fake_family()) == EEXIST);
	/* The interface is up now, and was told so with data NULL. */
	KPI_EXPECT(ifnet_flags(fake.ifp) & IFF_UP);
	KPI_EXPECT(fake.ioctls > ioctls);
	KPI_EXPECT(fake.last_ioctl == SIOCSIFFLAGS);
	KPI_EXPECT(fake.last_ioctl_data == NULL);
}

KPI_TEST(ifnet_add_proto_func)
{
	KPI_EXPECT(fake.added >= 1);
}

KPI_TEST(ether_add_proto)
{
	struct ifnet_demux_desc d;
	u_int16_t type = htons(TYPE);

	memset(&d, 0, sizeof(d));
	d.data = &type;
	d.datalen = 2;
	d.type = DLIL_DESC_ETYPE2;
	KPI_EXPECT(ether_add_proto(fake.ifp, fake_family() + 1, &d, 1) ==
	    EADDRINUSE);
	d.datalen = 3;
	KPI_EXPECT(ether_add_proto(fake.ifp, fake_family() + 1, &d, 1) ==
	    EINVAL);
	d.type = 99;
	d.datalen = 2;
	KPI_EXPECT(ether_add_proto(fake.ifp, fake_family() + 1, &d, 1) ==
	    ENOTSUP);
}

KPI_TEST(ether_del_proto)
{
	KPI_EXPECT(ether_del_proto(fake.ifp, fake_family() + 1) == 0);
}

KPI_TEST(ether_ioctl)
{
	KPI_EXPECT(ether_ioctl(fake.ifp, 1, NULL) == EOPNOTSUPP);
}

KPI_TEST(ether_demux)
{
	mbuf_t m = fake_frame(NULL, TYPE, 20);
	protocol_family_t f = 0;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ether_demux(fake.ifp, m, mbuf_pkthdr_header(m), &f) == 0);
	KPI_EXPECT(f == fake_family());
	mbuf_freem(m);
	m = fake_frame((const unsigned char *)"\xff\xff\xff\xff\xff\xff",
	    0x1234, 20);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ether_demux(fake.ifp, m, mbuf_pkthdr_header(m), &f) ==
	    ENOENT);
	KPI_EXPECT(mbuf_flags(m) & MBUF_BCAST);
	mbuf_freem(m);
	m = fake_frame((const unsigned char *)"\x02\x11\x22\x33\x44\x55",
	    TYPE, 20);
	KPI_REQUIRE(m != NULL);
	ether_demux(fake.ifp, m, mbuf_pkthdr_header(m), &f);
	KPI_EXPECT(mbuf_flags(m) & MBUF_PROMISC);
	mbuf_freem(m);
}

KPI_TEST(ether_frameout)
{
	u_int16_t type = htons(TYPE);
	mbuf_t m = packet(30);
	unsigned char *p;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ether_frameout(fake.ifp, &m, &dest,
	    "\x02\x00\x00\x00\x00\x99", (char *)&type) == 0);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 44);
	p = mbuf_data(m);
	KPI_EXPECT(p[5] == 0x99 && p[6] == 0x02 && p[11] == 0x77);
	KPI_EXPECT(p[12] == 0x88 && p[13] == 0xb5);
	mbuf_freem(m);
}

/* --- output ------------------------------------------------------------------- */

KPI_TEST(ifnet_output)
{
	mbuf_t a = packet(50), b = packet(50), c = packet(50);
	int preout = proto.preout, framed = fake.framed, out = fake.outputs;

	KPI_REQUIRE(a != NULL && b != NULL && c != NULL);
	mbuf_setnextpkt(a, b);
	mbuf_setnextpkt(b, c);
	KPI_EXPECT(ifnet_output(fake.ifp, fake_family(), a, NULL, &dest) ==
	    0);
	KPI_EXPECT(reached(&fake.outputs, out + 3));
	KPI_EXPECT(proto.preout == preout + 1);
	KPI_EXPECT(fake.framed == framed + 3);
	KPI_EXPECT(fake.last_len == 64 && fake.last_frame[5] == 0x99);
	a = packet(50);
	KPI_REQUIRE(a != NULL);
	KPI_EXPECT(ifnet_output(fake.ifp, fake_family() + 1, a, NULL, &dest)
	    == ENXIO);
}

KPI_TEST(ifnet_output_func)
{
	KPI_EXPECT(fake.outputs >= 3);
}

KPI_TEST(ifnet_framer_func)
{
	KPI_EXPECT(fake.framed >= 3);
}

KPI_TEST(proto_media_preout)
{
	mbuf_t m = packet(50);
	int out = fake.outputs;

	KPI_REQUIRE(m != NULL);
	proto.preout_result = EJUSTRETURN;
	KPI_EXPECT(ifnet_output(fake.ifp, fake_family(), m, NULL, &dest) ==
	    0);
	m = packet(50);
	KPI_REQUIRE(m != NULL);
	proto.preout_result = EHOSTUNREACH;
	KPI_EXPECT(ifnet_output(fake.ifp, fake_family(), m, NULL, &dest) ==
	    EHOSTUNREACH);
	proto.preout_result = 0;
	KPI_EXPECT(fake.outputs == out);
}

KPI_TEST(ifnet_output_raw)
{
	mbuf_t a = packet(60), b = packet(60);
	int i;

	KPI_REQUIRE(a != NULL && b != NULL);
	for (i = 0; i < 8; i++)
		fake.output_result[i] = i == fake.outputs % 8 ? ENOBUFS : 0;
	mbuf_setnextpkt(a, b);
	i = fake.outputs;
	KPI_EXPECT(ifnet_output_raw(fake.ifp, fake_family(), a) == 0);
	KPI_EXPECT(fake.outputs == i + 2);
	memset(fake.output_result, 0, sizeof(fake.output_result));
}

/* --- input -------------------------------------------------------------------- */

KPI_TEST(ifnet_input)
{
	struct ifnet_stat_increment_param inc;
	struct ifnet_stats_param before, after;
	mbuf_t m = fake_frame(NULL, TYPE, 33);
	int n = proto.input;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_input(fake.ifp, NULL, NULL) == EINVAL);
	ifnet_stat(fake.ifp, &before);
	memset(&inc, 0, sizeof(inc));
	inc.packets_in = 10;
	inc.bytes_in = 1000;
	KPI_EXPECT(ifnet_input(fake.ifp, m, &inc) == 0);
	KPI_EXPECT(reached(&proto.input, n + 1));
	ifnet_stat(fake.ifp, &after);
	KPI_EXPECT(after.packets_in == before.packets_in + 10);
	KPI_EXPECT(after.bytes_in == before.bytes_in + 1000);
	KPI_EXPECT(proto.len == 33 && proto.header != NULL);
}

KPI_TEST(ifnet_demux_func)
{
	mbuf_t m = fake_frame(NULL, 0x1234, 20);
	int n = fake.demuxed, in = proto.input;

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_input(fake.ifp, m, NULL) == 0);
	KPI_EXPECT(reached(&fake.demuxed, n + 1));
	KPI_EXPECT(proto.input == in);
}

KPI_TEST(proto_media_input)
{
	mbuf_t m = fake_frame(NULL, TYPE, 20);
	int n = proto.input;

	/* An error leaves the packet to the stack, which frees it. */
	KPI_REQUIRE(m != NULL);
	proto.input_result = EINVAL;
	KPI_EXPECT(ifnet_input(fake.ifp, m, NULL) == 0);
	KPI_EXPECT(reached(&proto.input, n + 1));
	proto.input_result = 0;
}

/* --- events, ioctls, multicast -------------------------------------------------- */

KPI_TEST(ifnet_event)
{
	struct {
		struct kern_event_msg	msg;
		u_int32_t		more;
	} e;
	int ev = fake.events, pe = proto.events;

	memset(&e, 0, sizeof(e));
	e.msg.total_size = KEV_MSG_HEADER_SIZE + 4;
	e.msg.vendor_code = KEV_VENDOR_APPLE;
	e.msg.kev_class = KEV_NETWORK_CLASS;
	e.msg.kev_subclass = KEV_DL_SUBCLASS;
	e.msg.event_code = KEV_DL_LINK_ON;
	KPI_EXPECT(ifnet_event(fake.ifp, &e.msg) == 0);
	KPI_EXPECT(reached(&fake.events, ev + 1));
	KPI_EXPECT(reached(&proto.events, pe + 1));
	KPI_EXPECT(ifnet_event(NULL, &e.msg) == EINVAL);
}

KPI_TEST(ifnet_event_func)
{
	KPI_EXPECT(fake.events >= 1);
}

KPI_TEST(proto_media_event)
{
	KPI_EXPECT(proto.events >= 1);
}

KPI_TEST(ifnet_ioctl)
{
	struct ifreq ifr;
	int p = proto.ioctls;

	memset(&ifr, 0, sizeof(ifr));
	fake.ioctl_result = 0;
	KPI_EXPECT(ifnet_ioctl(fake.ifp, fake_family(), SIOCSIFMEDIA, &ifr) ==
	    0);
	KPI_EXPECT(proto.ioctls == p + 1);
	KPI_EXPECT(fake.last_ioctl == SIOCSIFMEDIA);
	KPI_EXPECT(fake.last_ioctl_data == &ifr);
	fake.ioctl_result = EOPNOTSUPP;
	KPI_EXPECT(ifnet_ioctl(fake.ifp, fake_family(), SIOCSIFMEDIA, &ifr) ==
	    EOPNOTSUPP);
	fake.ioctl_result = EBUSY;
	KPI_EXPECT(ifnet_ioctl(fake.ifp, 0, SIOCSIFMEDIA, &ifr) == EBUSY);
	fake.ioctl_result = 0;
	KPI_EXPECT(ifnet_ioctl(NULL, 0, SIOCSIFMEDIA, &ifr) == EINVAL);
	KPI_EXPECT(ifnet_ioctl(fake.ifp, 0, 0, &ifr) == EINVAL);
}

KPI_TEST(ifnet_ioctl_func)
{
	KPI_EXPECT(fake.ioctls >= 3);
}

KPI_TEST(proto_media_ioctl)
{
	KPI_EXPECT(proto.ioctls >= 1);
}

static errno_t
resolve(sa_family_t family, struct sockaddr_dl *out)
{
	struct sockaddr sa = { 16, family, "" };

	return (ifnet_resolve_multicast(fake.ifp, &sa, (struct sockaddr *)out,
	    sizeof(*out)));
}

KPI_TEST(ifnet_resolve_multicast)
{
	struct ifnet_attach_proto_param p;
	struct sockaddr_dl out;

	/* No such protocol: the interface judges the address, and refuses. */
	KPI_EXPECT(resolve(AF_INET, &out) == EAFNOSUPPORT);
	memset(&p, 0, sizeof(p));
	p.input = proto_input_cb;
	p.resolve = proto_resolve_cb;
	p.detached = proto_detached_cb;
	KPI_REQUIRE(ifnet_attach_protocol(fake.ifp, PF_INET, &p) == 0);
	KPI_EXPECT(resolve(AF_INET, &out) == 0);
	KPI_EXPECT(out.sdl_alen == 6 && LLADDR(&out)[5] == 0x42);
	KPI_EXPECT(ifnet_detach_protocol(fake.ifp, PF_INET) == 0);
	KPI_EXPECT(reached(&proto.detached, 1));
	proto.detached = 0;
}

KPI_TEST(proto_media_resolve_multi)
{
	proto_media_resolve_multi f = proto_resolve_cb;
	struct sockaddr sa = { 16, AF_APPLETALK, "" };

	KPI_EXPECT(f(fake.ifp, &sa, NULL, 0) == EOPNOTSUPP);
}

/* --- plumbers --------------------------------------------------------------------- */

static volatile int plumbed, unplumbed;

static errno_t
plumb(ifnet_t ifp, protocol_family_t family)
{
	(void)ifp;
	(void)family;
	plumbed++;
	return (0);
}

static void
unplumb(ifnet_t ifp, protocol_family_t family)
{
	(void)ifp;
	(void)family;
	unplumbed++;
}

KPI_TEST(proto_register_plumber)
{
	protocol_family_t f = fake_family() + 2;

	KPI_EXPECT(proto_register_plumber(f, fake_family(), NULL, unplumb) ==
	    EINVAL);
	KPI_EXPECT(proto_register_plumber(f, fake_family(), plumb, unplumb) ==
	    0);
	KPI_EXPECT(proto_register_plumber(f, fake_family(), plumb, unplumb) ==
	    EEXIST);
}

KPI_TEST(proto_plumb_handler)
{
	proto_plumb_handler h = plumb;

	KPI_EXPECT(h != NULL && plumbed == 0);
}

KPI_TEST(proto_unplumb_handler)
{
	proto_unplumb_handler h = unplumb;

	KPI_EXPECT(h != NULL && unplumbed == 0);
}

KPI_TEST(proto_unregister_plumber)
{
	protocol_family_t f = fake_family() + 2;

	proto_unregister_plumber(f, fake_family());
	KPI_EXPECT(proto_register_plumber(f, fake_family(), plumb, NULL) ==
	    0);
	proto_unregister_plumber(f, fake_family());
	proto_unregister_plumber(f, fake_family());
}

KPI_TEST(proto_input)
{
	mbuf_t m = packet(20);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(proto_input(fake_family() + 3, m) == -1);
	mbuf_freem(m);
}

KPI_TEST(proto_inject)
{
	mbuf_t m = packet(20);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(proto_inject(fake_family() + 3, m) == ENOENT);
	mbuf_freem(m);
}

static void
at_start(void)
{
}

KPI_TEST(net_init_func_ptr)
{
	net_init_func_ptr f = at_start;

	KPI_EXPECT(net_init_add(f) == EALREADY);
	KPI_EXPECT(net_init_add(NULL) == EINVAL);
}

KPI_TEST(ifnet_detach_protocol)
{
	KPI_EXPECT(ifnet_detach_protocol(fake.ifp, fake_family() + 1) ==
	    ENXIO);
	KPI_EXPECT(ifnet_detach_protocol(fake.ifp, fake_family()) == 0);
	KPI_EXPECT(reached(&proto.detached, 1));
	/* The last protocol has gone: the interface is down. */
	KPI_EXPECT(!(ifnet_flags(fake.ifp) & IFF_UP));
}

KPI_TEST(ifnet_del_proto_func)
{
	KPI_EXPECT(fake.deleted >= 1);
}

KPI_TEST(proto_media_detached)
{
	KPI_EXPECT(proto.detached == 1);
}
