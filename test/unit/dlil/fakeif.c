/* SPDX-License-Identifier: BSD-2-Clause */
#include "test/unit/dlil/fakeif.h"

#include <libkern/libkern.h>
#include <net/if_types.h>
#include <net/if.h>
#include <sys/errno.h>
#include <sys/kern_event.h>

#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/softnet.h"
#include "net/mbuf/mbuf.h"
#include "test/unit/dlil/shim.h"
#include "test/unit/lib/unit.h"

static char trace[1024];

void
trace_clear(void)
{
	trace[0] = '\0';
}

void
trace_add(const char *fmt, ...)
{
	char word[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(word, sizeof(word), fmt, ap);
	va_end(ap);
	if (trace[0] != '\0')
		strlcat(trace, " ", sizeof(trace));
	strlcat(trace, word, sizeof(trace));
}

bool
trace_is(const char *want)
{
	bool same = strcmp(trace, want) == 0;

	if (!same)
		unit_note("trace: %s\n want: %s\n", trace, want);
	return (same);
}

/* --- driver ---------------------------------------------------------------- */

static errno_t
fake_output(ifnet_t ifp, mbuf_t m)
{
	struct fakeif *f = ifnet_softc(ifp);
	errno_t result = f->output_result;

	trace_add("output");
	f->output_result = 0;
	f->sent++;
	if (f->keep) {
		if (f->last != NULL)
			mbuf_freem(f->last);
		f->last = m;
	} else {
		mbuf_freem(m);
	}
	return (result);
}

static errno_t
fake_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	trace_add("demux");
	memcpy(family, header, FAKE_HDRLEN);
	return (*family == 0 ? ENOENT : 0);
}

static errno_t
fake_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *descs, u_int32_t count)
{
	struct fakeif *f = ifnet_softc(ifp);

	trace_add("add%u", family);
	return (f->add_result);
}

static errno_t
fake_del_proto(ifnet_t ifp, protocol_family_t family)
{
	trace_add("del%u", family);
	return (0);
}

static errno_t
fake_framer(ifnet_t ifp, mbuf_t *m, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	uint32_t family = FAKE_PROTO;

	trace_add("framer(%c%c)", lladdr[0], type[0]);
	if (mbuf_prepend(m, FAKE_HDRLEN, MBUF_DONTWAIT) != 0)
		return (EJUSTRETURN);
	memcpy(mbuf_data(*m), &family, sizeof(family));
	return (0);
}

static errno_t
fake_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct fakeif *f = ifnet_softc(ifp);

	f->ioctls[f->nioctls++ % 16] = cmd;
	f->ioctl_null = data == NULL;
	return (f->ioctl_result);
}

static void
fake_event(ifnet_t ifp, const struct kev_msg *msg)
{
	trace_add("if-ev%u", msg->event_code);
}

static void
fake_detached(ifnet_t ifp)
{
	struct fakeif *f = ifnet_softc(ifp);

	f->detached++;
	trace_add("detached");
}

void
fake_setup(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	mbuf_init(8u << 20);
	dlil_init();
}

errno_t
fake_make(struct fakeif *f, const char *name, unsigned unit)
{
	struct ifnet_init_params init = {
		.name = name, .unit = unit, .family = FAKE_FAMILY,
		.type = IFT_OTHER, .output = fake_output, .demux = fake_demux,
		.add_proto = fake_add_proto, .del_proto = fake_del_proto,
		.framer = fake_framer, .softc = f, .ioctl = fake_ioctl,
		.detach = fake_detached, .event = fake_event,
	};

	fake_setup();
	f->ioctl_result = EOPNOTSUPP;
	return (ifnet_allocate(&init, &f->ifp));
}

void
fake_attach(struct fakeif *f)
{
	memset(f, 0, sizeof(*f));
	REQUIRE(fake_make(f, "fk", 0) == 0);
	ifnet_set_mtu(f->ifp, 1500);
	ifnet_set_hdrlen(f->ifp, FAKE_HDRLEN);
	ifnet_set_flags(f->ifp, IFF_MULTICAST, IFF_MULTICAST);
	REQUIRE(ifnet_attach(f->ifp, NULL) == 0);
	trace_clear();
}

void
fake_end(struct fakeif *f)
{
	CHECK_EQ(ifnet_detach(f->ifp), 0);
	while (ifnet_detach_run())
		;
	CHECK_EQ(f->detached, 1);
	ifnet_release(f->ifp);
	if (f->last != NULL)
		mbuf_freem(f->last);
	f->last = NULL;
}

void
fake_run(void)
{
	while (softnet_run_once() == SOFTNET_AGAIN)
		;
}

mbuf_t
fake_packet(size_t len)
{
	mbuf_t m = m_getcl(MBUF_WAITOK, MBUF_TYPE_DATA, MBUF_PKTHDR);

	m->m_data += 64;
	m->m_len = (uint16_t)len;
	m->m_pkthdr.len = (uint32_t)len;
	memset(m->m_data, 'p', len);
	return (m);
}

/* As a driver hands it in: header pointer at the frame, data behind it. */
mbuf_t
fake_frame(struct fakeif *f, protocol_family_t family, size_t len)
{
	mbuf_t m = fake_packet(len);

	memcpy(m->m_data - FAKE_HDRLEN, &family, FAKE_HDRLEN);
	m->m_pkthdr.header = m->m_data - FAKE_HDRLEN;
	m->m_pkthdr.rcvif = f->ifp;
	return (m);
}

/* --- protocol -------------------------------------------------------------- */

errno_t fake_preout_result;

static errno_t
proto_in(ifnet_t ifp, protocol_family_t family, mbuf_t m, char *header)
{
	trace_add("input%u", family);
	mbuf_freem(m);
	return (0);
}

static errno_t
proto_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	trace_add("preout");
	type[0] = 'T';
	lladdr[0] = 'L';
	return (fake_preout_result);
}

static void
proto_event(ifnet_t ifp, protocol_family_t family, const struct kev_msg *ev)
{
	trace_add("pr-ev%u", ev->event_code);
}

static errno_t
proto_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd, void *arg)
{
	trace_add("pr-ioctl");
	return (EOPNOTSUPP);
}

static errno_t
proto_gone(ifnet_t ifp, protocol_family_t family)
{
	trace_add("gone%u", family);
	return (0);
}

const struct ifnet_attach_proto_param fake_proto = {
	.input = proto_in, .pre_output = proto_preout, .event = proto_event,
	.ioctl = proto_ioctl, .detached = proto_gone,
};

/* --- filters --------------------------------------------------------------- */

errno_t fake_filter_result[2], fake_filter_ioctl[2];
unsigned fake_filter_detached;

static errno_t
filter_input(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    char **frame)
{
	unsigned i = (unsigned)(uintptr_t)cookie;

	trace_add("in%c%u", "AB"[i], family);
	CHECK((*m)->m_pkthdr.header == NULL);
	CHECK(*frame == (char *)(*m)->m_data - FAKE_HDRLEN);
	if (fake_filter_result[i] == EJUSTRETURN)
		mbuf_freem(*m);
	return (fake_filter_result[i]);
}

static errno_t
filter_output(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m)
{
	unsigned i = (unsigned)(uintptr_t)cookie;

	trace_add("out%c", "AB"[i]);
	if (fake_filter_result[i] == EJUSTRETURN)
		mbuf_freem(*m);
	return (fake_filter_result[i]);
}

static void
filter_event(void *cookie, ifnet_t ifp, protocol_family_t family,
    const struct kev_msg *msg)
{
	trace_add("ev%c%u", "AB"[(uintptr_t)cookie], msg->event_code);
}

static errno_t
filter_ioctl(void *cookie, ifnet_t ifp, protocol_family_t family,
    unsigned long cmd, void *arg)
{
	unsigned i = (unsigned)(uintptr_t)cookie;

	trace_add("ioctl%c", "AB"[i]);
	return (fake_filter_ioctl[i]);
}

static void
filter_detached(void *cookie, ifnet_t ifp)
{
	fake_filter_detached++;
	trace_add("off%c", "AB"[(uintptr_t)cookie]);
}

#define FILTER(n)							\
	{ .iff_cookie = (void *)(uintptr_t)(n), .iff_name = "fake",	\
	    .iff_input = filter_input, .iff_output = filter_output,	\
	    .iff_event = filter_event, .iff_ioctl = filter_ioctl,	\
	    .iff_detached = filter_detached }
const struct iff_filter fake_filter_a = FILTER(0);
const struct iff_filter fake_filter_b = FILTER(1);
