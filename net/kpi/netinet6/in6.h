/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet6/in6.h>: IPv6 addresses, socket addresses and options.
 */
#ifndef _NETINET6_IN6_H_
#define _NETINET6_IN6_H_

#include <sys/types.h>

typedef struct in6_addr {
	union {
		u_int8_t	__u6_addr8[16];
		u_int16_t	__u6_addr16[8];
		u_int32_t	__u6_addr32[4];
	} __u6_addr;
} in6_addr_t;
#define s6_addr			__u6_addr.__u6_addr8
#ifdef KERNEL
#define s6_addr8		__u6_addr.__u6_addr8
#define s6_addr16		__u6_addr.__u6_addr16
#define s6_addr32		__u6_addr.__u6_addr32
#endif

struct sockaddr_in6 {
	u_int8_t	sin6_len;
	sa_family_t	sin6_family;
	in_port_t	sin6_port;
	u_int32_t	sin6_flowinfo;
	struct in6_addr	sin6_addr;
	u_int32_t	sin6_scope_id;
};

struct ipv6_mreq {
	struct in6_addr	ipv6mr_multiaddr;
	unsigned int	ipv6mr_interface;
};

struct in6_pktinfo {
	struct in6_addr	ipi6_addr;
	unsigned int	ipi6_ifindex;
};

#define INET6_ADDRSTRLEN	46
#define MAX_IPv6_STR_LEN	64
#define SIN6_LEN

#define IN6ADDR_ANY_INIT						\
	{{{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }}}
#define IN6ADDR_LOOPBACK_INIT						\
	{{{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }}}
#define IN6ADDR_V4MAPPED_INIT						\
	{{{ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0 }}}

__BEGIN_DECLS
extern const struct in6_addr in6addr_any;
extern const struct in6_addr in6addr_loopback;
extern const struct in6_addr in6addr_linklocal_allnodes;
__END_DECLS

/* Tests of the address at a. */
#define __IN6_8(a, i)		((a)->__u6_addr.__u6_addr8[i])
#define __IN6_32(a, i)		((a)->__u6_addr.__u6_addr32[i])
#define IN6_ARE_ADDR_EQUAL(a, b)					\
	(__IN6_32(a, 0) == __IN6_32(b, 0) &&				\
	    __IN6_32(a, 1) == __IN6_32(b, 1) &&				\
	    __IN6_32(a, 2) == __IN6_32(b, 2) &&				\
	    __IN6_32(a, 3) == __IN6_32(b, 3))
#define IN6_IS_ADDR_UNSPECIFIED(a)					\
	(__IN6_32(a, 0) == 0 && __IN6_32(a, 1) == 0 &&			\
	    __IN6_32(a, 2) == 0 && __IN6_32(a, 3) == 0)
#define IN6_IS_ADDR_LOOPBACK(a)						\
	(__IN6_32(a, 0) == 0 && __IN6_32(a, 1) == 0 &&			\
	    __IN6_32(a, 2) == 0 && __IN6_32(a, 3) == ntohl(1))
#define IN6_IS_ADDR_V4COMPAT(a)						\
	(__IN6_32(a, 0) == 0 && __IN6_32(a, 1) == 0 &&			\
	    __IN6_32(a, 2) == 0 && __IN6_32(a, 3) != 0 &&		\
	    __IN6_32(a, 3) != ntohl(1))
#define IN6_IS_ADDR_V4MAPPED(a)						\
	(__IN6_32(a, 0) == 0 && __IN6_32(a, 1) == 0 &&			\
	    __IN6_32(a, 2) == ntohl(0x0000ffff))
#define IN6_IS_ADDR_LINKLOCAL(a)					\
	(__IN6_8(a, 0) == 0xfe && (__IN6_8(a, 1) & 0xc0) == 0x80)
#define IN6_IS_ADDR_SITELOCAL(a)					\
	(__IN6_8(a, 0) == 0xfe && (__IN6_8(a, 1) & 0xc0) == 0xc0)
#define IN6_IS_ADDR_UNIQUE_LOCAL(a)	((__IN6_8(a, 0) & 0xfe) == 0xfc)
#define IN6_IS_ADDR_MULTICAST(a)	(__IN6_8(a, 0) == 0xff)
#define __IN6_MC_SCOPE(a)		(__IN6_8(a, 1) & 0x0f)
#define IN6_IS_ADDR_MC_NODELOCAL(a)					\
	(IN6_IS_ADDR_MULTICAST(a) && __IN6_MC_SCOPE(a) == 0x01)
#define IN6_IS_ADDR_MC_INTFACELOCAL(a)	IN6_IS_ADDR_MC_NODELOCAL(a)
#define IN6_IS_ADDR_MC_LINKLOCAL(a)					\
	(IN6_IS_ADDR_MULTICAST(a) && __IN6_MC_SCOPE(a) == 0x02)
#define IN6_IS_ADDR_MC_SITELOCAL(a)					\
	(IN6_IS_ADDR_MULTICAST(a) && __IN6_MC_SCOPE(a) == 0x05)
#define IN6_IS_ADDR_MC_ORGLOCAL(a)					\
	(IN6_IS_ADDR_MULTICAST(a) && __IN6_MC_SCOPE(a) == 0x08)
#define IN6_IS_ADDR_MC_GLOBAL(a)					\
	(IN6_IS_ADDR_MULTICAST(a) && __IN6_MC_SCOPE(a) == 0x0e)

#define IPV6_UNICAST_HOPS	4
#define IPV6_MULTICAST_IF	9
#define IPV6_MULTICAST_HOPS	10
#define IPV6_MULTICAST_LOOP	11
#define IPV6_JOIN_GROUP		12
#define IPV6_LEAVE_GROUP	13
#define IPV6_PORTRANGE		14
#define ICMP6_FILTER		18
#define IPV6_CHECKSUM		26
#define IPV6_V6ONLY		27
#define IPV6_RECVTCLASS		35
#define IPV6_TCLASS		36

#ifdef KERNEL
#include <sys/kernel_types.h>
__BEGIN_DECLS

/*
 * The Internet checksum of a range with the IPv6 pseudo header, complemented.
 * Returns:   the checksum, in network order
 * Ownership: borrows m
 * Context:   any
 * Units:     off and len in bytes
 */
u_int16_t inet6_cksum(mbuf_t m, unsigned int nxt, unsigned int off,
    unsigned int len);

__END_DECLS
#endif /* KERNEL */

#endif /* _NETINET6_IN6_H_ */
