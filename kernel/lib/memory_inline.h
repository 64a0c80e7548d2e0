/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Included before every source of the kernel and of the engine: blocks of a
 * small known size are handled in place.  A free-standing build knows no
 * functions of the C library by itself, so each would be a call, and headers
 * of packets are copied, cleared and compared some dozens of times a packet.
 * What is not small, or not known, still calls kernel/lib/memory.c.
 */
#ifndef KERNEL_LIB_MEMORY_INLINE_H
#define KERNEL_LIB_MEMORY_INLINE_H

#include <string.h>

#define memcpy(dst, src, n)	__builtin_memcpy((dst), (src), (n))
#define memmove(dst, src, n)	__builtin_memmove((dst), (src), (n))
#define memset(dst, c, n)	__builtin_memset((dst), (c), (n))
#define memcmp(s1, s2, n)	__builtin_memcmp((s1), (s2), (n))

#endif
