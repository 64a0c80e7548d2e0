#include <mach/mach_types.h>
#include <mach/kmod.h>
#include <sys/errno.h>
#include <sys/kern_control.h>
#include <sys/systm.h>
#include <libkern/libkern.h>
#include "ctlpair.h"
#include "log.h"

static kern_ctl_ref ctl;
static struct ctlpair_reply state = { 0, 1 };

static errno_t on_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unit)
{
	state.count++;
	CTL_TRACE("unit %u connected", sac->sc_unit);
	return 0;
}

static errno_t on_disconnect(kern_ctl_ref ref, u_int32_t unit, void *info)
{
	return 0;
}

static errno_t on_get(kern_ctl_ref ref, u_int32_t unit, void *info, int opt, void *data, size_t *len)
{
	if (opt != CTLPAIR_GET_COUNT)
		return ENOTSUP;
	if (data == NULL || *len < sizeof(state))
		return EINVAL;
	memcpy(data, &state, sizeof(state));
	*len = sizeof(state);
	return 0;
}

static errno_t on_set(kern_ctl_ref ref, u_int32_t unit, void *info, int opt, void *data, size_t len)
{
	if (opt != CTLPAIR_SET_FACTOR || len < sizeof(int))
		return EINVAL;
	state.factor = *(int *)data;
	ctl_log_state("factor", state.factor);
	return 0;
}

static struct kern_ctl_reg reg = {
	.ctl_name = CTL_NAME,
	.ctl_flags = CTL_FLAG_PRIVILEGED,
	.ctl_connect = on_connect,
	.ctl_disconnect = on_disconnect,
	.ctl_getopt = on_get,
	.ctl_setopt = on_set,
};

kern_return_t ctlpair_start(kmod_info_t *ki, void *d);
kern_return_t ctlpair_stop(kmod_info_t *ki, void *d);

kern_return_t ctlpair_start(kmod_info_t *ki, void *d)
{
	return ctl_register(&reg, &ctl) == 0 ? KERN_SUCCESS : KERN_FAILURE;
}

kern_return_t ctlpair_stop(kmod_info_t *ki, void *d)
{
	if (ctl_deregister(ctl) != 0)
		return KERN_FAILURE;
	return KERN_SUCCESS;
}

extern kern_return_t _start(kmod_info_t *ki, void *data);
extern kern_return_t _stop(kmod_info_t *ki, void *data);

KMOD_EXPLICIT_DECL(BUNDLE_ID, "3.1.2", _start, _stop)
__private_extern__ kmod_start_func_t *_realmain = ctlpair_start;
__private_extern__ kmod_stop_func_t *_antimain = ctlpair_stop;
__private_extern__ int _kext_apple_cc = __APPLE_CC__;
