/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interface layer and capture devices in the running kernel, with its
 * threads: interfaces that come and go under traffic, with addresses, routes
 * and sockets on them; taps, capture, and writing through /dev/bpf.
 */
#include <libkern/libkern.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/sockio.h>

#include "kernel/dev/poll.h"
#include "kernel/file/file.h"
#include "kernel/fs/vfs.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/thread.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"
#include "test/lib/test.h"

#define MS	1000000ull

/* --- device polls: one is taken off while it waits behind another -------- */

static struct poll_source polls[3];
static volatile int poll_inside, poll_go_on, poll_later_ran;

static bool
poll_slow(void *arg)
{
	poll_inside = 1;
	while (!poll_go_on)
		thread_sleep_ns(MS);
	return (false);
}

static bool
poll_never(void *arg)
{
	EXPECT(false);
	return (false);
}

static bool
poll_later(void *arg)
{
	poll_later_ran = 1;
	return (false);
}

TEST(dlil, device_poll_detached_while_it_waits)
{
	poll_inside = poll_go_on = poll_later_ran = 0;
	poll_attach(&polls[0], poll_slow, NULL);
	poll_attach(&polls[1], poll_never, NULL);
	poll_attach(&polls[2], poll_later, NULL);
	preempt_disable();
	poll_schedule(&polls[0]);
	poll_schedule(&polls[1]);
	preempt_enable();
	EXPECT(WAIT_UNTIL(poll_inside));
	poll_detach(&polls[1]);
	poll_go_on = 1;
	poll_detach(&polls[0]);
	poll_schedule(&polls[2]);
	EXPECT(WAIT_UNTIL(poll_later_ran));
	poll_detach(&polls[2]);
}

struct gif {
	ifnet_t		ifp;
	volatile int	detached, outputs, sends, taps, legacy;
	bpf_tap_mode	mode;
	bpf_packet_func	tap;
};

static errno_t
gif_output(ifnet_t ifp, mbuf_t m)
{
	struct gif *g = ifnet_softc(ifp);

	g->outputs++;
	if (g->tap != NULL)
		g->tap(ifp, m);
	mbuf_freem(m);
	return (0);
}

static errno_t
gif_set_tap(ifnet_t ifp, bpf_tap_mode mode, bpf_packet_func fn)
{
	struct gif *g = ifnet_softc(ifp);

	g->legacy++;
	g->mode = mode;
	g->tap = fn;
	return (0);
}

static errno_t
gif_tap(ifnet_t ifp, u_int32_t dlt, bpf_tap_mode mode)
{
	struct gif *g = ifnet_softc(ifp);

	g->taps = (int)mode;
	return (0);
}

static errno_t
gif_send(ifnet_t ifp, u_int32_t dlt, mbuf_t m)
{
	struct gif *g = ifnet_softc(ifp);

	g->sends++;
	mbuf_freem(m);
	return (0);
}

static void
gif_detached(ifnet_t ifp)
{
	struct gif *g = ifnet_softc(ifp);

	g->detached = 1;
}

static errno_t
gif_up(struct gif *g, const char *name)
{
	struct ifnet_init_params init = {
		.name = name, .family = IFNET_FAMILY_ETHERNET,
		.type = IFT_ETHER, .output = gif_output, .demux = ether_demux,
		.add_proto = ether_add_proto, .del_proto = ether_del_proto,
		.check_multi = ether_check_multi, .framer = ether_frameout,
		.softc = g, .set_bpf_tap = gif_set_tap, .detach = gif_detached,
	};
	struct sockaddr_dl sdl = {
		.sdl_len = sizeof(sdl), .sdl_family = AF_LINK, .sdl_alen = 6,
		.sdl_data = { 2, 0, 0, 0, 0, 7 }
	};
	errno_t error;

	memset(g, 0, sizeof(*g));
	error = ifnet_allocate(&init, &g->ifp);
	if (error != 0)
		return (error);
	ifnet_set_mtu(g->ifp, 1500);
	ifnet_set_hdrlen(g->ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(g->ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(g->ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX |
	    IFF_RUNNING, 0xffff);
	return (ifnet_attach(g->ifp, &sdl));
}

static bool
gif_down(struct gif *g)
{
	if (ifnet_detach(g->ifp) != 0)
		return (false);
	bool gone = WAIT_UNTIL(g->detached);
	ifnet_release(g->ifp);
	/* The structure is free a moment after the callback. */
	(void)WAIT_UNTIL(g->ifp->if_state == IFNET_DETACHED);
	return (gone);
}

static void
gif_frame(struct gif *g, u_short type)
{
	unsigned chunks = 1;
	mbuf_t m;

	if (mbuf_allocpacket(MBUF_WAITOK, 100, &chunks, &m) != 0)
		return;
	struct ether_header *eh = mbuf_data(m);
	memset(eh, 0xff, ETHER_ADDR_LEN);
	memset(eh->ether_shost, 2, ETHER_ADDR_LEN);
	eh->ether_type = htons(type);
	mbuf_setlen(m, 100);
	mbuf_pkthdr_setlen(m, 100);
	mbuf_pkthdr_setrcvif(m, g->ifp);
	if (g->tap != NULL)
		g->tap(g->ifp, m);
	mbuf_pkthdr_setheader(m, eh);
	mbuf_adj(m, ETHER_HDR_LEN);
	(void)ifnet_input(g->ifp, m, NULL);
}

/* Gives the interface 10.123.0.1/24 the way a program does. */
static errno_t
gif_address(struct gif *g, socket_t so)
{
	struct ifaliasreq ifra;
	struct sockaddr_in *sin = (void *)&ifra.ifra_addr;
	struct sockaddr_in *mask = (void *)&ifra.ifra_mask;

	memset(&ifra, 0, sizeof(ifra));
	strlcpy(ifra.ifra_name, g->ifp->if_xname, sizeof(ifra.ifra_name));
	sin->sin_len = mask->sin_len = sizeof(*sin);
	sin->sin_family = mask->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(0x0a7b0001);
	mask->sin_addr.s_addr = htonl(0xffffff00);
	return (sock_ioctl(so, SIOCAIFADDR, &ifra));
}

TEST(dlil, comes_and_goes_1000_times)
{
	struct sockaddr_in sin = {
		.sin_len = sizeof(sin), .sin_family = AF_INET,
		.sin_addr = { htonl(0x0a7b0001) }
	};
	ifnet_t first = NULL;
	socket_t so;
	int bad = 0;

	REQUIRE(sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &so) == 0);
	for (int i = 0; i < 1000 && bad == 0; i++) {
		struct gif g;
		socket_t bound = NULL;

		bad |= gif_up(&g, "tg") != 0;
		if (bad)
			break;
		bad |= i > 0 && g.ifp != first ? 2 : 0;
		first = g.ifp;
		/* Every tenth one gets an address, a socket, and packets. */
		if (i % 10 == 0) {
			bad |= gif_address(&g, so) != 0 ? 4 : 0;
			bad |= sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL,
			    &bound) != 0 ? 8 : 0;
			bad |= sock_bind(bound, (struct sockaddr *)&sin) != 0 ?
			    16 : 0;
			for (int n = 0; n < 5; n++)
				gif_frame(&g, ETHERTYPE_IP);
		}
		bad |= !gif_down(&g) ? 32 : 0;
		if (bound != NULL)
			sock_close(bound);
	}
	if (bad)
		printf("dlil: failed with %d\n", bad);
	EXPECT(bad == 0);
	sock_close(so);
}

/* --- capture devices ------------------------------------------------------- */

/* Runs fn as a process, for its descriptors; its EXPECTs count. */
static void
as_process(int (*fn)(int, char **))
{
	const struct spawn_attr attr = { .sa_keep = true };
	int status = -1;
	struct proc *p;

	REQUIRE(proc_spawn("bpftest", fn, 0, NULL, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	(void)proc_rele(p);
}

static errno_t
ctl(int fd, u_long cmd, void *data)
{
	int rv;

	return (sys_ioctl(current_proc(), fd, cmd, data, &rv));
}

static int
open_bpf(struct gif *g)
{
	struct ifreq ifr;
	u_int one = 1;
	int fd = -1;

	for (int i = 0; i < 32; i++) {
		char name[16];
		snprintf(name, sizeof(name), "/dev/bpf%d", i);
		if (sys_open(current_proc(), name, O_RDWR, 0, &fd) == 0)
			break;
	}
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, g->ifp->if_xname, sizeof(ifr.ifr_name));
	EXPECT(ctl(fd, BIOCSETIF, &ifr) == 0);
	EXPECT(ctl(fd, BIOCIMMEDIATE, &one) == 0);
	return (fd);
}

static int
bpf_taps_and_reads(int argc, char **argv)
{
	struct bpf_insn arp[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_ARP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 60),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct bpf_insn bad[] = { BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12) };
	struct bpf_program prog = { 4, arp };
	struct proc *p = current_proc();
	struct bpf_stat st;
	struct bpf_hdr bh;
	struct gif g;
	u_int size = 4096, dlt = 0;
	ssize_t n = 0;
	char *buf = _MALLOC(4096, M_TEMP, M_WAITOK);

	if (!test_expect(gif_up(&g, "tb") == 0, __FILE__, __LINE__, "gif_up"))
		return (1);
	EXPECT(bpf_attach(g.ifp, DLT_EN10MB, 14, gif_send, gif_tap) == 0);
	EXPECT(bpf_attach(g.ifp, DLT_RAW, 0, NULL, NULL) == 0);
	int fd = open_bpf(&g);
	/* The first listener of the primary link type: both are told. */
	EXPECT(g.taps == BPF_MODE_INPUT_OUTPUT);
	EXPECT(g.mode == BPF_MODE_INPUT_OUTPUT && g.tap != NULL);
	EXPECT(ctl(fd, BIOCSBLEN, &size) == EINVAL);	/* too late */
	EXPECT(ctl(fd, BIOCGBLEN, &size) == 0 && size == 32768);
	EXPECT(ctl(fd, BIOCGDLT, &dlt) == 0 && dlt == DLT_EN10MB);
	EXPECT(sys_read(p, fd, buf, 100, &n) == EINVAL);
	sys_close(p, fd);
	EXPECT(g.taps == BPF_MODE_DISABLED && g.mode == BPF_MODE_DISABLED);

	/* Again, with a small buffer and a filter. */
	EXPECT(sys_open(p, "/dev/bpf0", O_RDWR, 0, &fd) == 0);
	size = 4096;
	EXPECT(ctl(fd, BIOCSBLEN, &size) == 0);
	struct ifreq ifr;
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "tb0", sizeof(ifr.ifr_name));
	EXPECT(ctl(fd, BIOCSETIF, &ifr) == 0);
	u_int one = 1;
	EXPECT(ctl(fd, BIOCIMMEDIATE, &one) == 0);
	struct bpf_program wrong = { 1, bad };
	EXPECT(ctl(fd, BIOCSETF, &wrong) == EINVAL);
	EXPECT(ctl(fd, BIOCSETF, &prog) == 0);
	gif_frame(&g, ETHERTYPE_IP);
	gif_frame(&g, ETHERTYPE_ARP);
	EXPECT(sys_read(p, fd, buf, 4096, &n) == 0);
	EXPECT(n >= SIZEOF_BPF_HDR);
	memcpy(&bh, buf, SIZEOF_BPF_HDR);
	EXPECT(bh.bh_caplen == 60 && bh.bh_datalen == 100);
	/* The payload behind the link header is aligned. */
	EXPECT((bh.bh_hdrlen + 14) % 4 == 0);
	EXPECT(n == bh.bh_hdrlen + 60);
	EXPECT(ctl(fd, BIOCGSTATS, &st) == 0 && st.bs_recv == 2 &&
	    st.bs_drop == 0);
	/* A full pair of buffers drops and counts. */
	for (int i = 0; i < 200; i++)
		gif_frame(&g, ETHERTYPE_ARP);
	EXPECT(ctl(fd, BIOCGSTATS, &st) == 0 && st.bs_drop > 0);
	sys_close(p, fd);
	thread_sleep_ns(20 * MS);
	EXPECT(gif_down(&g));
	_FREE(buf, M_TEMP);
	return (0);
}

TEST(bpf, taps_and_reads)
{
	as_process(bpf_taps_and_reads);
}

static int
bpf_writes(int argc, char **argv)
{
	struct proc *p = current_proc();
	char *frame = _MALLOC(1600, M_TEMP, M_WAITOK | M_ZERO);
	struct gif g;
	u_int one = 1;
	ssize_t n;
	int fd;

	if (!test_expect(gif_up(&g, "tw") == 0, __FILE__, __LINE__, "gif_up"))
		return (1);
	EXPECT(sys_open(p, "/dev/bpf0", O_RDWR, 0, &fd) == 0);
	EXPECT(sys_write(p, fd, frame, 60, &n) == ENXIO);	/* not bound */
	sys_close(p, fd);
	EXPECT(bpf_attach(g.ifp, DLT_EN10MB, 14, gif_send, NULL) == 0);
	EXPECT(bpf_attach(g.ifp, DLT_EN10MB, 14, NULL, NULL) == EEXIST);
	fd = open_bpf(&g);
	EXPECT(sys_write(p, fd, frame, 60, &n) == ENETDOWN);
	ifnet_set_flags(g.ifp, IFF_UP, IFF_UP);
	EXPECT(ctl(fd, BIOCSHDRCMPLT, &one) == 0);
	EXPECT(sys_write(p, fd, frame, 14 + 1501, &n) == EMSGSIZE);
	EXPECT(sys_write(p, fd, frame, 14 + 1500, &n) == 0 && n == 1514);
	EXPECT(g.sends == 1 && g.outputs == 0);
	/* Without a complete header it is PF_INET's, which is not attached. */
	one = 0;
	EXPECT(ctl(fd, BIOCSHDRCMPLT, &one) == 0);
	EXPECT(sys_write(p, fd, frame, 60, &n) == ENXIO);
	sys_close(p, fd);
	EXPECT(gif_down(&g));
	_FREE(frame, M_TEMP);
	return (0);
}

TEST(bpf, writes)
{
	as_process(bpf_writes);
}

static int
bpf_interface_goes_first(int argc, char **argv)
{
	struct proc *p = current_proc();
	char *buf = _MALLOC(32768, M_TEMP, M_WAITOK);
	struct gif g;
	ssize_t n;

	if (!test_expect(gif_up(&g, "tx") == 0, __FILE__, __LINE__, "gif_up"))
		return (1);
	bpfattach(g.ifp, DLT_EN10MB, 14);
	int fd = open_bpf(&g);
	EXPECT(gif_down(&g));
	EXPECT(sys_read(p, fd, buf, 32768, &n) == ENXIO);
	sys_close(p, fd);
	_FREE(buf, M_TEMP);
	return (0);
}

TEST(bpf, interface_goes_first)
{
	as_process(bpf_interface_goes_first);
}
