/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters of the test.
 *
 * The IP filters look at everything, take a part of it away and put it back
 * later behind themselves.  The editing kind scrambles the payload of TCP and
 * UDP on the way out and unscrambles it on the way in, by the guide's order
 * of calls (finalize before and after); if an edit ever reaches the engine's
 * own bytes, a retransmission is scrambled twice and the stream is wrong.
 */
#include "test/unit/twohosts/host.h"

#include <libkern/libkern.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/socket.h>
#include <string.h>

#include "kernel/mm/kmem.h"
#include "test/unit/host/clib.h"

#define MASK	0x5a

struct ipf_state {
	bool		v6;
	ipfilter_t	ref;
	unsigned	detached;
};

struct kept {
	struct kept	*next;
	mbuf_t		m;
	struct ipf_state *st;
	bool		out;
	uint64_t	due;
};

static struct ipf_state states[2] = { { .v6 = false }, { .v6 = true } };
static struct kept *kept_list;		/* by due time */
static unsigned kept_count;
static interface_filter_t iff;
static unsigned iff_gone;
static bool attached;

/* --- scrambling ------------------------------------------------------------------ */

/* Where the payload is: start, and the checksum field.  0: leave it alone. */
static size_t
payload_at(mbuf_t m, bool v6, size_t *l4, uint8_t *proto, size_t *field)
{
	unsigned char h[40], t[20];
	size_t n = v6 ? 40 : 20;

	if (mbuf_copydata(m, 0, n, h) != 0)
		return 0;
	*proto = v6 ? h[6] : h[9];
	*l4 = v6 ? 40 : (size_t)(h[0] & 0xf) * 4;
	if (*proto == 17) {
		*field = *l4 + 6;
		return *l4 + 8;
	}
	if (*proto != 6 || mbuf_copydata(m, *l4, 20, t) != 0)
		return 0;
	*field = *l4 + 16;
	return *l4 + (size_t)(t[12] >> 4) * 4;
}

/* In place, as a kext that knows no better would do it. */
static void
scramble(mbuf_t m, size_t from)
{
	for (; m != NULL; m = mbuf_next(m)) {
		unsigned char *p = mbuf_data(m);
		size_t n = mbuf_len(m);

		if (from >= n) {
			from -= n;
			continue;
		}
		for (size_t i = from; i < n; i++)
			p[i] ^= MASK;
		from = 0;
	}
}

static bool
l4_sum_ok(mbuf_t m, bool v6, size_t l4, uint8_t proto)
{
	uint16_t sum;
	uint32_t len = (uint32_t)(mbuf_pkthdr_len(m) - l4);
	errno_t error = v6 ?
	    mbuf_inet6_cksum(m, proto, (u_int32_t)l4, len, &sum) :
	    mbuf_inet_cksum(m, proto, (u_int32_t)l4, len, &sum);

	return error == 0 && (sum == 0 || sum == 0xffff);
}

static void
l4_sum_set(mbuf_t m, bool v6, size_t l4, uint8_t proto, size_t field)
{
	uint16_t zero = 0, sum;
	uint32_t len = (uint32_t)(mbuf_pkthdr_len(m) - l4);

	mbuf_copyback(m, field, 2, &zero, MBUF_DONTWAIT);
	if ((v6 ? mbuf_inet6_cksum(m, proto, (u_int32_t)l4, len, &sum) :
	    mbuf_inet_cksum(m, proto, (u_int32_t)l4, len, &sum)) != 0)
		panic("filter: checksum");
	if (sum == 0 && proto == 17)
		sum = 0xffff;
	mbuf_copyback(m, field, 2, &sum, MBUF_DONTWAIT);
}

static void
edit_out(mbuf_t m, bool v6)
{
	size_t l4, field, from;
	uint8_t proto;

	from = payload_at(m, v6, &l4, &proto, &field);
	if (from == 0)
		return;
	mbuf_outbound_finalize(m, v6 ? PF_INET6 : PF_INET, 0);
	scramble(m, from);
	mbuf_outbound_finalize(m, v6 ? PF_INET6 : PF_INET, 0);
}

/* False: damaged on the way, and nobody would see it after our edit. */
static bool
edit_in(mbuf_t m, bool v6)
{
	size_t l4, field, from;
	uint8_t proto;

	from = payload_at(m, v6, &l4, &proto, &field);
	if (from == 0)
		return true;
	if (!l4_sum_ok(m, v6, l4, proto))
		return false;
	mbuf_inbound_modified(m);
	scramble(m, from);
	l4_sum_set(m, v6, l4, proto, field);
	return true;
}

/* --- IP filters ------------------------------------------------------------------------ */

static bool
keep(struct ipf_state *st, mbuf_t m, bool out)
{
	struct kept *k, **p;

	if (!th_chance(th_cfg.swallow))
		return false;
	k = kmalloc(sizeof(*k), M_WAITOK);
	if (k == NULL)
		return false;
	k->m = m;
	k->st = st;
	k->out = out;
	k->due = host_now_ns + th_below(15000) * 1000ull;
	for (p = &kept_list; *p != NULL && (*p)->due <= k->due; p = &(*p)->next)
		;
	k->next = *p;
	*p = k;
	kept_count++;
	th_counts.swallowed++;
	return true;
}

/* Now and then a filter hands on another mbuf than it got. */
static void
replace(mbuf_t *m)
{
	mbuf_t n;

	if (!th_chance(100) || mbuf_dup(*m, MBUF_DONTWAIT, &n) != 0)
		return;
	mbuf_freem(*m);
	*m = n;
}

static errno_t
filter_in(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	struct ipf_state *st = cookie;

	th_counts.filter_calls++;
	if (offset <= 0 || mbuf_pkthdr_rcvif(*m) == NULL)
		panic("filter: offset %d", offset);
	/* Once: IPv6 shows each header of the chain. */
	if ((th_cfg.filters & TH_F_IPF_EDIT) && (!st->v6 || offset == 40) &&
	    (protocol == 6 || protocol == 17) && !edit_in(*m, st->v6))
		return EINVAL;
	replace(m);
	if (keep(st, *m, false))
		return EJUSTRETURN;
	return 0;
}

static errno_t
filter_out(void *cookie, mbuf_t *m, ipf_pktopts_t options)
{
	struct ipf_state *st = cookie;

	(void)options;
	th_counts.filter_calls++;
	if (th_cfg.filters & TH_F_IPF_EDIT)
		edit_out(*m, st->v6);
	replace(m);
	if (keep(st, *m, true))
		return EJUSTRETURN;
	return 0;
}

static void
filter_detached(void *cookie)
{
	((struct ipf_state *)cookie)->detached++;
}

uint64_t
filters_run(uint64_t now)
{
	struct kept *k;

	while ((k = kept_list) != NULL && (k->due <= now || !attached)) {
		errno_t error;

		kept_list = k->next;
		kept_count--;
		th_counts.injected++;
		if (k->out) {
			(void)ipf_inject_output(k->m, k->st->ref, NULL);
		} else {
			error = ipf_inject_input(k->m, k->st->ref);
			if (error != 0)
				mbuf_freem(k->m);
		}
		kfree(k);
	}
	return kept_list != NULL ? kept_list->due : HOST_NEVER;
}

/* --- an interface filter that only looks -------------------------------------------------- */

static errno_t
iff_in(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m,
    char **frame)
{
	(void)cookie;
	(void)ifp;
	(void)family;
	(void)frame;
	th_counts.filter_calls++;
	if (mbuf_pkthdr_len(*m) == 0)
		return EINVAL;
	return 0;
}

static errno_t
iff_out(void *cookie, ifnet_t ifp, protocol_family_t family, mbuf_t *m)
{
	(void)cookie;
	(void)ifp;
	(void)family;
	(void)m;
	th_counts.filter_calls++;
	return 0;
}

static void
iff_detached(void *cookie, ifnet_t ifp)
{
	(void)cookie;
	(void)ifp;
	iff_gone++;
}

void
filters_attach(void)
{
	struct ipf_filter f = {
		.name = "test", .ipf_input = filter_in,
		.ipf_output = filter_out, .ipf_detach = filter_detached,
	};
	struct iff_filter i = {
		.iff_name = "test", .iff_input = iff_in, .iff_output = iff_out,
		.iff_detached = iff_detached,
	};

	attached = true;
	if (th_cfg.filters & TH_F_IPF) {
		f.cookie = &states[0];
		if (ipf_addv4(&f, &states[0].ref) != 0)
			panic("ipf_addv4");
		f.cookie = &states[1];
		if (ipf_addv6(&f, &states[1].ref) != 0)
			panic("ipf_addv6");
	}
	if ((th_cfg.filters & TH_F_IFF) && iflt_attach(th_ifp, &i, &iff) != 0)
		panic("iflt_attach");
}

void
filters_detach(void)
{
	if (!attached)
		return;
	attached = false;
	(void)filters_run(host_now_ns);
	if (th_cfg.filters & TH_F_IPF) {
		for (int i = 0; i < 2; i++) {
			if (ipf_remove(states[i].ref) != 0 ||
			    states[i].detached != 1 ||
			    ipf_remove(states[i].ref) != ENOENT)
				panic("ipf_remove");
		}
	}
	if (th_cfg.filters & TH_F_IFF) {
		iflt_detach(iff);
		if (iff_gone != 1)
			panic("iflt_detach");
	}
}

unsigned
filters_held(void)
{
	return kept_count;
}
