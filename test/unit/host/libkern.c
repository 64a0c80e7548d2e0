/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's log offers, on the host's standard output; the user
 * boundary, which the host does not have.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

void kprintf(const char *fmt, ...);
void log(int pri, const char *fmt, ...);
int copyin(const unsigned long long uaddr, void *kaddr, size_t len);
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
