/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcp_input: what happens to a segment before the engine's own tcp_input.
 *
 *  - its header and options are walked, and a malformed one is dropped;
 *  - its connection is found in a hash, and moved to the head of the engine's
 *    list, where the engine finds it at its first comparison.  If there is
 *    none, both lists are hidden for the call, so that the engine looks at
 *    the listeners only;
 *  - a SYN for a listener is shown to the socket layer first (limits and
 *    filters of incoming connections); too many are answered with a cookie
 *    (tcp_cookie.c), and what comes back with one becomes a connection here;
 *  - what a stranger may have made up is kept from a connection
 *    (tcp_guard.c);
 *  - when buffers are short, data is cut off and the acknowledgement kept
 *    (shed);
 *  - three repairs the engine needs: bytes beyond the receive window are cut,
 *    a window scale in a repeated SYN that the first one lacked is blanked
 *    out, and two functions of tcp_out.c are wrapped (tcp_fixes.c).
 *
 * Hash and lists.  A PCB carries four links of ours in its extension
 * arguments: itself (the destroy callback is given nothing else), the hash
 * chain both ways, and the back link of the list it is on.  Entering and
 * leaving the active and TIME_WAIT lists come through tcp_demux_reg and
 * tcp_demux_rmv (include/lwip/priv/tcp_priv.h); the slow timer unlinks by
 * itself, which is made up for in the destroy callback, while pcb->next is
 * still intact.  The other two lists stay as the engine keeps them.
 *
 * A new PCB waits on a list of its own until the next lookup, because the
 * engine may enter it before it has set the addresses.
 */
#include "net/inet/tcp_demux.h"

#include <sys/malloc.h>

#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/net_lock.h"
#include "net/inet/engine.h"
#include "net/inet/inet_var.h"
#include "net/inet/tcp_cookie.h"
#include "net/inet/tcp_guard.h"

enum {
	X_SELF = TCP_EXT_DEMUX,	/* the PCB, while it is on a list of ours */
	X_NEXT,			/* next in the hash chain */
	X_PREV,			/* struct tcp_pcb **: who points at us there */
	X_BACK			/* struct tcp_pcb **: who points at us, list */
};

#define MIN_BUCKETS	64

unsigned tcp_demux_limit;
enum tcp_syn_verdict (*tcp_syn_hook)(struct tcp_syn *syn, mbuf_t m);
bool (*tcp_unread_hook)(const struct tcp_pcb *pcb);

/* All N. */
static struct tcp_pcb *demux_small[MIN_BUCKETS];
static struct tcp_pcb **demux_table = demux_small;
static unsigned demux_mask = MIN_BUCKETS - 1;
static unsigned demux_count;
static struct tcp_pcb *demux_fresh;		/* not hashed yet */
static struct tcp_pcb *hidden_active, *hidden_tw;
static bool demux_hidden;

#define XNEXT(p)	(*(struct tcp_pcb **)&(p)->ext_args[X_NEXT].data)
#define XPREV(p)	(*(struct tcp_pcb ***)&(p)->ext_args[X_PREV].data)
#define XBACK(p)	(*(struct tcp_pcb ***)&(p)->ext_args[X_BACK].data)

void
tcp_demux_init(unsigned buckets)
{
	struct tcp_pcb **t;

	t = kmalloc(buckets * sizeof(*t), M_WAITOK | M_ZERO);
	if (t == NULL)
		return;
	KASSERT(demux_count == 0, ("hash replaced with PCBs in it"));
	demux_table = t;
	demux_mask = buckets - 1;
}

unsigned
tcp_demux_count(void)
{
	return demux_count;
}

/* --- the hash ---------------------------------------------------------------------- */

static u32_t
addr_word(const ip_addr_t *a)
{
#if LWIP_IPV6
	if (IP_IS_V6_VAL(*a)) {
		const u32_t *w = ip_2_ip6(a)->addr;

		return w[0] * 31 ^ w[1] * 17 ^ w[2] * 7 ^ w[3];
	}
#endif
	return ip4_addr_get_u32(ip_2_ip4(a));
}

static unsigned
demux_bucket(const ip_addr_t *local, u16_t lport, const ip_addr_t *remote,
    u16_t rport)
{
	static u32_t key;
	u64_t h;

	if (key == 0)
		key = inet_engine_rand() | 1;
	h = (u64_t)(addr_word(remote) ^ key) * 0x9e3779b97f4a7c15ull;
	h ^= (u64_t)(addr_word(local) + ((u32_t)rport << 16 | lport)) *
	    0xc2b2ae3d27d4eb4full;
	h ^= h >> 32;
	h *= 0xff51afd7ed558ccdull;
	return (unsigned)(h >> 40) & demux_mask;
}

static void
chain_insert(struct tcp_pcb **head, struct tcp_pcb *pcb)
{
	XNEXT(pcb) = *head;
	XPREV(pcb) = head;
	if (*head != NULL)
		XPREV(*head) = &XNEXT(pcb);
	*head = pcb;
}

static void
chain_remove(struct tcp_pcb *pcb)
{
	*XPREV(pcb) = XNEXT(pcb);
	if (XNEXT(pcb) != NULL)
		XPREV(XNEXT(pcb)) = XPREV(pcb);
	XNEXT(pcb) = NULL;
	XPREV(pcb) = NULL;
}

static void
hash_fresh(void)
{
	struct tcp_pcb *pcb;

	while ((pcb = demux_fresh) != NULL) {
		chain_remove(pcb);
		chain_insert(&demux_table[demux_bucket(&pcb->local_ip,
		    pcb->local_port, &pcb->remote_ip, pcb->remote_port)], pcb);
	}
}

struct tcp_pcb *
tcp_demux_find(const ip_addr_t *local, u16_t lport, const ip_addr_t *remote,
    u16_t rport)
{
	struct tcp_pcb *pcb;

	if (demux_fresh != NULL)
		hash_fresh();
	pcb = demux_table[demux_bucket(local, lport, remote, rport)];
	for (; pcb != NULL; pcb = XNEXT(pcb)) {
		if (pcb->remote_port == rport && pcb->local_port == lport &&
		    ip_addr_cmp(&pcb->remote_ip, remote) &&
		    ip_addr_cmp(&pcb->local_ip, local))
			return pcb;
	}
	return NULL;
}

/* --- the lists ------------------------------------------------------------------------ */

static bool
is_ours(struct tcp_pcb **list)
{
	return list == &tcp_active_pcbs || list == &tcp_tw_pcbs;
}

static void
list_insert(struct tcp_pcb **list, struct tcp_pcb *pcb)
{
	pcb->next = *list;
	XBACK(pcb) = list;
	if (*list != NULL)
		XBACK(*list) = &pcb->next;
	*list = pcb;
}

static void
list_remove(struct tcp_pcb *pcb)
{
	*XBACK(pcb) = pcb->next;
	if (pcb->next != NULL)
		XBACK(pcb->next) = XBACK(pcb);
	XBACK(pcb) = NULL;
	pcb->next = NULL;
}

/* The PCB goes away, maybe unlinked behind our back by the slow timer. */
static void
demux_destroy(u8_t id, void *data)
{
	struct tcp_pcb *pcb = data;

	(void)id;
	if (pcb == NULL || XPREV(pcb) == NULL)
		return;
	chain_remove(pcb);
	demux_count--;
	if (pcb->next != NULL && XBACK(pcb->next) == &pcb->next)
		XBACK(pcb->next) = XBACK(pcb);
	XBACK(pcb) = NULL;
}

static const struct tcp_ext_arg_callbacks demux_callbacks = {
	.destroy = demux_destroy,
	.passive_open = NULL,
};

void
tcp_demux_reg(struct tcp_pcb **list, struct tcp_pcb *pcb)
{
	if (!is_ours(list)) {
		pcb->next = *list;
		*list = pcb;
		return;
	}
	list_insert(list, pcb);
	pcb->ext_args[X_SELF].data = pcb;
	pcb->ext_args[X_SELF].callbacks = &demux_callbacks;
	chain_insert(&demux_fresh, pcb);
	demux_count++;
}

void
tcp_demux_rmv(struct tcp_pcb **list, struct tcp_pcb *pcb)
{
	struct tcp_pcb **p;

	if (is_ours(list) && XBACK(pcb) != NULL) {
		list_remove(pcb);
		chain_remove(pcb);
		demux_count--;
		return;
	}
	for (p = list; *p != NULL; p = &(*p)->next) {
		if (*p == pcb) {
			*p = pcb->next;
			break;
		}
	}
	pcb->next = NULL;
}

static void
move_to_head(struct tcp_pcb **list, struct tcp_pcb *pcb)
{
	if (*list == pcb)
		return;
	list_remove(pcb);
	list_insert(list, pcb);
}

static void
hide(struct tcp_pcb **list, struct tcp_pcb **store)
{
	*store = *list;
	*list = NULL;
	if (*store != NULL)
		XBACK(*store) = store;
}

/* What was entered meanwhile stays in front. */
static void
unhide(struct tcp_pcb **list, struct tcp_pcb **store)
{
	struct tcp_pcb **end = list;

	if (*store == NULL)
		return;
	while (*end != NULL)
		end = &(*end)->next;
	*end = *store;
	XBACK(*store) = end;
	*store = NULL;
}

/* --- listeners --------------------------------------------------------------------------- */

struct tcp_pcb_listen *
tcp_demux_listener(const ip_addr_t *local, u16_t lport)
{
	struct tcp_pcb_listen *l, *any = NULL;
	u8_t idx = ip_data.current_input_netif == NULL ? NETIF_NO_INDEX :
	    netif_get_index(ip_data.current_input_netif);

	for (l = tcp_listen_pcbs.listen_pcbs; l != NULL; l = l->next) {
		if (l->local_port != lport ||
		    (l->netif_idx != NETIF_NO_INDEX && l->netif_idx != idx))
			continue;
		if (IP_IS_ANY_TYPE_VAL(l->local_ip))
			any = l;
		else if (IP_ADDR_PCB_VERSION_MATCH_EXACT(l, local)) {
			if (ip_addr_cmp(&l->local_ip, local))
				return l;
			if (ip_addr_isany(&l->local_ip))
				any = l;
		}
	}
	return any;
}

/* --- one segment ----------------------------------------------------------------------------- */

#define OPT_EOL		0
#define OPT_NOP		1
#define OPT_WSCALE	3

/*
 * Walks the options; false if one runs over the end.  With blank_scale a
 * window scale is overwritten by NOPs.
 */
static bool
options_ok(u8_t *opt, size_t len, bool blank_scale)
{
	for (size_t i = 0; i < len; ) {
		u8_t n;

		if (opt[i] == OPT_EOL)
			break;
		if (opt[i] == OPT_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= len)
			return false;
		n = opt[i + 1];
		if (n < 2 || n > len - i)
			return false;
		if (opt[i] == OPT_WSCALE && blank_scale) {
			for (size_t k = 0; k < n; k++)
				opt[i + k] = OPT_NOP;
		}
		i += n;
	}
	return true;
}

/*
 * Cuts what lies beyond the receive window, but never a whole segment: an
 * out-of-window one must still be answered.  The out-of-order queue would
 * otherwise keep more than the window has room for.
 */
static void
cut_to_window(struct pbuf *p, struct tcp_hdr *h, size_t hlen,
    const struct tcp_pcb *pcb)
{
	u32_t seq = lwip_ntohl(h->seqno);
	u32_t right = pcb->rcv_nxt + pcb->rcv_wnd;
	u32_t len = p->tot_len - (u32_t)hlen;
	u32_t end = seq + len + ((TCPH_FLAGS(h) & TCP_FIN) ? 1 : 0);

	if (pcb->state < ESTABLISHED && pcb->state != SYN_RCVD)
		return;
	if (TCP_SEQ_LT(seq, right) && TCP_SEQ_GT(end, right)) {
		TCPH_UNSET_FLAG(h, TCP_FIN);
		if (right - seq < len)
			pbuf_realloc(p, (u16_t)(hlen + (right - seq)));
		inet_counters.tcp_cut++;
	}
}

/*
 * The data may not be kept: the peer will send it again, and what waits for
 * a hole to be filled too.  The acknowledgement counts, because it is what
 * gives buffers back; so does a FIN alone.
 */
static void
shed(struct pbuf *p, struct tcp_hdr *h, size_t hlen, struct tcp_pcb *pcb)
{
	bool first;

	if (p->tot_len == hlen || pcb->state < ESTABLISHED ||
	    (TCPH_FLAGS(h) & TCP_SYN))
		return;
	first = lwip_ntohl(h->seqno) == pcb->rcv_nxt &&
	    tcp_unread_hook != NULL && !tcp_unread_hook(pcb);
	if (mbuf_may_keep(first))
		return;
	TCPH_UNSET_FLAG(h, TCP_FIN);
	pbuf_realloc(p, (u16_t)hlen);
	if (pcb->ooseq != NULL)
		tcp_free_ooseq(pcb);
	inet_counters.tcp_shed++;
}

/* The engine evicts only what it sees; with hidden lists it must not have to. */
static bool
make_room(void)
{
	struct tcp_pcb *pcb, *oldest = NULL;

	if (tcp_demux_limit == 0 || demux_count < tcp_demux_limit)
		return true;
	for (pcb = tcp_tw_pcbs; pcb != NULL; pcb = pcb->next)
		oldest = pcb;
	if (oldest == NULL)
		return false;
	tcp_abort(oldest);
	return true;
}

/* The socket layer's word on a request.  False: p dropped or taken over. */
static bool
admit(struct pbuf *p, const struct tcp_hdr *h, struct tcp_syn *syn)
{
	if (tcp_syn_hook == NULL)
		return true;
	ip_addr_copy(syn->local, *ip_current_dest_addr());
	ip_addr_copy(syn->remote, *ip_current_src_addr());
	syn->lport = lwip_ntohs(h->dest);
	syn->rport = lwip_ntohs(h->src);
	syn->seq = lwip_ntohl(h->seqno);
	syn->vetted = (ptom(p)->m_pkthdr.marks & PHM_VETTED) != 0;
	switch (tcp_syn_hook(syn, ptom(p))) {
	case TCP_SYN_PASS:
		return true;
	case TCP_SYN_COOKIE:
		tcp_cookie_answer(h, syn->window, syn->vetted);
		pbuf_free(p);
		return false;
	case TCP_SYN_DROP:
		inet_counters.tcp_syn_drops++;
		pbuf_free(p);
		return false;
	case TCP_SYN_HOLD:
		/* As it is resumed: at the IP header, with its interfaces. */
		inet_counters.tcp_syn_holds++;
		ptom(p)->m_pkthdr.in_if =
		    netif_get_index(ip_current_input_netif());
		ptom(p)->m_pkthdr.acc_if = netif_get_index(ip_current_netif());
		pbuf_header_force(p, (s16_t)ip_current_header_tot_len());
		return false;
	}
	return true;
}

/*
 * Shows a SYN to the socket layer.  True: go on; false: p has been dropped
 * or taken over.
 */
static bool
admit_syn(struct pbuf *p, const struct tcp_hdr *h)
{
	struct tcp_syn syn = { .completes = false };

	syn.listener = tcp_demux_listener(ip_current_dest_addr(),
	    lwip_ntohs(h->dest));
	if (syn.listener == NULL)
		return true;
	if (!make_room()) {
		inet_counters.tcp_syn_drops++;
		pbuf_free(p);
		return false;
	}
	return admit(p, h, &syn);
}

static void
input_hidden(struct pbuf *p, struct netif *inp, bool tw_too)
{
	KASSERT(!demux_hidden, ("tcp_input inside tcp_input"));
	demux_hidden = true;
	hide(&tcp_active_pcbs, &hidden_active);
	if (tw_too)
		hide(&tcp_tw_pcbs, &hidden_tw);
	lwip_tcp_input(p, inp);
	unhide(&tcp_active_pcbs, &hidden_active);
	if (tw_too)
		unhide(&tcp_tw_pcbs, &hidden_tw);
	demux_hidden = false;
}

static void
input_replayed(struct pbuf *syn, struct netif *inp)
{
	input_hidden(syn, inp, true);
}

/*
 * An acknowledgement for no connection, while cookies are about: true if it
 * is none of theirs, else p has been taken, or *pcb is the connection made of
 * the cookie, and p its first segment.
 */
static bool
complete(struct pbuf *p, const struct tcp_hdr *h, struct netif *inp,
    struct tcp_pcb **pcb)
{
	struct tcp_syn syn = { .completes = true };
	struct tcp_cookie ck;
	uint32_t irs;

	syn.listener = tcp_demux_listener(ip_current_dest_addr(),
	    lwip_ntohs(h->dest));
	if (syn.listener == NULL)
		return true;
	if (!tcp_cookie_valid(h, &ck, &irs) || !make_room()) {
		pbuf_free(p);
		return false;
	}
	syn.asked = ck.asked;
	if (!admit(p, h, &syn))
		return false;
	*pcb = tcp_cookie_replay(h, &ck, irs, inp, input_replayed);
	if (*pcb == NULL)
		pbuf_free(p);	/* no memory now; it will be sent again */
	return *pcb != NULL;
}

/*
 * An acknowledgement without data while our window is shut.  It is in order
 * (RFC 793 3.9: SEG.SEQ = RCV.NXT), but the engine takes it for one outside
 * the window and answers it; with both windows shut each answer would bring
 * another.  A window of one byte, for the while, keeps it quiet.
 */
static void
input_shut(struct pbuf *p, struct netif *inp, struct tcp_pcb *pcb)
{
	ip_addr_t local, remote;
	u16_t lport = pcb->local_port, rport = pcb->remote_port;

	ip_addr_copy(local, pcb->local_ip);
	ip_addr_copy(remote, pcb->remote_ip);
	pcb->rcv_wnd = 1;
	lwip_tcp_input(p, inp);
	if (tcp_demux_find(&local, lport, &remote, rport) == pcb &&
	    pcb->rcv_wnd == 1)
		pcb->rcv_wnd = 0;
}

void
tcp_input(struct pbuf *p, struct netif *inp)
{
	struct tcp_hdr *h = p->payload;
	struct tcp_pcb *pcb;
	size_t hlen;
	u8_t flags;

	net_lock_assert();
	if (p->len < TCP_HLEN || p->tot_len < TCP_HLEN) {
		lwip_tcp_input(p, inp);		/* counts and drops it */
		return;
	}
	hlen = TCPH_HDRLEN_BYTES(h);
	flags = TCPH_FLAGS(h);
	pcb = tcp_demux_find(ip_current_dest_addr(), lwip_ntohs(h->dest),
	    ip_current_src_addr(), lwip_ntohs(h->src));
	if (hlen < TCP_HLEN || p->len < hlen ||
	    ((flags & TCP_SYN) && (flags & (TCP_FIN | TCP_RST))) ||
	    !options_ok((u8_t *)(h + 1), hlen - TCP_HLEN,
	    pcb != NULL && pcb->state == SYN_RCVD && (flags & TCP_SYN) &&
	    !(pcb->flags & TF_WND_SCALE))) {
		inet_counters.in_badopt++;
		pbuf_free(p);
		return;
	}
	if (pcb == NULL) {
		inet_counters.tcp_misses++;
		if ((flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
		    !admit_syn(p, h))
			return;
		if ((flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_ACK &&
		    tcp_cookie_expected() && !complete(p, h, inp, &pcb))
			return;
	}
	if (pcb == NULL) {
		input_hidden(p, inp, true);
		return;
	}
	inet_counters.tcp_hits++;
	if (pcb->state == TIME_WAIT) {
		move_to_head(&tcp_tw_pcbs, pcb);
		input_hidden(p, inp, false);
		return;
	}
	if (!tcp_guard(pcb, h)) {
		pbuf_free(p);
		return;
	}
	cut_to_window(p, h, hlen, pcb);
	shed(p, h, hlen, pcb);
	move_to_head(&tcp_active_pcbs, pcb);
	if (pcb->rcv_wnd == 0 && p->tot_len == hlen &&
	    (flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0 &&
	    lwip_ntohl(h->seqno) == pcb->rcv_nxt)
		input_shut(p, inp, pcb);
	else
		lwip_tcp_input(p, inp);
}
