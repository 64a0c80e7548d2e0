/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking up what the kernel exports.  The tables come out of the .exports
 * files by tools/mkexports.py, sorted by name.
 */
#include <string.h>

#include "kernel/kext/registry_internal.h"

const struct kext_export_set *
kext_set_find(const char *id)
{
	unsigned i;

	for (i = 0; i < kext_nexport_sets; i++)
		if (strcmp(kext_export_sets[i].es_id, id) == 0)
			return (&kext_export_sets[i]);
	return (NULL);
}

bool
kext_set_lookup(const struct kext_export_set *es, const char *name,
    uintptr_t *value)
{
	unsigned lo = 0, hi = es->es_nsyms, mid;
	int c;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		c = strcmp(es->es_syms[mid].ex_name, name);
		if (c == 0) {
			*value = (uintptr_t)es->es_syms[mid].ex_addr;
			return (*value != 0);
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (false);
}

const char *
kext_set_of(const char *name)
{
	uintptr_t value;
	unsigned i;

	for (i = 0; i < kext_nexport_sets; i++)
		if (kext_set_lookup(&kext_export_sets[i], name, &value))
			return (kext_export_sets[i].es_id);
	return (NULL);
}
