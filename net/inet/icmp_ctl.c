/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMP errors: which packet of ours they are about, and who has to know.
 *
 * The engine answers echoes and nothing else.  An error quotes the header of
 * the packet that caused it; addresses and ports in there name the socket.
 * What is told to the socket layer (inet_ctl_hook) is only that; for TCP the
 * sequence number goes along, so that a blind attacker's error can be told
 * from a real one (RFC 5927), and "packet too big" lowers the segment size of
 * the connection here.
 */
#include "net/inet/icmp_ctl.h"

#include <string.h>

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/priv/tcp_priv.h"

#include "net/common/net_lock.h"
#include "net/inet/ip_frag.h"
#include "net/inet/path_mtu.h"
#include "net/inet/tcp_demux.h"

void (*inet_ctl_hook)(const struct inet_ctlinfo *info);

#define ICMP4_UNREACH	3
#define ICMP4_QUENCH	4
#define ICMP4_TIMXCEED	11
#define ICMP4_PARAMPROB	12

static u16_t
get16(const u8_t *p)
{
	return (u16_t)(p[0] << 8 | p[1]);
}

static u32_t
get32(const u8_t *p)
{
	return (u32_t)get16(p) << 16 | get16(p + 2);
}

/* Type and code to our command; false: not an error. */
static bool
command4(const u8_t *icmp, struct inet_ctlinfo *info)
{
	static const uint8_t unreach[16] = {
		INET_CTL_UNREACH_NET, INET_CTL_UNREACH_HOST,
		INET_CTL_UNREACH_PROTO, INET_CTL_UNREACH_PORT,
		INET_CTL_MSGSIZE, INET_CTL_UNREACH_HOST,
		INET_CTL_UNREACH_NET, INET_CTL_UNREACH_HOST,
		INET_CTL_UNREACH_HOST, INET_CTL_UNREACH_ADMIN,
		INET_CTL_UNREACH_ADMIN, INET_CTL_UNREACH_NET,
		INET_CTL_UNREACH_HOST, INET_CTL_UNREACH_ADMIN,
		INET_CTL_UNREACH_ADMIN, INET_CTL_UNREACH_ADMIN,
	};

	switch (icmp[0]) {
	case ICMP4_UNREACH:
		if (icmp[1] > 15)
			return false;
		info->cmd = unreach[icmp[1]];
		if (info->cmd == INET_CTL_MSGSIZE)
			info->mtu = get16(icmp + 6);
		return true;
	case ICMP4_QUENCH:
		info->cmd = INET_CTL_QUENCH;
		return true;
	case ICMP4_TIMXCEED:
		info->cmd = INET_CTL_TIMXCEED;
		return true;
	case ICMP4_PARAMPROB:
		info->cmd = INET_CTL_PARAMPROB;
		return true;
	default:
		return false;
	}
}

static bool
command6(const u8_t *icmp, struct inet_ctlinfo *info)
{
	static const uint8_t unreach[7] = {
		INET_CTL_UNREACH_NET, INET_CTL_UNREACH_ADMIN,
		INET_CTL_UNREACH_HOST, INET_CTL_UNREACH_HOST,
		INET_CTL_UNREACH_PORT, INET_CTL_UNREACH_ADMIN,
		INET_CTL_UNREACH_NET,
	};

	switch (icmp[0]) {
	case ICMP6_TYPE_DUR:
		if (icmp[1] > 6)
			return false;
		info->cmd = unreach[icmp[1]];
		return true;
	case ICMP6_TYPE_PTB:
		info->cmd = INET_CTL_MSGSIZE;
		info->mtu = get32(icmp + 4);
		return true;
	case ICMP6_TYPE_TE:
		info->cmd = INET_CTL_TIMXCEED;
		return true;
	case ICMP6_TYPE_PP:
		info->cmd = icmp[1] == 1 ? INET_CTL_UNREACH_PROTO :
		    INET_CTL_PARAMPROB;
		return true;
	default:
		return false;
	}
}

/* Addresses of the quoted header; its length, or 0. */
static size_t
quoted4(const u8_t *q, size_t len, struct inet_ctlinfo *info)
{
	size_t hlen;
	u32_t a;

	if (len < IP_HLEN || q[0] >> 4 != 4)
		return 0;
	hlen = (size_t)(q[0] & 0xf) * 4;
	if (hlen < IP_HLEN || hlen > len || (get16(q + 6) & IP_OFFMASK) != 0)
		return 0;
	memcpy(&a, q + 12, 4);
	ip_addr_set_ip4_u32_val(info->local, a);
	memcpy(&a, q + 16, 4);
	ip_addr_set_ip4_u32_val(info->remote, a);
	info->proto = q[9];
	return hlen;
}

static size_t
quoted6(const u8_t *q, size_t len, struct inet_ctlinfo *info)
{
	const struct ip6_hdr *h = (const void *)q;
	size_t hlen;

	if (len < IP6_HLEN || q[0] >> 4 != 6)
		return 0;
	hlen = inet6_headers(q, len, &info->proto);
	if (hlen == 0)
		return 0;
	ip_addr_copy_from_ip6_packed(info->local, h->src);
	ip_addr_copy_from_ip6_packed(info->remote, h->dest);
	ip6_addr_assign_zone(ip_2_ip6(&info->local), IP6_UNICAST,
	    ip_current_input_netif());
	ip6_addr_assign_zone(ip_2_ip6(&info->remote), IP6_UNKNOWN,
	    ip_current_input_netif());
	return hlen;
}

/* A smaller path: segments from now on fit it, queued ones are cut by us. */
static void
tcp_mtu(const struct inet_ctlinfo *info, bool v6)
{
	struct tcp_pcb *pcb = tcp_demux_find(&info->local, info->lport,
	    &info->remote, info->rport);
	u32_t hdr = (v6 ? IP6_HLEN : IP_HLEN) + TCP_HLEN, mss;

	if (pcb == NULL || pcb->state == TIME_WAIT ||
	    TCP_SEQ_LT(info->seq, pcb->lastack) ||
	    TCP_SEQ_GT(info->seq, pcb->snd_nxt))
		return;
	if (info->mtu < (v6 ? 1280u : 296u) || info->mtu <= hdr)
		return;
	if (!v6)
		path_mtu_learn(ip_2_ip4(&info->remote)->addr, info->mtu);
	mss = info->mtu - hdr;
	if (mss < pcb->mss)
		pcb->mss = (u16_t)mss;
}

void
icmp_ctl_input(struct pbuf *p, bool v6, size_t hlen)
{
	u8_t buf[8 + IP6_HLEN + 64 + 8];
	struct inet_ctlinfo info;
	const u8_t *q = buf + 8;
	size_t len, qlen;

	net_lock_assert();
	memset(&info, 0, sizeof(info));
	len = pbuf_copy_partial(p, buf, sizeof(buf), (u16_t)hlen);
	if (len < 8 || !(v6 ? command6(buf, &info) : command4(buf, &info)))
		return;
	len -= 8;
	qlen = v6 ? quoted6(q, len, &info) : quoted4(q, len, &info);
	if (qlen == 0)
		return;
	if (qlen + 8 <= len && (info.proto == IP_PROTO_TCP ||
	    info.proto == IP_PROTO_UDP)) {
		info.lport = get16(q + qlen);
		info.rport = get16(q + qlen + 2);
		info.seq = get32(q + qlen + 4);
	}
	if (info.proto == IP_PROTO_TCP && info.cmd == INET_CTL_MSGSIZE)
		tcp_mtu(&info, v6);
	if (inet_ctl_hook != NULL)
		inet_ctl_hook(&info);
}
