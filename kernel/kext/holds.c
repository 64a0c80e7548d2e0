/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kext holds, in words.
 *
 * Two kinds.  Things that lead back into the kext or wait for it (gates, calls
 * in progress, sockets) keep its code: unloading is refused and names them.
 * Things that are merely its to give back (memory, locks, mbufs) do not; they
 * are named as a leak.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/kext/gate_internal.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/panic.h"
#include "kernel/sched/thread.h"

struct holds_text {
	char	*text;
	size_t	size;
	unsigned n;		/* things found */
};

LINKER_SET_DECLARE(kext_revokers, const struct kext_revoker);

#define HOLDS_NAMED	4	/* more are only counted */

static void
holds_add(struct holds_text *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
holds_add(struct holds_text *h, const char *fmt, ...)
{
	size_t n = strnlen(h->text, h->size);
	va_list ap;

	if (h->n++ >= HOLDS_NAMED)
		return;
	if (h->n > 1) {
		strlcat(h->text, ", ", h->size);
		n = strnlen(h->text, h->size);
	}
	va_start(ap, fmt);
	vsnprintf(h->text + n, h->size - n, fmt, ap);
	va_end(ap);
}

static void
holds_end(struct holds_text *h)
{
	size_t n = strnlen(h->text, h->size);

	if (h->n > HOLDS_NAMED)
		snprintf(h->text + n, h->size - n, " and %u more",
		    h->n - HOLDS_NAMED);
}

/* Gates that all of their class call the same are told by their function. */
static const char *
holds_gate_name(const struct gate *g)
{
	const char *name, *module;
	size_t off;

	if ((g->g_class == GATE_THREAD || g->g_class == GATE_TIMER ||
	    g->g_class == GATE_UPCALL || g->g_class == GATE_MBUF) &&
	    g->g_fn != NULL &&
	    ksym_lookup((uintptr_t)g->g_fn, &name, &off, &module))
		return (name);
	return (g->g_name != NULL ? g->g_name : "?");
}

static void
holds_gate(struct gate *g, void *arg)
{
	uint32_t busy = gate_word(&g->g_busy);

	if (busy != 0)
		holds_add(arg, "%s '%.32s' (%u call%s in progress)",
		    gate_class_name(g->g_class), holds_gate_name(g), busy,
		    busy == 1 ? "" : "s");
	else
		holds_add(arg, "%s '%.32s'", gate_class_name(g->g_class),
		    holds_gate_name(g));
}

/* Accounts whose things keep the code; the rest is only a leak. */
static bool
holds_code(unsigned res)
{
	return (res == KRES_SOCKET || res == KRES_IFNET || res == KRES_THREAD);
}

bool
kext_holds(struct kext *k, char *msg, size_t size)
{
	struct holds_text h = { .text = msg, .size = size };
	uint32_t busy = gate_word(&k->k_busy);
	unsigned i;
	long n;

	msg[0] = '\0';
	gate_walk(k, holds_gate, &h);
	for (i = 0; i < KRES_N; i++) {
		n = __atomic_load_n(&k->k_account[i].ka_now, __ATOMIC_ACQUIRE);
		if (n != 0 && holds_code(i))
			holds_add(&h, "%ld %s", n, kext_res_name(i));
	}
	if (h.n == 0 && busy != 0)
		holds_add(&h, "%u call%s in progress", busy,
		    busy == 1 ? "" : "s");
	holds_end(&h);
	return (h.n != 0);
}

/* The place with the most allocations, if the image is still there. */
static void
holds_site(const struct kext *k, struct holds_text *h)
{
	const struct kext_site *st, *most = NULL;
	const char *name, *file = "?";
	unsigned sites = 0, line = 0;
	size_t off, n;

	for (st = k->k_sites; st < k->k_sites + KEXT_SITES; st++) {
		if (st->st_count == 0)
			continue;
		sites++;
		if (most == NULL || st->st_count > most->st_count)
			most = st;
	}
	if (most == NULL || !kext_symbols_lookup(k, most->st_pc, &name, &off))
		return;
	/* The address is that behind the call. */
	(void)kext_symbols_line(k, most->st_pc - 1, &file, &line);
	n = strnlen(h->text, h->size);
	snprintf(h->text + n, h->size - n, " (%ld made in %.40s, %.24s:%u%s",
	    most->st_count, name, file, line, sites > 1 ?
	    ", others elsewhere)" : ")");
}

bool
kext_leaks(struct kext *k, char *msg, size_t size)
{
	struct holds_text h = { .text = msg, .size = size };
	unsigned i;
	long n;

	msg[0] = '\0';
	for (i = 0; i < KRES_N; i++) {
		n = __atomic_load_n(&k->k_account[i].ka_now, __ATOMIC_ACQUIRE);
		if (n != 0)
			holds_add(&h, "%ld %s", n, kext_res_name(i));
	}
	holds_end(&h);
	holds_site(k, &h);
	return (h.n != 0);
}

bool
kext_wait_idle(struct kext *k, unsigned ms)
{
	char msg[KEXT_MSG_MAX];
	unsigned waited;

	for (waited = 0; kext_holds(k, msg, sizeof(msg)); waited += 5) {
		if (waited >= ms)
			return (false);
		thread_sleep_ns(5000000);
	}
	return (true);
}

struct revoke_pick {
	uint32_t	 round;
	struct gate	*gate;
	void		(*fn)(struct gate *);
};

static void
revoke_pick(struct gate *g, void *arg)
{
	struct revoke_pick *p = arg;

	if (p->gate != NULL || g->g_revoke == NULL || g->g_round == p->round)
		return;
	g->g_round = p->round;
	p->gate = g;
	p->fn = g->g_revoke;
	if (!g->g_again)
		g->g_revoke = NULL;
}

static void
revoke_busy(struct gate *g, void *arg)
{
	*(bool *)arg |= gate_word(&g->g_busy) != 0;
}

/* Nobody is in the kext, by its own count or that of a gate. */
static bool
revoke_idle(struct kext *k)
{
	bool busy = gate_word(&k->k_busy) != 0;

	gate_walk(k, revoke_busy, &busy);
	return (!busy);
}

/*
 * Gates go away while they are revoked, so each is looked up anew.  Most are
 * asked once; those whose object may be in use are asked in every round.
 */
void
kext_revoke(struct kext *k)
{
	static uint32_t rounds;
	const struct kext_revoker *const *kr;
	struct revoke_pick p;
	uint32_t round;

	do
		round = __atomic_add_fetch(&rounds, 1, __ATOMIC_RELAXED);
	while (round == 0);
	do {
		p = (struct revoke_pick){ .round = round };
		gate_walk(k, revoke_pick, &p);
		if (p.gate != NULL)
			p.fn(p.gate);
	} while (p.gate != NULL);
	LINKER_SET_FOREACH(kr, kext_revokers)
		(*kr)->kr_fn(k, revoke_idle(k));
}
