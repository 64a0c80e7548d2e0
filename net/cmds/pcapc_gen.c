/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filter expressions: from the tree to instructions; see pcapc.h.
 *
 * Each boolean node is generated with two labels, where to go when it holds
 * and when it does not.  Jumps are collected with label numbers and resolved
 * at the end.  A conditional jump reaches 255 instructions; when some label
 * is farther away, everything is generated once more with each conditional
 * jump followed by two long ones.
 */
#include "net/cmds/pcapc.h"

#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MAXLABELS	(PC_MAXNODES * 8)
#define NOWHERE		0xffff
#define FRAG_OFFSET	0x1fff
#define SCRATCH_BASE	1	/* first scratch word of arithmetic */

struct gen {
	struct bpf_insn	*prog;
	unsigned	n;
	uint16_t	target[BPF_MAXINSNS + 1][2];	/* labels of jt, jf */
	uint16_t	label[MAXLABELS];		/* where they are */
	unsigned	nlabels;
	unsigned	dlt;
	unsigned	netoff;		/* of the network header */
	unsigned	scratch;	/* next free word */
	bool		far;		/* long jumps */
	bool		failed;
	char		*err;
	size_t		errsize;
};

static void	gen_bool(struct gen *g, const struct pc_node *n, unsigned t,
		    unsigned f);

static void
fail(struct gen *g, const char *what)
{
	if (!g->failed)
		snprintf(g->err, g->errsize, "%s", what);
	g->failed = true;
}

static unsigned
new_label(struct gen *g)
{
	if (g->nlabels == MAXLABELS) {
		fail(g, "expression too long");
		return (0);
	}
	g->label[g->nlabels] = NOWHERE;
	return (g->nlabels++);
}

static void
place(struct gen *g, unsigned label)
{
	g->label[label] = (uint16_t)g->n;
}

static void
emit(struct gen *g, unsigned code, uint32_t k)
{
	if (g->n >= BPF_MAXINSNS) {
		fail(g, "program too long");
		return;
	}
	g->prog[g->n] = (struct bpf_insn)BPF_STMT(code, k);
	g->target[g->n][0] = g->target[g->n][1] = NOWHERE;
	g->n++;
}

static void
jump(struct gen *g, unsigned label)
{
	emit(g, BPF_JMP | BPF_JA, 0);
	if (!g->failed)
		g->target[g->n - 1][0] = (uint16_t)label;
}

/* A condition: to t when it holds, else to f. */
static void
branch(struct gen *g, unsigned code, uint32_t k, unsigned t, unsigned f)
{
	emit(g, BPF_JMP | code, k);
	if (g->failed)
		return;
	if (g->far) {
		g->prog[g->n - 1].jf = 1;
		jump(g, t);
		jump(g, f);
		return;
	}
	g->target[g->n - 1][0] = (uint16_t)t;
	g->target[g->n - 1][1] = (uint16_t)f;
}

static void
load(struct gen *g, unsigned size, uint32_t off)
{
	emit(g, BPF_LD | BPF_ABS | (size == 1 ? BPF_B : size == 2 ? BPF_H :
	    BPF_W), off);
}

/* --- link and network layer ------------------------------------------------ */

static void
gen_linktype(struct gen *g, uint32_t type, unsigned t, unsigned f)
{
	uint32_t family;

	switch (g->dlt) {
	case DLT_EN10MB:
		load(g, 2, 12);
		branch(g, BPF_JEQ, type, t, f);
		return;
	case DLT_NULL:
	case DLT_LOOP:
		family = type == ETHERTYPE_IP ? AF_INET :
		    type == ETHERTYPE_IPV6 ? AF_INET6 : 0;
		if (family == 0) {
			jump(g, f);
			return;
		}
		/* DLT_NULL is in the order of the machine that captured. */
		load(g, 4, 0);
		branch(g, BPF_JEQ, g->dlt == DLT_NULL ? htonl(family) : family,
		    t, f);
		return;
	case DLT_RAW:
		if (type != ETHERTYPE_IP && type != ETHERTYPE_IPV6) {
			jump(g, f);
			return;
		}
		load(g, 1, 0);
		emit(g, BPF_ALU | BPF_AND | BPF_K, 0xf0);
		branch(g, BPF_JEQ, type == ETHERTYPE_IP ? 0x40 : 0x60, t, f);
		return;
	default:
		fail(g, "link type without protocols");
	}
}

static void
gen_ip_proto(struct gen *g, uint8_t family, uint32_t proto, unsigned t,
    unsigned f)
{
	unsigned is = new_label(g), not6 = f, frag = new_label(g);

	if (family == 0) {
		unsigned v6 = new_label(g);
		gen_ip_proto(g, 4, proto, t, v6);
		place(g, v6);
	}
	if (family == 4) {
		gen_linktype(g, ETHERTYPE_IP, is, f);
		place(g, is);
		load(g, 1, g->netoff + 9);
		branch(g, BPF_JEQ, proto, t, f);
		return;
	}
	gen_linktype(g, ETHERTYPE_IPV6, is, not6);
	place(g, is);
	load(g, 1, g->netoff + 6);
	branch(g, BPF_JEQ, proto, t, frag);
	/* Behind a fragment header, which is 8 bytes. */
	place(g, frag);
	unsigned inner = new_label(g);
	branch(g, BPF_JEQ, IPPROTO_FRAGMENT, inner, f);
	place(g, inner);
	load(g, 1, g->netoff + 40);
	branch(g, BPF_JEQ, proto, t, f);
}

/* Bytes at off equal addr under plen. */
static void
gen_match(struct gen *g, uint32_t off, const uint8_t *addr, unsigned len,
    unsigned plen, unsigned t, unsigned f)
{
	for (unsigned i = 0; i < len && plen > i * 8; i += 4) {
		unsigned left = plen - i * 8;
		uint32_t word = (uint32_t)addr[i] << 24 |
		    (uint32_t)addr[i + 1] << 16 | (uint32_t)addr[i + 2] << 8 |
		    addr[i + 3];
		unsigned next = new_label(g);
		load(g, 4, off + i);
		if (left < 32)
			emit(g, BPF_ALU | BPF_AND | BPF_K,
			    0xffffffffu << (32 - left));
		branch(g, BPF_JEQ, word, next, f);
		place(g, next);
	}
	jump(g, t);
}

/* Source at off_src, destination at off_dst, as the direction says. */
static void
gen_dir(struct gen *g, const struct pc_node *n, uint32_t off_src,
    uint32_t off_dst, unsigned len, unsigned plen, unsigned t, unsigned f)
{
	unsigned middle = new_label(g);

	switch (n->n_dir) {
	case PC_SRC:
		gen_match(g, off_src, n->n_addr, len, plen, t, f);
		return;
	case PC_DST:
		gen_match(g, off_dst, n->n_addr, len, plen, t, f);
		return;
	case PC_EITHER:
		gen_match(g, off_src, n->n_addr, len, plen, t, middle);
		break;
	case PC_BOTH:
		gen_match(g, off_src, n->n_addr, len, plen, middle, f);
		break;
	}
	place(g, middle);
	gen_match(g, off_dst, n->n_addr, len, plen, t, f);
}

static void
gen_host(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	unsigned ip = new_label(g), notip = new_label(g), arp = new_label(g);
	unsigned rarp = new_label(g);

	if (n->n_family == 6) {
		gen_linktype(g, ETHERTYPE_IPV6, ip, f);
		place(g, ip);
		gen_dir(g, n, g->netoff + 8, g->netoff + 24, 16, n->n_plen, t, f);
		return;
	}
	/* n_proto: 1 arp only, 2 rarp only */
	if (n->n_proto == 0) {
		gen_linktype(g, ETHERTYPE_IP, ip, n->n_arp ? notip : f);
		place(g, ip);
		gen_dir(g, n, g->netoff + 12, g->netoff + 16, 4, n->n_plen, t, f);
	}
	place(g, notip);
	if (!n->n_arp)
		return;
	if (n->n_proto != 2)
		gen_linktype(g, ETHERTYPE_ARP, arp, n->n_proto == 1 ? f : rarp);
	place(g, rarp);
	if (n->n_proto != 1)
		gen_linktype(g, ETHERTYPE_REVARP, arp, f);
	place(g, arp);
	gen_dir(g, n, g->netoff + 14, g->netoff + 24, 4, n->n_plen, t, f);
}

static void
gen_mac(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	if (g->dlt != DLT_EN10MB) {
		fail(g, "no Ethernet addresses on this link");
		return;
	}
	/* 48 bits: the second word is compared to its first half. */
	uint8_t padded[8] = { 0 };
	struct pc_node m = *n;
	memcpy(padded, n->n_addr, 6);
	memcpy(m.n_addr, padded, 8);
	gen_dir(g, &m, 6, 0, 8, 48, t, f);
}

/* --- transport ------------------------------------------------------------- */

/* A holds the port. */
static void
gen_in_range(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	unsigned low = new_label(g);

	if (n->n_value == n->n_high) {
		branch(g, BPF_JEQ, n->n_value, t, f);
		return;
	}
	branch(g, BPF_JGE, n->n_value, low, f);
	place(g, low);
	branch(g, BPF_JGT, n->n_high, f, t);
}

/* Ports at netoff + hlen, with X holding hlen when mode is indexed. */
static void
gen_ports(struct gen *g, const struct pc_node *n, unsigned mode, uint32_t base,
    unsigned t, unsigned f)
{
	unsigned second = new_label(g);

	if (n->n_dir != PC_DST) {
		emit(g, BPF_LD | BPF_H | mode, base);
		gen_in_range(g, n, n->n_dir == PC_BOTH ? second : t,
		    n->n_dir == PC_EITHER ? second : f);
	}
	place(g, second);
	if (n->n_dir != PC_SRC) {
		emit(g, BPF_LD | BPF_H | mode, base + 2);
		gen_in_range(g, n, t, f);
	}
}

/* A holds the protocol: one with ports that was asked for. */
static void
gen_port_proto(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	static const uint8_t protos[] = { 132, 6, 17 };

	if (n->n_proto != 0) {
		branch(g, BPF_JEQ, n->n_proto, t, f);
		return;
	}
	for (unsigned i = 0; i < 3; i++) {
		unsigned next = i == 2 ? f : new_label(g);
		branch(g, BPF_JEQ, protos[i], t, next);
		if (i != 2)
			place(g, next);
	}
}

static void
gen_port(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	unsigned v6 = new_label(g), v4 = new_label(g), not6 = new_label(g);
	unsigned p6 = new_label(g), p4 = new_label(g), whole = new_label(g);

	gen_linktype(g, ETHERTYPE_IPV6, v6, not6);
	place(g, v6);
	load(g, 1, g->netoff + 6);
	gen_port_proto(g, n, p6, f);
	place(g, p6);
	gen_ports(g, n, BPF_ABS, g->netoff + 40, t, f);

	place(g, not6);
	gen_linktype(g, ETHERTYPE_IP, v4, f);
	place(g, v4);
	load(g, 1, g->netoff + 9);
	gen_port_proto(g, n, p4, f);
	place(g, p4);
	load(g, 2, g->netoff + 6);
	branch(g, BPF_JSET, FRAG_OFFSET, f, whole);
	place(g, whole);
	emit(g, BPF_LDX | BPF_MSH | BPF_B, g->netoff);
	gen_ports(g, n, BPF_IND, g->netoff, t, f);
}

/* --- comparisons ----------------------------------------------------------- */

/* Goes to f unless the packet has the header an accessor counts from. */
static void
gen_has_header(struct gen *g, const struct pc_node *n, unsigned f)
{
	unsigned ok = new_label(g), whole = new_label(g);

	switch (n->n_base) {
	case PC_B_LINK:
		return;
	case PC_B_NET4:
		gen_linktype(g, ETHERTYPE_IP, ok, f);
		break;
	case PC_B_NET6:
		gen_linktype(g, ETHERTYPE_IPV6, ok, f);
		break;
	case PC_B_ARP:
		gen_linktype(g, ETHERTYPE_ARP, ok, f);
		break;
	case PC_B_L4:
		gen_ip_proto(g, 4, n->n_value, whole, f);
		place(g, whole);
		load(g, 2, g->netoff + 6);
		branch(g, BPF_JSET, FRAG_OFFSET, f, ok);
		break;
	case PC_B_L4V6:
		gen_ip_proto(g, 6, n->n_value, ok, f);
		break;
	}
	place(g, ok);
}

/* All headers a side of a comparison needs. */
static void
gen_headers(struct gen *g, const struct pc_node *n, unsigned f)
{
	if (n == NULL)
		return;
	if (n->n_op == PC_LOAD)
		gen_has_header(g, n, f);
	gen_headers(g, n->n_left, f);
	gen_headers(g, n->n_right, f);
}

static unsigned
scratch_take(struct gen *g)
{
	if (g->scratch == BPF_MEMWORDS) {
		fail(g, "arithmetic too deep");
		return (0);
	}
	return (g->scratch++);
}

static void	gen_value(struct gen *g, const struct pc_node *n);

static void
gen_load(struct gen *g, const struct pc_node *n)
{
	unsigned size = n->n_size == 1 ? BPF_B : n->n_size == 2 ? BPF_H : BPF_W;
	uint32_t base = n->n_base == PC_B_LINK ? 0 :
	    n->n_base == PC_B_L4V6 ? g->netoff + 40 : g->netoff;

	gen_value(g, n->n_left);
	if (n->n_base == PC_B_L4) {
		/* offset + header length */
		unsigned s = scratch_take(g);
		emit(g, BPF_ST, s);
		emit(g, BPF_LDX | BPF_MSH | BPF_B, g->netoff);
		emit(g, BPF_LD | BPF_MEM, s);
		emit(g, BPF_ALU | BPF_ADD | BPF_X, 0);
		g->scratch--;
	}
	emit(g, BPF_MISC | BPF_TAX, 0);
	emit(g, BPF_LD | size | BPF_IND, base);
}

/* Leaves the value in A. */
static void
gen_value(struct gen *g, const struct pc_node *n)
{
	unsigned s;

	switch (n->n_op) {
	case PC_NUM:
		emit(g, BPF_LD | BPF_IMM, n->n_value);
		return;
	case PC_LEN:
		emit(g, BPF_LD | BPF_W | BPF_LEN, 0);
		return;
	case PC_LOAD:
		gen_load(g, n);
		return;
	case PC_BIN:
		gen_value(g, n->n_right);
		s = scratch_take(g);
		emit(g, BPF_ST, s);
		gen_value(g, n->n_left);
		emit(g, BPF_LDX | BPF_MEM, s);
		emit(g, BPF_ALU | BPF_X | n->n_code, 0);
		g->scratch--;
		return;
	default:
		fail(g, "number expected");
	}
}

static void
gen_relation(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	gen_headers(g, n->n_left, f);
	gen_headers(g, n->n_right, f);
	if (n->n_negate) {
		unsigned swap = t;
		t = f;
		f = swap;
	}
	if (n->n_right->n_op == PC_NUM) {
		gen_value(g, n->n_left);
		branch(g, n->n_code | BPF_K, n->n_right->n_value, t, f);
		return;
	}
	gen_value(g, n->n_right);
	unsigned s = scratch_take(g);
	emit(g, BPF_ST, s);
	gen_value(g, n->n_left);
	emit(g, BPF_LDX | BPF_MEM, s);
	branch(g, n->n_code | BPF_X, 0, t, f);
	g->scratch--;
}

/* --- everything ------------------------------------------------------------ */

static void
gen_cast(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	static const struct pc_node all = {
		.n_op = PC_MAC, .n_dir = PC_DST,
		.n_addr = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }
	};
	unsigned is = new_label(g);

	if (n->n_op == PC_BROADCAST) {
		gen_mac(g, &all, t, f);
	} else if (n->n_op == PC_MULTICAST) {
		if (g->dlt != DLT_EN10MB)
			fail(g, "no Ethernet addresses on this link");
		load(g, 1, 0);
		branch(g, BPF_JSET, 1, t, f);
	} else if (n->n_family == 6) {
		gen_linktype(g, ETHERTYPE_IPV6, is, f);
		place(g, is);
		load(g, 1, g->netoff + 24);
		branch(g, BPF_JEQ, 0xff, t, f);
	} else {
		gen_linktype(g, ETHERTYPE_IP, is, f);
		place(g, is);
		load(g, 1, g->netoff + 16);
		branch(g, BPF_JGE, 224, t, f);
	}
}

static void
gen_vlan(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	unsigned is = new_label(g);

	gen_linktype(g, ETHERTYPE_VLAN, n->n_value == PC_ANY ? t : is, f);
	place(g, is);
	if (n->n_value == PC_ANY)
		return;
	load(g, 2, 14);
	emit(g, BPF_ALU | BPF_AND | BPF_K, 0x0fff);
	branch(g, BPF_JEQ, n->n_value, t, f);
}

static void
gen_bool(struct gen *g, const struct pc_node *n, unsigned t, unsigned f)
{
	unsigned middle;

	switch (n->n_op) {
	case PC_AND:
		middle = new_label(g);
		gen_bool(g, n->n_left, middle, f);
		place(g, middle);
		gen_bool(g, n->n_right, t, f);
		return;
	case PC_OR:
		middle = new_label(g);
		gen_bool(g, n->n_left, t, middle);
		place(g, middle);
		gen_bool(g, n->n_right, t, f);
		return;
	case PC_NOT:
		gen_bool(g, n->n_left, f, t);
		return;
	case PC_LINK:
		gen_linktype(g, n->n_value, t, f);
		return;
	case PC_PROTO:
		gen_ip_proto(g, n->n_family, n->n_value, t, f);
		return;
	case PC_HOST:
		gen_host(g, n, t, f);
		return;
	case PC_MAC:
		gen_mac(g, n, t, f);
		return;
	case PC_PORT:
		gen_port(g, n, t, f);
		return;
	case PC_BROADCAST:
	case PC_MULTICAST:
	case PC_IPMULTICAST:
		gen_cast(g, n, t, f);
		return;
	case PC_VLAN:
		gen_vlan(g, n, t, f);
		return;
	case PC_REL:
		gen_relation(g, n, t, f);
		return;
	case PC_NUM:
	case PC_LEN:
	case PC_LOAD:
	case PC_BIN:
		fail(g, "comparison expected");
		return;
	}
}

/* Offsets for labels; false when one is out of a conditional jump's reach. */
static bool
resolve(struct gen *g)
{
	for (unsigned i = 0; i < g->n; i++) {
		struct bpf_insn *p = &g->prog[i];
		if (BPF_CLASS(p->code) != BPF_JMP || g->target[i][0] == NOWHERE)
			continue;
		unsigned t = g->label[g->target[i][0]] - i - 1;
		if (BPF_OP(p->code) == BPF_JA) {
			p->k = t;
			continue;
		}
		unsigned f = g->label[g->target[i][1]] - i - 1;
		if (t > 255 || f > 255)
			return (false);
		p->jt = (u_char)t;
		p->jf = (u_char)f;
	}
	return (true);
}

static bool
generate(struct gen *g, const struct pc_node *root, uint32_t snaplen, bool far)
{
	g->n = g->nlabels = 0;
	g->scratch = SCRATCH_BASE;
	g->far = far;
	unsigned t = new_label(g), f = new_label(g);
	if (root != NULL)
		gen_bool(g, root, t, f);
	place(g, t);
	emit(g, BPF_RET | BPF_K, snaplen);
	place(g, f);
	emit(g, BPF_RET | BPF_K, 0);
	return (!g->failed && resolve(g));
}

int
pc_generate(const struct pc_node *root, unsigned dlt, uint32_t snaplen,
    struct bpf_insn *prog, char *err, size_t errsize)
{
	static const struct {
		unsigned dlt, netoff;
	} links[] = {
		{ DLT_EN10MB, 14 }, { DLT_NULL, 4 }, { DLT_LOOP, 4 },
		{ DLT_RAW, 0 },
	};
	struct gen *g = calloc(1, sizeof(*g));
	int n = -1;

	if (g == NULL) {
		snprintf(err, errsize, "no memory");
		return (-1);
	}
	g->prog = prog;
	g->dlt = dlt;
	g->err = err;
	g->errsize = errsize;
	for (unsigned i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (links[i].dlt == dlt)
			g->netoff = links[i].netoff;
	if (generate(g, root, snaplen, false) ||
	    (!g->failed && generate(g, root, snaplen, true)))
		n = (int)g->n;
	else if (!g->failed)
		snprintf(err, errsize, "program too long");
	free(g);
	return (n);
}
