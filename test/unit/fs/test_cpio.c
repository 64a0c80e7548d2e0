/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cpio reader: good archives, and every way of cutting and spoiling one.
 */
#include "kernel/fs/cpio.h"

#include <sys/errno.h>
#include <libkern/libkern.h>
#include <string.h>

#include "test/unit/fs/archive.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"

size_t
archive_add(char *at, const char *name, unsigned mode, const char *data,
    size_t size)
{
	size_t namesize = strlen(name) + 1, n;

	memset(at, 0, 110 + namesize + size + 8);
	snprintf(at, 111, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x"
	    "%08x%08x", 1u, mode, 5u, 6u, 1u, 7u, (unsigned)size, 0u, 0u, 0u,
	    0u, (unsigned)namesize, 0u);
	memcpy(at + 110, name, namesize);
	n = (110 + namesize + 3) & ~(size_t)3;
	memcpy(at + n, data, size);
	return ((n + size + 3) & ~(size_t)3);
}

static size_t
make(char *buf)
{
	size_t n = 0;

	n += archive_add(buf + n, "dir", 0040755, "", 0);
	n += archive_add(buf + n, "dir/file", 0100644, "hello", 5);
	n += archive_add(buf + n, "TRAILER!!!", 0, "", 0);
	return (n);
}

UNIT_TEST(cpio_reads)
{
	struct cpio_entry ce;
	char buf[2048];
	size_t size = make(buf), off = 0;

	CHECK(cpio_next(buf, size, &off, &ce) == 0);
	CHECK(strcmp(ce.ce_name, "dir") == 0 && ce.ce_mode == 0040755);
	CHECK(cpio_next(buf, size, &off, &ce) == 0);
	CHECK(strcmp(ce.ce_name, "dir/file") == 0 && ce.ce_size == 5 &&
	    memcmp(ce.ce_data, "hello", 5) == 0);
	CHECK(ce.ce_uid == 5 && ce.ce_gid == 6 && ce.ce_mtime == 7);
	CHECK(cpio_next(buf, size, &off, &ce) == ENOENT);
}

/* Exact-size copies, so that the sanitizer sees a read beyond the end. */
static void
read_all(const char *data, size_t size)
{
	char *copy = host_malloc(size > 0 ? size : 1);
	struct cpio_entry ce;
	size_t off = 0;

	memcpy(copy, data, size);
	for (int i = 0; i < 10 && cpio_next(copy, size, &off, &ce) == 0; i++) {
		CHECK(ce.ce_data + ce.ce_size <= copy + size);
		CHECK(strlen(ce.ce_name) < size);
	}
	host_free(copy);
}

UNIT_TEST(cpio_cut_anywhere)
{
	char buf[2048];
	size_t size = make(buf);

	for (size_t n = 0; n <= size; n++)
		read_all(buf, n);
}

UNIT_TEST(cpio_spoilt_anywhere)
{
	static const char hex[] = "0123456789abcdefFG-";
	char buf[2048];
	size_t size = make(buf);

	for (int i = 0; i < 20000; i++) {
		(void)make(buf);
		for (unsigned k = 0; k <= unit_random() % 3; k++)
			buf[unit_random() % size] =
			    hex[unit_random() % (sizeof(hex) - 1)];
		read_all(buf, size);
	}
}
