/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack's side of an Ethernet driver: see nic.h.
 *
 * Interfaces are named en0, en1 ... in the order they attach; a unit freed by
 * a detach is used again.  The receive mode follows the interface's flags and
 * multicast list, which are read anew on each SIOCSIFFLAGS, SIOCADDMULTI and
 * SIOCDELMULTI (the stack sends these without data).
 */
#include "drivers/net/nic.h"

#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/net_kev.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/sockio.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "kernel/sync/lock.h"

#define NIC_EFLAGS	0x14u	/* output takes lists, link events come */
#define NIC_MIN_MTU	68	/* RFC 791 */
#define NIC_TSO_MAX	65535	/* bytes of an IP packet */

static uint32_t nic_units;	/* a: bit n: enN is taken */

/*
 * dev_softc of a NIC changes under nic_lock: the nic, then nic_leaving while
 * it is taken apart, then NULL.
 */
static LOCK_GROUP(nic_grp, "nic");
static lck_mtx_t nic_lock = LCK_MTX_INITIALIZER(nic_lock, nic_grp);
static struct nic nic_leaving;

static int
nic_unit_get(void)
{
	uint32_t old = __atomic_load_n(&nic_units, __ATOMIC_RELAXED);
	int unit;

	do {
		if (old == ~0u)
			return -1;
		unit = __builtin_ctz(~old);
	} while (!__atomic_compare_exchange_n(&nic_units, &old,
	    old | 1u << unit, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return unit;
}

static errno_t
nic_output(ifnet_t ifp, mbuf_t list)
{
	struct nic *nic = ifnet_softc(ifp);
	uint32_t packets = 0, bytes = 0;

	for (mbuf_t m = list; m != NULL; m = mbuf_nextpkt(m)) {
		packets++;
		bytes += (uint32_t)mbuf_pkthdr_len(m);
	}
	(void)ifnet_stat_increment_out(ifp, packets, bytes, 0);
	return nic->nic_ops->no_output(nic, list);
}

static errno_t
nic_update_rx_mode(struct nic *nic)
{
	static const uint8_t none[1][NIC_ADDR_LEN];
	uint8_t mcast[NIC_MAX_MCAST][NIC_ADDR_LEN];
	uint16_t flags = ifnet_flags(nic->nic_ifp);
	bool allmulti = (flags & IFF_ALLMULTI) != 0;
	ifmultiaddr_t *list;
	unsigned n = 0;

	nic->nic_up = (flags & IFF_UP) != 0;
	if (ifnet_get_multicast_list(nic->nic_ifp, &list) != 0)
		return nic->nic_ops->no_rx_mode(nic, flags & IFF_PROMISC, true,
		    none, 0);
	for (unsigned i = 0; list[i] != NULL; i++) {
		union {
			struct sockaddr_dl sdl;
			uint8_t bytes[sizeof(struct sockaddr_dl) + 16];
		} a;

		/* Protocols' memberships come with a link-level one each. */
		if (ifmaddr_address(list[i], (struct sockaddr *)&a.sdl,
		    sizeof(a)) != 0 || a.sdl.sdl_family != AF_LINK ||
		    a.sdl.sdl_alen != NIC_ADDR_LEN)
			continue;
		if (n == NIC_MAX_MCAST) {
			allmulti = true;
			break;
		}
		memcpy(mcast[n++], LLADDR(&a.sdl), NIC_ADDR_LEN);
	}
	ifnet_free_multicast_list(list);
	return nic->nic_ops->no_rx_mode(nic, (flags & IFF_PROMISC) != 0,
	    allmulti, (const uint8_t (*)[NIC_ADDR_LEN])mcast, n);
}

void
nic_refresh(struct nic *nic)
{
	(void)nic_update_rx_mode(nic);
}

static errno_t
nic_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct nic *nic = ifnet_softc(ifp);
	const struct ifreq *ifr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return nic_update_rx_mode(nic);
	case SIOCSIFMTU:
		if (ifr == NULL || ifr->ifr_mtu < NIC_MIN_MTU ||
		    (uint32_t)ifr->ifr_mtu > nic->nic_max_mtu)
			return EINVAL;
		return ifnet_set_mtu(ifp, (uint32_t)ifr->ifr_mtu);
	default:
		return EOPNOTSUPP;
	}
}

static errno_t
nic_set_bpf_tap(ifnet_t ifp, bpf_tap_mode mode, bpf_packet_func fn)
{
	struct nic *nic = ifnet_softc(ifp);

	/* The function first: readers look at the mode, then at it. */
	if (fn != NULL)
		nic->nic_bpf = fn;
	__atomic_store_n(&nic->nic_bpf_mode, fn != NULL ? mode :
	    BPF_MODE_DISABLED, __ATOMIC_RELEASE);
	return 0;
}

static void
nic_set_softc(struct device *dev, struct nic *nic)
{
	lck_mtx_lock(&nic_lock);
	dev->dev_softc = nic;
	wakeup(dev);
	lck_mtx_unlock(&nic_lock);
}

static void
nic_if_detached(ifnet_t ifp)
{
	struct nic *nic = ifnet_softc(ifp);
	struct device *dev = nic->nic_dev;

	nic_set_softc(dev, &nic_leaving);
	__atomic_fetch_and(&nic_units, ~(1u << nic->nic_unit),
	    __ATOMIC_RELAXED);
	nic->nic_ops->no_detached(nic);
	ifnet_release(ifp);
	nic_set_softc(dev, NULL);
}

static void
nic_sdl(const struct nic *nic, struct sockaddr_dl *sdl)
{
	memset(sdl, 0, sizeof(*sdl));
	sdl->sdl_len = sizeof(*sdl);
	sdl->sdl_family = AF_LINK;
	sdl->sdl_type = IFT_ETHER;
	sdl->sdl_alen = NIC_ADDR_LEN;
	memcpy(LLADDR(sdl), nic->nic_mac, NIC_ADDR_LEN);
}

errno_t
nic_attach(struct nic *nic, ifnet_offload_t offload, uint64_t baudrate)
{
	static const uint8_t broadcast[NIC_ADDR_LEN] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	struct ifnet_init_params init = {
		.uniqueid = nic->nic_dev->dev_name,
		.uniqueid_len = (uint32_t)strlen(nic->nic_dev->dev_name),
		.name = "en",
		.family = IFNET_FAMILY_ETHERNET,
		.type = IFT_ETHER,
		.output = nic_output,
		.demux = ether_demux,
		.add_proto = ether_add_proto,
		.del_proto = ether_del_proto,
		.check_multi = ether_check_multi,
		.framer = ether_frameout,
		.softc = nic,
		.ioctl = nic_ioctl,
		.set_bpf_tap = nic_set_bpf_tap,
		.detach = nic_if_detached,
		.broadcast_addr = broadcast,
		.broadcast_len = sizeof(broadcast),
	};
	struct sockaddr_dl sdl;
	errno_t error;
	int unit;

	unit = nic_unit_get();
	if (unit < 0)
		return ENOSPC;
	nic->nic_unit = init.unit = (uint32_t)unit;
	error = ifnet_allocate(&init, &nic->nic_ifp);
	if (error != 0)
		goto fail_unit;
	ifnet_set_mtu(nic->nic_ifp, ETHERMTU);
	ifnet_set_hdrlen(nic->nic_ifp, NIC_HDR_LEN);
	ifnet_set_addrlen(nic->nic_ifp, NIC_ADDR_LEN);
	ifnet_set_baudrate(nic->nic_ifp, baudrate);
	ifnet_set_eflags(nic->nic_ifp, NIC_EFLAGS, NIC_EFLAGS);
	ifnet_set_flags(nic->nic_ifp, IFF_BROADCAST | IFF_MULTICAST |
	    IFF_SIMPLEX | IFF_RUNNING, 0xffff);
	ifnet_set_offload(nic->nic_ifp, offload);
	if (offload & IFNET_TSO_IPV4)
		ifnet_set_tso_mtu(nic->nic_ifp, AF_INET, NIC_TSO_MAX);
	if (offload & IFNET_TSO_IPV6)
		ifnet_set_tso_mtu(nic->nic_ifp, AF_INET6, NIC_TSO_MAX);
	nic_sdl(nic, &sdl);
	nic_set_softc(nic->nic_dev, nic);
	error = ifnet_attach(nic->nic_ifp, &sdl);
	if (error != 0)
		goto fail_ifnet;
	bpfattach(nic->nic_ifp, DLT_EN10MB, NIC_HDR_LEN);
	return 0;

fail_ifnet:
	nic_set_softc(nic->nic_dev, NULL);
	ifnet_release(nic->nic_ifp);
	nic->nic_ifp = NULL;
fail_unit:
	__atomic_fetch_and(&nic_units, ~(1u << unit), __ATOMIC_RELAXED);
	return error;
}

errno_t
nic_detach(struct device *dev)
{
	struct nic *nic;
	ifnet_t ifp;

	lck_mtx_lock(&nic_lock);
	nic = dev->dev_softc;
	if (nic != NULL && nic != &nic_leaving) {
		ifp = nic->nic_ifp;
		ifnet_reference(ifp);
		lck_mtx_unlock(&nic_lock);
		/* EINVAL: somebody else was first, and it is on its way. */
		(void)ifnet_detach(ifp);
		ifnet_release(ifp);
		lck_mtx_lock(&nic_lock);
	}
	while (dev->dev_softc != NULL)
		msleep(dev, &nic_lock, PZERO, "nicgone", NULL);
	lck_mtx_unlock(&nic_lock);
	return 0;
}

void
nic_link(struct nic *nic, bool up)
{
	struct {
		struct kern_event_msg	head;
		uint8_t			room[sizeof(struct net_event_data)];
	} msg;
	struct net_event_data *link = (void *)msg.head.event_data;

	if (nic->nic_link_up == up)
		return;
	nic->nic_link_up = up;
	memset(&msg, 0, sizeof(msg));
	msg.head.total_size = KEV_MSG_HEADER_SIZE + sizeof(*link);
	msg.head.vendor_code = KEV_VENDOR_APPLE;
	msg.head.kev_class = KEV_NETWORK_CLASS;
	msg.head.kev_subclass = KEV_DL_SUBCLASS;
	msg.head.event_code = up ? KEV_DL_LINK_ON : KEV_DL_LINK_OFF;
	link->if_family = IFNET_FAMILY_ETHERNET;
	link->if_unit = nic->nic_unit;
	strlcpy(link->if_name, "en", sizeof(link->if_name));
	(void)ifnet_event(nic->nic_ifp, &msg.head);
}

bool
nic_rx_prepare(struct nic *nic, mbuf_t m)
{
	size_t len = mbuf_len(m);
	char *data = mbuf_data(m);

	if (len < NIC_HDR_LEN) {
		(void)ifnet_stat_increment_in(nic->nic_ifp, 0, 0, 1);
		mbuf_freem(m);
		return false;
	}
	/* The tap tells directions apart by the receive interface. */
	mbuf_pkthdr_setrcvif(m, nic->nic_ifp);
	if (__builtin_expect(nic->nic_bpf_mode & BPF_MODE_INPUT, 0))
		(void)nic->nic_bpf(nic->nic_ifp, m);
	mbuf_pkthdr_setheader(m, data);
	mbuf_setdata(m, data + NIC_HDR_LEN, len - NIC_HDR_LEN);
	mbuf_pkthdr_adjustlen(m, -NIC_HDR_LEN);
	return true;
}

void
nic_input(struct nic *nic, mbuf_t list)
{
	if (list == NULL)
		return;
	if (!nic->nic_up) {
		mbuf_freem_list(list);
		return;
	}
	(void)ifnet_input(nic->nic_ifp, list, NULL);
}

void
nic_tap_list(struct nic *nic, mbuf_t list)
{
	for (mbuf_t m = list; m != NULL; m = mbuf_nextpkt(m))
		(void)nic->nic_bpf(nic->nic_ifp, m);
}
