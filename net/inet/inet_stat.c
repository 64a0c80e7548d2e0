/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The counters of net/inet by number and name.
 */
#include "net/inet/inet_stat.h"

#include "net/inet/inet_var.h"

#define C(name)	{ #name, offsetof(struct inet_counters, name) }

static const struct {
	const char	*name;
	size_t		off;
} stats[] = {
	C(in_csum_bad), C(in_csum_hw), C(in_csum_sw), C(in_toolong),
	C(in_nobufs), C(in_badopt), C(in_noproto), C(in_filtered),
	C(in_requeued), C(in_joined), C(out_packets), C(out_clones),
	C(out_copies), C(out_nobufs), C(out_fragments), C(out_fragmented),
	C(out_joined), C(out_super), C(out_split), C(out_filtered),
	C(out_qdrops), C(out_ratelimited), C(reass6_in), C(reass6_ok),
	C(reass6_drops), C(reass6_timeouts), C(tcp_blind),
	C(tcp_challenges), C(tcp_cookies_sent),
	C(tcp_cookies_ok), C(tcp_cookies_bad), C(tcp_syn_drops),
	C(tcp_syn_holds), C(tcp_cut), C(tcp_shed), C(tcp_hits),
	C(tcp_misses),
	C(ipf_loops),
};

#define NSTATS	(sizeof(stats) / sizeof(stats[0]))
_Static_assert(NSTATS * sizeof(uint64_t) == sizeof(struct inet_counters),
    "every counter has a name");

const char *
inet_stat_name(unsigned i)
{
	return i < NSTATS ? stats[i].name : NULL;
}

uint64_t
inet_stat_value(unsigned i)
{
	return *(const uint64_t *)(const void *)
	    ((const char *)&inet_counters + stats[i].off);
}
