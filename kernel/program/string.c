/* SPDX-License-Identifier: BSD-2-Clause */
/* String functions of the C library that the kernel itself has no use for. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t
strspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(set, s[n]) != NULL)
		n++;
	return n;
}

size_t
strcspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] != '\0' && strchr(set, s[n]) == NULL)
		n++;
	return n;
}

char *
strpbrk(const char *s, const char *set)
{
	const char *p = s + strcspn(s, set);

	return *p == '\0' ? NULL : (char *)(uintptr_t)p;
}

char *
strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = malloc(n);

	return p == NULL ? NULL : memcpy(p, s, n);
}

static const char *const errors[] = {
	[0] = "No error",
	[EPERM] = "Operation not permitted",
	[ENOENT] = "No such file or directory",
	[ESRCH] = "No such process",
	[EINTR] = "Interrupted",
	[EIO] = "Input/output error",
	[ENXIO] = "Device not configured",
	[E2BIG] = "Argument list too long",
	[ENOEXEC] = "Not a program",
	[EBADF] = "Bad file descriptor",
	[ECHILD] = "No child processes",
	[EDEADLK] = "Would deadlock",
	[ENOMEM] = "Out of memory",
	[EACCES] = "Permission denied",
	[EFAULT] = "Bad address",
	[EBUSY] = "Resource busy",
	[EEXIST] = "Exists already",
	[EXDEV] = "Different device",
	[ENODEV] = "Operation not supported by device",
	[ENOTDIR] = "Not a directory",
	[EISDIR] = "Is a directory",
	[EINVAL] = "Invalid argument",
	[ENFILE] = "Too many open files in the system",
	[EMFILE] = "Too many open files",
	[ENOTTY] = "Not a terminal request",
	[EFBIG] = "File too large",
	[ENOSPC] = "No space left",
	[ESPIPE] = "Illegal seek",
	[EROFS] = "Read-only file system",
	[EPIPE] = "Broken pipe",
	[EDOM] = "Argument out of domain",
	[ERANGE] = "Result too large",
	[EAGAIN] = "Temporarily unavailable",
	[EINPROGRESS] = "In progress",
	[EALREADY] = "Already in progress",
	[ENOTSOCK] = "Not a socket",
	[EDESTADDRREQ] = "Destination address required",
	[EMSGSIZE] = "Message too long",
	[EPROTOTYPE] = "Wrong type for the protocol",
	[ENOPROTOOPT] = "No such protocol option",
	[EPROTONOSUPPORT] = "Protocol not supported",
	[ESOCKTNOSUPPORT] = "Socket type not supported",
	[ENOTSUP] = "Not supported",
	[EPFNOSUPPORT] = "Protocol family not supported",
	[EAFNOSUPPORT] = "Address family not supported",
	[EADDRINUSE] = "Address in use",
	[EADDRNOTAVAIL] = "Address not available",
	[ENETDOWN] = "Network is down",
	[ENETUNREACH] = "Network is unreachable",
	[ECONNABORTED] = "Connection aborted",
	[ECONNRESET] = "Connection reset by peer",
	[ENOBUFS] = "No buffer space",
	[EISCONN] = "Connected already",
	[ENOTCONN] = "Not connected",
	[ETIMEDOUT] = "Timed out",
	[ECONNREFUSED] = "Connection refused",
	[ELOOP] = "Too many symbolic links",
	[ENAMETOOLONG] = "Name too long",
	[EHOSTDOWN] = "Host is down",
	[EHOSTUNREACH] = "No route to host",
	[ENOTEMPTY] = "Directory not empty",
	[ENOSYS] = "Function not implemented",
	[EFTYPE] = "Wrong file type or format",
	[EOVERFLOW] = "Value too large",
	[ECANCELED] = "Canceled",
	[EPROTO] = "Protocol error",
	[EOPNOTSUPP] = "Operation not supported",
};

char *
strerror(int err)
{
	static const char unknown[] = "Unknown error";

	if (err >= 0 && err < (int)(sizeof(errors) / sizeof(errors[0])) &&
	    errors[err] != NULL)
		return (char *)(uintptr_t)errors[err];
	return (char *)(uintptr_t)unknown;
}

char *
strsignal(int sig)
{
	switch (sig) {
	case SIGINT:
		return "Interrupt";
	case SIGKILL:
		return "Killed";
	case SIGTERM:
		return "Terminated";
	case SIGPIPE:
		return "Broken pipe";
	}
	return "Signal";
}
