/*
 * @name@: a kernel control, for a program to talk to.
 *
 * Theory of operation: a program connects a PF_SYSTEM socket to the control
 * "@id@".  What it sends comes back (enqueued for it); option 1 reads the
 * number of messages.  While somebody is connected, deregistering fails with
 * EBUSY and stop refuses.
 */
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/systm.h>

kern_return_t @name@_start(kmod_info_t *ki, void *data);
kern_return_t @name@_stop(kmod_info_t *ki, void *data);

static kern_ctl_ref @name@_ref;
static int @name@_messages;

static errno_t
@name@_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unitinfo)
{
	*unitinfo = NULL;	/* or a structure of your own for this client */
	return (0);
}

static errno_t
@name@_disconnect(kern_ctl_ref ref, u_int32_t unit, void *unitinfo)
{
	return (0);
}

static errno_t
@name@_send(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, mbuf_t m,
    int flags)
{
	errno_t error;

	OSIncrementAtomic(&@name@_messages);
	error = ctl_enqueuembuf(ref, unit, m, 0);
	if (error != 0)
		mbuf_freem(m);
	return (error);
}

static errno_t
@name@_getopt(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t *len)
{
	if (opt != 1)
		return (ENOPROTOOPT);
	if (*len < sizeof(@name@_messages))
		return (EINVAL);
	if (data != NULL)
		bcopy(&@name@_messages, data, sizeof(@name@_messages));
	*len = sizeof(@name@_messages);
	return (0);
}

kern_return_t
@name@_start(kmod_info_t *ki, void *data)
{
	struct kern_ctl_reg reg;

	bzero(&reg, sizeof(reg));
	strlcpy(reg.ctl_name, "@id@", sizeof(reg.ctl_name));
	reg.ctl_flags = CTL_FLAG_PRIVILEGED;
	reg.ctl_connect = @name@_connect;
	reg.ctl_disconnect = @name@_disconnect;
	reg.ctl_send = @name@_send;
	reg.ctl_getopt = @name@_getopt;
	return (ctl_register(&reg, &@name@_ref) == 0 ? KERN_SUCCESS :
	    KERN_FAILURE);
}

kern_return_t
@name@_stop(kmod_info_t *ki, void *data)
{
	return (ctl_deregister(@name@_ref) == 0 ? KERN_SUCCESS :
	    KERN_FAILURE);
}
