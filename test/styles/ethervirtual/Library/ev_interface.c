/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet interfaces without hardware: made, fed and taken away.
 */
#include "EVPrefix.h"
#include <libkern/OSMalloc.h>
#include <libkern/OSAtomic.h>
#include <kern/locks.h>
#include <net/bpf.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include "ev_interface.h"

enum { kMaxLower = 4 };

struct ev_interface {
	ifnet_t			ifp;
	Boolean			attached;
	Boolean			going;
	ev_output_func		output;
	ev_lower_func		input;
	void			*owner;
	UInt32			listening;
	struct {
		interface_filter_t	filter;
		ev_interface_t		up;
		ifnet_t			ifp;
	} lower[kMaxLower];
	bpf_packet_func		tap;
	bpf_tap_mode		mode;
};

static lck_grp_t	*ev_group;
static lck_mtx_t	*ev_mutex;
static OSMallocTag	ev_tag;
static SInt32		ev_count;

static errno_t ev_if_output(ifnet_t ifp, mbuf_t m)
{
	ev_interface_t	ev = ifnet_softc(ifp);
	size_t		len = mbuf_pkthdr_len(m);
	errno_t		err;

	if (ev->mode & BPF_MODE_OUTPUT)
		(*ev->tap)(ifp, m);
	err = ev->output(ev->owner, m);
	ifnet_stat_increment_out(ifp, err == 0, err ? 0 : (u_int32_t)len, err != 0);
	return err;
}

static errno_t ev_if_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct ifreq *ifr = (struct ifreq *)data;

	switch (cmd) {
	case SIOCSIFADDR:
		ifnet_set_flags(ifp, IFF_UP, IFF_UP);
		return 0;
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return 0;
	case SIOCSIFMTU:
		return ifr->ifr_mtu > ETHERMTU ? EINVAL :
		    ifnet_set_mtu(ifp, ifr->ifr_mtu);
	}
	return ether_ioctl(ifp, (u_int32_t)cmd, data);
}

static errno_t ev_if_tap(ifnet_t ifp, bpf_tap_mode mode, bpf_packet_func func)
{
	ev_interface_t ev = ifnet_softc(ifp);

	ev->tap = func;
	ev->mode = mode;
	return 0;
}

static void ev_if_detached(ifnet_t ifp)
{
	ev_interface_t ev = ifnet_softc(ifp);

	lck_mtx_lock(ev_mutex);
	ev->attached = FALSE;
	wakeup(ev);
	lck_mtx_unlock(ev_mutex);
}

errno_t ev_create(const char *name, u_int32_t unit, ifnet_t lower,
    u_int32_t mtu, ev_output_func output, void *owner, ev_interface_t *out)
{
	struct ifnet_init_params	init;
	union {
		struct sockaddr_dl	sdl;
		UInt8			space[64];
	}				u;
	ev_interface_t			ev;
	errno_t				err;

	ev = OSMalloc(sizeof(*ev), ev_tag);
	if (!ev) return ENOMEM;
	bzero(ev, sizeof(*ev));
	ev->output = output;
	ev->owner = owner;

	bzero(&u, sizeof(u));
	u.sdl.sdl_len = sizeof(u.sdl);
	u.sdl.sdl_family = AF_LINK;
	u.sdl.sdl_type = IFT_ETHER;
	u.sdl.sdl_alen = ETHER_ADDR_LEN;
	err = ifnet_lladdr_copy_bytes(lower, LLADDR(&u.sdl), ETHER_ADDR_LEN);
	if (err) goto fail;

	bzero(&init, sizeof(init));
	init.name = name;
	init.unit = unit;
	init.family = IFNET_FAMILY_ETHERNET;
	init.type = IFT_ETHER;
	init.output = ev_if_output;
	init.demux = ether_demux;
	init.add_proto = ether_add_proto;
	init.del_proto = ether_del_proto;
	init.check_multi = ether_check_multi;
	init.framer = ether_frameout;
	init.softc = ev;
	init.ioctl = ev_if_ioctl;
	init.set_bpf_tap = ev_if_tap;
	init.detach = ev_if_detached;
	init.broadcast_addr = "\377\377\377\377\377\377";
	init.broadcast_len = ETHER_ADDR_LEN;
	err = ifnet_allocate(&init, &ev->ifp);
	if (err) goto fail;
	ifnet_set_mtu(ev->ifp, mtu);
	ifnet_set_hdrlen(ev->ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(ev->ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(ev->ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX |
	    IFF_RUNNING, 0xffff);
	err = ifnet_attach(ev->ifp, &u.sdl);
	if (err) {
		ifnet_release(ev->ifp);
		goto fail;
	}
	ev->attached = TRUE;
	bpfattach(ev->ifp, DLT_EN10MB, ETHER_HDR_LEN);
	OSIncrementAtomic(&ev_count);
	*out = ev;
	return 0;
fail:
	OSFree(ev, sizeof(*ev), ev_tag);
	return err;
}

static errno_t ev_filter_input(void *cookie, ifnet_t ifp,
    protocol_family_t protocol, mbuf_t *data, char **frame_ptr)
{
	ev_interface_t ev = *(ev_interface_t *)cookie;

	return ev->going ? 0 : ev->input(ev->owner, ifp, data, *frame_ptr);
}

static void ev_filter_event(void *cookie, ifnet_t ifp,
    protocol_family_t protocol, const struct kev_msg *msg)
{
	ev_interface_t ev = *(ev_interface_t *)cookie;

	if (msg->kev_subclass == KEV_DL_SUBCLASS &&
	    msg->event_code == KEV_DL_LINK_OFF)
		ifnet_set_flags(ev->ifp, 0, IFF_RUNNING);
}

static void ev_filter_detached(void *cookie, ifnet_t ifp)
{
	ev_interface_t ev = *(ev_interface_t *)cookie;

	lck_mtx_lock(ev_mutex);
	ev->listening--;
	wakeup(ev);
	lck_mtx_unlock(ev_mutex);
}

errno_t ev_listen(ev_interface_t ev, ifnet_t lower, ev_lower_func input)
{
	struct iff_filter	filter;
	errno_t			err;
	UInt32			i;

	lck_mtx_lock(ev_mutex);
	i = ev->listening;
	if (i >= kMaxLower) {
		lck_mtx_unlock(ev_mutex);
		return ENOSPC;
	}
	ev->listening++;
	lck_mtx_unlock(ev_mutex);

	ev->input = input;
	ev->lower[i].up = ev;
	ev->lower[i].ifp = lower;
	bzero(&filter, sizeof(filter));
	filter.iff_cookie = &ev->lower[i].up;
	filter.iff_name = "com.example.ethervirtual";
	filter.iff_input = ev_filter_input;
	filter.iff_event = ev_filter_event;
	filter.iff_detached = ev_filter_detached;
	err = iflt_attach(lower, &filter, &ev->lower[i].filter);
	if (err) {
		lck_mtx_lock(ev_mutex);
		ev->listening--;
		lck_mtx_unlock(ev_mutex);
	}
	return err;
}

errno_t ev_input(ev_interface_t ev, mbuf_t m, const struct ether_header *header)
{
	struct ifnet_stat_increment_param stats;

	/* Its header goes right in front of it, where the demux looks. */
	if (mbuf_prepend(&m, ETHER_HDR_LEN, MBUF_DONTWAIT)) return EJUSTRETURN;
	memcpy(mbuf_data(m), header, ETHER_HDR_LEN);
	mbuf_pkthdr_setrcvif(m, ev->ifp);
	if (ev->mode & BPF_MODE_INPUT)
		(*ev->tap)(ev->ifp, m);
	bzero(&stats, sizeof(stats));
	stats.packets_in = 1;
	stats.bytes_in = (u_int32_t)mbuf_pkthdr_len(m);
	mbuf_pkthdr_setheader(m, mbuf_data(m));
	mbuf_setdata(m, (UInt8 *)mbuf_data(m) + ETHER_HDR_LEN,
	    mbuf_len(m) - ETHER_HDR_LEN);
	mbuf_pkthdr_adjustlen(m, -ETHER_HDR_LEN);
	return ifnet_input(ev->ifp, m, &stats);
}

errno_t ev_destroy(ev_interface_t ev)
{
	struct timespec	ts = { 1, 0 };
	UInt32		i;
	int		tries = 0;

	if (!ev->going) {
		ev->going = TRUE;
		for (i = 0; i < kMaxLower; i++)
			if (ev->lower[i].filter)
				iflt_detach(ev->lower[i].filter);
		if (ifnet_detach(ev->ifp))
			ev->attached = FALSE;
	}
	lck_mtx_lock(ev_mutex);
	while ((ev->attached || ev->listening) && tries++ < 3)
		(void)msleep(ev, ev_mutex, PZERO, "ev_destroy", &ts);
	lck_mtx_unlock(ev_mutex);
	if (ev->attached || ev->listening)
		return EBUSY;
	for (i = 0; i < kMaxLower; i++)
		if (ev->lower[i].ifp)
			ifnet_release(ev->lower[i].ifp);
	ifnet_release(ev->ifp);
	OSFree(ev, sizeof(*ev), ev_tag);
	OSDecrementAtomic(&ev_count);
	return 0;
}

static errno_t ev_ctl_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac,
    void **unitinfo)
{
	*unitinfo = NULL;
	return 0;
}

errno_t ev_control(const char *name, ctl_setopt_func set, kern_ctl_ref *out)
{
	struct kern_ctl_reg reg;

	bzero(&reg, sizeof(reg));
	strncpy(reg.ctl_name, name, sizeof(reg.ctl_name));
	reg.ctl_flags = CTL_FLAG_PRIVILEGED;
	reg.ctl_connect = ev_ctl_connect;
	reg.ctl_setopt = set;
	return ctl_register(&reg, out);
}

kern_return_t EVLibrary_start(kmod_info_t *ki, void *d)
{
	ev_group = lck_grp_alloc_init(BUNDLE_NAME, LCK_GRP_ATTR_NULL);
	ev_mutex = ev_group ? lck_mtx_alloc_init(ev_group, LCK_ATTR_NULL) : NULL;
	ev_tag = OSMalloc_Tagalloc(BUNDLE_NAME, OSMT_DEFAULT);
	EVLog("%s\n", ki->name);
	return ev_mutex && ev_tag ? KERN_SUCCESS : KERN_FAILURE;
}

kern_return_t EVLibrary_stop(kmod_info_t *ki, void *d)
{
	if (ev_count != 0) return KERN_FAILURE;
	OSMalloc_Tagfree(ev_tag);
	lck_mtx_free(ev_mutex, ev_group);
	lck_grp_free(ev_group);
	return KERN_SUCCESS;
}
