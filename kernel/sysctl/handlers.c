/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The usual sysctl handlers: sysctl_handle_* of <sys/sysctl.h>.
 */
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <string.h>

/*
 * Value out, new value in.  A request that only asks or only sets comes with
 * the other pointer empty; SYSCTL_OUT then counts and SYSCTL_IN does nothing.
 */
static int
value(struct sysctl_req *req, void *var, size_t len)
{
	int error = SYSCTL_OUT(req, var, len);

	if (error == 0 && req->newptr != 0)
		error = SYSCTL_IN(req, var, len);
	return (error);
}

int
sysctl_handle_int SYSCTL_HANDLER_ARGS
{
	(void)oidp;
	if (arg1 != NULL)
		return (value(req, arg1, sizeof(int)));
	if (req->newptr != 0)
		return (EPERM);
	return (SYSCTL_OUT(req, &arg2, sizeof(int)));
}

int
sysctl_handle_long SYSCTL_HANDLER_ARGS
{
	(void)oidp;
	(void)arg2;
	if (arg1 == NULL)
		return (EINVAL);
	return (value(req, arg1, sizeof(long)));
}

int
sysctl_handle_quad SYSCTL_HANDLER_ARGS
{
	(void)oidp;
	(void)arg2;
	if (arg1 == NULL)
		return (EINVAL);
	return (value(req, arg1, sizeof(long long)));
}

int
sysctl_handle_int2quad SYSCTL_HANDLER_ARGS
{
	long long wide;
	int error;

	(void)oidp;
	(void)arg2;
	if (arg1 == NULL)
		return (EINVAL);
	wide = *(int *)arg1;
	error = value(req, &wide, sizeof(wide));
	if (error != 0 || req->newptr == 0)
		return (error);
	if (wide != (int)wide)
		return (ERANGE);
	*(int *)arg1 = (int)wide;
	return (0);
}

int
sysctl_handle_string SYSCTL_HANDLER_ARGS
{
	size_t len;
	int error;

	(void)oidp;
	if (arg1 == NULL)
		return (EINVAL);
	error = SYSCTL_OUT(req, arg1, strlen(arg1) + 1);
	if (error != 0 || req->newptr == 0)
		return (error);
	len = req->newlen - req->newidx;
	/* The terminating NUL need not be sent. */
	if (arg2 <= 0 || len >= (size_t)arg2 + 1 ||
	    (len == (size_t)arg2 &&
	    ((const char *)(uintptr_t)req->newptr)[req->newidx + len - 1] !=
	    '\0'))
		return (EINVAL);
	error = SYSCTL_IN(req, arg1, len);
	if (error == 0 && len < (size_t)arg2)
		((char *)arg1)[len] = '\0';
	return (error);
}

int
sysctl_handle_opaque SYSCTL_HANDLER_ARGS
{
	(void)oidp;
	if (arg1 == NULL || arg2 < 0)
		return (EINVAL);
	return (value(req, arg1, (size_t)arg2));
}

void
sysctl_register_fixed(void)
{
}
