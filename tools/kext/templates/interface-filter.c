/*
 * @name@: a filter on one network interface.
 *
 * Theory of operation: the filter attaches to en0, counts frames, and drops
 * those to send while debug.@name@_block is set.  Stop detaches it, which
 * waits for callbacks that are running.
 */
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t @name@_start(kmod_info_t *ki, void *data);
kern_return_t @name@_stop(kmod_info_t *ki, void *data);

static interface_filter_t @name@_ref;
static volatile bool @name@_gone;
static int @name@_in, @name@_out, @name@_block;

SYSCTL_INT(_debug, OID_AUTO, @name@_in, CTLFLAG_RD, &@name@_in, 0, "in");
SYSCTL_INT(_debug, OID_AUTO, @name@_out, CTLFLAG_RD, &@name@_out, 0, "out");
SYSCTL_INT(_debug, OID_AUTO, @name@_block, CTLFLAG_RW, &@name@_block, 0,
    "drop what is sent");

static errno_t
@name@_input(void *cookie, ifnet_t ifp, protocol_family_t protocol,
    mbuf_t *data, char **frame)
{
	OSIncrementAtomic(&@name@_in);
	return (0);
}

static errno_t
@name@_output(void *cookie, ifnet_t ifp, protocol_family_t protocol,
    mbuf_t *data)
{
	OSIncrementAtomic(&@name@_out);
	return (@name@_block ? EPERM : 0);	/* EPERM: the stack frees it */
}

static void
@name@_detached(void *cookie, ifnet_t ifp)
{
	@name@_gone = true;
	wakeup((void *)&@name@_gone);
}

kern_return_t
@name@_start(kmod_info_t *ki, void *data)
{
	struct iff_filter filter = {
		.iff_name = "@id@",
		.iff_input = @name@_input,
		.iff_output = @name@_output,
		.iff_detached = @name@_detached
	};
	ifnet_t ifp;
	errno_t error;

	error = ifnet_find_by_name("en0", &ifp);
	if (error != 0)
		return (KERN_FAILURE);
	error = iflt_attach(ifp, &filter, &@name@_ref);
	ifnet_release(ifp);
	if (error != 0)
		return (KERN_FAILURE);
	sysctl_register_oid(&sysctl__debug_@name@_in);
	sysctl_register_oid(&sysctl__debug_@name@_out);
	sysctl_register_oid(&sysctl__debug_@name@_block);
	return (KERN_SUCCESS);
}

kern_return_t
@name@_stop(kmod_info_t *ki, void *data)
{
	struct timespec ts = { 0, 100000000 };
	int i;

	if (@name@_ref != NULL)
		iflt_detach(@name@_ref);
	@name@_ref = NULL;
	for (i = 0; i < 20 && !@name@_gone; i++)
		msleep((void *)&@name@_gone, NULL, PZERO, "@name@", &ts);
	if (!@name@_gone)
		return (KERN_FAILURE);
	sysctl_unregister_oid(&sysctl__debug_@name@_block);
	sysctl_unregister_oid(&sysctl__debug_@name@_out);
	sysctl_unregister_oid(&sysctl__debug_@name@_in);
	return (KERN_SUCCESS);
}
