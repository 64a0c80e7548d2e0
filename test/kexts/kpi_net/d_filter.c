/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface filters: order, verdicts, ioctls, events; taps.
 */
#include <net/bpf.h>

#include <kpitest.h>

#include "fake.h"

struct filter {
	interface_filter_t	ref;
	volatile int		in, out, events, ioctls, detached;
	int			out_at, in_at;	/* place in the order */
	errno_t			in_result, out_result, ioctl_result;
	protocol_family_t	wants;		/* iff_protocol */
	protocol_family_t	family;		/* of the latest frame in */
	int			at_header;	/* where frame and data were */
};

static struct filter fa, fb;
static int order;

static errno_t
filter_in(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    char **frame)
{
	struct filter *f = cookie;

	(void)ifp;
	f->in_at = ++order;
	f->family = family;
	f->at_header = *frame != NULL && (*frame)[12] == 0x43 &&
	    (*frame)[13] == 0x21 &&
	    (char *)mbuf_data(*m) == *frame + ETHER_HDR_LEN &&
	    mbuf_pkthdr_header(*m) == NULL;
	f->in++;
	if (f->in_result == EJUSTRETURN)
		mbuf_freem(*m);
	return (f->in_result);
}

static errno_t
filter_out(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m)
{
	struct filter *f = cookie;

	(void)ifp;
	(void)family;
	f->out_at = ++order;
	f->out++;
	if (f->out_result == EJUSTRETURN)
		mbuf_freem(*m);
	return (f->out_result);
}

static void
filter_event(void *cookie, ifnet_t ifp, protocol_family_t family,
    const struct kev_msg *msg)
{
	struct filter *f = cookie;

	(void)ifp;
	(void)family;
	(void)msg;
	f->events++;
}

static errno_t
filter_ioctl(void *cookie, ifnet_t ifp, protocol_family_t family,
    unsigned long cmd, void *arg)
{
	struct filter *f = cookie;

	(void)ifp;
	(void)family;
	(void)cmd;
	(void)arg;
	f->ioctls++;
	return (f->ioctl_result);
}

static void
filter_detached(void *cookie, ifnet_t ifp)
{
	struct filter *f = cookie;

	(void)ifp;
	f->detached++;
}

static errno_t
attach(ifnet_t ifp, struct filter *f)
{
	struct iff_filter iff;

	memset(&iff, 0, sizeof(iff));
	iff.iff_cookie = f;
	iff.iff_name = "org.unikext.test.kpi_net";
	iff.iff_protocol = f->wants;
	iff.iff_input = filter_in;
	iff.iff_output = filter_out;
	iff.iff_event = filter_event;
	iff.iff_ioctl = filter_ioctl;
	iff.iff_detached = filter_detached;
	return (iflt_attach(ifp, &iff, &f->ref));
}

static mbuf_t
frame(void)
{
	mbuf_t m;

	if (mbuf_getpacket(MBUF_WAITOK, &m) != 0)
		return (NULL);
	mbuf_setlen(m, 60);
	mbuf_pkthdr_setlen(m, 60);
	return (m);
}

KPI_TEST(iflt_attach)
{
	KPI_EXPECT(attach(NULL, &fa) == ENOENT);
	KPI_REQUIRE(attach(fake.ifp, &fa) == 0);
	KPI_REQUIRE(attach(fake.ifp, &fb) == 0);
	KPI_EXPECT(fa.ref != NULL && fb.ref != NULL && fa.ref != fb.ref);
}

KPI_TEST(iff_output_func)
{
	int out = fake.outputs;
	mbuf_t m = frame();

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_output_raw(fake.ifp, 0, m) == 0);
	KPI_EXPECT(fa.out == 1 && fb.out == 1 && fa.out_at < fb.out_at);
	KPI_EXPECT(fake.outputs == out + 1);
	fa.out_result = EJUSTRETURN;
	m = frame();
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_output_raw(fake.ifp, 0, m) == 0);
	KPI_EXPECT(fb.out == 1 && fake.outputs == out + 1);
	fa.out_result = EPERM;
	m = frame();
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_output_raw(fake.ifp, 0, m) == EPERM);
	KPI_EXPECT(fb.out == 1 && fake.outputs == out + 1);
	fa.out_result = 0;
}

KPI_TEST(iff_input_func)
{
	/* Frames that no protocol claims are seen as well. */
	mbuf_t m = fake_frame(NULL, 0x4321, 30);

	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_input(fake.ifp, m, NULL) == 0);
	KPI_EXPECT(reached(&fb.in, 1));
	KPI_EXPECT(fa.in == 1 && fa.in_at < fb.in_at);
	/* Nobody claims it: 0.  The link header, the payload behind it. */
	KPI_EXPECT(fa.family == 0 && fa.at_header && fb.at_header);
	fa.in_result = EJUSTRETURN;
	m = fake_frame(NULL, 0x4321, 30);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_input(fake.ifp, m, NULL) == 0);
	KPI_EXPECT(reached(&fa.in, 2));
	KPI_EXPECT(fb.in == 1);
	fa.in_result = 0;
}

KPI_TEST(iff_ioctl_func)
{
	struct ifreq ifr;

	memset(&ifr, 0, sizeof(ifr));
	fake.ioctl_result = EOPNOTSUPP;
	fa.ioctl_result = 0;
	fb.ioctl_result = EINVAL;
	KPI_EXPECT(ifnet_ioctl(fake.ifp, 0, SIOCSIFMEDIA, &ifr) == 0);
	fa.ioctl_result = fb.ioctl_result = EOPNOTSUPP;
	KPI_EXPECT(ifnet_ioctl(fake.ifp, 0, SIOCSIFMEDIA, &ifr) ==
	    EOPNOTSUPP);
	KPI_EXPECT(fa.ioctls == 2 && fb.ioctls == 2);
	fa.ioctl_result = EJUSTRETURN;
	KPI_EXPECT(ifnet_ioctl(fake.ifp, 0, SIOCSIFMEDIA, &ifr) == 0);
	KPI_EXPECT(fb.ioctls == 2);
	fa.ioctl_result = EOPNOTSUPP;
	fake.ioctl_result = 0;
}

KPI_TEST(iff_event_func)
{
	struct {
		struct kern_event_msg	msg;
		u_int32_t		more;
	} e;
	int n = fa.events;

	memset(&e, 0, sizeof(e));
	e.msg.total_size = KEV_MSG_HEADER_SIZE;
	e.msg.vendor_code = KEV_VENDOR_APPLE;
	e.msg.kev_class = KEV_NETWORK_CLASS;
	e.msg.kev_subclass = KEV_DL_SUBCLASS;
	e.msg.event_code = KEV_DL_LINK_OFF;
	KPI_EXPECT(ifnet_event(fake.ifp, &e.msg) == 0);
	KPI_EXPECT(reached(&fa.events, n + 1));
}

/* Of one protocol: its frames and ioctls, and every event. */
KPI_TEST_AS(iflt_attach, one_protocol)
{
	static struct filter six = { .wants = PF_INET6 };
	struct {
		struct kern_event_msg	msg;
		u_int32_t		more;
	} e;
	int n = fb.in;
	mbuf_t m;

	KPI_REQUIRE(attach(fake.ifp, &six) == 0);
	m = fake_frame(NULL, 0x4321, 30);
	KPI_REQUIRE(m != NULL && ifnet_input(fake.ifp, m, NULL) == 0);
	KPI_EXPECT(reached(&fb.in, n + 1) && six.in == 0);
	m = frame();
	KPI_REQUIRE(m != NULL && ifnet_output_raw(fake.ifp, PF_INET, m) == 0);
	KPI_EXPECT(six.out == 0);
	m = frame();
	KPI_REQUIRE(m != NULL &&
	    ifnet_output_raw(fake.ifp, PF_INET6, m) == 0);
	KPI_EXPECT(six.out == 1);
	(void)ifnet_ioctl(fake.ifp, PF_INET, SIOCSIFMEDIA, NULL);
	KPI_EXPECT(six.ioctls == 0);
	(void)ifnet_ioctl(fake.ifp, PF_INET6, SIOCSIFMEDIA, NULL);
	KPI_EXPECT(six.ioctls == 1);
	memset(&e, 0, sizeof(e));
	e.msg.total_size = KEV_MSG_HEADER_SIZE;
	e.msg.vendor_code = KEV_VENDOR_APPLE;
	e.msg.kev_class = KEV_NETWORK_CLASS;
	e.msg.kev_subclass = KEV_DL_SUBCLASS;
	e.msg.event_code = KEV_DL_LINK_ON;
	n = six.events;
	KPI_EXPECT(ifnet_event(fake.ifp, &e.msg) == 0);
	KPI_EXPECT(reached(&six.events, n + 1));
	iflt_detach(six.ref);
	KPI_EXPECT(six.detached == 1);
}

KPI_TEST(iflt_detach)
{
	iflt_detach(NULL);
	iflt_detach(fa.ref);
	/* The callback has come when the call returns. */
	KPI_EXPECT(fa.detached == 1 && fb.detached == 0);
	iflt_detach(fb.ref);
	KPI_EXPECT(fb.detached == 1);
}

KPI_TEST(iff_detached_func)
{
	KPI_EXPECT(fa.detached == 1 && fb.detached == 1);
}

/* --- taps ------------------------------------------------------------------------- */

static errno_t
tap_send(ifnet_t ifp, u_int32_t dlt, mbuf_t m)
{
	(void)ifp;
	(void)dlt;
	mbuf_freem(m);
	return (0);
}

KPI_TEST(bpf_attach)
{
	KPI_EXPECT(bpf_attach(fake.ifp, DLT_EN10MB, ETHER_HDR_LEN, tap_send,
	    NULL) == 0);
	KPI_EXPECT(bpf_attach(fake.ifp, DLT_EN10MB, ETHER_HDR_LEN, tap_send,
	    NULL) == EEXIST);
}

KPI_TEST(bpfattach)
{
	bpfattach(fake.ifp, DLT_RAW, 0);
	KPI_EXPECT(bpf_attach(fake.ifp, DLT_RAW, 0, NULL, NULL) == EEXIST);
}

KPI_TEST(bpf_tap_in)
{
	mbuf_t m = frame();

	/* Nobody listens: the packet stays as it is. */
	KPI_REQUIRE(m != NULL);
	bpf_tap_in(fake.ifp, DLT_EN10MB, m, NULL, 0);
	KPI_EXPECT(mbuf_pkthdr_len(m) == 60);
	mbuf_freem(m);
}

KPI_TEST(bpf_tap_out)
{
	char header[ETHER_HDR_LEN] = "";
	mbuf_t m = frame();

	KPI_REQUIRE(m != NULL);
	bpf_tap_out(fake.ifp, DLT_EN10MB, m, header, sizeof(header));
	KPI_EXPECT(mbuf_pkthdr_len(m) == 60);
	mbuf_freem(m);
}

KPI_TEST(BPF_WORDALIGN)
{
	KPI_EXPECT(BPF_WORDALIGN(1) == 4 && BPF_WORDALIGN(8) == 8);
}
