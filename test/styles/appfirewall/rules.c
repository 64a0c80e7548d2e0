/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each process may do: a hash table by name, read by every callback and
 * seldom written.
 */
#include "appfirewall_prefix.h"
#include <sys/systm.h>
#include <sys/param.h>
#include <kern/locks.h>
#include <libkern/OSMalloc.h>
#include <libkern/OSAtomic.h>
#include "rules.h"

#define BUCKETS 32

static LIST_HEAD(rule_list, rule) g_table[BUCKETS];
static lck_grp_t *g_group;
static lck_rw_t *g_lock;
static OSMallocTag g_tag;

static u_int32_t
hash(const char *s)
{
	u_int32_t h = 5381;

	while (*s)
		h = h * 33 + (unsigned char)*s++;
	return h % BUCKETS;
}

static struct rule *
find(const char *process)
{
	struct rule *r;

	LIST_FOREACH(r, &g_table[hash(process)], link) {
		if (strncmp(r->process, process, sizeof(r->process)) == 0)
			return r;
	}
	return NULL;
}

errno_t
rules_init(lck_grp_t *group, OSMallocTag tag)
{
	int i;

	for (i = 0; i < BUCKETS; i++)
		LIST_INIT(&g_table[i]);
	g_tag = tag;
	g_group = group;
	g_lock = lck_rw_alloc_init(group, LCK_ATTR_NULL);
	return g_lock != NULL ? 0 : ENOMEM;
}

void
rules_done(void)
{
	struct rule *r, *next;
	int i;

	if (g_lock == NULL)
		return;
	for (i = 0; i < BUCKETS; i++) {
		for (r = LIST_FIRST(&g_table[i]); r != NULL; r = next) {
			next = LIST_NEXT(r, link);
			LIST_REMOVE(r, link);
			OSFree(r, sizeof(*r), g_tag);
		}
	}
	lck_rw_free(g_lock, g_group);
	g_lock = NULL;
}

int
rules_verdict(const char *process)
{
	struct rule *r;
	int verdict = VERDICT_ASK;

	lck_rw_lock_shared(g_lock);
	if ((r = find(process)) != NULL) {
		verdict = r->verdict;
		OSIncrementAtomic(&r->hits);
	}
	lck_rw_unlock_shared(g_lock);
	return verdict;
}

errno_t
rules_set(const char *process, int verdict)
{
	struct rule *r, *fresh;

	fresh = (struct rule *)OSMalloc(sizeof(*fresh), g_tag);
	if (fresh == NULL)
		return ENOMEM;
	bzero(fresh, sizeof(*fresh));
	strncpy(fresh->process, process, sizeof(fresh->process) - 1);
	lck_rw_lock_shared(g_lock);
	r = find(process);
	if (r == NULL) {
		if (!lck_rw_lock_shared_to_exclusive(g_lock)) {
			lck_rw_lock_exclusive(g_lock);
			r = find(process);
		}
		if (r == NULL) {
			r = fresh;
			fresh = NULL;
			LIST_INSERT_HEAD(&g_table[hash(process)], r, link);
		}
		r->verdict = verdict;
		lck_rw_unlock_exclusive(g_lock);
	} else {
		r->verdict = verdict;
		lck_rw_unlock_shared(g_lock);
	}
	if (fresh != NULL)
		OSFree(fresh, sizeof(*fresh), g_tag);
	return 0;
}

SInt32
rules_hits(const char *process)
{
	struct rule *r;
	SInt32 hits = 0;

	lck_rw_lock_shared(g_lock);
	if ((r = find(process)) != NULL)
		hits = r->hits;
	lck_rw_unlock_shared(g_lock);
	return hits;
}
