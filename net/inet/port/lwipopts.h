/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of the protocol engines (lwIP 2.1.3).
 *
 * The engines run without an operating system of their own (NO_SYS), under
 * the net lock.  Sizes that depend on the memory of the machine are variables
 * of net/inet/inet_var.h, set once at boot; core/init.c alone compares them
 * in preprocessor conditions and gets constants instead.
 */
#ifndef NET_INET_PORT_LWIPOPTS_H
#define NET_INET_PORT_LWIPOPTS_H

#include <machine/endian.h>	/* before the engine defines them */

#include "kernel/layout.h"

#define NO_SYS				1
#define SYS_LIGHTWEIGHT_PROT		0
#define LWIP_TIMERS			1
#define LWIP_SOCKET			0
#define LWIP_NETCONN			0
#define LWIP_ASSERT_CORE_LOCKED()	inet_core_assert()
/* What the engines ask us; prototypes in hooks.h. */
#define LWIP_HOOK_FILENAME		"net/inet/port/hooks.h"
#define LWIP_HOOK_IP4_CANFORWARD(p, dest) inet_canforward4()
#define LWIP_HOOK_IP4_ROUTE_SRC(src, dest)	inet_route4(src, dest)
#define LWIP_HOOK_IP6_ROUTE(src, dest)		inet_route6(src, dest)
#define LWIP_HOOK_ETHARP_GET_GW(netif, dest)	inet_gw4(netif, dest)
#define LWIP_HOOK_ND6_GET_GW(netif, dest)	inet_gw6(netif, dest)
#define LWIP_HOOK_TCP_ISN(lip, lport, rip, rport) \
	inet_tcp_isn(lip, lport, rip, rport)

/* Memory: everything from the kernel heap. */
#define MEM_LIBC_MALLOC			1
#define MEMP_MEM_MALLOC			1
#define MEM_ALIGNMENT			16
#define mem_clib_malloc			inet_engine_malloc
#define mem_clib_calloc			inet_engine_calloc
#define mem_clib_free			inet_engine_free
#define LWIP_PBUF_REF_T			u32_t
#define LWIP_SUPPORT_CUSTOM_PBUF	1
#define PBUF_LINK_HLEN			16
/* Room for what filters put in front, beyond the link header. */
#define PBUF_LINK_ENCAPSULATION_HLEN	64
#define PBUF_POOL_BUFSIZE		2048
/* The part of an mbuf behind the engine's packet buffer (mbuf.h). */
#define MBUF_TAIL_WORDS			(16 + LAYOUT_BYTES / 8)
#define LWIP_PBUF_CUSTOM_DATA		u64_t mbuf_tail[MBUF_TAIL_WORDS];

/* IP */
#define LWIP_IPV4			1
#define LWIP_IPV6			1
#define LWIP_RAW			1
#ifndef IP_FORWARD
#define IP_FORWARD			1	/* net.inet.ip.forwarding decides */
#endif
#ifndef LWIP_IPV6_FORWARD
#define LWIP_IPV6_FORWARD		1	/* likewise */
#endif
#define IP_OPTIONS_ALLOWED		0
#define IP_REASSEMBLY			1
#define IP_FRAG				1
#define IP_DEFAULT_TTL			64
#define IP_SOF_BROADCAST		1
#define IP_SOF_BROADCAST_RECV		0
#define SO_REUSE			1
#define SO_REUSE_RXTOALL		1
#define IPV6_FRAG_COPYHEADER		1
#define LWIP_IPV6_MLD			1
#define LWIP_IPV6_DHCP6			1
#define LWIP_IPV6_DHCP6_STATELESS	1
#define LWIP_IPV6_SEND_ROUTER_SOLICIT	1
#define LWIP_IPV6_AUTOCONFIG		1
#define LWIP_ND6_NUM_NEIGHBORS		127
#define LWIP_ND6_NUM_DESTINATIONS	64
#define LWIP_ND6_QUEUEING		1
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS	2
#define LWIP_IGMP			1
#define LWIP_MULTICAST_TX_OPTIONS	1
#define LWIP_ICMP			1
#define LWIP_BROADCAST_PING		0
#define LWIP_MULTICAST_PING		0
#define IP_REASS_MAX_PBUFS		inet_reass_max_pbufs
#define MEMP_NUM_REASSDATA		64

/* Links */
#define LWIP_ARP			1
#define LWIP_ETHERNET			1
#define ARP_TABLE_SIZE			127
#define ARP_QUEUEING			1
#define ARP_QUEUE_LEN			8
#define ETHARP_SUPPORT_STATIC_ENTRIES	1
#define ETHARP_TABLE_MATCH_NETIF	1
#define LWIP_NETIF_LOOPBACK		0
#define LWIP_HAVE_LOOPIF		0
#define LWIP_NETIF_TX_SINGLE_PBUF	0
#define LWIP_NETIF_API			0
#define LWIP_NETIF_EXT_STATUS_CALLBACK	1
#define LWIP_NETIF_HOSTNAME		1
#define LWIP_NUM_NETIF_CLIENT_DATA	2

/* TCP */
#define LWIP_TCP			1
#define TCP_TTL				64
#define TCP_MSS				1460
#define LWIP_WND_SCALE			1
#define TCP_RCV_SCALE			7
#ifdef INET_ENGINE_INIT			/* core/init.c */
#define TCP_WND				(256 * 1024)
#define TCP_SND_BUF			(256 * 1024)
#define TCP_SND_QUEUELEN		1024
#else
#define TCP_WND				inet_tcp_wnd
#define TCP_SND_BUF			inet_tcp_snd_buf
#define TCP_SND_QUEUELEN		inet_tcp_snd_queuelen
#endif
#define TCP_SNDLOWAT			(65534 - 4 * TCP_MSS)
#define TCP_QUEUE_OOSEQ			1
#define TCP_OOSEQ_BYTES_LIMIT(pcb)	inet_tcp_wnd
#define TCP_OOSEQ_PBUFS_LIMIT(pcb)	inet_tcp_ooseq_pbufs
#define LWIP_TCP_SACK_OUT		1
#define LWIP_TCP_MAX_SACK_NUM		3
#define LWIP_TCP_TIMESTAMPS		0
#define TCP_TMR_INTERVAL		100
#define TCP_MSL				15000
#define TCP_OVERSIZE			TCP_MSS
#define TCP_LISTEN_BACKLOG		1
#define TCP_DEFAULT_LISTEN_BACKLOG	0xff
#define LWIP_TCP_KEEPALIVE		1
/* Extension arguments of a PCB: the socket's, then those of tcp_demux.c. */
#define TCP_EXT_SOCKET			0
#define TCP_EXT_DEMUX			1
#define LWIP_TCP_PCB_NUM_EXT_ARGS	5

/* UDP and its clients */
#define LWIP_UDP			1
#define LWIP_DHCP			1
#define LWIP_DHCP_DOES_ACD_CHECK	0
#define DHCP_DOES_ARP_CHECK		0
#define LWIP_AUTOIP			0
#define LWIP_DNS			1
#ifdef INET_ENGINE_DHCP			/* core/ipv4/dhcp.c: see lwip.mk */
#define DNS_MAX_SERVERS			2
#else
#define DNS_MAX_SERVERS			4
#endif
#define LWIP_DHCP_MAX_DNS_SERVERS	2	/* then those of IPv6 */
#define LWIP_DHCP6_MAX_DNS_SERVERS	2
#define DNS_TABLE_SIZE			16
#define DNS_MAX_NAME_LENGTH		256
#define LWIP_DNS_SECURE			7

/* Checksums are made and checked by us, for TCP and UDP (see ip_switch.c). */
#define LWIP_CHECKSUM_CTRL_PER_NETIF	1
#define LWIP_CHECKSUM_ON_COPY		0
#define LWIP_CHKSUM			inet_engine_chksum

#define LWIP_RAND()			inet_engine_rand()

#define LWIP_STATS			1
#define LWIP_STATS_LARGE		1
#define MEM_STATS			0
#define MEMP_STATS			0
#define SYS_STATS			0
#define LINK_STATS			1
#define MIB2_STATS			1
#define LWIP_STATS_DISPLAY		0

#endif /* NET_INET_PORT_LWIPOPTS_H */
