/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holds one of every kind of thing a kext can hold: memory, locks, a socket
 * filter, IP filters, an interface filter, an interface with a protocol and a
 * packet tap, a plumber, a control, a kernel socket with an upcall, one that it
 * retains, a timer, a thread, a sysctl, a device and its node, a listener of
 * kauth, mbufs.
 *
 * Its stop gives everything back.  While hoard_keep is set (from outside) it
 * only says so and keeps it all; with hoard_refuse it fails.
 */
#include <kern/clock.h>
#include <kern/locks.h>
#include <kern/thread.h>
#include <kern/thread_call.h>
#include <libkern/OSMalloc.h>
#include <mach/mach_types.h>
#include <miscfs/devfs/devfs.h>
#include <net/if.h>
#include <net/bpf.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/conf.h>
#include <sys/kauth.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#define HOARD_HANDLE	0x686f7264	/* "hord" */
#define HOARD_FAMILY	0x686f7264

extern kern_return_t hoard_start(kmod_info_t *ki, void *data);
extern kern_return_t hoard_stop(kmod_info_t *ki, void *data);

volatile int hoard_keep, hoard_refuse, hoard_calls;

static lck_grp_t *grp;
static lck_mtx_t *mtx;
static OSMallocTag tag;
static void *block, *tagged;
static mbuf_t packet;
static ipfilter_t ipf4, ipf6;
static interface_filter_t iff;
static ifnet_t ifp;
static kern_ctl_ref ctl;
static socket_t so, kept;		/* NULL in HOARD_SIMPLE */
static kauth_listener_t listener;
static thread_call_t call;
static struct cdevsw sw;
static int major_number = -1;
static void *node;
static int value = 7;
static bool ending;			/* mtx */
static int running;			/* mtx: threads */
static volatile int gone;		/* callbacks of ends that came */

SYSCTL_INT(_debug, OID_AUTO, hoard, CTLFLAG_RW, &value, 0, "");

/* --- callbacks --------------------------------------------------------------------- */

static errno_t
sf_attach(void **cookie, socket_t s)
{
	*cookie = NULL;
	(void)s;
	return (0);
}

static void
sf_detach(void *cookie, socket_t s)
{
	(void)cookie;
	(void)s;
}

static void
sf_unregistered(sflt_handle handle)
{
	(void)handle;
	gone++;
}

static errno_t
ipf_packet(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	(void)cookie;
	(void)m;
	(void)offset;
	(void)protocol;
	hoard_calls++;
	return (0);
}

static void
ipf_gone(void *cookie)
{
	(void)cookie;
	gone++;
}

static errno_t
iff_in(void *cookie, ifnet_t i, protocol_family_t p, mbuf_t *m, char **frame)
{
	(void)cookie;
	(void)i;
	(void)p;
	(void)m;
	(void)frame;
	return (0);
}

static void
iff_gone(void *cookie, ifnet_t i)
{
	(void)cookie;
	(void)i;
	gone++;
}

static errno_t
if_out(ifnet_t i, mbuf_t m)
{
	(void)i;
	mbuf_freem(m);
	return (0);
}

static errno_t
if_demux(ifnet_t i, mbuf_t m, char *frame, protocol_family_t *p)
{
	(void)i;
	(void)m;
	(void)frame;
	*p = PF_INET;
	return (0);
}

static errno_t
if_add(ifnet_t i, protocol_family_t p, const struct ifnet_demux_desc *d,
    u_int32_t n)
{
	(void)i;
	(void)p;
	(void)d;
	(void)n;
	return (0);
}

static errno_t
if_del(ifnet_t i, protocol_family_t p)
{
	(void)i;
	(void)p;
	return (0);
}

static void
if_gone(ifnet_t i)
{
	(void)i;
	gone++;
}

static errno_t
proto_in(ifnet_t i, protocol_family_t p, mbuf_t m, char *header)
{
	(void)i;
	(void)p;
	(void)header;
	mbuf_freem(m);
	return (0);
}

static errno_t
plumb(ifnet_t i, protocol_family_t p)
{
	(void)i;
	(void)p;
	return (ENXIO);
}

static int
authorize(kauth_cred_t cred, void *data, kauth_action_t action, uintptr_t a0,
    uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	(void)cred;
	(void)data;
	(void)action;
	(void)a0;
	(void)a1;
	(void)a2;
	(void)a3;
	return (KAUTH_RESULT_DEFER);
}

static errno_t
ctl_conn(kern_ctl_ref c, struct sockaddr_ctl *sac, void **unit)
{
	(void)c;
	(void)sac;
	*unit = NULL;
	return (0);
}

#ifndef HOARD_SIMPLE
static void
upcall(socket_t s, void *cookie, int wait)
{
	(void)s;
	(void)cookie;
	(void)wait;
	hoard_calls++;
}

#endif

static void
timer(thread_call_param_t a, thread_call_param_t b)
{
	(void)a;
	(void)b;
	hoard_calls++;
}

#ifndef HOARD_SIMPLE
static void
thread_main(void *arg, wait_result_t wr)
{
	(void)arg;
	(void)wr;
	lck_mtx_lock(mtx);
	while (!ending)
		msleep(&ending, mtx, PZERO, "hoard", NULL);
	running--;
	wakeup(&running);
	lck_mtx_unlock(mtx);
	thread_terminate(current_thread());
}
#endif

static int
dev_open(dev_t dev, int flags, int type, struct proc *p)
{
	(void)dev;
	(void)flags;
	(void)type;
	(void)p;
	return (0);
}

/* --- making ---------------------------------------------------------------------------- */

static errno_t
make_filters(void)
{
	struct sflt_filter sf;
	struct ipf_filter pf = { .name = "hoard", .ipf_input = ipf_packet,
	    .ipf_detach = ipf_gone };
	struct iff_filter fi = { .iff_name = "hoard", .iff_input = iff_in,
	    .iff_detached = iff_gone };
	ifnet_t lo;
	errno_t error;

	bzero(&sf, sizeof(sf));
	sf.sf_handle = HOARD_HANDLE;
	sf.sf_flags = SFLT_GLOBAL;
	sf.sf_name = "hoard";
	sf.sf_attach = sf_attach;
	sf.sf_detach = sf_detach;
	sf.sf_unregistered = sf_unregistered;
	error = sflt_register(&sf, PF_INET, SOCK_DGRAM, IPPROTO_UDP);
	if (error == 0)
		error = ipf_addv4(&pf, &ipf4);
	if (error == 0)
		error = ipf_addv6(&pf, &ipf6);
	if (error == 0)
		error = ifnet_find_by_name("lo0", &lo);
	if (error != 0)
		return (error);
	error = iflt_attach(lo, &fi, &iff);
	ifnet_release(lo);
	return (error);
}

static errno_t
make_interface(void)
{
	struct ifnet_attach_proto_param proto;
	struct ifnet_init_params init;
	errno_t error;

	bzero(&init, sizeof(init));
	init.name = "hoard";
	init.family = IFNET_FAMILY_TUN;
	init.type = IFT_OTHER;
	init.output = if_out;
	init.demux = if_demux;
	init.add_proto = if_add;
	init.del_proto = if_del;
	init.detach = if_gone;
	error = ifnet_allocate(&init, &ifp);
	if (error == 0)
		error = ifnet_attach(ifp, NULL);
	if (error == 0)
		error = bpf_attach(ifp, DLT_RAW, 0, NULL, NULL);
	bzero(&proto, sizeof(proto));
	proto.input = proto_in;
	if (error == 0)
		error = ifnet_attach_protocol(ifp, HOARD_FAMILY, &proto);
	if (error == 0)
		error = proto_register_plumber(HOARD_FAMILY, IFNET_FAMILY_TUN,
		    plumb, NULL);
	return (error);
}

static errno_t
make_rest(void)
{
	struct kern_ctl_reg reg;
#ifndef HOARD_SIMPLE
	thread_t td;
#endif
	uint64_t when;
	errno_t error;

	bzero(&reg, sizeof(reg));
	strlcpy(reg.ctl_name, "org.unikext.test.hoard", sizeof(reg.ctl_name));
	reg.ctl_connect = ctl_conn;
	error = ctl_register(&reg, &ctl);
#ifndef HOARD_SIMPLE
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_DGRAM, 0, upcall, NULL,
		    &so);
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL,
		    &kept);
	if (error == 0)
		sock_retain(kept);
#endif
	if (error == 0)
		error = mbuf_allocpacket(MBUF_WAITOK, 3000, NULL, &packet);
	if (error != 0)
		return (error);
	listener = kauth_listen_scope("org.unikext.test.hoard", authorize,
	    NULL);
	if (listener == NULL)
		return (ENOMEM);
	call = thread_call_allocate(timer, NULL);
	clock_interval_to_deadline(3600, 1000000000, &when);
	thread_call_enter_delayed(call, when);
#ifndef HOARD_SIMPLE
	running = 1;
	if (kernel_thread_start(thread_main, NULL, &td) != KERN_SUCCESS)
		return (ENOMEM);
	thread_deallocate(td);
#endif
	sw.d_open = dev_open;
	sw.d_close = dev_open;
	major_number = cdevsw_add(-1, &sw);
	if (major_number < 0)
		return (ENXIO);
	sysctl_register_oid(&sysctl__debug_hoard);
#ifdef HOARD_SIMPLE
	return (0);
#else
	node = devfs_make_node(makedev(major_number, 0), DEVFS_CHAR, 0, 0,
	    0600, "hoard");
	return (node != NULL ? 0 : ENOMEM);
#endif
}

kern_return_t
hoard_start(kmod_info_t *ki, void *data)
{
	errno_t error;

	(void)ki;
	(void)data;
	grp = lck_grp_alloc_init("hoard", LCK_GRP_ATTR_NULL);
	mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	tag = OSMalloc_Tagalloc("hoard", OSMT_DEFAULT);
	block = _MALLOC(500, M_TEMP, M_WAITOK);
	tagged = OSMalloc(600, tag);
	error = make_filters();
	if (error == 0)
		error = make_interface();
	if (error == 0)
		error = make_rest();
	if (error != 0) {
		printf("hoard: error %d\n", error);
		return (KERN_FAILURE);
	}
	return (KERN_SUCCESS);
}

/* --- giving back --------------------------------------------------------------------------- */

kern_return_t
hoard_stop(kmod_info_t *ki, void *data)
{
	struct timespec ts = { 0, 10000000 };
	int i;

	(void)ki;
	(void)data;
	if (hoard_refuse)
		return (KERN_FAILURE);
	if (hoard_keep)
		return (KERN_SUCCESS);
	sysctl_unregister_oid(&sysctl__debug_hoard);
	if (node != NULL)
		devfs_remove(node);
	cdevsw_remove(major_number, &sw);
	lck_mtx_lock(mtx);
	ending = true;
	wakeup(&ending);
	while (running > 0)
		msleep(&running, mtx, PZERO, "hoardstop", NULL);
	lck_mtx_unlock(mtx);
	thread_call_cancel(call);
	thread_call_free(call);
	mbuf_freem(packet);
	if (so != NULL)
		sock_close(so);
	if (kept != NULL) {
		sock_close(kept);
		sock_release(kept);
	}
	kauth_unlisten_scope(listener);
	proto_unregister_plumber(HOARD_FAMILY, IFNET_FAMILY_TUN);
	ifnet_detach_protocol(ifp, HOARD_FAMILY);
	ctl_deregister(ctl);
	ifnet_detach(ifp);
	iflt_detach(iff);
	ipf_remove(ipf6);
	ipf_remove(ipf4);
	sflt_unregister(HOARD_HANDLE);
	for (i = 0; i < 200 && gone < 5; i++)
		msleep((void *)&gone, NULL, PZERO, "hoardgone", &ts);
	if (gone < 5)
		return (KERN_FAILURE);
	ifnet_release(ifp);
	OSFree(tagged, 600, tag);
	_FREE(block, M_TEMP);
	OSMalloc_Tagfree(tag);
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	return (KERN_SUCCESS);
}
