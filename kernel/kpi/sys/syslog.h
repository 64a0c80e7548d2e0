/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/syslog.h>: the system log: priorities, and the call that writes to it.
 */
#ifndef _SYS_SYSLOG_H_
#define _SYS_SYSLOG_H_

#include <stdarg.h>
#include <sys/cdefs.h>

#define LOG_EMERG		0	/* the system is unusable */
#define LOG_ALERT		1
#define LOG_CRIT		2
#define LOG_ERR			3
#define LOG_WARNING		4
#define LOG_NOTICE		5
#define LOG_INFO		6
#define LOG_DEBUG		7

#define LOG_PRIMASK		7
#define LOG_PRI(p)		((p) & LOG_PRIMASK)
#define LOG_MASK(pri)		(1 << (pri))
#define LOG_UPTO(pri)		((1 << ((pri) + 1)) - 1)

/* Facilities, or-ed into the priority. */
#define LOG_KERN		(0 << 3)
#define LOG_USER		(1 << 3)
#define LOG_MAIL		(2 << 3)
#define LOG_DAEMON		(3 << 3)
#define LOG_AUTH		(4 << 3)
#define LOG_SYSLOG		(5 << 3)
#define LOG_LOCAL0		(16 << 3)
#define LOG_LOCAL7		(23 << 3)

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Writes to the system log, in printf()'s formats.
 * Context:   any thread, interrupt
 */
void log(int pri, const char *fmt, ...);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_SYSLOG_H_ */
