/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line table of a kext, section ".unikext.lines": little-endian words
 *
 *	magic, number of files, number of rows, bytes of names
 *	files: offset of each name
 *	rows, by offset: offset in the text (32 bits), file, line (16 each)
 *	names, each with a terminating zero
 *
 * A row holds up to the next one.  The table comes from a file and is checked
 * once, when it is taken over.
 */
#ifndef KERNEL_KEXT_LINES_H
#define KERNEL_KEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINES_SECTION	".unikext.lines"

/* A copy of a good table (kmalloc'ed), NULL for a bad one or no memory. */
void *lines_make(const void *data, size_t size);

/* The line of a text offset. */
bool lines_lookup(const void *table, uint32_t off, const char **file,
    unsigned *line);

#endif
