/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Message ring.
 *
 * A line is a header (length, priority, time) and its text; lines lie one
 * after the other in a byte ring, the oldest are overwritten.  Text without
 * a line end waits in `line` for the rest, so that a line built by several
 * printf()s is one record; what goes to the console goes there at once.
 */
#include "kernel/console/log.h"

#include <pexpert/pexpert.h>
#include <string.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpu.h"
#include "kernel/console/console.h"
#include "kernel/console/console_impl.h"
#include "kernel/initcall.h"
#include "kernel/cmdline.h"
#include "kernel/lib/format.h"
#include "kernel/panic.h"

#define RING_SIZE	32768u		/* a power of two */
#define LINE_MAX	256

struct record {
	uint64_t	time_ns;
	uint16_t	len;
	uint8_t		pri;
	uint8_t		pad[5];
};

static struct arch_spin log_lock = ARCH_SPIN_INIT;
static char ring[RING_SIZE];
static uint32_t head, tail;		/* free-running: oldest, next free */
static uint64_t head_seq, tail_seq;
static int console_level = LOG_INFO;

static char line[LINE_MAX];
static size_t line_len;
static int line_pri;
static bool line_open;			/* its start is on the console */

static void
ring_copy_in(uint32_t at, const void *src, size_t n)
{
	size_t first = RING_SIZE - at % RING_SIZE;

	if (first > n)
		first = n;
	memcpy(&ring[at % RING_SIZE], src, first);
	memcpy(ring, (const char *)src + first, n - first);
}

static void
ring_copy_out(uint32_t at, void *dst, size_t n)
{
	size_t first = RING_SIZE - at % RING_SIZE;

	if (first > n)
		first = n;
	memcpy(dst, &ring[at % RING_SIZE], first);
	memcpy((char *)dst + first, ring, n - first);
}

/* Records line[]. */
static void
line_store(void)
{
	struct record r = {
		.time_ns = clock_monotonic_ns(), .len = (uint16_t)line_len,
		.pri = (uint8_t)line_pri,
	}, old;

	while (RING_SIZE - (tail - head) < sizeof(r) + line_len) {
		ring_copy_out(head, &old, sizeof(old));
		head += (uint32_t)sizeof(old) + old.len;
		head_seq++;
	}
	ring_copy_in(tail, &r, sizeof(r));
	ring_copy_in(tail + (uint32_t)sizeof(r), line, line_len);
	tail += (uint32_t)(sizeof(r) + line_len);
	tail_seq++;
	line_len = 0;
}

static void
log_text(int pri, const char *text, size_t len)
{
	size_t start = 0, i;
	bool show;

	for (i = 0; i < len; i++) {
		if (line_len == 0)
			line_pri = pri;
		if (text[i] != '\n' && line_len < LINE_MAX)
			line[line_len++] = text[i];
		if (text[i] == '\n')
			line_store();
	}
	show = pri <= console_level || panicking();
	while (show && start < len) {
		i = start;
		while (i < len && text[i++] != '\n')
			;
		console_log_write(text + start, i - start, !line_open);
		line_open = text[i - 1] != '\n';
		start = i;
	}
}

/* --- formatting --------------------------------------------------------------------- */

struct sink {
	int	pri;
	size_t	len;
	char	buf[128];
};

static void
sink_put(void *arg, const char *text, size_t n)
{
	struct sink *s = arg;
	size_t k;

	for (; n > 0; text += k, n -= k) {
		k = sizeof(s->buf) - s->len;
		if (k > n)
			k = n;
		memcpy(s->buf + s->len, text, k);
		if ((s->len += k) == sizeof(s->buf)) {
			log_text(s->pri, s->buf, s->len);
			s->len = 0;
		}
	}
}

int
log_vprintf(int pri, const char *fmt, va_list ap)
{
	struct sink s = { .pri = pri & 7 };
	uint64_t flags;
	size_t n;

	if (panicking())
		log_lock.s_locked = 0;
	flags = arch_spin_lock(&log_lock);
	n = format_to(sink_put, &s, fmt, ap);
	log_text(s.pri, s.buf, s.len);
	arch_spin_unlock(&log_lock, flags);
	return (int)n;
}

void
log_printf(int pri, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vprintf(pri, fmt, ap);
	va_end(ap);
}

/* --- reading ------------------------------------------------------------------------ */

uint64_t
log_get(uint64_t seq, struct log_line *l, char *buf, size_t size)
{
	uint64_t s, n, next = 0;
	struct record r;
	uint32_t at;

	if (panicking())
		log_lock.s_locked = 0;
	s = arch_spin_lock(&log_lock);
	at = head;
	for (n = head_seq; n < tail_seq; n++) {
		ring_copy_out(at, &r, sizeof(r));
		if (n >= seq) {
			l->seq = n;
			l->time_ns = r.time_ns;
			l->pri = r.pri;
			l->len = r.len < size ? r.len : size;
			l->text = buf;
			ring_copy_out(at + (uint32_t)sizeof(r), buf, l->len);
			next = n + 1;
			break;
		}
		at += (uint32_t)sizeof(r) + r.len;
	}
	arch_spin_unlock(&log_lock, s);
	return next;
}

uint64_t
log_walk(uint64_t seq, void (*fn)(const struct log_line *, void *),
    void *arg)
{
	struct log_line l;
	char buf[LINE_MAX];
	uint64_t next;

	while ((next = log_get(seq, &l, buf, sizeof(buf))) != 0) {
		fn(&l, arg);
		seq = next;
	}
	return seq;
}

static void
replay_line(const struct log_line *l, void *arg)
{
	struct console_dev *d = arg;

	if (l->pri > console_level)
		return;
	d->cd_write(d, l->text, l->len);
	d->cd_write(d, "\r\n", 2);
}

void
log_replay(struct console_dev *d)
{
	log_walk(0, replay_line, d);
}

uint64_t
log_next(void)
{
	return tail_seq;
}

void
log_clear(void)
{
	uint64_t s = arch_spin_lock(&log_lock);

	head = tail;
	head_seq = tail_seq;
	arch_spin_unlock(&log_lock, s);
}

int
log_console_level(void)
{
	return console_level;
}

void
log_set_console_level(int pri)
{
	console_level = pri;
}

static void
log_init(void)
{
	console_level = (int)cmdline_get_long("loglevel", LOG_INFO);
}
INITCALL_ORDER(INIT_EARLY, 0, log_init);

/* --- KPI ----------------------------------------------------------------------------- */

int
vprintf(const char *fmt, va_list ap)
{
	return log_vprintf(LOG_INFO, fmt, ap);
}

int
printf(const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = log_vprintf(LOG_INFO, fmt, ap);
	va_end(ap);
	return n;
}

void
log(int pri, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vprintf(pri, fmt, ap);
	va_end(ap);
}

void
kprintf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_vprintf(LOG_DEBUG, fmt, ap);
	va_end(ap);
}
