/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying across the boundary between a program and the kernel.
 *
 * Programs live in the kernel's address space, so a user address is a
 * pointer; what remains of the boundary is that a bad one gives EFAULT: by
 * its look (page zero, not canonical) or by the fault it takes.
 */
#include <libkern/libkern.h>
#include <stdint.h>

#include <sys/errno.h>

#include "arch/x86_64/copy.h"
#include "kernel/file/uio.h"

int
copyin(const user_addr_t uaddr, void *kaddr, size_t len)
{
	if (!user_range_ok(uaddr, len))
		return (EFAULT);
	return (copy_fault(kaddr, (const void *)(uintptr_t)uaddr, len));
}

int
copyout(const void *kaddr, user_addr_t uaddr, size_t len)
{
	if (!user_range_ok(uaddr, len))
		return (EFAULT);
	return (copy_fault((void *)(uintptr_t)uaddr, kaddr, len));
}

int
copyinstr(const user_addr_t uaddr, void *kaddr, size_t len, size_t *done)
{
	size_t n = 0;
	int error;

	if (!user_range_ok(uaddr, 1))
		return (EFAULT);
	error = copystr_fault(kaddr, (const char *)(uintptr_t)uaddr, len, &n);
	if (done != NULL)
		*done = n;
	return (error);
}

int
copyoutstr(const void *kaddr, user_addr_t uaddr, size_t len, size_t *done)
{
	size_t n = 0;
	int error;

	if (!user_range_ok(uaddr, 1))
		return (EFAULT);
	error = copystr_fault((char *)(uintptr_t)uaddr, kaddr, len, &n);
	if (done != NULL)
		*done = n;
	return (error);
}
