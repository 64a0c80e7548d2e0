/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading cpio "newc" archives (cpio.h): a header of 110 bytes, six of magic
 * and thirteen numbers of eight hexadecimal digits, the name with its NUL,
 * the data; header plus name and data are padded to four bytes.
 */
#include "kernel/fs/cpio.h"

#include <sys/errno.h>
#include <string.h>

#define HEADER_SIZE	110
#define FIELD(n)	(6 + 8 * (n))

static errno_t
hex8(const char *s, uint32_t *out)
{
	uint32_t v = 0;

	for (int i = 0; i < 8; i++) {
		char c = s[i];

		v <<= 4;
		if (c >= '0' && c <= '9')
			v |= (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v |= (uint32_t)(c - 'a' + 10);
		else if (c >= 'A' && c <= 'F')
			v |= (uint32_t)(c - 'A' + 10);
		else
			return (EFTYPE);
	}
	*out = v;
	return (0);
}

errno_t
cpio_next(const void *archive, size_t size, size_t *off,
    struct cpio_entry *out)
{
	static const uint8_t wanted[] = { 1, 2, 3, 5, 6, 11 };
	const char *h = (const char *)archive + *off;
	uint32_t v[6], namesize;
	size_t left, name_end;

	if (*off > size || size - *off < HEADER_SIZE)
		return (EFTYPE);
	left = size - *off;
	if (memcmp(h, "070701", 6) != 0 && memcmp(h, "070702", 6) != 0)
		return (EFTYPE);
	for (unsigned i = 0; i < 6; i++) {
		if (hex8(h + FIELD(wanted[i]), &v[i]) != 0)
			return (EFTYPE);
	}
	namesize = v[5];
	if (namesize == 0 || namesize > left - HEADER_SIZE ||
	    h[HEADER_SIZE + namesize - 1] != '\0')
		return (EFTYPE);
	name_end = (HEADER_SIZE + (size_t)namesize + 3) & ~(size_t)3;
	if (name_end > left || v[4] > left - name_end)
		return (EFTYPE);
	out->ce_name = h + HEADER_SIZE;
	if (strcmp(out->ce_name, "TRAILER!!!") == 0)
		return (ENOENT);
	out->ce_data = h + name_end;
	out->ce_mode = v[0];
	out->ce_uid = v[1];
	out->ce_gid = v[2];
	out->ce_mtime = v[3];
	out->ce_size = v[4];
	*off += (name_end + v[4] + 3) & ~(size_t)3;
	return (0);
}
