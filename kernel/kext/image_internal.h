/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shared by the halves of the image code.
 */
#ifndef KERNEL_KEXT_IMAGE_INTERNAL_H
#define KERNEL_KEXT_IMAGE_INTERNAL_H

#include "kernel/kext/image.h"

struct image_msg {
	char	*text;
	size_t	size;
};

/* Writes the reason; always ENOEXEC. */
errno_t image_fail(struct image_msg *m, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
