/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our udp_input against the engine's own: sets of PCBs that change at random,
 * and for each datagram the same receivers, in the same order, the original
 * to the same one; the same answers when there is none.
 */
#include <string.h>

#include "lwip/init.h"
#include "lwip/ip.h"
#include "lwip/netif.h"
#include "lwip/udp.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/udp.h"

#include "net/inet/inet_var.h"
#include "net/inet/udp_demux.h"
#include "test/unit/host/clib.h"

#define SETS	400
#define STEPS	150
#define MAXPCB	24

void	lwip_udp_input(struct pbuf *p, struct netif *inp);
extern void udp_input(struct pbuf *p, struct netif *inp);
extern void kmem_fail_every(unsigned nth, bool waitok);
extern int printf(const char *fmt, ...);

static struct netif nif[2];
static ip_addr_t addrs[12];
static unsigned naddrs;
static struct udp_pcb *pcbs[MAXPCB];
static unsigned npcbs;

/* What one delivery did. */
struct seen {
	unsigned	n;
	struct udp_pcb	*pcb[64];
	struct pbuf	*p[64];
	unsigned	answers;
};
static struct seen seen;

static u32_t state;

static unsigned
rnd(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % n;
}

static void
receive(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
    u16_t port)
{
	(void)arg;
	(void)from;
	(void)port;
	seen.pcb[seen.n] = pcb;
	seen.p[seen.n++] = p;
}

/* An ICMP error on its way out. */
static err_t
out4(struct netif *netif, struct pbuf *p, const ip4_addr_t *to)
{
	(void)netif;
	(void)p;
	(void)to;
	seen.answers++;
	return ERR_OK;
}

static err_t
out6(struct netif *netif, struct pbuf *p, const ip6_addr_t *to)
{
	(void)netif;
	(void)p;
	(void)to;
	seen.answers++;
	return ERR_OK;
}

static err_t
nif_init(struct netif *n)
{
	n->mtu = 1500;
	n->output = out4;
	n->output_ip6 = out6;
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_LINK_UP;
	return ERR_OK;
}

static void
add_addr4(u8_t a, u8_t b, u8_t c, u8_t d)
{
	IP_ADDR4(&addrs[naddrs], a, b, c, d);
	naddrs++;
}

static void
add_addr6(u32_t first, u32_t last)
{
	IP_ADDR6(&addrs[naddrs], lwip_htonl(first), 0, 0, lwip_htonl(last));
	naddrs++;
}

static void
setup(void)
{
	ip4_addr_t ip, mask, gw;

	lwip_init();
	for (u8_t i = 0; i < 2; i++) {
		IP4_ADDR(&ip, 10, i, 0, 1);
		IP4_ADDR(&mask, 255, 255, 0, 0);
		ip4_addr_set_zero(&gw);
		netif_add(&nif[i], &ip, &mask, &gw, NULL, nif_init, ip_input);
		netif_set_up(&nif[i]);
		netif_set_link_up(&nif[i]);
	}
	netif_set_default(&nif[0]);
	/* Ours, broadcasts, a group, peers; twice the two families. */
	add_addr4(10, 0, 0, 1);
	add_addr4(10, 1, 0, 1);
	add_addr4(10, 0, 255, 255);
	add_addr4(255, 255, 255, 255);
	add_addr4(224, 0, 0, 9);
	add_addr4(10, 0, 0, 7);
	add_addr4(10, 1, 0, 8);
	add_addr6(0x20010db8, 1);
	add_addr6(0x20010db8, 7);
	add_addr6(0xff0e0000, 1);
	add_addr6(0x20010db8, 2);
	for (unsigned i = 0; i < 2; i++) {
		netif_ip6_addr_set(&nif[i], 1,
		    ip_2_ip6(&addrs[i == 0 ? 7 : naddrs - 1]));
		netif_ip6_addr_set_state(&nif[i], 1, IP6_ADDR_PREFERRED);
	}
}

/* --- sets ------------------------------------------------------------------------ */

/* 1029 shares a bucket with 5. */
static u16_t
port(void)
{
	static const u16_t ports[] = { 5, 6, 1029 };

	return ports[rnd(3)];
}

static void
local(ip_addr_t *a)
{
	switch (rnd(6)) {
	case 0:
		ip_addr_set_any(0, a);
		break;
	case 1:
		ip_addr_set_any(1, a);
		break;
	case 2:
		*a = *IP_ANY_TYPE;
		break;
	default:
		ip_addr_copy(*a, addrs[rnd(naddrs)]);
		break;
	}
}

static void
add_pcb(void)
{
	static const u8_t types[] = { IPADDR_TYPE_V4, IPADDR_TYPE_V6,
	    IPADDR_TYPE_ANY };
	struct udp_pcb *pcb;

	if (npcbs == MAXPCB)
		return;
	pcb = udp_new_ip_type(types[rnd(3)]);
	if (rnd(10) != 0)
		ip_set_option(pcb, SOF_REUSEADDR);
	if (rnd(8) == 0)
		udp_bind_netif(pcb, &nif[rnd(2)]);
	udp_recv(pcb, rnd(10) == 0 ? NULL : receive, NULL);
	pcbs[npcbs++] = pcb;
}

static void
change(void)
{
	struct udp_pcb *pcb;
	ip_addr_t a;
	unsigned i;

	if (npcbs == 0 || rnd(3) == 0) {
		add_pcb();
		return;
	}
	i = rnd(npcbs);
	pcb = pcbs[i];
	switch (rnd(7)) {
	case 0:
		udp_remove(pcb);
		pcbs[i] = pcbs[--npcbs];
		break;
	case 1:
		/* Without a port the engine binds by itself. */
		udp_connect(pcb, &addrs[rnd(naddrs)], rnd(2) ? 7 : 8);
		break;
	case 2:
		udp_disconnect(pcb);
		break;
	case 3:		/* as the socket layer does */
		if (pcb->local_port != 0)
			ip_addr_copy(pcb->local_ip, addrs[rnd(naddrs)]);
		break;
	default:
		local(&a);
		udp_bind(pcb, &a, port());
		break;
	}
}

/* --- datagrams ---------------------------------------------------------------------- */

static struct pbuf *
datagram(const ip_addr_t *from, u16_t sport, const ip_addr_t *to, u16_t dport)
{
	bool v6 = IP_IS_V6_VAL(*to);
	u16_t hlen = v6 ? IP6_HLEN : IP_HLEN;
	struct pbuf *p = pbuf_alloc(PBUF_RAW, hlen + UDP_HLEN + 20, PBUF_RAM);
	u8_t *h = p->payload;
	struct udp_hdr *u = (void *)(h + hlen);

	memset(h, 0, p->len);
	if (v6) {
		h[0] = 0x60;
		h[5] = UDP_HLEN + 20;
		h[6] = IP_PROTO_UDP;
		h[7] = 64;
		memcpy(h + 8, ip_2_ip6(from)->addr, 16);
		memcpy(h + 24, ip_2_ip6(to)->addr, 16);
	} else {
		h[0] = 0x45;
		h[3] = (u8_t)p->tot_len;
		h[8] = 64;
		h[9] = IP_PROTO_UDP;
		memcpy(h + 12, &ip_2_ip4(from)->addr, 4);
		memcpy(h + 16, &ip_2_ip4(to)->addr, 4);
	}
	u->src = lwip_htons(sport);
	u->dest = lwip_htons(dport);
	u->len = lwip_htons(UDP_HLEN + 20);
	ip_addr_copy(ip_data.current_iphdr_src, *from);
	ip_addr_copy(ip_data.current_iphdr_dest, *to);
	ip_data.current_ip4_header = v6 ? NULL : p->payload;
	ip_data.current_ip6_header = v6 ? p->payload : NULL;
	ip_data.current_ip_header_tot_len = hlen;
	pbuf_remove_header(p, hlen);
	return p;
}

static void
release(const struct seen *s)
{
	for (unsigned i = 0; i < s->n; i++)
		pbuf_free(s->p[i]);
}

/* One datagram both ways; the engine's way changes its list: put back. */
static bool
same(void)
{
	struct udp_pcb *order[64];
	struct seen theirs;
	const ip_addr_t *to, *from;
	struct netif *inp = &nif[rnd(2)];
	u16_t sport = rnd(2) ? 7 : 8, dport = port();
	struct pbuf *a, *b;
	struct udp_pcb *pcb;
	unsigned n = 0, i;
	bool ok, bcast;

	to = &addrs[rnd(naddrs)];
	from = IP_IS_V6_VAL(*to) ? &addrs[8] : &addrs[5 + rnd(2)];
	ip_data.current_netif = rnd(4) != 0 ? inp : &nif[rnd(2)];
	ip_data.current_input_netif = inp;
	for (pcb = udp_pcbs; pcb != NULL; pcb = pcb->next)
		order[n++] = pcb;
	memset(&seen, 0, sizeof(seen));
	a = datagram(from, sport, to, dport);
	lwip_udp_input(a, inp);
	theirs = seen;
	for (i = 0; i < n; i++)
		order[i]->next = i + 1 < n ? order[i + 1] : NULL;
	udp_pcbs = n > 0 ? order[0] : NULL;
	memset(&seen, 0, sizeof(seen));
	b = datagram(from, sport, to, dport);
	/* Without memory for the table it is the same. */
	bcast = ip_addr_isbroadcast(to, ip_data.current_netif);
	kmem_fail_every(1, false);
	pcb = udp_demux_find(dport, sport, inp, bcast);
	kmem_fail_every(0, false);
	ok = pcb == udp_demux_find(dport, sport, inp, bcast);
	udp_input(b, inp);
	ok = ok && seen.n == theirs.n && seen.answers == theirs.answers;
	/* Copies are made in the order of the list they had then. */
	for (i = 0; ok && i < seen.n; i++) {
		bool found = false;

		for (unsigned k = 0; k < theirs.n; k++) {
			if (theirs.pcb[k] == seen.pcb[i])
				found = (theirs.p[k] == a) ==
				    (seen.p[i] == b) &&
				    theirs.p[k]->tot_len == seen.p[i]->tot_len;
		}
		ok = found;
	}
	release(&theirs);
	release(&seen);
	return ok;
}

static bool
one_set(unsigned seed)
{
	unsigned n;
	struct udp_pcb *pcb;
	bool ok = true;

	state = seed * 2654435761u;
	for (unsigned i = 0; i < STEPS && ok; i++) {
		/* In some sets the table cannot always be kept. */
		kmem_fail_every(seed % 4 == 0 ? 3 : 0, false);
		change();
		kmem_fail_every(0, false);
		ok = same();
		if (!ok)
			printf("seed %u, step %u: not the engine's choice\n",
			    seed, i);
	}
	ok = ok && same();
	for (n = 0, pcb = udp_pcbs; pcb != NULL; pcb = pcb->next)
		n++;
	if (ok && n != udp_demux_count()) {
		printf("seed %u: %u of %u in the table\n", seed,
		    udp_demux_count(), n);
		ok = false;
	}
	while (npcbs > 0)
		udp_remove(pcbs[--npcbs]);
	if (ok && udp_demux_count() != 0) {
		printf("seed %u: %u left in the table\n", seed,
		    udp_demux_count());
		ok = false;
	}
	return ok;
}

int	main(void);

int
main(void)
{
	unsigned failed = 0;

	setup();
	for (unsigned seed = 1; seed <= SETS && failed == 0; seed++)
		failed += !one_set(seed);
	if (failed == 0)
		printf("PASS %u sets of sockets, %u datagrams\n", SETS,
		    SETS * (STEPS + 1));
	printf("%u passed, %u failed\n", failed == 0, failed);
	return failed != 0;
}
