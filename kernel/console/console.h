/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: output devices that all show the same text, and one queue of
 * input characters.
 *
 * Output comes from the log (log.h) and from programs (console_write); a log
 * line that arrives in the middle of a program's line starts a new one.
 * Input characters come from drivers in interrupt context and wait in a ring
 * for the shell; ^C (0x03) is handed to a hook first.
 */
#ifndef KERNEL_CONSOLE_CONSOLE_H
#define KERNEL_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct console_dev {
	const char		*cd_name;	/* "com1", "vga" */
	void			(*cd_write)(struct console_dev *, const char *,
				    size_t);
	/* waits, within limits, until all is out; may be NULL */
	void			(*cd_flush)(struct console_dev *);
	void			*cd_data;
	struct console_dev	*cd_next;	/* console's */
	bool			 cd_enabled;	/* console's */
};

/* Adds a device; what the log holds already is shown on it. */
void console_register(struct console_dev *d);

/*
 * For devices that are no terminals: true when c belongs to an escape
 * sequence (ESC [ ... letter), which such a device leaves out.
 */
struct console_escape {
	uint8_t state;
};
bool console_escape_eat(struct console_escape *e, char c);

/* Writes as is, with \n becoming \r\n.  Context: any. */
void console_write(const char *buf, size_t len);

/* Waits until the devices have shown everything, before the machine stops. */
void console_flush(void);

/* Column the cursor is in, 0 at the start of a line. */
unsigned console_column(void);

/* --- input ---------------------------------------------------------------- */
/* From drivers, interrupt context or not. */
void console_input(char c);

/* Characters the queue still takes; a driver that can make its sender wait
 * does so when this gets low, and goes on when the hook is called. */
size_t console_input_room(void);
void console_set_drained_hook(void (*fn)(void));

/* Takes one character: -1 when the queue is empty. */
int console_getc(void);

/*
 * Waits for input and takes up to len characters.
 * Returns: 0 and *got > 0; EINTR when a signal arrived; EWOULDBLOCK.
 * Context: thread, may block unless nonblock.
 */
errno_t console_read(char *buf, size_t len, bool nonblock, size_t *got);

/* Called, interrupts off, for each ^C; true = consumed, false = queue it. */
void console_set_intr_hook(bool (*fn)(void));

/* Called, interrupts off, whenever input arrives (select, kqueue). */
void console_set_input_hook(void (*fn)(void));

/* Characters waiting. */
size_t console_pending(void);

#endif
