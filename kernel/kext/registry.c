/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of kexts; see registry.h.
 *
 * Two locks: kext_lock (a mutex) for everything that changes a kext, and a
 * raw spin lock under it for the question "whose address is this", which is
 * asked in interrupts and panics too.
 */
#include "kernel/kext/registry.h"

#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate_internal.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/panic.h"

static LOCK_GROUP(kext_grp, "kext");
lck_mtx_t kext_lock = LCK_MTX_INITIALIZER(kext_lock, kext_grp);
struct kext_list kext_all = TAILQ_HEAD_INITIALIZER(kext_all);

static struct arch_spin kext_addr_lock = ARCH_SPIN_INIT;
static uint32_t kext_next_tag = 1;

const char *
kext_state_name(enum kext_state s)
{
	switch (s) {
	case KEXT_LOADING:
		return ("loading");
	case KEXT_STARTING:
		return ("starting");
	case KEXT_RUNNING:
		return ("running");
	case KEXT_STOPPING:
		return ("stopping");
	case KEXT_STOPPED:
		return ("stopped");
	case KEXT_ZOMBIE:
		return ("zombie");
	}
	return ("?");
}

struct kext *
kext_by_addr(const void *addr)
{
	uintptr_t a = (uintptr_t)addr;
	struct kext *k;
	uint64_t flags;

	if (TAILQ_EMPTY(&kext_all))
		return (NULL);
	flags = arch_spin_lock(&kext_addr_lock);
	TAILQ_FOREACH(k, &kext_all, k_link)
		if (k->k_base != 0 && a - k->k_base < k->k_size)
			break;
	arch_spin_unlock(&kext_addr_lock, flags);
	return (k);
}

struct kext *
kext_find(const char *id)
{
	struct kext *k;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	TAILQ_FOREACH(k, &kext_all, k_link)
		if (k->k_state != KEXT_ZOMBIE && !k->k_program &&
		    strcmp(k->k_id, id) == 0)
			break;
	return (k);
}

struct kext *
kext_find_tag(uint32_t tag)
{
	struct kext *k;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	TAILQ_FOREACH(k, &kext_all, k_link)
		if (k->k_tag == tag)
			break;
	return (k);
}

void
kext_set_state(struct kext *k, enum kext_state s)
{
	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	k->k_state = s;
	k->k_since = clock_monotonic_ns();
}

struct kext *
kext_enter(const struct bundle *b)
{
	struct kext *k;
	uint64_t flags;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	k = kmalloc(sizeof(*k), M_WAITOK | M_ZERO);
	if (k == NULL)
		return (NULL);
	strlcpy(k->k_id, b->b_id, sizeof(k->k_id));
	strlcpy(k->k_version, b->b_version, sizeof(k->k_version));
	k->k_vers = b->b_vers;
	k->k_cvers = b->b_cvers;
	k->k_program = b->b_program;
	k->k_tag = kext_next_tag++;
	LIST_INIT(&k->k_gates);
	k->k_gate = (struct gate){ .g_kext = k, .g_name = k->k_id,
	    .g_class = GATE_START };
	kext_set_state(k, KEXT_LOADING);
	flags = arch_spin_lock(&kext_addr_lock);
	TAILQ_INSERT_TAIL(&kext_all, k, k_link);
	arch_spin_unlock(&kext_addr_lock, flags);
	return (k);
}

void
kext_set_base(struct kext *k, uintptr_t base)
{
	uint64_t flags;

	flags = arch_spin_lock(&kext_addr_lock);
	k->k_base = base;
	arch_spin_unlock(&kext_addr_lock, flags);
}

static bool
kext_account_clear(const struct kext *k)
{
	unsigned i;

	for (i = 0; i < KRES_N; i++)
		if (__atomic_load_n(&k->k_account[i].ka_now,
		    __ATOMIC_ACQUIRE) != 0)
			return (false);
	return (true);
}

static void
kext_free(struct kext *k)
{
	uint64_t flags;

	flags = arch_spin_lock(&kext_addr_lock);
	TAILQ_REMOVE(&kext_all, k, k_link);
	arch_spin_unlock(&kext_addr_lock, flags);
	kfree(k);
}

void
kext_leave(struct kext *k)
{
	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	VERIFY(k->k_base == 0 && gate_word(&k->k_busy) == 0);
	VERIFY(LIST_EMPTY(&k->k_gates) && k->k_dependents == 0);
	if (kext_account_clear(k))
		kext_free(k);
	else
		kext_set_state(k, KEXT_ZOMBIE);
}

void
kext_reap(void)
{
	struct kext *k, *next;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	TAILQ_FOREACH_SAFE(k, &kext_all, k_link, next)
		if (k->k_state == KEXT_ZOMBIE && kext_account_clear(k))
			kext_free(k);
}

OSReturn
kext_result_set(struct kext_result *res, OSReturn code, const char *fmt, ...)
{
	va_list ap;

	res->kr_code = code;
	va_start(ap, fmt);
	vsnprintf(res->kr_msg, sizeof(res->kr_msg), fmt, ap);
	va_end(ap);
	return (code);
}

/* --- listings ----------------------------------------------------------------- */

static void
kext_count_gate(struct gate *g, void *arg)
{
	++*(unsigned *)arg;
}

static void
kext_stat_fill(struct kext *k, struct kext_stat *ks)
{
	unsigned i;

	memset(ks, 0, sizeof(*ks));
	strlcpy(ks->ks_id, k->k_id, sizeof(ks->ks_id));
	strlcpy(ks->ks_version, k->k_version, sizeof(ks->ks_version));
	ks->ks_tag = k->k_tag;
	ks->ks_state = k->k_state;
	ks->ks_state_ns = k->k_since;
	ks->ks_base = k->k_base;
	ks->ks_size = k->k_size;
	ks->ks_textsize = k->k_textsize;
	ks->ks_rosize = k->k_rosize;
	ks->ks_dependents = k->k_dependents;
	ks->ks_retains = k->k_retains;
	ks->ks_busy = gate_word(&k->k_busy);
	gate_walk(k, kext_count_gate, &ks->ks_gates);
	ks->ks_ndeps = k->k_ndeps;
	for (i = 0; i < k->k_ndeps; i++)
		ks->ks_deps[i] = k->k_deps[i]->k_tag;
	memcpy(ks->ks_account, k->k_account, sizeof(ks->ks_account));
}

bool
kext_stat_next(uint32_t after, struct kext_stat *out)
{
	struct kext *k;

	lck_mtx_lock(&kext_lock);
	kext_reap();
	TAILQ_FOREACH(k, &kext_all, k_link)
		if (k->k_tag > after)
			break;
	if (k != NULL)
		kext_stat_fill(k, out);
	lck_mtx_unlock(&kext_lock);
	return (k != NULL);
}

struct gate_pick {
	unsigned	 skip;
	bool		 found;
	struct gate_stat *out;
};

static void
kext_pick_gate(struct gate *g, void *arg)
{
	struct gate_pick *p = arg;

	if (p->found || p->skip-- != 0)
		return;
	p->found = true;
	strlcpy(p->out->gt_name, g->g_name != NULL ? g->g_name : "?",
	    sizeof(p->out->gt_name));
	p->out->gt_class = g->g_class;
	p->out->gt_busy = gate_word(&g->g_busy);
	p->out->gt_stats = g->g_stats;
}

bool
kext_gate_stat(uint32_t tag, unsigned n, struct gate_stat *out)
{
	struct gate_pick p = { .skip = n, .out = out };
	struct kext *k;
	unsigned c;

	lck_mtx_lock(&kext_lock);
	k = kext_find_tag(tag);
	if (k == NULL)
		goto out;
	if (n == 0) {
		kext_pick_gate(&k->k_gate, &p);
		goto out;
	}
	p.skip--;
	gate_walk(k, kext_pick_gate, &p);
	for (c = 0; !p.found && c < GATE_NCLASS; c++) {
		if (gate_calls(&k->k_sum[c]) == 0 || p.skip-- != 0)
			continue;
		p.found = true;
		memset(out, 0, sizeof(*out));
		out->gt_class = c;
		out->gt_stats = k->k_sum[c];
	}
out:
	lck_mtx_unlock(&kext_lock);
	return (p.found);
}

/* The first site stands for all that found no room: its place is not known. */
static void
kext_place_fill(const struct kext *k, const struct kext_site *st,
    struct kext_place *out)
{
	const char *name = "?", *file = "?";
	size_t off;

	memset(out, 0, sizeof(*out));
	out->pl_count = st->st_count;
	out->pl_bytes = st->st_bytes;
	if (kext_symbols_lookup(k, st->st_pc, &name, &off))
		/* The address is that behind the call. */
		(void)kext_symbols_line(k, st->st_pc - 1, &file,
		    &out->pl_line);
	strlcpy(out->pl_function, name, sizeof(out->pl_function));
	strlcpy(out->pl_file, file, sizeof(out->pl_file));
}

bool
kext_place_stat(uint32_t tag, unsigned n, struct kext_place *out)
{
	const struct kext_site *st, *found = NULL;
	struct kext *k;

	lck_mtx_lock(&kext_lock);
	k = kext_find_tag(tag);
	if (k == NULL || k->k_base == 0)
		goto out;
	for (st = k->k_sites; st < k->k_sites + KEXT_SITES; st++)
		if (st->st_count != 0 && n-- == 0) {
			found = st;
			kext_place_fill(k, st, out);
			break;
		}
out:
	lck_mtx_unlock(&kext_lock);
	return (found != NULL);
}

void
kext_counts(unsigned *loaded, unsigned *zombies)
{
	struct kext *k;

	*loaded = *zombies = 0;
	lck_mtx_lock(&kext_lock);
	kext_reap();
	TAILQ_FOREACH(k, &kext_all, k_link)
		++*(k->k_state == KEXT_ZOMBIE ? zombies : loaded);
	lck_mtx_unlock(&kext_lock);
}
