/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /dev/console: the console's characters as a file.
 *
 * Line mode assembles a line with echo and backspace before a reader gets
 * any of it; raw mode hands over each byte and leaves the echo to the reader
 * (the shell's editor).  Characters wait in the console's own queue until a
 * read or a select takes them, so what is typed ahead is not lost.
 *
 * ^C never ends up in a line: it goes to the foreground process group, as a
 * signal sent by a thread of ours, since it arrives in an interrupt.  With no
 * foreground group it sets a flag that the shell asks for, or in raw mode is
 * a character like others.
 *
 * Locks: tty.t_lock guards the line; it is not held while waiting for input.
 */
#include "kernel/shell/tty.h"

#include <sys/param.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/signal.h>
#include <sys/uio.h>
#include <string.h>

#include "kernel/console/console.h"
#include "kernel/file/select.h"
#include "kernel/fs/vfs.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"
#include "kernel/sync/lock.h"

#define LINE_MAX 4096
#define CTRL(c)	 ((c) & 0x1f)

/* l t_lock, a atomic, w written by the interrupt */
static struct tty {
	lck_mtx_t t_lock;
	char t_line[LINE_MAX];	/* l */
	size_t t_len;		/* l: bytes of the line so far */
	size_t t_taken;		/* l: bytes a reader has had of it */
	bool t_complete;	/* l: ends with newline or ^D */
	bool t_raw;		/* a */
	bool t_intr;		/* a */
	pid_t t_fg;		/* a */
	bool t_pending;		/* w: ^C to be delivered */
	struct selq t_selq;
	struct waitq t_wq;
} tty;

static void
echo(const char *s, size_t n)
{
	console_write(s, n);
}

/* One character into the line. */
static void
feed(struct tty *t, char c)
{
	lck_mtx_assert(&t->t_lock, LCK_MTX_ASSERT_OWNED);
	if (c == '\r')
		c = '\n';
	if (c == CTRL('D')) {
		t->t_complete = true;
	} else if (c == '\b' || c == 0x7f) {
		if (t->t_len > 0) {
			t->t_len--;
			echo("\b \b", 3);
		}
	} else if (c == CTRL('U')) {
		for (; t->t_len > 0; t->t_len--)
			echo("\b \b", 3);
	} else if (t->t_len < LINE_MAX - 1 || c == '\n') {
		t->t_line[t->t_len++] = c;
		echo(&c, 1);
		t->t_complete = c == '\n';
	}
}

/* Takes what has been typed; true when a line is complete. */
static bool
pump(struct tty *t)
{
	int c;

	while (!t->t_complete && (c = console_getc()) >= 0)
		feed(t, (char)c);
	return t->t_complete;
}

static errno_t
read_raw(struct uio *uio, bool nonblock)
{
	char buf[256];
	size_t want = (size_t)uio_resid(uio), got;
	errno_t error;

	if (want > sizeof(buf))
		want = sizeof(buf);
	error = console_read(buf, want, nonblock, &got);
	return error ? error : uiomove(buf, (int)got, uio);
}

static errno_t
read_line(struct tty *t, struct uio *uio, bool nonblock)
{
	errno_t error = 0;
	size_t n, got;
	char c;

	lck_mtx_lock(&t->t_lock);
	while (!pump(t)) {
		lck_mtx_unlock(&t->t_lock);
		error = console_read(&c, 1, nonblock, &got);
		lck_mtx_lock(&t->t_lock);
		if (error)
			goto out;
		feed(t, c);
	}
	n = t->t_len - t->t_taken;
	if (n > (size_t)uio_resid(uio))
		n = (size_t)uio_resid(uio);
	error = uiomove(t->t_line + t->t_taken, (int)n, uio);
	t->t_taken += n;
	if (t->t_taken == t->t_len) {
		t->t_len = t->t_taken = 0;
		t->t_complete = false;
	}
out:
	lck_mtx_unlock(&t->t_lock);
	return error;
}

static errno_t
tty_read(void *arg, struct uio *uio, int flags)
{
	struct tty *t = arg;

	if (uio_resid(uio) == 0)
		return 0;
	if (__atomic_load_n(&t->t_raw, __ATOMIC_RELAXED))
		return read_raw(uio, flags & FNONBLOCK);
	return read_line(t, uio, flags & FNONBLOCK);
}

static errno_t
tty_write(void *arg, struct uio *uio, int flags)
{
	char buf[256];
	size_t n;
	errno_t error;

	while (uio_resid(uio) > 0) {
		n = (size_t)uio_resid(uio);
		if (n > sizeof(buf))
			n = sizeof(buf);
		if ((error = uiomove(buf, (int)n, uio)) != 0)
			return error;
		console_write(buf, n);
	}
	return 0;
}

static errno_t
tty_ioctl(void *arg, u_long cmd, void *data, int flags, struct proc *p)
{
	struct tty *t = arg;

	switch (cmd) {
	case TIOCISTTY:
		return 0;
	case TIOCSRAW:
		__atomic_store_n(&t->t_raw, *(int *)data != 0,
		    __ATOMIC_RELAXED);
		return 0;
	case TIOCSFG:
		__atomic_store_n(&t->t_fg, *(int *)data, __ATOMIC_RELAXED);
		return 0;
	case TIOCGINTR:
		*(int *)data = __atomic_exchange_n(&t->t_intr, false,
		    __ATOMIC_RELAXED);
		return 0;
	case FIONREAD:
		lck_mtx_lock(&t->t_lock);
		if (t->t_raw)
			*(int *)data = (int)console_pending();
		else
			*(int *)data = pump(t) ? (int)(t->t_len - t->t_taken)
					       : 0;
		lck_mtx_unlock(&t->t_lock);
		return 0;
	case FIONBIO:
		return 0;
	}
	return ENOTTY;
}

static bool
readable(struct tty *t)
{
	bool ready;

	if (t->t_raw)
		return console_pending() > 0;
	lck_mtx_lock(&t->t_lock);
	ready = pump(t);
	lck_mtx_unlock(&t->t_lock);
	return ready;
}

static int
tty_select(void *arg, int which, void *wql, struct proc *p)
{
	struct tty *t = arg;

	if (which == FWRITE)
		return 1;
	if (which != FREAD)
		return 0;
	selrecord_q(&t->t_selq, wql);
	return readable(t);
}

/* With a spin lock held: it can only look at what has arrived. */
static bool
kq_readable(struct knote *kn, long hint)
{
	kn->kn_data = (intptr_t)console_pending();
	return kn->kn_data > 0 || tty.t_complete;
}

static bool
kq_writable(struct knote *kn, long hint)
{
	kn->kn_data = LINE_MAX;
	return true;
}

static errno_t
tty_kqfilter(void *arg, struct knote *kn)
{
	static const struct filterops rd = { kq_readable };
	static const struct filterops wr = { kq_writable };
	struct tty *t = arg;

	if (kn->kn_filter == EVFILT_READ)
		kn->kn_fop = &rd;
	else if (kn->kn_filter == EVFILT_WRITE)
		kn->kn_fop = &wr;
	else
		return EINVAL;
	selq_note(&t->t_selq, kn);
	return 0;
}

static bool
on_intr(void)
{
	struct tty *t = &tty;

	if (__atomic_load_n(&t->t_fg, __ATOMIC_RELAXED) != 0) {
		t->t_pending = true;
		waitq_wake_all(&t->t_wq);
		return true;
	}
	__atomic_store_n(&t->t_intr, true, __ATOMIC_RELAXED);
	return !t->t_raw;
}

static void
on_input(void)
{
	selwakeup_q(&tty.t_selq);
}

/* Turns ^C into SIGINT, outside of the interrupt. */
static void
intr_thread(void *arg)
{
	struct tty *t = arg;
	struct waiter w;
	pid_t fg;

	for (;;) {
		waitq_assert(&t->t_wq, &w, WAIT_UNINT, 0);
		if (!__atomic_exchange_n(&t->t_pending, false,
		    __ATOMIC_RELAXED)) {
			waitq_block(&w);
			continue;
		}
		waitq_cancel(&w);
		fg = __atomic_load_n(&t->t_fg, __ATOMIC_RELAXED);
		echo("^C\n", 3);
		if (fg != 0)
			proc_signal_group(fg, SIGINT);
	}
}

static void
tty_init(void)
{
	static const struct devops ops = {
		.do_read = tty_read,
		.do_write = tty_write,
		.do_ioctl = tty_ioctl,
		.do_select = tty_select,
		.do_kqfilter = tty_kqfilter,
	};
	struct tty *t = &tty;
	lck_grp_t *grp = lck_grp_alloc_init("tty", LCK_GRP_ATTR_NULL);
	errno_t error;

	lck_mtx_init(&t->t_lock, grp, LCK_ATTR_NULL);
	selq_init(&t->t_selq);
	waitq_init(&t->t_wq);
	error = thread_create(NULL, "tty", PRI_KERNEL, intr_thread, t, NULL);
	if (error == 0)
		error = devfs_add("console", 0600, &ops, t);
	if (error != 0)
		panic("no console device: %d", error);
	console_set_intr_hook(on_intr);
	console_set_input_hook(on_input);
}
INITCALL(INIT_LATE, tty_init);
