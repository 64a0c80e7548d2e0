/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unloading.
 *
 *	refused: dependents, retains, not RUNNING or STOPPED, from inside
 *	stop function (STOPPING); its refusal leads back to RUNNING
 *	destructors
 *	wait for the last leaver; what still holds the code is named (STOPPED)
 *	wait a little for packets on their way; the rest is a leak, and named
 *	image and symbols go, the kext leaves the list
 *
 * With KEXT_UNLOAD_FORCE the stop function's refusal does not count, and what
 * the gates know is taken away from outside: filters, controls (their clients
 * are disconnected), interfaces, protocols, timers, devices and their nodes,
 * variables, sockets; threads end at their next sleep.  Code in use still
 * stays, and the message says who is in it.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/kext/gate_internal.h"
#include "kernel/kext/load.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/sched/thread.h"

#define UNLOAD_WAIT_MS	1000	/* for calls in progress and deferred work */
#define UNLOAD_SETTLE_MS 500	/* for packets on their way */
#define UNLOAD_ROUNDS	20	/* of taking away what the kext holds */
#define UNLOAD_ROUND_MS	50

/* Names the kexts that depend on k. */
static void
unload_dependents(struct kext *k, char *buf, size_t size)
{
	struct kext *d;
	unsigned i;

	buf[0] = '\0';
	TAILQ_FOREACH(d, &kext_all, k_link)
		for (i = 0; i < d->k_ndeps; i++) {
			if (d->k_deps[i] != k)
				continue;
			if (buf[0] != '\0')
				strlcat(buf, ", ", size);
			strlcat(buf, d->k_id, size);
		}
}

/* Whether k may go now; STOPPING then belongs to the caller. */
static OSReturn
unload_begin(struct kext *k, bool *stopped, struct kext_result *res)
{
	char names[192];

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	if (k->k_state != KEXT_RUNNING && k->k_state != KEXT_STOPPED)
		return (kext_result_set(res, kOSKextReturnStopping,
		    "it is %s", kext_state_name(k->k_state)));
	if (k->k_dependents != 0) {
		unload_dependents(k, names, sizeof(names));
		return (kext_result_set(res, kOSKextReturnInUse,
		    "used by %s", names));
	}
	if (k->k_retains != 0)
		return (kext_result_set(res, kOSKextReturnInUse,
		    "retained %u time%s", k->k_retains,
		    k->k_retains == 1 ? "" : "s"));
	*stopped = k->k_state == KEXT_STOPPED;
	kext_set_state(k, KEXT_STOPPING);
	return (kOSReturnSuccess);
}

/*
 * Takes away what the kext holds, in rounds: what is in use now (a client
 * inside a control, a thread that still has to wake up) is asked again.
 */
static void
unload_revoke(struct kext *k)
{
	unsigned round;

	for (round = 0; round < UNLOAD_ROUNDS; round++) {
		kext_revoke(k);
		if (kext_wait_idle(k, UNLOAD_ROUND_MS))
			break;
	}
}

/* Runs the stop function unless it has agreed before. */
static OSReturn
unload_stop(struct kext *k, bool stopped, unsigned flags,
    struct kext_result *res)
{
	kern_return_t kr = KERN_SUCCESS;
	char left[160];

	if (!stopped)
		kr = kext_call_stop(k);
	if (kr != KERN_SUCCESS && (flags & KEXT_UNLOAD_FORCE) == 0) {
		if (kext_holds(k, left, sizeof(left)))
			return (kext_result_set(res,
			    kOSKextReturnStartStopError, "its stop function "
			    "refuses (%#x); it holds %s", kr, left));
		return (kext_result_set(res, kOSKextReturnStartStopError,
		    "its stop function refuses (%#x)", kr));
	}
	if (flags & KEXT_UNLOAD_FORCE)
		unload_revoke(k);
	/* Destructors may free what a callback uses: first all must be out. */
	if (kext_wait_idle(k, UNLOAD_WAIT_MS) || !kext_holds(k, left,
	    sizeof(left)))
		return (kOSReturnSuccess);
	return (kext_result_set(res, kOSKextReturnInUse, "%s, but held by %s",
	    kr == KERN_SUCCESS ? "stopped" : "its stop function refuses",
	    left));
}

/*
 * What it gave to the stack, packets and the tags on them, is charged to it
 * until it is used up.
 */
static void
unload_settle(struct kext *k)
{
	char left[160];
	unsigned waited;

	for (waited = 0; waited < UNLOAD_SETTLE_MS &&
	    kext_leaks(k, left, sizeof(left)); waited += 5)
		thread_sleep_ns(5000000);
}

static void
unload_finish(struct kext *k, struct kext_result *res)
{
	char left[160];
	unsigned i;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	if (kext_leaks(k, left, sizeof(left)))
		kext_result_set(res, kOSReturnSuccess, "unloaded; it leaks %s",
		    left);
	for (i = 0; i < k->k_ndeps; i++)
		k->k_deps[i]->k_dependents--;
	k->k_ndeps = 0;
	kext_drop_image(k);
	kext_leave(k);
	kext_reap();
}

void
kext_unload_now(const char *id, unsigned flags, struct kext_result *res)
{
	bool stopped = false;
	struct kext *k;
	OSReturn r;

	strlcpy(res->kr_id, id, sizeof(res->kr_id));
	res->kr_msg[0] = '\0';
	lck_mtx_lock(&kext_lock);
	k = kext_find(id);
	if (k == NULL) {
		kext_result_set(res, kOSKextReturnNotFound, "not loaded");
		goto out;
	}
	res->kr_tag = k->k_tag;
	res->kr_code = unload_begin(k, &stopped, res);
	if (res->kr_code != kOSReturnSuccess)
		goto out;
	lck_mtx_unlock(&kext_lock);

	r = unload_stop(k, stopped, flags, res);
	if (r == kOSReturnSuccess) {
		kext_call_dtors(k);
		unload_settle(k);
	}

	lck_mtx_lock(&kext_lock);
	if (r == kOSReturnSuccess)
		unload_finish(k, res);
	else
		kext_set_state(k, r == kOSKextReturnStartStopError ?
		    KEXT_RUNNING : KEXT_STOPPED);
	res->kr_code = r;
out:
	lck_mtx_unlock(&kext_lock);
}
