/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SYN cookies: connection requests are answered without keeping anything of
 * them, when there are more than a listener has room for.  A flood of
 * requests from made-up addresses then costs an answer each, and who is really
 * there gets its connection.
 *
 * The initial sequence number of the answer is the cookie:
 *
 *	31           8 7      0
 *	| MAC          | flags ^ MAC's high byte
 *
 * flags are the request's MSS (2 bits, rounded down), window scale (3 bits,
 * rounded down), SACK, whether filters were asked, and the parity of the time
 * slot of 15 s.  The MAC is over addresses, ports, the request's sequence
 * number, slot and flags.  A cookie is good in its slot and the next one.
 *
 * The acknowledgement that completes the handshake may carry data; its
 * sequence number is the request's plus one (or, of a keepalive, the
 * request's).  One that does not fit is dropped, not reset: a later segment of
 * a real client may have come first, and it sends again what is missing.
 *
 * A valid cookie becomes a connection by giving the engine the SYN that it
 * stands for (tcp_cookie_replay), with the cookie as its choice of sequence
 * number and without its answer.  The answer sent before says what that one
 * would have said; a window in it that is larger than the socket grants would
 * break the engine's assumptions, so the socket layer names it.
 */
#include "net/inet/tcp_cookie.h"

#include <string.h>

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include "kernel/kassert.h"
#include "kernel/lib/siphash.h"
#include "kernel/time/timer.h"
#include "net/inet/engine.h"
#include "net/inet/inet_var.h"
#include "net/inet/tcp_demux.h"

#define SLOT_NS		15000000000ull
#define OPT_EOL		0
#define OPT_NOP		1
#define OPT_MSS		2
#define OPT_WSCALE	3
#define OPT_SACK	4
#define OPTS_MAX	12

#define F_SCALE(f)	((f) >> 3 & 7)
#define F_SACK		0x04
#define F_ASKED		0x02
#define F_ODD		0x01

int tcp_syncookies = 1;
const uint32_t *tcp_cookie_isn;

static const uint16_t mss_table[4] = { 536, 1220, 1440, 1460 };
static const int8_t scale_table[8] = { -1, 0, 2, 4, 6, 7, 8, 10 };
static uint64_t last_slot;		/* N: of the last cookie, plus one */

static uint64_t
slot_now(void)
{
	return time_now_ns() / SLOT_NS;
}

static uint32_t
cookie_mac(uint16_t lport_be, uint16_t rport_be, uint32_t irs, uint64_t slot,
    uint8_t flags)
{
	static uint64_t key[2];
	struct {
		uint8_t		local[16], remote[16];
		uint64_t	slot;
		uint32_t	irs;
		uint16_t	lport, rport;
		uint32_t	flags;
		uint32_t	v6;
	} in;

	if (key[0] == 0) {
		key[0] = (uint64_t)inet_engine_rand() << 32 |
		    (inet_engine_rand() | 1);
		key[1] = (uint64_t)inet_engine_rand() << 32 |
		    inet_engine_rand();
	}
	memset(&in, 0, sizeof(in));
	in.v6 = ip_current_is_v6();
	if (in.v6) {
		memcpy(in.local, ip6_current_dest_addr()->addr, 16);
		memcpy(in.remote, ip6_current_src_addr()->addr, 16);
	} else {
		memcpy(in.local, &ip4_current_dest_addr()->addr, 4);
		memcpy(in.remote, &ip4_current_src_addr()->addr, 4);
	}
	in.slot = slot;
	in.irs = irs;
	in.lport = lport_be;
	in.rport = rport_be;
	in.flags = flags;
	return (uint32_t)siphash(key, &in, sizeof(in));
}

static uint32_t
cookie_make(uint16_t lport_be, uint16_t rport_be, uint32_t irs, uint64_t slot,
    uint8_t flags)
{
	uint32_t mac = cookie_mac(lport_be, rport_be, irs, slot, flags);

	return (mac & 0xffffff00) | ((mac >> 24 ^ flags) & 0xff);
}

/* --- the answer ---------------------------------------------------------------------- */

/* The options of a checked header. */
static void
read_options(const struct tcp_hdr *h, struct tcp_cookie *ck)
{
	const uint8_t *opt = (const uint8_t *)(h + 1);
	size_t len = TCPH_HDRLEN_BYTES(h) - TCP_HLEN;

	ck->mss = 536;
	ck->wscale = -1;
	ck->sack = false;
	for (size_t i = 0; i < len && opt[i] != OPT_EOL; ) {
		if (opt[i] == OPT_NOP) {
			i++;
			continue;
		}
		if (opt[i] == OPT_MSS && opt[i + 1] == 4)
			ck->mss = (uint16_t)(opt[i + 2] << 8 | opt[i + 3]);
		else if (opt[i] == OPT_WSCALE && opt[i + 1] == 3)
			ck->wscale = opt[i + 2] > 14 ? 14 : (int8_t)opt[i + 2];
		else if (opt[i] == OPT_SACK && opt[i + 1] == 2)
			ck->sack = true;
		i += opt[i + 1];
	}
}

static size_t
write_options(uint8_t *opt, uint16_t mss, int wscale, bool sack)
{
	size_t n = 0;

	opt[n++] = OPT_MSS;
	opt[n++] = 4;
	opt[n++] = (uint8_t)(mss >> 8);
	opt[n++] = (uint8_t)mss;
	if (wscale >= 0) {
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_WSCALE;
		opt[n++] = 3;
		opt[n++] = (uint8_t)wscale;
	}
	if (sack) {
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_SACK;
		opt[n++] = 2;
	}
	return n;
}

/* A segment without data in a buffer of its own; at the TCP header. */
static struct pbuf *
make_segment(uint16_t src_be, uint16_t dst_be, uint32_t seq, uint32_t ack,
    uint8_t flags, uint16_t wnd, const uint8_t *opt, size_t optlen)
{
	struct pbuf *p = pbuf_alloc(PBUF_IP, (u16_t)(TCP_HLEN + optlen),
	    PBUF_RAM);
	struct tcp_hdr *h;

	if (p == NULL)
		return NULL;
	h = p->payload;
	h->src = src_be;
	h->dest = dst_be;
	h->seqno = lwip_htonl(seq);
	h->ackno = lwip_htonl(ack);
	TCPH_HDRLEN_FLAGS_SET(h, (TCP_HLEN + optlen) / 4, flags);
	h->wnd = lwip_htons(wnd);
	h->chksum = 0;
	h->urgp = 0;
	memcpy(h + 1, opt, optlen);
	return p;
}

static uint8_t
flags_of(const struct tcp_cookie *ck, uint64_t slot)
{
	unsigned mss = 3, scale = 7;

	while (mss > 0 && mss_table[mss] > ck->mss)
		mss--;
	while (scale > 0 && scale_table[scale] > ck->wscale)
		scale--;
	return (uint8_t)(mss << 6 | scale << 3 | (ck->sack ? F_SACK : 0) |
	    (ck->asked ? F_ASKED : 0) | (slot & F_ODD));
}

void
tcp_cookie_answer(const struct tcp_hdr *h, uint32_t window, bool asked)
{
	uint64_t slot = slot_now();
	uint8_t opt[OPTS_MAX];
	struct tcp_cookie ck;
	struct netif *netif;
	uint32_t irs = lwip_ntohl(h->seqno), iss;
	struct pbuf *q;
	size_t n;

	read_options(h, &ck);
	ck.asked = asked;
	netif = ip_route(ip_current_dest_addr(), ip_current_src_addr());
	if (netif == NULL || ck.mss < mss_table[0])
		return;
	iss = cookie_make(h->dest, h->src, irs, slot, flags_of(&ck, slot));
	n = write_options(opt, tcp_eff_send_mss_netif(TCP_MSS, netif,
	    ip_current_src_addr()), ck.wscale >= 0 ? TCP_RCV_SCALE : -1,
	    ck.sack);
	q = make_segment(h->dest, h->src, iss, irs + 1, TCP_SYN | TCP_ACK,
	    (uint16_t)(window > 0xffff ? 0xffff : window), opt, n);
	if (q == NULL)
		return;
	last_slot = slot + 1;
	inet_counters.tcp_cookies_sent++;
	(void)ip_output_if(q, ip_current_dest_addr(), ip_current_src_addr(),
	    TCP_TTL, 0, IP_PROTO_TCP, netif);
	pbuf_free(q);
}

/* --- the acknowledgement ---------------------------------------------------------------- */

bool
tcp_cookie_expected(void)
{
	return last_slot != 0 && slot_now() <= last_slot;
}

bool
tcp_cookie_valid(const struct tcp_hdr *h, struct tcp_cookie *ck, uint32_t *irs)
{
	uint32_t iss = lwip_ntohl(h->ackno) - 1, seq = lwip_ntohl(h->seqno);
	uint8_t flags = (uint8_t)(iss ^ iss >> 24);
	uint64_t slot = slot_now();

	if ((slot & F_ODD) != (flags & F_ODD))
		slot--;
	for (*irs = seq - 1; *irs != seq + 1; ++*irs) {
		if (cookie_make(h->dest, h->src, *irs, slot, flags) != iss)
			continue;
		ck->mss = mss_table[flags >> 6];
		ck->wscale = scale_table[F_SCALE(flags)];
		ck->sack = (flags & F_SACK) != 0;
		ck->asked = (flags & F_ASKED) != 0;
		return true;
	}
	inet_counters.tcp_cookies_bad++;
	return false;
}

struct tcp_pcb *
tcp_cookie_replay(const struct tcp_hdr *h, const struct tcp_cookie *ck,
    uint32_t irs, struct netif *inp,
    void (*input)(struct pbuf *syn, struct netif *inp))
{
	uint32_t iss = lwip_ntohl(h->ackno) - 1;
	u16_t lport = lwip_ntohs(h->dest), rport = lwip_ntohs(h->src);
	uint8_t opt[OPTS_MAX];
	struct pbuf *syn;
	size_t n;

	n = write_options(opt, ck->mss, ck->wscale, ck->sack);
	syn = make_segment(h->src, h->dest, irs, 0, TCP_SYN,
	    lwip_ntohs(h->wnd), opt, n);
	if (syn == NULL)
		return NULL;
	KASSERT(tcp_cookie_isn == NULL, ("replay inside a replay"));
	tcp_cookie_isn = &iss;
	input(syn, inp);
	tcp_cookie_isn = NULL;
	inet_counters.tcp_cookies_ok++;
	return tcp_demux_find(ip_current_dest_addr(), lport,
	    ip_current_src_addr(), rport);
}
