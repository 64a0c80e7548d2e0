/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gretun: GRE tunnels as network interfaces.
 *
 * Theory of operation
 *
 * The interface family is dynamic (ifnet_interface_family_find), so no
 * plumber of the stack fits: the kext registers its own for IPv4 and IPv6.
 *
 *	out	pre_output notes the ethertype, the framer puts the four-byte
 *		GRE header in front, gre_output the outer IPv4 header, and
 *		ipf_inject_output sends it, behind our own IP filter
 *	in	the IP filter takes protocol 47, finds the tunnel by the outer
 *		addresses, cuts the outer header off and calls ifnet_input;
 *		demux reads the GRE header, the plumber's input hands the
 *		packet to proto_input
 *
 * The outer addresses are set with SIOCSIFPHYADDR (ifconfig IF tunnel A B).
 * A packet whose outer destination leads into the same tunnel again would
 * circle: each carries a tag with its depth, and at GRE_DEPTH it is dropped.
 *
 * gre_lock guards the addresses.  Stop detaches the interfaces and waits for
 * their callbacks and the filter's; if that takes long it refuses, and the
 * next stop goes on.
 */
#include <kern/locks.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/ip.h>
#include <netinet/kpi_ipfilter.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#define GRE_COUNT	4
#define GRE_PROTO	47		/* IPPROTO_GRE */
#define GRE_HDRLEN	4
#define GRE_UNKNOWN	0xf8ffu		/* flag bits RFC 2784 does not know */
#define GRE_MTU		(1500 - 20 - GRE_HDRLEN)
#define GRE_TTL		64
#define GRE_DEPTH	3

kern_return_t gretun_start(kmod_info_t *ki, void *data);
kern_return_t gretun_stop(kmod_info_t *ki, void *data);

struct gre_header {
	u_int16_t	flags;
	u_int16_t	type;
};

struct gre {
	ifnet_t		g_ifp;		/* NULL: gone */
	int		g_going;	/* detach was asked for */
	struct in_addr	g_src, g_dst;	/* outer; gre_lock */
};

static struct gre gres[GRE_COUNT];
static ifnet_family_t gre_family;
static lck_grp_t *gre_grp;
static lck_mtx_t *gre_lock;
static ipfilter_t gre_filter;
static int gre_filter_gone;		/* ipf_detach has run */
static mbuf_tag_id_t gre_tag;

/* --- out ------------------------------------------------------------------- */

static errno_t
gre_preout(ifnet_t ifp, protocol_family_t family, mbuf_t *packet,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	u_int16_t t = htons(family == PF_INET6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);

	memcpy(type, &t, sizeof(t));
	return (0);
}

static errno_t
gre_framer(ifnet_t ifp, mbuf_t *packet, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	struct gre_header gh = { 0, 0 };
	u_int32_t family;

	memcpy(&gh.type, type, sizeof(gh.type));
	family = gh.type == htons(ETHERTYPE_IPV6) ? AF_INET6 : AF_INET;
	bpf_tap_out(ifp, DLT_NULL, *packet, &family, sizeof(family));
	if (mbuf_prepend(packet, GRE_HDRLEN, MBUF_DONTWAIT) != 0)
		return (EJUSTRETURN);
	memcpy(mbuf_data(*packet), &gh, sizeof(gh));
	return (0);
}

/* One more time through a tunnel; an error when it was often enough. */
static errno_t
gre_deeper(mbuf_t m)
{
	size_t len;
	void *depth;

	if (mbuf_tag_find(m, gre_tag, 0, &len, &depth) != 0) {
		if (mbuf_tag_allocate(m, gre_tag, 0, sizeof(int),
		    MBUF_DONTWAIT, &depth) != 0)
			return (ENOBUFS);
		*(int *)depth = 0;
	}
	return (++*(int *)depth > GRE_DEPTH ? ELOOP : 0);
}

static errno_t
gre_output(ifnet_t ifp, mbuf_t m)
{
	struct gre *g = ifnet_softc(ifp);
	size_t len = mbuf_pkthdr_len(m);
	struct in_addr src, dst;
	struct ip *ip;
	errno_t error;

	lck_mtx_lock(gre_lock);
	src = g->g_src;
	dst = g->g_dst;
	lck_mtx_unlock(gre_lock);
	error = dst.s_addr == 0 ? ENETUNREACH : len + 20 > 65535 ? EMSGSIZE :
	    gre_deeper(m);
	if (error != 0) {
		mbuf_freem(m);
		ifnet_stat_increment_out(ifp, 0, 0, 1);
		return (error);
	}
	if (mbuf_prepend(&m, sizeof(*ip), MBUF_DONTWAIT) != 0)
		return (ENOBUFS);
	ip = mbuf_data(m);
	memset(ip, 0, sizeof(*ip));
	ip->ip_v = 4;
	ip->ip_hl = 5;
	ip->ip_len = htons((u_int16_t)(len + sizeof(*ip)));
	ip->ip_ttl = GRE_TTL;
	ip->ip_p = GRE_PROTO;
	ip->ip_src = src;
	ip->ip_dst = dst;
	mbuf_pkthdr_setrcvif(m, NULL);
	ifnet_stat_increment_out(ifp, 1, (u_int32_t)len, 0);
	/* Behind our filter: it looks at input only, but stays out of it. */
	return (ipf_inject_output(m, gre_filter, NULL));
}

/* --- in -------------------------------------------------------------------- */

/* The tunnel between these ends, referenced through its interface. */
static ifnet_t
gre_find(struct in_addr src, struct in_addr dst)
{
	ifnet_t ifp = NULL;

	lck_mtx_lock(gre_lock);
	for (int i = 0; i < GRE_COUNT && ifp == NULL; i++)
		if (gres[i].g_ifp != NULL && !gres[i].g_going &&
		    gres[i].g_dst.s_addr == src.s_addr &&
		    gres[i].g_src.s_addr == dst.s_addr)
			ifp = gres[i].g_ifp;
	if (ifp != NULL)
		ifnet_reference(ifp);
	lck_mtx_unlock(gre_lock);
	return (ifp);
}

static errno_t
gre_filter_input(void *cookie, mbuf_t *data, int offset, u_int8_t protocol)
{
	struct gre_header gh;
	struct ip ip;
	ifnet_t ifp;

	if (protocol != GRE_PROTO ||
	    mbuf_copydata(*data, 0, sizeof(ip), &ip) != 0 || ip.ip_v != 4 ||
	    mbuf_copydata(*data, (size_t)offset, sizeof(gh), &gh) != 0)
		return (0);
	ifp = gre_find(ip.ip_src, ip.ip_dst);
	if (ifp == NULL)
		return (0);
	if ((gh.flags & htons(GRE_UNKNOWN)) != 0) {
		/* Checksums, keys, sequence numbers: not ours. */
		ifnet_stat_increment_in(ifp, 0, 0, 1);
		ifnet_release(ifp);
		return (EPROTONOSUPPORT);
	}
	mbuf_adj(*data, offset);
	if (mbuf_len(*data) < GRE_HDRLEN && mbuf_pullup(data, GRE_HDRLEN) != 0) {
		ifnet_release(ifp);
		return (EJUSTRETURN);
	}
	mbuf_pkthdr_setheader(*data, mbuf_data(*data));
	mbuf_adj(*data, GRE_HDRLEN);
	mbuf_pkthdr_setrcvif(*data, ifp);
	/* The inner packet starts afresh. */
	mbuf_clear_csum_performed(*data);
	(void)ifnet_input(ifp, *data, NULL);
	ifnet_release(ifp);
	return (EJUSTRETURN);
}

static void
gre_filter_detached(void *cookie)
{
	lck_mtx_lock(gre_lock);
	gre_filter_gone = 1;
	wakeup(&gre_filter_gone);
	lck_mtx_unlock(gre_lock);
}

static errno_t
gre_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	struct gre_header gh;
	u_int32_t af;

	memcpy(&gh, header, sizeof(gh));
	if (gh.type == htons(ETHERTYPE_IP))
		*family = PF_INET;
	else if (gh.type == htons(ETHERTYPE_IPV6))
		*family = PF_INET6;
	else
		return (ENOENT);
	af = *family;
	bpf_tap_in(ifp, DLT_NULL, m, &af, sizeof(af));
	return (0);
}

static errno_t
gre_input(ifnet_t ifp, protocol_family_t family, mbuf_t m, char *header)
{
	return (proto_input(family, m) == 0 ? 0 : ENOENT);
}

/* --- interface ------------------------------------------------------------- */

static errno_t
gre_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *descs, u_int32_t count)
{
	return (family == PF_INET || family == PF_INET6 ? 0 : EPROTONOSUPPORT);
}

static errno_t
gre_del_proto(ifnet_t ifp, protocol_family_t family)
{
	return (0);
}

static errno_t
gre_set_ends(struct gre *g, const struct sockaddr *src,
    const struct sockaddr *dst)
{
	const struct sockaddr_in *s = (const void *)src, *d = (const void *)dst;

	if (src->sa_family != AF_INET || dst->sa_family != AF_INET)
		return (EAFNOSUPPORT);
	lck_mtx_lock(gre_lock);
	g->g_src = s->sin_addr;
	g->g_dst = d->sin_addr;
	lck_mtx_unlock(gre_lock);
	return (0);
}

static errno_t
gre_get_end(const struct in_addr *end, struct ifreq *ifr)
{
	struct sockaddr_in *sin = (struct sockaddr_in *)(void *)&ifr->ifr_addr;

	if (end->s_addr == 0)
		return (EADDRNOTAVAIL);
	memset(sin, 0, sizeof(*sin));
	sin->sin_len = sizeof(*sin);
	sin->sin_family = AF_INET;
	sin->sin_addr = *end;
	return (0);
}

static errno_t
gre_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct gre *g = ifnet_softc(ifp);
	struct ifaliasreq *ifra = data;
	struct ifreq *ifr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
	case SIOCSIFADDR:
		return (0);
	case SIOCSIFMTU:
		if (ifr->ifr_mtu < 68 || ifr->ifr_mtu > 65535 - 24)
			return (EINVAL);
		return (ifnet_set_mtu(ifp, (u_int32_t)ifr->ifr_mtu));
	case SIOCSIFPHYADDR:
		return (gre_set_ends(g, &ifra->ifra_addr, &ifra->ifra_dstaddr));
	case SIOCDIFPHYADDR:
		lck_mtx_lock(gre_lock);
		g->g_src.s_addr = g->g_dst.s_addr = 0;
		lck_mtx_unlock(gre_lock);
		return (0);
	case SIOCGIFPSRCADDR:
		return (gre_get_end(&g->g_src, ifr));
	case SIOCGIFPDSTADDR:
		return (gre_get_end(&g->g_dst, ifr));
	default:
		return (EOPNOTSUPP);
	}
}

static void
gre_detached(ifnet_t ifp)
{
	struct gre *g = ifnet_softc(ifp);

	lck_mtx_lock(gre_lock);
	g->g_ifp = NULL;
	wakeup(g);
	lck_mtx_unlock(gre_lock);
	ifnet_release(ifp);
}

static errno_t
gre_plumb(ifnet_t ifp, protocol_family_t family)
{
	struct ifnet_attach_proto_param p;

	memset(&p, 0, sizeof(p));
	p.input = gre_input;
	p.pre_output = gre_preout;
	return (ifnet_attach_protocol(ifp, family, &p));
}

static errno_t
gre_make(struct gre *g, u_int32_t unit)
{
	struct ifnet_init_params init;
	ifnet_t ifp;
	errno_t error;

	memset(&init, 0, sizeof(init));
	init.name = "gre";
	init.unit = unit;
	init.family = gre_family;
	init.type = IFT_OTHER;
	init.output = gre_output;
	init.demux = gre_demux;
	init.add_proto = gre_add_proto;
	init.del_proto = gre_del_proto;
	init.framer = gre_framer;
	init.softc = g;
	init.ioctl = gre_ioctl;
	init.detach = gre_detached;
	error = ifnet_allocate(&init, &ifp);
	if (error != 0)
		return (error);
	ifnet_set_mtu(ifp, GRE_MTU);
	ifnet_set_hdrlen(ifp, GRE_HDRLEN);
	ifnet_set_flags(ifp, IFF_POINTOPOINT | IFF_MULTICAST | IFF_RUNNING |
	    IFF_NOARP, 0xffff);
	error = ifnet_attach(ifp, NULL);
	if (error != 0) {
		ifnet_release(ifp);
		return (error);
	}
	bpfattach(ifp, DLT_NULL, 4);
	lck_mtx_lock(gre_lock);
	g->g_ifp = ifp;
	g->g_going = 0;
	lck_mtx_unlock(gre_lock);
	return (0);
}

/* --- start and stop -------------------------------------------------------- */

/* Waits for *chan's condition a second at most; gre_lock held. */
static int
gre_wait(void *chan)
{
	struct timespec ts = { 1, 0 };

	return (msleep(chan, gre_lock, PZERO, "gretun", &ts));
}

/* True when nothing of ours is left in the stack. */
static int
gre_tear_down(void)
{
	int left = 0;

	for (int i = 0; i < GRE_COUNT; i++) {
		struct gre *g = &gres[i];
		ifnet_t ifp = NULL;

		lck_mtx_lock(gre_lock);
		if (g->g_ifp != NULL && !g->g_going) {
			g->g_going = 1;
			ifp = g->g_ifp;
		}
		lck_mtx_unlock(gre_lock);
		if (ifp != NULL)
			(void)ifnet_detach(ifp);
	}
	lck_mtx_lock(gre_lock);
	for (int i = 0; i < GRE_COUNT; i++) {
		while (gres[i].g_ifp != NULL && gre_wait(&gres[i]) == 0)
			;
		left |= gres[i].g_ifp != NULL;
	}
	lck_mtx_unlock(gre_lock);
	if (left)
		return (0);
	if (gre_filter != NULL) {
		(void)ipf_remove(gre_filter);
		gre_filter = NULL;
	}
	lck_mtx_lock(gre_lock);
	while (!gre_filter_gone && gre_wait(&gre_filter_gone) == 0)
		;
	left = !gre_filter_gone;
	lck_mtx_unlock(gre_lock);
	return (!left);
}

static void
gre_free(void)
{
	proto_unregister_plumber(PF_INET, gre_family);
	proto_unregister_plumber(PF_INET6, gre_family);
	lck_mtx_free(gre_lock, gre_grp);
	lck_grp_free(gre_grp);
	gre_lock = NULL;
	gre_grp = NULL;
}

kern_return_t
gretun_start(kmod_info_t *ki, void *data)
{
	static const struct ipf_filter filter = {
		.name = "org.unikext.gretun", .ipf_input = gre_filter_input,
		.ipf_detach = gre_filter_detached,
	};

	gre_filter_gone = 1;
	gre_grp = lck_grp_alloc_init("gretun", LCK_GRP_ATTR_NULL);
	if (gre_grp != NULL)
		gre_lock = lck_mtx_alloc_init(gre_grp, LCK_ATTR_NULL);
	if (gre_lock == NULL) {
		printf("gretun: no memory\n");
		if (gre_grp != NULL)
			lck_grp_free(gre_grp);
		gre_grp = NULL;
		return (KERN_FAILURE);
	}
	if (ifnet_interface_family_find("org.unikext.gretun", &gre_family) != 0 ||
	    mbuf_tag_id_find("org.unikext.gretun", &gre_tag) != 0 ||
	    proto_register_plumber(PF_INET, gre_family, gre_plumb, NULL) != 0 ||
	    proto_register_plumber(PF_INET6, gre_family, gre_plumb, NULL) != 0)
		goto fail;
	if (ipf_addv4(&filter, &gre_filter) != 0)
		goto fail;
	gre_filter_gone = 0;
	for (u_int32_t i = 0; i < GRE_COUNT; i++)
		if (gre_make(&gres[i], i) != 0)
			goto fail;
	return (KERN_SUCCESS);

fail:
	if (gre_tear_down())
		gre_free();
	return (KERN_FAILURE);
}

kern_return_t
gretun_stop(kmod_info_t *ki, void *data)
{
	if (!gre_tear_down())
		return (KERN_FAILURE);
	gre_free();
	return (KERN_SUCCESS);
}

KMOD_EXPLICIT_DECL(org.unikext.gretun, "1.0.0", gretun_start, gretun_stop)
