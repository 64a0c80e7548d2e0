/* SPDX-License-Identifier: BSD-2-Clause */
/* The data paths, filters, protocols, plumbers: I5 - I7, I12 - I16, I19. */
#include "fake.h"

static const struct sockaddr dest = { 16, FK_PROTO, { 0 } };

KPI_TEST(ifnet_output)
{
	interface_filter_t a, b;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_output(f.ifp, FK_PROTO, fake_packet(9), NULL, &dest) ==
	    ENXIO);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_b, &b) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_output(f.ifp, FK_PROTO, fake_packet(20), NULL, &dest) ==
	    0);
	/* The guide's steps of sending. */
	KPI_EXPECT(trace_is("preout framer(LT) outA outB output"));
	fake_down(&f);
	KPI_EXPECT(ifnet_output(f.ifp, FK_PROTO, fake_packet(9), NULL, &dest) ==
	    ENXIO);
}

KPI_TEST_AS(ifnet_output, list)
{
	struct fake f;
	mbuf_t a = fake_packet(9), b = fake_packet(9), c = fake_packet(9);

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	mbuf_setnextpkt(a, b);
	mbuf_setnextpkt(b, c);
	trace_clear();
	KPI_EXPECT(ifnet_output(f.ifp, FK_PROTO, a, NULL, &dest) == 0);
	KPI_EXPECT(trace_is("preout framer(LT) output framer(LT) output "
	    "framer(LT) output"));
	fake_down(&f);
}

KPI_TEST(proto_media_preout)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	preout_result = EHOSTUNREACH;
	trace_clear();
	KPI_EXPECT(ifnet_output(f.ifp, FK_PROTO, fake_packet(9), NULL, &dest) ==
	    EHOSTUNREACH);
	KPI_EXPECT(trace_is("preout"));
	preout_result = 0;
	fake_down(&f);
}

KPI_TEST(ifnet_framer_func)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_output(f.ifp, FK_PROTO, fake_packet(9), NULL, &dest) ==
	    0);
	KPI_EXPECT(trace_is("preout framer(LT) output"));
	fake_down(&f);
}

KPI_TEST(ifnet_output_raw)
{
	interface_filter_t a;
	struct fake f;
	mbuf_t m;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_output_raw(f.ifp, FK_PROTO, fake_packet(20)) == 0);
	KPI_EXPECT(trace_is("outA output"));
	/* The result is that of the last packet. */
	m = fake_packet(9);
	mbuf_setnextpkt(m, fake_packet(9));
	f.output_result = ENOBUFS;
	KPI_EXPECT(ifnet_output_raw(f.ifp, FK_PROTO, m) == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_output_func)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	f.output_result = ENOBUFS;
	KPI_EXPECT(ifnet_output_raw(f.ifp, FK_PROTO, fake_packet(9)) == ENOBUFS);
	fake_down(&f);
}

KPI_TEST(ifnet_input)
{
	struct ifnet_stat_increment_param inc;
	struct ifnet_stats_param st;
	interface_filter_t a, b;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_input(f.ifp, NULL, NULL) == EINVAL);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_b, &b) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, FK_PROTO, 30), NULL) == 0);
	/* The guide's steps of receiving. */
	KPI_EXPECT(trace_becomes("demux inA77 inB77 input77"));
	/* Queued in between: processing goes on on another thread. */
	KPI_EXPECT(f.demux_thread != NULL &&
	    f.demux_thread != current_thread());
	KPI_EXPECT(ifnet_stat(f.ifp, &st) == 0 && st.packets_in == 1 &&
	    st.bytes_in == 30 + FK_HDRLEN);
	memset(&inc, 0, sizeof(inc));
	inc.packets_in = 7;
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, FK_PROTO, 30), &inc) == 0);
	KPI_EXPECT(ifnet_stat(f.ifp, &st) == 0 && st.packets_in == 8);
	nap();
	fake_down(&f);
	KPI_EXPECT(ifnet_input(f.ifp, fake_packet(4), NULL) == EINVAL);
}

KPI_TEST(ifnet_demux_func)
{
	interface_filter_t a;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	trace_clear();
	/* Nobody's frame: filters see family 0. */
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, 0, 30), NULL) == 0);
	KPI_EXPECT(trace_becomes("demux inA0"));
	fake_down(&f);
}

KPI_TEST(proto_media_input)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, FK_PROTO, 30), NULL) == 0);
	KPI_EXPECT(trace_becomes("demux input77"));
	fake_down(&f);
}

static volatile int v2_packets;

static errno_t
v2_input(ifnet_t ifp, protocol_family_t family, mbuf_t list)
{
	while (list != NULL) {
		mbuf_t next = mbuf_nextpkt(list);
		KPI_EXPECT(mbuf_pkthdr_header(list) != NULL);
		mbuf_setnextpkt(list, NULL);
		mbuf_freem(list);
		v2_packets++;
		list = next;
	}
	return (0);
}

KPI_TEST(ifnet_attach_protocol_v2)
{
	struct ifnet_attach_proto_param_v2 p;
	struct fake f;

	memset(&p, 0, sizeof(p));
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_attach_protocol_v2(f.ifp, FK_PROTO, &p) == EINVAL);
	p.input = v2_input;
	KPI_EXPECT(ifnet_attach_protocol_v2(f.ifp, FK_PROTO, &p) == 0);
	KPI_EXPECT(ifnet_attach_protocol_v2(f.ifp, FK_PROTO, &p) == EEXIST);
	fake_down(&f);
}

KPI_TEST(proto_media_input_v2)
{
	struct ifnet_attach_proto_param_v2 p;
	struct fake f;
	mbuf_t m;

	memset(&p, 0, sizeof(p));
	p.input = v2_input;
	v2_packets = 0;
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol_v2(f.ifp, FK_PROTO, &p) == 0);
	m = fake_frame(&f, FK_PROTO, 30);
	mbuf_setnextpkt(m, fake_frame(&f, FK_PROTO, 30));
	KPI_EXPECT(ifnet_input(f.ifp, m, NULL) == 0);
	KPI_EXPECT(becomes(&v2_packets, 2));
	fake_down(&f);
}

/* --- protocols ------------------------------------------------------------- */

KPI_TEST(ifnet_attach_protocol)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, 0, &fake_proto) == EINVAL);
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, NULL) == EINVAL);
	trace_clear();
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	KPI_EXPECT(trace_is("add77 pr-ev14 if-ev14"));
	KPI_EXPECT((ifnet_flags(f.ifp) & IFF_UP) != 0);
	KPI_EXPECT(f.nioctls == 1 && f.ioctls[0] == SIOCSIFFLAGS && f.ioctl_null);
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == EEXIST);
	fake_down(&f);
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == ENXIO);
}

KPI_TEST(ifnet_detach_protocol)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_detach_protocol(f.ifp, FK_PROTO) == ENXIO);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	f.nioctls = 0;
	trace_clear();
	KPI_EXPECT(ifnet_detach_protocol(f.ifp, FK_PROTO) == 0);
	KPI_EXPECT(trace_is("del77 gone77 if-ev15"));
	KPI_EXPECT((ifnet_flags(f.ifp) & IFF_UP) == 0);
	KPI_EXPECT(f.nioctls == 1 && f.ioctls[0] == SIOCSIFFLAGS && f.ioctl_null);
	fake_down(&f);
}

KPI_TEST(ifnet_add_proto_func)
{
	u_short type = htons(0x88b5);
	struct ifnet_demux_desc desc = { DLIL_DESC_ETYPE2, &type, 2 };
	struct ifnet_attach_proto_param p = fake_proto;
	struct fake f;

	p.demux_array = &desc;
	p.demux_count = 1;
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	f.add_result = ENOSPC;
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &p) == ENOSPC);
	KPI_EXPECT(f.descs == 1 && (ifnet_flags(f.ifp) & IFF_UP) == 0);
	f.add_result = 0;
	KPI_EXPECT(ifnet_attach_protocol(f.ifp, FK_PROTO, &p) == 0);
	fake_down(&f);
}

KPI_TEST(ifnet_del_proto_func)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_detach_protocol(f.ifp, FK_PROTO) == 0);
	KPI_EXPECT(trace_is("del77 gone77 if-ev15"));
	fake_down(&f);
}

KPI_TEST(proto_media_detached)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	KPI_EXPECT(ifnet_detach_protocol(f.ifp, FK_PROTO) == 0);
	KPI_EXPECT(trace_is("del77 gone77 if-ev15"));
	/* Later frames are dropped and counted. */
	struct ifnet_stats_param st;
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, FK_PROTO, 9), NULL) == 0);
	for (int i = 0; i < 6000 && ifnet_stat(f.ifp, &st) == 0 &&
	    st.no_protocol == 0; i++)
		nap();
	KPI_EXPECT(st.no_protocol == 1);
	fake_down(&f);
}

/* --- events and ioctls ----------------------------------------------------- */

struct event {
	struct kern_event_msg head;
	struct net_event_data data;
};

static void
fill_event(struct event *ev, struct fake *f, u_int32_t code)
{
	memset(ev, 0, sizeof(*ev));
	ev->head.total_size = sizeof(*ev);
	ev->head.vendor_code = KEV_VENDOR_APPLE;
	ev->head.kev_class = KEV_NETWORK_CLASS;
	ev->head.kev_subclass = KEV_DL_SUBCLASS;
	ev->head.event_code = code;
	ev->data.if_family = ifnet_family(f->ifp);
	ev->data.if_unit = ifnet_unit(f->ifp);
	strlcpy(ev->data.if_name, ifnet_name(f->ifp), sizeof(ev->data.if_name));
}

static void
post_and_expect(const char *want)
{
	interface_filter_t a;
	struct event ev;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_event(NULL, &ev.head) == EINVAL);
	KPI_EXPECT(ifnet_event(f.ifp, NULL) == EINVAL);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	fill_event(&ev, &f, KEV_DL_LINK_ON);
	trace_clear();
	KPI_EXPECT(ifnet_event(f.ifp, &ev.head) == 0);
	KPI_EXPECT(trace_is(want));
	fake_down(&f);
}

KPI_TEST(ifnet_event)		{ post_and_expect("evA13 pr-ev13 if-ev13"); }
KPI_TEST(ifnet_event_func)	{ post_and_expect("evA13 pr-ev13 if-ev13"); }
KPI_TEST(proto_media_event)	{ post_and_expect("evA13 pr-ev13 if-ev13"); }
KPI_TEST(iff_event_func)	{ post_and_expect("evA13 pr-ev13 if-ev13"); }

KPI_TEST(ifnet_ioctl)
{
	interface_filter_t a, b;
	struct fake f;
	int arg;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(ifnet_ioctl(NULL, 0, SIOCGIFMTU, &arg) == EINVAL);
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, 0, &arg) == EINVAL);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_b, &b) == 0);
	filter_ioctl[0] = 0;
	filter_ioctl[1] = EINVAL;
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == 0);
	filter_ioctl[0] = filter_ioctl[1] = EOPNOTSUPP;
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == EOPNOTSUPP);
	filter_ioctl[0] = EJUSTRETURN;
	trace_clear();
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == 0);
	KPI_EXPECT(trace_is("ioctlA"));
	filter_ioctl[0] = filter_ioctl[1] = 0;
	fake_down(&f);
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == EOPNOTSUPP);
}

KPI_TEST(proto_media_ioctl)
{
	struct fake f;
	int arg;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	f.ioctl_result = 0;
	trace_clear();
	KPI_EXPECT(ifnet_ioctl(f.ifp, FK_PROTO, SIOCGIFMTU, &arg) == 0);
	KPI_EXPECT(trace_is("pr-ioctl"));
	fake_down(&f);
}

KPI_TEST(ifnet_ioctl_func)
{
	struct fake f;
	int arg;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	f.ioctl_result = EIO;
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == EIO);
	KPI_EXPECT(f.ioctls[0] == SIOCGIFMTU && !f.ioctl_null);
	fake_down(&f);
}

/* --- filters --------------------------------------------------------------- */

KPI_TEST(iflt_attach)
{
	interface_filter_t a;
	struct fake f;

	KPI_EXPECT(iflt_attach(NULL, &filter_a, &a) == ENOENT);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	fake_down(&f);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == ENXIO);
}

KPI_TEST(iflt_attach_internal)
{
	interface_filter_t a;
	struct fake f;

	KPI_EXPECT(iflt_attach_internal(NULL, &filter_a, &a) == ENOENT);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach_internal(f.ifp, &filter_a, &a) == 0);
	filter_detached = 0;
	iflt_detach(a);
	KPI_EXPECT(filter_detached == 1);
	fake_down(&f);
}

KPI_TEST(iflt_detach)
{
	interface_filter_t a;
	struct fake f;

	iflt_detach(NULL);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	filter_detached = 0;
	iflt_detach(a);
	KPI_EXPECT(filter_detached == 1);
	iflt_detach(a);				/* no effect */
	KPI_EXPECT(filter_detached == 1);
	trace_clear();
	KPI_EXPECT(ifnet_output_raw(f.ifp, FK_PROTO, fake_packet(4)) == 0);
	KPI_EXPECT(trace_is("output"));
	fake_down(&f);
}

KPI_TEST(iff_detached_func)
{
	interface_filter_t a;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	filter_detached = 0;
	fake_down(&f);				/* the interface takes it along */
	KPI_EXPECT(filter_detached == 1);
	iflt_detach(a);
	KPI_EXPECT(filter_detached == 1);
}

KPI_TEST(iff_input_func)
{
	interface_filter_t a, b;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_b, &b) == 0);
	KPI_REQUIRE(ifnet_attach_protocol(f.ifp, FK_PROTO, &fake_proto) == 0);
	trace_clear();
	filter_result[0] = EJUSTRETURN;
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, FK_PROTO, 9), NULL) == 0);
	KPI_EXPECT(trace_becomes("demux inA77"));
	filter_result[0] = EACCES;
	KPI_EXPECT(ifnet_input(f.ifp, fake_frame(&f, FK_PROTO, 9), NULL) == 0);
	KPI_EXPECT(trace_becomes("demux inA77 demux inA77"));
	filter_result[0] = 0;
	fake_down(&f);
}

KPI_TEST(iff_output_func)
{
	interface_filter_t a;
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	filter_result[0] = EJUSTRETURN;
	trace_clear();
	KPI_EXPECT(ifnet_output_raw(f.ifp, FK_PROTO, fake_packet(4)) == 0);
	filter_result[0] = EACCES;
	KPI_EXPECT(ifnet_output_raw(f.ifp, FK_PROTO, fake_packet(4)) == EACCES);
	filter_result[0] = 0;
	KPI_EXPECT(trace_is("outA outA"));
	fake_down(&f);
}

KPI_TEST(iff_ioctl_func)
{
	interface_filter_t a;
	struct fake f;
	int arg;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_EXPECT(iflt_attach(f.ifp, &filter_a, &a) == 0);
	filter_ioctl[0] = ENOTSUP;		/* not mine, either */
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == EOPNOTSUPP);
	filter_ioctl[0] = EPERM;
	KPI_EXPECT(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg) == EPERM);
	filter_ioctl[0] = 0;
	fake_down(&f);
}

/* --- plumbers and inputs --------------------------------------------------- */

static int plumbs, unplumbs;

static errno_t
plumb(ifnet_t ifp, protocol_family_t family)
{
	plumbs++;
	return (ifnet_attach_protocol(ifp, family, &fake_proto));
}

static void
unplumb(ifnet_t ifp, protocol_family_t family)
{
	unplumbs++;
	ifnet_detach_protocol(ifp, family);
}

KPI_TEST(proto_register_plumber)
{
	KPI_EXPECT(proto_register_plumber(FK_PROTO, FK_FAMILY, NULL, NULL) ==
	    EINVAL);
	KPI_EXPECT(proto_register_plumber(FK_PROTO, FK_FAMILY, plumb, unplumb) ==
	    0);
	KPI_EXPECT(proto_register_plumber(FK_PROTO, FK_FAMILY, plumb, NULL) ==
	    EEXIST);
	proto_unregister_plumber(FK_PROTO, FK_FAMILY);
}

KPI_TEST(proto_unregister_plumber)
{
	proto_unregister_plumber(FK_PROTO, FK_FAMILY);	/* unknown: nothing */
	KPI_EXPECT(proto_register_plumber(FK_PROTO, FK_FAMILY, plumb, NULL) == 0);
	proto_unregister_plumber(FK_PROTO, FK_FAMILY);
	KPI_EXPECT(proto_register_plumber(FK_PROTO, FK_FAMILY, plumb, NULL) == 0);
	proto_unregister_plumber(FK_PROTO, FK_FAMILY);
}

/* The stack calls plumbers when an address is given or the interface goes. */
KPI_TEST(proto_unplumb_handler)
{
	struct fake f;

	KPI_REQUIRE(proto_register_plumber(FK_PROTO, FK_FAMILY, plumb,
	    unplumb) == 0);
	KPI_REQUIRE(fake_up(&f, 0) == 0);
	KPI_REQUIRE(plumb(f.ifp, FK_PROTO) == 0);
	unplumbs = 0;
	trace_clear();
	fake_down(&f);
	KPI_EXPECT(unplumbs == 1);
	KPI_EXPECT(trace_is("del77 gone77 detached"));
	proto_unregister_plumber(FK_PROTO, FK_FAMILY);
}

KPI_TEST(proto_plumb_handler)
{
	struct fake f;

	KPI_REQUIRE(fake_up(&f, 0) == 0);
	plumbs = 0;
	KPI_EXPECT(plumb(f.ifp, FK_PROTO) == 0 && plumbs == 1);
	KPI_EXPECT(plumb(f.ifp, FK_PROTO) == EEXIST);
	fake_down(&f);
}

KPI_TEST(proto_input)
{
	mbuf_t m = fake_packet(4);

	KPI_EXPECT(proto_input(4711, m) == -1);
	mbuf_freem(m);				/* still ours */
}

KPI_TEST(proto_inject)
{
	mbuf_t m = fake_packet(4);

	KPI_EXPECT(proto_inject(4711, m) == ENOENT);
	mbuf_freem(m);
	/* Rubbish for IPv4 is taken and dropped. */
	m = fake_packet(40);
	KPI_EXPECT(proto_inject(PF_INET, m) == 0);
	nap();
}
