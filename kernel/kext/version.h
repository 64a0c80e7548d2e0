/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Versions of bundles: one to four digits, then up to two parts of one or two
 * digits, then possibly a stage and its level: 1, 1.2, 1.2.3, 1.2.3d4,
 * 10.0fc2.  Stages are d(evelopment), a(lpha), b(eta), f or fc (final
 * candidate); a version without one is the release and comes after them.
 */
#ifndef KERNEL_KEXT_VERSION_H
#define KERNEL_KEXT_VERSION_H

#include <stdint.h>

#define KEXT_VERSION_BAD	0

/* The version as a number that compares as versions do; 0: not a version. */
uint64_t kext_version_parse(const char *s);

#endif
