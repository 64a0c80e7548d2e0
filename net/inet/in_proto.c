/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domains PF_INET and PF_INET6, and what the engines' border calls in
 * the socket layer: SYNs, raw input, ICMP errors.
 */
#include "net/inet/in_pcb.h"

#include <sys/errno.h>
#include <netinet/in.h>
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "net/common/net_lock.h"

#include "lwip/tcp.h"

/* --- ICMP errors ------------------------------------------------------------------- */

static errno_t
ctl_errno(enum inet_ctl cmd)
{
	switch (cmd) {
	case INET_CTL_UNREACH_NET:
	case INET_CTL_UNREACH_HOST:
	case INET_CTL_UNREACH_ADMIN:
	case INET_CTL_TIMXCEED:
		return (EHOSTUNREACH);
	case INET_CTL_UNREACH_PROTO:
	case INET_CTL_UNREACH_PORT:
		return (ECONNREFUSED);
	case INET_CTL_MSGSIZE:
		return (EMSGSIZE);
	case INET_CTL_PARAMPROB:
		return (ENOPROTOOPT);
	case INET_CTL_QUENCH:
		return (0);
	}
	return (0);
}

/* Path MTU: the engine cuts new segments smaller (RFC 1191). */
static void
ctl_tcp_msgsize(struct inpcb *inp, const struct inet_ctlinfo *info)
{
	struct tcp_pcb *pcb = inp->inp_tcp;
	uint32_t hdr = IP_IS_V6_VAL(info->remote) ? 60 : 40;
	uint32_t mtu = info->mtu != 0 ? info->mtu :
	    IP_IS_V6_VAL(info->remote) ? 1280 : 576;

	if (pcb == NULL || pcb->state == LISTEN || mtu < hdr + 256)
		return;
	if (mtu - hdr < pcb->mss)
		pcb->mss = (u16_t)(mtu - hdr);
}

/* Does the quoted sequence number lie in what we have sent? */
static bool
ctl_tcp_valid(const struct inpcb *inp, const struct inet_ctlinfo *info)
{
	const struct tcp_pcb *pcb = inp->inp_tcp;

	return (pcb != NULL && pcb->state != LISTEN &&
	    (int32_t)(info->seq - pcb->lastack) >= -1 &&
	    (int32_t)(info->seq - pcb->snd_nxt) <= 0);
}

static void
in_ctlinput(const struct inet_ctlinfo *info)
{
	struct inpcb *inp;
	errno_t err = ctl_errno(info->cmd);

	net_lock_assert();
	if (err == 0 || (info->proto != IPPROTO_TCP &&
	    info->proto != IPPROTO_UDP))
		return;
	inp = in_pcblookup(info->proto, &info->local, info->lport,
	    &info->remote, info->rport);
	if (inp == NULL)
		return;
	if (info->proto == IPPROTO_TCP) {
		if (!ctl_tcp_valid(inp, info))
			return;
		if (info->cmd == INET_CTL_MSGSIZE) {
			ctl_tcp_msgsize(inp, info);
			return;
		}
	} else if (inp->inp_fport == 0 ||
	    (inp->inp_so->so_state & SS_NOADDRERR) != 0) {
		return;		/* only an association hears of it */
	}
	inp->inp_err = err;
	in_pcbevent(inp, INP_EV_SOFT);
}

/* --- tables ------------------------------------------------------------------------- */

#define TCP_FLAGS	(PR_CONNREQUIRED | PR_WANTRCVD | PR_PROTOLISTEN)
#define DGRAM_FLAGS	(PR_ATOMIC | PR_ADDR)

static struct protosw inetsw[] = {
	{ .pr_type = SOCK_STREAM, .pr_protocol = IPPROTO_TCP,
	    .pr_flags = TCP_FLAGS, .pr_name = "tcp4",
	    .pr_usrreqs = &tcp_usrreqs },
	{ .pr_type = SOCK_DGRAM, .pr_protocol = IPPROTO_UDP,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "udp4",
	    .pr_usrreqs = &udp_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = IPPROTO_RAW,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "raw4",
	    .pr_usrreqs = &rip_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = IPPROTO_ICMP,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "icmp4",
	    .pr_usrreqs = &rip_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = IPPROTO_IGMP,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "igmp4",
	    .pr_usrreqs = &rip_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = 0,
	    .pr_flags = DGRAM_FLAGS | PR_LASTHDR, .pr_name = "ip4",
	    .pr_usrreqs = &rip_usrreqs },
};

static struct domain inetdomain = {
	.dom_family = PF_INET,
	.dom_name = "internet",
	.dom_table = inetsw,
	.dom_ntable = sizeof(inetsw) / sizeof(inetsw[0]),
};
DOMAIN(inetdomain);

static struct protosw inet6sw[] = {
	{ .pr_type = SOCK_STREAM, .pr_protocol = IPPROTO_TCP,
	    .pr_flags = TCP_FLAGS, .pr_name = "tcp6",
	    .pr_usrreqs = &tcp_usrreqs },
	{ .pr_type = SOCK_DGRAM, .pr_protocol = IPPROTO_UDP,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "udp6",
	    .pr_usrreqs = &udp_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = IPPROTO_RAW,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "raw6",
	    .pr_usrreqs = &rip_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = IPPROTO_ICMPV6,
	    .pr_flags = DGRAM_FLAGS, .pr_name = "icmp6",
	    .pr_usrreqs = &rip_usrreqs },
	{ .pr_type = SOCK_RAW, .pr_protocol = 0,
	    .pr_flags = DGRAM_FLAGS | PR_LASTHDR, .pr_name = "ip6",
	    .pr_usrreqs = &rip_usrreqs },
};

static struct domain inet6domain = {
	.dom_family = PF_INET6,
	.dom_name = "internet6",
	.dom_table = inet6sw,
	.dom_ntable = sizeof(inet6sw) / sizeof(inet6sw[0]),
};
DOMAIN(inet6domain);

void
in_proto_init(void)
{
	in_pcb_init();
	tcp_syn_hook = in_tcp_syn;
	tcp_unread_hook = in_tcp_unread;
	inet_ctl_hook = in_ctlinput;
	inet_raw_hook = rip_input;
}
INITCALL_ORDER(INIT_NET, 30, in_proto_init);
