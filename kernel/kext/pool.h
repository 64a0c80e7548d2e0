/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of a pool, for the loader.
 */
#ifndef KERNEL_KEXT_POOL_H
#define KERNEL_KEXT_POOL_H

#include "kernel/kext/image.h"
#include "kernel/kext/registry.h"

struct kext_file {
	STAILQ_ENTRY(kext_file) kf_link;
	void		*kf_data;	/* kmalloc'ed; of kf_image */
	struct kext_image kf_image;	/* checked */
};

/*
 * The file of a kext; read from the folder if need be and kept in the pool.
 * id NULL: the first.  NULL: there is none.
 */
struct kext_file *kext_pool_find(struct kext_pool *kp, const char *id);

#endif
