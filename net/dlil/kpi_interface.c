/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The accessors of the interface KPI: identity, flags, sizes, counters,
 * capabilities.  Single words are read without the lock.
 */
#include <libkern/libkern.h>
#include <net/net_kev.h>
#include <sys/errno.h>
#include <sys/sockio.h>
#include <sys/time.h>

#include "net/common/str_id.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"

errno_t
ifnet_interface_family_find(const char *module, ifnet_family_t *family)
{
	return (net_str_id_find(module, family));
}

void *
ifnet_softc(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_softc : NULL);
}

const char *
ifnet_name(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_name : NULL);
}

ifnet_family_t
ifnet_family(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_family : 0);
}

u_int32_t
ifnet_unit(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_unit : (u_int32_t)-1);
}

u_int32_t
ifnet_index(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_index : (u_int32_t)-1);
}

u_int8_t
ifnet_type(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_type : 0);
}

errno_t
ifnet_set_flags(ifnet_t ifp, u_int16_t new_flags, u_int16_t mask)
{
	if (ifp == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	uint32_t old = ifp->if_flags;
	ifp->if_flags = (new_flags & mask) | (old & ~(uint32_t)mask);
	if (((old ^ ifp->if_flags) & IFF_UP) != 0)
		microtime(&ifp->if_lastchange);
	lck_mtx_unlock(&ifp->if_lock);
	dlil_clients_flags(ifp, old);
	return (0);
}

u_int16_t
ifnet_flags(ifnet_t ifp)
{
	return (ifp != NULL ? (u_int16_t)ifp->if_flags : 0);
}

errno_t
ifnet_set_eflags(ifnet_t ifp, u_int32_t new_flags, u_int32_t mask)
{
	if (ifp == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	ifp->if_eflags = (new_flags & mask) | (ifp->if_eflags & ~mask);
	lck_mtx_unlock(&ifp->if_lock);
	return (0);
}

u_int32_t
ifnet_eflags(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_eflags : 0);
}

/* --- capabilities ---------------------------------------------------------- */

errno_t
ifnet_set_capabilities_supported(ifnet_t ifp, u_int32_t new_caps, u_int32_t mask)
{
	if (ifp == NULL)
		return (EINVAL);
	uint32_t caps = (new_caps & mask) | (ifp->if_capabilities & ~mask);
	if ((caps & ~(uint32_t)IFCAP_VALID) != 0)
		return (EINVAL);
	ifp->if_capabilities = caps;
	return (0);
}

u_int32_t
ifnet_capabilities_supported(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_capabilities : 0);
}

errno_t
ifnet_set_capabilities_enabled(ifnet_t ifp, u_int32_t new_caps, u_int32_t mask)
{
	errno_t error = 0;

	if (ifp == NULL)
		return (EINVAL);
	uint32_t caps = (new_caps & mask) | (ifp->if_capenable & ~mask);
	if ((caps & ~(uint32_t)IFCAP_VALID) != 0 ||
	    (caps & ~ifp->if_capabilities) != 0)
		error = EINVAL;
	else
		ifp->if_capenable = caps;
	if (ifnet_is_attached(ifp))
		dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_IFCAP_CHANGED,
		    NULL, 0);
	return (error);
}

u_int32_t
ifnet_capabilities_enabled(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_capenable : 0);
}

/* Which IFCAP bits an offload implies. */
static const struct {
	uint32_t offload, caps;
} offload_caps[] = {
	{ IFNET_CSUM_IP | IFNET_CSUM_TCP | IFNET_CSUM_UDP |
	    IFNET_CSUM_TCPIPV6 | IFNET_CSUM_UDPIPV6, IFCAP_HWCSUM },
	{ IFNET_VLAN_TAGGING, IFCAP_VLAN_HWTAGGING },
	{ IFNET_VLAN_MTU, IFCAP_VLAN_MTU },
	{ IFNET_TSO_IPV4, IFCAP_TSO4 },
	{ IFNET_TSO_IPV6, IFCAP_TSO6 },
	{ IFNET_TX_STATUS, IFCAP_TXSTATUS },
	{ IFNET_HW_TIMESTAMP, IFCAP_HW_TIMESTAMP },
	{ IFNET_SW_TIMESTAMP, IFCAP_SW_TIMESTAMP },
};

errno_t
ifnet_set_offload(ifnet_t ifp, ifnet_offload_t offload)
{
	uint32_t caps = 0;

	if (ifp == NULL)
		return (EINVAL);
	ifp->if_offload = offload;
	for (unsigned i = 0; i < sizeof(offload_caps) / sizeof(offload_caps[0]);
	    i++)
		if ((offload & offload_caps[i].offload) != 0)
			caps |= offload_caps[i].caps;
	ifp->if_capabilities = caps;
	ifp->if_capenable = caps;
	return (0);
}

ifnet_offload_t
ifnet_offload(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_offload : 0);
}

static uint32_t *
tso_mtu(ifnet_t ifp, sa_family_t family, errno_t *error)
{
	uint32_t need;

	*error = EINVAL;
	if (ifp == NULL)
		return (NULL);
	if (family == AF_INET) {
		need = IFNET_TSO_IPV4;
	} else if (family == AF_INET6) {
		need = IFNET_TSO_IPV6;
	} else {
		*error = EPROTONOSUPPORT;
		return (NULL);
	}
	if ((ifp->if_offload & need) == 0)
		return (NULL);
	*error = 0;
	return (family == AF_INET ? &ifp->if_tso4_mtu : &ifp->if_tso6_mtu);
}

errno_t
ifnet_set_tso_mtu(ifnet_t ifp, sa_family_t family, u_int32_t mtu)
{
	errno_t error;
	uint32_t *slot;

	if (ifp == NULL || mtu < ifp->if_mtu)
		return (EINVAL);
	slot = tso_mtu(ifp, family, &error);
	if (slot != NULL)
		*slot = mtu;
	return (error);
}

errno_t
ifnet_get_tso_mtu(ifnet_t ifp, sa_family_t family, u_int32_t *mtu)
{
	errno_t error;
	uint32_t *slot;

	if (mtu == NULL)
		return (EINVAL);
	slot = tso_mtu(ifp, family, &error);
	if (slot != NULL)
		*mtu = *slot;
	return (error);
}

errno_t
ifnet_set_wake_flags(ifnet_t ifp, u_int32_t properties, u_int32_t mask)
{
	if (ifp == NULL)
		return (EINVAL);
	uint32_t flags = (properties & mask) | (ifp->if_wake_flags & ~mask);
	if ((flags & ~(uint32_t)IFNET_WAKE_ON_MAGIC_PACKET) != 0)
		return (EINVAL);
	ifp->if_wake_flags = flags;
	if (ifnet_is_attached(ifp))
		dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_WAKEFLAGS_CHANGED,
		    NULL, 0);
	return (0);
}

u_int32_t
ifnet_get_wake_flags(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_wake_flags : 0);
}

/* --- link MIB -------------------------------------------------------------- */

errno_t
ifnet_set_link_mib_data(ifnet_t ifp, void *data, u_int32_t len)
{
	if (ifp == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	ifp->if_link_mib = data;
	ifp->if_link_mib_len = len;
	lck_mtx_unlock(&ifp->if_lock);
	return (0);
}

errno_t
ifnet_get_link_mib_data(ifnet_t ifp, void *data, u_int32_t *len)
{
	errno_t error = 0;

	if (ifp == NULL || data == NULL || len == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	if (ifp->if_link_mib == NULL) {
		error = ENOTSUP;
	} else if (*len < ifp->if_link_mib_len) {
		error = EMSGSIZE;
	} else {
		*len = ifp->if_link_mib_len;
		memcpy(data, ifp->if_link_mib, *len);
	}
	lck_mtx_unlock(&ifp->if_lock);
	return (error);
}

u_int32_t
ifnet_get_link_mib_data_length(ifnet_t ifp)
{
	return (ifp != NULL && ifp->if_link_mib != NULL ?
	    ifp->if_link_mib_len : 0);
}

/* --- sizes ----------------------------------------------------------------- */

errno_t
ifnet_set_mtu(ifnet_t ifp, u_int32_t mtu)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_mtu = mtu;
	if (ifnet_is_attached(ifp))
		dlil_clients_mtu(ifp);
	return (0);
}

u_int32_t
ifnet_mtu(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_mtu : 0);
}

errno_t
ifnet_set_addrlen(ifnet_t ifp, u_int8_t addrlen)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_addrlen = addrlen;
	return (0);
}

u_int8_t
ifnet_addrlen(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_addrlen : 0);
}

errno_t
ifnet_set_hdrlen(ifnet_t ifp, u_int8_t hdrlen)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_hdrlen = hdrlen;
	return (0);
}

u_int8_t
ifnet_hdrlen(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_hdrlen : 0);
}

errno_t
ifnet_set_metric(ifnet_t ifp, u_int32_t metric)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_metric = metric;
	return (0);
}

u_int32_t
ifnet_metric(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_metric : 0);
}

errno_t
ifnet_set_baudrate(ifnet_t ifp, u_int64_t baudrate)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_baudrate = baudrate;
	return (0);
}

u_int64_t
ifnet_baudrate(ifnet_t ifp)
{
	return (ifp != NULL ? ifp->if_baudrate : 0);
}

/* --- counters -------------------------------------------------------------- */

errno_t
ifnet_stat_increment(ifnet_t ifp, const struct ifnet_stat_increment_param *p)
{
	if (ifp == NULL || p == NULL)
		return (EINVAL);
	struct ifnet_counters *c = &ifp->if_cnt;
	c->packets_in += p->packets_in;
	c->bytes_in += p->bytes_in;
	c->errors_in += p->errors_in;
	c->packets_out += p->packets_out;
	c->bytes_out += p->bytes_out;
	c->errors_out += p->errors_out;
	c->collisions += p->collisions;
	c->dropped += p->dropped;
	return (0);
}

errno_t
ifnet_stat_increment_in(ifnet_t ifp, u_int32_t packets, u_int32_t bytes,
    u_int32_t errors)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_cnt.packets_in += packets;
	ifp->if_cnt.bytes_in += bytes;
	ifp->if_cnt.errors_in += errors;
	return (0);
}

errno_t
ifnet_stat_increment_out(ifnet_t ifp, u_int32_t packets, u_int32_t bytes,
    u_int32_t errors)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_cnt.packets_out += packets;
	ifp->if_cnt.bytes_out += bytes;
	ifp->if_cnt.errors_out += errors;
	return (0);
}

errno_t
ifnet_set_stat(ifnet_t ifp, const struct ifnet_stats_param *s)
{
	if (ifp == NULL || s == NULL)
		return (EINVAL);
	ifp->if_cnt = (struct ifnet_counters){
		.packets_in = s->packets_in, .bytes_in = s->bytes_in,
		.multicasts_in = s->multicasts_in, .errors_in = s->errors_in,
		.packets_out = s->packets_out, .bytes_out = s->bytes_out,
		.multicasts_out = s->multicasts_out,
		.errors_out = s->errors_out, .collisions = s->collisions,
		.dropped = s->dropped, .no_protocol = s->no_protocol,
	};
	return (0);
}

errno_t
ifnet_stat(ifnet_t ifp, struct ifnet_stats_param *out)
{
	if (ifp == NULL || out == NULL)
		return (EINVAL);
	const struct ifnet_counters *c = &ifp->if_cnt;
	*out = (struct ifnet_stats_param){
		.packets_in = c->packets_in, .bytes_in = c->bytes_in,
		.multicasts_in = c->multicasts_in, .errors_in = c->errors_in,
		.packets_out = c->packets_out, .bytes_out = c->bytes_out,
		.multicasts_out = c->multicasts_out,
		.errors_out = c->errors_out, .collisions = c->collisions,
		.dropped = c->dropped + c->inq_drops,
		.no_protocol = c->no_protocol,
	};
	return (0);
}

errno_t
ifnet_touch_lastchange(ifnet_t ifp)
{
	if (ifp == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	microtime(&ifp->if_lastchange);
	lck_mtx_unlock(&ifp->if_lock);
	return (0);
}

errno_t
ifnet_lastchange(ifnet_t ifp, struct timeval *last_change)
{
	if (ifp == NULL || last_change == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	*last_change = ifp->if_lastchange;
	lck_mtx_unlock(&ifp->if_lock);
	return (0);
}

/* --- promiscuous mode ------------------------------------------------------ */

static void
promisc_count(ifnet_t ifp, bool on)
{
	lck_mtx_lock(&ifp->if_lock);
	if (on && ifp->if_promisc++ == 0)
		ifp->if_flags |= IFF_PROMISC;
	else if (!on && ifp->if_promisc != 0 && --ifp->if_promisc == 0)
		ifp->if_flags &= ~(uint32_t)IFF_PROMISC;
	lck_mtx_unlock(&ifp->if_lock);
}

errno_t
ifnet_set_promiscuous(ifnet_t ifp, int on)
{
	if (ifp == NULL)
		return (EINVAL);
	uint32_t old = ifp->if_flags;
	if (!on && ifp->if_promisc == 0)
		return (0);
	promisc_count(ifp, on != 0);
	if (((old ^ ifp->if_flags) & IFF_PROMISC) == 0)
		return (0);
	if ((ifp->if_flags & IFF_UP) == 0)
		return (0);
	errno_t error = ifnet_ioctl(ifp, 0, SIOCSIFFLAGS, NULL);
	if (error == EOPNOTSUPP)
		error = 0;	/* a link that hears everything anyway */
	if (error != 0)
		promisc_count(ifp, on == 0);
	return (error);
}

errno_t
ifnet_set_fastlane_capable(ifnet_t ifp, boolean_t capable)
{
	if (ifp == NULL)
		return (EINVAL);
	ifp->if_fastlane = capable != FALSE;
	return (0);
}

errno_t
ifnet_get_fastlane_capable(ifnet_t ifp, boolean_t *capable)
{
	if (ifp == NULL || capable == NULL)
		return (EINVAL);
	*capable = ifp->if_fastlane;
	return (0);
}
