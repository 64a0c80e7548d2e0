/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Object caches and kmalloc().
 *
 * A slab is 2^order frames of one cache; its state lives in the first
 * frame's struct page: a chain of free objects by index, and how many are
 * handed out.  Slabs with free objects hang in the cache's list, full ones
 * nowhere; of empty ones a cache keeps one.  In front of the slabs each cache
 * has a small stack of free objects, the magazine: most allocations and frees
 * are a pop and a push, and slabs are visited for half a magazine at a time.
 *
 * kmalloc() has a cache per size class up to CLASS_MAX and takes whole
 * frames above it.
 *
 * Debug builds (INVARIANTS): each object is followed by a 16-byte red zone
 * that says whether it is live and how long it was asked to be; the gap
 * between the two is filled and checked.  A freed object is filled with a
 * pattern, but for the index of the next free one in its first word, and
 * checked when it is handed out.  Fills and checks stop after FILL_MAX
 * bytes: a stray write hits the start of an object more often than not, and
 * a whole cluster would cost more than sending it.  Caches with KMEM_NOREDZONE, and those
 * with a large alignment, have the fill only.
 *
 * One spin lock per cache, none while calling the frame allocator's users;
 * any context may allocate and free.
 */
#include "kernel/mm/kmem.h"

#include <string.h>

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/mm/failnth.h"
#include "kernel/mm/pmm.h"

#define CLASS_MAX	2048
#define NO_OBJECT	0xffff
#define MAX_WASTE	8		/* at most 1/8 of a slab is unused */

#define ZONE_LIVE	0x6c697665u
#define ZONE_FREE	0x66726565u
#define FILL_FREE	0xdb
#define FILL_FREE_WORD	0xdbdbdbdbdbdbdbdbUL
#define FILL_GAP	0xa5
#define FILL_MAX	256

#define MAG_SIZE	32		/* of a magazine */
#define MAG_MAX		128		/* of one for objects that go in bursts */
#define BURST_MEMORY	(64ul << 20)	/* enough of it for these, bytes */

struct redzone {
	uint32_t	state;		/* ZONE_LIVE, ZONE_FREE */
	uint32_t	size;		/* bytes asked for */
	uint64_t	check;		/* state and size, folded */
};

struct kmem_cache {
	const char		*name;
	size_t			 size;		/* as asked */
	size_t			 room;		/* size before the red zone */
	size_t			 stride;
	unsigned		 order, per_slab;
	bool			 zoned;
	struct arch_spin	 lock;
	void			*mag[MAG_MAX];	/* free, out of their slabs */
	unsigned		 nmag, mag_size;
	struct page		 partial;	/* list head */
	unsigned		 nempty;
	size_t			 inuse, peak, pages;
	uint64_t		 allocs, frees, fails;
	struct kmem_cache	*next;
};

static struct arch_spin list_lock = ARCH_SPIN_INIT;
static struct kmem_cache *caches;
static struct kmem_cache cache_cache;

static const uint16_t class_size[] = {
	16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048,
};
#define NCLASS	(sizeof(class_size) / sizeof(class_size[0]))
static const char *const class_name[NCLASS] = {
	"kmalloc-16", "kmalloc-32", "kmalloc-48", "kmalloc-64", "kmalloc-96",
	"kmalloc-128", "kmalloc-192", "kmalloc-256", "kmalloc-384",
	"kmalloc-512", "kmalloc-768", "kmalloc-1024", "kmalloc-1536",
	"kmalloc-2048",
};
static struct kmem_cache class_cache[NCLASS];
static uint8_t class_of[CLASS_MAX / 16 + 1];	/* by 16-byte units */

static size_t large_blocks, large_pages;

/* --- slabs ---------------------------------------------------------------------- */

static void
partial_add(struct kmem_cache *c, struct page *pg)
{
	pg->pg_next = c->partial.pg_next;
	pg->pg_prev = &c->partial;
	pg->pg_next->pg_prev = pg;
	c->partial.pg_next = pg;
}

static void
partial_remove(struct page *pg)
{
	pg->pg_next->pg_prev = pg->pg_prev;
	pg->pg_prev->pg_next = pg->pg_next;
}

static char *
object_at(struct kmem_cache *c, const struct page *head, unsigned i)
{
	return (char *)phys_to_virt(pmm_page_addr(head)) + i * c->stride;
}

/* --- debug checks ------------------------------------------------------------------ */

static struct redzone *
redzone_of(struct kmem_cache *c, const void *obj)
{
	return (struct redzone *)((uintptr_t)obj + c->room);
}

#ifdef INVARIANTS
static size_t
fill_len(size_t len)
{
	return len < FILL_MAX ? len : FILL_MAX;
}

static uint64_t
redzone_sum(uint32_t state, uint32_t size)
{
	return ((uint64_t)state << 32 | size) ^ 0x9e3779b97f4a7c15UL;
}

static void
redzone_set(struct kmem_cache *c, void *obj, uint32_t state, size_t size)
{
	struct redzone *z = redzone_of(c, obj);

	z->state = state;
	z->size = (uint32_t)size;
	z->check = redzone_sum(state, z->size);
}

static void
redzone_check(struct kmem_cache *c, void *obj, uint32_t state)
{
	struct redzone *z = redzone_of(c, obj);
	const uint8_t *p = obj;
	size_t i;

	if (!c->zoned)
		return;
	if (z->check != redzone_sum(z->state, z->size))
		panic("kmem: red zone of %p (%s) overwritten", obj, c->name);
	if (z->state != state)
		panic("kmem: %p (%s) %s", obj, c->name, state == ZONE_LIVE ?
		    "freed twice" : "in use and on the free list");
	if (state == ZONE_FREE)
		return;
	for (i = 0; i < fill_len(c->room - z->size); i++) {
		if (p[z->size + i] != FILL_GAP)
			panic("kmem: %p (%s, %u bytes) written past its end",
			    obj, c->name, z->size);
	}
}

/* The pattern starts behind the word with the free chain's index. */
static void
pattern_check(struct kmem_cache *c, const void *obj)
{
	const uint64_t *p = obj;
	size_t i, n = fill_len(c->room) / sizeof(*p);

	for (i = 1; i < n; i++) {
		if (p[i] != FILL_FREE_WORD)
			panic("kmem: %p (%s) written at +%zu after free", obj,
			    c->name, i * sizeof(*p));
	}
}

static void
debug_free(struct kmem_cache *c, void *obj)
{
	memset(obj, FILL_FREE, fill_len(c->room));
	if (c->zoned)
		redzone_set(c, obj, ZONE_FREE, 0);
}

static void
debug_alloc(struct kmem_cache *c, void *obj, size_t size)
{
	redzone_check(c, obj, ZONE_FREE);
	pattern_check(c, obj);
	if (c->zoned) {
		memset((char *)obj + size, FILL_GAP,
		    fill_len(c->room - size));
		redzone_set(c, obj, ZONE_LIVE, size);
	}
}
#else
static inline void
redzone_check(struct kmem_cache *c, void *obj, uint32_t state)
{
}

static inline void
debug_free(struct kmem_cache *c, void *obj)
{
}

static inline void
debug_alloc(struct kmem_cache *c, void *obj, size_t size)
{
}
#endif

/* --- slabs, continued ---------------------------------------------------------------- */

static struct page *
slab_create(struct kmem_cache *c)
{
	paddr_t pa = pmm_alloc(c->order, 0);
	struct page *pg;
	unsigned i;
	char *obj;

	if (pa == 0)
		return NULL;
	pg = pmm_page(pa);
	for (i = 0; i < 1u << c->order; i++) {
		pg[i].pg_state = PAGE_SLAB;
		pg[i].pg_cache = c;
		pg[i].pg_index = (uint16_t)i;
	}
	for (i = 0; i < c->per_slab; i++) {
		obj = object_at(c, pg, i);
		debug_free(c, obj);
		*(uint16_t *)obj = i + 1 < c->per_slab ? i + 1 : NO_OBJECT;
	}
	pg->pg_free = 0;
	pg->pg_inuse = 0;
	return pg;
}

static void
slab_destroy(struct kmem_cache *c, struct page *pg)
{
	unsigned i;

	for (i = 0; i < 1u << c->order; i++)
		pg[i].pg_state = PAGE_USED;
	pmm_free(pmm_page_addr(pg), c->order);
}

/* Geometry: the smallest slab that wastes little. */
static void
cache_setup(struct kmem_cache *c, const char *name, size_t size,
    size_t align, unsigned flags)
{
	size_t bytes;

	memset(c, 0, sizeof(*c));
	if (align < 16)
		align = 16;
	c->name = name;
	c->size = size;
	c->room = (size + 15) & ~15UL;
#ifdef INVARIANTS
	c->zoned = !(flags & KMEM_NOREDZONE) && align <= 64;
#endif
	c->stride = c->room + (c->zoned ? sizeof(struct redzone) : 0);
	c->stride = (c->stride + align - 1) & ~(align - 1);
	for (;; c->order++) {
		bytes = MMU_PAGE_SIZE << c->order;
		c->per_slab = (unsigned)(bytes / c->stride);
		if (c->per_slab > 0 &&
		    (bytes % c->stride) * MAX_WASTE <= bytes)
			break;
		if (c->order == 5 && c->per_slab > 0)
			break;
	}
	c->partial.pg_next = c->partial.pg_prev = &c->partial;
	c->mag_size = (flags & KMEM_BURST) != 0 &&
	    pmm_total_count() >= BURST_MEMORY / MMU_PAGE_SIZE ? MAG_MAX :
	    MAG_SIZE;
	if (c->stride > MMU_PAGE_SIZE / 2)
		c->mag_size /= 4;
}

static void
cache_link(struct kmem_cache *c)
{
	uint64_t s = arch_spin_lock(&list_lock);

	c->next = caches;
	caches = c;
	arch_spin_unlock(&list_lock, s);
}

/* --- allocation ------------------------------------------------------------------ */

/* Failure on purpose. */
static inline bool
fail_now(int flags)
{
	return __builtin_expect(failnth_armed, 0) && failnth_now(flags);
}

/* One object out of a slab. */
static void *
slab_take(struct kmem_cache *c)
{
	struct page *pg = c->partial.pg_next;
	char *obj;

	if (pg == &c->partial)
		return NULL;
	if (pg->pg_inuse == 0)
		c->nempty--;
	obj = object_at(c, pg, pg->pg_free);
	pg->pg_free = *(uint16_t *)obj;
	pg->pg_inuse++;
	if (pg->pg_free == NO_OBJECT)
		partial_remove(pg);
	return obj;
}

/* The magazine is empty: half of one out of the slabs. */
static __attribute__((noinline)) bool
mag_fill(struct kmem_cache *c)
{
	void *obj;

	while (c->nmag < (c->mag_size + 1) / 2 && (obj = slab_take(c)) != NULL)
		c->mag[c->nmag++] = obj;
	return c->nmag != 0;
}

static inline void *
take_locked(struct kmem_cache *c)
{
	if (__builtin_expect(c->nmag == 0, 0) && !mag_fill(c))
		return NULL;
	c->allocs++;
	if (++c->inuse > c->peak)
		c->peak = c->inuse;
	return c->mag[--c->nmag];
}

/* The slabs are empty too: one more of them, or what others can spare. */
static __attribute__((noinline)) void *
cache_grow(struct kmem_cache *c)
{
	struct page *pg;
	uint64_t s;
	void *obj;

	do {
		pg = slab_create(c);
		if (pg == NULL && kmem_reap() > 0)
			pg = slab_create(c);
		if (pg == NULL)
			return NULL;
		s = arch_spin_lock(&c->lock);
		partial_add(c, pg);
		c->nempty++;
		c->pages += (size_t)1 << c->order;
		obj = take_locked(c);
		arch_spin_unlock(&c->lock, s);
	} while (obj == NULL);
	return obj;
}

static inline __attribute__((always_inline)) void *
cache_alloc(struct kmem_cache *c, size_t size, int flags)
{
	void *obj = NULL;
	uint64_t s;

	if (!fail_now(flags)) {
		s = arch_spin_lock(&c->lock);
		obj = take_locked(c);
		arch_spin_unlock(&c->lock, s);
		if (__builtin_expect(obj == NULL, 0))
			obj = cache_grow(c);
	}
	if (__builtin_expect(obj == NULL, 0)) {
		__atomic_add_fetch(&c->fails, 1, __ATOMIC_RELAXED);
		return NULL;
	}
	debug_alloc(c, obj, size);
	if (flags & M_ZERO)
		memset(obj, 0, size);
	return obj;
}

/* The first frame of the slab p is in, NULL when it is in none. */
static struct page *
slab_find(const void *p)
{
	uintptr_t a = (uintptr_t)p;
	struct page *pg = NULL;

	if (a >= MMU_DIRECT_BASE && a < MMU_DIRECT_END)
		pg = pmm_page(a - MMU_DIRECT_BASE);
	return pg != NULL && pg->pg_state == PAGE_SLAB ? pg - pg->pg_index :
	    NULL;
}

/* The slab p belongs to, and p's place in it; panics on anything else. */
static struct page *
slab_of(const void *p, unsigned *idx)
{
	struct page *pg = slab_find(p);
	struct kmem_cache *c;
	size_t off;

	if (pg == NULL)
		panic("kmem: %p is not an object", p);
	c = pg->pg_cache;
	off = (size_t)((const char *)p - object_at(c, pg, 0));
	*idx = (unsigned)(off / c->stride);
	if (off % c->stride != 0 || *idx >= c->per_slab)
		panic("kmem: %p is inside an object of %s", p, c->name);
	return pg;
}

/* Back into its slab; a slab that is one too many empty goes to *dead. */
static void
slab_put(struct kmem_cache *c, void *p, struct page **dead)
{
	unsigned idx;
	struct page *pg = slab_of(p, &idx);

	if (pg->pg_free == NO_OBJECT)
		partial_add(c, pg);
	*(uint16_t *)p = pg->pg_free;
	pg->pg_free = (uint16_t)idx;
	VERIFY(pg->pg_inuse > 0);
	if (--pg->pg_inuse == 0 && ++c->nempty > 1) {
		partial_remove(pg);
		c->nempty--;
		c->pages -= (size_t)1 << c->order;
		pg->pg_next = *dead;
		*dead = pg;
	}
}

static size_t
slabs_destroy(struct kmem_cache *c, struct page *dead)
{
	struct page *next;
	size_t n = 0;

	for (; dead != NULL; dead = next) {
		next = dead->pg_next;
		slab_destroy(c, dead);
		n += (size_t)1 << c->order;
	}
	return n;
}

/* The magazine is full: half of it goes back.  The lock is dropped. */
static __attribute__((noinline)) void
mag_flush(struct kmem_cache *c, void *p, uint64_t s)
{
	struct page *dead = NULL;

	while (c->nmag > c->mag_size / 2)
		slab_put(c, c->mag[--c->nmag], &dead);
	c->mag[c->nmag++] = p;
	arch_spin_unlock(&c->lock, s);
	slabs_destroy(c, dead);
}

static inline __attribute__((always_inline)) void
cache_free(struct kmem_cache *c, void *p)
{
	uint64_t s;

	redzone_check(c, p, ZONE_LIVE);
	debug_free(c, p);
	s = arch_spin_lock(&c->lock);
	c->frees++;
	c->inuse--;
	if (__builtin_expect(c->nmag == c->mag_size, 0)) {
		mag_flush(c, p, s);
		return;
	}
	c->mag[c->nmag++] = p;
	arch_spin_unlock(&c->lock, s);
}

/* --- caches ------------------------------------------------------------------------ */

struct kmem_cache *
kmem_cache_create(const char *name, size_t size, size_t align,
    unsigned flags)
{
	struct kmem_cache *c;

	VERIFY(size > 0 && size <= 16 * MMU_PAGE_SIZE);
	c = cache_alloc(&cache_cache, sizeof(*c), 0);
	if (c == NULL)
		return NULL;
	cache_setup(c, name, size, align, flags);
	cache_link(c);
	return c;
}

void *
kmem_cache_alloc(struct kmem_cache *c, int flags)
{
	return cache_alloc(c, c->size, flags);
}

void
kmem_cache_free(struct kmem_cache *c, void *p)
{
#ifdef INVARIANTS
	unsigned idx;
	struct page *pg = slab_of(p, &idx);

	if (pg->pg_cache != c)
		panic("kmem: %p belongs to %s, freed to %s", p,
		    pg->pg_cache->name, c->name);
#endif
	cache_free(c, p);
}

static size_t
cache_reap(struct kmem_cache *c)
{
	struct page *pg, *next, *dead = NULL;
	uint64_t s = arch_spin_lock(&c->lock);

	while (c->nmag > 0)
		slab_put(c, c->mag[--c->nmag], &dead);
	for (pg = c->partial.pg_next; c->nempty > 0 && pg != &c->partial;
	    pg = next) {
		next = pg->pg_next;
		if (pg->pg_inuse != 0)
			continue;
		partial_remove(pg);
		c->nempty--;
		c->pages -= (size_t)1 << c->order;
		pg->pg_next = dead;
		dead = pg;
	}
	arch_spin_unlock(&c->lock, s);
	return slabs_destroy(c, dead);
}

void
kmem_cache_destroy(struct kmem_cache *c)
{
	struct kmem_cache **p;
	uint64_t s;

	if (c->inuse != 0)
		panic("kmem: cache %s destroyed with %zu objects in use",
		    c->name, c->inuse);
	s = arch_spin_lock(&list_lock);
	for (p = &caches; *p != c; p = &(*p)->next)
		;
	*p = c->next;
	arch_spin_unlock(&list_lock, s);
	cache_reap(c);
	kmem_cache_free(&cache_cache, c);
}

size_t
kmem_reap(void)
{
	struct kmem_cache *c;
	size_t n = 0;

	/* caches are added in front and rarely go: a walk without the lock
	 * would do but for kmem_cache_destroy() */
	uint64_t s = arch_spin_lock(&list_lock);

	for (c = caches; c != NULL; c = c->next)
		n += cache_reap(c);
	arch_spin_unlock(&list_lock, s);
	return n;
}

void
kmem_cache_stats(struct kmem_cache *c, struct kmem_stats *out)
{
	uint64_t s = arch_spin_lock(&c->lock);

	*out = (struct kmem_stats){
		.name = c->name, .size = c->size, .stride = c->stride,
		.inuse = c->inuse, .peak = c->peak, .pages = c->pages,
		.allocs = c->allocs, .frees = c->frees, .fails = c->fails,
	};
	arch_spin_unlock(&c->lock, s);
}

void
kmem_walk(void (*fn)(const struct kmem_stats *, void *), void *arg)
{
	struct kmem_stats st;
	struct kmem_cache *c;
	uint64_t s;

	s = arch_spin_lock(&list_lock);
	c = caches;
	arch_spin_unlock(&list_lock, s);
	for (; c != NULL; c = c->next) {
		kmem_cache_stats(c, &st);
		fn(&st, arg);
	}
}

/* --- kmalloc ------------------------------------------------------------------------- */

static void *
large_alloc(size_t size, int flags)
{
	size_t n = (size + MMU_PAGE_MASK) >> MMU_PAGE_SHIFT;
	struct page *pg;
	paddr_t pa;

	if (fail_now(flags))
		return NULL;
	pa = pmm_alloc_pages(n, flags & M_ZERO);
	if (pa == 0 && kmem_reap() > 0)
		pa = pmm_alloc_pages(n, flags & M_ZERO);
	if (pa == 0)
		return NULL;
	pg = pmm_page(pa);
	pg->pg_state = PAGE_LARGE;
	pg->pg_count = n;
	__atomic_add_fetch(&large_blocks, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&large_pages, n, __ATOMIC_RELAXED);
	return phys_to_virt(pa);
}

void *
kmalloc(size_t size, int flags)
{
	if (size > CLASS_MAX)
		return large_alloc(size, flags);
	return cache_alloc(&class_cache[class_of[(size + 15) / 16]], size,
	    flags);
}

/* A block of whole frames: its first frame, NULL when p is not one. */
static struct page *
large_of(const void *p)
{
	uintptr_t a = (uintptr_t)p;
	struct page *pg;

	if (a < MMU_DIRECT_BASE || a >= MMU_DIRECT_END ||
	    (a & MMU_PAGE_MASK) != 0)
		return NULL;
	pg = pmm_page(a - MMU_DIRECT_BASE);
	return pg != NULL && pg->pg_state == PAGE_LARGE ? pg : NULL;
}

static void
large_free(void *p)
{
	struct page *pg = large_of(p);
	size_t n;

	if (pg == NULL)
		panic("kfree: %p was not allocated, or freed already", p);
	n = pg->pg_count;
	pg->pg_state = PAGE_USED;
	__atomic_sub_fetch(&large_blocks, 1, __ATOMIC_RELAXED);
	__atomic_sub_fetch(&large_pages, n, __ATOMIC_RELAXED);
#ifdef INVARIANTS
	memset(p, FILL_FREE, FILL_MAX);
#endif
	pmm_free_pages(pmm_page_addr(pg), n);
}

void
kfree(void *p)
{
	struct page *pg;

	if (p == NULL)
		return;
	pg = slab_find(p);
	if (pg == NULL) {
		large_free(p);
		return;
	}
#ifdef INVARIANTS
	unsigned idx;

	(void)slab_of(p, &idx);
#endif
	cache_free(pg->pg_cache, p);
}

size_t
kmalloc_size(const void *p)
{
	struct page *pg = large_of(p);
	struct kmem_cache *c;
	unsigned idx;

	if (pg != NULL)
		return pg->pg_count * MMU_PAGE_SIZE;
	c = slab_of(p, &idx)->pg_cache;
	return c->zoned ? redzone_of(c, p)->size : c->room;
}

void
kmem_large_stats(size_t *blocks, size_t *npages)
{
	*blocks = large_blocks;
	*npages = large_pages;
}

void
kmem_init(void)
{
	unsigned i, units = 0;

	cache_setup(&cache_cache, "kmem_cache", sizeof(struct kmem_cache), 0,
	    0);
	cache_link(&cache_cache);
	for (i = 0; i < NCLASS; i++) {
		cache_setup(&class_cache[i], class_name[i], class_size[i], 0,
		    0);
		cache_link(&class_cache[i]);
		for (; units <= class_size[i] / 16u; units++)
			class_of[units] = (uint8_t)i;
	}
}
