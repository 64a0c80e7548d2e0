/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/in.h>: IPv4 addresses, socket addresses, protocols and options.
 */
#ifndef _NETINET_IN_H_
#define _NETINET_IN_H_

#include <sys/socket.h>
#include <netinet6/in6.h>
#include <machine/endian.h>

#define IPPROTO_IP		0
#define IPPROTO_HOPOPTS		0
#define IPPROTO_ICMP		1
#define IPPROTO_IGMP		2
#define IPPROTO_IPV4		4
#define IPPROTO_IPIP		IPPROTO_IPV4
#define IPPROTO_TCP		6
#define IPPROTO_EGP		8
#define IPPROTO_PUP		12
#define IPPROTO_UDP		17
#define IPPROTO_IDP		22
#define IPPROTO_TP		29
#define IPPROTO_IPV6		41
#define IPPROTO_ROUTING		43
#define IPPROTO_FRAGMENT	44
#define IPPROTO_RSVP		46
#define IPPROTO_GRE		47
#define IPPROTO_ESP		50
#define IPPROTO_AH		51
#define IPPROTO_ICMPV6		58
#define IPPROTO_NONE		59
#define IPPROTO_DSTOPTS		60
#define IPPROTO_EON		80
#define IPPROTO_ENCAP		98
#define IPPROTO_PIM		103
#define IPPROTO_IPCOMP		108
#define IPPROTO_SCTP		132
#define IPPROTO_DIVERT		254
#define IPPROTO_RAW		255
#define IPPROTO_MAX		256
#define IPPROTO_DONE		257

#define IPPORT_RESERVED		1024
#define IPPORT_USERRESERVED	5000
#define IPPORT_HIFIRSTAUTO	49152
#define IPPORT_HILASTAUTO	65535

struct in_addr {
	in_addr_t	s_addr;
};

struct sockaddr_in {
	u_int8_t	sin_len;
	sa_family_t	sin_family;
	in_port_t	sin_port;
	struct in_addr	sin_addr;
	char		sin_zero[8];
};

struct ip_mreq {
	struct in_addr	imr_multiaddr;
	struct in_addr	imr_interface;
};

struct in_pktinfo {
	unsigned int	ipi_ifindex;
	struct in_addr	ipi_spec_dst;
	struct in_addr	ipi_addr;
};

#define INET_ADDRSTRLEN		16
#define MAX_IPv4_STR_LEN	16

/* Addresses, in host order. */
#define INADDR_ANY		((u_int32_t)0x00000000)
#define INADDR_BROADCAST	((u_int32_t)0xffffffff)
#define INADDR_NONE		((u_int32_t)0xffffffff)
#define INADDR_LOOPBACK		((u_int32_t)0x7f000001)
#define INADDR_UNSPEC_GROUP	((u_int32_t)0xe0000000)
#define INADDR_ALLHOSTS_GROUP	((u_int32_t)0xe0000001)
#define INADDR_ALLRTRS_GROUP	((u_int32_t)0xe0000002)
#define INADDR_MAX_LOCAL_GROUP	((u_int32_t)0xe00000ff)
#define IN_LOOPBACKNET		127
#define IN_LINKLOCALNETNUM	((u_int32_t)0xa9fe0000)

/* Tests of an address in host order. */
#define IN_CLASSA(i)		(((u_int32_t)(i) & 0x80000000) == 0)
#define IN_CLASSA_NET		0xff000000
#define IN_CLASSA_NSHIFT	24
#define IN_CLASSA_HOST		0x00ffffff
#define IN_CLASSA_MAX		128
#define IN_CLASSB(i)		(((u_int32_t)(i) & 0xc0000000) == 0x80000000)
#define IN_CLASSB_NET		0xffff0000
#define IN_CLASSB_NSHIFT	16
#define IN_CLASSB_HOST		0x0000ffff
#define IN_CLASSB_MAX		65536
#define IN_CLASSC(i)		(((u_int32_t)(i) & 0xe0000000) == 0xc0000000)
#define IN_CLASSC_NET		0xffffff00
#define IN_CLASSC_NSHIFT	8
#define IN_CLASSC_HOST		0x000000ff
#define IN_CLASSD(i)		(((u_int32_t)(i) & 0xf0000000) == 0xe0000000)
#define IN_CLASSD_NET		0xf0000000
#define IN_CLASSD_NSHIFT	28
#define IN_CLASSD_HOST		0x0fffffff
#define IN_MULTICAST(i)		IN_CLASSD(i)
#define IN_EXPERIMENTAL(i)	(((u_int32_t)(i) & 0xf0000000) == 0xf0000000)
#define IN_BADCLASS(i)		(((u_int32_t)(i) & 0xf0000000) == 0xf0000000)
#define IN_LINKLOCAL(i)							\
	(((u_int32_t)(i) & IN_CLASSB_NET) == IN_LINKLOCALNETNUM)
#define IN_LOOPBACK(i)		(((u_int32_t)(i) & 0xff000000) == 0x7f000000)
#define IN_ZERONET(i)		(((u_int32_t)(i) & 0xff000000) == 0)
#define IN_PRIVATE(i)							\
	(((u_int32_t)(i) & 0xff000000) == 0x0a000000 ||			\
	    ((u_int32_t)(i) & 0xfff00000) == 0xac100000 ||		\
	    ((u_int32_t)(i) & 0xffff0000) == 0xc0a80000)
#define IN_LOCAL_GROUP(i)	(((u_int32_t)(i) & 0xffffff00) == 0xe0000000)
#define IN_ANY_LOCAL(i)		(IN_LINKLOCAL(i) || IN_LOCAL_GROUP(i))
#define IN_ARE_ADDR_EQUAL(a, b)						\
	((a)->s_addr == (b)->s_addr)

#define IP_OPTIONS		1
#define IP_HDRINCL		2
#define IP_TOS			3
#define IP_TTL			4
#define IP_RECVOPTS		5
#define IP_RECVRETOPTS		6
#define IP_RECVDSTADDR		7
#define IP_RETOPTS		8
#define IP_MULTICAST_IF		9
#define IP_MULTICAST_TTL	10
#define IP_MULTICAST_LOOP	11
#define IP_ADD_MEMBERSHIP	12
#define IP_DROP_MEMBERSHIP	13
#define IP_PORTRANGE		19
#define IP_RECVIF		20
#define IP_STRIPHDR		23
#define IP_RECVTTL		24
#define IP_BOUND_IF		25
#define IP_PKTINFO		26
#define IP_RECVTOS		27

#ifdef KERNEL
__BEGIN_DECLS

/*
 * The Internet checksum of the first len bytes of a chain, complemented.
 * Returns:   the checksum, in network order
 * Ownership: borrows m
 * Context:   any
 * Units:     len in bytes
 */
u_int16_t in_cksum(mbuf_t m, int len);

/*
 * Reads an IPv4 address: four numbers with dots, or fewer of which the last
 * fills the rest.
 * Returns:   1, or 0 for text that is no address
 * Context:   any
 * Units:     addr in network order
 */
int inet_aton(const char *cp, struct in_addr *addr);

/*
 * Writes an IPv4 or IPv6 address as text.
 * Returns:   dst; NULL when it is too small or the family is another
 * Context:   any
 * Units:     size in bytes; src in network order
 */
const char *inet_ntop(int af, const void *src, char *dst, socklen_t size);

__END_DECLS
#endif /* KERNEL */

#endif /* _NETINET_IN_H_ */
