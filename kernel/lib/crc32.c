/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 (ISO 3309, ITU-T V.42 8.1.1.6.2): polynomial 0x04c11db7, bits
 * reflected, inverted before and after, so that results chain.
 *
 * A table of sixteen entries, a nibble at a time: 64 bytes of table are
 * enough for what kexts use it for.
 */
#include <libkern/libkern.h>
#include <stdint.h>

static const uint32_t crc_nibble[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
	0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
	0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c
};

uint32_t
crc32(uint32_t crc, const void *buf, size_t size)
{
	const uint8_t *p = buf;

	crc = ~crc;
	while (size-- > 0) {
		crc ^= *p++;
		crc = (crc >> 4) ^ crc_nibble[crc & 15];
		crc = (crc >> 4) ^ crc_nibble[crc & 15];
	}
	return (~crc);
}
