/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An Ethernet interface that comes and goes a thousand times, each time with
 * an IPv4 and an IPv6 address and three sockets open on them: a listener, a
 * connected datagram socket with a packet on its way, and one for IPv6.
 * Every detach has to end in its callback; the sockets are closed after it.
 *
 * Prints "ifcycle: 1000 cycles" at the end, or what went wrong.
 */
#include <kern/locks.h>
#include <kern/thread.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <netinet/in.h>
#include <netinet6/in6_var.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#define CYCLES		1000
#define PORT		4000

kern_return_t ifcycle_start(kmod_info_t *ki, void *data);
kern_return_t ifcycle_stop(kmod_info_t *ki, void *data);

static lck_grp_t *grp;
static lck_mtx_t *lock;
static int gone;		/* the detach callback has come */
static int running;
static int sent;		/* frames that reached the interface */

static errno_t
cy_output(ifnet_t ifp, mbuf_t m)
{
	(void)ifp;
	sent++;
	mbuf_freem(m);
	return (0);
}

static errno_t
cy_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	(void)ifp;
	(void)data;
	return (cmd == SIOCSIFFLAGS || cmd == SIOCADDMULTI ||
	    cmd == SIOCDELMULTI ? 0 : EOPNOTSUPP);
}

static void
cy_detached(ifnet_t ifp)
{
	(void)ifp;
	lck_mtx_lock(lock);
	gone = 1;
	wakeup(&gone);
	lck_mtx_unlock(lock);
}

static errno_t
make(ifnet_t *ifp)
{
	static const u_char broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	struct ifnet_init_params init;
	struct sockaddr_dl sdl;
	errno_t error;

	memset(&init, 0, sizeof(init));
	init.name = "cy";
	init.family = IFNET_FAMILY_ETHERNET;
	init.type = IFT_ETHER;
	init.output = cy_output;
	init.demux = ether_demux;
	init.add_proto = ether_add_proto;
	init.del_proto = ether_del_proto;
	init.check_multi = ether_check_multi;
	init.framer = ether_frameout;
	init.ioctl = cy_ioctl;
	init.detach = cy_detached;
	init.broadcast_addr = broadcast;
	init.broadcast_len = sizeof(broadcast);
	error = ifnet_allocate(&init, ifp);
	if (error != 0)
		return (error);
	ifnet_set_mtu(*ifp, 1500);
	ifnet_set_hdrlen(*ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(*ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(*ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_RUNNING,
	    0xffff);
	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_type = IFT_ETHER;
	sdl.sdl_alen = ETHER_ADDR_LEN;
	memcpy(LLADDR(&sdl), "\x02" "CYCLE", ETHER_ADDR_LEN);
	error = ifnet_attach(*ifp, &sdl);
	if (error != 0)
		ifnet_release(*ifp);
	return (error);
}

static void
set_sin(struct sockaddr_in *sin, u_int8_t last, u_int16_t port)
{
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_port = htons(port);
	sin->sin_addr.s_addr = htonl(0x0a630000u | last);
}

static void
set_sin6(struct sockaddr_in6 *sin6, u_int8_t last, u_int16_t port)
{
	memset(sin6, 0, sizeof(*sin6));
	sin6->sin6_len = sizeof(*sin6);
	sin6->sin6_family = AF_INET6;
	sin6->sin6_port = htons(port);
	sin6->sin6_addr.s6_addr[0] = 0xfd;
	sin6->sin6_addr.s6_addr[1] = 0x99;
	sin6->sin6_addr.s6_addr[15] = last;
}

static errno_t
address(socket_t so, socket_t so6)
{
	struct in6_aliasreq req6;
	struct ifreq ifr;
	errno_t error;

	memset(&ifr, 0, sizeof(ifr));
	strlcpy(ifr.ifr_name, "cy0", sizeof(ifr.ifr_name));
	set_sin((struct sockaddr_in *)(void *)&ifr.ifr_addr, 1, 0);
	error = sock_ioctl(so, SIOCSIFADDR, &ifr);
	if (error != 0)
		return (error);
	memset(&req6, 0, sizeof(req6));
	strlcpy(req6.ifra_name, "cy0", sizeof(req6.ifra_name));
	set_sin6(&req6.ifra_addr, 1, 0);
	set_sin6(&req6.ifra_prefixmask, 0, 0);
	memset(&req6.ifra_prefixmask.sin6_addr, 255, 8);
	memset((char *)&req6.ifra_prefixmask.sin6_addr + 8, 0, 8);
	req6.ifra_lifetime.ia6t_vltime = req6.ifra_lifetime.ia6t_pltime =
	    0xffffffff;
	return (sock_ioctl(so6, SIOCAIFADDR_IN6, &req6));
}

/* Something on its way to a neighbour that never answers. */
static errno_t
use(socket_t listener, socket_t udp, socket_t udp6)
{
	struct sockaddr_in sin;
	struct sockaddr_in6 sin6;
	struct msghdr msg;
	struct iovec iov = { (void *)(uintptr_t)"packet", 6 };
	errno_t error;
	size_t n;

	set_sin(&sin, 1, PORT);
	error = sock_bind(listener, (struct sockaddr *)&sin);
	if (error == 0)
		error = sock_listen(listener, 5);
	set_sin(&sin, 9, PORT);
	if (error == 0)
		error = sock_connect(udp, (struct sockaddr *)&sin, 0);
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (error == 0)
		error = sock_send(udp, &msg, 0, &n);
	set_sin6(&sin6, 9, PORT);
	msg.msg_name = &sin6;
	msg.msg_namelen = sizeof(sin6);
	/* Our address is tentative and may not be sent from yet. */
	if (error == 0)
		(void)sock_send(udp6, &msg, 0, &n);
	return (error);
}

/* Other traffic has its time, too. */
static void
nap(void)
{
	struct timespec ts = { 0, 4000000 };

	(void)msleep(&sent, NULL, PZERO, "cycle", &ts);
}

static errno_t
cycle(const char **where)
{
	socket_t listener = NULL, udp = NULL, udp6 = NULL;
	ifnet_t ifp = NULL;
	errno_t error;

	*where = "make";
	gone = 0;
	error = make(&ifp);
	if (error != 0)
		return (error);
	*where = "socket";
	error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &listener);
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &udp);
	if (error == 0)
		error = sock_socket(PF_INET6, SOCK_DGRAM, 0, NULL, NULL, &udp6);
	if (error == 0) {
		*where = "address";
		error = address(udp, udp6);
	}
	if (error == 0) {
		*where = "use";
		error = use(listener, udp, udp6);
	}
	nap();
	if (ifnet_detach(ifp) != 0 && error == 0) {
		*where = "detach";
		error = EINVAL;
	}
	lck_mtx_lock(lock);
	while (!gone)
		msleep(&gone, lock, PZERO, "cycle", NULL);
	lck_mtx_unlock(lock);
	ifnet_release(ifp);
	if (listener != NULL)
		sock_close(listener);
	if (udp != NULL)
		sock_close(udp);
	if (udp6 != NULL)
		sock_close(udp6);
	return (error);
}

static void
cycles(void *arg, wait_result_t result)
{
	const char *where = "";
	errno_t error = 0;
	int n;

	(void)arg;
	(void)result;
	for (n = 0; n < CYCLES && error == 0; n++)
		error = cycle(&where);
	if (error != 0)
		printf("ifcycle: %s in cycle %d: error %d\n", where, n, error);
	else
		printf("ifcycle: %d cycles, %s\n", n,
		    sent >= n ? "frames sent" : "no frames");
	lck_mtx_lock(lock);
	running = 0;
	wakeup(&running);
	lck_mtx_unlock(lock);
	thread_terminate(current_thread());
}

kern_return_t
ifcycle_start(kmod_info_t *ki, void *data)
{
	thread_t thread;

	(void)ki;
	(void)data;
	grp = lck_grp_alloc_init("ifcycle", LCK_GRP_ATTR_NULL);
	lock = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	running = 1;
	if (kernel_thread_start(cycles, NULL, &thread) != KERN_SUCCESS) {
		lck_mtx_free(lock, grp);
		lck_grp_free(grp);
		return (KERN_FAILURE);
	}
	thread_deallocate(thread);
	return (KERN_SUCCESS);
}

kern_return_t
ifcycle_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	lck_mtx_lock(lock);
	while (running)
		msleep(&running, lock, PZERO, "ifcycle", NULL);
	lck_mtx_unlock(lock);
	lck_mtx_free(lock, grp);
	lck_grp_free(grp);
	return (KERN_SUCCESS);
}

KMOD_EXPLICIT_DECL(org.unikext.test.ifcycle, "1.0", ifcycle_start, ifcycle_stop)
