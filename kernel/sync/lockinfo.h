/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshot of the lock groups for lockstat.  Plain data for programs.
 */
#ifndef KERNEL_SYNC_LOCKINFO_H
#define KERNEL_SYNC_LOCKINFO_H

#include <stddef.h>
#include <stdint.h>

struct lock_info {
	char li_name[48];
	unsigned li_mtx, li_rw, li_spin;	/* locks alive */
	uint64_t li_acquired, li_contended;
};

/* An array to be freed with procinfo_free(); 0, or ENOMEM. */
int lockinfo_list(struct lock_info **out, size_t *n);

#endif /* KERNEL_SYNC_LOCKINFO_H */
