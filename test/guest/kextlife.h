/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the life of kexts share: loading out of the ram disk's
 * /test, what the registry said, the level of everything a kext can hold.
 */
#ifndef TEST_GUEST_KEXTLIFE_H
#define TEST_GUEST_KEXTLIFE_H

#include <stdbool.h>

#include "kernel/kext/registry.h"

#define T	"org.unikext.test."	/* in front of the file's name */

/* Of the last load or unload. */
extern struct kext_result res;

/* Loads /test/<name>.kext; unloads by identifier, also by force. */
OSReturn load(const char *name);
OSReturn unload(const char *id);
OSReturn force(const char *id);

/* Whether the last message has these words; prints it if not. */
bool said(const char *words);

/* Reads, sets a variable of a loaded kext; false, -1: there is none. */
bool poke(const char *id, const char *name, int v);
int peek(const char *id, const char *name);

/* ZOMBIE: not loaded. */
enum kext_state state_of(const char *id);

/* Waits for a state: how long depends on the host's load. */
bool reaches(const char *id, enum kext_state s);

/*
 * Whether what fn does leaves nothing: no kext, address range or object in
 * any heap cache or mbuf class.  The network goes on beside the test and may
 * get an address, with its groups and timers, just meanwhile: then a second
 * or third round (shorter if it is long), begun at the new level, ends where
 * it began.  A leak shows in each.
 */
bool steady(void (*fn)(unsigned), unsigned n);

#endif
