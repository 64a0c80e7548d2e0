/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions whose only work is their result, for tables of entry points,
 * and the target of assert().
 */
#include <kern/assert.h>
#include <kern/debug.h>
#include <sys/errno.h>
#include <sys/systm.h>

int
nulldev(void)
{
	return (0);
}

int
nullop(void)
{
	return (0);
}

int
enosys(void)
{
	return (ENOSYS);
}

int
enxio(void)
{
	return (ENXIO);
}

int
enoioctl(void)
{
	return (ENOTTY);
}

int
eopnotsupp(void)
{
	return (EOPNOTSUPP);
}

void
Assert(const char *file, int line, const char *expression)
{
	panic("%s:%d: assertion failed: %s", file, line, expression);
}
