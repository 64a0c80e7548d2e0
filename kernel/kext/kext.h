/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loaded kext, as the kernel knows it.
 *
 * States and who moves them (all under the registry's lock):
 *
 *	LOADING --> STARTING --> RUNNING <--> STOPPING --> gone or ZOMBIE
 *	                |                        |
 *	                +------> STOPPED <-------+
 *
 * LOADING: the identifier is taken, the image is being linked.  STOPPING goes
 * back to RUNNING when the stop function refuses.  STOPPED: the stop function
 * has agreed (or the start function failed) but something of the kext is
 * still in use; the next unload looks again.  A ZOMBIE's image is gone, its
 * name and its accounts stay until the last thing charged to it is back.
 */
#ifndef KERNEL_KEXT_KEXT_H
#define KERNEL_KEXT_KEXT_H

#include <libkern/OSReturn.h>
#include <mach/kmod.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "kernel/kext/bundle.h"
#include "kernel/kext/gate.h"

#define KEXT_NAME_MAX	BUNDLE_NAME_MAX
#define KEXT_DEPS_MAX	BUNDLE_LIBS_MAX

enum kext_state {
	KEXT_LOADING,
	KEXT_STARTING,
	KEXT_RUNNING,
	KEXT_STOPPING,
	KEXT_STOPPED,
	KEXT_ZOMBIE
};

struct kext_account {			/* a */
	long		ka_now;
	long		ka_peak;
	uint64_t	ka_total;
};

/*
 * A place in a kext that allocates: a return address.  The first of a kext's
 * sites has none and stands for all that did not find room.
 */
#define KEXT_SITES	64

struct kext_site {
	struct kext	*st_kext;	/* I once used */
	uintptr_t	st_pc;		/* a: 0: free */
	long		st_count;	/* a: allocations alive */
	long		st_bytes;	/* a */
};

struct kext_symbols;

/* I immutable once linked, r registry lock, a atomic, g gate lock */
struct kext {
	TAILQ_ENTRY(kext) k_link;		/* r, and the address lock */
	char		k_id[KEXT_NAME_MAX];	/* I */
	char		k_version[KEXT_NAME_MAX]; /* I */
	uint64_t	k_vers;			/* I: version as a number */
	uint64_t	k_cvers;		/* I: 0: nobody may depend */
	uint32_t	k_tag;			/* I: load tag */
	enum kext_state	k_state;		/* r */
	bool		k_program;		/* I: a program module */
	uintptr_t	k_base;			/* address lock: 0: no image */
	size_t		k_size;			/* I */
	size_t		k_textsize;		/* I: at k_base */
	size_t		k_rosize;		/* I: behind the text */
	struct kext_symbols *k_syms;		/* I */
	kmod_info_t	*k_info;		/* I: inside the image */
	int		(*k_main)(int, char **); /* I: of a program module */
	void		(**k_ctors)(void);	/* I */
	void		(**k_dtors)(void);	/* I */
	unsigned	k_nctors, k_ndtors;	/* I */
	bool		k_constructed;		/* r: destructors are due */
	struct kext	*k_deps[KEXT_DEPS_MAX];	/* I */
	unsigned	k_ndeps;		/* I */
	unsigned	k_dependents;		/* r */
	unsigned	k_retains;		/* r */
	uint64_t	k_since;		/* r: ns, of the last change of state */
	uint32_t	k_busy;			/* a: calls in progress */
	LIST_HEAD(, gate) k_gates;		/* g */
	struct gate	k_gate;			/* start and stop */
	struct gate_stats k_sum[GATE_NCLASS];	/* g: of gates that ended */
	struct kext_account k_account[KRES_N];	/* a */
	struct kext_site k_sites[KEXT_SITES];	/* a */
};

TAILQ_HEAD(kext_list, kext);

/*
 * The kext whose image holds the address, or NULL.
 * Context:   any thread, interrupt
 */
struct kext *kext_by_addr(const void *addr);

const char *kext_state_name(enum kext_state s);

#endif
