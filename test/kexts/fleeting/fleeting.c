/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fleeting: a socket, an IP and an interface filter that are made to be
 * unloaded in the middle of traffic, and keep watch over their own end.
 *
 * Theory of operation
 *
 * The socket filters go to all TCP sockets that exist; the IP filters take
 * every 8th packet and inject it behind themselves; the interface filter does
 * the same with frames, which it knows again by a tag.  Each has a state:
 * off, on, over.  Every callback has to find it on, and the last one
 * (sf_unregistered, ipf_detach, iff_detached) turns it to over; an instance
 * of the socket filter has a mark in its cookie that sf_detach takes away.
 * Anything else is printed as "FLEETING", and stop refuses: the test sees it.
 * A callback after the unload finds no code and stops the system.
 *
 * There are two kexts made of this file, see fleeting2.
 */
#include <IOKit/IOLib.h>
#include <libkern/OSAtomic.h>
#include <libkern/OSMalloc.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include <sys/socket.h>
#include <sys/systm.h>

#ifndef FL_NAME
#define FL_NAME		fleeting
#define FL_HANDLE	0x666c0000u
#endif
#define FL_STRING_(s)	#s
#define FL_STRING(s)	FL_STRING_(s)
#define FL_ID		"org.unikext.test." FL_STRING(FL_NAME)

kern_return_t fleeting_start(kmod_info_t *ki, void *data);
kern_return_t fleeting_stop(kmod_info_t *ki, void *data);

#define FL_LIVE		0x6c697665	/* an instance's mark */
#define FL_EVERY	8

enum fl_state { FL_OFF, FL_ON, FL_OVER };

struct fl_inst {
	volatile SInt32 mark, busy;
	int		filter;		/* SF4 or SF6 */
};

/* Socket filters of IPv4 and IPv6, IP filters of both, interface filter. */
enum { SF4, SF6, IP4, IP6, IFF, NFILTERS };
static volatile SInt32 state[NFILTERS];
static volatile SInt32 bad, taken, instances[2];
static ipfilter_t ip_ref[2];
static interface_filter_t if_ref;
static ifnet_t ifp0;
static mbuf_tag_id_t tag_id;
static OSMallocTag mtag;

static void
wrong(const char *what)
{
	OSIncrementAtomic(&bad);
	printf("FLEETING: " FL_STRING(FL_NAME) ": %s\n", what);
}

static void
check_on(int i, const char *what)
{
	if (state[i] != FL_ON)
		wrong(what);
}

static void
over(int i, const char *what)
{
	if (!OSCompareAndSwap(FL_ON, FL_OVER, (volatile UInt32 *)&state[i]))
		wrong(what);
}

/* --- socket filters ----------------------------------------------------------------- */

static errno_t
sf_attached(int i, void **cookie)
{
	struct fl_inst *in = OSMalloc(sizeof(*in), mtag);

	check_on(i, "sf_attach behind sf_unregistered");
	if (in == NULL)
		return (ENOMEM);
	in->busy = 0;
	in->filter = i;
	in->mark = FL_LIVE;
	OSIncrementAtomic(&instances[i]);
	*cookie = in;
	return (0);
}

static errno_t
sf_attach4(void **cookie, socket_t so)
{
	(void)so;
	return (sf_attached(SF4, cookie));
}

static errno_t
sf_attach6(void **cookie, socket_t so)
{
	(void)so;
	return (sf_attached(SF6, cookie));
}

static void
sf_detach(void *cookie, socket_t so)
{
	struct fl_inst *in = cookie;

	(void)so;
	if (!OSCompareAndSwap(FL_LIVE, 0, (volatile UInt32 *)&in->mark))
		wrong("sf_detach came twice");
	if (in->busy != 0)
		wrong("sf_detach while a callback runs");
	check_on(in->filter, "sf_detach behind sf_unregistered");
	OSDecrementAtomic(&instances[in->filter]);
	OSFree(in, sizeof(*in), mtag);
}

static void
sf_unregistered(sflt_handle handle)
{
	int i = (int)(handle - FL_HANDLE);

	if (instances[i] != 0)
		wrong("sf_unregistered before the last sf_detach");
	over(i, "sf_unregistered came twice");
}

static errno_t
sf_data(struct fl_inst *in)
{
	OSIncrementAtomic(&in->busy);
	if (in->mark != FL_LIVE)
		wrong("data behind sf_detach");
	OSDecrementAtomic(&in->busy);
	return (0);
}

static errno_t
sf_data_in(void *cookie, socket_t so, const struct sockaddr *from,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	(void)so;
	(void)from;
	(void)data;
	(void)control;
	(void)flags;
	return (sf_data(cookie));
}

static errno_t
sf_data_out(void *cookie, socket_t so, const struct sockaddr *to,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	(void)so;
	(void)to;
	(void)data;
	(void)control;
	(void)flags;
	return (sf_data(cookie));
}

static void
sf_notify(void *cookie, socket_t so, sflt_event_t event, void *param)
{
	(void)so;
	(void)event;
	(void)param;
	(void)sf_data(cookie);
}

static errno_t
sf_add(int i, int domain)
{
	struct sflt_filter f = {
		.sf_handle = FL_HANDLE + (unsigned)i,
		.sf_flags = SFLT_GLOBAL | SFLT_EXTENDED |
		    SFLT_EXTENDED_REGISTRY,
		.sf_name = FL_ID,
		.sf_unregistered = sf_unregistered,
		.sf_attach = i == SF4 ? sf_attach4 : sf_attach6,
		.sf_detach = sf_detach,
		.sf_notify = sf_notify,
		.sf_data_in = sf_data_in,
		.sf_data_out = sf_data_out,
	};
	errno_t error;

	state[i] = FL_ON;
	error = sflt_register(&f, domain, SOCK_STREAM, IPPROTO_TCP);
	if (error != 0)
		state[i] = FL_OFF;
	return (error);
}

/* --- IP filters ------------------------------------------------------------------------ */

static int
every(void)
{
	return (OSIncrementAtomic(&taken) % FL_EVERY == 0);
}

static errno_t
ip_input(void *cookie, mbuf_t *data, int offset, u_int8_t protocol)
{
	int i = (int)(intptr_t)cookie;

	(void)offset;
	(void)protocol;
	check_on(i, "ipf_input behind ipf_detach");
	if (!every() || ip_ref[i - IP4] == NULL)
		return (0);
	return (ipf_inject_input(*data, ip_ref[i - IP4]) == 0 ? EJUSTRETURN :
	    0);
}

static errno_t
ip_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	int i = (int)(intptr_t)cookie;

	check_on(i, "ipf_output behind ipf_detach");
	if (!every() || ip_ref[i - IP4] == NULL)
		return (0);
	(void)ipf_inject_output(*data, ip_ref[i - IP4], options);
	return (EJUSTRETURN);
}

static void
ip_detach(void *cookie)
{
	over((int)(intptr_t)cookie, "ipf_detach came twice");
}

static errno_t
ip_add(int i)
{
	struct ipf_filter f = {
		.cookie = (void *)(intptr_t)i,
		.name = FL_ID,
		.ipf_input = ip_input,
		.ipf_output = ip_output,
		.ipf_detach = ip_detach,
	};
	errno_t error;

	state[i] = FL_ON;
	error = i == IP4 ? ipf_addv4(&f, &ip_ref[0]) :
	    ipf_addv6(&f, &ip_ref[1]);
	if (error != 0)
		state[i] = FL_OFF;
	return (error);
}

/* --- interface filter ---------------------------------------------------------------------- */

/* Tagged now and not before. */
static int
if_take(mbuf_t m)
{
	size_t len;
	void *p;

	check_on(IFF, "frame behind iff_detached");
	return (every() && mbuf_tag_find(m, tag_id, 1, &len, &p) != 0 &&
	    mbuf_tag_allocate(m, tag_id, 1, 4, MBUF_DONTWAIT, &p) == 0);
}

static errno_t
if_input(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *data,
    char **frame)
{
	(void)cookie;
	(void)protocol;
	if (!if_take(*data))
		return (0);
	(void)mbuf_pkthdr_setheader(*data, *frame);
	(void)ifnet_input(ifp, *data, NULL);
	return (EJUSTRETURN);
}

static errno_t
if_output(void *cookie, ifnet_t ifp, protocol_family_t protocol, mbuf_t *data)
{
	(void)cookie;
	if (!if_take(*data))
		return (0);
	(void)ifnet_output_raw(ifp, protocol, *data);
	return (EJUSTRETURN);
}

static void
if_detached(void *cookie, ifnet_t ifp)
{
	(void)cookie;
	(void)ifp;
	over(IFF, "iff_detached came twice");
}

static errno_t
if_add(void)
{
	struct iff_filter f = {
		.iff_name = FL_ID,
		.iff_input = if_input,
		.iff_output = if_output,
		.iff_detached = if_detached,
	};
	errno_t error;

	state[IFF] = FL_ON;
	error = iflt_attach(ifp0, &f, &if_ref);
	if (error != 0)
		state[IFF] = FL_OFF;
	return (error);
}

/* --- start and stop ----------------------------------------------------------------------- */

/* 0 when every end has come, once, and no instance is left. */
static int
all_over(void)
{
	int i, n, on = 1;

	if (state[SF4] == FL_ON)
		(void)sflt_unregister(FL_HANDLE);
	if (state[SF6] == FL_ON)
		(void)sflt_unregister(FL_HANDLE + SF6);
	if (state[IP4] == FL_ON)
		(void)ipf_remove(ip_ref[0]);
	if (state[IP6] == FL_ON)
		(void)ipf_remove(ip_ref[1]);
	if (state[IFF] == FL_ON)
		iflt_detach(if_ref);
	for (n = 0; n < 5000 && on; n++) {
		if (n > 0)
			IOSleep(1);
		on = 0;
		for (i = 0; i < NFILTERS; i++)
			on |= state[i] == FL_ON;
	}
	if (on)
		wrong("the end does not come");
	return (bad);
}

kern_return_t
fleeting_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	mtag = OSMalloc_Tagalloc(FL_ID, OSMT_DEFAULT);
	if (mtag == NULL || mbuf_tag_id_find(FL_ID, &tag_id) != 0 ||
	    ifnet_find_by_name("en0", &ifp0) != 0)
		goto fail;
	if (sf_add(SF4, PF_INET) == 0 && sf_add(SF6, PF_INET6) == 0 &&
	    ip_add(IP4) == 0 && ip_add(IP6) == 0 && if_add() == 0)
		return (KERN_SUCCESS);
	(void)all_over();
fail:
	if (ifp0 != NULL)
		ifnet_release(ifp0);
	if (mtag != NULL)
		OSMalloc_Tagfree(mtag);
	return (KERN_FAILURE);
}

kern_return_t
fleeting_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (all_over() != 0)
		return (KERN_FAILURE);
	ifnet_release(ifp0);
	OSMalloc_Tagfree(mtag);
	return (KERN_SUCCESS);
}
