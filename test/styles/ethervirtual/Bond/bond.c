/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several interfaces as one: frames leave in turn, and come in from any.
 */
#import <net/if.h>
#import <sys/kpi_mbuf.h>
#import <libkern/OSAtomic.h>
#import "../Library/ev_interface.h"

static ev_interface_t	bond;
static ifnet_t		members[4];
static UInt32		count;
static SInt32		next;
static kern_ctl_ref	control;
static SInt64		taken __attribute__((aligned(8)));

static errno_t bond_output(void *owner, mbuf_t m)
{
	return ifnet_output_raw(members[(UInt32)OSIncrementAtomic(&next) % count],
	    0, m);
}

static errno_t bond_input(void *owner, ifnet_t lower, mbuf_t *data, char *header)
{
	struct ether_header eh;

	memcpy(&eh, header, sizeof eh);
	OSAddAtomic64(1, &taken);
	(void)ev_input(bond, *data, &eh);
	return EJUSTRETURN;
}

/* Option 1, a name: one more member; the first brings its address. */
static errno_t bond_set(kern_ctl_ref ref, u_int32_t unit, void *unitinfo,
    int opt, void *data, size_t len)
{
	char	name[IFNAMSIZ] = "";
	ifnet_t	ifp;
	errno_t	err;

	if (opt != 1 || data == NULL || len >= sizeof name) return EINVAL;
	if (count == sizeof members / sizeof members[0]) return ENOSPC;
	memcpy(name, data, len);
	if ((err = ifnet_find_by_name(name, &ifp)) != 0) return err;
	members[count] = ifp;
	if (bond == NULL) {
		err = ev_create("bond", 0, ifp, ifnet_mtu(ifp), bond_output,
		    NULL, &bond);
	}
	if (err == 0) err = ev_listen(bond, ifp, bond_input);
	if (err == 0) err = ifnet_set_flags(ifp, IFF_UP, IFF_UP);
	if (err == 0) count++;
	else ifnet_release(ifp);
	return err;
}

kern_return_t Bond_start(kmod_info_t *ki, void *d)
{
	return ev_control(BUNDLE_NAME, bond_set, &control) == 0 ? KERN_SUCCESS
	    : KERN_FAILURE;
}

kern_return_t Bond_stop(kmod_info_t *ki, void *d)
{
	if (control != NULL && ctl_deregister(control) != 0) return KERN_FAILURE;
	control = NULL;
	if (bond != NULL && ev_destroy(bond) != 0) return KERN_FAILURE;
	EVLog("%lld taken, %d sent\n", taken, (int)next);
	return KERN_SUCCESS;
}
