/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the files of the registry: list, load, unload, holds.
 */
#ifndef KERNEL_KEXT_REGISTRY_INTERNAL_H
#define KERNEL_KEXT_REGISTRY_INTERNAL_H

#include "kernel/kext/image.h"
#include "kernel/kext/registry.h"
#include "kernel/sync/lock.h"

/* Guards the list and the r members; taken before the gate lock. */
extern lck_mtx_t kext_lock;
extern struct kext_list kext_all;

/* --- list (registry.c) ---------------------------------------------------- */

/* With the lock held. */
struct kext *kext_find(const char *id);
struct kext *kext_find_tag(uint32_t tag);
void kext_set_state(struct kext *k, enum kext_state s);

/* A new one in LOADING; NULL without memory.  Lock held. */
struct kext *kext_enter(const struct bundle *b);

/* Gives the image an address that kext_by_addr knows; 0 takes it back. */
void kext_set_base(struct kext *k, uintptr_t base);

/* Takes k off the list and frees it, or makes it a zombie.  Lock held. */
void kext_leave(struct kext *k);

/* Frees zombies with nothing left on account.  Lock held. */
void kext_reap(void);

/* Fills a result. */
OSReturn kext_result_set(struct kext_result *res, OSReturn code,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* --- symbols (symtab.c) --------------------------------------------------- */

/* Keeps what is wanted of a linked image's symbols; NULL: no memory. */
struct kext_symbols *kext_symbols_make(const struct kext_image *im);
void kext_symbols_free(struct kext_symbols *ks);

/* An exported symbol of a kext. */
bool kext_symbols_export(const struct kext *k, const char *name,
    uintptr_t *value);

/* The function an address is in; false if the table does not know. */
bool kext_symbols_lookup(const struct kext *k, uintptr_t addr,
    const char **name, size_t *off);

/* The source line of an address; false if it is not known. */
bool kext_symbols_line(const struct kext *k, uintptr_t addr,
    const char **file, unsigned *line);

/* --- kernel export sets (exports.c) ----------------------------------------- */

struct kext_export {
	const char	*ex_name;
	const void	*ex_addr;	/* NULL: not in this kernel */
};

struct kext_export_set {
	const char	*es_id;		/* "com.apple.kpi.bsd"; "": for all */
	const char	*es_compat;
	const struct kext_export *es_syms; /* sorted by name */
	unsigned	es_nsyms;
};

extern const struct kext_export_set kext_export_sets[];
extern const unsigned kext_nexport_sets;

#define KEXT_KPI_VERSION	"19.6.0"
#define KEXT_KPI_PREFIX		"com.apple.kpi."

const struct kext_export_set *kext_set_find(const char *id);
bool kext_set_lookup(const struct kext_export_set *es, const char *name,
    uintptr_t *value);

/* The set that exports name, for messages; NULL if none does. */
const char *kext_set_of(const char *name);

/* --- start and stop (run.c) ------------------------------------------------- */

/* Constructors, then the start function. */
kern_return_t kext_call_start(struct kext *k);

/* The stop function alone; destructors. */
kern_return_t kext_call_stop(struct kext *k);
void kext_call_dtors(struct kext *k);

/* --- holds (holds.c) ---------------------------------------------------------- */

/*
 * Names what keeps a kext's code in use (gates, sockets, calls in progress),
 * in one line.
 * Returns:   true if there is something
 */
bool kext_holds(struct kext *k, char *msg, size_t size);

/* Names what is left on its accounts but keeps nothing in use. */
bool kext_leaks(struct kext *k, char *msg, size_t size);

/* Waits up to ms milliseconds until kext_holds finds nothing; true: so. */
bool kext_wait_idle(struct kext *k, unsigned ms);

/* One round of taking away what k holds (kextunload -f). */
void kext_revoke(struct kext *k);

/* --- images (load.c) ---------------------------------------------------------- */

/* Frees image and symbols; k keeps its name and accounts. */
void kext_drop_image(struct kext *k);

#endif
