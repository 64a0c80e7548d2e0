/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Structures at random for routing sockets, capture devices and interface
 * ioctls: cut short, too long, with any contents, and now and then sensible.
 * Nothing is expected of a call but that it comes back.  What is changed is
 * an interface of ours: it goes at the end, and everything is as before.
 */
#include "test/guest/socket.h"

#include <libkern/libkern.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet6/in6_var.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/sockio.h>
#include <sys/time.h>

#include "kernel/file/file.h"
#include "kernel/fs/vfs.h"
#include "net/dlil/ifnet.h"
#include "net/inet/inet_info.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/socketvar.h"

#define CALLS	4000
#define NAME	"fz"

static uint32_t state;
static ifnet_t ifp;
static volatile int detached;
static bool lying;		/* the last address, about its length */

static unsigned
rnd(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (state % n);
}

static void
noise(void *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)p)[i] = (unsigned char)(rnd(3) ? rnd(256) : 0);
}

/* --- the interface ---------------------------------------------------------- */

static errno_t
fz_output(ifnet_t i, mbuf_t m)
{
	mbuf_freem(m);
	return (0);
}

static errno_t
fz_ioctl(ifnet_t i, unsigned long cmd, void *data)
{
	return (cmd == SIOCSIFMTU ? ifnet_set_mtu(i, (u_int32_t)
	    ((struct ifreq *)data)->ifr_mtu) : 0);
}

static void
fz_detached(ifnet_t i)
{
	detached = 1;
}

static errno_t
fz_up(void)
{
	struct ifnet_init_params init = {
		.name = NAME, .family = IFNET_FAMILY_ETHERNET,
		.type = IFT_ETHER, .output = fz_output, .demux = ether_demux,
		.add_proto = ether_add_proto, .del_proto = ether_del_proto,
		.check_multi = ether_check_multi, .framer = ether_frameout,
		.ioctl = fz_ioctl, .detach = fz_detached,
	};
	struct sockaddr_dl sdl = {
		.sdl_len = sizeof(sdl), .sdl_family = AF_LINK, .sdl_alen = 6,
		.sdl_data = { 2, 0, 0, 0, 0, 9 }
	};
	errno_t error = ifnet_allocate(&init, &ifp);

	if (error != 0)
		return (error);
	detached = 0;
	ifnet_set_mtu(ifp, 1500);
	ifnet_set_hdrlen(ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX |
	    IFF_RUNNING, 0xffff);
	error = ifnet_attach(ifp, &sdl);
	if (error == 0) {
		bpfattach(ifp, DLT_EN10MB, ETHER_HDR_LEN);
		error = bpf_attach(ifp, DLT_RAW, 0, NULL, NULL);
	}
	return (error);
}

static bool
fz_down(void)
{
	if (ifnet_detach(ifp) != 0 || !WAIT_UNTIL(detached))
		return (false);
	ifnet_release(ifp);
	return (WAIT_UNTIL(ifp->if_state == IFNET_DETACHED));
}

/* --- addresses --------------------------------------------------------------- */

/* In 10.124.0.0/16 or fd7c::/16, or something else altogether; its length. */
static size_t
address(void *p, size_t room)
{
	unsigned char b[32];
	size_t len = 16;

	noise(b, sizeof(b));
	switch (rnd(5)) {
	case 0:
	case 1:
		b[1] = AF_INET;
		b[4] = 10;
		b[5] = 124;
		break;
	case 2:
		len = 28;
		b[1] = AF_INET6;
		memset(b + 8, 0, 16);
		b[8] = 0xfd;
		b[9] = 0x7c;
		b[23] = (unsigned char)rnd(256);
		break;
	case 3:
		len = 20;
		b[1] = AF_LINK;
		b[2] = (unsigned char)ifp->if_index;
		b[3] = 0;
		break;
	default:
		len = rnd(32);
		break;
	}
	lying = rnd(6) == 0;
	b[0] = (unsigned char)(lying ? rnd(256) : len);
	memset(p, 0, room);
	memcpy(p, b, len < room ? len : room);
	return ((len + 3) & ~(size_t)3);
}

/* Never shorter than our networks' masks. */
static size_t
mask(unsigned char *p, size_t room)
{
	noise(p, room);
	p[0] = (unsigned char)(10 + rnd(20));
	p[4] = p[5] = p[8] = p[9] = 0xff;
	return ((p[0] + 3u) & ~3u);
}

static void
name_of_ours(char *name)
{
	if (rnd(10) == 0)
		noise(name, IFNAMSIZ);
	else
		strlcpy(name, ifp->if_xname, IFNAMSIZ);
}

/* --- routing messages --------------------------------------------------------- */

/*
 * Of destinations that are ours alone, or through our interface: the system's
 * own routes stay as they are.
 */
static bool
harmless(const unsigned char *dst, size_t len)
{
	return (len >= 16 &&
	    ((dst[1] == AF_INET && dst[4] == 10 && dst[5] == 124) ||
	    (dst[1] == AF_INET6 && dst[8] == 0xfd && dst[9] == 0x7c)));
}

static void
routing_message(struct proc *p, int fd)
{
	unsigned char buf[700] __attribute__((aligned(8)));
	struct rt_msghdr *rtm = (void *)buf;
	size_t len = sizeof(*rtm), at;
	ssize_t n;

	memset(buf, 0, sizeof(buf));
	if (rnd(3) == 0)
		noise(buf, sizeof(*rtm));
	rtm->rtm_version = RTM_VERSION;
	rtm->rtm_type = (u_char)(rnd(8) ? 1 + rnd(4) : rnd(256));
	rtm->rtm_addrs = rnd(8) ? RTA_DST | (int)rnd(256) : (int)rnd(0x10000);
	rtm->rtm_flags = (int)rnd(0x10000) & ~RTF_IFSCOPE;
	rtm->rtm_inits = rnd(2) ? RTV_MTU : 0;
	rtm->rtm_rmx.rmx_mtu = rnd(2) ? rnd(2000) : 0xffffffff;
	for (int i = 0; i < RTAX_MAX && len + 32 < sizeof(buf); i++) {
		if ((rtm->rtm_addrs & (1 << i)) == 0)
			continue;
		lying = false;
		len += i == RTAX_NETMASK ? mask(buf + len, 32) :
		    address(buf + len, 32);
		/* What stands behind may be taken for the mask. */
		if (lying)
			rtm->rtm_flags |= RTF_HOST;
	}
	at = len;
	if (rnd(6) == 0)
		len = rnd((unsigned)sizeof(buf));
	rtm->rtm_msglen = (u_short)(rnd(8) ? len : rnd(2 * (unsigned)len + 1));
	if (rnd(20) == 0)
		rtm->rtm_version = (u_char)rnd(256);
	if (rtm->rtm_type == RTM_GET || rtm->rtm_type > RTM_GET ||
	    harmless(buf + sizeof(*rtm), at - sizeof(*rtm)))
		(void)sys_write(p, fd, buf, len, &n);
	while (rnd(3) != 0 && sys_read(p, fd, buf, rnd(sizeof(buf)), &n) == 0)
		continue;
}

/* --- capture devices --------------------------------------------------------- */

static void
capture_filter(struct proc *p, int fd)
{
	struct bpf_insn insns[24];
	struct bpf_program prog = { rnd(24), insns };
	int rv;

	noise(insns, sizeof(insns));
	for (unsigned i = 0; i < prog.bf_len; i++) {
		insns[i].code &= 0xff;
		if (rnd(3))
			insns[i].code = rnd(2) ? BPF_LD | BPF_B | BPF_ABS :
			    BPF_JMP | BPF_JEQ;
		if (rnd(3))
			insns[i].k = rnd(64);
		if (rnd(3))
			insns[i].jt = insns[i].jf = (u_char)rnd(3);
	}
	if (prog.bf_len != 0 && rnd(3))
		insns[prog.bf_len - 1] = (struct bpf_insn)BPF_STMT(BPF_RET |
		    BPF_K, rnd(2) ? 0xffffffff : 64);
	switch (rnd(12)) {
	case 0:
		prog.bf_len = 0xffffffff >> rnd(32);
		prog.bf_insns = NULL;
		break;
	case 1:
		prog.bf_insns = NULL;
		break;
	}
	(void)sys_ioctl(p, fd, rnd(2) ? BIOCSETF : BIOCSETFNR, &prog, &rv);
}

static void
capture_ioctl(struct proc *p, int fd)
{
	static const u_long cmds[] = { BIOCGBLEN, BIOCSBLEN, BIOCFLUSH,
	    BIOCPROMISC, BIOCGDLT, BIOCGETIF, BIOCSETIF, BIOCSETIF,
	    BIOCSRTIMEOUT, BIOCGRTIMEOUT, BIOCGSTATS, BIOCIMMEDIATE,
	    BIOCVERSION, BIOCGRSIG, BIOCSRSIG, BIOCGHDRCMPLT, BIOCSHDRCMPLT,
	    BIOCGSEESENT, BIOCSSEESENT, BIOCSDLT, BIOCGDLTLIST, FIONREAD };
	union {
		unsigned char bytes[256];
		u_int u;
		struct ifreq ifr;
		struct bpf_dltlist list;
	} arg;
	u_long cmd = cmds[rnd(sizeof(cmds) / sizeof(cmds[0]))];
	uint32_t dlts[4];
	int rv;

	noise(arg.bytes, sizeof(arg.bytes));
	switch (cmd) {
	case BIOCSETIF:
		name_of_ours(arg.ifr.ifr_name);
		break;
	case BIOCSDLT:
		arg.u = rnd(2) ? DLT_RAW : rnd(2) ? DLT_EN10MB : arg.u;
		break;
	case BIOCGDLTLIST:
		arg.list.bfl_len = rnd(5);
		arg.list.bfl_list = rnd(3) ? dlts : NULL;
		break;
	}
	if (rnd(30) == 0)
		cmd = _IOC(IOC_INOUT, 'B', rnd(256), rnd(sizeof(arg)));
	(void)sys_ioctl(p, fd, cmd, &arg, &rv);
}

/* A frame for the taps; what comes back goes through the filters. */
static void
capture_frame(struct proc *p, int fd)
{
	static unsigned char frame[2000];
	ssize_t n;
	mbuf_t m;

	noise(frame, 40);
	if (rnd(2)) {
		(void)sys_write(p, fd, frame, rnd(sizeof(frame)), &n);
		return;
	}
	if (mbuf_allocpacket(MBUF_WAITOK, 64, NULL, &m) != 0)
		return;
	(void)mbuf_copyback(m, 0, 64, frame, MBUF_WAITOK);
	if (rnd(2))
		bpf_tap_in(ifp, rnd(2) ? DLT_EN10MB : DLT_RAW, m, frame,
		    rnd(20));
	else
		bpf_tap_out(ifp, DLT_EN10MB, m, NULL, 0);
	mbuf_freem(m);
	(void)sys_read(p, fd, frame, rnd(2) ? 32 : rnd(sizeof(frame)), &n);
}

/* --- interface ioctls --------------------------------------------------------- */

static void
interface_ioctl(struct proc *p, int fd4, int fd6)
{
	static const u_long cmds[] = { SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCGIFMTU,
	    SIOCSIFMTU, SIOCGIFMETRIC, SIOCSIFMETRIC, SIOCGIFADDR,
	    SIOCSIFADDR, SIOCGIFNETMASK, SIOCSIFNETMASK, SIOCGIFBRDADDR,
	    SIOCSIFBRDADDR, SIOCGIFDSTADDR, SIOCSIFDSTADDR, SIOCAIFADDR,
	    SIOCAIFADDR, SIOCDIFADDR, SIOCADDMULTI, SIOCDELMULTI,
	    SIOCAIFADDR_IN6, SIOCAIFADDR_IN6, SIOCDIFADDR_IN6,
	    SIOCGIFADDR_IN6, SIOCGIFNETMASK_IN6, SIOCGIFAFLAG_IN6,
	    SIOCGIFALIFETIME_IN6, SIOCGIFDSTADDR_IN6, SIOCPROTOATTACH,
	    SIOCPROTODETACH, SIOCGIFCAP, SIOCSIFCAP, SIOCGIFMEDIA,
	    SIOCSIFMEDIA, SIOCSIFPHYS, SIOCSIFGENERIC, SIOCGIFCONF };
	union {
		unsigned char bytes[512];
		char name[IFNAMSIZ];
		struct ifreq ifr;
		struct ifconf conf;
	} arg;
	static char list[300];
	u_long cmd = cmds[rnd(sizeof(cmds) / sizeof(cmds[0]))];
	size_t at = IFNAMSIZ;
	int rv;

	noise(arg.bytes, sizeof(arg.bytes));
	name_of_ours(arg.name);
	switch (rnd(3)) {
	case 0:		/* addresses, one behind the other */
		while (at + 32 < sizeof(arg.bytes))
			at += address(arg.bytes + at, 32);
		break;
	case 1:
		arg.ifr.ifr_flags = (short)rnd(0x10000);
		break;
	}
	if (cmd == SIOCSIFMTU)
		arg.ifr.ifr_mtu = (int)(rnd(4) ? rnd(3000) : state);
	if (cmd == SIOCPROTOATTACH || cmd == SIOCPROTODETACH)
		arg.ifr.ifr_intval = rnd(2) ? PF_INET : (int)rnd(40);
	if (cmd == SIOCGIFCONF) {
		arg.conf.ifc_len = (int)(rnd(8) ? rnd(sizeof(list)) :
		    0u - rnd(100));
		arg.conf.ifc_buf = rnd(8) ? list : NULL;
	}
	if (rnd(30) == 0)	/* read only, of any size: nothing is set */
		cmd = _IOC(IOC_OUT, 'i', rnd(256), rnd(sizeof(arg)));
	(void)sys_ioctl(p, rnd(2) ? fd4 : fd6, cmd, &arg, &rv);
}

/* --- all of it ---------------------------------------------------------------- */

static int
fuzz(int argc, char **argv)
{
	struct proc *p = current_proc();
	int bpf[2] = { -1, -1 }, rt = -1, fd4, fd6, got = 0;

	for (int i = 0; i < 32 && got < 2; i++) {
		char name[16];
		snprintf(name, sizeof(name), "/dev/bpf%d", i);
		if (sys_open(p, name, O_RDWR | O_NONBLOCK, 0, &bpf[got]) == 0)
			got++;
	}
	fd4 = st_new_socket(PF_INET, SOCK_DGRAM);
	fd6 = st_new_socket(PF_INET6, SOCK_DGRAM);
	rt = st_new_socket(PF_ROUTE, SOCK_RAW);
	EXPECT(got == 2 && fd4 >= 0 && fd6 >= 0 && rt >= 0);
	st_nonblocking(rt);
	for (unsigned i = 0; i < CALLS; i++) {
		switch (rnd(8)) {
		case 0:
		case 1:
			routing_message(p, rt);
			break;
		case 2:
			capture_filter(p, bpf[rnd(2)]);
			break;
		case 3:
			capture_ioctl(p, bpf[rnd(2)]);
			break;
		case 4:
			capture_frame(p, bpf[rnd(2)]);
			break;
		default:
			interface_ioctl(p, fd4, fd6);
			break;
		}
	}
	return (0);		/* the exit closes everything */
}

struct leftover {
	struct routeinfo route;
	unsigned ours, through;		/* to our networks; our interface */
};

static void
look_at_route(const struct routeinfo *info, void *arg)
{
	struct leftover *l = arg;

	l->through += strncmp(info->ifname, NAME, 2) == 0;
	if (info->family == AF_INET ?
	    info->dst[0] != 10 || info->dst[1] != 124 :
	    info->dst[0] != 0xfd || info->dst[1] != 0x7c)
		return;
	l->route = *info;
	l->ours++;
}

/*
 * None is left through an interface that is gone.  To our networks there may
 * be some, through gateways that were addresses of ours.
 */
static void
remove_routes(void)
{
	for (unsigned i = 0; i < CALLS; i++) {
		struct leftover l = { .ours = 0 };

		routeinfo_foreach(AF_INET, look_at_route, &l);
		routeinfo_foreach(AF_INET6, look_at_route, &l);
		EXPECT(l.through == 0);
		if (l.ours == 0)
			return;
		REQUIRE(routeinfo_delete(&l.route) == 0);
	}
}

TEST(dlil, structures_at_random)
{
	uint64_t sockets = socket_stats.ss_live;
	size_t used = mbuf_bytes_inuse();

	for (unsigned seed = 1; seed <= 3; seed++) {
		state = seed * 2654435761u;
		REQUIRE(fz_up() == 0);
		st_as_process(fuzz);
		EXPECT(fz_down());
		remove_routes();
	}
	EXPECT(WAIT_UNTIL(socket_stats.ss_live == sockets));
	EXPECT(WAIT_UNTIL(mbuf_bytes_inuse() <= used + 64 * MSIZE));
}

/* SIOCPROTODETACH leaves the address; plumbed again it says who it is, once. */
static int
plumb_again(int argc, char **argv)
{
	struct proc *p = current_proc();
	struct ifreq ifr = { .ifr_name = NAME "0" };
	struct ifaliasreq ifra = { .ifra_name = NAME "0" };
	struct sockaddr_in *sin = (void *)&ifra.ifra_addr;
	struct sockaddr_in *sm = (void *)&ifra.ifra_mask;
	int fd = st_new_socket(PF_INET, SOCK_DGRAM), rv;

	sin->sin_len = sm->sin_len = sizeof(*sin);
	sin->sin_family = sm->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(0x0a7c0001);
	sm->sin_addr.s_addr = htonl(0xffffff00);
	EXPECT(sys_ioctl(p, fd, SIOCAIFADDR, &ifra, &rv) == 0);
	for (int i = 0; i < 5; i++) {
		ifr.ifr_intval = PF_INET;
		EXPECT(sys_ioctl(p, fd, SIOCPROTODETACH, &ifr, &rv) == 0);
		ifr.ifr_intval = PF_INET;
		EXPECT(sys_ioctl(p, fd, SIOCPROTOATTACH, &ifr, &rv) == 0);
		ifr.ifr_intval = PF_INET;
		EXPECT(sys_ioctl(p, fd, SIOCPROTOATTACH, &ifr, &rv) == EEXIST);
	}
	(void)sys_close(p, fd);
	return (0);
}

TEST(dlil, plumbed_again_with_an_address)
{
	REQUIRE(fz_up() == 0);
	st_as_process(plumb_again);
	EXPECT(fz_down());
}

/* --- what fails changes nothing ------------------------------------------------ */

static int
descriptor_stays(int argc, char **argv)
{
	struct proc *p = current_proc();
	struct ifreq ifr;
	u_int dlt = 9999;
	int fd = -1, rv;

	for (int i = 0; i < 32; i++) {
		char name[16];
		snprintf(name, sizeof(name), "/dev/bpf%d", i);
		if (sys_open(p, name, O_RDWR | O_NONBLOCK, 0, &fd) == 0)
			break;
	}
	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, ifp->if_xname, sizeof(ifr.ifr_name));
	EXPECT(sys_ioctl(p, fd, BIOCSETIF, &ifr, &rv) == 0);
	EXPECT(sys_ioctl(p, fd, BIOCPROMISC, NULL, &rv) == 0);
	EXPECT((ifnet_flags(ifp) & IFF_PROMISC) != 0);
	EXPECT(sys_ioctl(p, fd, BIOCSDLT, &dlt, &rv) == EINVAL);
	EXPECT(sys_ioctl(p, fd, BIOCGDLT, &dlt, &rv) == 0 &&
	    dlt == DLT_EN10MB);
	strlcpy(ifr.ifr_name, "none0", sizeof(ifr.ifr_name));
	EXPECT(sys_ioctl(p, fd, BIOCSETIF, &ifr, &rv) == ENXIO);
	EXPECT(sys_ioctl(p, fd, BIOCGETIF, &ifr, &rv) == 0 &&
	    strcmp(ifr.ifr_name, ifp->if_xname) == 0);
	/* Another link type of the interface, and it is promiscuous still. */
	dlt = DLT_RAW;
	EXPECT(sys_ioctl(p, fd, BIOCSDLT, &dlt, &rv) == 0);
	EXPECT(sys_ioctl(p, fd, BIOCGDLT, &dlt, &rv) == 0 && dlt == DLT_RAW);
	EXPECT((ifnet_flags(ifp) & IFF_PROMISC) != 0);
	EXPECT(sys_close(p, fd) == 0);
	EXPECT((ifnet_flags(ifp) & IFF_PROMISC) == 0);
	return (0);
}

TEST(bpf, a_refused_change_changes_nothing)
{
	REQUIRE(fz_up() == 0);
	ifnet_set_flags(ifp, IFF_UP, IFF_UP);
	st_as_process(descriptor_stays);
	EXPECT(fz_down());
}
