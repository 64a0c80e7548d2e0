/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory blocks: copy, fill, compare, search.
 *
 * Plain 64-bit words, eight to a turn of the loop: unaligned words cost
 * nothing on this machine and vector registers are not the kernel's.  Long
 * blocks go by repeated instructions (arch/x86_64/block.h).  The rest below a
 * word is done with one overlapping word where the block is long enough, so
 * that no loop over single bytes remains for blocks of eight bytes and more.
 */
#include <stdint.h>
#include <string.h>
#include "arch/x86_64/block.h"

#ifdef KERNEL_LIB_MEMORY_INLINE_H	/* here are the functions themselves */
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#endif

typedef uint64_t word_t __attribute__((__may_alias__, __aligned__(1)));
typedef uint32_t half_t __attribute__((__may_alias__, __aligned__(1)));

#define W	sizeof(word_t)

/* Forward copy; right for overlapping blocks when dst is below src. */
static inline void
copy_up(unsigned char *d, const unsigned char *s, size_t n)
{
	word_t a, b, c, e;

	if (n >= ARCH_BLOCK_MIN) {
		arch_copy_words(d, s, n / W);
		d += n & ~(W - 1);
		s += n & ~(W - 1);
		n &= W - 1;
	}
	while (n >= 8 * W) {
		a = ((const word_t *)s)[0];
		b = ((const word_t *)s)[1];
		c = ((const word_t *)s)[2];
		e = ((const word_t *)s)[3];
		((word_t *)d)[0] = a;
		((word_t *)d)[1] = b;
		((word_t *)d)[2] = c;
		((word_t *)d)[3] = e;
		a = ((const word_t *)s)[4];
		b = ((const word_t *)s)[5];
		c = ((const word_t *)s)[6];
		e = ((const word_t *)s)[7];
		((word_t *)d)[4] = a;
		((word_t *)d)[5] = b;
		((word_t *)d)[6] = c;
		((word_t *)d)[7] = e;
		d += 8 * W;
		s += 8 * W;
		n -= 8 * W;
	}
	while (n >= W) {
		*(word_t *)d = *(const word_t *)s;
		d += W;
		s += W;
		n -= W;
	}
	while (n > 0) {
		*d++ = *s++;
		n--;
	}
}

/* Backward copy, for overlapping blocks with dst above src. */
static inline void
copy_down(unsigned char *d, const unsigned char *s, size_t n)
{
	word_t a, b, c, e;

	d += n;
	s += n;
	while (n >= 4 * W) {
		d -= 4 * W;
		s -= 4 * W;
		a = ((const word_t *)s)[3];
		b = ((const word_t *)s)[2];
		c = ((const word_t *)s)[1];
		e = ((const word_t *)s)[0];
		((word_t *)d)[3] = a;
		((word_t *)d)[2] = b;
		((word_t *)d)[1] = c;
		((word_t *)d)[0] = e;
		n -= 4 * W;
	}
	while (n >= W) {
		d -= W;
		s -= W;
		*(word_t *)d = *(const word_t *)s;
		n -= W;
	}
	while (n > 0) {
		*--d = *--s;
		n--;
	}
}

void *
memcpy(void *dst, const void *src, size_t n)
{
	unsigned char *d = dst;
	const unsigned char *s = src;
	word_t last;
	half_t first;

	if (n >= W) {
		/* The last word is read first: it may overlap nothing. */
		last = *(const word_t *)(s + n - W);
		copy_up(d, s, n & ~(W - 1));
		*(word_t *)(d + n - W) = last;
	} else if (n >= 4) {
		first = *(const half_t *)s;
		*(half_t *)(d + n - 4) = *(const half_t *)(s + n - 4);
		*(half_t *)d = first;
	} else if (n > 0) {
		d[0] = s[0];
		if (n > 1) {
			d[1] = s[1];
			d[n - 1] = s[n - 1];
		}
	}
	return (dst);
}

void *
memmove(void *dst, const void *src, size_t n)
{
	if ((uintptr_t)dst - (uintptr_t)src >= n)
		copy_up(dst, src, n);
	else if (dst != src)
		copy_down(dst, src, n);
	return (dst);
}

void
bcopy(const void *src, void *dst, size_t n)
{
	memmove(dst, src, n);
}

void *
memset(void *dst, int c, size_t n)
{
	unsigned char *d = dst;
	word_t w = (unsigned char)c * 0x0101010101010101ull;

	if (n < W) {
		while (n > 0)
			d[--n] = (unsigned char)c;
		return (dst);
	}
	*(word_t *)(d + n - W) = w;
	if (n >= ARCH_BLOCK_MIN) {
		arch_fill_words(d, w, n / W);
		return (dst);
	}
	while (n >= 8 * W) {
		((word_t *)d)[0] = w;
		((word_t *)d)[1] = w;
		((word_t *)d)[2] = w;
		((word_t *)d)[3] = w;
		((word_t *)d)[4] = w;
		((word_t *)d)[5] = w;
		((word_t *)d)[6] = w;
		((word_t *)d)[7] = w;
		d += 8 * W;
		n -= 8 * W;
	}
	while (n >= W) {
		*(word_t *)d = w;
		d += W;
		n -= W;
	}
	return (dst);
}

void
bzero(void *dst, size_t n)
{
	memset(dst, 0, n);
}

int
memcmp(const void *s1, const void *s2, size_t n)
{
	const unsigned char *a = s1, *b = s2;
	uint64_t x, y;

	for (; n >= W; n -= W, a += W, b += W) {
		x = *(const word_t *)a;
		y = *(const word_t *)b;
		if (x != y) {
			/* The first byte decides: it is the low one. */
			x = __builtin_bswap64(x);
			y = __builtin_bswap64(y);
			return (x < y ? -1 : 1);
		}
	}
	for (; n > 0; n--, a++, b++)
		if (*a != *b)
			return (*a - *b);
	return (0);
}

int
bcmp(const void *s1, const void *s2, size_t n)
{
	return (memcmp(s1, s2, n));
}

void *
memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n > 0; n--, p++)
		if (*p == (unsigned char)c)
			return ((void *)(uintptr_t)p);
	return (NULL);
}
