/*
 * @name@: an IP filter for IPv4.
 *
 * Theory of operation: the filter sees each IPv4 packet to and from this
 * host, counts it, and drops pings while debug.@name@_block is set.  Stop
 * removes it and waits for the detach callback.
 */
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t @name@_start(kmod_info_t *ki, void *data);
kern_return_t @name@_stop(kmod_info_t *ki, void *data);

static ipfilter_t @name@_ref;
static volatile bool @name@_gone;
static int @name@_in, @name@_out, @name@_block;

SYSCTL_INT(_debug, OID_AUTO, @name@_in, CTLFLAG_RD, &@name@_in, 0, "in");
SYSCTL_INT(_debug, OID_AUTO, @name@_out, CTLFLAG_RD, &@name@_out, 0, "out");
SYSCTL_INT(_debug, OID_AUTO, @name@_block, CTLFLAG_RW, &@name@_block, 0,
    "drop pings");

static errno_t
@name@_input(void *cookie, mbuf_t *data, int offset, u_int8_t protocol)
{
	OSIncrementAtomic(&@name@_in);
	if (@name@_block && protocol == IPPROTO_ICMP)
		return (EPERM);	/* the stack frees it */
	return (0);
}

static errno_t
@name@_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	OSIncrementAtomic(&@name@_out);
	return (0);
}

static void
@name@_detach(void *cookie)
{
	@name@_gone = true;
	wakeup((void *)&@name@_gone);
}

kern_return_t
@name@_start(kmod_info_t *ki, void *data)
{
	struct ipf_filter filter = {
		.name = "@id@",
		.ipf_input = @name@_input,
		.ipf_output = @name@_output,
		.ipf_detach = @name@_detach
	};

	if (ipf_addv4(&filter, &@name@_ref) != 0)
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

	(void)ipf_remove(@name@_ref);	/* ENOENT the second time */
	for (i = 0; i < 20 && !@name@_gone; i++)
		msleep((void *)&@name@_gone, NULL, PZERO, "@name@", &ts);
	if (!@name@_gone)
		return (KERN_FAILURE);
	sysctl_unregister_oid(&sysctl__debug_@name@_block);
	sysctl_unregister_oid(&sysctl__debug_@name@_out);
	sysctl_unregister_oid(&sysctl__debug_@name@_in);
	return (KERN_SUCCESS);
}
