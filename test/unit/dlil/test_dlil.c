/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface layer with a fake driver: order of steps, ownership, the
 * life cycle.  Names I5...I20 are rows of the KPI's table of test vectors.
 */
#include <libkern/libkern.h>
#include <net/if_types.h>
#include <net/net_kev.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/sockio.h>

#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/mbuf/mbuf.h"
#include "test/unit/dlil/fakeif.h"
#include "test/unit/dlil/shim.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"

static uint32_t
mbufs_inuse(void)
{
	struct m_class_stat st;

	mbuf_class_stat(MC_MBUF, &st);
	return (st.inuse);
}

UNIT_TEST(steps_out)
{
	struct sockaddr dest = { .sa_len = 16, .sa_family = FAKE_PROTO };
	interface_filter_t a, b;
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_b, &b), 0);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	trace_clear();
	CHECK_EQ(ifnet_output(f.ifp, FAKE_PROTO, fake_packet(20), NULL, &dest), 0);
	CHECK(trace_is("preout framer(LT) outA outB output"));

	/* Raw output starts at the filters. */
	trace_clear();
	CHECK_EQ(ifnet_output_raw(f.ifp, FAKE_PROTO, fake_packet(20)), 0);
	CHECK(trace_is("outA outB output"));
	fake_end(&f);
}

UNIT_TEST(steps_in)
{
	interface_filter_t a, b;
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_b, &b), 0);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	trace_clear();
	CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 30), NULL), 0);
	CHECK(trace_is(""));		/* queued, not run */
	fake_run();
	CHECK(trace_is("demux inA77 inB77 input77"));

	/* Unknown to the demux: filters see family 0, then it is dropped. */
	trace_clear();
	CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, 0, 30), NULL), 0);
	fake_run();
	CHECK(trace_is("demux inA0 inB0"));
	CHECK_EQ(f.ifp->if_cnt.no_protocol, 1);

	/* Promiscuous: dropped after the filters. */
	trace_clear();
	mbuf_t m = fake_frame(&f, FAKE_PROTO, 30);
	m->m_flags |= MBUF_PROMISC;
	CHECK_EQ(ifnet_input(f.ifp, m, NULL), 0);
	fake_run();
	CHECK(trace_is("demux inA77 inB77"));

	/* A filter that swallows, one that refuses. */
	trace_clear();
	fake_filter_result[0] = EJUSTRETURN;
	CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 30), NULL), 0);
	fake_run();
	fake_filter_result[0] = EACCES;
	CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 30), NULL), 0);
	fake_run();
	fake_filter_result[0] = 0;
	CHECK(trace_is("demux inA77 demux inA77"));
	fake_end(&f);
}

UNIT_TEST(batches_and_counters)
{
	struct ifnet_stats_param st;
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	for (unsigned i = 0; i < 1000; i++)
		CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 30),
		    NULL), 0);
	fake_run();
	CHECK_EQ(ifnet_stat(f.ifp, &st), 0);
	CHECK_EQ(st.packets_in, 1000);
	CHECK_EQ(st.bytes_in, 1000 * (30 + FAKE_HDRLEN));

	struct ifnet_stat_increment_param inc = {
		.packets_in = 5, .bytes_in = 7, .errors_out = 3
	};
	CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 30), &inc), 0);
	fake_run();
	CHECK_EQ(ifnet_stat(f.ifp, &st), 0);
	CHECK_EQ(st.packets_in, 1005);
	CHECK_EQ(st.errors_out, 3);
	fake_end(&f);
	CHECK_EQ(mbufs_inuse(), 0);
}

UNIT_TEST(I5_I6_filters)
{
	interface_filter_t a, b;
	struct fakeif f;

	CHECK_EQ(iflt_attach(NULL, &fake_filter_a, &a), ENOENT);
	memset(&f, 0, sizeof(f));
	CHECK_EQ(fake_make(&f, "fk", 3), 0);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), ENXIO);
	CHECK_EQ(ifnet_attach(f.ifp, NULL), 0);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_b, &b), 0);
	fake_filter_detached = 0;
	iflt_detach(NULL);
	iflt_detach(a);
	CHECK_EQ(fake_filter_detached, 1);
	iflt_detach(a);			/* unknown now: logged, no effect */
	CHECK_EQ(fake_filter_detached, 1);
	trace_clear();
	fake_end(&f);			/* takes b along */
	CHECK_EQ(fake_filter_detached, 2);
	CHECK(trace_is("evB10 offB detached"));
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), ENXIO);
}

UNIT_TEST(filter_calls_from_its_callback)
{
	struct gate_frame frame = { .gf_gate = NULL };
	interface_filter_t a, b;
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	frame.gf_gate = host_last_gate;
	CHECK_EQ(frame.gf_gate->g_class, GATE_IFF);
	shim_top = &frame;
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_b, &b), EDEADLK);
	fake_filter_detached = 0;
	iflt_detach(a);			/* does not wait, but happens */
	CHECK_EQ(fake_filter_detached, 1);
	shim_top = NULL;
	fake_end(&f);
}

UNIT_TEST(I7_ioctl_chain)
{
	interface_filter_t a, b;
	struct fakeif f;
	int arg;

	fake_attach(&f);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_b, &b), 0);
	CHECK_EQ(ifnet_ioctl(NULL, 0, SIOCGIFMTU, &arg), EINVAL);
	CHECK_EQ(ifnet_ioctl(f.ifp, 0, 0, &arg), EINVAL);

	fake_filter_ioctl[0] = 0;
	fake_filter_ioctl[1] = EINVAL;
	f.ioctl_result = EOPNOTSUPP;
	CHECK_EQ(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg), 0);

	fake_filter_ioctl[0] = fake_filter_ioctl[1] = EOPNOTSUPP;
	CHECK_EQ(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg), EOPNOTSUPP);

	fake_filter_ioctl[0] = EJUSTRETURN;
	trace_clear();
	CHECK_EQ(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg), 0);
	CHECK(trace_is("ioctlA"));

	fake_filter_ioctl[0] = EPERM;
	trace_clear();
	CHECK_EQ(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg), EPERM);
	CHECK(trace_is("ioctlA"));

	fake_filter_ioctl[0] = fake_filter_ioctl[1] = ENOTSUP;
	f.ioctl_result = 0;
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	trace_clear();
	CHECK_EQ(ifnet_ioctl(f.ifp, FAKE_PROTO, SIOCGIFMTU, &arg), 0);
	CHECK(trace_is("ioctlA ioctlB pr-ioctl"));
	fake_filter_ioctl[0] = fake_filter_ioctl[1] = 0;
	fake_end(&f);
	CHECK_EQ(ifnet_ioctl(f.ifp, 0, SIOCGIFMTU, &arg), EOPNOTSUPP);
}

UNIT_TEST(I8_allocate)
{
	struct ifnet_init_params init = {
		.name = "fk", .unit = 8, .family = FAKE_FAMILY, .type = IFT_OTHER,
		.output = (ifnet_output_func)(uintptr_t)1,
	};
	ifnet_t ifp = NULL;
	struct ifnet_init_params bad;

	fake_setup();
	bad = init, bad.family = 0;
	CHECK_EQ(ifnet_allocate(&bad, &ifp), EINVAL);
	bad = init, bad.name = "sixteencharsname";
	CHECK_EQ(ifnet_allocate(&bad, &ifp), EINVAL);
	bad = init, bad.name = NULL;
	CHECK_EQ(ifnet_allocate(&bad, &ifp), EINVAL);
	bad = init, bad.type = 0;
	CHECK_EQ(ifnet_allocate(&bad, &ifp), EINVAL);
	bad = init, bad.type = 256;
	CHECK_EQ(ifnet_allocate(&bad, &ifp), EINVAL);
	bad = init, bad.output = NULL;
	CHECK_EQ(ifnet_allocate(&bad, &ifp), EINVAL);
	CHECK(ifp == NULL);
	CHECK_EQ(ifnet_allocate(&init, NULL), EINVAL);
}

UNIT_TEST(I9_recycling)
{
	struct fakeif f, g;

	memset(&f, 0, sizeof(f));
	memset(&g, 0, sizeof(g));
	CHECK_EQ(fake_make(&f, "rc", 0), 0);
	ifnet_t first = f.ifp;
	CHECK_EQ(fake_make(&g, "rc", 0), EBUSY);
	CHECK_EQ(ifnet_attach(f.ifp, NULL), 0);
	uint32_t index = ifnet_index(f.ifp);
	CHECK(index > 0);
	CHECK_EQ(fake_make(&g, "rc", 0), EBUSY);

	size_t live = 0;
	for (unsigned i = 0; i < 1000; i++) {
		CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
		CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 10), NULL),
		    0);
		CHECK_EQ(ifnet_detach(f.ifp), 0);
		CHECK_EQ(fake_make(&g, "rc", 0), EBUSY);
		while (ifnet_detach_run())
			;
		fake_run();
		CHECK_EQ(f.detached, 1);
		ifnet_release(f.ifp);
		if (i == 10)
			live = host_kmem_live();
		else if (i > 10)
			CHECK_EQ(host_kmem_live(), live);
		memset(&f, 0, sizeof(f));
		CHECK_EQ(fake_make(&f, "rc", 0), 0);
		CHECK(f.ifp == first);
		CHECK_EQ(ifnet_attach(f.ifp, NULL), 0);
		CHECK_EQ(ifnet_index(f.ifp), index);
		trace_clear();
	}
	CHECK_EQ(mbufs_inuse(), 0);
	fake_end(&f);
}

UNIT_TEST(I10_attach)
{
	struct sockaddr_dl sdl = { .sdl_len = sizeof(sdl), .sdl_alen = 5 };
	struct ifnet_init_params init = {
		.name = "nd", .unit = 0, .family = FAKE_FAMILY, .type = IFT_OTHER,
		.output = (ifnet_output_func)(uintptr_t)1,
	};
	struct fakeif f;
	ifnet_t ifp;

	memset(&f, 0, sizeof(f));
	CHECK_EQ(fake_make(&f, "at", 0), 0);
	CHECK_EQ(ifnet_attach(NULL, NULL), EINVAL);
	ifnet_set_addrlen(f.ifp, 6);
	CHECK_EQ(ifnet_attach(f.ifp, &sdl), EINVAL);
	sdl.sdl_alen = 6;
	CHECK_EQ(ifnet_attach(f.ifp, &sdl), 0);
	CHECK_EQ(ifnet_attach(f.ifp, &sdl), EEXIST);
	fake_end(&f);
	CHECK_EQ(ifnet_attach(f.ifp, &sdl), EINVAL);

	CHECK_EQ(ifnet_allocate(&init, &ifp), 0);
	CHECK_EQ(ifnet_attach(ifp, NULL), ENODEV);
	ifnet_release(ifp);
	CHECK_EQ(ifnet_allocate(&init, &ifp), 0);	/* free again at once */
	ifnet_release(ifp);
}

UNIT_TEST(I11_detach)
{
	struct fakeif f;

	memset(&f, 0, sizeof(f));
	CHECK_EQ(fake_make(&f, "dt", 0), 0);
	CHECK_EQ(ifnet_detach(f.ifp), EINVAL);
	CHECK_EQ(ifnet_attach(f.ifp, NULL), 0);
	ifnet_reference(f.ifp);		/* a stranger's */
	CHECK_EQ(ifnet_detach(f.ifp), 0);
	CHECK_EQ(ifnet_detach(f.ifp), EINVAL);
	while (ifnet_detach_run())
		;
	CHECK_EQ(f.detached, 1);
	ifnet_release(f.ifp);
	CHECK_EQ(ifnet_release(f.ifp), 0);
	CHECK_EQ(ifnet_detach(f.ifp), EINVAL);
}

UNIT_TEST(I12_I13_protocols)
{
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(ifnet_attach_protocol(NULL, FAKE_PROTO, &fake_proto), EINVAL);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, 0, &fake_proto), EINVAL);
	CHECK_EQ(ifnet_flags(f.ifp) & IFF_UP, 0);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	CHECK_EQ(ifnet_flags(f.ifp) & IFF_UP, IFF_UP);
	CHECK_EQ(f.nioctls, 1);
	CHECK_EQ(f.ioctls[0], SIOCSIFFLAGS);
	CHECK(f.ioctl_null);
	CHECK(trace_is("add77 pr-ev14 if-ev14"));
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), EEXIST);
	f.add_result = ENOSPC;
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO + 1, &fake_proto),
	    ENOSPC);
	f.add_result = 0;
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO + 1, &fake_proto), 0);
	trace_clear();
	CHECK_EQ(ifnet_detach_protocol(f.ifp, FAKE_PROTO), 0);
	CHECK(trace_is("del77 gone77 pr-ev15 if-ev15"));
	CHECK_EQ(ifnet_flags(f.ifp) & IFF_UP, IFF_UP);
	CHECK_EQ(ifnet_detach_protocol(f.ifp, FAKE_PROTO), ENXIO);
	f.nioctls = 0;
	CHECK_EQ(ifnet_detach_protocol(f.ifp, FAKE_PROTO + 1), 0);
	CHECK_EQ(ifnet_flags(f.ifp) & IFF_UP, 0);
	CHECK_EQ(f.nioctls, 1);
	CHECK_EQ(f.ioctls[0], SIOCSIFFLAGS);
	fake_end(&f);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), ENXIO);
}

UNIT_TEST(I14_I15_output)
{
	struct sockaddr dest = { .sa_len = 16, .sa_family = FAKE_PROTO };
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(ifnet_output(f.ifp, FAKE_PROTO, fake_packet(9), NULL, &dest),
	    ENXIO);
	CHECK_EQ(ifnet_output(NULL, FAKE_PROTO, fake_packet(9), NULL, &dest),
	    EINVAL);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	mbuf_t a = fake_packet(9), b = fake_packet(9), c = fake_packet(9);
	a->m_nextpkt = b;
	b->m_nextpkt = c;
	trace_clear();
	CHECK_EQ(ifnet_output(f.ifp, FAKE_PROTO, a, NULL, &dest), 0);
	CHECK(trace_is("preout framer(LT) output framer(LT) output framer(LT) "
	    "output"));

	/* pre_output refuses: everything is freed. */
	fake_preout_result = EHOSTUNREACH;
	a = fake_packet(9);
	a->m_nextpkt = fake_packet(9);
	CHECK_EQ(ifnet_output(f.ifp, FAKE_PROTO, a, NULL, &dest), EHOSTUNREACH);
	fake_preout_result = 0;

	a = fake_packet(9);
	a->m_nextpkt = fake_packet(9);
	f.output_result = ENOBUFS;
	CHECK_EQ(ifnet_output_raw(f.ifp, FAKE_PROTO, a), 0);
	f.output_result = ENOBUFS;
	CHECK_EQ(ifnet_output_raw(f.ifp, FAKE_PROTO, fake_packet(9)), ENOBUFS);
	fake_end(&f);
	CHECK_EQ(ifnet_output(f.ifp, FAKE_PROTO, fake_packet(9), NULL, &dest),
	    ENXIO);
	CHECK_EQ(mbufs_inuse(), 0);
}

UNIT_TEST(I16_input)
{
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(ifnet_input(f.ifp, NULL, NULL), EINVAL);
	CHECK_EQ(ifnet_input(NULL, fake_packet(4), NULL), EINVAL);
	fake_end(&f);
	CHECK_EQ(ifnet_input(f.ifp, fake_packet(4), NULL), EINVAL);
	CHECK_EQ(mbufs_inuse(), 0);
}

UNIT_TEST(I17_lladdr)
{
	struct sockaddr_dl sdl = { .sdl_len = sizeof(sdl), .sdl_alen = 6 };
	static const uint8_t mac[6] = { 2, 3, 4, 5, 6, 7 };
	uint8_t buf[6];
	struct fakeif f;

	memset(&f, 0, sizeof(f));
	CHECK_EQ(fake_make(&f, "ll", 0), 0);
	memcpy(sdl.sdl_data, mac, 6);
	CHECK_EQ(ifnet_set_lladdr(f.ifp, mac, 6), EINVAL);
	CHECK_EQ(ifnet_attach(f.ifp, &sdl), 0);
	CHECK_EQ(ifnet_lladdr_copy_bytes(f.ifp, buf, 6), 0);
	CHECK_EQ(memcmp(buf, mac, 6), 0);
	memset(buf, 1, sizeof(buf));
	CHECK_EQ(ifnet_lladdr_copy_bytes(f.ifp, buf, 5), EMSGSIZE);
	CHECK_EQ(buf[0] | buf[4], 0);
	CHECK_EQ(ifnet_set_lladdr(f.ifp, mac, 5), EINVAL);
	trace_clear();
	CHECK_EQ(ifnet_set_lladdr(f.ifp, NULL, 0), 0);
	CHECK(trace_is("if-ev16"));
	CHECK_EQ(ifnet_lladdr_copy_bytes(f.ifp, buf, 6), EMSGSIZE);
	CHECK_EQ(ifnet_set_lladdr(f.ifp, mac, 6), 0);
	CHECK_EQ(ifnet_lladdr_copy_bytes(f.ifp, buf, 6), 0);
	fake_end(&f);
}

UNIT_TEST(I18_multicast)
{
	struct sockaddr_dl sdl = {
		.sdl_len = sizeof(sdl), .sdl_family = AF_LINK, .sdl_alen = 6,
		.sdl_data = { 1, 0, 0x5e, 0, 0, 1 }
	};
	struct sockaddr in = { .sa_len = 16, .sa_family = AF_INET };
	ifmultiaddr_t m1, m2, *list;
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(ifnet_add_multicast(f.ifp, &in, &m1), EINVAL);
	ifnet_set_flags(f.ifp, 0, IFF_MULTICAST);
	CHECK_EQ(ifnet_add_multicast(f.ifp, (struct sockaddr *)&sdl, &m1),
	    EADDRNOTAVAIL);
	ifnet_set_flags(f.ifp, IFF_MULTICAST, IFF_MULTICAST);
	CHECK_EQ(ifnet_add_multicast(f.ifp, (struct sockaddr *)&sdl, &m1), 0);
	CHECK_EQ(f.nioctls, 1);
	CHECK_EQ(f.ioctls[0], SIOCADDMULTI);
	CHECK_EQ(ifnet_add_multicast(f.ifp, (struct sockaddr *)&sdl, &m2), 0);
	CHECK(m1 == m2);
	CHECK_EQ(f.nioctls, 1);
	CHECK_EQ(ifnet_get_multicast_list(f.ifp, &list), 0);
	CHECK(list[0] == m1 && list[1] == NULL);
	ifnet_free_multicast_list(list);
	CHECK_EQ(ifnet_remove_multicast(m1), 0);
	CHECK_EQ(ifnet_remove_multicast(m1), 0);
	CHECK_EQ(f.nioctls, 2);
	CHECK_EQ(f.ioctls[1], SIOCDELMULTI);
	CHECK_EQ(ifnet_remove_multicast(m1), ENOENT);
	ifmaddr_release(m1);
	ifmaddr_release(m2);
	fake_end(&f);
}

static unsigned plumbed;

static errno_t
plumb(ifnet_t ifp, protocol_family_t family)
{
	plumbed++;
	return (ifnet_attach_protocol(ifp, family, &fake_proto));
}

UNIT_TEST(I19_plumbers)
{
	struct fakeif f;
	mbuf_t m;

	fake_attach(&f);
	CHECK_EQ(proto_register_plumber(FAKE_PROTO, FAKE_FAMILY, NULL, NULL),
	    EINVAL);
	CHECK_EQ(dlil_plumb(f.ifp, FAKE_PROTO), ENXIO);
	CHECK_EQ(proto_register_plumber(FAKE_PROTO, FAKE_FAMILY, plumb, NULL), 0);
	CHECK_EQ(proto_register_plumber(FAKE_PROTO, FAKE_FAMILY, plumb, NULL),
	    EEXIST);
	CHECK_EQ(dlil_plumb(f.ifp, FAKE_PROTO), 0);
	CHECK_EQ(dlil_plumb(f.ifp, FAKE_PROTO), EEXIST);
	CHECK_EQ(plumbed, 2);
	CHECK_EQ(dlil_unplumb(f.ifp, FAKE_PROTO), 0);
	proto_unregister_plumber(FAKE_PROTO, FAKE_FAMILY);
	proto_unregister_plumber(FAKE_PROTO, FAKE_FAMILY);
	m = fake_packet(1);
	CHECK_EQ(proto_inject(4711, m), ENOENT);
	CHECK_EQ(proto_input(4711, m), -1);
	mbuf_freem(m);
	fake_end(&f);
}

UNIT_TEST(events_in_order)
{
	interface_filter_t a;
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	trace_clear();
	CHECK_EQ(dlil_post_event(f.ifp, KEV_DL_SUBCLASS, KEV_DL_LINK_OFF, NULL,
	    0), 0);
	CHECK(trace_is("evA12 pr-ev12 if-ev12"));
	CHECK(!f.ifp->if_link_up);
	trace_clear();
	dlil_defer_event(f.ifp, KEV_DL_SUBCLASS, KEV_DL_LINK_ON, NULL, 0);
	CHECK(trace_is(""));
	fake_run();
	CHECK(trace_is("evA13 pr-ev13 if-ev13"));
	CHECK(f.ifp->if_link_up);
	fake_end(&f);
}

UNIT_TEST(detach_takes_apart_from_outside_in)
{
	interface_filter_t a;
	struct fakeif f;
	ifnet_t ifp;

	fake_attach(&f);
	CHECK_EQ(iflt_attach(f.ifp, &fake_filter_a, &a), 0);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	CHECK_EQ(ifnet_input(f.ifp, fake_frame(&f, FAKE_PROTO, 5), NULL), 0);
	CHECK_EQ(ifnet_find_by_name("fk0", &ifp), 0);
	ifnet_release(ifp);
	trace_clear();
	CHECK_EQ(ifnet_detach(f.ifp), 0);
	CHECK_EQ(ifnet_find_by_name("fk0", &ifp), ENXIO);
	CHECK(ifp == NULL);
	CHECK(trace_is("evA10"));
	while (ifnet_detach_run())
		;
	CHECK(trace_is("evA10 offA del77 gone77 detached"));
	ifnet_release(f.ifp);
	fake_run();
	CHECK_EQ(mbufs_inuse(), 0);
}

UNIT_TEST(promiscuous_is_counted)
{
	struct fakeif f;

	fake_attach(&f);
	CHECK_EQ(ifnet_set_promiscuous(f.ifp, 1), 0);	/* down: recorded */
	CHECK_EQ(f.nioctls, 0);
	CHECK(ifnet_flags(f.ifp) & IFF_PROMISC);
	CHECK_EQ(ifnet_attach_protocol(f.ifp, FAKE_PROTO, &fake_proto), 0);
	f.nioctls = 0;
	CHECK_EQ(ifnet_set_promiscuous(f.ifp, 1), 0);
	CHECK_EQ(ifnet_set_promiscuous(f.ifp, 0), 0);
	CHECK_EQ(f.nioctls, 0);
	CHECK_EQ(ifnet_set_promiscuous(f.ifp, 0), 0);
	CHECK_EQ(f.nioctls, 1);
	CHECK(!(ifnet_flags(f.ifp) & IFF_PROMISC));
	f.ioctl_result = EIO;
	CHECK_EQ(ifnet_set_promiscuous(f.ifp, 1), EIO);
	CHECK(!(ifnet_flags(f.ifp) & IFF_PROMISC));
	f.ioctl_result = 0;
	fake_end(&f);
}
