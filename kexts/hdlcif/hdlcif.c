/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hdlcif: an interface of a family of its own over a serial line.
 *
 * Theory of operation
 *
 * A frame is what Cisco's HDLC has: address 0x0f, control 0, an ethertype,
 * the packet.  The framer writes that header, output puts the frame into a
 * queue, and one thread moves bytes: it encodes the head of the queue (flags,
 * escapes, FCS) and feeds it to the port a FIFO at a time, and decodes what
 * arrives and hands whole frames to ifnet_input.  demux reads the ethertype;
 * the plumbers for IPv4 and IPv6 are registered for our family only.
 *
 * hd_lock guards the queue and the states; the thread's buffers are its own.
 * Stop detaches the interface, waits for its callback, then ends the thread.
 */
#include "hdlcif.h"

#include <kern/locks.h>
#include <kern/thread.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#define HDLC_ADDRESS	0x0f
#define HDLC_QUEUE_MAX	64		/* frames */
#define HDLC_IDLE_NS	1000000		/* between looks at the port */

kern_return_t hdlcif_start(kmod_info_t *ki, void *data);
kern_return_t hdlcif_stop(kmod_info_t *ki, void *data);

static lck_grp_t *hd_grp;
static lck_mtx_t *hd_lock;
static ifnet_t hd_ifp;			/* hd_lock; NULL: gone */
static ifnet_family_t hd_family;
static int hd_going;			/* detach was asked for */
static int hd_quit, hd_thread_runs;	/* hd_lock */
static mbuf_t hd_head, hd_tail;		/* hd_lock: frames to send */
static unsigned hd_queued;

/* The thread's own. */
static struct hdlc_rx hd_rx;
static u_int8_t hd_out[2 * (HDLC_FRAME_MAX + 2) + 2];
static u_int8_t hd_plain[HDLC_FRAME_MAX];
static size_t hd_out_len, hd_out_at;

/* --- interface ------------------------------------------------------------- */

static errno_t
hd_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *packet,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	u_int16_t t = htons(family == PF_INET6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);

	memcpy(type, &t, sizeof(t));
	return (0);
}

static errno_t
hd_framer(ifnet_t ifp, mbuf_t *packet, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	u_int8_t header[HDLC_HDRLEN] = { HDLC_ADDRESS, 0, 0, 0 };
	u_int32_t family;

	memcpy(header + 2, type, 2);
	family = header[2] == (ETHERTYPE_IPV6 >> 8) ? AF_INET6 : AF_INET;
	bpf_tap_out(ifp, DLT_NULL, *packet, &family, sizeof(family));
	if (mbuf_prepend(packet, HDLC_HDRLEN, MBUF_DONTWAIT) != 0)
		return (EJUSTRETURN);
	memcpy(mbuf_data(*packet), header, HDLC_HDRLEN);
	return (0);
}

static errno_t
hd_output(ifnet_t ifp, mbuf_t m)
{
	int full;

	lck_mtx_lock(hd_lock);
	full = hd_queued >= HDLC_QUEUE_MAX || hd_going ||
	    mbuf_pkthdr_len(m) > HDLC_HDRLEN + HDLC_MTU;
	if (!full) {
		mbuf_setnextpkt(m, NULL);
		if (hd_head == NULL)
			hd_head = m;
		else
			mbuf_setnextpkt(hd_tail, m);
		hd_tail = m;
		hd_queued++;
		wakeup(&hd_quit);
	}
	lck_mtx_unlock(hd_lock);
	if (!full)
		return (0);
	mbuf_freem(m);
	ifnet_stat_increment_out(ifp, 0, 0, 1);
	return (ENOBUFS);
}

static errno_t
hd_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	u_int16_t type;
	u_int32_t af;

	memcpy(&type, header + 2, sizeof(type));
	if (type == htons(ETHERTYPE_IP))
		*family = PF_INET;
	else if (type == htons(ETHERTYPE_IPV6))
		*family = PF_INET6;
	else
		return (ENOENT);
	af = *family;
	bpf_tap_in(ifp, DLT_NULL, m, &af, sizeof(af));
	return (0);
}

static errno_t
hd_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *descs, u_int32_t count)
{
	return (family == PF_INET || family == PF_INET6 ? 0 : EPROTONOSUPPORT);
}

static errno_t
hd_del_proto(ifnet_t ifp, protocol_family_t family)
{
	return (0);
}

static errno_t
hd_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	const struct ifreq *ifr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
	case SIOCSIFADDR:
		return (0);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu < 68 || ifr->ifr_mtu > HDLC_MTU)
			return (EINVAL);
		return (ifnet_set_mtu(ifp, (u_int32_t)ifr->ifr_mtu));
	default:
		return (EOPNOTSUPP);
	}
}

static void
hd_detached(ifnet_t ifp)
{
	lck_mtx_lock(hd_lock);
	hd_ifp = NULL;
	wakeup(&hd_ifp);
	lck_mtx_unlock(hd_lock);
	ifnet_release(ifp);
}

static errno_t
hd_input(ifnet_t ifp, protocol_family_t family, mbuf_t m, char *header)
{
	return (proto_input(family, m) == 0 ? 0 : ENOENT);
}

static errno_t
hd_plumb(ifnet_t ifp, protocol_family_t family)
{
	struct ifnet_attach_proto_param p;

	memset(&p, 0, sizeof(p));
	p.input = hd_input;
	p.pre_output = hd_preout;
	return (ifnet_attach_protocol(ifp, family, &p));
}

/* --- the line -------------------------------------------------------------- */

static void
hd_deliver(ifnet_t ifp, const u_int8_t *frame, size_t len)
{
	mbuf_t m;

	if (frame[0] != HDLC_ADDRESS ||
	    mbuf_allocpacket(MBUF_WAITOK, len, NULL, &m) != 0)
		return;
	mbuf_pkthdr_setlen(m, 0);
	if (mbuf_copyback(m, 0, len, frame, MBUF_WAITOK) != 0 ||
	    (mbuf_len(m) < HDLC_HDRLEN && mbuf_pullup(&m, HDLC_HDRLEN) != 0)) {
		mbuf_freem(m);
		return;
	}
	mbuf_pkthdr_setheader(m, mbuf_data(m));
	mbuf_pkthdr_setrcvif(m, ifp);
	mbuf_adj(m, HDLC_HDRLEN);
	(void)ifnet_input(ifp, m, NULL);
}

/* Takes what has arrived; true if there was anything. */
static int
hd_receive(ifnet_t ifp)
{
	u_int32_t errors = 0;
	int byte, any = 0;

	for (int i = 0; i < 4096 && (byte = uart_get()) >= 0; i++) {
		size_t len = hdlc_receive(&hd_rx, (u_int8_t)byte, &errors);
		any = 1;
		if (len != 0)
			hd_deliver(ifp, hd_rx.frame, len);
	}
	if (errors != 0)
		ifnet_stat_increment_in(ifp, 0, 0, errors);
	return (any);
}

/* The next frame of the queue, encoded into hd_out. */
static int
hd_next_frame(ifnet_t ifp)
{
	size_t len;
	mbuf_t m;

	lck_mtx_lock(hd_lock);
	m = hd_head;
	if (m != NULL) {
		hd_head = mbuf_nextpkt(m);
		if (hd_head == NULL)
			hd_tail = NULL;
		hd_queued--;
		mbuf_setnextpkt(m, NULL);
	}
	lck_mtx_unlock(hd_lock);
	if (m == NULL)
		return (0);
	len = mbuf_pkthdr_len(m);
	if (mbuf_copydata(m, 0, len, hd_plain) == 0) {
		hd_out_len = hdlc_encode(hd_plain, len, hd_out);
		hd_out_at = 0;
		ifnet_stat_increment_out(ifp, 1, (u_int32_t)len, 0);
	}
	mbuf_freem(m);
	return (1);
}

/* Feeds the port; true if it took something. */
static int
hd_transmit(ifnet_t ifp)
{
	size_t took;

	if (hd_out_at == hd_out_len && !hd_next_frame(ifp))
		return (0);
	took = uart_put(hd_out + hd_out_at, hd_out_len - hd_out_at);
	hd_out_at += took;
	return (took != 0);
}

static void
hd_thread(void *arg, wait_result_t result)
{
	struct timespec idle = { 0, HDLC_IDLE_NS };
	ifnet_t ifp = arg;

	lck_mtx_lock(hd_lock);
	while (!hd_quit) {
		lck_mtx_unlock(hd_lock);
		int busy = hd_receive(ifp);
		busy |= hd_transmit(ifp);
		lck_mtx_lock(hd_lock);
		if (!busy && !hd_quit)
			(void)msleep(&hd_quit, hd_lock, PZERO, "hdlc", &idle);
	}
	hd_thread_runs = 0;
	wakeup(&hd_thread_runs);
	lck_mtx_unlock(hd_lock);
	ifnet_release(ifp);
	(void)thread_terminate(current_thread());
}

/* --- start and stop -------------------------------------------------------- */

static errno_t
hd_make(void)
{
	struct ifnet_init_params init;
	thread_t thread;
	ifnet_t ifp;
	errno_t error;

	memset(&init, 0, sizeof(init));
	init.name = "hdlc";
	init.family = hd_family;
	init.type = IFT_OTHER;
	init.output = hd_output;
	init.demux = hd_demux;
	init.add_proto = hd_add_proto;
	init.del_proto = hd_del_proto;
	init.framer = hd_framer;
	init.ioctl = hd_ioctl;
	init.detach = hd_detached;
	error = ifnet_allocate(&init, &ifp);
	if (error != 0)
		return (error);
	ifnet_set_mtu(ifp, HDLC_MTU);
	ifnet_set_hdrlen(ifp, HDLC_HDRLEN);
	ifnet_set_baudrate(ifp, 115200);
	ifnet_set_flags(ifp, IFF_POINTOPOINT | IFF_MULTICAST | IFF_RUNNING |
	    IFF_NOARP, 0xffff);
	error = ifnet_attach(ifp, NULL);
	if (error != 0) {
		ifnet_release(ifp);
		return (error);
	}
	bpfattach(ifp, DLT_NULL, 4);
	lck_mtx_lock(hd_lock);
	hd_ifp = ifp;
	hd_thread_runs = 1;
	lck_mtx_unlock(hd_lock);
	ifnet_reference(ifp);			/* the thread's */
	if (kernel_thread_start(hd_thread, ifp, &thread) != KERN_SUCCESS) {
		hd_thread_runs = 0;
		ifnet_release(ifp);
		return (ENOMEM);
	}
	thread_deallocate(thread);
	return (0);
}

/* Waits until *p is 0, two seconds at most; hd_lock held. */
static int
hd_wait(int *p, const void *gone)
{
	struct timespec ts = { 1, 0 };

	for (int i = 0; i < 2; i++) {
		if (gone != NULL ? *(void *const *)gone == NULL : *p == 0)
			break;
		(void)msleep(gone != NULL ? (void *)(uintptr_t)gone : (void *)p,
		    hd_lock, PZERO, "hdlcif", &ts);
	}
	return (gone != NULL ? *(void *const *)gone == NULL : *p == 0);
}

/* True when nothing is left in the stack and the thread has ended. */
static int
hd_tear_down(void)
{
	ifnet_t ifp = NULL;
	mbuf_t list;
	int done;

	lck_mtx_lock(hd_lock);
	if (hd_ifp != NULL && !hd_going) {
		hd_going = 1;
		ifp = hd_ifp;
	}
	lck_mtx_unlock(hd_lock);
	if (ifp != NULL)
		(void)ifnet_detach(ifp);
	lck_mtx_lock(hd_lock);
	done = hd_wait(NULL, &hd_ifp);
	if (done) {
		hd_quit = 1;
		wakeup(&hd_quit);
		done = hd_wait(&hd_thread_runs, NULL);
	}
	list = hd_head;
	hd_head = hd_tail = NULL;
	hd_queued = 0;
	lck_mtx_unlock(hd_lock);
	mbuf_freem_list(list);
	return (done);
}

static void
hd_free(void)
{
	proto_unregister_plumber(PF_INET, hd_family);
	proto_unregister_plumber(PF_INET6, hd_family);
	uart_close();
	lck_mtx_free(hd_lock, hd_grp);
	lck_grp_free(hd_grp);
}

kern_return_t
hdlcif_start(kmod_info_t *ki, void *data)
{
	int error = uart_open();

	if (error != 0) {
		printf("hdlcif: no second serial port\n");
		return (KERN_FAILURE);
	}
	hd_grp = lck_grp_alloc_init("hdlcif", LCK_GRP_ATTR_NULL);
	if (hd_grp != NULL)
		hd_lock = lck_mtx_alloc_init(hd_grp, LCK_ATTR_NULL);
	if (hd_lock == NULL) {
		printf("hdlcif: no memory\n");
		if (hd_grp != NULL)
			lck_grp_free(hd_grp);
		uart_close();
		return (KERN_FAILURE);
	}
	if (ifnet_interface_family_find("org.unikext.hdlcif", &hd_family) == 0 &&
	    proto_register_plumber(PF_INET, hd_family, hd_plumb, NULL) == 0 &&
	    proto_register_plumber(PF_INET6, hd_family, hd_plumb, NULL) == 0 &&
	    hd_make() == 0)
		return (KERN_SUCCESS);
	if (hd_tear_down())
		hd_free();
	return (KERN_FAILURE);
}

kern_return_t
hdlcif_stop(kmod_info_t *ki, void *data)
{
	if (!hd_tear_down())
		return (KERN_FAILURE);
	hd_free();
	return (KERN_SUCCESS);
}

KMOD_EXPLICIT_DECL(org.unikext.hdlcif, "1.0.0", hdlcif_start, hdlcif_stop)
