/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accounts: what each kext holds.
 *
 * An object that a kext can leak is charged to the kext on whose behalf the
 * thread runs when the object is made, and remembers it.  Counters are
 * atomic, so that charging works anywhere.  The last thing uncharge does is
 * lower the counter: a zombie whose counters are all zero is freed by the
 * registry at its next turn.
 */
#include <kern/debug.h>

#include "arch/x86_64/cpu.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/kext/kext.h"

struct kext *
kext_charge_to(struct kext *k, enum kext_res res, long n)
{
	struct kext_account *ka;
	long now, peak;

	if (k == NULL)
		return (NULL);
	ka = &k->k_account[res];
	now = __atomic_add_fetch(&ka->ka_now, n, __ATOMIC_RELAXED);
	__atomic_fetch_add(&ka->ka_total, (uint64_t)n, __ATOMIC_RELAXED);
	peak = __atomic_load_n(&ka->ka_peak, __ATOMIC_RELAXED);
	while (now > peak && !__atomic_compare_exchange_n(&ka->ka_peak, &peak,
	    now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		continue;
	return (k);
}

struct kext *
kext_charge(enum kext_res res, long n)
{
	return (kext_charge_to(gate_current_kext(), res, n));
}

void
kext_uncharge(struct kext *k, enum kext_res res, long n)
{
	long now;

	if (k == NULL)
		return;
	now = __atomic_sub_fetch(&k->k_account[res].ka_now, n,
	    __ATOMIC_RELEASE);
	KASSERT(now >= 0, ("kext %s: %s below zero", k->k_id,
	    kext_res_name(res)));
}

const char *
kext_res_name(enum kext_res res)
{
	static const char *const names[KRES_N] = {
		[KRES_MEMORY] = "memory bytes", [KRES_ALLOC] = "allocations",
		[KRES_MBUF] = "mbufs", [KRES_SOCKET] = "sockets",
		[KRES_SFLT] = "socket filters", [KRES_IPF] = "IP filters",
		[KRES_IFF] = "interface filters",
		[KRES_IFNET] = "interfaces", [KRES_PROTO] = "protocols",
		[KRES_CTL] = "controls", [KRES_TIMER] = "timers",
		[KRES_THREAD] = "threads", [KRES_LOCK] = "locks",
		[KRES_SYSCTL] = "sysctls", [KRES_DEVICE] = "devices",
		[KRES_NODE] = "device nodes",
		[KRES_RETAIN] = "retained sockets",
		[KRES_OTHER] = "others"
	};

	return ((unsigned)res < KRES_N ? names[res] : "?");
}

/* --- allocation sites --------------------------------------------------------- */

#define SITE_DEPTH	8	/* frames of the kernel between kext and us */

/* The innermost return address that lies in the kext's text, or 0. */
static uintptr_t
site_pc(const struct kext *k)
{
	uintptr_t pcs[SITE_DEPTH];
	unsigned n, i;

	n = arch_backtrace((uintptr_t)__builtin_frame_address(0), pcs,
	    SITE_DEPTH);
	for (i = 0; i < n; i++)
		if (k->k_base != 0 && pcs[i] - k->k_base < k->k_textsize)
			return (pcs[i]);
	return (0);
}

/* The kext's record for a place; a new one if there is room. */
static struct kext_site *
site_find(struct kext *k, uintptr_t pc)
{
	unsigned i, n = (unsigned)(pc >> 2) % (KEXT_SITES - 1) + 1;
	struct kext_site *st;
	uintptr_t have;

	for (i = 1; pc != 0 && i < KEXT_SITES; i++) {
		st = &k->k_sites[n];
		have = 0;
		if (__atomic_compare_exchange_n(&st->st_pc, &have, pc, false,
		    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) || have == pc)
			return (st);
		n = n == KEXT_SITES - 1 ? 1 : n + 1;
	}
	return (&k->k_sites[0]);
}

struct kext_site *
kext_site_charge(size_t bytes)
{
	struct kext *k = kext_charge(KRES_MEMORY, (long)bytes);
	struct kext_site *st;

	if (k == NULL)
		return (NULL);
	kext_charge_to(k, KRES_ALLOC, 1);
	st = site_find(k, site_pc(k));
	st->st_kext = k;
	__atomic_fetch_add(&st->st_count, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&st->st_bytes, (long)bytes, __ATOMIC_RELAXED);
	return (st);
}

void
kext_site_uncharge(struct kext_site *site, size_t bytes)
{
	struct kext *k;

	if (site == NULL)
		return;
	k = site->st_kext;
	__atomic_fetch_sub(&site->st_count, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&site->st_bytes, (long)bytes, __ATOMIC_RELAXED);
	kext_uncharge(k, KRES_MEMORY, (long)bytes);
	kext_uncharge(k, KRES_ALLOC, 1);
}

struct kext *
kext_site_kext(const struct kext_site *site)
{
	return (site == NULL ? NULL : site->st_kext);
}
