/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loading and unloading on the thread that does it; for job.c.
 */
#ifndef KERNEL_KEXT_LOAD_H
#define KERNEL_KEXT_LOAD_H

#include "kernel/kext/image.h"
#include "kernel/kext/registry.h"
#include "kernel/kext/version.h"

void kext_load_now(struct kext_pool *kp, const char *id,
    struct kext_result *res);
void kext_unload_now(const char *id, unsigned flags, struct kext_result *res);

/*
 * Maps and links an image for k.  On failure nothing is left.
 * Returns:   0, or ENOMEM, ENOENT (undefined symbols), ENOEXEC
 */
errno_t kext_load_image(struct kext *k, const struct kext_image *im,
    image_resolver resolve, void *arg, char *msg, size_t msgsize);

#endif
