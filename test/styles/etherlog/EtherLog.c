/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Watches an interface's frames: how many of each type, and one type that is
 * taken away and handed to whoever listens at the control.
 */
#include <kern/locks.h>
#include <libkern/OSMalloc.h>
#include <mach/mach_types.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <sys/kern_control.h>
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <sys/systm.h>

#ifndef INTERFACE
#define INTERFACE "en0"
#endif
#define TAKEN	0x88b5			/* for local experiments */

#if DEBUG
#define dprintf(...) printf(__VA_ARGS__)
#else
#define dprintf(...)
#endif

typedef struct etype {
	SLIST_ENTRY(etype)	link;
	u_int16_t		type;
	u_int32_t		in, out;
} etype_t;

static SLIST_HEAD(, etype)	gTypes = SLIST_HEAD_INITIALIZER(gTypes);
static lck_grp_t		*gGroup;
static lck_mtx_t		*gMutex;
static OSMallocTag		gTag;
static interface_filter_t	gFilter;
static kern_ctl_ref		gControl;
static u_int32_t		gUnit;
static boolean_t		gAttached = FALSE, gDetaching = FALSE;

static void
Count(u_int16_t type, int in)
{
	etype_t *e;

	lck_mtx_lock(gMutex);
	SLIST_FOREACH(e, &gTypes, link)
		if (e->type == type)
			break;
	if (e == NULL && (e = OSMalloc_noblock(sizeof *e, gTag)) != NULL) {
		bzero(e, sizeof *e);
		e->type = type;
		SLIST_INSERT_HEAD(&gTypes, e, link);
	}
	if (e != NULL)
		*(in ? &e->in : &e->out) += 1;
	lck_mtx_unlock(gMutex);
}

static errno_t
Input(void *cookie, ifnet_t interface, protocol_family_t protocol,
    mbuf_t *data, char **frame_ptr)
{
	ether_header_t *eh = (ether_header_t *)*frame_ptr;
	u_int16_t type = ntohs(eh->ether_type);
	u_int32_t unit = gUnit;

	Count(type, 1);
	if (type != TAKEN)
		return 0;
	if (unit == 0 || ctl_enqueuembuf(gControl, unit, *data, 0) != 0)
		return ENOENT;			/* the stack frees it */
	return EJUSTRETURN;
}

static errno_t
Output(void *cookie, ifnet_t interface, protocol_family_t protocol,
    mbuf_t *data)
{
	ether_header_t *eh = (ether_header_t *)mbuf_data(*data);

	if (mbuf_len(*data) >= sizeof(*eh))
		Count(ntohs(eh->ether_type), 0);
	return 0;
}

static void
Event(void *cookie, ifnet_t interface, protocol_family_t protocol,
    const struct kev_msg *msg)
{
	printf("EtherLog: event %u of %s%d\n", msg->event_code,
	    ifnet_name(interface), ifnet_unit(interface));
}

static errno_t
Ioctl(void *cookie, ifnet_t interface, protocol_family_t protocol,
    unsigned long cmd, void *arg)
{
	dprintf("ioctl %lx\n", cmd);
	return EOPNOTSUPP;
}

static void
Detached(void *cookie, ifnet_t interface)
{
	gAttached = FALSE;
	wakeup(&gAttached);
}

static errno_t
Connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unitinfo)
{
	gUnit = sac->sc_unit;
	return 0;
}

static errno_t
Disconnect(kern_ctl_ref ref, u_int32_t unit, void *unitinfo)
{
	gUnit = 0;
	return 0;
}

/* Option n: frames of type n, in and out. */
static errno_t
Get(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt, void *data,
    size_t *len)
{
	u_int32_t both[2] = { 0, 0 };
	etype_t *e;

	lck_mtx_lock(gMutex);
	SLIST_FOREACH(e, &gTypes, link) {
		if (e->type == opt) {
			both[0] = e->in;
			both[1] = e->out;
		}
	}
	lck_mtx_unlock(gMutex);
	if (data != NULL) {
		if (*len < sizeof both)
			return ENOSPC;
		memcpy(data, both, sizeof both);
	}
	*len = sizeof both;
	return 0;
}

kern_return_t
EtherLog_start(kmod_info_t *ki, void *d)
{
	struct iff_filter filter = {
		.iff_cookie = &gTypes,
		.iff_name = "com.example.nke.etherlog",
		.iff_protocol = 0,
		.iff_input = Input, .iff_output = Output, .iff_event = Event,
		.iff_ioctl = Ioctl, .iff_detached = Detached
	};
	struct kern_ctl_reg reg;
	ifnet_t interface = NULL;

	gTag = OSMalloc_Tagalloc("EtherLog", OSMT_DEFAULT);
	gGroup = lck_grp_alloc_init("EtherLog", NULL);
	if (gTag == NULL || gGroup == NULL)
		goto bail;
	gMutex = lck_mtx_alloc_init(gGroup, NULL);
	bzero(&reg, sizeof reg);
	strlcpy(reg.ctl_name, "com.example.nke.etherlog", MAX_KCTL_NAME);
	reg.ctl_flags = CTL_FLAG_PRIVILEGED;
	reg.ctl_connect = Connect;
	reg.ctl_disconnect = Disconnect;
	reg.ctl_getopt = Get;
	if (ctl_register(&reg, &gControl) != 0)
		goto bail;
	if (ifnet_find_by_name(INTERFACE, &interface) != 0 ||
	    iflt_attach(interface, &filter, &gFilter) != 0) {
		if (interface != NULL)
			ifnet_release(interface);
		ctl_deregister(gControl);
		goto bail;
	}
	ifnet_release(interface);
	gAttached = TRUE;
	return KERN_SUCCESS;
bail:
	if (gMutex != NULL)
		lck_mtx_free(gMutex, gGroup);
	if (gGroup != NULL)
		lck_grp_free(gGroup);
	if (gTag != NULL)
		OSMalloc_Tagfree(gTag);
	return KERN_FAILURE;
}

kern_return_t
EtherLog_stop(kmod_info_t *ki, void *d)
{
	etype_t *e;

	if (!gDetaching && ctl_deregister(gControl) != 0)
		return KERN_FAILURE;
	if (!gDetaching) {
		gDetaching = TRUE;
		iflt_detach(gFilter);
	}
	lck_mtx_lock(gMutex);
	while (gAttached) {
		struct timespec ts = { 2, 0 };

		if (msleep(&gAttached, gMutex, PZERO, "detach", &ts) ==
		    EWOULDBLOCK && gAttached) {
			lck_mtx_unlock(gMutex);
			return KERN_ABORTED;
		}
	}
	lck_mtx_unlock(gMutex);
	while ((e = SLIST_FIRST(&gTypes)) != NULL) {
		SLIST_REMOVE_HEAD(&gTypes, link);
		OSFree(e, sizeof *e, gTag);
	}
	lck_mtx_free(gMutex, gGroup);
	lck_grp_free(gGroup);
	OSMalloc_Tagfree(gTag);
	return KERN_SUCCESS;
}
