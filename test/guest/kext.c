/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Life of kexts: loading, dependencies, refusals, unloading while in use, with
 * the kexts of test/kexts out of the ram disk's /test.
 */
#include <libkern/libkern.h>
#include <libkern/OSKextLib.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/fs/vfs.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"
#include "kernel/mm/pmm.h"
#include "kernel/sched/thread.h"
#include "test/lib/test.h"

#define T	"org.unikext.test."

static struct kext_result res;

static OSReturn
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

static OSReturn
unload(const char *id)
{
	return (kext_unload(id, 0, &res));
}

static bool
said(const char *words)
{
	if (strnstr(res.kr_msg, words, sizeof(res.kr_msg)) != NULL)
		return (true);
	printf("it said: %s\n", res.kr_msg);
	return (false);
}

/* Sets a variable of a loaded kext. */
static bool
poke(const char *id, const char *name, int v)
{
	uintptr_t at;
	struct kext *k;
	bool ok;

	lck_mtx_lock(&kext_lock);
	k = kext_find(id);
	ok = k != NULL && k->k_syms != NULL &&
	    kext_symbols_export(k, name, &at);
	if (ok)
		*(volatile int *)at = v;
	lck_mtx_unlock(&kext_lock);
	return (ok);
}

static enum kext_state
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

/* Waits for a state: how long depends on the host's load. */
static bool
reaches(const char *id, enum kext_state s)
{
	for (int i = 0; i < 1000 && state_of(id) != s; i++)
		thread_sleep_ns(10000000);
	return (state_of(id) == s);
}

/* Kexts, their address space, heap objects. */
struct level {
	unsigned	kexts, zombies;
	size_t		bytes, ranges;
	size_t		objects;
};

static void
count_objects(const struct kmem_stats *st, void *arg)
{
	*(size_t *)arg += st->inuse;
}

static struct level
level_now(void)
{
	struct level l, last = { 0 };
	unsigned tries;

	/* Threads that end are reaped by and by: until nothing changes. */
	for (tries = 0; tries < 20; tries++) {
		memset(&l, 0, sizeof(l));
		thread_sleep_ns(30000000);
		kext_counts(&l.kexts, &l.zombies);
		kva_stats(KVA_KEXT, &l.bytes, &l.ranges);
		kmem_walk(count_objects, &l.objects);
		if (memcmp(&l, &last, sizeof(l)) == 0)
			break;
		last = l;
	}
	return (l);
}

static bool
level_same(const struct level *a, const struct level *b)
{
	if (a->kexts == b->kexts && a->zombies == b->zombies &&
	    a->bytes == b->bytes && a->ranges == b->ranges &&
	    a->objects == b->objects)
		return (true);
	printf("kexts %u %u, zombies %u %u, bytes %lu %lu, ranges %lu %lu, "
	    "objects %lu %lu\n", a->kexts, b->kexts, a->zombies, b->zombies,
	    a->bytes, b->bytes, a->ranges, b->ranges, a->objects, b->objects);
	return (false);
}

TEST(kext, load_and_unload)
{
	struct kext_stat *ks = kmalloc(sizeof(*ks), M_WAITOK);
	struct level before, after;
	uint32_t tag = 0;

	/* Once, so that what is kept for good exists. */
	EXPECT(load("basic") == kOSReturnSuccess);
	EXPECT(unload(T "basic") == kOSReturnSuccess);
	before = level_now();
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
	after = level_now();
	EXPECT(level_same(&before, &after));
	kfree(ks);
}

TEST(kext, dependencies)
{
	struct level before = level_now(), after;

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
	after = level_now();
	EXPECT(level_same(&before, &after));
}

TEST(kext, refusals)
{
	struct level before = level_now(), after;

	EXPECT(load("kpi_too_new") == kOSKextReturnDependencies);
	EXPECT(said("com.apple.kpi.bsd 20.0.0"));
	EXPECT(load("kpi_too_old") == kOSKextReturnDependencies);
	EXPECT(load("missing_symbol") == kOSKextReturnLinkError);
	EXPECT(said("'no_such_function'") && said("1 more"));
	EXPECT(load("missing_set") == kOSKextReturnLinkError);
	EXPECT(said("com.apple.kpi.mach"));
	EXPECT(load("fail_start") == kOSKextReturnStartStopError);
	EXPECT(said("0x3"));
	after = level_now();
	EXPECT(level_same(&before, &after));
}

TEST(kext, cxx)
{
	struct level before = level_now(), after;

	EXPECT(load("cxx") == kOSReturnSuccess);
	EXPECT(unload(T "cxx") == kOSReturnSuccess);
	after = level_now();
	EXPECT(level_same(&before, &after));
}

TEST(kext, big)
{
	struct level before = level_now(), after;

	EXPECT(load("big") == kOSReturnSuccess);
	EXPECT(unload(T "big") == kOSReturnSuccess);
	after = level_now();
	EXPECT(level_same(&before, &after));
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
	EXPECT(kext_unload(T "stuck_thread", KEXT_UNLOAD_FORCE, &res) ==
	    kOSKextReturnInUse);
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

TEST(kext, exactly_one_unload_succeeds)
{
	struct level before, after;
	unsigned i;

	for (i = 0; i < 25; i++) {
		if (i == 5)	/* threads and their stacks exist now */
			before = level_now();
		EXPECT(race(true) >= 1);
		EXPECT(state_of(T "basic") == KEXT_RUNNING);
		EXPECT(race(false) == 1);
	}
	after = level_now();
	EXPECT(level_same(&before, &after));
}

TEST(kext, cycles)
{
	struct level before, after;
	unsigned i;

	for (i = 0; i < 5; i++) {
		EXPECT(load("cxx") == kOSReturnSuccess);
		EXPECT(unload(T "cxx") == kOSReturnSuccess);
		(void)load("missing_symbol");
		(void)load("fail_start");
	}
	before = level_now();
	for (i = 0; i < 300; i++) {
		REQUIRE(load("cxx") == kOSReturnSuccess);
		REQUIRE(unload(T "cxx") == kOSReturnSuccess);
		(void)load("missing_symbol");
		(void)load("fail_start");
	}
	after = level_now();
	EXPECT(level_same(&before, &after));
}

/* Everything a kext can hold, given back by its stop, over and over. */
TEST(kext, hoard_cycles)
{
	struct level before, after;
	unsigned i;

	for (i = 0; i < 110; i++) {
		if (i == 10)
			before = level_now();
		REQUIRE(load("hoard") == kOSReturnSuccess);
		REQUIRE(unload(T "hoard") == kOSReturnSuccess);
		EXPECT(res.kr_msg[0] == '\0');
	}
	after = level_now();
	EXPECT(level_same(&before, &after));
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
	EXPECT(kext_unload(T "hoard_simple", KEXT_UNLOAD_FORCE, &res) ==
	    kOSReturnSuccess);
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
