/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface behind the tests; see fake.h.
 */
#include "fake.h"

struct fake fake;

static const unsigned char address[6] = { 0x02, 0, 0, 0, 0, 0x77 };
static const unsigned char broadcast[6] = { 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff };

static errno_t
fake_output(ifnet_t ifp, mbuf_t m)
{
	errno_t error = fake.output_result[fake.outputs % 8];
	size_t n = mbuf_pkthdr_len(m);

	(void)ifp;
	fake.last_len = n;
	if (n > sizeof(fake.last_frame))
		n = sizeof(fake.last_frame);
	mbuf_copydata(m, 0, n, fake.last_frame);
	fake.outputs++;
	mbuf_freem(m);
	return (error);
}

static errno_t
fake_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	fake.demuxed++;
	return (ether_demux(ifp, m, header, family));
}

static errno_t
fake_framer(ifnet_t ifp, mbuf_t *m, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	fake.framed++;
	return (ether_frameout(ifp, m, dest, lladdr, type));
}

static errno_t
fake_add(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *desc, u_int32_t n)
{
	fake.added++;
	return (ether_add_proto(ifp, family, desc, n));
}

static errno_t
fake_del(ifnet_t ifp, protocol_family_t family)
{
	fake.deleted++;
	return (ether_del_proto(ifp, family));
}

static errno_t
fake_multi(ifnet_t ifp, const struct sockaddr *sa)
{
	fake.multi_checks++;
	return (ether_check_multi(ifp, sa));
}

static errno_t
fake_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	(void)ifp;
	fake.ioctls++;
	fake.last_ioctl = cmd;
	fake.last_ioctl_data = data;
	return (fake.ioctl_result);
}

static void
fake_event(ifnet_t ifp, const struct kev_msg *msg)
{
	(void)ifp;
	(void)msg;
	fake.events++;
}

static void
fake_detached(ifnet_t ifp)
{
	(void)ifp;
	fake.detached++;
	wakeup((void *)(uintptr_t)&fake.detached);
}

protocol_family_t
fake_family(void)
{
	static mbuf_tag_id_t id;

	if (id == 0)
		mbuf_tag_id_find("org.unikext.test.kpi_net", &id);
	return (id);
}

void
fake_params(struct ifnet_init_params *p, const char *name, int unit)
{
	memset(p, 0, sizeof(*p));
	p->name = name;
	p->unit = (u_int32_t)unit;
	p->family = fake_family();
	p->type = IFT_ETHER;
	p->output = fake_output;
	p->demux = fake_demux;
	p->add_proto = fake_add;
	p->del_proto = fake_del;
	p->check_multi = fake_multi;
	p->framer = fake_framer;
	p->softc = &fake;
	p->ioctl = fake_ioctl;
	p->detach = fake_detached;
	p->event = fake_event;
	p->broadcast_addr = broadcast;
	p->broadcast_len = sizeof(broadcast);
}

int
reached(volatile int *v, int n)
{
	struct timespec ts = { 0, 5000000 };
	int i;

	for (i = 0; i < 2000 && *v < n; i++)
		msleep((void *)(uintptr_t)v, NULL, PZERO, "kpi_net", &ts);
	return (*v >= n);
}

int
fake_end(ifnet_t ifp)
{
	int before = fake.detached;

	if (ifnet_detach(ifp) != 0)
		return (-1);
	return (reached(&fake.detached, before + 1) ? 0 : -1);
}

mbuf_t
fake_frame(const unsigned char *dst, u_int16_t type, size_t payload)
{
	struct ether_header *eh;
	mbuf_t m;

	if (mbuf_getpacket(MBUF_WAITOK, &m) != 0)
		return (NULL);
	eh = mbuf_data(m);
	memset(eh, 0x5a, sizeof(*eh) + payload);
	memcpy(eh->ether_dhost, dst != NULL ? dst : address, 6);
	eh->ether_type = htons(type);
	mbuf_setdata(m, eh + 1, payload);
	mbuf_pkthdr_setlen(m, payload);
	mbuf_pkthdr_setheader(m, eh);
	mbuf_pkthdr_setrcvif(m, fake.ifp);
	return (m);
}
