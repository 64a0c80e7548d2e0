/*
 * @name@: a socket filter on TCP over IPv4.
 *
 * Theory of operation: the filter attaches to every TCP socket made after the
 * load and counts sockets and bytes.  Stop unregisters it and waits for
 * sf_unregistered: only then nothing of the filter runs any more.
 */
#include <kern/locks.h>
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#define @NAME@_HANDLE	0x@hex@		/* unique in the system */

kern_return_t @name@_start(kmod_info_t *ki, void *data);
kern_return_t @name@_stop(kmod_info_t *ki, void *data);

static int @name@_sockets;		/* debug.@name@_sockets */
static int @name@_bytes;		/* debug.@name@_bytes */
static volatile bool @name@_gone;
static lck_grp_t *@name@_grp;
static lck_mtx_t *@name@_lock;

SYSCTL_INT(_debug, OID_AUTO, @name@_sockets, CTLFLAG_RD, &@name@_sockets, 0,
    "sockets seen");
SYSCTL_INT(_debug, OID_AUTO, @name@_bytes, CTLFLAG_RD, &@name@_bytes, 0,
    "bytes seen");

static errno_t
@name@_attach(void **cookie, socket_t so)
{
	*cookie = NULL;		/* or a structure of your own for this socket */
	OSIncrementAtomic(&@name@_sockets);
	return (0);
}

static void
@name@_detach(void *cookie, socket_t so)
{
	/* free what attach allocated */
}

static errno_t
@name@_data(void *cookie, socket_t so, const struct sockaddr *addr,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	mbuf_t m;

	for (m = *data; m != NULL; m = mbuf_next(m))
		OSAddAtomic((SInt32)mbuf_len(m), &@name@_bytes);
	return (0);		/* EJUSTRETURN: it is ours now */
}

static void
@name@_unregistered(sflt_handle handle)
{
	lck_mtx_lock(@name@_lock);
	@name@_gone = true;
	wakeup((void *)&@name@_gone);
	lck_mtx_unlock(@name@_lock);
}

kern_return_t
@name@_start(kmod_info_t *ki, void *data)
{
	struct sflt_filter filter;

	bzero(&filter, sizeof(filter));
	filter.sf_handle = @NAME@_HANDLE;
	filter.sf_flags = SFLT_GLOBAL;
	filter.sf_name = "@id@";
	filter.sf_unregistered = @name@_unregistered;
	filter.sf_attach = @name@_attach;
	filter.sf_detach = @name@_detach;
	filter.sf_data_in = @name@_data;
	filter.sf_data_out = @name@_data;

	@name@_grp = lck_grp_alloc_init("@name@", LCK_GRP_ATTR_NULL);
	@name@_lock = lck_mtx_alloc_init(@name@_grp, LCK_ATTR_NULL);
	if (sflt_register(&filter, PF_INET, SOCK_STREAM, IPPROTO_TCP) != 0) {
		lck_mtx_free(@name@_lock, @name@_grp);
		lck_grp_free(@name@_grp);
		return (KERN_FAILURE);
	}
	sysctl_register_oid(&sysctl__debug_@name@_sockets);
	sysctl_register_oid(&sysctl__debug_@name@_bytes);
	return (KERN_SUCCESS);
}

kern_return_t
@name@_stop(kmod_info_t *ki, void *data)
{
	struct timespec ts = { 2, 0 };
	bool gone;

	/* ENOENT the second time: an earlier stop has done this. */
	(void)sflt_unregister(@NAME@_HANDLE);
	lck_mtx_lock(@name@_lock);
	if (!@name@_gone)
		msleep((void *)&@name@_gone, @name@_lock, PZERO, "@name@",
		    &ts);
	gone = @name@_gone;
	lck_mtx_unlock(@name@_lock);
	if (!gone)
		return (KERN_FAILURE);	/* still in use: ask again later */
	sysctl_unregister_oid(&sysctl__debug_@name@_bytes);
	sysctl_unregister_oid(&sysctl__debug_@name@_sockets);
	lck_mtx_free(@name@_lock, @name@_grp);
	lck_grp_free(@name@_grp);
	return (KERN_SUCCESS);
}
