/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake.h"

#include <stdarg.h>

static char text[512];

void
trace_clear(void)
{
	text[0] = '\0';
}

void
trace(const char *fmt, ...)
{
	char word[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(word, sizeof(word), fmt, ap);
	va_end(ap);
	if (text[0] != '\0')
		strlcat(text, " ", sizeof(text));
	strlcat(text, word, sizeof(text));
}

int
trace_is(const char *want)
{
	int same = strcmp(text, want) == 0;

	if (!same)
		printf("trace: %s\n want: %s\n", text, want);
	return (same);
}

void
nap(void)
{
	struct timespec ts = { 0, 5000000 };

	(void)msleep(text, NULL, PZERO, "nap", &ts);
}

int
trace_becomes(const char *want)
{
	for (int i = 0; i < 6000 && strcmp(text, want) != 0; i++)
		nap();
	return (trace_is(want));
}

int
becomes(volatile int *p, int value)
{
	for (int i = 0; i < 6000 && *p != value; i++)
		nap();
	return (*p == value);
}

/* --- driver ---------------------------------------------------------------- */

static errno_t
fk_output(ifnet_t ifp, mbuf_t m)
{
	struct fake *f = ifnet_softc(ifp);
	errno_t result = f->output_result;

	trace("output");
	f->output_result = 0;
	f->outputs++;
	if (f->tap != NULL && (f->tap_mode & BPF_MODE_OUTPUT))
		f->tap(ifp, m);
	mbuf_freem(m);
	return (result);
}

static errno_t
fk_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	((struct fake *)ifnet_softc(ifp))->demux_thread = current_thread();
	trace("demux");
	memcpy(family, header, FK_HDRLEN);
	return (*family == 0 ? ENOENT : 0);
}

static errno_t
fk_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *descs, u_int32_t count)
{
	struct fake *f = ifnet_softc(ifp);

	trace("add%u", family);
	f->descs = count;
	return (f->add_result);
}

static errno_t
fk_del_proto(ifnet_t ifp, protocol_family_t family)
{
	trace("del%u", family);
	return (0);
}

static errno_t
fk_check_multi(ifnet_t ifp, const struct sockaddr *sa)
{
	trace("check");
	return (sa->sa_family == AF_LINK ? 0 : EOPNOTSUPP);
}

static errno_t
fk_framer(ifnet_t ifp, mbuf_t *m, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	protocol_family_t family = FK_PROTO;

	trace("framer(%c%c)", lladdr[0], type[0]);
	if (mbuf_prepend(m, FK_HDRLEN, MBUF_WAITOK) != 0)
		return (EJUSTRETURN);
	memcpy(mbuf_data(*m), &family, sizeof(family));
	return (0);
}

static errno_t
fk_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct fake *f = ifnet_softc(ifp);

	f->ioctls[f->nioctls++ % 16] = cmd;
	f->ioctl_null = data == NULL;
	return (f->ioctl_result);
}

static errno_t
fk_set_bpf_tap(ifnet_t ifp, bpf_tap_mode mode, bpf_packet_func fn)
{
	struct fake *f = ifnet_softc(ifp);

	trace("tap%u", mode);
	f->tap_mode = mode;
	f->tap = fn;
	return (0);
}

static void
fk_event(ifnet_t ifp, const struct kev_msg *msg)
{
	trace("if-ev%u", msg->event_code);
}

static void
fk_detached(ifnet_t ifp)
{
	struct fake *f = ifnet_softc(ifp);

	trace("detached");
	f->detached++;
}

static void
fill_init(struct ifnet_init_params *init, struct fake *f, const char *name,
    u_int32_t unit)
{
	static const u_int8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };

	memset(init, 0, sizeof(*init));
	init->name = name;
	init->unit = unit;
	init->family = FK_FAMILY;
	init->type = IFT_OTHER;
	init->output = fk_output;
	init->demux = fk_demux;
	init->add_proto = fk_add_proto;
	init->del_proto = fk_del_proto;
	init->check_multi = fk_check_multi;
	init->framer = fk_framer;
	init->softc = f;
	init->ioctl = fk_ioctl;
	init->set_bpf_tap = fk_set_bpf_tap;
	init->detach = fk_detached;
	init->event = fk_event;
	init->broadcast_addr = broadcast;
	init->broadcast_len = sizeof(broadcast);
	if (f->ether) {
		init->type = IFT_ETHER;
		init->demux = ether_demux;
		init->add_proto = ether_add_proto;
		init->del_proto = ether_del_proto;
		init->check_multi = ether_check_multi;
		init->framer = ether_frameout;
	}
}

errno_t
fake_allocate(struct fake *f, const char *name, u_int32_t unit)
{
	struct ifnet_init_params init;

	f->ioctl_result = EOPNOTSUPP;
	fill_init(&init, f, name, unit);
	return (ifnet_allocate(&init, &f->ifp));
}

errno_t
fake_up(struct fake *f, u_int32_t unit)
{
	errno_t error;

	memset(f, 0, sizeof(*f));
	error = fake_allocate(f, "fk", unit);
	if (error != 0)
		return (error);
	ifnet_set_mtu(f->ifp, 1500);
	ifnet_set_hdrlen(f->ifp, FK_HDRLEN);
	ifnet_set_flags(f->ifp, IFF_MULTICAST, IFF_MULTICAST);
	error = ifnet_attach(f->ifp, NULL);
	trace_clear();
	return (error);
}

errno_t
fake_ether_up(struct fake *f, u_int32_t unit)
{
	struct sockaddr_dl sdl;
	errno_t error;

	memset(f, 0, sizeof(*f));
	f->ether = 1;
	error = fake_allocate(f, "fke", unit);
	if (error != 0)
		return (error);
	ifnet_set_mtu(f->ifp, 1500);
	ifnet_set_hdrlen(f->ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(f->ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(f->ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX,
	    0xffff);
	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_alen = 6;
	LLADDR(&sdl)[0] = 2;
	LLADDR(&sdl)[5] = (char)unit;
	error = ifnet_attach(f->ifp, &sdl);
	trace_clear();
	return (error);
}

void
fake_down(struct fake *f)
{
	KPI_EXPECT(ifnet_detach(f->ifp) == 0);
	KPI_EXPECT(becomes(&f->detached, 1));
	KPI_EXPECT(ifnet_release(f->ifp) == 0);
	nap();
}

mbuf_t
fake_packet(size_t len)
{
	mbuf_t m = NULL;

	if (mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) != 0)
		return (NULL);
	(void)mbuf_getcluster(MBUF_WAITOK, MBUF_TYPE_DATA, 2048, &m);
	mbuf_setdata(m, (char *)mbuf_datastart(m) + 64, len);
	mbuf_pkthdr_setlen(m, len);
	memset(mbuf_data(m), 'p', len);
	return (m);
}

mbuf_t
fake_frame(struct fake *f, protocol_family_t family, size_t len)
{
	mbuf_t m = fake_packet(len);
	char *header = (char *)mbuf_data(m) - FK_HDRLEN;

	memcpy(header, &family, FK_HDRLEN);
	mbuf_pkthdr_setheader(m, header);
	mbuf_pkthdr_setrcvif(m, f->ifp);
	return (m);
}

/* --- protocol -------------------------------------------------------------- */

errno_t preout_result;

static errno_t
pr_input(ifnet_t ifp, protocol_family_t family, mbuf_t m, char *header)
{
	trace("input%u", family);
	mbuf_freem(m);
	return (0);
}

static errno_t
pr_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	trace("preout");
	type[0] = 'T';
	lladdr[0] = 'L';
	return (preout_result);
}

static void
pr_event(ifnet_t ifp, protocol_family_t family, const struct kev_msg *ev)
{
	trace("pr-ev%u", ev->event_code);
}

static errno_t
pr_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd, void *arg)
{
	trace("pr-ioctl");
	return (EOPNOTSUPP);
}

static errno_t
pr_detached(ifnet_t ifp, protocol_family_t family)
{
	trace("gone%u", family);
	return (0);
}

static errno_t
pr_resolve(ifnet_t ifp, const struct sockaddr *sa, struct sockaddr_dl *ll,
    size_t len)
{
	trace("resolve");
	ll->sdl_len = sizeof(*ll);
	ll->sdl_family = AF_LINK;
	ll->sdl_alen = 6;
	memset(LLADDR(ll), 0x11, 6);
	return (0);
}

static errno_t
pr_send_arp(ifnet_t ifp, u_short op, const struct sockaddr_dl *shw,
    const struct sockaddr *sproto, const struct sockaddr_dl *thw,
    const struct sockaddr *tproto)
{
	trace("arp");
	return (0);
}

const struct ifnet_attach_proto_param fake_proto = {
	.input = pr_input, .pre_output = pr_preout, .event = pr_event,
	.ioctl = pr_ioctl, .detached = pr_detached, .resolve = pr_resolve,
	.send_arp = pr_send_arp,
};

/* --- filters --------------------------------------------------------------- */

errno_t filter_result[2], filter_ioctl[2];
volatile int filter_detached;

static errno_t
flt_input(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    char **frame)
{
	unsigned long i = (unsigned long)cookie;

	trace("in%c%u", "AB"[i], family);
	if (filter_result[i] == EJUSTRETURN)
		mbuf_freem(*m);
	return (filter_result[i]);
}

static errno_t
flt_output(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m)
{
	unsigned long i = (unsigned long)cookie;

	trace("out%c", "AB"[i]);
	if (filter_result[i] == EJUSTRETURN)
		mbuf_freem(*m);
	return (filter_result[i]);
}

static void
flt_event(void *cookie, ifnet_t ifp, protocol_family_t family,
    const struct kev_msg *msg)
{
	trace("ev%c%u", "AB"[(unsigned long)cookie], msg->event_code);
}

static errno_t
flt_ioctl(void *cookie, ifnet_t ifp, protocol_family_t family,
    unsigned long cmd, void *arg)
{
	unsigned long i = (unsigned long)cookie;

	trace("ioctl%c", "AB"[i]);
	return (filter_ioctl[i]);
}

static void
flt_detached(void *cookie, ifnet_t ifp)
{
	trace("off%c", "AB"[(unsigned long)cookie]);
	filter_detached++;
}

const struct iff_filter filter_a = {
	(void *)0, "org.unikext.test.a", 0, flt_input, flt_output, flt_event,
	flt_ioctl, flt_detached
};
const struct iff_filter filter_b = {
	(void *)1, "org.unikext.test.b", 0, flt_input, flt_output, flt_event,
	flt_ioctl, flt_detached
};
