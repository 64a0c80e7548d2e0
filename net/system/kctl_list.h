/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kctl program shows of the registered controls. */
#ifndef NET_SYSTEM_KCTL_LIST_H
#define NET_SYSTEM_KCTL_LIST_H

#include <stddef.h>
#include <stdint.h>

struct kctl_entry {
	char ke_name[96];
	char ke_kext[64];	/* "" for the kernel's own */
	uint32_t ke_id, ke_unit, ke_flags;
	unsigned ke_clients;
};

/*
 * Copies up to max entries; returns how many controls there are.
 * Context:   thread, may block
 */
size_t kctl_list(struct kctl_entry *out, size_t max);

#endif /* NET_SYSTEM_KCTL_LIST_H */
