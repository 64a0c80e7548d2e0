/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP filters: <netinet/kpi_ipfilter.h>.
 *
 * One hook list per IP version, newest first, the same order both ways.
 *
 * In: the protocol switch (ip_switch.c) hands datagrams over under the net
 * lock; they wait in a queue that a drain empties without any lock.  What
 * survives goes back into the switch.  While filters exist or packets wait,
 * everything takes this way, so that order is kept.
 * Out: ip_out.c's queue calls ip_out_filter for each packet.
 *
 * Injection with a filter leaves a mark in the packet header (the filter to
 * resume behind); a walk that cannot find it runs no filter at all.  A packet
 * that comes round too often is dropped: two filters that inject to each
 * other without naming themselves would go on for ever.
 *
 * IPv6 shows input filters every header of the chain in turn; the resume mark
 * counts for the first only.
 */
#include "net/inet/ipf.h"

#include <libkern/libkern.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/malloc.h>
#include <sys/socket.h>
#include <string.h>

#include "lwip/netif.h"

#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"
#include "kernel/time/timer.h"
#include "net/common/hook_list.h"
#include "net/common/net_lock.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/softnet.h"
#include "net/inet/ip_frag.h"
#include "net/inet/ip_out.h"
#include "net/inet/ip_out_clone.h"
#include "net/inet/ip_switch.h"
#include "net/inet/out_watch.h"
#include "net/mbuf/mbuf.h"

#define IPF_ROUNDS	32	/* injections of one packet */
#define IPFQ_MAX	4096	/* packets waiting for input filters */
#define IP4_HLEN	20
#define IP6_HLEN_	40

struct opaque_ipfilter {
	struct hook_entry if_hook;
	struct ipf_filter if_filter;	/* I */
	struct gate	if_gate;
	struct kext	*if_kext;	/* I: charged */
	char		if_name[64];
	bool		if_v6;		/* I */
};

/* Kinds of calls, for the hook lists. */
#define IPFK_IN		0x1
#define IPFK_OUT	0x2

static struct hook_list ipf_lists[2];	/* [v6] */

static LOCK_GROUP(ipfq_grp, "ip filter queue");
static lck_spin_t ipfq_lock = LCK_SPIN_INITIALIZER(ipfq_grp);
static mbuf_t ipfq_head, *ipfq_tail = &ipfq_head;	/* Q */
static unsigned ipfq_len;				/* Q */

static struct opaque_ipfilter *
entry_filter(struct hook_entry *e)
{
	return (struct opaque_ipfilter *)(void *)e;
}

/* --- adding and removing ------------------------------------------------------------- */

/* The words that a packet's path looks at, see ip_switch.h and ip_out.h. */
static void
ipf_count(bool v6, uint8_t kinds, int n)
{
	if (kinds & IPFK_IN)
		__atomic_add_fetch(&ip_switch_diverts[v6], (uint32_t)n,
		    __ATOMIC_RELEASE);
	if (kinds & IPFK_OUT)
		__atomic_add_fetch(&ip_out_filters[v6], (uint32_t)n,
		    __ATOMIC_RELEASE);
}

/* The one release: no callback of the filter runs any more. */
static void
ipf_release(struct hook_entry *e)
{
	struct opaque_ipfilter *f = entry_filter(e);

	ipf_count(f->if_v6, e->he_kinds, -1);
	if (f->if_filter.ipf_detach != NULL)
		GATE_VOID(&f->if_gate, f->if_filter.ipf_detach,
		    f->if_filter.cookie);
	gate_fini(&f->if_gate);
	kext_uncharge(f->if_kext, KRES_IPF, 1);
	kfree(f);
}

static void
ipf_revoke(struct gate *g)
{
	struct opaque_ipfilter *f = (struct opaque_ipfilter *)(void *)
	    ((char *)g - offsetof(struct opaque_ipfilter, if_gate));

	(void)ipf_remove(f);
}

static errno_t
ipf_add(const struct ipf_filter *filter, ipfilter_t *ref, bool v6)
{
	struct opaque_ipfilter *f;
	const void *fn;

	if (filter == NULL || ref == NULL || filter->name == NULL ||
	    (filter->ipf_input == NULL && filter->ipf_output == NULL))
		return EINVAL;
	f = kmalloc(sizeof(*f), M_WAITOK | M_ZERO);
	if (f == NULL)
		return ENOMEM;
	f->if_filter = *filter;
	strlcpy(f->if_name, filter->name, sizeof(f->if_name));
	f->if_filter.name = f->if_name;
	f->if_v6 = v6;
	f->if_hook.he_kinds = (filter->ipf_input != NULL ? IPFK_IN : 0) |
	    (filter->ipf_output != NULL ? IPFK_OUT : 0);
	fn = filter->ipf_input != NULL ? (const void *)filter->ipf_input :
	    (const void *)filter->ipf_output;
	gate_init(&f->if_gate, GATE_IPF, f->if_name, fn);
	gate_set_revoke(&f->if_gate, ipf_revoke);
	f->if_kext = kext_charge_to(f->if_gate.g_kext, KRES_IPF, 1);
	*ref = f;
	ipf_count(v6, f->if_hook.he_kinds, 1);
	return hook_attach(&ipf_lists[v6], &f->if_hook, HOOK_HEAD);
}

errno_t
ipf_addv4(const struct ipf_filter *filter, ipfilter_t *filter_ref)
{
	return ipf_add(filter, filter_ref, false);
}

/* The name the system's own parts use. */
errno_t ipf_addv4_internal(const struct ipf_filter *filter,
    ipfilter_t *filter_ref)
    __attribute__((alias("ipf_addv4")));

errno_t
ipf_addv6(const struct ipf_filter *filter, ipfilter_t *filter_ref)
{
	return ipf_add(filter, filter_ref, true);
}

/* The name the system's own parts use. */
errno_t ipf_addv6_internal(const struct ipf_filter *filter,
    ipfilter_t *filter_ref)
    __attribute__((alias("ipf_addv6")));

errno_t
ipf_remove(ipfilter_t filter_ref)
{
	if (filter_ref == NULL)
		return EINVAL;
	/* The lists compare the address and never read what it points to. */
	if (hook_detach(&ipf_lists[0], (struct hook_entry *)(void *)filter_ref) == 0 ||
	    hook_detach(&ipf_lists[1], (struct hook_entry *)(void *)filter_ref) == 0)
		return 0;
	return ENOENT;
}

/* --- walking --------------------------------------------------------------------------- */

/* First filter to run; consumes the resume mark. */
static struct hook_entry *
ipf_start(struct hook_list *l, mbuf_t m, bool first, uint8_t kind)
{
	const struct hook_entry *after;

	if (!(m->m_pkthdr.marks & PHM_IPF_RESUME) || !first)
		return hook_first_of(l, kind);
	after = (const void *)(uintptr_t)m->m_pkthdr.mark_data;
	return hook_first_after(l, after, kind);
}

static void
ipf_clear_mark(mbuf_t m)
{
	m->m_pkthdr.marks &= (uint16_t)~PHM_IPF_RESUME;
	m->m_pkthdr.mark_data = 0;
}

/*
 * A filter's verdict: true: go on with *m.  The packet has its header in the
 * first mbuf whatever the filter did to it.
 */
static bool
ipf_verdict(errno_t error, mbuf_t *m)
{
	if (error == 0 && *m != NULL)
		return true;
	inet_counters.in_filtered++;
	if (error != 0 && error != EJUSTRETURN)
		m_freem(*m);
	return false;
}

/* All input filters at one header; false: the packet is gone. */
static bool
ipf_input_at(mbuf_t *m, bool v6, int offset, uint8_t proto, bool first)
{
	struct hook_list *l = &ipf_lists[v6];
	struct hook_entry *e = ipf_start(l, *m, first, IPFK_IN);

	if (first)
		ipf_clear_mark(*m);
	for (; e != NULL; e = hook_next_of(l, e, IPFK_IN)) {
		struct opaque_ipfilter *f = entry_filter(e);
		errno_t error;

		error = GATE_CALL_HELD(&f->if_gate, M_TRACE_ID(*m),
		    f->if_filter.ipf_input, f->if_filter.cookie, m, offset, proto);
		if (!ipf_verdict(error, m)) {
			hook_leave(l, e);
			return false;
		}
	}
	return true;
}

/*
 * A filter may change a few bytes and correct the checksum by the difference,
 * so the field holds the packet's checksum whoever verified it.
 */
static void
ipf_sum(mbuf_t m, bool v6)
{
	if (!(m->m_pkthdr.marks & PHM_L4_STALE))
		return;
	m->m_pkthdr.marks &= (uint16_t)~PHM_L4_STALE;
	m_csum_renew(m, v6 ? PF_INET6 : PF_INET, 0);
}

static bool
ipf_input4(mbuf_t *m)
{
	int hlen;

	ipf_sum(*m, false);
	ip_out_sum4(*m);
	hlen = (mtod(*m, const uint8_t *)[0] & 0xf) * 4;
	return ipf_input_at(m, false, hlen, mtod(*m, const uint8_t *)[9], true);
}

static bool
is_extension6(uint8_t nh)
{
	return nh == 0 || nh == 43 || nh == 44 || nh == 60;
}

static bool
ipf_input6(mbuf_t *m)
{
	uint8_t nh = mtod(*m, const uint8_t *)[6], ext[2];
	size_t off = IP6_HLEN_;
	bool first = true;

	ipf_sum(*m, true);
	for (;;) {
		if (!ipf_input_at(m, true, (int)off, nh, first))
			return false;
		first = false;
		if (!is_extension6(nh) ||
		    mbuf_copydata(*m, off, 2, ext) != 0)
			return true;
		off += nh == 44 ? 8 : ((size_t)ext[1] + 1) * 8;
		nh = ext[0];
		if (off >= mbuf_pkthdr_len(*m))
			return true;
	}
}

/* --- input ------------------------------------------------------------------------------- */

static void
ipf_queue(mbuf_t m, bool v6)
{
	m->m_nextpkt = NULL;
	lck_spin_lock(&ipfq_lock);
	if (ipfq_len >= IPFQ_MAX) {
		lck_spin_unlock(&ipfq_lock);
		m_freem(m);
		return;
	}
	*ipfq_tail = m;
	ipfq_tail = &m->m_nextpkt;
	ipfq_len++;
	__atomic_add_fetch(&ip_switch_diverts[v6], 1, __ATOMIC_RELEASE);
	lck_spin_unlock(&ipfq_lock);
	inet_counters.in_requeued++;
	net_drain_pend(NET_DRAIN_INPUT);
}

static void
ipf_drain(void)
{
	mbuf_t list, next;

	lck_spin_lock(&ipfq_lock);
	list = ipfq_head;
	ipfq_head = NULL;
	ipfq_tail = &ipfq_head;
	ipfq_len = 0;
	lck_spin_unlock(&ipfq_lock);
	for (; list != NULL; list = next) {
		mbuf_t m = list;
		uint8_t in_if = m->m_pkthdr.in_if, acc_if = m->m_pkthdr.acc_if;
		bool v6 = mtod(m, const uint8_t *)[0] >> 4 == 6;

		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if (v6 ? ipf_input6(&m) : ipf_input4(&m)) {
			m->m_pkthdr.in_if = in_if;
			m->m_pkthdr.acc_if = acc_if;
			m->m_nextpkt = NULL;
			net_lock();
			ip_switch_reenter(m, v6);
			net_unlock_nodrain();
		}
		__atomic_sub_fetch(&ip_switch_diverts[v6], 1,
		    __ATOMIC_RELEASE);
	}
}

/* --- output ------------------------------------------------------------------------------- */

static ipf_pktopts_t
unpack_options(uint64_t v, struct ipf_pktopts *o)
{
	memset(o, 0, sizeof(*o));
	if (!(v & IP_OUT_OPTS))
		return o;
	o->ippo_flags = (u_int32_t)(v & 0x7fffffffu);
	o->ippo_mcast_ttl = (u_int8_t)(v >> 32);
	o->ippo_mcast_loop = (int)(v >> 40 & 1);
	if (v >> 48 != 0)
		o->ippo_mcast_ifnet = ifnet_byindex((uint32_t)(v >> 48));
	return o;
}

static errno_t
ipf_output(mbuf_t *m, bool v6)
{
	struct hook_list *l = &ipf_lists[v6];
	struct hook_entry *e = ipf_start(l, *m, true, IPFK_OUT);
	uint8_t acc_if = (*m)->m_pkthdr.acc_if;
	struct ipf_pktopts options;
	ipf_pktopts_t o = unpack_options((*m)->m_pkthdr.out_opts, &options);
	errno_t result = 0;

	ipf_clear_mark(*m);
	for (; e != NULL; e = hook_next_of(l, e, IPFK_OUT)) {
		struct opaque_ipfilter *f = entry_filter(e);
		errno_t error;

		error = GATE_CALL_HELD(&f->if_gate, M_TRACE_ID(*m),
		    f->if_filter.ipf_output, f->if_filter.cookie, m, o);
		if (!ipf_verdict(error, m)) {
			inet_counters.out_filtered++;
			hook_leave(l, e);
			result = error != 0 ? error : EJUSTRETURN;
			break;
		}
	}
	if (result == 0)
		(*m)->m_pkthdr.acc_if = acc_if;
	if (o->ippo_mcast_ifnet != NULL)
		ifnet_release(o->ippo_mcast_ifnet);
	return result;
}

/* --- injection ------------------------------------------------------------------------------- */

/* One more round; false: enough. */
static bool
ipf_round(mbuf_t m)
{
	static uint64_t last;
	uint64_t now;

	if (++m->m_pkthdr.rounds <= IPF_ROUNDS)
		return true;
	inet_counters.ipf_loops++;
	now = time_now_ns();
	if (last == 0 || now - last > 10ull * 1000000000) {
		last = now;
		printf("ipfilter: a packet was injected %d times, dropped; "
		    "a filter does not recognise its own\n", IPF_ROUNDS);
	}
	return false;
}

static bool
version_of(mbuf_t m, bool *v6)
{
	uint8_t v;

	if (mbuf_copydata(m, 0, 1, &v) != 0 || (v >> 4 != 4 && v >> 4 != 6))
		return false;
	*v6 = v >> 4 == 6;
	return true;
}

/* The interface that owns the destination, or lo0. */
static ifnet_t
owner_of(mbuf_t m, bool v6)
{
	union {
		struct sockaddr sa;
		struct sockaddr_in sin;
		struct sockaddr_in6 sin6;
	} u;
	ifnet_t ifp = NULL;
	ifaddr_t ifa;

	memset(&u, 0, sizeof(u));
	if (v6) {
		u.sin6.sin6_len = sizeof(u.sin6);
		u.sin6.sin6_family = AF_INET6;
		(void)mbuf_copydata(m, 24, 16, &u.sin6.sin6_addr);
	} else {
		u.sin.sin_len = sizeof(u.sin);
		u.sin.sin_family = AF_INET;
		(void)mbuf_copydata(m, 16, 4, &u.sin.sin_addr);
	}
	ifa = ifaddr_withaddr(&u.sa);
	if (ifa != NULL) {
		ifp = ifaddr_ifnet(ifa);
		ifaddr_release(ifa);
	}
	return ifp != NULL ? ifp : ifnet_loopback();
}

static void
mark_resume(mbuf_t m, ipfilter_t ref)
{
	m->m_pkthdr.marks |= PHM_IPF_RESUME;
	m->m_pkthdr.mark_data = (uint64_t)(uintptr_t)ref;
}

errno_t
ipf_inject_input(mbuf_t data, ipfilter_t filter_ref)
{
	struct netif *netif;
	mbuf_t m = data;
	bool v6;

	if (m == NULL)
		return EINVAL;
	if (!version_of(m, &v6) || m->m_len < (v6 ? IP6_HLEN_ : IP4_HLEN))
		return ENOTSUP;
	MBUF_CHECK(m);
	gate_count_inject();
	if (!ipf_round(m)) {
		m_freem(m);
		return 0;
	}
	if (m->m_pkthdr.rcvif == NULL) {
		m->m_pkthdr.rcvif = owner_of(m, v6);
		if (filter_ref == NULL) {
			m->m_pkthdr.csum_flags = 0;
			if (!v6)
				ip_out_sum4(m);
		}
	}
	if (filter_ref == NULL)
		return proto_inject(v6 ? PF_INET6 : PF_INET, m);
	net_lock();
	netif = inet_netif(m->m_pkthdr.rcvif);
	if (netif != NULL)
		m->m_pkthdr.in_if = m->m_pkthdr.acc_if = netif_get_index(netif);
	net_unlock_nodrain();
	if (netif == NULL) {
		m_freem(m);
		return 0;
	}
	mark_resume(m, filter_ref);
	ipf_queue(m, v6);
	softnet_wake();
	return 0;
}

errno_t
ipf_inject_output(mbuf_t data, ipfilter_t filter_ref, ipf_pktopts_t options)
{
	struct out_watch w;
	errno_t error;
	bool v6, mcast;

	if (data == NULL)
		return EINVAL;
	if (!version_of(data, &v6)) {
		m_freem(data);
		return ENOTSUP;
	}
	MBUF_CHECK(data);
	gate_count_inject();
	if (!ipf_round(data)) {
		m_freem(data);
		return ELOOP;
	}
	if (filter_ref != NULL)
		mark_resume(data, filter_ref);
	data->m_pkthdr.out_opts = ip_out_pack(options);
	mcast = options != NULL && (options->ippo_flags & IPPOF_MCAST_OPTS);
	error = inet_output_raw(data, mcast ? options->ippo_mcast_ifnet : NULL,
	    !mcast || options->ippo_mcast_loop != 0, &w);
	if (error != 0)
		return error;
	net_drain();
	return out_watch_end(&w);
}

void
ipf_init(void)
{
	hook_list_init(&ipf_lists[0], ipf_release);
	hook_list_init(&ipf_lists[1], ipf_release);
	net_unlock_hook(NET_DRAIN_INPUT, ipf_drain);
	ip_switch_queue = ipf_queue;
	ip_out_filter = ipf_output;
}
