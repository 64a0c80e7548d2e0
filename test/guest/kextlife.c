/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * See kextlife.h.
 */
#include "test/guest/kextlife.h"

#include <libkern/libkern.h>
#include <string.h>

#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"
#include "kernel/sched/thread.h"
#include "net/mbuf/mbuf.h"

struct kext_result res;

OSReturn
load(const char *name)
{
	struct kext_pool *kp = kext_pool_create("/test");
	char path[64];

	memset(&res, 0, sizeof(res));
	snprintf(path, sizeof(path), "/test/%s.kext", name);
	if (kext_pool_add_path(kp, path, res.kr_msg,
	    sizeof(res.kr_msg)) != 0) {
		kext_pool_free(kp);
		return (kOSKextReturnBadData);
	}
	return (kext_load(kp, NULL, &res));
}

OSReturn
unload(const char *id)
{
	return (kext_unload(id, 0, &res));
}

OSReturn
force(const char *id)
{
	return (kext_unload(id, KEXT_UNLOAD_FORCE, &res));
}

bool
said(const char *words)
{
	if (strnstr(res.kr_msg, words, sizeof(res.kr_msg)) != NULL)
		return (true);
	printf("it said: %s\n", res.kr_msg);
	return (false);
}

/* The address of a variable of a loaded kext; NULL: there is none. */
static volatile int *
variable(const char *id, const char *name)
{
	uintptr_t at;
	struct kext *k;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	k = kext_find(id);
	if (k == NULL || k->k_syms == NULL ||
	    !kext_symbols_export(k, name, &at))
		return (NULL);
	return ((volatile int *)at);
}

bool
poke(const char *id, const char *name, int v)
{
	volatile int *at;

	lck_mtx_lock(&kext_lock);
	at = variable(id, name);
	if (at != NULL)
		*at = v;
	lck_mtx_unlock(&kext_lock);
	return (at != NULL);
}

int
peek(const char *id, const char *name)
{
	volatile int *at;
	int v;

	lck_mtx_lock(&kext_lock);
	at = variable(id, name);
	v = at != NULL ? *at : -1;
	lck_mtx_unlock(&kext_lock);
	return (v);
}

enum kext_state
state_of(const char *id)
{
	enum kext_state s = KEXT_ZOMBIE;
	struct kext *k;

	lck_mtx_lock(&kext_lock);
	k = kext_find(id);
	if (k != NULL)
		s = k->k_state;
	lck_mtx_unlock(&kext_lock);
	return (s);
}

bool
reaches(const char *id, enum kext_state s)
{
	for (int i = 0; i < 1000 && state_of(id) != s; i++)
		thread_sleep_ns(10000000);
	return (state_of(id) == s);
}

/* Kexts, their address space, and the objects of each heap cache. */
#define LEVEL_CACHES	64

struct level {
	unsigned	kexts, zombies;
	size_t		bytes, ranges;
	uint32_t	mbufs[MC_COUNT];
	unsigned	ncaches;
	struct {
		const char	*name;
		size_t		 inuse;
	} cache[LEVEL_CACHES];
};

static void
level_cache(const struct kmem_stats *st, void *arg)
{
	struct level *l = arg;

	if (l->ncaches == LEVEL_CACHES)
		return;
	l->cache[l->ncaches].name = st->name;
	l->cache[l->ncaches++].inuse = st->inuse;
}

static struct level
level_look(void)
{
	struct m_class_stat st;
	struct level l;
	unsigned c;

	memset(&l, 0, sizeof(l));
	kext_counts(&l.kexts, &l.zombies);
	kva_stats(KVA_KEXT, &l.bytes, &l.ranges);
	for (c = 0; c < MC_COUNT; c++) {
		mbuf_class_stat(c, &st);
		l.mbufs[c] = st.inuse;
	}
	kmem_walk(level_cache, &l);
	return (l);
}

static struct level
level_now(void)
{
	struct level l, last;
	unsigned tries;

	/* Threads that end are reaped by and by: until nothing changes. */
	l = level_look();
	for (tries = 0; tries < 20; tries++) {
		last = l;
		thread_sleep_ns(30000000);
		l = level_look();
		if (memcmp(&l, &last, sizeof(l)) == 0)
			break;
	}
	return (l);
}

/*
 * What is above the level before, in words.  Less is no leak: the stack's own
 * objects (neighbours, timers, packets under way) come and go.
 */
static unsigned
level_above(const struct level *a, const struct level *b, bool tell)
{
	unsigned i, n = 0;

	if (a->kexts != b->kexts || a->zombies != b->zombies ||
	    a->bytes != b->bytes || a->ranges != b->ranges) {
		n++;
		if (tell)
			printf("kexts %u %u, zombies %u %u, bytes %lu %lu, "
			    "ranges %lu %lu\n", a->kexts, b->kexts,
			    a->zombies, b->zombies, a->bytes, b->bytes,
			    a->ranges, b->ranges);
	}
	for (i = 0; i < MC_COUNT; i++) {
		if (b->mbufs[i] <= a->mbufs[i])
			continue;
		n++;
		if (tell)
			printf("mbufs of class %u: %u before, %u after\n", i,
			    a->mbufs[i], b->mbufs[i]);
	}
	for (i = 0; i < b->ncaches; i++) {
		if (i < a->ncaches && b->cache[i].inuse <= a->cache[i].inuse)
			continue;
		n++;
		if (tell)
			printf("%s: %lu before, %lu after\n",
			    b->cache[i].name, i < a->ncaches ?
			    a->cache[i].inuse : 0ul, b->cache[i].inuse);
	}
	return (n);
}

/* Back at the level; what is only under way has time to end. */
static bool
level_back(const struct level *before)
{
	struct level l;

	for (unsigned i = 0; i < 600; i++) {
		l = level_look();
		if (level_above(before, &l, false) == 0)
			return (true);
		thread_sleep_ns(50000000);
	}
	level_above(before, &l, true);
	return (false);
}

static void
nap(void *arg)
{
	(void)arg;
	thread_sleep_ns(20000000);
}

/* Stacks of threads that ended are kept, up to a few: so many exist now. */
static void
fill_stacks(void)
{
	struct thread *td[10];
	unsigned i, n = 0;

	while (n < 10 && thread_create(NULL, "nap", PRI_USER, nap, NULL,
	    &td[n]) == 0)
		n++;
	for (i = 0; i < n; i++) {
		(void)thread_join(td[i], false);
		thread_deallocate(td[i]);
	}
}

bool
steady(void (*fn)(unsigned), unsigned n)
{
	struct level before;

	fill_stacks();
	for (unsigned round = 0; round < 3; round++) {
		before = level_now();
		fn(n);
		if (level_back(&before))
			return (true);
		printf("round %u ended above its beginning\n", round);
		if (n > 1000)
			n /= 10;
	}
	return (false);
}
