/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kextunload -f: what a kext holds is taken away kind by kind, threads end at
 * their next sleep, and what can not be taken away keeps the code and is
 * named.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kern_control.h>
#include <sys/kpi_socket.h>
#include <sys/proc.h>

#include "kernel/fs/vfs.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/sysctl/sysctl.h"
#include "test/guest/kextlife.h"
#include "test/lib/test.h"

/* What a kext that is gone may have left: nothing but memory and locks. */
static bool
only_leaks(const char *id)
{
	bool ok = true;
	struct kext *k;
	unsigned i;

	lck_mtx_lock(&kext_lock);
	TAILQ_FOREACH(k, &kext_all, k_link) {
		if (strcmp(k->k_id, id) != 0)
			continue;
		ok = ok && k->k_state == KEXT_ZOMBIE && k->k_base == 0;
		for (i = 0; i < KRES_N; i++) {
			if (k->k_account[i].ka_now == 0 || i == KRES_MEMORY ||
			    i == KRES_ALLOC || i == KRES_MBUF ||
			    i == KRES_LOCK || i == KRES_OTHER)
				continue;
			printf("%s: %ld %s left\n", id,
			    k->k_account[i].ka_now, kext_res_name(i));
			ok = false;
		}
	}
	lck_mtx_unlock(&kext_lock);
	return (ok);
}

static bool
node_there(const char *path)
{
	struct vnode *vp;

	if (vfs_lookup(kernproc, path, true, &vp) != 0)
		return (false);
	vnode_put(vp);
	return (true);
}

/* Everything a kext can hold, and a stop that keeps it. */
TEST(kext, force_takes_everything)
{
	int value;
	size_t len = sizeof(value);

	REQUIRE(load("hoard") == kOSReturnSuccess);
	REQUIRE(poke(T "hoard", "hoard_keep", 1));
	EXPECT(unload(T "hoard") == kOSKextReturnInUse);
	EXPECT(said("held by") && said("more"));
	EXPECT(state_of(T "hoard") == KEXT_STOPPED);
	EXPECT(node_there("/dev/hoard"));
	EXPECT(sysctlbyname("debug.hoard", &value, &len, NULL, 0) == 0);
	EXPECT(force(T "hoard") == kOSReturnSuccess);
	EXPECT(said("1100 memory bytes"));
	EXPECT(state_of(T "hoard") == KEXT_ZOMBIE && only_leaks(T "hoard"));
	EXPECT(!node_there("/dev/hoard"));
	EXPECT(sysctlbyname("debug.hoard", &value, &len, NULL, 0) == ENOENT);
	/* The names are free again: it loads, and goes in the orderly way. */
	EXPECT(load("hoard") == kOSReturnSuccess);
	EXPECT(unload(T "hoard") == kOSReturnSuccess);
}

/* A stop that fails does not count. */
TEST(kext, force_in_spite_of_stop)
{
	REQUIRE(load("hoard") == kOSReturnSuccess);
	REQUIRE(poke(T "hoard", "hoard_refuse", 1));
	EXPECT(unload(T "hoard") == kOSKextReturnStartStopError);
	EXPECT(force(T "hoard") == kOSReturnSuccess);
	EXPECT(only_leaks(T "hoard"));
}

/* Threads asleep in every function of the KPI that sleeps. */
TEST(kext, force_ends_threads)
{
	REQUIRE(load("sleepers") == kOSReturnSuccess);
	REQUIRE(WAIT_UNTIL(peek(T "sleepers", "sleepers_n") == 10));
	EXPECT(unload(T "sleepers") == kOSKextReturnInUse && said("thread"));
	EXPECT(force(T "sleepers") == kOSReturnSuccess);
	EXPECT(only_leaks(T "sleepers"));
}

/* A thread that holds a lock is named and keeps the code. */
TEST(kext, force_names_who_stays)
{
	REQUIRE(load("sleepers") == kOSReturnSuccess);
	REQUIRE(poke(T "sleepers", "sleepers_lock", 1));
	EXPECT(force(T "sleepers") == kOSKextReturnInUse);
	EXPECT(said("held by thread 'sleeper' (1 call in progress)"));
	EXPECT(state_of(T "sleepers") == KEXT_STOPPED);
	REQUIRE(poke(T "sleepers", "sleepers_go", 1));
	EXPECT(force(T "sleepers") == kOSReturnSuccess);
	EXPECT(only_leaks(T "sleepers"));
}
