/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long blocks of memory: copied, filled and summed with the instructions the
 * machine has for it.  An emulator counts a repeated instruction once a word,
 * which is still the fewest there can be; hardware needs some tens of cycles
 * to start one, so callers use these for blocks of ARCH_BLOCK_MIN bytes and
 * more.
 */
#ifndef ARCH_X86_64_BLOCK_H
#define ARCH_X86_64_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#define ARCH_BLOCK_MIN	256

/* Copies n 64-bit words upward. */
static inline void
arch_copy_words(void *dst, const void *src, size_t n)
{
	__asm__ volatile("rep movsq" : "+D" (dst), "+S" (src), "+c" (n) : :
	    "memory");
}

/* Stores w n times. */
static inline void
arch_fill_words(void *dst, uint64_t w, size_t n)
{
	__asm__ volatile("rep stosq" : "+D" (dst), "+c" (n) : "a" (w) :
	    "memory");
}

/*
 * sum plus n blocks of 64 bytes as 64-bit words in ones' complement: carries
 * come back in at the low end.
 */
static inline uint64_t
arch_sum_blocks(const void *p, size_t n, uint64_t sum)
{
	if (n == 0)
		return sum;
	__asm__ volatile("clc\n"
	    "1:\tadcq	(%[p]), %[s]\n\t"
	    "adcq	8(%[p]), %[s]\n\t"
	    "adcq	16(%[p]), %[s]\n\t"
	    "adcq	24(%[p]), %[s]\n\t"
	    "adcq	32(%[p]), %[s]\n\t"
	    "adcq	40(%[p]), %[s]\n\t"
	    "adcq	48(%[p]), %[s]\n\t"
	    "adcq	56(%[p]), %[s]\n\t"
	    "leaq	64(%[p]), %[p]\n\t"
	    "decq	%[n]\n\t"		/* leaves the carry alone */
	    "jnz	1b\n\t"
	    "adcq	$0, %[s]"
	    : [s] "+r" (sum), [p] "+r" (p), [n] "+r" (n)
	    : : "cc", "memory");
	return sum;
}

#endif
