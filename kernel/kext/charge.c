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
		[KRES_OTHER] = "others"
	};

	return ((unsigned)res < KRES_N ? names[res] : "?");
}
