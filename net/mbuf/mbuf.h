/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory buffers: the inside of mbuf_t.
 *
 * An mbuf is at the same time the protocol engine's packet buffer: the first
 * MBUF_ENGINE_SIZE bytes of struct __mbuf are laid out exactly as the engine's
 * struct pbuf (net/inet/pbuf.c asserts it), the rest is ours.  So nothing is
 * ever converted or copied between a driver, a filter, the engine and a
 * socket buffer.
 *
 * Ownership has two forms.  In the KPI world an mbuf has exactly one owner
 * (m_ref is 1) and only *storage* is counted.  Inside the engine an mbuf may
 * have several users (m_ref counts them); such a chain never leaves the
 * engine: the output boundary makes a clone.
 *
 * Storage is either inline (m_ext NULL, m_buf is m_inline) or a counted
 * struct m_ext: a cluster of 2, 4 or 16 KB, or memory of somebody else with
 * a free function.  M_OWNER is set on the mbuf that allocated its storage;
 * only that one may use the headroom while others share it.  An mbuf with
 * M_RDONLY shows bytes that the engine may still need (a retransmission
 * queue); the KPI's writers take a private copy first.
 *
 * Every mbuf has room for a packet header, whether MBUF_PKTHDR is set or not;
 * MLEN and MHLEN are therefore equal.
 */
#ifndef NET_MBUF_MBUF_H
#define NET_MBUF_MBUF_H

#include <sys/types.h>
#include <sys/kernel_types.h>
#include <sys/kpi_mbuf.h>
#include <stdbool.h>
#include <stdint.h>

#include "kernel/layout.h"

#define MSIZE		512	/* one mbuf */
#define MCLBYTES	2048
#define MBIGCLBYTES	4096
#define M16KCLBYTES	16384
#define M_MAXLEN	65535	/* m_len has 16 bits, as the engine's has */

struct gate;
struct kext;
struct m_tag;

/*
 * Counted storage.  xt_refs is atomic; everything else is immutable while
 * anybody holds a count, but for XT_SHARED, which sticks once a second
 * holder was seen (the KPI's mbuf_mclhasreference).
 */
struct m_ext {
	uint32_t	xt_refs;	/* a: holders */
	uint16_t	xt_class;	/* enum m_class */
	uint16_t	xt_flags;	/* a: XT_* */
	uint32_t	xt_size;
	char		*xt_buf;
	void		(*xt_free)(caddr_t, u_int, caddr_t);
	caddr_t		xt_arg;
	struct gate	*xt_gate;	/* around xt_free; NULL: plain memory */
	struct m_ext	*xt_next;	/* on the list of deferred releases */
};
#define XT_SHARED	0x0001

enum m_class {
	MC_MBUF, MC_CL2K, MC_CL4K, MC_CL16K, MC_EXT, MC_COUNT
};

/* Packet header.  Meaningful with MBUF_PKTHDR; zero otherwise. */
struct m_pkthdr {
	ifnet_t		rcvif;		/* no reference is held */
	void		*header;	/* link header of a received packet */
	struct m_tag	*tags;
	uint32_t	len;		/* of the whole packet */
	uint32_t	csum_flags;	/* MBUF_CSUM_*, MBUF_TSO_*, PH_VLAN */
	uint32_t	csum_data;
	uint16_t	vlan_tag;
	uint16_t	tso_segsz;
	uint8_t		tc;		/* mbuf_traffic_class_t */
	uint8_t		tc_priv : 1;
	uint8_t		rounds : 7;	/* injections so far */
	uint16_t	marks;		/* PHM_*: private to the stack */
	/* Of the stack's own between queue and re-entry: */
	uint8_t		in_if;		/* index: interface it came in on */
	uint8_t		acc_if;		/* index: interface that accepted it */
	uint16_t	l4off;		/* offset of the transport header */
	uint32_t	csum_redo;	/* what outbound_finalize did, see there */
	uint32_t	out_ticket;	/* output: who waits for its fate, or 0 */
	uint64_t	mark_data;	/* e.g. the filter to resume behind */
	uint64_t	out_opts;	/* output: options of the packet */
};
#define PH_VLAN		0x00010000	/* in csum_flags: vlan_tag is valid */
#define PH_CSUM_MASK	0x0000ffff
/* In csum_redo beside request bits: cleared before it was carried out. */
#define M_REDO_LOST	0x80000000u

/* pkthdr.marks */
#define PHM_IPF_RESUME	0x0001	/* mark_data is the filter to resume behind */
#define PHM_RESOLVING	0x0002	/* preout handed it to the resolver */
#define PHM_VETTED	0x0004	/* SYN accepted by its filters */
#define PHM_SUPER	0x0008	/* joined segments: tso_segsz is one's size */
#define PHM_LOOPED	0x0010	/* multicast copy to ourselves */
#define PHM_RAWOUT	0x0020	/* header is complete, leave it alone */
#define PHM_IPF_SKIP	0x0040	/* no IP filters at all */
#define PHM_FORWARD	0x0080	/* forwarded, not ours */
#define PHM_L4_STALE	0x0100	/* verified, but not by its checksum field */
#define PHM_MCLOOP	0x0200	/* a multicast that we shall hear ourselves */

struct __mbuf {
	/* --- exactly struct pbuf of the engine --------------------------- */
	struct __mbuf	*m_next;
	char		*m_data;
	uint16_t	m_totlen;	/* engine only; see m_to_pbuf() */
	uint16_t	m_len;
	uint8_t		m_ptype;	/* engine: allocation type bits */
	uint8_t		m_pflags;	/* engine: PBUF_FLAG_* */
	uint32_t	m_ref;		/* a: users inside the engine */
	uint8_t		m_ifidx;	/* engine: input interface */
	uint8_t		m_pad[3];
	/* --- ours -------------------------------------------------------- */
	struct __mbuf	*m_nextpkt;
	LAYOUT_PAD
	struct m_ext	*m_ext;		/* NULL: inline */
	char		*m_buf;		/* start of the buffer */
	uint32_t	m_size;		/* bytes in it */
	uint32_t	m_flags;	/* MBUF_* and M_* */
	uint16_t	m_type;		/* MBUF_TYPE_* */
	uint16_t	m_magic;	/* debug builds: M_MAGIC while allocated */
	uint32_t	m_id;		/* of the packet, for the trace */
	struct kext	*m_kext;	/* charged with it, or NULL */
	struct m_pkthdr	m_pkthdr;
	char		m_inline[] __attribute__((aligned(16)));
};

/* The id by which the trace follows a packet; 0 without one. */
#define M_TRACE_ID(m)	((m) != NULL ? (m)->m_id : 0)
#define MBUF_ENGINE_SIZE 32
#define M_MAGIC		0x6d62

#define MLEN		(MSIZE - __builtin_offsetof(struct __mbuf, m_inline))
#define MHLEN		MLEN
#define MINCLSIZE	(MHLEN + MLEN)

/* m_flags beside the public MBUF_* bits (mask 0x7f47). */
#define M_PUBLIC	0x00007f47u
#define M_OWNER		0x00010000u	/* allocated its storage */
#define M_RDONLY	0x00020000u	/* bytes belong to the engine too */
#define M_RESERVED	0x00040000u	/* came out of the reserve */

#define mtod(m, t)	((t)(void *)(m)->m_data)

/* Bytes before and behind the data, whoever shares the storage. */
static inline uint32_t
m_headroom(const struct __mbuf *m)
{
	return (uint32_t)(m->m_data - m->m_buf);
}

static inline uint32_t
m_tailroom(const struct __mbuf *m)
{
	uint32_t room = m->m_size - m_headroom(m) - m->m_len;

	return room < (uint32_t)(M_MAXLEN - m->m_len) ? room :
	    (uint32_t)(M_MAXLEN - m->m_len);
}

/* True if another mbuf holds, or once held, the same storage. */
static inline bool
m_storage_shared(const struct __mbuf *m)
{
	return m->m_ext != NULL &&
	    (__atomic_load_n(&m->m_ext->xt_flags, __ATOMIC_RELAXED) &
	    XT_SHARED) != 0;
}

/*
 * Allocation.  `how` is MBUF_WAITOK or MBUF_DONTWAIT, or M_CONTROL for what
 * the stack must be able to send and receive when everything else is taken
 * (does not wait, may use the reserve).  NULL when there is none.
 * Built-in kernel threads outside any process may use the reserve with
 * MBUF_DONTWAIT: receive rings live from it.  M_TRANSIT is for packets on
 * their way to a driver (half the reserve), M_ORDINARY for what stays, from
 * whatever thread (none of it); neither waits.
 */
#define M_CONTROL	0x100
#define M_TRANSIT	0x200
#define M_ORDINARY	0x400
mbuf_t	m_get(int how, int type);
mbuf_t	m_gethdr(int how, int type);
mbuf_t	m_getcl(int how, int type, int flags);	/* with 2 KB; flags MBUF_PKTHDR or 0 */
mbuf_t	m_getjcl(int how, int type, int flags, size_t size); /* 2048, 4096, 16384 */
bool	m_clget(mbuf_t m, int how, size_t size);
/* Contiguous storage of any size, for what no cluster holds. */
bool	m_bigget(mbuf_t m, int how, size_t size);
struct m_ext *m_ext_alloc(int how, size_t size);
struct m_ext *m_ext_attach(int how, caddr_t buf, size_t size,
	    void (*extfree)(caddr_t, u_int, caddr_t), caddr_t arg);
void	m_ext_ref(struct m_ext *xt);
void	m_ext_rele(struct m_ext *xt);
/* A new mbuf showing len bytes at data of src's counted storage. */
mbuf_t	m_ref_storage(mbuf_t src, char *data, size_t len, int how);
/* Private storage for one mbuf that shares its own; false: no memory. */
bool	m_unshare(mbuf_t m, int how);

mbuf_t	m_free(mbuf_t m);			/* returns m_next */
void	m_freem(mbuf_t m);
void	m_settype(mbuf_t m, int type);
/* xt (and one count of it) becomes m's storage; the old one is released. */
void	m_set_storage(mbuf_t m, struct m_ext *xt, bool owner);
/* Clusters without an mbuf: 2048, 4096 or 16384 bytes. */
void	*m_cluster_alloc(int how, size_t size);
void	m_cluster_free(void *p, size_t size);
/* Length of the chain by its mbufs. */
size_t	m_length(const struct __mbuf *m);
/* pkthdr.len and all m_totlen from the mbufs; clears MBUF_PKTHDR behind. */
size_t	m_fixhdr(mbuf_t m);
/* Clears MBUF_PKTHDR (and tags) of every mbuf of the chain but the first. */
void	m_demote_rest(mbuf_t m);
/* First len bytes contiguous (and private if `write`); frees m on failure. */
mbuf_t	m_pullup_write(mbuf_t m, size_t len, int how);
/* Plain m_pullup: untouched if the bytes are contiguous; frees on failure. */
mbuf_t	m_pullup(mbuf_t m, size_t len, int how);
/* Deep copy with header and tags; headroom bytes left in front. */
mbuf_t	m_dup_headroom(const struct __mbuf *m, size_t headroom, int how);
/* Moves the packet header (fields, flags, tags) from one to the other. */
void	m_move_pkthdr(mbuf_t to, mbuf_t from);
/* Appends chain n to m (no copying, no header bookkeeping). */
void	m_cat(mbuf_t m, mbuf_t n);
mbuf_t	m_last(mbuf_t m);

/* Tags (mbuf_tag.c). */
void	m_tags_free(mbuf_t m);
void	m_tags_move(mbuf_t to, mbuf_t from);
bool	m_tags_copy(mbuf_t to, const struct __mbuf *from, int how);

/*
 * Checksums (mbuf_cksum.c).  Sums are 16-bit ones' complement sums of the
 * bytes as they lie in memory, not inverted; a sum over a piece that begins
 * at an odd place is byte-swapped by the caller.
 */
uint16_t in_cksum_buf(const void *p, size_t len);
uint16_t m_cksum(const struct __mbuf *m, size_t off, size_t len);
uint16_t in_cksum_add(uint32_t a, uint32_t b);
uint16_t in_pseudo4(const void *src, const void *dst, uint32_t len, uint8_t proto);
uint16_t in_pseudo6(const void *src, const void *dst, uint32_t len, uint8_t proto);
/* Carries out what csum_flags asks for; ipoff is where the IP header is. */
void	m_csum_finalize(mbuf_t m, int family, size_t ipoff);
/* Computes the transport's checksum from scratch, if it has one of ours. */
void	m_csum_renew(mbuf_t m, int family, size_t ipoff);

/* The same for a received packet at its IP header; it counts as verified. */
void	m_csum_complete(mbuf_t m, int family);

/* Consistency: panics in debug builds if the chain is not sound. */
void	mbuf_check(const struct __mbuf *m);
#ifdef INVARIANTS
#define MBUF_CHECK(m)	mbuf_check(m)
#else
#define MBUF_CHECK(m)	((void)0)
#endif

/* Counters, kept per class; true at any moment. */
struct m_class_stat {
	const char	*name;
	uint32_t	size;		/* bytes of one */
	uint64_t	allocs, frees, fails, waits;
	uint32_t	inuse, peak, limit, reserve, cached;
};
void	mbuf_class_stat(enum m_class c, struct m_class_stat *st);
void	mbuf_type_counts(uint32_t counts[16]);
size_t	mbuf_bytes_inuse(void);
size_t	mbuf_bytes_limit(void);
size_t	mbuf_bytes_free(void);		/* without the reserve */
/*
 * May received data be kept?  Not out of the reserve, or the next packets
 * could not even be looked at; half of it is open to a socket that holds
 * nothing yet (`empty`), so that each still gets a little.
 */
bool	mbuf_may_keep(bool empty);
/* Packets lost because a packet of the engine was too long, and so on. */
extern uint64_t mbuf_waits, mbuf_wakeups, mbuf_drains;

/* Limits in bytes of mbufs and clusters together; called once at boot. */
void	mbuf_init(size_t limit_bytes);
/* Called (from any thread, no lock held) when memory is short. */
void	mbuf_reclaim_hook(void (*fn)(void));

/* Allocation failures on purpose: one in n (0: never); tests. */
void	mbuf_fail_every(uint32_t n, uint32_t seed);

#endif /* NET_MBUF_MBUF_H */
