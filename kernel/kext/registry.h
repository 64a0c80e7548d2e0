/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registry: which kexts there are; loading and unloading.
 *
 * Loading checks and links without holding a lock; the kext is in the list
 * from the first moment (LOADING), so that its identifier is taken.  The start
 * and stop functions run in a kernel thread of their own, with no lock held:
 * one that never returns keeps its own kext in STARTING, and nothing else.
 *
 * Every failure gives one line in msg, without a newline.
 */
#ifndef KERNEL_KEXT_REGISTRY_H
#define KERNEL_KEXT_REGISTRY_H

#include <libkern/OSKextLib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/kext/kext.h"

#define KEXT_MSG_MAX	256

/*
 * Files of kexts at hand for one load: those that were fetched for it, and a
 * folder of the RAM disk.  The kext to load and what it depends on are looked
 * for in that order.
 */
struct kext_pool;

/* folder NULL: /kexts.  NULL: no memory. */
struct kext_pool *kext_pool_create(const char *folder);

/*
 * Adds one file, by its bytes or by its path in the RAM disk.
 * Returns:   0, or ENOMEM, ENOENT, ENOEXEC (not a kext), with the reason in
 *            msg
 * Ownership: borrows file
 */
errno_t kext_pool_add(struct kext_pool *kp, const void *file, size_t size,
    char *msg, size_t msgsize);
errno_t kext_pool_add_path(struct kext_pool *kp, const char *path, char *msg,
    size_t msgsize);

/* Bundle number n (from 0) of the pool; false behind the last. */
bool kext_pool_bundle(struct kext_pool *kp, unsigned n, struct bundle *out);

/*
 * Names one library of a file in the pool that is neither loaded nor in the
 * pool nor in its folder, so that somebody can fetch it.
 */
bool kext_pool_missing(struct kext_pool *kp, char *id, size_t idsize);
void kext_pool_free(struct kext_pool *kp);

struct kext_result {
	OSReturn	kr_code;
	uint32_t	kr_tag;
	char		kr_id[KEXT_NAME_MAX];
	char		kr_msg[KEXT_MSG_MAX];
};

/*
 * Loads and starts the kext with the identifier, and first what it depends
 * on.  id NULL means the first file added to the pool.  A kext that is loaded
 * in the same version already is a success.
 * Returns:   kOSReturnSuccess, or the reason in kr_code and kr_msg
 * Ownership: consumes the pool, also on failure
 * Context:   thread, blocks; a signal ends the wait (kOSKextReturnTimeout),
 *            not the loading
 */
OSReturn kext_load(struct kext_pool *kp, const char *id,
    struct kext_result *res);

/* The same without waiting: kOSKextReturnDeferred, or an early failure. */
OSReturn kext_load_async(struct kext_pool *kp, const char *id,
    struct kext_result *res);

#define KEXT_UNLOAD_FORCE	0x1	/* take away what the gate knows */

/*
 * Stops and unloads.
 * Returns:   kOSReturnSuccess; kOSKextReturnNotFound; kOSKextReturnInUse when
 *            dependents, retains or something of the kext remain;
 *            kOSKextReturnStartStopError when its stop function refuses;
 *            kOSKextReturnStopping when another unload is on its way
 * Context:   thread, blocks
 */
OSReturn kext_unload(const char *id, unsigned flags, struct kext_result *res);

/* One kext for a listing. */
struct kext_stat {
	char		ks_id[KEXT_NAME_MAX];
	char		ks_version[KEXT_NAME_MAX];
	uint32_t	ks_tag;
	enum kext_state	ks_state;
	uint64_t	ks_state_ns;	/* since when */
	uintptr_t	ks_base;
	size_t		ks_size;
	size_t		ks_textsize, ks_rosize;
	unsigned	ks_dependents, ks_retains, ks_busy, ks_gates;
	unsigned	ks_ndeps;
	uint32_t	ks_deps[KEXT_DEPS_MAX];	/* load tags */
	struct kext_account ks_account[KRES_N];
};

/*
 * The next kext with a load tag above after.
 * Returns:   false if there is none
 */
bool kext_stat_next(uint32_t after, struct kext_stat *out);

/* One gate of a kext, or the sum of those of its class that ended. */
struct gate_stat {
	char		gt_name[KEXT_NAME_MAX];	/* "": sum of ended ones */
	enum gate_class	gt_class;
	unsigned	gt_busy;
	struct gate_stats gt_stats;
};

/*
 * Figures of gate number n (from 0) of a kext, then those of the ended ones.
 * Returns:   false behind the last
 */
bool kext_gate_stat(uint32_t tag, unsigned n, struct gate_stat *out);

/* A place in a kext whose allocations are alive. */
struct kext_place {
	char		pl_function[KEXT_NAME_MAX];
	char		pl_file[KEXT_NAME_MAX];	/* "?": not known */
	unsigned	pl_line;
	long		pl_count, pl_bytes;
};

/*
 * Place number n (from 0) of those that have something, in no order.  There
 * are none when the image is gone.
 * Returns:   false behind the last
 */
bool kext_place_stat(uint32_t tag, unsigned n, struct kext_place *out);

/* Number of kexts loaded, and of zombies. */
void kext_counts(unsigned *loaded, unsigned *zombies);

/*
 * A program module: an ELF file with a main, run as a process.  The image
 * stays until kext_program_done.
 * Returns:   0, or ENOEXEC, ENOENT, ENOMEM with the reason in msg
 * Ownership: borrows file
 */
errno_t kext_program_load(const void *file, size_t size, struct kext **out,
    char *msg, size_t msgsize);
void kext_program_done(struct kext *k);

#endif
