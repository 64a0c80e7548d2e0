/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/libkern.h>: printing, numbers, copying across the program
 * boundary, small helpers.
 *
 * The smallest and largest of two values are functions, not macros; MIN and
 * MAX of <sys/param.h> are macros.
 */
#ifndef _LIBKERN_LIBKERN_H_
#define _LIBKERN_LIBKERN_H_

#include <limits.h>
#include <sys/types.h>
#include <kern/debug.h>
#include <mach/vm_types.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static __inline__ int
imax(int a, int b)
{
	return (a > b ? a : b);
}

static __inline__ int
imin(int a, int b)
{
	return (a < b ? a : b);
}

static __inline__ long
lmax(long a, long b)
{
	return (a > b ? a : b);
}

static __inline__ long
lmin(long a, long b)
{
	return (a < b ? a : b);
}

static __inline__ u_int
max(u_int a, u_int b)
{
	return (a > b ? a : b);
}

static __inline__ u_int
min(u_int a, u_int b)
{
	return (a < b ? a : b);
}

static __inline__ u_int32_t
ulmax(u_int32_t a, u_int32_t b)
{
	return (a > b ? a : b);
}

static __inline__ u_int32_t
ulmin(u_int32_t a, u_int32_t b)
{
	return (a < b ? a : b);
}

/* Leading zero bits of num; 32 for 0. */
static __inline__ int
clz(unsigned int num)
{
	return (num == 0 ? 32 : __builtin_clz(num));
}

#ifdef KERNEL
#define bcd2bin(bcd)		((((bcd) >> 4) & 0xf) * 10 + ((bcd) & 0xf))
#define bin2bcd(bin)		((((bin) / 10) << 4) | ((bin) % 10))
#define hex2ascii(hex)		("0123456789abcdefghijklmnopqrstuvwxyz"[hex])

__BEGIN_DECLS

/*
 * Writes to the system log and the console.
 * Returns:   the number of characters
 * Context:   any
 */
int printf(const char *format, ...);

/*
 * printf() with an argument list.
 * Returns:   the number of characters
 * Context:   any
 */
int vprintf(const char *format, va_list ap);

/*
 * Prints into a buffer of size bytes, always terminated when size is not 0.
 * Returns:   the length the result would have: not below size when it was
 *            cut
 * Context:   any
 * Units:     size in bytes
 */
int snprintf(char *buf, size_t size, const char *fmt, ...);

/*
 * snprintf() with an argument list.
 * Returns:   as snprintf()
 * Context:   any
 * Units:     size in bytes
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);

/*
 * Prints into a buffer that must be large enough; snprintf() checks.
 * Returns:   the number of characters
 * Context:   any
 */
int sprintf(char *buf, const char *fmt, ...);

/*
 * Reads values out of text; %c %d %i %n %o %p %s %u %x %[ and %%.
 * Returns:   the number of values stored; -1 when the text ended before the
 *            first
 * Context:   any
 */
int sscanf(const char *buf, const char *fmt, ...);

/*
 * Whether s1 begins with s2.
 * Returns:   1 or 0
 * Context:   any
 */
int strprefix(const char *s1, const char *s2);

/*
 * Reads a number in the base given, 0 for the prefixes 0x and 0; *endp is
 * where it ended.
 * Returns:   the number; LONG_MAX or LONG_MIN when it does not fit
 * Context:   any
 */
long strtol(const char *s, char **endp, int base);

/*
 * strtol() for unsigned numbers.
 * Returns:   the number; ULONG_MAX when it does not fit
 * Context:   any
 */
u_long strtoul(const char *s, char **endp, int base);

/*
 * strtol() for 64 bits.
 * Returns:   the number; QUAD_MAX or QUAD_MIN when it does not fit
 * Context:   any
 */
quad_t strtoq(const char *s, char **endp, int base);

/*
 * strtoul() for 64 bits.
 * Returns:   the number; UQUAD_MAX when it does not fit
 * Context:   any
 */
u_quad_t strtouq(const char *s, char **endp, int base);

/*
 * A random number.
 * Returns:   31 random bits
 * Context:   any
 */
u_int32_t random(void);

/*
 * Copies from a program's memory.
 * Returns:   0, or EFAULT for a bad address
 * Context:   thread
 * Units:     len in bytes
 */
int copyin(const user_addr_t uaddr, void *kaddr, size_t len);

/*
 * Copies to a program's memory.
 * Returns:   0, or EFAULT for a bad address
 * Context:   thread
 * Units:     len in bytes
 */
int copyout(const void *kaddr, user_addr_t uaddr, size_t len);

/*
 * Copies a string with its NUL from a program's memory.
 * Returns:   0, ENAMETOOLONG when it has len characters or more, EFAULT for
 *            a bad address
 * Context:   thread
 * Units:     len and *done in bytes
 */
int copyinstr(const user_addr_t uaddr, void *kaddr, size_t len, size_t *done);

/*
 * Copies a string with its NUL to a program's memory.
 * Returns:   0, ENAMETOOLONG when it has len characters or more, EFAULT for
 *            a bad address
 * Context:   thread
 * Units:     len and *done in bytes
 */
int copyoutstr(const void *kaddr, user_addr_t uaddr, size_t len, size_t *done);

/*
 * Copies a string with its NUL inside the kernel.
 * Returns:   0, or ENAMETOOLONG when it has len characters or more
 * Context:   any
 * Units:     len and *done in bytes
 */
int copystr(const void *kfaddr, void *kdaddr, size_t len, size_t *done);

/*
 * What a call of an abstract virtual function reaches: it panics.
 * Context:   any
 */
void __cxa_pure_virtual(void);

/*
 * snprintf() that tells what it stored.
 * Returns:   the number of characters stored, without the NUL
 * Context:   any
 * Units:     size in bytes
 */
int scnprintf(char *buf, size_t size, const char *fmt, ...);

/*
 * scnprintf() with an argument list.
 * Returns:   as scnprintf()
 * Context:   any
 * Units:     size in bytes
 */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list ap);

/*
 * sprintf() with an argument list.
 * Returns:   the number of characters
 * Context:   any
 */
int vsprintf(char *buf, const char *fmt, va_list ap);

/*
 * sscanf() with an argument list.
 * Returns:   as sscanf()
 * Context:   any
 */
int vsscanf(const char *buf, const char *fmt, va_list ap);

/*
 * Reads a decimal number.
 * Returns:   the number
 * Context:   any
 */
int atoi(const char *s);

/*
 * Writes a number in decimal.
 * Returns:   str
 * Context:   any
 * Units:     str has room for 12 characters
 */
char *itoa(int num, char *str);

/*
 * The lowest bit set.
 * Returns:   its number, counted from 1; 0 when there is none
 * Context:   any
 */
int ffs(unsigned int mask);

/*
 * Continues a CRC-32 (ISO 3309) over a block; it begins with 0.
 * Returns:   the CRC so far
 * Context:   any
 * Units:     size in bytes
 */
uint32_t crc32(uint32_t crc, const void *buf, size_t size);

/*
 * memset() that no compiler drops, within a buffer of smax bytes.
 * Returns:   0; EINVAL for NULL, E2BIG for an absurd smax, EOVERFLOW when n
 *            was cut to smax
 * Context:   any
 * Units:     smax and n in bytes
 */
errno_t memset_s(void *s, size_t smax, int c, size_t n);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_LIBKERN_H_ */
