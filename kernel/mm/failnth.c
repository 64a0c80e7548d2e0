/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Allocation failure on purpose.  Two ways to say what fails: every nth
 * allocation (kmem_fail_every, for tests inside the kernel), and the nth from
 * now, once (debug.fail.nth).  With the second, run for n = 1, 2, 3 ... until
 * the n is more than there were, every allocation of some piece of work has
 * failed once; the failnth command does that.
 *
 * All of the heap comes by here: kmalloc, object caches, mbufs, clusters,
 * lwIP's pools, _MALLOC and OSMalloc.
 */
#include "kernel/mm/failnth.h"

#include <sys/malloc.h>
#include <sys/param.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "kernel/mm/kmem.h"
#include "kernel/panic.h"
#include "kernel/sysctl/sysctl.h"

#define WHO_MAX		4		/* functions named in debug.fail.where */

bool failnth_armed;
static unsigned every, every_count;
static bool every_waitok;
static uint64_t left;			/* until the one that fails */
static u_int hits;			/* of debug.fail.nth */
static uintptr_t who[WHO_MAX + 3];	/* the last of them, innermost first */
static unsigned nwho;

bool
failnth_now(int flags)
{
	uint64_t n;

	if (every != 0 && ((flags & M_NOWAIT) || every_waitok) &&
	    __atomic_add_fetch(&every_count, 1, __ATOMIC_RELAXED) % every == 0)
		return (true);
	n = __atomic_load_n(&left, __ATOMIC_RELAXED);
	do {
		if (n == 0)
			return (false);
	} while (!__atomic_compare_exchange_n(&left, &n, n - 1, false,
	    __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	if (n > 1)
		return (false);
	nwho = arch_backtrace((uintptr_t)__builtin_frame_address(0), who,
	    sizeof(who) / sizeof(who[0]));
	hits++;
	return (true);
}

static void
arm(void)
{
	failnth_armed = every != 0 || left != 0;
}

void
failnth_arm(uint64_t nth)
{
	__atomic_store_n(&left, nth, __ATOMIC_RELAXED);
	arm();
}

void
kmem_fail_every(unsigned nth, bool waitok)
{
	every_count = 0;
	every_waitok = waitok;
	every = nth;
	arm();
}

/* --- debug.fail ------------------------------------------------------------------- */

SYSCTL_DECL(_debug);
SYSCTL_NODE(_debug, OID_AUTO, fail, CTLFLAG_RW, NULL, "failing allocations")
SYSCTL_ADD(_debug_fail)

static int
fail_nth SYSCTL_HANDLER_ARGS
{
	uint64_t n = left;
	int error;

	(void)arg1;
	(void)arg2;
	error = sysctl_handle_quad(oidp, &n, 0, req);
	if (error == 0 && req->newptr != 0)
		failnth_arm(n);
	return (error);
}
SYSCTL_PROC(_debug_fail, OID_AUTO, nth, CTLTYPE_QUAD | CTLFLAG_RW, NULL, 0,
    fail_nth, "QU", "the nth allocation from now fails, 0 none")
SYSCTL_ADD(_debug_fail_nth)
SYSCTL_UINT(_debug_fail, OID_AUTO, hits, CTLFLAG_RD, &hits, 0,
    "allocations that failed by debug.fail.nth")
SYSCTL_ADD(_debug_fail_hits)

static int
fail_where SYSCTL_HANDLER_ARGS
{
	char buf[256] = "";
	const char *name, *module;
	size_t off, len = 0;

	(void)arg1;
	(void)arg2;
	/* The first frames are the heap's own. */
	for (unsigned i = 2; i < nwho; i++) {
		if (ksym_lookup(who[i] - 1, &name, &off, &module))
			len += (size_t)scnprintf(buf + len, sizeof(buf) - len,
			    "%s%s", len > 0 ? " < " : "", name);
	}
	return (SYSCTL_OUT(req, buf, len + 1));
}
SYSCTL_PROC(_debug_fail, OID_AUTO, where, CTLTYPE_STRING | CTLFLAG_RD, NULL, 0,
    fail_where, "A", "who asked for the last of them")
SYSCTL_ADD(_debug_fail_where)
