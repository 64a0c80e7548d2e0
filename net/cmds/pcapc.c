/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filter expressions: words and the parser; see pcapc.h.
 *
 * "and" and "or" have equal weight and group to the left, "not" binds
 * tighter, as in the language.  An id without qualifiers takes those of the
 * primitive before it.
 */
#include "net/cmds/pcapc.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX	80

/* Qualifiers of a primitive. */
struct quals {
	char		proto[8];	/* "" none */
	char		type[12];	/* host net port portrange proto */
	enum pc_dir	dir;
};

struct parser {
	const char	*at;
	char		word[WORD_MAX];	/* "" at the end */
	bool		escaped;	/* \word: not a keyword */
	struct pc_node	*nodes;
	unsigned	nnodes;
	struct quals	last;		/* of the primitive before */
	char		*err;
	size_t		errsize;
	bool		failed;
	unsigned	depth;
};

static struct pc_node *parse_expr(struct parser *p);
static struct pc_node *parse_arith(struct parser *p, int level);

static void
fail(struct parser *p, const char *what)
{
	if (!p->failed)
		snprintf(p->err, p->errsize, "%s near \"%s\"", what,
		    p->word[0] != '\0' ? p->word : "end");
	p->failed = true;
}

static struct pc_node *
node(struct parser *p, enum pc_op op)
{
	if (p->nnodes == PC_MAXNODES) {
		fail(p, "expression too long");
		return (&p->nodes[0]);
	}
	struct pc_node *n = &p->nodes[p->nnodes++];
	memset(n, 0, sizeof(*n));
	n->n_op = op;
	return (n);
}

static struct pc_node *
node2(struct parser *p, enum pc_op op, struct pc_node *left,
    struct pc_node *right)
{
	struct pc_node *n = node(p, op);

	n->n_left = left;
	n->n_right = right;
	return (n);
}

/* --- words ----------------------------------------------------------------- */

/* Characters of names, numbers and addresses. */
static bool
word_char(const char *c)
{
	return (isalnum((unsigned char)*c) || *c == '.' || *c == '_' ||
	    *c == '-' || *c == ':' || *c == '/');
}

/* Inside brackets a colon and a minus are signs of their own. */
static void
next_in(struct parser *p, bool arith)
{
	size_t n = 0;

	while (isspace((unsigned char)*p->at))
		p->at++;
	p->escaped = *p->at == '\\';
	if (p->escaped)
		p->at++;
	const char *c = p->at;
	if (arith ? isalnum((unsigned char)*c) : word_char(c) && *c != '-') {
		while (n + 1 < WORD_MAX && (arith ?
		    isalnum((unsigned char)p->at[n]) : word_char(p->at + n)))
			n++;
	} else if (*c != '\0') {
		static const char *const two[] = {
			"&&", "||", "==", "!=", "<=", ">=", "<<", ">>"
		};
		n = 1;
		for (unsigned i = 0; i < sizeof(two) / sizeof(two[0]); i++)
			if (strncmp(c, two[i], 2) == 0)
				n = 2;
	}
	memcpy(p->word, p->at, n);
	p->word[n] = '\0';
	p->at += n;
}

static void
next(struct parser *p)
{
	next_in(p, false);
}

static bool
is(const struct parser *p, const char *word)
{
	return (!p->escaped && strcmp(p->word, word) == 0);
}

static bool
take(struct parser *p, const char *word)
{
	if (!is(p, word))
		return (false);
	next(p);
	return (true);
}

static void
expect(struct parser *p, const char *word)
{
	if (!take(p, word))
		fail(p, "syntax error");
}

static bool
one_of(const struct parser *p, const char *const *list)
{
	for (; *list != NULL; list++)
		if (is(p, *list))
			return (true);
	return (false);
}

static bool
parse_number(const char *text, uint32_t *value)
{
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return (false);
	*value = (uint32_t)strtoul(text, &end, 0);
	return (*end == '\0');
}

/* --- names ----------------------------------------------------------------- */

static const struct {
	const char	*name;
	uint16_t	value;
} ip_protos[] = {
	{ "icmp", 1 }, { "igmp", 2 }, { "tcp", 6 }, { "udp", 17 }, { "gre", 47 },
	{ "esp", 50 }, { "ah", 51 }, { "icmp6", 58 }, { "ipv6-icmp", 58 },
	{ "ospf", 89 }, { "pim", 103 }, { "vrrp", 112 }, { "sctp", 132 },
}, ether_types[] = {
	{ "ip", ETHERTYPE_IP }, { "arp", ETHERTYPE_ARP },
	{ "rarp", ETHERTYPE_REVARP }, { "ip6", ETHERTYPE_IPV6 },
	{ "vlan", ETHERTYPE_VLAN }, { "loopback", ETHERTYPE_LOOPBACK },
}, services[] = {
	{ "echo", 7 }, { "discard", 9 }, { "daytime", 13 }, { "chargen", 19 },
	{ "ftp-data", 20 }, { "ftp", 21 }, { "ssh", 22 }, { "telnet", 23 },
	{ "smtp", 25 }, { "domain", 53 }, { "bootps", 67 }, { "bootpc", 68 },
	{ "tftp", 69 }, { "http", 80 }, { "pop3", 110 }, { "ntp", 123 },
	{ "imap", 143 }, { "snmp", 161 }, { "https", 443 },
};

#define LOOKUP(table, text, value)					\
	lookup(table, sizeof(table) / sizeof(table[0]), text, value)

static bool
lookup(const void *table, size_t n, const char *text, uint32_t *value)
{
	const __typeof__(ip_protos[0]) *t = table;

	if (parse_number(text, value))
		return (true);
	for (size_t i = 0; i < n; i++)
		if (strcmp(t[i].name, text) == 0) {
			*value = t[i].value;
			return (true);
		}
	return (false);
}

/* --- primitives with an id ------------------------------------------------- */

static bool
parse_mac(const char *text, uint8_t *mac)
{
	for (unsigned i = 0; i < 6; i++) {
		char *end;
		unsigned long b = strtoul(text, &end, 16);
		if (end == text || b > 255 ||
		    *end != (i < 5 ? ':' : '\0'))
			return (false);
		mac[i] = (uint8_t)b;
		text = end + 1;
	}
	return (true);
}

/* "10", "10.1", "10.1.2", "10.1.2.3": bytes and how many bits were given. */
static bool
parse_dotted(const char *text, uint8_t *addr, unsigned *bits)
{
	unsigned n = 0;

	memset(addr, 0, 4);
	while (n < 4) {
		char *end;
		unsigned long b = strtoul(text, &end, 10);
		if (end == text || b > 255)
			return (false);
		addr[n++] = (uint8_t)b;
		if (*end == '\0')
			break;
		if (*end != '.')
			return (false);
		text = end + 1;
	}
	*bits = n * 8;
	return (true);
}

static void
mask_addr(struct pc_node *n)
{
	unsigned len = n->n_family == 6 ? 128 : 32;

	for (unsigned i = n->n_plen; i < len; i++)
		n->n_addr[i / 8] &= (uint8_t)~(0x80 >> (i % 8));
}

/* An address with or without "/n"; net: shorter forms mean networks. */
static bool
parse_address(struct parser *p, struct pc_node *n, bool net)
{
	char text[WORD_MAX], *slash;
	unsigned bits = 0;

	strlcpy(text, p->word, sizeof(text));
	slash = strchr(text, '/');
	if (slash != NULL)
		*slash++ = '\0';
	if (strchr(text, ':') != NULL) {
		if (inet_pton(AF_INET6, text, n->n_addr) != 1)
			return (false);
		n->n_family = 6;
		bits = 128;
	} else {
		if (!parse_dotted(text, n->n_addr, &bits))
			return (false);
		n->n_family = 4;
		if (!net && bits != 32)
			return (false);
	}
	if (slash != NULL)
		bits = (unsigned)strtoul(slash, NULL, 10);
	if (bits > (n->n_family == 6 ? 128u : 32u))
		return (false);
	n->n_plen = (uint8_t)bits;
	next(p);
	if (net && slash == NULL && n->n_family == 4 && take(p, "mask")) {
		uint8_t mask[4];
		if (!parse_dotted(p->word, mask, &bits))
			return (false);
		for (bits = 0; bits < 32 &&
		    (mask[bits / 8] & (0x80 >> (bits % 8))) != 0; bits++)
			;
		n->n_plen = (uint8_t)bits;
		next(p);
	}
	mask_addr(n);
	return (true);
}

static struct pc_node *
host_primitive(struct parser *p, const struct quals *q, bool net)
{
	struct pc_node *n = node(p, PC_HOST);

	n->n_dir = q->dir;
	if (strcmp(q->proto, "ether") == 0) {
		n->n_op = PC_MAC;
		if (!parse_mac(p->word, n->n_addr))
			fail(p, "not an Ethernet address");
		next(p);
		return (n);
	}
	if (!parse_address(p, n, net)) {
		fail(p, "not an address");
		return (n);
	}
	n->n_proto = strcmp(q->proto, "arp") == 0 ? 1 :
	    strcmp(q->proto, "rarp") == 0 ? 2 : 0;
	n->n_arp = q->proto[0] == '\0' || n->n_proto != 0;
	if ((strcmp(q->proto, "ip") == 0 && n->n_family == 6) ||
	    (strcmp(q->proto, "ip6") == 0 && n->n_family == 4))
		fail(p, "address of another family");
	return (n);
}

static struct pc_node *
port_primitive(struct parser *p, const struct quals *q, bool range)
{
	struct pc_node *n = node(p, PC_PORT);
	char text[WORD_MAX], *dash = NULL;
	uint32_t proto = 0;

	n->n_dir = q->dir;
	strlcpy(text, p->word, sizeof(text));
	if (range)
		dash = strchr(text, '-');
	if (dash != NULL)
		*dash++ = '\0';
	if (!LOOKUP(services, text, &n->n_value))
		fail(p, "unknown port");
	n->n_high = n->n_value;
	if (dash != NULL && !LOOKUP(services, dash, &n->n_high))
		fail(p, "unknown port");
	if (n->n_value > 65535 || n->n_high > 65535)
		fail(p, "bad port");
	if (q->proto[0] != '\0' && (!LOOKUP(ip_protos, q->proto, &proto) ||
	    (proto != 6 && proto != 17 && proto != 132)))
		fail(p, "protocol without ports");
	n->n_proto = (uint8_t)proto;
	next(p);
	return (n);
}

static struct pc_node *
proto_primitive(struct parser *p, const struct quals *q)
{
	bool ether = strcmp(q->proto, "ether") == 0;
	struct pc_node *n = node(p, ether ? PC_LINK : PC_PROTO);

	if (ether ? !LOOKUP(ether_types, p->word, &n->n_value) :
	    !LOOKUP(ip_protos, p->word, &n->n_value))
		fail(p, "unknown protocol");
	n->n_family = strcmp(q->proto, "ip") == 0 ? 4 :
	    strcmp(q->proto, "ip6") == 0 ? 6 : 0;
	next(p);
	return (n);
}

static struct pc_node *
with_id(struct parser *p, const struct quals *q)
{
	p->last = *q;
	if (strcmp(q->type, "net") == 0)
		return (host_primitive(p, q, true));
	if (strcmp(q->type, "port") == 0)
		return (port_primitive(p, q, false));
	if (strcmp(q->type, "portrange") == 0)
		return (port_primitive(p, q, true));
	if (strcmp(q->type, "proto") == 0)
		return (proto_primitive(p, q));
	return (host_primitive(p, q, false));
}

/* --- primitives without ---------------------------------------------------- */

/* A protocol's name standing alone. */
static struct pc_node *
bare_proto(struct parser *p, const char *name)
{
	struct pc_node *n;
	uint32_t value = 0;

	if (strcmp(name, "ether") == 0) {
		fail(p, "ether needs a qualifier");
		return (node(p, PC_LINK));
	}
	if (strcmp(name, "vlan") == 0) {
		n = node(p, PC_VLAN);
		n->n_value = PC_ANY;
		if (parse_number(p->word, &n->n_value))
			next(p);
		return (n);
	}
	if (LOOKUP(ether_types, name, &value)) {
		n = node(p, PC_LINK);
	} else {
		n = node(p, PC_PROTO);
		(void)LOOKUP(ip_protos, name, &value);
		n->n_family = value == 1 || value == 2 ? 4 : value == 58 ? 6 : 0;
	}
	n->n_value = value;
	return (n);
}

static struct pc_node *
cast_primitive(struct parser *p, const char *proto)
{
	bool multi = is(p, "multicast");
	struct pc_node *n;

	next(p);
	if (proto[0] == '\0' || strcmp(proto, "ether") == 0)
		return (node(p, multi ? PC_MULTICAST : PC_BROADCAST));
	if (!multi) {
		fail(p, "broadcast of IP needs the network's mask");
		return (node(p, PC_BROADCAST));
	}
	n = node(p, PC_IPMULTICAST);
	n->n_family = strcmp(proto, "ip6") == 0 ? 6 : 4;
	return (n);
}

/* --- arithmetic and comparisons -------------------------------------------- */

static bool
accessor_base(const char *name, enum pc_base *base, uint32_t *proto)
{
	static const struct {
		const char *name;
		enum pc_base base;
		uint8_t proto;
	} bases[] = {
		{ "ether", PC_B_LINK, 0 }, { "link", PC_B_LINK, 0 },
		{ "ip", PC_B_NET4, 0 }, { "ip6", PC_B_NET6, 0 },
		{ "arp", PC_B_ARP, 0 }, { "tcp", PC_B_L4, 6 },
		{ "udp", PC_B_L4, 17 }, { "icmp", PC_B_L4, 1 },
		{ "igmp", PC_B_L4, 2 }, { "sctp", PC_B_L4, 132 },
		{ "icmp6", PC_B_L4V6, 58 },
	};

	for (unsigned i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		if (strcmp(bases[i].name, name) == 0) {
			*base = bases[i].base;
			*proto = bases[i].proto;
			return (true);
		}
	return (false);
}

/* Names for offsets and bits that the language knows. */
static const struct {
	const char	*name;
	uint32_t	value;
} field_names[] = {
	{ "tcpflags", 13 }, { "icmptype", 0 }, { "icmpcode", 1 },
	{ "icmp6type", 0 }, { "icmp6code", 1 },
	{ "tcp-fin", 1 }, { "tcp-syn", 2 }, { "tcp-rst", 4 }, { "tcp-push", 8 },
	{ "tcp-ack", 16 }, { "tcp-urg", 32 }, { "tcp-ece", 64 },
	{ "tcp-cwr", 128 }, { "icmp-echoreply", 0 }, { "icmp-unreach", 3 },
	{ "icmp-redirect", 5 }, { "icmp-echo", 8 }, { "icmp-timxceed", 11 },
	{ "icmp6-echo", 128 }, { "icmp6-echoreply", 129 },
	{ "icmp6-neighborsolicit", 135 }, { "icmp6-neighboradvert", 136 },
};

/* tcp-syn and friends: joined again, since a minus ends words in here. */
static bool
field_name(struct parser *p, uint32_t *value)
{
	char text[WORD_MAX];

	strlcpy(text, p->word, sizeof(text));
	if (*p->at == '-' && isalpha((unsigned char)p->at[1]) &&
	    isalpha((unsigned char)text[0])) {
		size_t n = 1;
		while (isalnum((unsigned char)p->at[n]))
			n++;
		size_t used = strlen(text);
		if (used + n < sizeof(text)) {
			memcpy(text + used, p->at, n);
			text[used + n] = '\0';
			for (unsigned i = 0; i < sizeof(field_names) /
			    sizeof(field_names[0]); i++)
				if (strcmp(field_names[i].name, text) == 0) {
					p->at += n;
					*value = field_names[i].value;
					return (true);
				}
		}
	}
	for (unsigned i = 0; i < sizeof(field_names) / sizeof(field_names[0]); i++)
		if (strcmp(field_names[i].name, p->word) == 0) {
			*value = field_names[i].value;
			return (true);
		}
	return (false);
}

/* proto[offset] and proto[offset:size]; the word is behind the bracket. */
static struct pc_node *
accessor(struct parser *p, const char *name)
{
	struct pc_node *n = node(p, PC_LOAD);
	uint32_t size = 1;

	if (!accessor_base(name, &n->n_base, &n->n_value))
		fail(p, "no such header");
	n->n_left = parse_arith(p, 0);
	if (is(p, ":")) {
		next_in(p, true);
		if (!parse_number(p->word, &size) || (size != 1 && size != 2 &&
		    size != 4))
			fail(p, "size must be 1, 2 or 4");
		next_in(p, true);
	}
	n->n_size = (uint8_t)size;
	if (!is(p, "]"))
		fail(p, "missing ]");
	next_in(p, true);
	return (n);
}

static struct pc_node *
parse_factor(struct parser *p)
{
	struct pc_node *n;
	uint32_t value;

	if (++p->depth > 64) {
		fail(p, "nested too deep");
		return (node(p, PC_NUM));
	}
	if (is(p, "(")) {
		next_in(p, true);
		n = parse_arith(p, 0);
		if (!is(p, ")"))
			fail(p, "missing )");
		next_in(p, true);
	} else if (is(p, "-")) {
		next_in(p, true);
		n = node2(p, PC_BIN, node(p, PC_NUM), parse_factor(p));
		n->n_code = BPF_SUB;
	} else if (is(p, "len")) {
		n = node(p, PC_LEN);
		next_in(p, true);
	} else if (parse_number(p->word, &value) || field_name(p, &value)) {
		n = node(p, PC_NUM);
		n->n_value = value;
		next_in(p, true);
	} else {
		char name[WORD_MAX];
		strlcpy(name, p->word, sizeof(name));
		next_in(p, true);
		if (!is(p, "["))
			fail(p, "syntax error");
		next_in(p, true);
		n = accessor(p, name);
	}
	p->depth--;
	return (n);
}

/* Operators by level, weakest first: | ^, &, shifts, + -, * / %. */
static int
arith_op(const struct parser *p, int level)
{
	static const struct {
		const char *sign;
		int level;
		uint8_t code;
	} ops[] = {
		{ "|", 0, BPF_OR }, { "^", 0, 0xa0 }, { "&", 1, BPF_AND },
		{ "<<", 2, BPF_LSH }, { ">>", 2, BPF_RSH }, { "+", 3, BPF_ADD },
		{ "-", 3, BPF_SUB }, { "*", 4, BPF_MUL }, { "/", 4, BPF_DIV },
		{ "%", 4, 0x90 },
	};

	for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (ops[i].level == level && is(p, ops[i].sign))
			return (ops[i].code);
	return (-1);
}

static struct pc_node *
parse_arith(struct parser *p, int level)
{
	int code;

	if (level == 5)
		return (parse_factor(p));
	struct pc_node *n = parse_arith(p, level + 1);
	while (!p->failed && (code = arith_op(p, level)) >= 0) {
		next_in(p, true);
		n = node2(p, PC_BIN, n, parse_arith(p, level + 1));
		n->n_code = (uint8_t)code;
	}
	return (n);
}

static const char *const relops[] = {
	"=", "==", "!=", "<", ">", "<=", ">=", NULL
};

static struct pc_node *
parse_relation(struct parser *p)
{
	struct pc_node *left = parse_arith(p, 0);
	char op[4];

	if (!one_of(p, relops)) {
		fail(p, "comparison expected");
		return (left);
	}
	strlcpy(op, p->word, sizeof(op));
	next_in(p, true);
	struct pc_node *right = parse_arith(p, 0);
	bool negate = strcmp(op, "!=") == 0 || op[0] == '<';
	/* a < b is not (a >= b); a <= b is not (a > b) */
	struct pc_node *n = node2(p, PC_REL, left, right);
	n->n_code = op[0] == '=' || op[0] == '!' ? BPF_JEQ :
	    strcmp(op, ">") == 0 || strcmp(op, "<=") == 0 ? BPF_JGT : BPF_JGE;
	n->n_negate = negate;
	return (n);
}

/* Whether a comparison begins here: looks ahead for its sign. */
static bool
starts_relation(const struct parser *p)
{
	struct parser look = *p;
	static const char *const stop[] = {
		"and", "or", "not", "&&", "||", "!", "", NULL
	};
	int depth = 0;

	if (look.escaped)
		return (false);
	/* A lone number or accessor, perhaps in parentheses. */
	look.at = p->at - strlen(p->word);
	next_in(&look, true);
	for (unsigned i = 0; i < 200; i++) {
		if (one_of(&look, stop))
			return (false);
		if (is(&look, "(") || is(&look, "["))
			depth++;
		if (is(&look, ")") || is(&look, "]"))
			depth--;
		if (depth < 0)
			return (false);
		if (depth == 0 && one_of(&look, relops))
			return (true);
		if (isalpha((unsigned char)look.word[0]) && depth == 0 && i > 0 &&
		    !isalnum((unsigned char)look.word[0]))
			return (false);
		next_in(&look, true);
	}
	return (false);
}

/* --- the expression -------------------------------------------------------- */

static const char *const proto_words[] = {
	"ether", "ip", "ip6", "arp", "rarp", "tcp", "udp", "icmp", "icmp6",
	"igmp", "sctp", "vlan", "esp", "ah", "pim", "vrrp", NULL
};
static const char *const type_words[] = {
	"host", "net", "port", "portrange", "proto", NULL
};
static const char *const dir_words[] = { "src", "dst", NULL };

static bool
parse_dir(struct parser *p, enum pc_dir *dir)
{
	if (!one_of(p, dir_words))
		return (false);
	*dir = is(p, "src") ? PC_SRC : PC_DST;
	next(p);
	/* "src or dst", "src and dst" */
	if (*dir == PC_SRC && (is(p, "or") || is(p, "and"))) {
		struct parser look = *p;
		bool both = is(p, "and");
		next(&look);
		if (is(&look, "dst")) {
			*p = look;
			next(p);
			*dir = both ? PC_BOTH : PC_EITHER;
		}
	}
	return (true);
}

static struct pc_node *
parse_less(struct parser *p)
{
	bool less = is(p, "less");
	struct pc_node *limit = node(p, PC_NUM);

	next(p);
	if (!parse_number(p->word, &limit->n_value))
		fail(p, "number expected");
	next(p);
	struct pc_node *n = node2(p, PC_REL, node(p, PC_LEN), limit);
	n->n_code = less ? BPF_JGT : BPF_JGE;
	n->n_negate = less;
	return (n);
}

static struct pc_node *
parse_primitive(struct parser *p)
{
	struct quals q = { .dir = PC_EITHER };
	bool qualified = false;

	if (is(p, "less") || is(p, "greater"))
		return (parse_less(p));
	if (starts_relation(p)) {
		p->at -= strlen(p->word);
		next_in(p, true);
		struct pc_node *n = parse_relation(p);
		/* Words outside have longer forms. */
		p->at -= strlen(p->word);
		next(p);
		return (n);
	}
	if (one_of(p, proto_words)) {
		strlcpy(q.proto, p->word, sizeof(q.proto));
		next(p);
		qualified = true;
	}
	if (is(p, "broadcast") || is(p, "multicast"))
		return (cast_primitive(p, q.proto));
	bool has_dir = parse_dir(p, &q.dir);
	if (one_of(p, type_words)) {
		strlcpy(q.type, p->word, sizeof(q.type));
		next(p);
		return (with_id(p, &q));
	}
	if (qualified && !has_dir)
		return (bare_proto(p, q.proto));
	if (has_dir) {
		strlcpy(q.type, "host", sizeof(q.type));
		return (with_id(p, &q));
	}
	if (p->word[0] == '\0' || is(p, ")")) {
		fail(p, "syntax error");
		return (node(p, PC_NUM));
	}
	/* A lone id: the qualifiers of the one before, or host. */
	if (p->last.type[0] != '\0')
		q = p->last;
	else
		strlcpy(q.type, "host", sizeof(q.type));
	return (with_id(p, &q));
}

static struct pc_node *
parse_term(struct parser *p)
{
	struct pc_node *n;

	if (++p->depth > 64) {
		fail(p, "nested too deep");
		return (node(p, PC_NUM));
	}
	if (take(p, "not") || take(p, "!")) {
		n = node2(p, PC_NOT, parse_term(p), NULL);
	} else if (is(p, "(") && !starts_relation(p)) {
		next(p);
		n = parse_expr(p);
		expect(p, ")");
	} else {
		n = parse_primitive(p);
	}
	p->depth--;
	return (n);
}

static struct pc_node *
parse_expr(struct parser *p)
{
	struct pc_node *n = parse_term(p);

	while (!p->failed && p->word[0] != '\0' && !is(p, ")")) {
		if (take(p, "or") || take(p, "||"))
			n = node2(p, PC_OR, n, parse_term(p));
		else {
			if (!take(p, "and"))
				(void)take(p, "&&");
			n = node2(p, PC_AND, n, parse_term(p));
		}
	}
	return (n);
}

int
pcap_compile_filter(const char *text, unsigned dlt, uint32_t snaplen,
    struct bpf_insn *prog, char *err, size_t errsize)
{
	struct parser p = { .at = text, .err = err, .errsize = errsize };
	struct pc_node *root = NULL;
	int n = -1;

	err[0] = '\0';
	p.nodes = calloc(PC_MAXNODES, sizeof(*p.nodes));
	if (p.nodes == NULL) {
		snprintf(err, errsize, "no memory");
		return (-1);
	}
	next(&p);
	if (p.word[0] != '\0') {
		root = parse_expr(&p);
		if (p.word[0] != '\0')
			fail(&p, "syntax error");
	}
	if (!p.failed)
		n = pc_generate(root, dlt, snaplen, prog, err, errsize);
	free(p.nodes);
	return (n);
}
