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
 * Console/system log; not from interrupt context. Format %b (register bits)
 * besides the usual. (Seed document shows void result.)
 */
int printf(const char *format, ...);

/*
 * Standard meaning, no surprises.
 */
int vprintf(const char *format, va_list ap);

/*
 * Standard meaning, no surprises.
 */
int snprintf(char *buf, size_t size, const char *fmt, ...);

/*
 * Standard meaning, no surprises.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);

/*
 * Deprecated.
 */
int sprintf(char *buf, const char *fmt, ...);

/*
 * Standard meaning, no surprises.
 */
int sscanf(const char *buf, const char *fmt, ...);

/*
 * 1 when s2 is a prefix of s1.
 */
int strprefix(const char *s1, const char *s2);

/*
 * Standard meaning, no surprises.
 */
long strtol(const char *s, char **endp, int base);

/*
 * Standard meaning, no surprises.
 */
u_long strtoul(const char *s, char **endp, int base);

/*
 * Standard meaning, no surprises.
 */
quad_t strtoq(const char *s, char **endp, int base);

/*
 * Standard meaning, no surprises.
 */
u_quad_t strtouq(const char *s, char **endp, int base);

/*
 * Non-cryptographic 31-bit number.
 */
u_int32_t random(void);

/*
 * User to kernel: 0 or EFAULT.
 */
int copyin(const user_addr_t uaddr, void *kaddr, size_t len);

/*
 * Kernel to user: 0 or EFAULT.
 */
int copyout(const void *kaddr, user_addr_t uaddr, size_t len);

/*
 * ENAMETOOLONG, EFAULT.
 */
int copyinstr(const user_addr_t uaddr, void *kaddr, size_t len, size_t *done);

/*
 * ENAMETOOLONG, EFAULT.
 */
int copyoutstr(const void *kaddr, user_addr_t uaddr, size_t len, size_t *done);

/*
 * Kernel to kernel string copy with limit; ENAMETOOLONG when not terminated
 * within len.
 */
int copystr(const void *kfaddr, void *kdaddr, size_t len, size_t *done);

/*
 * Called through an abstract virtual function of a C++ kext: panics. Never
 * declared by sources; the linker needs the symbol.
 */
void __cxa_pure_virtual(void);

/*
 * Returns what was stored.
 */
int scnprintf(char *buf, size_t size, const char *fmt, ...);

/*
 * Standard meaning, no surprises.
 */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list ap);

/*
 * Deprecated.
 */
int vsprintf(char *buf, const char *fmt, va_list ap);

/*
 * Standard meaning, no surprises.
 */
int vsscanf(const char *buf, const char *fmt, va_list ap);

/*
 * Standard meaning, no surprises.
 */
int atoi(const char *s);

/*
 * Standard meaning, no surprises.
 */
char *itoa(int num, char *str);

/*
 * Standard meaning, no surprises.
 */
int ffs(unsigned int mask);

/*
 * Standard meaning, no surprises.
 */
uint32_t crc32(uint32_t crc, const void *buf, size_t size);

/*
 * Standard meaning, no surprises.
 */
errno_t memset_s(void *s, size_t smax, int c, size_t n);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_LIBKERN_H_ */
