/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's log offers, on the host's standard output; the user
 * boundary, which the host does not have.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void kprintf(const char *fmt, ...);
void log(int pri, const char *fmt, ...);
int copyin(const unsigned long long uaddr, void *kaddr, size_t len);
bool user_readable(const void *p, size_t len);
bool user_writable(void *p, size_t len);
int user_string(const char *s, size_t max);
int copyout(const void *kaddr, unsigned long long uaddr, size_t len);

void
kprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

void
log(int pri, const char *fmt, ...)
{
	va_list ap;

	(void)pri;
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
}

/* No page tables here: what a pointer looks like. */
bool
user_readable(const void *p, size_t len)
{
	uintptr_t at = (uintptr_t)p;

	return (len == 0 || (at >= 4096 && at + len - 1 >= at &&
	    (at + len - 1) >> 47 == 0));
}

bool
user_writable(void *p, size_t len)
{
	return (user_readable(p, len));
}

int
user_string(const char *s, size_t max)
{
	if (!user_readable(s, 1))
		return (EFAULT);
	return (strnlen(s, max) < max ? 0 : ENAMETOOLONG);
}

int
copyin(const unsigned long long uaddr, void *kaddr, size_t len)
{
	memcpy(kaddr, (const void *)(uintptr_t)uaddr, len);
	return (0);
}

int
copyout(const void *kaddr, unsigned long long uaddr, size_t len)
{
	memcpy((void *)(uintptr_t)uaddr, kaddr, len);
	return (0);
}
