/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of the protocols: the engines', and ours of the socket layer.
 */
#include "net/inet/proto_stat.h"

#include <stdbool.h>
#include "net/common/net_lock.h"
#include "net/inet/in_pcb.h"
#include "net/inet/tcp_demux.h"

#include "lwip/stats.h"

enum kind { U32, U64, FN };

static const struct counter {
	const char	*proto, *name, *text;
	enum kind	kind;
	const void	*at;
	unsigned	(*fn)(void);
} counters[] = {
#define E(proto, field, name, text) { proto, name, text, U32, \
	    &lwip_stats.field, NULL }
#define O(proto, field, name, text) { proto, name, text, U64, \
	    &inet_counters.field, NULL }
#define S(proto, field, name, text) { proto, name, text, U64, \
	    &socket_stats.field, NULL }
	E("tcp", mib2.tcpoutsegs, "out_segments", "segments sent"),
	E("tcp", mib2.tcpretranssegs, "retransmits", "segments sent again"),
	E("tcp", mib2.tcpoutrsts, "out_resets", "resets sent"),
	E("tcp", mib2.tcpinsegs, "in_segments", "segments received"),
	E("tcp", mib2.tcpinerrs, "in_errors", "received in error"),
	E("tcp", mib2.tcpactiveopens, "active_opens", "connections opened"),
	E("tcp", mib2.tcppassiveopens, "passive_opens",
	    "connections that arrived"),
	E("tcp", mib2.tcpattemptfails, "attempt_fails", "attempts that failed"),
	{ "tcp", "connections", "connections now, ended ones included", FN,
	    NULL, tcp_demux_count },
	S("tcp", ss_accepted, "accepted", "connections accepted"),
	S("tcp", ss_qdrops, "queue_drops",
	    "requests dropped for a full listen queue"),
	O("tcp", tcp_syn_holds, "held_requests", "requests held for filters"),
	O("tcp", tcp_syn_drops, "dropped_requests", "requests dropped"),
	O("tcp", tcp_blind, "blind",
	    "segments that do not belong to their connection"),
	O("tcp", tcp_challenges, "challenges",
	    "of them answered with an acknowledgement"),
	O("tcp", tcp_cookies_sent, "cookies_sent",
	    "requests answered with a cookie"),
	O("tcp", tcp_cookies_ok, "cookies_returned",
	    "connections made of a cookie"),
	O("tcp", tcp_cookies_bad, "cookies_bad",
	    "acknowledgements without a right cookie"),
	O("tcp", tcp_cut, "cut", "segments cut to the window"),
	O("tcp", tcp_shed, "shed", "segments whose data no buffer could keep"),
	O("tcp", in_badopt, "bad_options", "segments with bad options"),
	E("udp", mib2.udpoutdatagrams, "out_datagrams", "datagrams sent"),
	E("udp", mib2.udpindatagrams, "in_datagrams", "datagrams received"),
	E("udp", mib2.udpnoports, "no_port", "for no socket"),
	E("udp", mib2.udpinerrors, "in_errors", "received in error"),
	S("udp", ss_rcvfull, "full", "dropped for full socket buffers"),
	S("udp", ss_nomem, "nomem", "dropped because buffers were short"),
	E("ip", ip.xmit, "out_packets", "packets sent"),
	E("ip", ip.recv, "in_packets", "packets received"),
	E("ip", ip.fw, "forwarded", "packets forwarded"),
	E("ip", ip.drop, "drops", "packets dropped"),
	E("ip", ip.chkerr, "bad_checksums", "with bad header checksums"),
	E("ip", ip.lenerr, "bad_lengths", "with bad lengths"),
	E("ip", ip.rterr, "no_route", "without a route"),
	E("ip", ip_frag.recv, "in_fragments", "fragments received"),
	E("ip", ip_frag.drop, "fragment_drops", "fragments dropped"),
	O("ip", out_fragmented, "fragmented", "packets cut in fragments"),
	O("ip", in_csum_bad, "bad_transport_checksums",
	    "with bad transport checksums"),
	O("ip", in_noproto, "no_protocol", "for an unknown protocol"),
	E("ip6", ip6.xmit, "out_packets", "packets sent"),
	E("ip6", ip6.recv, "in_packets", "packets received"),
	E("ip6", ip6.drop, "drops", "packets dropped"),
	E("ip6", ip6.rterr, "no_route", "without a route"),
	O("ip6", reass6_in, "in_fragments", "fragments received"),
	O("ip6", reass6_ok, "reassembled", "datagrams reassembled"),
	O("ip6", reass6_drops, "fragment_drops", "fragments dropped"),
	E("icmp", icmp.xmit, "out_messages", "messages sent"),
	E("icmp", icmp.recv, "in_messages", "messages received"),
	E("icmp", icmp.drop, "drops", "messages dropped"),
	E("icmp", mib2.icmpinechos, "in_echos", "echo requests received"),
	E("icmp", mib2.icmpoutechoreps, "out_replies", "echo replies sent"),
	O("icmp", out_ratelimited, "limited", "held back by the rate limit"),
	E("icmp6", icmp6.xmit, "out_messages", "messages sent"),
	E("icmp6", icmp6.recv, "in_messages", "messages received"),
	E("arp", etharp.xmit, "out_packets", "requests and replies sent"),
	E("arp", etharp.recv, "in_packets", "requests and replies received"),
	E("arp", etharp.memerr, "no_memory", "packets lost for no memory"),
	S("socket", ss_live, "live", "sockets now"),
	S("socket", ss_created, "created", "sockets made"),
};

bool
proto_stat(unsigned i, struct proto_stat *st)
{
	const struct counter *c;

	if (i >= sizeof(counters) / sizeof(counters[0]))
		return (false);
	c = &counters[i];
	st->proto = c->proto;
	st->name = c->name;
	st->text = c->text;
	switch (c->kind) {
	case U32:
		st->value = *(const u32_t *)c->at;
		break;
	case U64:
		st->value = *(const uint64_t *)c->at;
		break;
	case FN:
		net_lock();
		st->value = c->fn();
		net_unlock();
		break;
	}
	return (true);
}
