/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The KPI's allocators over kmalloc(): _MALLOC with types and OSMalloc with
 * tags.
 *
 * Each block begins with a header that says who is charged for it, so that
 * it can be freed by anyone: the kext on whose behalf it was made, its type
 * or tag, its size.  The header is 16 bytes and keeps the alignment.
 */
#include "kernel/mm/malloc.h"

#include <libkern/OSMalloc.h>
#include <string.h>
#include <sys/malloc.h>
#include <sys/queue.h>

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"

#define SIZE_LIMIT	(1UL << 30)	/* above it a size is absurd */
#define BLOCK_MAGIC	0xb10c
#define TYPE_TAGGED	0x8000		/* block.type of OSMalloc */
#define TAG_MAGIC	0x4f534d54u

struct block {
	struct kext_site *site;	/* of the kext that is charged, or NULL */
	uint32_t	 size;
	uint16_t	 type;		/* M_*, TYPE_TAGGED */
	uint16_t	 magic;
};

struct __OSMallocTag__ {
	LIST_ENTRY(__OSMallocTag__) link;
	uint32_t	 magic;
	uint32_t	 flags;
	bool		 released;	/* by OSMalloc_Tagfree() */
	size_t		 count, bytes;
	struct kext_site *site;
	char		 name[64];
};

static struct arch_spin malloc_lock = ARCH_SPIN_INIT;
static struct malloc_stats type_stats[M_LAST];
static LIST_HEAD(, __OSMallocTag__) tags = LIST_HEAD_INITIALIZER(tags);

static struct block *
block_alloc(size_t size, unsigned type, int flags)
{
	struct block *b;

	if (size == 0 || size > SIZE_LIMIT)
		return NULL;
	b = kmalloc(size + sizeof(*b), flags & (M_NOWAIT | M_ZERO));
	if (b == NULL)
		return NULL;
	*b = (struct block){
		.site = kext_site_charge(size),
		.size = (uint32_t)size, .type = (uint16_t)type,
		.magic = BLOCK_MAGIC,
	};
	return b;
}

static struct block *
block_of(void *addr)
{
	struct block *b = (struct block *)addr - 1;

	if (b->magic != BLOCK_MAGIC)
		panic("free of %p: not an allocated block, or freed already",
		    addr);
	return b;
}

static void
block_free(struct block *b)
{
	struct kext_site *site = b->site;
	size_t size = b->size;

	b->magic = 0;
	kfree(b);
	kext_site_uncharge(site, size);	/* last: the kext may go now */
}

/* --- _MALLOC ---------------------------------------------------------------------- */

static void
type_count(unsigned type, long n, long bytes)
{
	struct malloc_stats *st = &type_stats[type];
	uint64_t s = arch_spin_lock(&malloc_lock);

	st->count += (size_t)n;
	st->bytes += (size_t)bytes;
	if (n > 0)
		st->total++;
	if (st->bytes > st->peak)
		st->peak = st->bytes;
	arch_spin_unlock(&malloc_lock, s);
}

void *
_MALLOC(size_t size, int type, int flags)
{
	struct block *b;

	if (type < 0 || type >= M_LAST)
		panic("_MALLOC: type %d", type);
	KASSERT((flags & M_NOWAIT) || curcpu()->c_intr_depth == 0,
	    ("_MALLOC(M_WAITOK) in an interrupt"));
	b = block_alloc(size, (unsigned)type, flags);
	if (b == NULL)
		return NULL;
	type_count((unsigned)type, 1, (long)size);
	return b + 1;
}

void
_FREE(void *addr, int type)
{
	struct block *b;

	if (addr == NULL)
		return;
	b = block_of(addr);
	KASSERT(b->type < M_LAST, ("_FREE of an OSMalloc block"));
	/* counted where it was counted in, whatever the caller says */
	type_count(b->type, -1, -(long)b->size);
	block_free(b);
}

void *
_MALLOC_ZONE(size_t size, int type, int flags)
{
	return _MALLOC(size, type, flags);
}

void
_FREE_ZONE(void *elem, size_t size, int type)
{
	KASSERT(elem == NULL || block_of(elem)->size == size,
	    ("_FREE_ZONE: %zu bytes of a block of %u", size,
	    block_of(elem)->size));
	_FREE(elem, type);
}

bool
malloc_type_stats(int type, struct malloc_stats *out)
{
	uint64_t s;

	if (type < 0 || type >= M_LAST)
		return false;
	s = arch_spin_lock(&malloc_lock);
	*out = type_stats[type];
	arch_spin_unlock(&malloc_lock, s);
	return true;
}

const char *
malloc_type_name(int type)
{
	switch (type) {
	case M_FREE:
		return "free";
	case M_MBUF:
		return "mbuf";
	case M_DEVBUF:
		return "devbuf";
	case M_SOCKET:
		return "socket";
	case M_PCB:
		return "pcb";
	case M_RTABLE:
		return "rtable";
	case M_IFADDR:
		return "ifaddr";
	case M_SOOPTS:
		return "soopts";
	case M_SONAME:
		return "soname";
	case M_IOV:
		return "iov";
	case M_IPMOPTS:
		return "ipmopts";
	case M_IFMADDR:
		return "ifmaddr";
	case M_TTYS:
		return "ttys";
	case M_TEMP:
		return "temp";
	case M_KAUTH:
		return "kauth";
	}
	return NULL;
}

/* --- OSMalloc ------------------------------------------------------------------------ */


OSMallocTag
OSMalloc_Tagalloc(const char *name, uint32_t flags)
{
	struct __OSMallocTag__ *t = kmalloc(sizeof(*t), M_ZERO);
	uint64_t s;

	if (t == NULL)
		return NULL;
	t->magic = TAG_MAGIC;
	t->flags = flags;
	t->site = kext_site_charge(0);
	strlcpy(t->name, name, sizeof(t->name));
	s = arch_spin_lock(&malloc_lock);
	LIST_INSERT_HEAD(&tags, t, link);
	arch_spin_unlock(&malloc_lock, s);
	return t;
}

static void
tag_destroy(OSMallocTag t)
{
	kext_site_uncharge(t->site, 0);
	t->magic = 0;
	kfree(t);
}

/* Counts and, for the last block of a released tag, frees the tag. */
static void
tag_count(OSMallocTag t, long n, long bytes, bool release)
{
	bool gone;
	uint64_t s;

	if (t->magic != TAG_MAGIC)
		panic("OSMalloc: tag %p was freed or never one", (void *)t);
	s = arch_spin_lock(&malloc_lock);
	t->count += (size_t)n;
	t->bytes += (size_t)bytes;
	t->released |= release;
	gone = t->released && t->count == 0;
	if (gone)
		LIST_REMOVE(t, link);
	arch_spin_unlock(&malloc_lock, s);
	if (gone)
		tag_destroy(t);
}

void
OSMalloc_Tagfree(OSMallocTag tag)
{
	tag_count(tag, 0, 0, true);
}

static void *
tagged_alloc(uint32_t size, OSMallocTag tag, int flags)
{
	struct block *b;

	if (tag->magic != TAG_MAGIC || tag->released)
		panic("OSMalloc: tag %p is not valid", (void *)tag);
	b = block_alloc(size, TYPE_TAGGED, flags);
	if (b == NULL)
		return NULL;
	tag_count(tag, 1, (long)size, false);
	return b + 1;
}

void *
OSMalloc(uint32_t size, OSMallocTag tag)
{
	return tagged_alloc(size, tag, M_WAITOK);
}

void *
OSMalloc_nowait(uint32_t size, OSMallocTag tag)
{
	return tagged_alloc(size, tag, M_NOWAIT);
}

void *
OSMalloc_noblock(uint32_t size, OSMallocTag tag)
{
	return tagged_alloc(size, tag, M_NOWAIT);
}

void
OSFree(void *addr, uint32_t size, OSMallocTag tag)
{
	struct block *b = block_of(addr);

	if (b->type != TYPE_TAGGED || b->size != size)
		panic("OSFree: %p has %u bytes, not %u, or no tag", addr,
		    b->size, size);
	block_free(b);
	tag_count(tag, -1, -(long)size, false);
}

void
malloc_tag_walk(void (*fn)(const char *name, size_t count, size_t bytes,
    void *arg), void *arg)
{
	struct {
		char	name[64];
		size_t	count, bytes;
	} snap;
	struct __OSMallocTag__ *t;
	unsigned skip = 0, i;
	uint64_t s;

	for (;; skip++) {
		s = arch_spin_lock(&malloc_lock);
		i = 0;
		LIST_FOREACH(t, &tags, link) {
			if (i++ == skip)
				break;
		}
		if (t != NULL) {
			memcpy(snap.name, t->name, sizeof(snap.name));
			snap.count = t->count;
			snap.bytes = t->bytes;
		}
		arch_spin_unlock(&malloc_lock, s);
		if (t == NULL)
			return;
		fn(snap.name, snap.count, snap.bytes, arg);
	}
}
