/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation and release of mbufs and their storage.
 *
 * Objects come from the kernel's slab caches; what is added here is
 * accounting.  All mbufs and clusters together stay below a limit in bytes
 * set at boot.  The last part of it is a reserve that only two kinds of
 * callers reach: M_CONTROL (the engine's control segments) and built-in
 * kernel threads outside any process that do not want to wait (drivers
 * filling their receive rings, the input path).  So the machine keeps
 * hearing and answering when programs or a kext hold every other buffer.
 * It works because what comes out of the reserve is soon given back: a
 * protocol asks mbuf_may_keep() before it puts received data into a socket.
 *
 * A waiting allocation asserts its wait first, tries again, and only then
 * blocks; every release looks for waiters after it gave its bytes back.  No
 * wakeup can be lost between the two.
 *
 * Storage (struct m_ext) is counted; see mbuf.h.  An mbuf's slab memory is
 * marked MBUF_TYPE_FREE when it is released, so a second release and a link
 * to a freed mbuf are noticed.
 */
#include "net/mbuf/mbuf.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <libkern/libkern.h>
#include <sys/proc.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"
#include "kernel/time/timer.h"
#include "net/common/net_lock.h"

_Static_assert(sizeof(struct __mbuf) % 16 == 0, "inline data is aligned");
_Static_assert(__builtin_offsetof(struct __mbuf, m_nextpkt) == MBUF_ENGINE_SIZE,
    "the engine's part comes first");

/* a atomic, I set at boot */
struct m_class_state {
	struct kmem_cache *cache;	/* I */
	uint32_t	size;		/* I: bytes of one object */
	uint32_t	inuse, peak;	/* a */
	uint64_t	allocs, frees, fails, waits;	/* a */
};

static struct m_class_state m_classes[MC_COUNT] = {
	[MC_MBUF] = { .size = MSIZE },
	[MC_CL2K] = { .size = MCLBYTES },
	[MC_CL4K] = { .size = MBIGCLBYTES },
	[MC_CL16K] = { .size = M16KCLBYTES },
	[MC_EXT] = { .size = 0 },
};
static const char *const m_class_names[MC_COUNT] = {
	"mbuf", "2k", "4k", "16k", "external"
};
static struct kmem_cache *m_ext_cache;		/* I */

static size_t	m_limit = 4u << 20;		/* I: bytes in all */
static size_t	m_reserve = 512u << 10;		/* I: of them, the reserve */
static size_t	m_bytes;			/* a: in use */
static uint32_t	m_types[16];			/* a: live mbufs by type */
static struct waitq m_waitq = WAITQ_INITIALIZER(m_waitq);
static uint32_t	m_waiters;			/* a */
static void	(*m_reclaim)(void);		/* I */
static uint64_t	m_last_complaint_ns;		/* a */
static uint32_t	m_fail_n, m_fail_state;

static void m_ext_drain(void);

uint64_t mbuf_waits, mbuf_wakeups, mbuf_drains;

#define ATOMIC_ADD(p, n)	__atomic_add_fetch((p), (n), __ATOMIC_RELAXED)
#define ATOMIC_GET(p)		__atomic_load_n((p), __ATOMIC_RELAXED)

void
mbuf_init(size_t limit_bytes)
{
	m_limit = limit_bytes;
	m_reserve = limit_bytes / 8;
	for (int c = MC_MBUF; c < MC_EXT; c++) {
		m_classes[c].cache = kmem_cache_create(m_class_names[c],
		    m_classes[c].size, c == MC_MBUF ? 64 : MCLBYTES,
		    KMEM_NOREDZONE | KMEM_BURST);
		VERIFY(m_classes[c].cache != NULL);
	}
	m_ext_cache = kmem_cache_create("m_ext", sizeof(struct m_ext), 0,
	    KMEM_BURST);
	VERIFY(m_ext_cache != NULL);
	net_unlock_hook(NET_DRAIN_MBUF, m_ext_drain);
}

void
mbuf_reclaim_hook(void (*fn)(void))
{
	m_reclaim = fn;
}

void
mbuf_fail_every(uint32_t n, uint32_t seed)
{
	m_fail_n = n;
	m_fail_state = seed | 1;
}

static bool
m_fail_now(int how)
{
	if (m_fail_n == 0 || how == MBUF_WAITOK)
		return false;
	m_fail_state ^= m_fail_state << 13;
	m_fail_state ^= m_fail_state >> 17;
	m_fail_state ^= m_fail_state << 5;
	return m_fail_state % m_fail_n == 0;
}

/* --- accounting ------------------------------------------------------------ */

/* How far this caller may go. */
static size_t
m_ceiling(int how)
{
	if (how == M_CONTROL)
		return m_limit;
	if (how == M_TRANSIT)
		return m_limit - m_reserve / 2;
	if (how == MBUF_DONTWAIT && gate_current_kext() == NULL &&
	    proc_selfpid() == 0)
		return m_limit;
	return m_limit - m_reserve;
}

static bool
m_take(size_t size, int how)
{
	size_t now = __atomic_add_fetch(&m_bytes, size, __ATOMIC_ACQ_REL);

	if (now <= m_limit - m_reserve || now <= m_ceiling(how))
		return true;
	__atomic_sub_fetch(&m_bytes, size, __ATOMIC_ACQ_REL);
	return false;
}

static void
m_give(size_t size)
{
	__atomic_sub_fetch(&m_bytes, size, __ATOMIC_ACQ_REL);
	if (__builtin_expect(__atomic_load_n(&m_waiters, __ATOMIC_ACQUIRE) != 0,
	    0)) {
		ATOMIC_ADD(&mbuf_wakeups, 1);
		waitq_wake_all(&m_waitq);
	}
}

static void
m_count(struct m_class_state *cs)
{
	uint32_t n = ATOMIC_ADD(&cs->inuse, 1);

	ATOMIC_ADD(&cs->allocs, 1);
	if (n > ATOMIC_GET(&cs->peak))
		__atomic_store_n(&cs->peak, n, __ATOMIC_RELAXED);
}

static void
m_uncount(struct m_class_state *cs)
{
	ATOMIC_ADD(&cs->frees, 1);
	__atomic_sub_fetch(&cs->inuse, 1, __ATOMIC_RELAXED);
}

/* One line a while: a flood of them would cost more than the shortage. */
static void
m_complain(const struct m_class_state *cs)
{
	uint64_t now = time_now_ns() | 1;	/* 0: never yet */
	uint64_t last = ATOMIC_GET(&m_last_complaint_ns);

	if (last != 0 && (int64_t)(now - last) < (int64_t)10 * 1000000000)
		return;
	if (__atomic_compare_exchange_n(&m_last_complaint_ns, &last, now,
	    false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		printf("mbuf: no memory for %s (%u KB of %u KB in use)\n",
		    m_class_names[cs - m_classes],
		    (unsigned)(ATOMIC_GET(&m_bytes) >> 10),
		    (unsigned)(m_limit >> 10));
}

/* One object of a class without waiting; NULL when there is none. */
static void *
m_try(struct m_class_state *cs, int how)
{
	void *p;

	if (!m_take(cs->size, how))
		return NULL;
	p = kmem_cache_alloc(cs->cache, M_NOWAIT);
	if (p == NULL)
		m_give(cs->size);
	return p;
}

static void *
m_wait(struct m_class_state *cs)
{
	struct waiter w;
	void *p;

	ATOMIC_ADD(&cs->waits, 1);
	ATOMIC_ADD(&mbuf_waits, 1);
	if (m_reclaim != NULL) {
		ATOMIC_ADD(&mbuf_drains, 1);
		m_reclaim();
	}
	for (;;) {
		__atomic_add_fetch(&m_waiters, 1, __ATOMIC_ACQ_REL);
		/* The deadline covers memory freed by others than mbufs. */
		waitq_assert(&m_waitq, &w, WAIT_UNINT,
		    time_now_ns() + 500000000ull);
		p = m_try(cs, MBUF_WAITOK);
		if (p != NULL)
			waitq_cancel(&w);
		else
			waitq_block(&w);
		__atomic_sub_fetch(&m_waiters, 1, __ATOMIC_ACQ_REL);
		if (p != NULL)
			return p;
	}
}

static void *
m_alloc_object(enum m_class c, int how)
{
	struct m_class_state *cs = &m_classes[c];
	void *p;

	if (__builtin_expect(m_fail_now(how), 0)) {
		ATOMIC_ADD(&cs->fails, 1);
		return NULL;
	}
	p = m_try(cs, how);
	if (__builtin_expect(p == NULL, 0)) {
		m_complain(cs);
		if (how != MBUF_WAITOK || !can_block()) {
			ATOMIC_ADD(&cs->fails, 1);
			return NULL;
		}
		p = m_wait(cs);
	}
	m_count(cs);
	return p;
}

static void
m_free_object(enum m_class c, void *p)
{
	struct m_class_state *cs = &m_classes[c];

	m_uncount(cs);
	kmem_cache_free(cs->cache, p);
	m_give(cs->size);
}

void
mbuf_class_stat(enum m_class c, struct m_class_stat *st)
{
	const struct m_class_state *cs = &m_classes[c];

	memset(st, 0, sizeof(*st));
	st->name = m_class_names[c];
	st->size = cs->size;
	st->allocs = ATOMIC_GET(&cs->allocs);
	st->frees = ATOMIC_GET(&cs->frees);
	st->fails = ATOMIC_GET(&cs->fails);
	st->waits = ATOMIC_GET(&cs->waits);
	st->inuse = ATOMIC_GET(&cs->inuse);
	st->peak = ATOMIC_GET(&cs->peak);
	if (cs->size != 0) {
		st->limit = (uint32_t)(m_limit / cs->size);
		st->reserve = (uint32_t)(m_reserve / cs->size);
	}
}

void
mbuf_type_counts(uint32_t counts[16])
{
	for (int i = 0; i < 16; i++)
		counts[i] = ATOMIC_GET(&m_types[i]);
}

size_t
mbuf_bytes_inuse(void)
{
	return ATOMIC_GET(&m_bytes);
}

size_t
mbuf_bytes_limit(void)
{
	return m_limit;
}

size_t
mbuf_bytes_free(void)
{
	size_t most = m_limit - m_reserve, now = ATOMIC_GET(&m_bytes);

	return now < most ? most - now : 0;
}

bool
mbuf_may_keep(bool empty)
{
	return ATOMIC_GET(&m_bytes) <=
	    m_limit - (empty ? m_reserve / 2 : m_reserve);
}

/* --- storage ----------------------------------------------------------------- */

static int
m_class_of(size_t size)
{
	switch (size) {
	case MCLBYTES:
		return MC_CL2K;
	case MBIGCLBYTES:
		return MC_CL4K;
	case M16KCLBYTES:
		return MC_CL16K;
	default:
		return -1;
	}
}

void *
m_cluster_alloc(int how, size_t size)
{
	return m_alloc_object((enum m_class)m_class_of(size), how);
}

void
m_cluster_free(void *p, size_t size)
{
	int c = m_class_of(size);

	if (c < 0)
		panic("mbuf_freecluster: %p has no size of %zu bytes", p, size);
	m_free_object((enum m_class)c, p);
}

struct m_ext *
m_ext_alloc(int how, size_t size)
{
	struct m_ext *xt;

	xt = kmem_cache_alloc(m_ext_cache, how == MBUF_WAITOK && can_block() ?
	    M_WAITOK : M_NOWAIT);
	if (xt == NULL)
		return NULL;
	memset(xt, 0, sizeof(*xt));
	xt->xt_buf = m_cluster_alloc(how, size);
	if (xt->xt_buf == NULL) {
		kmem_cache_free(m_ext_cache, xt);
		return NULL;
	}
	xt->xt_refs = 1;
	xt->xt_class = (uint16_t)m_class_of(size);
	xt->xt_size = (uint32_t)size;
	return xt;
}

/* Storage of somebody else; its free function is called through a gate. */
struct m_ext *
m_ext_attach(int how, caddr_t buf, size_t size,
    void (*extfree)(caddr_t, u_int, caddr_t), caddr_t arg)
{
	struct m_ext *xt;
	struct gate *g;

	xt = kmem_cache_alloc(m_ext_cache, how == MBUF_WAITOK ? M_WAITOK :
	    M_NOWAIT);
	if (xt == NULL)
		return NULL;
	g = kmalloc(sizeof(*g), how == MBUF_WAITOK ? M_WAITOK : M_NOWAIT);
	if (g == NULL) {
		kmem_cache_free(m_ext_cache, xt);
		return NULL;
	}
	memset(xt, 0, sizeof(*xt));
	gate_init(g, GATE_MBUF, "external buffer", (const void *)extfree);
	xt->xt_gate = g;
	xt->xt_refs = 1;
	xt->xt_class = MC_EXT;
	xt->xt_size = (uint32_t)size;
	xt->xt_buf = buf;
	xt->xt_free = extfree;
	xt->xt_arg = arg;
	m_count(&m_classes[MC_EXT]);
	return xt;
}

void
m_ext_ref(struct m_ext *xt)
{
	__atomic_fetch_or(&xt->xt_flags, XT_SHARED, __ATOMIC_RELAXED);
	__atomic_add_fetch(&xt->xt_refs, 1, __ATOMIC_RELAXED);
}

static void
m_ext_call_free(struct m_ext *xt)
{
	GATE_VOID(xt->xt_gate, xt->xt_free, xt->xt_buf, xt->xt_size,
	    xt->xt_arg);
	gate_fini(xt->xt_gate);
	kfree(xt->xt_gate);
	m_uncount(&m_classes[MC_EXT]);
	kmem_cache_free(m_ext_cache, xt);
}

/* Free functions that came up where no kext may be called. */
static struct m_ext *m_deferred;		/* a */

static void
m_ext_drain(void)
{
	struct m_ext *xt, *next;

	xt = __atomic_exchange_n(&m_deferred, NULL, __ATOMIC_ACQUIRE);
	for (; xt != NULL; xt = next) {
		next = xt->xt_next;
		m_ext_call_free(xt);
	}
}

static void
m_ext_defer(struct m_ext *xt)
{
	xt->xt_next = __atomic_load_n(&m_deferred, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&m_deferred, &xt->xt_next, xt, true,
	    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	net_drain_pend(NET_DRAIN_MBUF);
}

void
m_ext_rele(struct m_ext *xt)
{
	if (__atomic_sub_fetch(&xt->xt_refs, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	if (xt->xt_gate != NULL) {
		if (net_lock_owned() || !can_block())
			m_ext_defer(xt);
		else
			m_ext_call_free(xt);
		return;
	}
	if (xt->xt_class == MC_EXT) {
		kfree(xt->xt_buf);
		m_uncount(&m_classes[MC_EXT]);
	} else {
		m_free_object((enum m_class)xt->xt_class, xt->xt_buf);
	}
	kmem_cache_free(m_ext_cache, xt);
}

/* Makes xt the storage of m; one count goes with it. */
void
m_set_storage(mbuf_t m, struct m_ext *xt, bool owner)
{
	if (m->m_ext != NULL)
		m_ext_rele(m->m_ext);
	m->m_ext = xt;
	m->m_buf = xt->xt_buf;
	m->m_size = xt->xt_size;
	m->m_data = m->m_buf;
	m->m_flags = (m->m_flags & ~(M_OWNER | M_RDONLY)) | MBUF_EXT |
	    (owner ? M_OWNER : 0);
}

/* --- mbufs ------------------------------------------------------------------- */

static uint32_t m_next_id;

mbuf_t
m_get(int how, int type)
{
	mbuf_t m = m_alloc_object(MC_MBUF, how);

	if (m == NULL)
		return NULL;
	memset(m, 0, sizeof(*m));
	m->m_ref = 1;
	m->m_buf = m->m_data = m->m_inline;
	m->m_size = MLEN;
	m->m_flags = M_OWNER;
	m->m_type = (uint16_t)type;
	m->m_magic = M_MAGIC;
	m->m_id = ATOMIC_ADD(&m_next_id, 1);
	m->m_kext = kext_charge(KRES_MBUF, 1);
	ATOMIC_ADD(&m_types[type & 15], 1);
	return m;
}

mbuf_t
m_gethdr(int how, int type)
{
	mbuf_t m = m_get(how, type);

	if (m != NULL)
		m->m_flags |= MBUF_PKTHDR;
	return m;
}

bool
m_clget(mbuf_t m, int how, size_t size)
{
	struct m_ext *xt = m_ext_alloc(how, size);

	if (xt == NULL)
		return false;
	m_set_storage(m, xt, true);
	return true;
}

mbuf_t
m_getjcl(int how, int type, int flags, size_t size)
{
	mbuf_t m = m_get(how, type);

	if (m == NULL)
		return NULL;
	m->m_flags |= (uint32_t)flags & MBUF_PKTHDR;
	if (!m_clget(m, how, size)) {
		m_free(m);
		return NULL;
	}
	return m;
}

mbuf_t
m_getcl(int how, int type, int flags)
{
	return m_getjcl(how, type, flags, MCLBYTES);
}

mbuf_t
m_free(mbuf_t m)
{
	mbuf_t next = m->m_next;
	uint32_t size;

	if (m->m_type == MBUF_TYPE_FREE || m->m_magic != M_MAGIC)
		panic("mbuf %p freed twice", (void *)m);
	if (m->m_pkthdr.tags != NULL)
		m_tags_free(m);
	if (m->m_ext != NULL)
		m_ext_rele(m->m_ext);
	if (m->m_kext != NULL)
		kext_uncharge(m->m_kext, KRES_MBUF, 1);
	__atomic_sub_fetch(&m_types[m->m_type & 15], 1, __ATOMIC_RELAXED);
	size = MSIZE;
#ifdef INVARIANTS
	memset(m, 0xdb, size);
#endif
	(void)size;
	m->m_type = MBUF_TYPE_FREE;
	m->m_magic = 0;
	m_free_object(MC_MBUF, m);
	return next;
}

void
m_freem(mbuf_t m)
{
	while (m != NULL)
		m = m_free(m);
}

/* The type counters follow. */
void
m_settype(mbuf_t m, int type)
{
	__atomic_sub_fetch(&m_types[m->m_type & 15], 1, __ATOMIC_RELAXED);
	ATOMIC_ADD(&m_types[type & 15], 1);
	m->m_type = (uint16_t)type;
}

mbuf_t
m_ref_storage(mbuf_t src, char *data, size_t len, int how)
{
	mbuf_t m = m_get(how, src->m_type);

	KASSERT(src->m_ext != NULL, ("m_ref_storage: inline mbuf"));
	if (m == NULL)
		return NULL;
	m_ext_ref(src->m_ext);
	m_set_storage(m, src->m_ext, false);
	m->m_data = data;
	m->m_len = (uint16_t)len;
	m->m_flags |= src->m_flags & M_RDONLY;
	return m;
}

/* Storage for more than a cluster holds; rare. */
static struct m_ext *
m_ext_big(int how, size_t size)
{
	int flags = how == MBUF_WAITOK ? M_WAITOK : M_NOWAIT;
	struct m_ext *xt = kmem_cache_alloc(m_ext_cache, flags);

	if (xt == NULL)
		return NULL;
	memset(xt, 0, sizeof(*xt));
	xt->xt_buf = kmalloc(size, flags);
	if (xt->xt_buf == NULL) {
		kmem_cache_free(m_ext_cache, xt);
		return NULL;
	}
	xt->xt_refs = 1;
	xt->xt_class = MC_EXT;
	xt->xt_size = (uint32_t)size;
	m_count(&m_classes[MC_EXT]);
	return xt;
}

bool
m_bigget(mbuf_t m, int how, size_t size)
{
	struct m_ext *xt;

	if (!m_fail_now(how)) {
		xt = m_ext_big(how, size);
		if (xt != NULL) {
			m_set_storage(m, xt, true);
			return true;
		}
	}
	ATOMIC_ADD(&m_classes[MC_EXT].fails, 1);
	return false;
}

bool
m_unshare(mbuf_t m, int how)
{
	struct m_ext *xt;
	size_t size, off = m_headroom(m), len = m->m_len;
	char *data = m->m_data;

	if (m->m_ext == NULL)
		return true;
	if (!(m->m_flags & M_RDONLY) && !m_storage_shared(m))
		return true;
	size = off + len <= MCLBYTES ? MCLBYTES :
	    off + len <= MBIGCLBYTES ? MBIGCLBYTES : M16KCLBYTES;
	if (off + len > size)
		off = 0;
	xt = len > size ? m_ext_big(how, len) : m_ext_alloc(how, size);
	if (xt == NULL)
		return false;
	memcpy(xt->xt_buf + off, data, len);
	m_set_storage(m, xt, true);
	m->m_data = m->m_buf + off;
	return true;
}
