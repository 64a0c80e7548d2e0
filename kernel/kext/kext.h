/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loaded kext, as the kernel knows it.
 *
 * States and who moves them (all under the registry's lock, registry.c):
 *
 *	LOADING --> STARTING --> RUNNING --> STOPPING --> gone or ZOMBIE
 *	                 \________________________/^
 *	                    start failed             RUNNING again if refused
 *
 * A ZOMBIE's image is gone, its name and its counters stay until the last
 * thing charged to it has been given back.
 */
#ifndef KERNEL_KEXT_KEXT_H
#define KERNEL_KEXT_KEXT_H

#include <libkern/OSReturn.h>
#include <mach/kmod.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "kernel/kext/gate.h"

#define KEXT_NAME_MAX	64	/* with the terminating zero */
#define KEXT_DEPS_MAX	32

enum kext_state {
	KEXT_LOADING,
	KEXT_STARTING,
	KEXT_RUNNING,
	KEXT_STOPPING,
	KEXT_ZOMBIE
};

struct kext_account {			/* a */
	long		ka_now;
	long		ka_peak;
	uint64_t	ka_total;
};

struct kext_image;

/* I immutable once linked, r registry lock, a atomic, g gate lock */
struct kext {
	TAILQ_ENTRY(kext) k_link;		/* r */
	char		k_id[KEXT_NAME_MAX];	/* I */
	char		k_version[KEXT_NAME_MAX]; /* I */
	uint64_t	k_vers;			/* I: version as a number */
	uint64_t	k_compat;		/* I: 0: nobody may depend */
	uint32_t	k_tag;			/* I: load tag */
	enum kext_state	k_state;		/* r */
	uintptr_t	k_base;			/* I: first byte of the image */
	size_t		k_size;			/* I */
	struct kext_image *k_image;		/* I: sections and symbols */
	kmod_info_t	*k_info;		/* I: inside the image */
	struct kext	*k_deps[KEXT_DEPS_MAX];	/* I */
	unsigned	k_ndeps;		/* I */
	unsigned	k_dependents;		/* r */
	unsigned	k_retains;		/* r */
	struct thread	*k_owner;		/* r: thread in start or stop */
	bool		k_autoloaded;		/* r: came as a dependency */
	uint32_t	k_busy;			/* a: calls in progress */
	LIST_HEAD(, gate) k_gates;		/* g */
	struct gate	k_gate;			/* start and stop */
	struct gate_stats k_sum[GATE_NCLASS];	/* g: of gates that ended */
	struct kext_account k_account[KRES_N];	/* a */
};

/*
 * The kext whose image holds the address, or NULL.
 * Context:   any thread, interrupt
 */
struct kext *kext_by_addr(const void *addr);

#endif
