/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Life of kexts: loading, dependencies, refusals, unloading while in use, with
 * the kexts of test/kexts out of the ram disk's /test.
 */
#include <libkern/libkern.h>
#include <libkern/OSKextLib.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/cmdline.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/sched/thread.h"
#include "test/guest/kextlife.h"
#include "test/lib/test.h"

static void
load_and_unload_once(unsigned n)
{
	struct kext_stat *ks = kmalloc(sizeof(*ks), M_WAITOK);
	uint32_t tag = 0;

	(void)n;
	EXPECT(load("basic") == kOSReturnSuccess);
	tag = res.kr_tag;
	EXPECT(tag != 0 && kext_stat_next(tag - 1, ks) && ks->ks_tag == tag);
	EXPECT(strcmp(ks->ks_id, T "basic") == 0);
	EXPECT(strcmp(ks->ks_version, "1.2.3") == 0);
	EXPECT(ks->ks_state == KEXT_RUNNING && ks->ks_busy == 0);
	EXPECT(kext_by_addr((void *)(ks->ks_base + 1)) != NULL);
	/* A second time: it is there, which is a success. */
	EXPECT(load("basic") == kOSReturnSuccess && said("already loaded"));
	EXPECT(res.kr_tag == tag);
	EXPECT(load("basic2") == kOSKextReturnLoadedVersionDiffers);
	EXPECT(unload(T "basic") == kOSReturnSuccess);
	EXPECT(kext_by_addr((void *)(ks->ks_base + 1)) == NULL);
	EXPECT(unload(T "basic") == kOSKextReturnNotFound);
	kfree(ks);
}

TEST(kext, load_and_unload)
{
	/* Once, so that what is kept for good exists. */
	load_and_unload_once(0);
	EXPECT(steady(load_and_unload_once, 0));
}

static void
dependencies_once(unsigned n)
{
	(void)n;
	EXPECT(load("dependent") == kOSReturnSuccess);
	EXPECT(state_of(T "basic") == KEXT_RUNNING);
	EXPECT(unload(T "basic") == kOSKextReturnInUse);
	EXPECT(said("used by " T "dependent"));
	EXPECT(load("undeclared") == kOSKextReturnLinkError);
	EXPECT(said("'basic_add'"));
	EXPECT(unload(T "dependent") == kOSReturnSuccess);
	EXPECT(load("dep_too_old") == kOSKextReturnDependencies);
	EXPECT(load("dep_too_new") == kOSKextReturnDependencies);
	EXPECT(unload(T "basic") == kOSReturnSuccess);
	EXPECT(load("cycle_a") == kOSKextReturnDependencies);
	EXPECT(said(T "cycle_a -> " T "cycle_b -> " T "cycle_a"));
	EXPECT(load("missing_dep") == kOSKextReturnDependencies);
	EXPECT(said("com.example.nowhere"));
	EXPECT(load("dep_no_library") == kOSKextReturnDependencies);
	EXPECT(unload(T "refuse_stop") == kOSKextReturnStartStopError);
	EXPECT(unload(T "refuse_stop") == kOSKextReturnStartStopError);
	EXPECT(state_of(T "refuse_stop") == KEXT_RUNNING);
	EXPECT(unload(T "refuse_stop") == kOSReturnSuccess);
}

TEST(kext, dependencies)
{
	EXPECT(steady(dependencies_once, 0));
}

static void
refusals_once(unsigned n)
{
	(void)n;
	EXPECT(load("kpi_too_new") == kOSKextReturnDependencies);
	EXPECT(said("com.apple.kpi.bsd 20.0.0"));
	EXPECT(load("kpi_too_old") == kOSKextReturnDependencies);
	EXPECT(load("missing_symbol") == kOSKextReturnLinkError);
	EXPECT(said("'no_such_function'") && said("1 more"));
	EXPECT(load("missing_set") == kOSKextReturnLinkError);
	EXPECT(said("com.apple.kpi.mach"));
	EXPECT(load("fail_start") == kOSKextReturnStartStopError);
	EXPECT(said("0x3"));
}

TEST(kext, refusals)
{
	EXPECT(steady(refusals_once, 0));
}

static void
cxx_once(unsigned n)
{
	(void)n;
	EXPECT(load("cxx") == kOSReturnSuccess);
	EXPECT(unload(T "cxx") == kOSReturnSuccess);
}

TEST(kext, cxx)
{
	EXPECT(steady(cxx_once, 0));
}

static void
big_once(unsigned n)
{
	(void)n;
	EXPECT(load("big") == kOSReturnSuccess);
	EXPECT(unload(T "big") == kOSReturnSuccess);
}

TEST(kext, big)
{
	EXPECT(steady(big_once, 0));
}

/* What a failing start leaves: a timer that is waited for, and memory. */
TEST(kext, start_fails_and_leaks)
{
	EXPECT(load("fail_start_leak") == kOSKextReturnStartStopError);
	EXPECT(said("1000 memory bytes"));
	EXPECT(load("leak_memory") == kOSReturnSuccess);
	EXPECT(unload(T "leak_memory") == kOSReturnSuccess);
	EXPECT(said("2000 memory bytes") && said("leak_memory_start"));
}

/* A start that does not return holds nobody up. */
TEST(kext, start_hangs)
{
	struct kext_pool *kp = kext_pool_create("/test");
	struct kext_result r;

	EXPECT(kext_load_async(kp, T "hang_start", &r) ==
	    kOSKextReturnDeferred);
	REQUIRE(reaches(T "hang_start", KEXT_STARTING));
	EXPECT(load("basic") == kOSReturnSuccess);
	EXPECT(unload(T "basic") == kOSReturnSuccess);
	EXPECT(load("hang_start") == kOSKextReturnInUse && said("starting"));
	EXPECT(unload(T "hang_start") == kOSKextReturnStopping);
	EXPECT(said("starting"));
	REQUIRE(poke(T "hang_start", "hang_go", 1));
	EXPECT(reaches(T "hang_start", KEXT_RUNNING));
	EXPECT(unload(T "hang_start") == kOSReturnSuccess);
}

/* A stop that agrees while a thread still runs kext code. */
TEST(kext, thread_outlives_stop)
{
	EXPECT(load("stuck_thread") == kOSReturnSuccess);
	EXPECT(unload(T "stuck_thread") == kOSKextReturnInUse);
	EXPECT(said("thread"));
	EXPECT(state_of(T "stuck_thread") == KEXT_STOPPED);
	REQUIRE(poke(T "stuck_thread", "stuck_go", 1));
	EXPECT(unload(T "stuck_thread") == kOSReturnSuccess);
}

static OSReturn inside_result;

static void
unload_inside(void)
{
	inside_result = unload(T "basic");
}

TEST(kext, unload_from_inside)
{
	struct kext *k;

	REQUIRE(load("basic") == kOSReturnSuccess);
	lck_mtx_lock(&kext_lock);
	k = kext_find(T "basic");
	lck_mtx_unlock(&kext_lock);
	GATE_VOID(&k->k_gate, unload_inside);
	EXPECT(inside_result == kOSKextReturnInUse && said("EDEADLK"));
	EXPECT(unload(T "basic") == kOSReturnSuccess);
}

TEST(kext, retain)
{
	uint32_t tag;

	REQUIRE(load("basic") == kOSReturnSuccess);
	tag = res.kr_tag;
	EXPECT(OSKextRetainKextWithLoadTag(tag) == kOSReturnSuccess);
	EXPECT(OSKextRetainKextWithLoadTag(tag) == kOSReturnSuccess);
	EXPECT(unload(T "basic") == kOSKextReturnInUse);
	EXPECT(said("retained 2 times"));
	EXPECT(OSKextReleaseKextWithLoadTag(tag) == kOSReturnSuccess);
	EXPECT(unload(T "basic") == kOSKextReturnInUse);
	EXPECT(OSKextReleaseKextWithLoadTag(tag) == kOSReturnSuccess);
	EXPECT(OSKextReleaseKextWithLoadTag(tag) != kOSReturnSuccess);
	EXPECT(OSKextRetainKextWithLoadTag(9999999) ==
	    kOSKextReturnNotFound);
	EXPECT(OSKextRetainKextWithLoadTag(kOSKextInvalidLoadTag) ==
	    kOSKextReturnInvalidArgument);
	EXPECT(OSKextLoadKextWithIdentifier(T "basic") == kOSReturnSuccess);
	EXPECT(OSKextLoadKextWithIdentifier(NULL) ==
	    kOSKextReturnInvalidArgument);
	EXPECT(unload(T "basic") == kOSReturnSuccess);
}

/* --- two at once --------------------------------------------------------------- */

#define RACERS	4

static OSReturn race_result[RACERS];
static bool race_load;

static void
racer(void *arg)
{
	OSReturn *out = arg;
	struct kext_result *r = kmalloc(sizeof(*r), M_WAITOK);

	if (race_load)
		*out = kext_load(kext_pool_create("/test"), T "basic", r);
	else
		*out = kext_unload(T "basic", 0, r);
	kfree(r);
}

static unsigned
race(bool do_load)
{
	struct thread *td[RACERS];
	unsigned i, won = 0;

	race_load = do_load;
	for (i = 0; i < RACERS; i++)
		if (thread_create(NULL, "racer", PRI_USER, racer,
		    &race_result[i], &td[i]) != 0)
			return (0);
	for (i = 0; i < RACERS; i++) {
		(void)thread_join(td[i], false);
		thread_deallocate(td[i]);
		won += race_result[i] == kOSReturnSuccess;
	}
	return (won);
}

static void
races(unsigned n)
{
	while (n-- > 0) {
		EXPECT(race(true) >= 1);
		EXPECT(state_of(T "basic") == KEXT_RUNNING);
		EXPECT(race(false) == 1);
	}
}

TEST(kext, exactly_one_unload_succeeds)
{
	races(5);	/* threads and their stacks exist now */
	EXPECT(steady(races, 20));
}

static void
cycles_once(unsigned n)
{
	while (n-- > 0) {
		REQUIRE(load("cxx") == kOSReturnSuccess);
		REQUIRE(unload(T "cxx") == kOSReturnSuccess);
		(void)load("missing_symbol");
		(void)load("fail_start");
	}
}

TEST(kext, cycles)
{
	cycles_once(5);
	EXPECT(steady(cycles_once, 300));
}

static void
hoard_once(unsigned n)
{
	while (n-- > 0) {
		REQUIRE(load("hoard") == kOSReturnSuccess);
		REQUIRE(unload(T "hoard") == kOSReturnSuccess);
		EXPECT(res.kr_msg[0] == '\0');
	}
}

/*
 * Everything a kext can hold, given back by its stop, over and over: as often
 * as kext_cycles of the command line says.
 */
TEST(kext, hoard_cycles)
{
	unsigned n = (unsigned)cmdline_get_long("kext_cycles", 100);
	size_t frames;

	EXPECT(steady(hoard_once, 10));
	frames = pmm_free_count();
	EXPECT(steady(hoard_once, n));
	/* Slabs that are partly used may be more; a leak would be n of them. */
	printf("%u cycles, %ld frames\n", n,
	    (long)(frames - pmm_free_count()));
	EXPECT(pmm_free_count() + 64 > frames);
}

/*
 * A stop that says success and keeps everything: refused with the list.  By
 * force it goes, as the kernel takes the hooks away itself; memory is a leak.
 */
TEST(kext, unload_by_force)
{
	REQUIRE(load("hoard_simple") == kOSReturnSuccess);
	REQUIRE(poke(T "hoard_simple", "hoard_refuse", 1));
	EXPECT(unload(T "hoard_simple") == kOSKextReturnStartStopError);
	EXPECT(said("refuses") && said("it holds"));
	EXPECT(state_of(T "hoard_simple") == KEXT_RUNNING);
	REQUIRE(poke(T "hoard_simple", "hoard_refuse", 0));
	REQUIRE(poke(T "hoard_simple", "hoard_keep", 1));
	EXPECT(unload(T "hoard_simple") == kOSKextReturnInUse);
	EXPECT(said("stopped, but held by"));
	EXPECT(state_of(T "hoard_simple") == KEXT_STOPPED);
	EXPECT(force(T "hoard_simple") == kOSReturnSuccess);
	EXPECT(said("1100 memory bytes"));
}

/* Kext memory: text can not be written, data not executed; out of range. */
TEST(kext, protection)
{
	struct kext_stat *ks = kmalloc(sizeof(*ks), M_WAITOK);
	uint32_t word = 0;

	REQUIRE(load("basic") == kOSReturnSuccess);
	EXPECT(kext_stat_next(res.kr_tag - 1, ks));
	EXPECT(probe_read((void *)ks->ks_base, &word) == 0);
	EXPECT(probe_write((void *)ks->ks_base, word) == EFAULT);
	EXPECT(probe_write((void *)(ks->ks_base + ks->ks_textsize), word) ==
	    EFAULT);
	EXPECT(probe_read((void *)(ks->ks_base + ks->ks_size - 4), &word) ==
	    0);
	EXPECT(probe_write((void *)(ks->ks_base + ks->ks_size - 4), word) ==
	    0);
	EXPECT(unload(T "basic") == kOSReturnSuccess);
	EXPECT(probe_read((void *)ks->ks_base, &word) == EFAULT);
	kfree(ks);
}
