/*
 * @name@: a network interface made of software.
 *
 * Theory of operation: @name@0 is an interface without a link header, like a
 * tunnel.  What is sent on it is counted and dropped; a real one would hand
 * it to its transport, and give what arrives to ifnet_input.  Stop detaches
 * the interface and refuses until the detached callback has come.
 */
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t @name@_start(kmod_info_t *ki, void *data);
kern_return_t @name@_stop(kmod_info_t *ki, void *data);

static ifnet_t @name@_ifp;
static volatile bool @name@_gone;
static bool @name@_detaching;
static int @name@_sent;

SYSCTL_INT(_debug, OID_AUTO, @name@_sent, CTLFLAG_RD, &@name@_sent, 0,
    "packets sent");

static errno_t
@name@_output(ifnet_t ifp, mbuf_t m)
{
	OSIncrementAtomic(&@name@_sent);
	ifnet_stat_increment_out(ifp, 1, (u_int32_t)mbuf_pkthdr_len(m), 0);
	mbuf_freem(m);
	return (0);
}

/* Frames have no header: the IP version tells the protocol. */
static errno_t
@name@_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	u_int8_t *ip = mbuf_data(m);

	*family = (ip[0] >> 4) == 6 ? PF_INET6 : PF_INET;
	return (0);
}

static errno_t
@name@_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *desc, u_int32_t count)
{
	return (0);
}

static errno_t
@name@_del_proto(ifnet_t ifp, protocol_family_t family)
{
	return (0);
}

static errno_t
@name@_ioctl(ifnet_t ifp, unsigned long cmd, void *arg)
{
	return (EOPNOTSUPP);
}

static void
@name@_detached(ifnet_t ifp)
{
	@name@_gone = true;
	wakeup((void *)&@name@_gone);
}

kern_return_t
@name@_start(kmod_info_t *ki, void *data)
{
	struct ifnet_init_params init;

	bzero(&init, sizeof(init));
	init.name = "@name@";
	init.unit = 0;
	init.family = IFNET_FAMILY_TUN;
	init.type = IFT_OTHER;
	init.output = @name@_output;
	init.demux = @name@_demux;
	init.add_proto = @name@_add_proto;
	init.del_proto = @name@_del_proto;
	init.ioctl = @name@_ioctl;
	init.detach = @name@_detached;
	if (ifnet_allocate(&init, &@name@_ifp) != 0)
		return (KERN_FAILURE);
	ifnet_set_mtu(@name@_ifp, 1400);
	ifnet_set_flags(@name@_ifp, IFF_POINTOPOINT | IFF_MULTICAST, 0xffff);
	if (ifnet_attach(@name@_ifp, NULL) != 0) {
		ifnet_release(@name@_ifp);
		return (KERN_FAILURE);
	}
	sysctl_register_oid(&sysctl__debug_@name@_sent);
	return (KERN_SUCCESS);
}

kern_return_t
@name@_stop(kmod_info_t *ki, void *data)
{
	struct timespec ts = { 0, 100000000 };
	int i;

	if (!@name@_detaching && ifnet_detach(@name@_ifp) == 0)
		@name@_detaching = true;
	for (i = 0; i < 20 && !@name@_gone; i++)
		msleep((void *)&@name@_gone, NULL, PZERO, "@name@", &ts);
	if (!@name@_gone)
		return (KERN_FAILURE);
	ifnet_release(@name@_ifp);
	sysctl_unregister_oid(&sysctl__debug_@name@_sent);
	return (KERN_SUCCESS);
}
