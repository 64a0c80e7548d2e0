/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /dev/com2: the second serial port as a raw byte channel, for programs and
 * for tests that want the console to themselves.
 *
 * Input waits in a ring; the receiver is throttled when it is nearly full.
 * One reader at a time makes sense; several share the bytes.
 */
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/systm.h>
#include <sys/uio.h>

#include "arch/x86_64/cpu.h"
#include "drivers/char/uart16550.h"
#include "kernel/fs/vfs.h"
#include "kernel/initcall.h"
#include "kernel/sched/wait.h"

#define PORT		1
#define RING		1024		/* a power of two */
#define RING_LOW	64		/* room left when the sender must wait */
#define PIECE		128

static struct arch_spin lock = ARCH_SPIN_INIT;
static struct waitq readers = WAITQ_INITIALIZER(readers);
static char ring[RING];
static unsigned head, tail;		/* taken at head, added at tail */
static bool throttled;

static void
com2_input(void *arg, char c)
{
	uint64_t s = arch_spin_lock(&lock);

	if (tail - head < RING)
		ring[tail++ % RING] = c;
	if (RING - (tail - head) < RING_LOW && !throttled) {
		throttled = true;
		uart_throttle(PORT, true);
	}
	arch_spin_unlock(&lock, s);
	waitq_wake_all(&readers);
}

static size_t
take(char *buf, size_t len)
{
	uint64_t s = arch_spin_lock(&lock);
	size_t n = 0;

	while (n < len && head != tail)
		buf[n++] = ring[head++ % RING];
	if (throttled && tail - head < RING / 2) {
		throttled = false;
		uart_throttle(PORT, false);
	}
	arch_spin_unlock(&lock, s);
	return n;
}

static errno_t
com2_read(void *arg, struct uio *uio, int flags)
{
	size_t want = (size_t)uio_resid(uio), n;
	struct waiter w;
	char buf[PIECE];

	if (want > sizeof(buf))
		want = sizeof(buf);
	for (;;) {
		n = take(buf, want);
		if (n > 0 || want == 0)
			return uiomove(buf, (int)n, uio);
		if (flags & FNONBLOCK)
			return EWOULDBLOCK;
		waitq_assert(&readers, &w, WAIT_INTERRUPTIBLE, 0);
		if (head != tail)
			waitq_cancel(&w);
		else if (waitq_block(&w) == THREAD_INTERRUPTED)
			return EINTR;
	}
}

static errno_t
com2_write(void *arg, struct uio *uio, int flags)
{
	char buf[PIECE];
	errno_t error;
	size_t n;

	while ((n = (size_t)uio_resid(uio)) > 0) {
		if (n > sizeof(buf))
			n = sizeof(buf);
		if ((error = uiomove(buf, (int)n, uio)) != 0)
			return error;
		uart_write(PORT, buf, n);
	}
	return 0;
}

static const struct devops com2_ops = {
	.do_read = com2_read,
	.do_write = com2_write,
};

static void
com2_init(void)
{
	if (uart_open(PORT, com2_input, NULL) != 0)
		return;
	if (devfs_add("com2", 0600, &com2_ops, NULL) != 0)
		uart_close(PORT);
}
INITCALL(INIT_LATE, com2_init);
