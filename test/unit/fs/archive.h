/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Making cpio archives for the tests.
 */
#ifndef TEST_UNIT_FS_ARCHIVE_H
#define TEST_UNIT_FS_ARCHIVE_H

#include <stddef.h>

/* Writes one entry at `at'; returns its size with padding. */
size_t archive_add(char *at, const char *name, unsigned mode,
    const char *data, size_t size);

#endif /* TEST_UNIT_FS_ARCHIVE_H */
