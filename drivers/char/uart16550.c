/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 16550 serial ports: COM1 as console, and a plain interface to the others.
 *
 * Output goes straight to the transmitter, a FIFO full at a time, for as long
 * as it takes it: normally all of it, at once.  What a slow or absent reader
 * leaves waits in a ring, and the transmitter's interrupt goes on with it, so
 * that printing does not stop the machine.  Only when the ring is full, before
 * interrupts, and in a panic is the transmitter polled.  Input is interrupt
 * driven; before
 * interrupts can be attached it stays in the receiver's FIFO.  A receiver
 * nobody keeps up with is throttled: its interrupt goes off, the FIFO fills,
 * and a sender with flow control waits.
 */
#include "drivers/char/uart16550.h"

#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/irq.h"
#include "kernel/console/console.h"
#include "kernel/initcall.h"
#include "kernel/panic.h"

#define UART_DATA	0
#define UART_IER	1
#define UART_FCR	2	/* write */
#define UART_IIR	2	/* read */
#define UART_LCR	3
#define UART_MCR	4
#define UART_LSR	5
#define UART_MSR	6
#define UART_SCRATCH	7

#define IER_RX		0x01
#define IER_THRE	0x02
#define LCR_8N1		0x03
#define LCR_DLAB	0x80
#define MCR_DTR_RTS_OUT2 0x0b
#define LSR_RX		0x01
#define LSR_THRE	0x20

#define FIFO_SIZE	16
#define POLL_MAX	200000	/* a transmitter that is stuck is left alone */
#define TX_RING		16384	/* a power of two */

struct uart {
	uint16_t	port;
	unsigned	irq;
	bool		present;
	uint8_t		ier;		/* interrupts enabled */
	bool		stuck;		/* last wait for room was in vain */
	unsigned	tx_head, tx_tail;	/* taken at head, added at tail */
	char		*tx;
	struct arch_spin lock;		/* of the transmitter */
	void		(*input)(void *, char);
	void		*input_arg;
	void		*irq_cookie;
};

static char tx_rings[UART_COUNT][TX_RING];
static struct uart uarts[UART_COUNT] = {
	{ .port = 0x3f8, .irq = 4, .tx = tx_rings[0] },
	{ .port = 0x2f8, .irq = 3, .tx = tx_rings[1] },
};

static bool
uart_setup(struct uart *u)
{
	outb(u->port + UART_SCRATCH, 0x5a);
	if (inb(u->port + UART_SCRATCH) != 0x5a)
		return false;
	outb(u->port + UART_IER, 0);
	outb(u->port + UART_LCR, LCR_DLAB);
	outb(u->port + UART_DATA, 1);		/* 115200 bit/s */
	outb(u->port + UART_IER, 0);
	outb(u->port + UART_LCR, LCR_8N1);
	/* FIFOs on; what the receiver holds already is kept */
	outb(u->port + UART_FCR, 0x01);
	outb(u->port + UART_MCR, MCR_DTR_RTS_OUT2);
	u->present = true;
	return true;
}

static void
ier_set(struct uart *u, uint8_t bits, bool on)
{
	u->ier = on ? u->ier | bits : u->ier & ~bits;
	outb(u->port + UART_IER, u->ier);
}

static bool
tx_idle(struct uart *u)
{
	return (inb(u->port + UART_LSR) & LSR_THRE) != 0;
}

/* Moves what the transmitter takes; its interrupt is on while some is left. */
static void
tx_pump(struct uart *u)
{
	bool more;
	unsigned n;

	while (u->tx_head != u->tx_tail && tx_idle(u)) {
		u->stuck = false;
		for (n = 0; n < FIFO_SIZE && u->tx_head != u->tx_tail; n++)
			outb(u->port + UART_DATA,
			    (uint8_t)u->tx[u->tx_head++ % TX_RING]);
	}
	more = u->tx_head != u->tx_tail;
	if (more != ((u->ier & IER_THRE) != 0) && u->input != NULL)
		ier_set(u, IER_THRE, more);
}

/* Polls until at most left bytes wait; a transmitter that did not move last
 * time is only asked once. */
static void
tx_drain(struct uart *u, unsigned left)
{
	unsigned spin = u->stuck ? 1 : POLL_MAX;

	while (u->tx_tail - u->tx_head > left && spin-- > 0) {
		if (tx_idle(u))
			spin = POLL_MAX;
		tx_pump(u);
		arch_pause();
	}
	u->stuck = u->tx_tail - u->tx_head > left;
}

static void
uart_send(struct uart *u, const char *buf, size_t len)
{
	uint64_t s;
	size_t i;

	if (panicking())
		u->lock.s_locked = 0;
	s = arch_spin_lock(&u->lock);
	for (i = 0; i < len; i++) {
		if (u->tx_tail - u->tx_head == TX_RING)
			tx_drain(u, TX_RING - FIFO_SIZE);
		if (u->tx_tail - u->tx_head == TX_RING)
			break;		/* nobody reads: the rest is lost */
		u->tx[u->tx_tail++ % TX_RING] = buf[i];
	}
	if (panicking() || u->input == NULL)
		tx_drain(u, 0);
	else
		tx_pump(u);
	arch_spin_unlock(&u->lock, s);
}

static bool
uart_intr(void *arg)
{
	struct uart *u = arg;
	bool ours = false;
	uint64_t s;

	/* reading the identification acknowledges the non-data causes */
	while (!(inb(u->port + UART_IIR) & 1)) {
		ours = true;
		if (inb(u->port + UART_LSR) & LSR_RX)
			u->input(u->input_arg, (char)inb(u->port + UART_DATA));
		else
			(void)inb(u->port + UART_MSR);
		s = arch_spin_lock(&u->lock);
		if (u->ier & IER_THRE)
			tx_pump(u);
		arch_spin_unlock(&u->lock, s);
	}
	return ours;
}

errno_t
uart_open(unsigned n, void (*input)(void *, char), void *arg)
{
	struct uart *u;
	errno_t error;

	if (n >= UART_COUNT)
		return ENXIO;
	u = &uarts[n];
	if (!u->present && !uart_setup(u))
		return ENXIO;
	if (u->input != NULL)
		return EBUSY;
	u->input = input;
	u->input_arg = arg;
	error = irq_line_attach(u->irq, uart_intr, u, n == 0 ? "com1" : "com2",
	    &u->irq_cookie);
	if (error != 0) {
		u->input = NULL;
		return error;
	}
	ier_set(u, IER_RX, true);
	return 0;
}

void
uart_close(unsigned n)
{
	struct uart *u = &uarts[n];

	ier_set(u, IER_RX | IER_THRE, false);
	irq_line_detach(u->irq_cookie);
	u->input = NULL;
}

void
uart_throttle(unsigned n, bool on)
{
	uint64_t s = arch_spin_lock(&uarts[n].lock);

	ier_set(&uarts[n], IER_RX, !on);
	arch_spin_unlock(&uarts[n].lock, s);
}

errno_t
uart_write(unsigned n, const char *buf, size_t len)
{
	if (n >= UART_COUNT || !uarts[n].present)
		return ENXIO;
	uart_send(&uarts[n], buf, len);
	return 0;
}

/* --- console ---------------------------------------------------------------------- */

static void
com1_write(struct console_dev *d, const char *buf, size_t len)
{
	uart_send(d->cd_data, buf, len);
}

static void
com1_flush(struct console_dev *d)
{
	struct uart *u = d->cd_data;
	uint64_t s = arch_spin_lock(&u->lock);

	tx_drain(u, 0);
	arch_spin_unlock(&u->lock, s);
}

static struct console_dev com1 = {
	.cd_name = "com1", .cd_write = com1_write, .cd_flush = com1_flush,
	.cd_data = &uarts[0],
};

static void
com1_input(void *arg, char c)
{
	console_input(c);
	if (console_input_room() < FIFO_SIZE)
		uart_throttle(0, true);
}

static void
com1_drained(void)
{
	uart_throttle(0, false);
}

static void
uart_console_init(void)
{
	if (uart_setup(&uarts[0]))
		console_register(&com1);
}
INITCALL(INIT_EARLY, uart_console_init);

static void
uart_console_intr(void)
{
	if (!uarts[0].present)
		return;
	console_set_drained_hook(com1_drained);
	if (uart_open(0, com1_input, NULL) != 0)
		printf("com1: no interrupt, no input\n");
}
INITCALL(INIT_CORE, uart_console_intr);
