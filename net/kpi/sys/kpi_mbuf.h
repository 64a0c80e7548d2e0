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
 * The start of this mbuf's payload.
 * Returns:   the address; never NULL
 * Ownership: borrows mbuf
 * Context:   any
 */
void *mbuf_data(mbuf_t mbuf);

/*
 * The lowest address the payload of this mbuf may start at.
 * Returns:   the address
 * Ownership: borrows mbuf
 * Context:   any
 */
void *mbuf_datastart(mbuf_t mbuf);

/*
 * Sets start and length of this mbuf's payload; the packet header's length is
 * not changed.
 * Returns:   0, or EINVAL when the range leaves the buffer
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     len in bytes
 */
errno_t mbuf_setdata(mbuf_t mbuf, void *data, size_t len);

/*
 * Moves the start of an empty mbuf so that len bytes end at the buffer's end,
 * rounded down to 4 bytes: leaves room for headers.
 * Returns:   0, or ENOTSUP for a shared cluster
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     len in bytes
 */
errno_t mbuf_align_32(mbuf_t mbuf, size_t len);

/*
 * Allocates an mbuf without packet header, empty and unlinked.
 * Returns:   0, or ENOMEM with *mbuf NULL
 * Ownership: *mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK; any with MBUF_DONTWAIT
 */
errno_t mbuf_get(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf);

/*
 * Allocates an mbuf with a packet header, empty and unlinked.
 * Returns:   0, or ENOMEM with *mbuf NULL
 * Ownership: *mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK; any with MBUF_DONTWAIT
 */
errno_t mbuf_gethdr(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf);

/*
 * Gives an mbuf the caller's memory as its cluster; allocates a header mbuf
 * when *mbuf is NULL. A cluster it had is released, and *mbuf may then be
 * another mbuf.
 * Returns:   0; EINVAL for NULL, size 0 or more than 65,535 bytes (an mbuf's
 *            length has 16 bits here; the reference takes any); ENOMEM
 * Ownership: may replace *mbuf; on ENOMEM it has been freed and is NULL, and
 *            extbuf stays the caller's; on success extfree(extbuf, extsize,
 *            extarg) runs once with the last reference
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     extsize in bytes
 */
errno_t mbuf_attachcluster(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf,
    caddr_t extbuf, void (*extfree)(caddr_t, u_int, caddr_t), size_t extsize,
    caddr_t extarg);

/*
 * Allocates a cluster without an mbuf; *size is rounded up to 2048, 4096 or
 * 16384.
 * Returns:   0; EINVAL for NULL or 0, ENOTSUP above 4096 without 16 KB
 *            clusters, ENOMEM
 * Ownership: *addr is the caller's, ended with mbuf_freecluster() or given
 *            to mbuf_attachcluster()
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     *size in bytes
 */
errno_t mbuf_alloccluster(mbuf_how_t how, size_t *size, caddr_t *addr);

/*
 * Frees a cluster of mbuf_alloccluster(); another size than it reported
 * panics.
 * Context:   any
 * Units:     size in bytes
 */
void mbuf_freecluster(caddr_t addr, size_t size);

/*
 * Gives an mbuf a cluster of 2048, 4096 or 16384 bytes; allocates the mbuf,
 * without packet header, when *mbuf is NULL. It must have no cluster yet.
 * Returns:   0; EINVAL for another size or NULL, ENOTSUP without 16 KB
 *            clusters, ENOMEM
 * Ownership: an mbuf allocated here is freed on error; the caller's stays
 *            the caller's
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     size in bytes
 */
errno_t mbuf_getcluster(mbuf_how_t how, mbuf_type_t type, size_t size,
    mbuf_t *mbuf);

/*
 * Gives an mbuf a cluster of 2048 bytes, as mbuf_getcluster() does.
 * Returns:   0, EINVAL or ENOMEM
 * Ownership: as mbuf_getcluster()
 * Context:   thread, may block with MBUF_WAITOK
 */
errno_t mbuf_mclget(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf);

/*
 * Allocates a packet with room for packetlen bytes, all lengths 0. A limit in
 * *maxchunks bounds the number of mbufs and becomes the number used; NULL or
 * 0: no limit.
 * Returns:   0; EINVAL for length 0, ENOBUFS when the limit is too small,
 *            ENOMEM; *mbuf and *maxchunks are then untouched
 * Ownership: *mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     packetlen in bytes
 */
errno_t mbuf_allocpacket(mbuf_how_t how, size_t packetlen,
    unsigned int *maxchunks, mbuf_t *mbuf);

/*
 * Allocates numpkts packets as mbuf_allocpacket() does, linked through
 * nextpkt.
 * Returns:   0; EINVAL when a number is 0, ENOBUFS, ENOMEM; nothing is then
 *            returned
 * Ownership: *mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     packetlen in bytes
 */
errno_t mbuf_allocpacket_list(unsigned int numpkts, mbuf_how_t how,
    size_t packetlen, unsigned int *maxchunks, mbuf_t *mbuf);

/*
 * Allocates a header mbuf with a cluster of 2048 bytes, lengths 0.
 * Returns:   0; ENOMEM, or EWOULDBLOCK with MBUF_DONTWAIT; *mbuf is then
 *            NULL
 * Ownership: *mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK
 */
errno_t mbuf_getpacket(mbuf_how_t how, mbuf_t *mbuf);

/*
 * Frees one mbuf, with its tags and its reference to a cluster.
 * Returns:   the mbuf that was next
 * Ownership: consumes mbuf, not those linked to it
 * Context:   any
 */
mbuf_t mbuf_free(mbuf_t mbuf);

/*
 * Frees a chain; NULL is allowed.
 * Ownership: consumes the mbufs linked through next, not nextpkt
 * Context:   any
 */
void mbuf_freem(mbuf_t mbuf);

/*
 * Frees a list of packets; NULL is allowed.
 * Returns:   the number of packets freed
 * Ownership: consumes the packets linked through nextpkt
 * Context:   any
 */
int mbuf_freem_list(mbuf_t mbuf);

/*
 * The bytes free in front of the payload; 0 when the cluster is shared.
 * Returns:   bytes
 * Context:   any
 */
size_t mbuf_leadingspace(const mbuf_t mbuf);

/*
 * The bytes free behind the payload; 0 when the cluster is shared.
 * Returns:   bytes
 * Context:   any
 */
size_t mbuf_trailingspace(const mbuf_t mbuf);

/*
 * Makes a chain of len bytes from offset that shares the clusters. From
 * offset 0 it has a packet header, to which the tags move; MBUF_COPYALL
 * copies to the end.
 * Returns:   0; ENOMEM with *new_mbuf NULL, also for length 0 or a range
 *            outside the chain
 * Ownership: borrows src; *new_mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     offset and len in bytes
 */
errno_t mbuf_copym(const mbuf_t src, size_t offset, size_t len,
    mbuf_how_t how, mbuf_t *new_mbuf);

/*
 * Copies a packet with header and tags; nothing is shared.
 * Returns:   0, or ENOMEM with *new_mbuf NULL
 * Ownership: borrows src; *new_mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK
 */
errno_t mbuf_dup(const mbuf_t src, mbuf_how_t how, mbuf_t *new_mbuf);

/*
 * Makes room for len bytes in front, in the first mbuf or in a new one; their
 * content is not defined. Lengths follow.
 * Returns:   0; ENOMEM, and the packet has been freed and *mbuf is NULL
 * Ownership: may replace *mbuf; consumes it on error
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     len in bytes; at most what one mbuf holds
 */
errno_t mbuf_prepend(mbuf_t *mbuf, size_t len, mbuf_how_t how);

/*
 * Cuts a packet in two at offset; the tail gets a packet header when src has
 * one.
 * Returns:   0; ENOMEM with src unchanged and *new_mbuf NULL
 * Ownership: src keeps the head; *new_mbuf is the caller's
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     offset in bytes
 */
errno_t mbuf_split(mbuf_t src, size_t offset, mbuf_how_t how, mbuf_t *new_mbuf);

/*
 * Makes the first len bytes contiguous in the first mbuf. A first mbuf with a
 * cluster, or without successor, is copied anew: test mbuf_len() first.
 * Returns:   0; ENOMEM, and the packet has been freed and *mbuf is NULL
 * Ownership: may replace *mbuf; consumes it on error
 * Context:   any
 * Units:     len in bytes; at most what one mbuf holds
 */
errno_t mbuf_pullup(mbuf_t *mbuf, size_t len);

/*
 * Makes length bytes from *offset contiguous somewhere in the chain;
 * *location is the mbuf that holds them, *offset becomes the offset in it.
 * Returns:   0; ENOMEM, and the packet has been freed and *location is NULL
 * Ownership: consumes src on error
 * Context:   any
 * Units:     *offset and length in bytes; at most 2048
 */
errno_t mbuf_pulldown(mbuf_t src, size_t *offset, size_t length,
    mbuf_t *location);

/*
 * Trims len bytes from the front, or -len from the end; the packet header
 * follows, emptied mbufs stay.
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     len in bytes
 */
void mbuf_adj(mbuf_t mbuf, int len);

/*
 * Adds amount to the length of this mbuf; the packet header is not changed.
 * Returns:   0, or EINVAL when it would leave the buffer
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     amount in bytes
 */
errno_t mbuf_adjustlen(mbuf_t mbuf, int amount);

/*
 * Appends a chain to another; packet headers are not merged.
 * Returns:   dst; NULL when dst is NULL, and then src is still the caller's
 * Ownership: consumes src
 * Context:   any
 */
mbuf_t mbuf_concatenate(mbuf_t dst, mbuf_t src);

/*
 * Copies length bytes from offset out of a chain.
 * Returns:   0, or EINVAL when the chain is shorter
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     offset and length in bytes
 */
errno_t mbuf_copydata(const mbuf_t mbuf, size_t offset, size_t length,
    void *out_data);

/*
 * Writes length bytes at offset, growing the chain where it ends; a gap is
 * filled with zeros. The packet header follows.
 * Returns:   0; EINVAL for NULL or length 0; ENOBUFS after a part
 * Ownership: borrows mbuf, on error too
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     offset and length in bytes
 */
errno_t mbuf_copyback(mbuf_t mbuf, size_t offset, size_t length,
    const void *data, mbuf_how_t how);

/*
 * Whether the mbuf's cluster is shared and must not be written.
 * Returns:   1 or 0
 * Ownership: borrows mbuf
 * Context:   any
 */
int mbuf_mclhasreference(mbuf_t mbuf);

/*
 * Adds a reference to the cluster of an mbuf, which is then shared.
 * Returns:   1; 0 when the mbuf has no cluster
 * Ownership: borrows mbuf; the reference ends with mbuf_mclunref()
 * Context:   any
 */
int mbuf_mclref(mbuf_t mbuf);

/*
 * Drops a reference of mbuf_mclref(); the mbuf keeps its own.
 * Returns:   0: the cluster is still in use
 * Ownership: borrows mbuf
 * Context:   any
 */
int mbuf_mclunref(mbuf_t mbuf);

/*
 * The next mbuf of the packet.
 * Returns:   the mbuf, or NULL
 * Context:   any
 */
mbuf_t mbuf_next(const mbuf_t mbuf);

/*
 * Links next behind mbuf; NULL ends the chain. No length follows.
 * Returns:   0, or EINVAL when next is on a packet list or freed
 * Ownership: next becomes part of the chain
 * Context:   any
 */
errno_t mbuf_setnext(mbuf_t mbuf, mbuf_t next);

/*
 * The next packet of the list.
 * Returns:   the packet, or NULL
 * Context:   any
 */
mbuf_t mbuf_nextpkt(const mbuf_t mbuf);

/*
 * Links the packet nextpkt behind mbuf.
 * Ownership: nextpkt becomes part of the list
 * Context:   any
 */
void mbuf_setnextpkt(mbuf_t mbuf, mbuf_t nextpkt);

/*
 * The bytes in this mbuf.
 * Returns:   bytes
 * Context:   any
 */
size_t mbuf_len(const mbuf_t mbuf);

/*
 * Sets the bytes in this mbuf, unchecked; the packet header is not changed.
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     len in bytes
 */
void mbuf_setlen(mbuf_t mbuf, size_t len);

/*
 * The size of this mbuf's buffer.
 * Returns:   bytes
 * Context:   any
 */
size_t mbuf_maxlen(const mbuf_t mbuf);

/*
 * The type of this mbuf.
 * Returns:   MBUF_TYPE_
 * Context:   any
 */
mbuf_type_t mbuf_type(const mbuf_t mbuf);

/*
 * Sets the type of this mbuf.
 * Returns:   0, or EINVAL for MBUF_TYPE_FREE
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_settype(mbuf_t mbuf, mbuf_type_t new_type);

/*
 * The public flags of this mbuf.
 * Returns:   MBUF_ bits
 * Context:   any
 */
mbuf_flags_t mbuf_flags(const mbuf_t mbuf);

/*
 * Replaces the public flags. Without MBUF_PKTHDR the tags are freed.
 * Returns:   0; EINVAL when MBUF_EXT would change or a bit is unknown; EBUSY
 *            when MBUF_PKTHDR cannot be set on a used buffer (the others are
 *            set)
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_setflags(mbuf_t mbuf, mbuf_flags_t flags);

/*
 * Replaces the flags in mask.
 * Returns:   0; EINVAL when mask holds MBUF_EXT or an unknown bit; EBUSY as
 *            mbuf_setflags()
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_setflags_mask(mbuf_t mbuf, mbuf_flags_t flags, mbuf_flags_t mask);

/*
 * Makes dest the packet's first mbuf: header and flags are copied, tags move.
 * Returns:   0, or EINVAL when src has no packet header
 * Ownership: borrows both
 * Context:   any
 */
errno_t mbuf_copy_pkthdr(mbuf_t dest, const mbuf_t src);

/*
 * The length of the packet, as its header says.
 * Returns:   bytes; 0 without a packet header
 * Context:   any
 */
size_t mbuf_pkthdr_len(const mbuf_t mbuf);

/*
 * Sets the length in the packet header.
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     len in bytes
 */
void mbuf_pkthdr_setlen(mbuf_t mbuf, size_t len);

/*
 * Adds amount to the length in the packet header.
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     amount in bytes
 */
void mbuf_pkthdr_adjustlen(mbuf_t mbuf, int amount);

/*
 * The interface the packet came in through.
 * Returns:   the interface, without a reference, or NULL
 * Context:   any
 */
ifnet_t mbuf_pkthdr_rcvif(const mbuf_t mbuf);

/*
 * Sets the interface the packet came in through; needed before ifnet_input().
 * Returns:   0
 * Ownership: borrows mbuf; takes no reference to ifp
 * Context:   any
 */
errno_t mbuf_pkthdr_setrcvif(mbuf_t mbuf, ifnet_t ifp);

/*
 * The link-layer header stored with the packet.
 * Returns:   its address, or NULL
 * Context:   any
 */
void *mbuf_pkthdr_header(const mbuf_t mbuf);

/*
 * Stores the link-layer header's address; needed before ifnet_input().
 * Ownership: borrows mbuf
 * Context:   any
 */
void mbuf_pkthdr_setheader(mbuf_t mbuf, void *header);

/*
 * Forgets what hardware said of the checksums, so that they are verified;
 * before changing a packet received.
 * Ownership: borrows mbuf
 * Context:   any
 */
void mbuf_inbound_modified(mbuf_t mbuf);

/*
 * Computes the checksums left to hardware of a PF_INET or PF_INET6 packet;
 * before changing or keeping a packet sent.
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     protocol_offset in bytes, where the IP header starts
 */
void mbuf_outbound_finalize(mbuf_t mbuf, u_int32_t protocol_family,
    size_t protocol_offset);

/*
 * Stores an 802.1Q tag for the hardware to insert.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_set_vlan_tag(mbuf_t mbuf, u_int16_t vlan);

/*
 * Reads the 802.1Q tag.
 * Returns:   0, or ENXIO when there is none
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_get_vlan_tag(mbuf_t mbuf, u_int16_t *vlan);

/*
 * Removes the 802.1Q tag.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_clear_vlan_tag(mbuf_t mbuf);

/*
 * Replaces what hardware is to compute, and its value: the offset of the
 * checksum in the transport header.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_set_csum_requested(mbuf_t mbuf,
    mbuf_csum_request_flags_t request, u_int32_t value);

/*
 * Reads what hardware is to compute; value may be NULL.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_get_csum_requested(mbuf_t mbuf,
    mbuf_csum_request_flags_t *request, u_int32_t *value);

/*
 * Reads whether hardware is to cut the packet, and the segment size; *value
 * is set only when it is.
 * Returns:   0, or EINVAL for NULL or without a packet header
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     *value in bytes
 */
errno_t mbuf_get_tso_requested(mbuf_t mbuf, mbuf_tso_request_flags_t *request,
    u_int32_t *value);

/*
 * Says that the packet, one TCP header and up to 64 KB behind it, stands for
 * segments of value bytes: on output hardware (or the stack) cuts it; on
 * input a driver has joined them, and they are cut again for whoever expects
 * single segments.  request is one of MBUF_TSO_*, or 0 with value 0.  Not in
 * the reference, which has the reading side only.
 * Returns:   0, or EINVAL for NULL, without a packet header, or for a
 *            request or value that is none
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     value in bytes
 */
errno_t mbuf_set_tso_requested(mbuf_t mbuf, mbuf_tso_request_flags_t request,
    u_int32_t value);

/*
 * Requests nothing of hardware.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_clear_csum_requested(mbuf_t mbuf);

/*
 * Says what hardware has verified; MBUF_CSUM_DID_DATA with
 * MBUF_CSUM_PSEUDO_HDR and 0xffff means a right transport checksum.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_set_csum_performed(mbuf_t mbuf,
    mbuf_csum_performed_flags_t flags, u_int32_t value);

/*
 * Reads what hardware has verified.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_get_csum_performed(mbuf_t mbuf,
    mbuf_csum_performed_flags_t *flags, u_int32_t *value);

/*
 * The payload of an mbuf without cluster and packet header.
 * Returns:   bytes
 * Context:   any
 */
u_int32_t mbuf_get_mlen(void);

/*
 * The payload of an mbuf with packet header and without cluster.
 * Returns:   bytes
 * Context:   any
 */
u_int32_t mbuf_get_mhlen(void);

/*
 * The data size from which a cluster is preferred.
 * Returns:   bytes
 * Context:   any
 */
u_int32_t mbuf_get_minclsize(void);

/*
 * Forgets what hardware has verified.
 * Returns:   0
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_clear_csum_performed(mbuf_t mbuf);

/*
 * The Internet checksum of a range, complemented; with a protocol the IPv4
 * pseudo header counts, the header being at the packet's start.
 * Returns:   0, or EINVAL for length 0 or a range outside the packet
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     offset and length in bytes; *csum in network order
 */
errno_t mbuf_inet_cksum(mbuf_t mbuf, int protocol, u_int32_t offset,
    u_int32_t length, u_int16_t *csum);

/*
 * mbuf_inet_cksum() with the IPv6 pseudo header.
 * Returns:   0, or EINVAL for length 0 or a range outside the packet
 * Ownership: borrows mbuf
 * Context:   any
 * Units:     offset and length in bytes; *csum in network order
 */
errno_t mbuf_inet6_cksum(mbuf_t mbuf, int protocol, u_int32_t offset,
    u_int32_t length, u_int16_t *csum);

/*
 * The number of a module string, made on first use; the same string has the
 * same number everywhere.
 * Returns:   0; EINVAL for NULL, ENOMEM
 * Context:   thread, may block
 */
errno_t mbuf_tag_id_find(const char *module_string, mbuf_tag_id_t *module_id);

/*
 * Puts a tag of length bytes, zeroed, on a packet; it goes with the packet.
 * Returns:   0; EINVAL without packet header, for an unknown id or a wrong
 *            length, EEXIST, ENOMEM, EWOULDBLOCK with MBUF_DONTWAIT; *data_p
 *            is then NULL
 * Ownership: borrows mbuf; *data_p belongs to the packet
 * Context:   thread, may block with MBUF_WAITOK
 * Units:     length in bytes
 */
errno_t mbuf_tag_allocate(mbuf_t mbuf, mbuf_tag_id_t module_id,
    mbuf_tag_type_t type, size_t length, mbuf_how_t how, void **data_p);

/*
 * Finds a tag of a packet.
 * Returns:   0; ENOENT, EINVAL for bad arguments; *length is then 0 and
 *            *data_p NULL
 * Ownership: borrows mbuf; *data_p belongs to the packet
 * Context:   any
 * Units:     *length in bytes
 */
errno_t mbuf_tag_find(mbuf_t mbuf, mbuf_tag_id_t module_id,
    mbuf_tag_type_t type, size_t *length, void **data_p);

/*
 * Removes a tag; nothing happens when there is none.
 * Ownership: borrows mbuf
 * Context:   any
 */
void mbuf_tag_free(mbuf_t mbuf, mbuf_tag_id_t module_id, mbuf_tag_type_t type);

/*
 * The auxiliary mbuf of a packet for a family and a type, made when there is
 * none; it is copied and freed with the packet. Tags replaced it.
 * Returns:   0; EINVAL without a packet header, for a family above 0xfff and
 *            for a type that is not one; ENOMEM
 * Ownership: *aux_mbuf stays the packet's
 * Context:   any
 */
errno_t mbuf_aux_add(mbuf_t mbuf, int family, mbuf_type_t type,
    mbuf_t *aux_mbuf);

/*
 * The auxiliary mbuf of a packet for a family and a type.
 * Returns:   the mbuf; NULL when there is none
 * Ownership: the packet's
 * Context:   any
 */
mbuf_t mbuf_aux_find(mbuf_t mbuf, int family, mbuf_type_t type);

/*
 * Frees an auxiliary mbuf of a packet; another mbuf is left as it is.
 * Ownership: consumes aux when it is one of this packet
 * Context:   any
 */
void mbuf_aux_delete(mbuf_t mbuf, mbuf_t aux);

/*
 * Reads counters and sizes of the pools.
 * Context:   any thread
 */
void mbuf_stats(struct mbuf_stat *stats);

/*
 * The traffic class of a packet.
 * Returns:   MBUF_TC_
 * Ownership: borrows mbuf
 * Context:   any
 */
mbuf_traffic_class_t mbuf_get_traffic_class(mbuf_t mbuf);

/*
 * Sets the traffic class of a packet.
 * Returns:   0, or EINVAL for an unknown class
 * Ownership: borrows mbuf
 * Context:   any
 */
errno_t mbuf_set_traffic_class(mbuf_t mbuf, mbuf_traffic_class_t tc);

/*
 * Whether the traffic class of a packet is a privileged one.
 * Returns:   1 or 0
 * Ownership: borrows mbuf
 * Context:   any
 */
int mbuf_is_traffic_class_privileged(mbuf_t mbuf);

/*
 * The physical address of payload.
 * Returns:   the address; 0 when ptr is NULL
 * Context:   any
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
