/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The console: every enabled device shows the same text; one ring of input.
 *
 * `console=com1` or `console=com1,vga` on the command line picks devices by
 * name; without it all that register are used.
 *
 * The output lock is a raw one with interrupts off because a trap may print;
 * a panic breaks it open.  Long output is cut into pieces so that interrupts
 * are never off for more than one.
 */
#include "kernel/console/console.h"

#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "kernel/cmdline.h"
#include "kernel/console/log.h"
#include "kernel/console/console_impl.h"
#include "kernel/panic.h"
#include "kernel/sched/wait.h"

#define PIECE		64
#define INPUT_RING	1024		/* a power of two */

static struct arch_spin out_lock = ARCH_SPIN_INIT;
static struct console_dev *devices;
static unsigned column;
static bool mid_program_line;	/* a program left the cursor in a line */

static struct arch_spin in_lock = ARCH_SPIN_INIT;
static char in_ring[INPUT_RING];
static unsigned in_head, in_tail;	/* taken at head, added at tail */
static struct waitq in_wait = WAITQ_INITIALIZER(in_wait);
static bool (*intr_hook)(void);
static void (*input_hook)(void);
static void (*drained_hook)(void);
static bool in_low;			/* the queue was nearly full */

static void
to_devices(const char *buf, size_t len)
{
	struct console_dev *d;

	for (d = devices; d != NULL; d = d->cd_next) {
		if (d->cd_enabled)
			d->cd_write(d, buf, len);
	}
}

/* Sends text with line ends as terminals want them.  Returns what was used
 * of it. */
static size_t
put_piece(const char *buf, size_t len)
{
	char out[2 * PIECE];
	size_t i, n = 0;

	if (len > PIECE)
		len = PIECE;
	for (i = 0; i < len; i++) {
		if (buf[i] == '\n')
			out[n++] = '\r';
		out[n++] = buf[i];
		if (buf[i] == '\n' || buf[i] == '\r')
			column = 0;
		else if (buf[i] == '\b')
			column -= column > 0;
		else if ((unsigned char)buf[i] >= ' ')
			column++;
	}
	to_devices(out, n);
	return len;
}

static uint64_t
out_enter(void)
{
	if (panicking())
		out_lock.s_locked = 0;
	return arch_spin_lock(&out_lock);
}

void
console_write(const char *buf, size_t len)
{
	size_t done = 0;
	uint64_t s;

	while (done < len) {
		s = out_enter();
		done += put_piece(buf + done, len - done);
		mid_program_line = column != 0;
		arch_spin_unlock(&out_lock, s);
	}
}

void
console_log_write(const char *buf, size_t len, bool line_start)
{
	uint64_t s = out_enter();
	size_t done = 0;

	if (line_start && mid_program_line && column != 0)
		put_piece("\n", 1);
	mid_program_line = false;
	while (done < len)
		done += put_piece(buf + done, len - done);
	arch_spin_unlock(&out_lock, s);
}

void
console_flush(void)
{
	struct console_dev *d;

	for (d = devices; d != NULL; d = d->cd_next) {
		if (d->cd_enabled && d->cd_flush != NULL)
			d->cd_flush(d);
	}
}

unsigned
console_column(void)
{
	return column;
}

void
console_register(struct console_dev *d)
{
	const char *want = cmdline_get("console");
	uint64_t s;

	d->cd_enabled = false;
	s = out_enter();
	d->cd_next = devices;
	devices = d;
	arch_spin_unlock(&out_lock, s);
	if (want != NULL && !cmdline_has("console", d->cd_name))
		return;
	log_replay(d);
	d->cd_enabled = true;
}

bool
console_escape_eat(struct console_escape *e, char c)
{
	switch (e->state) {
	case 0:
		e->state = c == 0x1b;
		return c == 0x1b;
	case 1:		/* after ESC: a bracket, or one more character */
		e->state = c == '[' ? 2 : 0;
		return true;
	default:	/* parameters until a letter or tilde */
		if (c >= '@' && c <= '~')
			e->state = 0;
		return true;
	}
}

/* --- input ------------------------------------------------------------------------ */

void
console_input(char c)
{
	uint64_t s;

	if (c == 0x03 && intr_hook != NULL && intr_hook())
		return;
	s = arch_spin_lock(&in_lock);
	if (in_tail - in_head < INPUT_RING)
		in_ring[in_tail++ % INPUT_RING] = c;
	arch_spin_unlock(&in_lock, s);
	waitq_wake_all(&in_wait);
	if (input_hook != NULL)
		input_hook();
}

int
console_getc(void)
{
	uint64_t s = arch_spin_lock(&in_lock);
	bool drained = false;
	int c = -1;

	if (in_head != in_tail)
		c = (unsigned char)in_ring[in_head++ % INPUT_RING];
	if (in_low && in_tail - in_head < INPUT_RING / 2) {
		in_low = false;
		drained = true;
	}
	arch_spin_unlock(&in_lock, s);
	if (drained && drained_hook != NULL)
		drained_hook();
	return c;
}

size_t
console_input_room(void)
{
	size_t room = INPUT_RING - (in_tail - in_head);

	if (room < INPUT_RING / 4)
		in_low = true;
	return room;
}

void
console_set_drained_hook(void (*fn)(void))
{
	drained_hook = fn;
}

errno_t
console_read(char *buf, size_t len, bool nonblock, size_t *got)
{
	wait_result_t res;
	struct waiter w;
	size_t n = 0;
	int c;

	for (;;) {
		while (n < len && (c = console_getc()) >= 0)
			buf[n++] = (char)c;
		if (n > 0 || len == 0) {
			*got = n;
			return 0;
		}
		if (nonblock)
			return EWOULDBLOCK;
		waitq_assert(&in_wait, &w, WAIT_INTERRUPTIBLE, 0);
		if (console_pending() > 0) {	/* came in between */
			waitq_cancel(&w);
			continue;
		}
		res = waitq_block(&w);
		if (res == THREAD_INTERRUPTED)
			return EINTR;
	}
}

size_t
console_pending(void)
{
	return in_tail - in_head;
}

void
console_set_intr_hook(bool (*fn)(void))
{
	intr_hook = fn;
}

void
console_set_input_hook(void (*fn)(void))
{
	input_hook = fn;
}
