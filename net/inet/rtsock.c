/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Routing sockets (PF_ROUTE, SOCK_RAW): messages of <net/route.h>.
 *
 * A message written to a socket changes or asks the table and comes back to
 * every routing socket, with RTF_DONE or rtm_errno.  What changes otherwise
 * is announced likewise: routes (the table calls us under the net lock, so
 * the message is queued for softnet), addresses and interfaces (from their
 * events).
 *
 * The sockets share the domain's lock, which is taken before the net lock.
 */
#include <libkern/libkern.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/net_kev.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/proc.h>

#include "kernel/initcall.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/softnet.h"
#include "net/inet/inet_var.h"
#include "net/inet/route.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

#define RTSOCK_SPACE	8192	/* bytes, each way */
#define RTSOCK_MSG_MAX	512	/* header and eight addresses */
#define RTSOCK_QUEUE_MAX 256	/* announcements waiting */

struct rt_pcb {
	LIST_ENTRY(rt_pcb) rp_link;	/* domain lock */
	struct __socket	*rp_so;
	int		rp_proto;	/* AF_INET, AF_INET6, 0 = both */
};

struct rt_note {
	STAILQ_ENTRY(rt_note) rn_link;
	int		rn_family;
	size_t		rn_len;
	uint8_t		rn_msg[RTSOCK_MSG_MAX];
};

static struct domain route_domain;
static LIST_HEAD(, rt_pcb) rt_pcbs = LIST_HEAD_INITIALIZER(rt_pcbs);
static STAILQ_HEAD(, rt_note) rt_notes = STAILQ_HEAD_INITIALIZER(rt_notes); /* N */
static unsigned rt_nnotes;					/* N */
static bool rt_requesting;	/* N: the message itself tells of the change */

/* --- building -------------------------------------------------------------- */

#define ROUNDUP4(n)	((n) > 0 ? ((n) + 3u) & ~3u : 4u)

struct msg {
	uint8_t		*buf;
	size_t		len;
	int		addrs;
};

static void
put(struct msg *m, int which, const void *sa)
{
	size_t len = ((const struct sockaddr *)sa)->sa_len;

	if (m->len + ROUNDUP4(len) > RTSOCK_MSG_MAX)
		return;
	memset(m->buf + m->len, 0, ROUNDUP4(len));
	memcpy(m->buf + m->len, sa, len);
	m->len += ROUNDUP4(len);
	m->addrs |= which;
}

static void
put_ip(struct msg *m, int which, const ip_addr_t *ip)
{
	union {
		struct sockaddr_in sin;
		struct sockaddr_in6 sin6;
	} sa;

	memset(&sa, 0, sizeof(sa));
	if (IP_IS_V6(ip)) {
		sa.sin6.sin6_len = sizeof(sa.sin6);
		sa.sin6.sin6_family = AF_INET6;
		memcpy(&sa.sin6.sin6_addr, ip_2_ip6(ip)->addr, 16);
	} else {
		sa.sin.sin_len = sizeof(sa.sin);
		sa.sin.sin_family = AF_INET;
		sa.sin.sin_addr.s_addr = ip_2_ip4(ip)->addr;
	}
	put(m, which, &sa);
}

static void
put_mask(struct msg *m, const ip_addr_t *like, uint8_t plen)
{
	ip_addr_t mask = *like;

	memset(IP_IS_V6(&mask) ? (void *)ip_2_ip6(&mask)->addr :
	    (void *)&ip_2_ip4(&mask)->addr, 0xff, IP_IS_V6(&mask) ? 16 : 4);
	route_mask(&mask, plen);
	put_ip(m, RTA_NETMASK, &mask);
}

static void
put_link(struct msg *m, int which, ifnet_t ifp)
{
	struct sockaddr_dl sdl;

	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_index = (u_short)ifp->if_index;
	sdl.sdl_type = ifp->if_type;
	put(m, which, &sdl);
}

/* A message about a route; returns its length. */
static size_t
build_route(uint8_t *buf, int type, const struct __rtentry *rt)
{
	struct msg m = { .buf = buf, .len = sizeof(struct rt_msghdr) };
	const struct route_info *ri = &rt->rt_info;
	struct rt_msghdr *rtm = (void *)buf;

	memset(rtm, 0, sizeof(*rtm));
	put_ip(&m, RTA_DST, &ri->ri_dst);
	if ((ri->ri_flags & RTF_GATEWAY) != 0)
		put_ip(&m, RTA_GATEWAY, &ri->ri_gateway);
	else
		put_link(&m, RTA_GATEWAY, ri->ri_ifp);
	if ((ri->ri_flags & RTF_HOST) == 0)
		put_mask(&m, &ri->ri_dst, ri->ri_plen);
	put_link(&m, RTA_IFP, ri->ri_ifp);
	rtm->rtm_msglen = (u_short)m.len;
	rtm->rtm_version = RTM_VERSION;
	rtm->rtm_type = (u_char)type;
	rtm->rtm_index = (u_short)ri->ri_ifp->if_index;
	rtm->rtm_flags = (int)(ri->ri_flags | RTF_DONE);
	rtm->rtm_addrs = m.addrs;
	rtm->rtm_use = (int)rt->rt_use;
	rtm->rtm_rmx.rmx_mtu = ri->ri_mtu != 0 ? ri->ri_mtu : ri->ri_ifp->if_mtu;
	return (m.len);
}

/* --- delivery -------------------------------------------------------------- */

/* To every socket that wants the family; the domain lock is held. */
static void
deliver(const void *msg, size_t len, int family)
{
	struct rt_pcb *rp;

	LIST_FOREACH(rp, &rt_pcbs, rp_link) {
		mbuf_t m;
		if (rp->rp_proto != 0 && family != 0 && rp->rp_proto != family)
			continue;
		if (sbspace(&rp->rp_so->so_rcv) < (long)len ||
		    mbuf_allocpacket(MBUF_DONTWAIT, len, NULL, &m) != 0)
			continue;
		if (mbuf_copyback(m, 0, len, msg, MBUF_DONTWAIT) != 0) {
			mbuf_freem(m);
			continue;
		}
		sbappendrecord(&rp->rp_so->so_rcv, m);
		sorwakeup(rp->rp_so);
	}
}

/* Net lock held: somebody changed the table. */
static void
note_route(int type, const struct __rtentry *rt)
{
	if (LIST_EMPTY(&rt_pcbs) || rt_requesting ||
	    rt_nnotes >= RTSOCK_QUEUE_MAX)
		return;
	struct rt_note *rn = kmalloc(sizeof(*rn), M_NOWAIT);
	if (rn == NULL)
		return;
	rn->rn_family = IP_IS_V6(&rt->rt_info.ri_dst) ? AF_INET6 : AF_INET;
	rn->rn_len = build_route(rn->rn_msg, type, rt);
	STAILQ_INSERT_TAIL(&rt_notes, rn, rn_link);
	rt_nnotes++;
	softnet_wake();
}

static uint64_t
rtsock_poll(void *arg)
{
	for (;;) {
		net_lock();
		struct rt_note *rn = STAILQ_FIRST(&rt_notes);
		if (rn != NULL) {
			STAILQ_REMOVE_HEAD(&rt_notes, rn_link);
			rt_nnotes--;
		}
		net_unlock();
		if (rn == NULL)
			return (SOFTNET_IDLE);
		lck_mtx_lock(&route_domain.dom_mtx);
		deliver(rn->rn_msg, rn->rn_len, rn->rn_family);
		lck_mtx_unlock(&route_domain.dom_mtx);
		kfree(rn);
	}
}

static void
announce(const void *msg, size_t len, int family)
{
	lck_mtx_lock(&route_domain.dom_mtx);
	deliver(msg, len, family);
	lck_mtx_unlock(&route_domain.dom_mtx);
}

static void
announce_interface(ifnet_t ifp)
{
	struct if_msghdr ifm;

	memset(&ifm, 0, sizeof(ifm));
	ifm.ifm_msglen = sizeof(ifm);
	ifm.ifm_version = RTM_VERSION;
	ifm.ifm_type = RTM_IFINFO;
	ifm.ifm_flags = (int)ifp->if_flags;
	ifm.ifm_index = (u_short)ifp->if_index;
	ifm.ifm_data.ifi_type = ifp->if_type;
	ifm.ifm_data.ifi_mtu = ifp->if_mtu;
	ifm.ifm_data.ifi_metric = ifp->if_metric;
	announce(&ifm, sizeof(ifm), 0);
}

static void
announce_address(ifnet_t ifp, int type, int family, const void *addr,
    const void *mask)
{
	uint8_t buf[RTSOCK_MSG_MAX];
	struct msg m = { .buf = buf, .len = sizeof(struct ifa_msghdr) };
	struct ifa_msghdr *ifam = (void *)buf;

	memset(ifam, 0, sizeof(*ifam));
	put(&m, RTA_NETMASK, mask);
	put_link(&m, RTA_IFP, ifp);
	put(&m, RTA_IFA, addr);
	ifam->ifam_msglen = (u_short)m.len;
	ifam->ifam_version = RTM_VERSION;
	ifam->ifam_type = (u_char)type;
	ifam->ifam_addrs = m.addrs;
	ifam->ifam_index = (u_short)ifp->if_index;
	announce(buf, m.len, family);
}

static void
inet_event(ifnet_t ifp, const struct kern_event_msg *ev)
{
	const struct kev_in_data *data = (const void *)ev->event_data;
	struct sockaddr_in addr = { .sin_len = 16, .sin_family = AF_INET };
	struct sockaddr_in mask = addr;

	addr.sin_addr = data->ia_addr;
	mask.sin_addr.s_addr = htonl(data->ia_subnetmask);
	announce_address(ifp, ev->event_code == KEV_INET_ADDR_DELETED ?
	    RTM_DELADDR : RTM_NEWADDR, AF_INET, &addr, &mask);
}

static void
inet6_event(ifnet_t ifp, const struct kern_event_msg *ev)
{
	const struct sockaddr_in6 *data = (const void *)((const uint8_t *)
	    ev->event_data + sizeof(struct net_event_data));

	announce_address(ifp, ev->event_code == KEV_INET6_ADDR_DELETED ?
	    RTM_DELADDR : RTM_NEWADDR, AF_INET6, &data[0], &data[3]);
}

static void
rtsock_event(ifnet_t ifp, const struct kern_event_msg *ev)
{
	if (ev->vendor_code != KEV_VENDOR_APPLE ||
	    ev->kev_class != KEV_NETWORK_CLASS || LIST_EMPTY(&rt_pcbs))
		return;
	switch (ev->kev_subclass) {
	case KEV_DL_SUBCLASS:
		announce_interface(ifp);
		break;
	case KEV_INET_SUBCLASS:
		inet_event(ifp, ev);
		break;
	case KEV_INET6_SUBCLASS:
		if (ev->event_code != KEV_INET6_CHANGED_ADDR)
			inet6_event(ifp, ev);
		break;
	}
}

/* --- requests -------------------------------------------------------------- */

static bool
sa_to_ip(const struct sockaddr *sa, ip_addr_t *ip)
{
	memset(ip, 0, sizeof(*ip));
	if (sa->sa_family == AF_INET && sa->sa_len >= 8) {
		IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V4);
		memcpy(&ip_2_ip4(ip)->addr, (const uint8_t *)sa + 4, 4);
		return (true);
	}
	if (sa->sa_family == AF_INET6 &&
	    sa->sa_len >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		IP_SET_TYPE_VAL(*ip, IPADDR_TYPE_V6);
		memcpy(ip_2_ip6(ip)->addr, (const uint8_t *)sa + 8, 16);
		return (true);
	}
	return (false);
}

/* Leading one bits of a mask, whose sockaddr may be cut short. */
static uint8_t
sa_to_plen(const struct sockaddr *sa, bool v6)
{
	size_t off = v6 ? 8 : 4, max = v6 ? 16 : 4;
	uint8_t plen = 0;

	for (size_t i = 0; i < max && off + i < sa->sa_len; i++) {
		uint8_t b = ((const uint8_t *)sa)[off + i];
		plen = (uint8_t)(plen + __builtin_popcount(b));
		if (b != 0xff)
			break;
	}
	return (plen);
}

/* Finds the addresses of a message; false when one reaches past its end. */
static bool
find_addrs(const uint8_t *buf, size_t len, int addrs,
    const struct sockaddr *sa[RTAX_MAX])
{
	size_t at = sizeof(struct rt_msghdr);

	for (int i = 0; i < RTAX_MAX; i++) {
		sa[i] = NULL;
		if ((addrs & (1 << i)) == 0)
			continue;
		if (at + 4 > len || at + ROUNDUP4(buf[at]) > len)
			return (false);
		sa[i] = (const void *)(buf + at);
		at += ROUNDUP4(buf[at]);
	}
	return (true);
}

/* The interface a request names, referenced. */
static ifnet_t
request_ifp(const struct rt_msghdr *rtm, const struct sockaddr *sa[RTAX_MAX])
{
	for (int i = RTAX_GATEWAY; i <= RTAX_IFP; i += RTAX_IFP - RTAX_GATEWAY)
		if (sa[i] != NULL && sa[i]->sa_family == AF_LINK)
			return (ifnet_byindex(((const struct sockaddr_dl *)
			    (const void *)sa[i])->sdl_index));
	return ((rtm->rtm_flags & RTF_IFSCOPE) != 0 ?
	    ifnet_byindex(rtm->rtm_index) : NULL);
}

static errno_t
parse_request(const uint8_t *buf, size_t len, struct route_info *ri)
{
	const struct rt_msghdr *rtm = (const void *)buf;
	const struct sockaddr *sa[RTAX_MAX];

	memset(ri, 0, sizeof(*ri));
	if (!find_addrs(buf, len, rtm->rtm_addrs, sa) ||
	    sa[RTAX_DST] == NULL || !sa_to_ip(sa[RTAX_DST], &ri->ri_dst))
		return (EINVAL);
	bool v6 = IP_IS_V6(&ri->ri_dst);
	ri->ri_plen = v6 ? 128 : 32;
	if (sa[RTAX_NETMASK] != NULL && (rtm->rtm_flags & RTF_HOST) == 0)
		ri->ri_plen = sa_to_plen(sa[RTAX_NETMASK], v6);
	ri->ri_flags = (uint32_t)rtm->rtm_flags & (RTF_STATIC | RTF_REJECT |
	    RTF_BLACKHOLE | RTF_PROTO1 | RTF_PROTO2 | RTF_PROTO3);
	if (sa[RTAX_GATEWAY] != NULL && sa_to_ip(sa[RTAX_GATEWAY],
	    &ri->ri_gateway))
		ri->ri_flags |= RTF_GATEWAY;
	if ((rtm->rtm_inits & RTV_MTU) != 0)
		ri->ri_mtu = rtm->rtm_rmx.rmx_mtu;
	ri->ri_ifp = request_ifp(rtm, sa);
	return (0);
}

/* Does it; for RTM_GET the answer replaces the message. */
static errno_t
perform(int type, const struct route_info *ri, uint8_t *buf, size_t *len)
{
	errno_t error;
	route_t rt;

	net_lock();
	rt_requesting = true;
	switch (type) {
	case RTM_ADD:
		error = route_add(ri);
		break;
	case RTM_DELETE:
		error = route_delete(ri);
		break;
	case RTM_CHANGE:
		error = route_change(ri);
		break;
	default:			/* RTM_GET */
		rt = route_lookup(&ri->ri_dst, ri->ri_ifp, NULL);
		error = rt == NULL ? ESRCH : 0;
		if (rt != NULL)
			*len = build_route(buf, RTM_GET, rt);
		break;
	}
	rt_requesting = false;
	net_unlock_nodrain();
	return (error);
}

static errno_t
request(uint8_t *buf, size_t *len)
{
	struct rt_msghdr head = *(const struct rt_msghdr *)(const void *)buf;
	struct rt_msghdr *rtm = (void *)buf;
	struct route_info ri;
	errno_t error;

	if (head.rtm_msglen != *len)
		return (EINVAL);
	if (head.rtm_version != RTM_VERSION)
		return (EPROTONOSUPPORT);
	if (head.rtm_type != RTM_ADD && head.rtm_type != RTM_DELETE &&
	    head.rtm_type != RTM_CHANGE && head.rtm_type != RTM_GET)
		return (EOPNOTSUPP);
	if (head.rtm_type != RTM_GET && proc_suser(current_proc()) != 0)
		return (EACCES);
	error = parse_request(buf, *len, &ri);
	if (error != 0)
		return (error);
	error = perform(head.rtm_type, &ri, buf, len);
	if (ri.ri_ifp != NULL)
		ifnet_release(ri.ri_ifp);
	rtm->rtm_pid = proc_selfpid();
	rtm->rtm_seq = head.rtm_seq;
	rtm->rtm_errno = error;
	if (error == 0)
		rtm->rtm_flags |= RTF_DONE;
	deliver(buf, *len, IP_IS_V6(&ri.ri_dst) ? AF_INET6 : AF_INET);
	return (error);
}

static errno_t
rtsock_send(struct __socket *so, int flags, mbuf_t m, const struct sockaddr *to,
    mbuf_t control)
{
	uint8_t buf[RTSOCK_MSG_MAX] __attribute__((aligned(8)));
	size_t len = m != NULL ? mbuf_pkthdr_len(m) : 0;
	errno_t error = EINVAL;

	if (len >= sizeof(struct rt_msghdr) && len <= sizeof(buf) &&
	    mbuf_copydata(m, 0, len, buf) == 0)
		error = request(buf, &len);
	if (m != NULL)
		mbuf_freem(m);
	if (control != NULL)
		mbuf_freem(control);
	return (error);
}

/* --- the sockets ----------------------------------------------------------- */

static errno_t
rtsock_attach(struct __socket *so, int proto)
{
	errno_t error = soreserve(so, RTSOCK_SPACE, RTSOCK_SPACE);

	if (error != 0)
		return (error);
	struct rt_pcb *rp = kmalloc(sizeof(*rp), M_WAITOK | M_ZERO);
	if (rp == NULL)
		return (ENOBUFS);
	rp->rp_so = so;
	rp->rp_proto = proto;
	so->so_pcb = rp;
	so->so_state |= SS_ISCONNECTED;
	LIST_INSERT_HEAD(&rt_pcbs, rp, rp_link);
	return (0);
}

static void
rtsock_detach(struct __socket *so)
{
	struct rt_pcb *rp = so->so_pcb;

	lck_mtx_lock(&route_domain.dom_mtx);
	if (rp != NULL)
		LIST_REMOVE(rp, rp_link);
	so->so_pcb = NULL;
	lck_mtx_unlock(&route_domain.dom_mtx);
	kfree(rp);
}

static const struct pr_usrreqs rtsock_usrreqs = {
	.pru_attach = rtsock_attach,
	.pru_detach = rtsock_detach,
	.pru_send = rtsock_send,
};

static struct dlil_client rtsock_client = {
	.dc_name = "routing sockets",
	.dc_event = rtsock_event,
};

static void
rtsock_init(void)
{
	net_lock();
	route_changed = note_route;
	net_unlock();
	softnet_source("routing messages", rtsock_poll, NULL);
	dlil_client_add(&rtsock_client);
}
INITCALL_ORDER(INIT_NET, 500, rtsock_init);

static struct protosw route_protos[] = {
	{ .pr_type = SOCK_RAW, .pr_protocol = 0, .pr_name = "route",
	    .pr_flags = PR_ATOMIC | PR_DOMAINLOCK,
	    .pr_usrreqs = &rtsock_usrreqs },
};

static struct domain route_domain = {
	.dom_family = PF_ROUTE,
	.dom_name = "route",
	.dom_table = route_protos,
	.dom_ntable = 1,
};
DOMAIN(route_domain);
