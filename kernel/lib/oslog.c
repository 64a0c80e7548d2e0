/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * os_log: messages of the unified log go to the system log, with the log's
 * subsystem and category in front and the privacy annotations of the format
 * dropped.
 */
#include <libkern/libkern.h>
#include <os/log.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syslog.h>

#include "kernel/console/log.h"
#include "kernel/lib/format.h"
#include "kernel/mm/kmem.h"

struct os_log_s {
	bool	disabled;
	char	prefix[64];		/* "subsystem:category: " or empty */
};

struct os_log_s _os_log_default = { false, "" };
struct os_log_s os_log_disabled_object = { true, "" };

os_log_t
os_log_create(const char *subsystem, const char *category)
{
	os_log_t log;

	log = kmalloc(sizeof(*log), M_WAITOK);
	if (log == NULL)
		return (OS_LOG_DISABLED);
	log->disabled = false;
	snprintf(log->prefix, sizeof(log->prefix), "%s:%s: ", subsystem,
	    category);
	return (log);
}

static int
priority(os_log_type_t type)
{
	switch (type) {
	case OS_LOG_TYPE_DEBUG:
		return (LOG_DEBUG);
	case OS_LOG_TYPE_ERROR:
		return (LOG_ERR);
	case OS_LOG_TYPE_FAULT:
		return (LOG_CRIT);
	default:
		return (LOG_INFO);
	}
}

/* Copies the format without the {...} that may follow a percent sign. */
static void
strip_annotations(char *dst, size_t size, const char *fmt)
{
	size_t n = 0;
	const char *end;

	while (*fmt != '\0' && n + 1 < size) {
		dst[n++] = *fmt++;
		if (dst[n - 1] != '%')
			continue;
		if (*fmt == '{' && (end = strchr(fmt, '}')) != NULL)
			fmt = end + 1;
		else if (*fmt == '%' && n + 1 < size)
			dst[n++] = *fmt++;
	}
	dst[n] = '\0';
}

static void
message(os_log_t log, os_log_type_t type, const char *fmt, va_list ap)
{
	char plain[256], text[384];

	if (log == NULL || log->disabled)
		return;
	strip_annotations(plain, sizeof(plain), fmt);
	vsnprintf(text, sizeof(text), plain, ap);
	log_printf(priority(type), "%s%s%s", log->prefix, text,
	    text[0] != '\0' && text[strlen(text) - 1] == '\n' ? "" : "\n");
}

void
os_log_message(os_log_t log, os_log_type_t type, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	message(log, type, fmt, ap);
	va_end(ap);
}

void
_os_log_internal(void *dso, os_log_t log, os_log_type_t type, const char *fmt,
    ...)
{
	va_list ap;

	(void)dso;
	va_start(ap, fmt);
	message(log, type, fmt, ap);
	va_end(ap);
}
