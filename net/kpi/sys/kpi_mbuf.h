/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kpi_mbuf.h>: memory buffers: packets as chains of mbufs.
 *
 * A packet is a chain through `next', its first mbuf has a packet header;
 * packets are linked through `nextpkt'. The words borrows, consumes and may
 * replace say who owns an mbuf after a call.
 */
#ifndef _SYS_KPI_MBUF_H_
#define _SYS_KPI_MBUF_H_

#include <sys/kernel_types.h>
#include <mach/vm_types.h>
#include <mach/boolean.h>

enum {
	MBUF_EXT	= 0x0001,	/* has a cluster; cannot be set */
	MBUF_PKTHDR	= 0x0002,	/* first mbuf of a packet */
	MBUF_EOR	= 0x0004,	/* end of record */
	MBUF_LOOP	= 0x0040,	/* was looped back */
	MBUF_BCAST	= 0x0100,	/* link-layer broadcast */
	MBUF_MCAST	= 0x0200,	/* link-layer multicast */
	MBUF_FRAG	= 0x0400,	/* fragment of a packet */
	MBUF_FIRSTFRAG	= 0x0800,
	MBUF_LASTFRAG	= 0x1000,
	MBUF_PROMISC	= 0x2000,	/* not for this host */
	MBUF_HASFCS	= 0x4000	/* frame check sequence at the end */
};
typedef u_int32_t mbuf_flags_t;

enum {
	MBUF_TYPE_FREE	 = 0,
	MBUF_TYPE_DATA	 = 1,
	MBUF_TYPE_HEADER = 2,
	MBUF_TYPE_SOCKET = 3,
	MBUF_TYPE_PCB	 = 4,
	MBUF_TYPE_RTABLE = 5,
	MBUF_TYPE_HTABLE = 6,
	MBUF_TYPE_ATABLE = 7,
	MBUF_TYPE_SONAME = 8,
	MBUF_TYPE_SOOPTS = 10,
	MBUF_TYPE_FTABLE = 11,
	MBUF_TYPE_RIGHTS = 12,
	MBUF_TYPE_IFADDR = 13,
	MBUF_TYPE_CONTROL = 14,
	MBUF_TYPE_OOBDATA = 15
};
typedef u_int32_t mbuf_type_t;

enum {
	MBUF_TSO_IPV4	= 0x100000,
	MBUF_TSO_IPV6	= 0x200000
};
typedef u_int32_t mbuf_tso_request_flags_t;

enum {
	MBUF_CSUM_REQ_IP	= 0x0001,
	MBUF_CSUM_REQ_TCP	= 0x0002,
	MBUF_CSUM_REQ_UDP	= 0x0004,
	MBUF_CSUM_REQ_TCPIPV6	= 0x0020,
	MBUF_CSUM_REQ_UDPIPV6	= 0x0040
};
typedef u_int32_t mbuf_csum_request_flags_t;

enum {
	MBUF_CSUM_DID_IP	= 0x0100,	/* header checksum verified */
	MBUF_CSUM_IP_GOOD	= 0x0200,	/* ... and right */
	MBUF_CSUM_DID_DATA	= 0x0400,	/* transport checksum summed */
	MBUF_CSUM_PSEUDO_HDR	= 0x0800	/* ... with the pseudo header */
};
typedef u_int32_t mbuf_csum_performed_flags_t;

enum {
	MBUF_WAITOK	= 0,
	MBUF_DONTWAIT	= 1
};
typedef u_int32_t mbuf_how_t;

typedef u_int32_t mbuf_tag_id_t;
typedef u_int16_t mbuf_tag_type_t;

typedef enum {
	MBUF_TC_BE = 0,		/* best effort */
	MBUF_TC_BK = 1,		/* background */
	MBUF_TC_VI = 2,		/* video */
	MBUF_TC_VO = 3		/* voice */
} mbuf_traffic_class_t;

#define MBUF_COPYALL		1000000000

struct mbuf_stat {
	u_int32_t	mbufs;		/* mbufs obtained */
	u_int32_t	clusters;	/* 2048-byte clusters obtained */
	u_int32_t	clfree;		/* ... of which free */
	u_int32_t	drops;		/* requests refused */
	u_int32_t	wait;		/* requests that waited */
	u_int32_t	drain;		/* times caches were drained */
	u_short		mtypes[256];	/* mbufs in use by MBUF_TYPE_ */
	u_int32_t	mcfail;		/* copies that failed */
	u_int32_t	mpfail;		/* pullups that failed */
	u_int32_t	msize;		/* size of an mbuf */
	u_int32_t	mclbytes;	/* size of a cluster */
	u_int32_t	minclsize;	/* data size that takes a cluster */
	u_int32_t	mlen;		/* payload of a plain mbuf */
	u_int32_t	mhlen;		/* payload of a header mbuf */
	u_int32_t	bigclusters;	/* 4096-byte clusters obtained */
	u_int32_t	bigclfree;	/* ... of which free */
	u_int32_t	bigmclbytes;	/* size of one */
};

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Current payload start of this mbuf only. Never NULL for a live mbuf; points
 * into the inline area or the cluster.
 */
void *mbuf_data(mbuf_t mbuf);

/*
 * Lowest address the payload may start at: cluster base if external, else
 * inline area (after the packet header when MBUF_PKTHDR). NULL only if the
 * cluster pointer is NULL.
 */
void *mbuf_datastart(mbuf_t mbuf);

/*
 * Re-points payload start and length. EINVAL if data is below datastart or
 * data+len above datastart+maxlen (data at the very end with len 0 is fine).
 * Does not touch the packet-header length, does not look at sharing.
 */
errno_t mbuf_setdata(mbuf_t mbuf, void *data, size_t len);

/*
 * Moves the payload start so that len bytes fit at the high end of the
 * buffer, start rounded down to a 4-byte boundary (used before filling a
 * fresh mbuf, leaves room for headers). ENOTSUP when the cluster is shared.
 * mbuf should be empty; len above the free space is not checked.
 */
errno_t mbuf_align_32(mbuf_t mbuf, size_t len);

/*
 * Allocates one mbuf without packet header, len 0, next/nextpkt NULL. 0 or
 * ENOMEM; *mbuf is NULL on failure. MBUF_WAITOK may sleep (can still fail).
 */
errno_t mbuf_get(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf);

/*
 * Same as mbuf_get but with a zeroed packet header (pkthdr len 0, rcvif NULL,
 * no tags, no csum flags). 0 or ENOMEM.
 */
errno_t mbuf_gethdr(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf);

/*
 * Wraps caller-supplied memory as the cluster (payload start = extbuf, m_len
 * unchanged). If *mbuf is NULL a header mbuf is allocated; if *mbuf already
 * has a cluster that one is released first, and *mbuf may come back as a
 * different, fresh header mbuf. extfree(extbuf, extsize, extarg) runs once
 * when the last reference goes. EINVAL on NULL mbuf/extbuf/extfree or extsize
 * 0; ENOMEM otherwise - in that case *mbuf becomes NULL and a supplied mbuf
 * HAS BEEN freed, extbuf stays with the caller.
 */
errno_t mbuf_attachcluster(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf,
    caddr_t extbuf, void (*extfree)(caddr_t, u_int, caddr_t), size_t extsize,
    caddr_t extarg);

/*
 * Raw cluster without an mbuf. *size is rounded up to 2048, 4096 or 16384.
 * EINVAL (NULL/0), ENOTSUP (over 4096 when no 16K pool), ENOMEM (also over
 * 16384; *size and *addr cleared). Release with mbuf_freecluster or hand to
 * mbuf_attachcluster with an extfree that does.
 */
errno_t mbuf_alloccluster(mbuf_how_t how, size_t *size, caddr_t *addr);

/*
 * Returns a raw cluster; size must be exactly the value mbuf_alloccluster
 * reported (anything else panics).
 */
void mbuf_freecluster(caddr_t addr, size_t size);

/*
 * Gives *mbuf a cluster of exactly 2048, 4096 or 16384 bytes; allocates a
 * plain mbuf (no packet header) when *mbuf is NULL. EINVAL other sizes or
 * mbuf NULL, ENOTSUP no 16K pool, ENOMEM. An mbuf allocated inside is freed
 * again on error (*mbuf NULL); a caller-supplied mbuf survives an error. It
 * must not already have a cluster (the reference leaks that one).
 */
errno_t mbuf_getcluster(mbuf_how_t how, mbuf_type_t type, size_t size,
    mbuf_t *mbuf);

/*
 * mbuf_getcluster for 2048 bytes. Same error rules (EINVAL, ENOMEM).
 */
errno_t mbuf_mclget(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf);

/*
 * Builds a chain with packet header able to hold packetlen bytes: up to mhlen
 * one mbuf, up to mhlen+mlen two mbufs (one 2K cluster when the limit is 1),
 * up to 2048 one 2K, up to 4096 one 4K cluster, above that 16K clusters (4K
 * without that pool), the last one as small as fits. maxchunks NULL or *0:
 * any number of mbufs; otherwise limit, and on success the number used.
 * Resulting m_len fields and pkthdr len are all 0 (lengths must be set by the
 * caller, e.g. mbuf_copyback / mbuf_setlen + mbuf_pkthdr_setlen); use
 * mbuf_maxlen for capacity. EINVAL packetlen 0, ENOBUFS limit too small,
 * ENOMEM; on error *mbuf and *maxchunks are untouched. Before 10.5 packetlen
 * beyond cluster size needed several chunks.
 */
errno_t mbuf_allocpacket(mbuf_how_t how, size_t packetlen,
    unsigned int *maxchunks, mbuf_t *mbuf);

/*
 * As mbuf_allocpacket but numpkts packets linked by nextpkt. EINVAL when
 * numpkts or packetlen is 0; ENOBUFS; ENOMEM (nothing returned).
 */
errno_t mbuf_allocpacket_list(unsigned int numpkts, mbuf_how_t how,
    size_t packetlen, unsigned int *maxchunks, mbuf_t *mbuf);

/*
 * Header mbuf plus 2048-byte cluster, lengths 0. ENOMEM with MBUF_WAITOK,
 * EWOULDBLOCK with MBUF_DONTWAIT; *mbuf NULL on failure.
 */
errno_t mbuf_getpacket(mbuf_how_t how, mbuf_t *mbuf);

/*
 * Frees exactly one mbuf (drops its cluster reference, frees its tags);
 * returns the former next pointer. Does not look at nextpkt. A second free
 * panics.
 */
mbuf_t mbuf_free(mbuf_t mbuf);

/*
 * Frees the whole chain linked by next; ignores nextpkt. NULL is accepted.
 */
void mbuf_freem(mbuf_t mbuf);

/*
 * Frees every packet linked by nextpkt. Returns the number of packets freed;
 * 0 for NULL.
 */
int mbuf_freem_list(mbuf_t mbuf);

/*
 * Bytes available before the payload start; 0 when the cluster is
 * shared/read-only.
 */
size_t mbuf_leadingspace(const mbuf_t mbuf);

/*
 * Bytes available after the payload end; 0 when the cluster is shared/read-
 * only.
 */
size_t mbuf_trailingspace(const mbuf_t mbuf);

/*
 * New chain covering [offset, offset+len) that SHARES clusters by reference
 * (inline bytes are copied). With offset 0 a packet header is made from the
 * source's (length = len); its TAGS MOVE to the copy (source loses them) -
 * use mbuf_dup to keep both. With offset > 0 the copy has no packet header.
 * len MBUF_COPYALL = to the end. Source stays the caller's. ENOMEM ->
 * *new_mbuf NULL, also for len 0. Range outside the chain: the reference
 * panics; return an error.
 */
errno_t mbuf_copym(const mbuf_t src, size_t offset, size_t len,
    mbuf_how_t how, mbuf_t *new_mbuf);

/*
 * Deep copy: nothing shared, writable. Packet header and tags are copied
 * (tags silently missing when there is no memory for them). Leading space is
 * not preserved. ENOMEM, source untouched.
 */
errno_t mbuf_dup(const mbuf_t src, mbuf_how_t how, mbuf_t *new_mbuf);

/*
 * Makes room for len bytes in front: moves the data pointer when leading
 * space allows (never in a shared cluster), else puts a new mbuf in front,
 * data at its end aligned down to 8 bytes, and moves the packet header to it.
 * len above what that mbuf holds (mhlen, or mlen without packet header)
 * panics in the reference. Updates m_len and pkthdr len. New bytes
 * uninitialised. On ENOMEM the ORIGINAL CHAIN HAS BEEN FREED and *mbuf is
 * NULL.
 */
errno_t mbuf_prepend(mbuf_t *mbuf, size_t len, mbuf_how_t how);

/*
 * Cuts src at offset; src keeps the head, *new_mbuf gets the tail (with a
 * packet header holding only rcvif and length when src had one; lengths fixed
 * on both; tags and checksum state stay with src). A cluster at the cut is
 * shared afterwards. ENOMEM with *new_mbuf NULL and src unchanged: no memory,
 * offset beyond the chain, or offset equal to the length when src has no
 * packet header. With one, offset = length gives an empty tail packet.
 */
errno_t mbuf_split(mbuf_t src, size_t offset, mbuf_how_t how, mbuf_t *new_mbuf);

/*
 * Makes the first len bytes of the chain contiguous in the first mbuf (maybe
 * more than asked). On ENOMEM (too little data, len over what one mbuf holds,
 * or no memory) the ORIGINAL CHAIN HAS BEEN FREED and *mbuf is NULL. Left
 * alone only when the first mbuf has no cluster, has a successor and holds
 * len bytes; a cluster mbuf or a single mbuf is always copied to a new front
 * mbuf, so len > mhlen fails there even if already contiguous: test mbuf_len
 * first. len > mlen always fails.
 */
errno_t mbuf_pullup(mbuf_t *mbuf, size_t len);

/*
 * Makes [*offset, *offset+length) contiguous somewhere in the chain without
 * disturbing earlier bytes; returns the mbuf holding it and sets *offset to
 * the offset inside that mbuf. Header length unchanged. On ENOMEM (chain too
 * short, length > 2048, no memory) src HAS BEEN freed, *location is NULL,
 * *offset undefined.
 */
errno_t mbuf_pulldown(mbuf_t src, size_t *offset, size_t length,
    mbuf_t *location);

/*
 * Positive len trims bytes from the front, negative from the tail, across
 * mbufs; pkthdr len follows. Emptied mbufs stay in the chain with length 0.
 * Trimming more than present leaves length 0.
 */
void mbuf_adj(mbuf_t mbuf, int len);

/*
 * Adds amount (may be negative) to this mbuf's m_len. EINVAL if it would go
 * negative or beyond the buffer. Does not touch pkthdr len.
 */
errno_t mbuf_adjustlen(mbuf_t mbuf, int amount);

/*
 * Appends src chain to the end of dst chain (copies src mbufs that fit into
 * the free space of a cluster-less last mbuf and frees them). Packet headers'
 * lengths are not merged; src must not be used afterwards, src NULL is fine.
 * Returns dst; NULL when dst is NULL (then src is still the caller's).
 */
mbuf_t mbuf_concatenate(mbuf_t dst, mbuf_t src);

/*
 * Copies length bytes at offset out of the chain. EINVAL when the chain is
 * shorter (partial data may already be written) or offset/length >= INT_MAX.
 * Offset equal to the chain length with length 0 is 0. Read only.
 */
errno_t mbuf_copydata(const mbuf_t mbuf, size_t offset, size_t length,
    void *out_data);

/*
 * Overwrites length bytes at offset, growing the last mbuf, then appending
 * mbufs (clusters for what exceeds mhlen+mlen). Offset past the end: new
 * zero-filled mbufs make the gap, the last mbuf's free space is not used for
 * it. Writes into shared clusters too. Raises pkthdr len when the packet got
 * longer. EINVAL NULL args or length 0; ENOBUFS after a partial copy or with
 * empty mbufs appended - chain still owned by the caller.
 */
errno_t mbuf_copyback(mbuf_t mbuf, size_t offset, size_t length,
    const void *data, mbuf_how_t how);

/*
 * 1 when the mbuf has a cluster that is shared (must not be written), else 0;
 * 0 without cluster. From 10.7 the mark is sticky: once shared it stays 1
 * although the other user is gone.
 */
int mbuf_mclhasreference(mbuf_t mbuf);

/*
 * Next mbuf of the same packet or NULL.
 */
mbuf_t mbuf_next(const mbuf_t mbuf);

/*
 * Links next behind mbuf. EINVAL if next is on a packet list (its nextpkt is
 * not NULL) or is freed memory. NULL unlinks. No length bookkeeping.
 */
errno_t mbuf_setnext(mbuf_t mbuf, mbuf_t next);

/*
 * Next packet of the list or NULL.
 */
mbuf_t mbuf_nextpkt(const mbuf_t mbuf);

/*
 * Sets the packet-list link.
 */
void mbuf_setnextpkt(mbuf_t mbuf, mbuf_t nextpkt);

/*
 * Bytes in this mbuf.
 */
size_t mbuf_len(const mbuf_t mbuf);

/*
 * Sets bytes in this mbuf; no check; packet-header length unchanged.
 */
void mbuf_setlen(mbuf_t mbuf, size_t len);

/*
 * Capacity of this mbuf's buffer (cluster size, or inline area; smaller with
 * packet header).
 */
size_t mbuf_maxlen(const mbuf_t mbuf);

/*
 * MBUF_TYPE_* of this mbuf.
 */
mbuf_type_t mbuf_type(const mbuf_t mbuf);

/*
 * EINVAL for MBUF_TYPE_FREE, else 0.
 */
errno_t mbuf_settype(mbuf_t mbuf, mbuf_type_t new_type);

/*
 * Public MBUF_* bits only; internal bits are masked out.
 */
mbuf_flags_t mbuf_flags(const mbuf_t mbuf);

/*
 * Replaces public bits. EINVAL when MBUF_EXT would change or unknown bits are
 * set. Setting MBUF_PKTHDR on an mbuf without cluster that holds data or
 * whose data pointer was moved: EBUSY (the other bits are changed all the
 * same). Clearing MBUF_PKTHDR frees the tags. 10.4 simply stored the value.
 */
errno_t mbuf_setflags(mbuf_t mbuf, mbuf_flags_t flags);

/*
 * Changes only bits in mask. EINVAL when mask has MBUF_EXT or non-public
 * bits; EBUSY as in mbuf_setflags.
 */
errno_t mbuf_setflags_mask(mbuf_t mbuf, mbuf_flags_t flags, mbuf_flags_t mask);

/*
 * Makes dest the packet-header mbuf: takes over src header fields and flags
 * (dest's MBUF_EXT kept); the tags MOVE (src keeps its other fields but loses
 * tags and traffic class). Old tags of dest are freed. Data pointer of a
 * cluster-less dest is reset to its start. EINVAL when src has no packet
 * header.
 */
errno_t mbuf_copy_pkthdr(mbuf_t dest, const mbuf_t src);

/*
 * Total packet length as recorded in the packet header; 0 when there is no
 * packet header.
 */
size_t mbuf_pkthdr_len(const mbuf_t mbuf);

/*
 * Records the packet length (clamped to INT32_MAX). No per-mbuf change.
 */
void mbuf_pkthdr_setlen(mbuf_t mbuf, size_t len);

/*
 * Adds amount to the recorded packet length.
 */
void mbuf_pkthdr_adjustlen(mbuf_t mbuf, int amount);

/*
 * Receiving interface or NULL. No reference is taken.
 */
ifnet_t mbuf_pkthdr_rcvif(const mbuf_t mbuf);

/*
 * Stores the interface; no reference; always 0. Needed before ifnet_input on
 * self-made packets.
 */
errno_t mbuf_pkthdr_setrcvif(mbuf_t mbuf, ifnet_t ifp);

/*
 * Pointer to the link-layer header stored with the packet, or NULL. Inside
 * input filters/protocol input it is NULL: the pointer travels as a separate
 * argument.
 */
void *mbuf_pkthdr_header(const mbuf_t mbuf);

/*
 * Stores the link-layer header pointer. Mandatory on the first mbuf before
 * ifnet_input (demux reads it).
 */
void mbuf_pkthdr_setheader(mbuf_t mbuf, void *header);

/*
 * Clears every checksum flag of the packet so that software verification
 * happens again (VLAN-tag mark and TSO request included). Call before
 * changing received payload.
 */
void mbuf_inbound_modified(mbuf_t mbuf);

/*
 * Performs in software whatever checksum work was left to hardware for
 * PF_INET/PF_INET6; protocol_offset is where the IP header starts (packet
 * shorter than that plus the header panics). The transport checksum field
 * must hold the pseudo header sum; csum value = its offset in the transport
 * header; UDP 0 becomes 0xffff. PF_INET6: only when TCP/UDP directly follows
 * the fixed header. Other families: no effect. Clears the request flags of
 * what it did, so a SECOND call on the same packet does nothing (see
 * semantics, section 13). Packet stays the caller's.
 */
void mbuf_outbound_finalize(mbuf_t mbuf, u_int32_t protocol_family,
    size_t protocol_offset);

/*
 * Stores an 802.1Q tag for hardware insertion and marks it valid; 0.
 */
errno_t mbuf_set_vlan_tag(mbuf_t mbuf, u_int16_t vlan);

/*
 * ENXIO when no tag is set, else 0 and *vlan.
 */
errno_t mbuf_get_vlan_tag(mbuf_t mbuf, u_int16_t *vlan);

/*
 * Clears the tag; 0.
 */
errno_t mbuf_clear_vlan_tag(mbuf_t mbuf);

/*
 * Replaces the low 16 checksum-request bits and the checksum data word.
 * Exported symbol, hidden in newer public headers. value: offset of the
 * checksum field inside the transport header.
 */
errno_t mbuf_set_csum_requested(mbuf_t mbuf,
    mbuf_csum_request_flags_t request, u_int32_t value);

/*
 * Returns requested-offload bits and value; value may be NULL. Always 0.
 */
errno_t mbuf_get_csum_requested(mbuf_t mbuf,
    mbuf_csum_request_flags_t *request, u_int32_t *value);

/*
 * TSO bits and segment size (value untouched when no bit is set); EINVAL
 * without packet header or NULL pointers.
 */
errno_t mbuf_get_tso_requested(mbuf_t mbuf, mbuf_tso_request_flags_t *request,
    u_int32_t *value);

/*
 * Drops all requested offloads; 0.
 */
errno_t mbuf_clear_csum_requested(mbuf_t mbuf);

/*
 * Driver tells the stack what hardware verified. Overwrites low 16 bits. With
 * MBUF_CSUM_DID_DATA|MBUF_CSUM_PSEUDO_HDR and value 0xffff the stack trusts
 * the transport checksum. 0.
 */
errno_t mbuf_set_csum_performed(mbuf_t mbuf,
    mbuf_csum_performed_flags_t flags, u_int32_t value);

/*
 * Reads back what hardware verified; both pointers required. Exported, hidden
 * in the public header.
 */
errno_t mbuf_get_csum_performed(mbuf_t mbuf,
    mbuf_csum_performed_flags_t *flags, u_int32_t *value);

/*
 * Inline payload capacity without packet header (224 on LP64).
 */
u_int32_t mbuf_get_mlen(void);

/*
 * Inline payload capacity with packet header.
 */
u_int32_t mbuf_get_mhlen(void);

/*
 * Size from which a cluster is preferred over mbufs (mhlen+mlen).
 */
u_int32_t mbuf_get_minclsize(void);

/*
 * Forgets hardware verification; 0.
 */
errno_t mbuf_clear_csum_performed(mbuf_t mbuf);

/*
 * IPv4 transport checksum over [offset, offset+length), complemented, ready
 * to store; protocol 0 = no pseudo header, otherwise the IPv4 header must be
 * at the start of the packet and the pseudo header is included. EINVAL NULL/0
 * length/beyond the header length (a chain shorter than its header length
 * panics).
 */
errno_t mbuf_inet_cksum(mbuf_t mbuf, int protocol, u_int32_t offset,
    u_int32_t length, u_int16_t *csum);

/*
 * IPv6 counterpart.
 */
errno_t mbuf_inet6_cksum(mbuf_t mbuf, int protocol, u_int32_t offset,
    u_int32_t length, u_int16_t *csum);

/*
 * Returns the number for a module string, creating it on first use (>=1000,
 * never freed, same number space as vendor codes and interface families: one
 * string = one number everywhere). EINVAL NULL, ENOMEM.
 */
errno_t mbuf_tag_id_find(const char *module_string, mbuf_tag_id_t *module_id);

/*
 * Attaches a tag of length bytes (zeroed, 8-byte aligned) to a header mbuf;
 * freed with the packet. EINVAL (no packet header, unknown id, length 0 or >
 * 65535, NULL), EEXIST (same id+type already there), ENOMEM (WAITOK) /
 * EWOULDBLOCK (DONTWAIT), also for anything above 2048 minus the tag header.
 * *data_p is NULL on every error.
 */
errno_t mbuf_tag_allocate(mbuf_t mbuf, mbuf_tag_id_t module_id,
    mbuf_tag_type_t type, size_t length, mbuf_how_t how, void **data_p);

/*
 * Finds tag by id+type. EINVAL bad args/no packet header/unknown id, ENOENT
 * not tagged (*length 0, *data_p NULL in both); else *length and *data_p
 * (pointer into the mbuf's tag, valid while the packet lives and the tag is
 * neither freed nor moved away).
 */
errno_t mbuf_tag_find(mbuf_t mbuf, mbuf_tag_id_t module_id,
    mbuf_tag_type_t type, size_t *length, void **data_p);

/*
 * Removes one tag; silent when absent.
 */
void mbuf_tag_free(mbuf_t mbuf, mbuf_tag_id_t module_id, mbuf_tag_type_t type);

/*
 * Fills struct mbuf_stat with pool counters and the size constants (msize
 * 256, mclbytes 2048, bigmclbytes 4096 ...).
 */
void mbuf_stats(struct mbuf_stat *stats);

/*
 * Traffic class BE/BK/VI/VO of the packet; BE for no packet header.
 */
mbuf_traffic_class_t mbuf_get_traffic_class(mbuf_t mbuf);

/*
 * EINVAL for NULL, no packet header or unknown class.
 */
errno_t mbuf_set_traffic_class(mbuf_t mbuf, mbuf_traffic_class_t tc);

/*
 * 1 when the class was set by a privileged sender.
 */
int mbuf_is_traffic_class_privileged(mbuf_t mbuf);

/*
 * Physical address of a payload address; driver use. Returns 0 when the
 * address is not an mbuf-pool address. Never changes ownership.
 */
addr64_t mbuf_data_to_physical(void *ptr);

__END_DECLS

/*
 * A simple packet queue with the fields ifq_head, ifq_tail and ifq_len.
 * The macros link packets through nextpkt and lock nothing.
 */
#define IF_ENQUEUE_MBUF(ifq, m) do {					\
	mbuf_setnextpkt((m), NULL);					\
	if ((ifq)->ifq_tail == NULL)					\
		(ifq)->ifq_head = (m);					\
	else								\
		mbuf_setnextpkt((mbuf_t)(ifq)->ifq_tail, (m));		\
	(ifq)->ifq_tail = (m);						\
	(ifq)->ifq_len++;						\
} while (0)
#define IF_PREPEND_MBUF(ifq, m) do {					\
	mbuf_setnextpkt((m), (mbuf_t)(ifq)->ifq_head);			\
	if ((ifq)->ifq_tail == NULL)					\
		(ifq)->ifq_tail = (m);					\
	(ifq)->ifq_head = (m);						\
	(ifq)->ifq_len++;						\
} while (0)
#define IF_DEQUEUE_MBUF(ifq, m) do {					\
	(m) = (ifq)->ifq_head;						\
	if ((m) != NULL) {						\
		if (((ifq)->ifq_head = mbuf_nextpkt((m))) == NULL)	\
			(ifq)->ifq_tail = NULL;				\
		mbuf_setnextpkt((m), NULL);				\
		(ifq)->ifq_len--;					\
	}								\
} while (0)
#endif /* KERNEL */

#endif /* _SYS_KPI_MBUF_H_ */
