/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <os/log.h>: the unified log; here its messages go to the system log.
 *
 * The format is a literal; {public} and {private} annotations are dropped.
 */
#ifndef _OS_LOG_H_
#define _OS_LOG_H_

#include <stdint.h>
#include <stdbool.h>
#include <os/base.h>

typedef struct os_log_s		*os_log_t;
typedef uint8_t			os_log_type_t;

#define OS_LOG_TYPE_DEFAULT	0x00
#define OS_LOG_TYPE_INFO	0x01
#define OS_LOG_TYPE_DEBUG	0x02
#define OS_LOG_TYPE_ERROR	0x10
#define OS_LOG_TYPE_FAULT	0x11

#ifdef KERNEL
__BEGIN_DECLS

/* The log of everybody, and the one that drops what it is given. */
extern struct os_log_s _os_log_default;
extern struct os_log_s os_log_disabled_object;

/*
 * Makes a log whose messages begin with the subsystem and category.
 * Returns:   the log; OS_LOG_DISABLED when there is no memory
 * Ownership: lives as long as the system; both strings are copied
 * Context:   thread, may block
 */
os_log_t os_log_create(const char *subsystem, const char *category);

/*
 * Writes one message; what the os_log macros call.
 * Context:   any thread
 */
void os_log_message(os_log_t log, os_log_type_t type, const char *fmt, ...);

/*
 * Writes one message; what the macros of other headers call, with the address
 * of the image that logs, which is not used.
 * Context:   any thread
 */
void _os_log_internal(void *dso, os_log_t log, os_log_type_t type,
    const char *message, ...);
__END_DECLS

#define OS_LOG_DEFAULT		(&_os_log_default)
#define OS_LOG_DISABLED		(&os_log_disabled_object)

#define os_log_with_type(log, type, ...)				\
	os_log_message((log), (type), __VA_ARGS__)
#define os_log(log, ...)						\
	os_log_message((log), OS_LOG_TYPE_DEFAULT, __VA_ARGS__)
#define os_log_info(log, ...)						\
	os_log_message((log), OS_LOG_TYPE_INFO, __VA_ARGS__)
#define os_log_debug(log, ...)						\
	os_log_message((log), OS_LOG_TYPE_DEBUG, __VA_ARGS__)
#define os_log_error(log, ...)						\
	os_log_message((log), OS_LOG_TYPE_ERROR, __VA_ARGS__)
#define os_log_fault(log, ...)						\
	os_log_message((log), OS_LOG_TYPE_FAULT, __VA_ARGS__)
#endif /* KERNEL */

#endif /* _OS_LOG_H_ */
