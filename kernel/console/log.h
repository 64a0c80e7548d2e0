/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's message log: a ring of lines with time and level, behind
 * printf(), log(), kprintf() and panic().  Lines at or above the console's
 * level (`loglevel=` on the command line, a syslog priority; default 6, info)
 * are shown at once.
 */
#ifndef KERNEL_CONSOLE_LOG_H
#define KERNEL_CONSOLE_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Appends formatted text at a syslog priority.
 * Returns: the number of characters.
 * Context: any.
 */
int log_vprintf(int pri, const char *fmt, va_list ap);
void log_printf(int pri, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

struct log_line {
	uint64_t	 seq;		/* number of the line since boot */
	uint64_t	 time_ns;	/* since boot */
	int		 pri;
	size_t		 len;
	const char	*text;		/* not terminated; valid in the call */
};

/* Hands out lines from number seq on; returns the next number.  fn runs with
 * the text copied, no lock held. */
uint64_t log_walk(uint64_t seq, void (*fn)(const struct log_line *, void *),
    void *arg);

/* Copies line seq (or the oldest after it) to buf.  Returns the number after
 * it, 0 when there is none. */
uint64_t log_get(uint64_t seq, struct log_line *l, char *buf, size_t size);

/* The number the next line will have. */
uint64_t log_next(void);

void log_clear(void);
int log_console_level(void);
void log_set_console_level(int pri);

#endif
