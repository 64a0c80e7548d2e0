/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copying across the boundary between a program and the kernel.
 *
 * Programs live in the kernel's address space, so a user address is a
 * pointer; what remains of the boundary is that a bad one gives EFAULT: by
 * its look (page zero, not canonical) or by the fault it takes; where memory is
 * used in place, a byte of each page is touched before anything has been done.
 */
#include <libkern/libkern.h>
#include <stdint.h>
#include <string.h>

#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/copy.h"
#include "arch/x86_64/mmu.h"
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

bool
user_readable(const void *p, size_t len)
{
	return (len == 0 || (user_range_ok((uintptr_t)p, len) &&
	    touch_read(p, len) == 0));
}

bool
user_writable(void *p, size_t len)
{
	return (len == 0 || (user_range_ok((uintptr_t)p, len) &&
	    touch_write(p, len) == 0));
}

errno_t
user_string(const char *s, size_t max)
{
	size_t n;

	while (max > 0) {
		n = MMU_PAGE_SIZE - ((uintptr_t)s & MMU_PAGE_MASK);
		if (n > max)
			n = max;
		if (!user_readable(s, n))
			return (EFAULT);
		if (memchr(s, '\0', n) != NULL)
			return (0);
		s += n;
		max -= n;
	}
	return (ENAMETOOLONG);
}

/* --- a byte, a word ------------------------------------------------------------------- */

int
fubyte(user_addr_t addr)
{
	unsigned char byte;

	return (copyin(addr, &byte, sizeof(byte)) == 0 ? byte : -1);
}

int
subyte(user_addr_t addr, int byte)
{
	unsigned char b = (unsigned char)byte;

	return (copyout(&b, addr, sizeof(b)) == 0 ? 0 : -1);
}

long
fuword(user_addr_t addr)
{
	long word;

	return (copyin(addr, &word, sizeof(word)) == 0 ? word : -1);
}

int
suword(user_addr_t addr, long word)
{
	return (copyout(&word, addr, sizeof(word)) == 0 ? 0 : -1);
}

int
useracc(user_addr_t addr, user_size_t len, int prot)
{
	void *p = (void *)(uintptr_t)addr;

	return (prot == B_READ ? user_writable(p, len) : user_readable(p, len));
}
