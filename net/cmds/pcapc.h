/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compiler from filter expressions, in the language of pcap-filter(7), to
 * programs for the filter machine.
 *
 * Understood: and or not and their signs, parentheses, implicit "and" between
 * primitives and implicit qualifiers ("port 80 or 443"); the primitives
 *
 *	[ether|ip|ip6|arp|rarp] [src|dst|src or dst|src and dst] host|net id
 *	[tcp|udp|sctp] [src|dst|...] port|portrange id
 *	[ip|ip6|ether] proto id		[ether|ip|ip6] broadcast|multicast
 *	ip ip6 arp rarp tcp udp icmp icmp6 igmp sctp vlan	less n	greater n
 *
 * and comparisons (= != < > <= >=, bare & tests) of arithmetic (+ - * / % & |
 * ^ << >>) on numbers, len, and proto[offset:size].
 *
 * Link types: Ethernet, the four-byte family (DLT_NULL, DLT_LOOP), raw IP.
 *
 * The work is two passes: a parser that builds a tree (pcapc.c), and a
 * generator that walks it (pcapc_gen.c).
 */
#ifndef NET_CMDS_PCAPC_H
#define NET_CMDS_PCAPC_H

#include <net/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Compiles text (empty: everything matches) for a link type.
 * snaplen is what a matching packet returns.
 * Returns:   the number of instructions put at prog (room for BPF_MAXINSNS),
 *            or -1 with a message in err
 */
int	pcap_compile_filter(const char *text, unsigned dlt, uint32_t snaplen,
	    struct bpf_insn *prog, char *err, size_t errsize);

/* --- between the two files --------------------------------------------------- */

enum pc_op {
	PC_AND, PC_OR, PC_NOT,
	PC_LINK,	/* n_value: ethertype the frame carries */
	PC_PROTO,	/* n_value: IP protocol; n_family 0, 4, 6 */
	PC_HOST,	/* n_family, n_addr, n_plen, n_dir; n_arp */
	PC_MAC,		/* n_addr, n_dir */
	PC_PORT,	/* n_value..n_high, n_dir, n_proto (0: tcp, udp, sctp) */
	PC_BROADCAST, PC_MULTICAST,	/* of the link */
	PC_IPMULTICAST,			/* n_family */
	PC_VLAN,	/* n_value: id, or PC_ANY */
	PC_REL,		/* n_left relop n_right */
	/* arithmetic */
	PC_NUM, PC_LEN, PC_LOAD, PC_BIN,
};
#define PC_ANY		0xffffffffu

enum pc_dir { PC_EITHER, PC_SRC, PC_DST, PC_BOTH };

/* What an accessor proto[...] counts from. */
enum pc_base { PC_B_LINK, PC_B_NET4, PC_B_NET6, PC_B_ARP, PC_B_L4, PC_B_L4V6 };

struct pc_node {
	enum pc_op	n_op;
	struct pc_node	*n_left, *n_right;
	uint32_t	n_value, n_high;
	uint8_t		n_family, n_plen, n_proto, n_size, n_code;
	bool		n_arp;		/* PC_HOST: ARP's addresses, too */
	bool		n_negate;	/* PC_REL: the comparison, not the headers */
	enum pc_dir	n_dir;
	enum pc_base	n_base;
	uint8_t		n_addr[16];
};

#define PC_MAXNODES	512

int	pc_generate(const struct pc_node *root, unsigned dlt, uint32_t snaplen,
	    struct bpf_insn *prog, char *err, size_t errsize);

#endif /* NET_CMDS_PCAPC_H */
