/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 16550 serial ports: COM1 as console, and a plain interface to the others.
 *
 * Output is polled and batched: the transmitter is asked once whether its
 * FIFO is empty and then given a full FIFO of bytes, so that it also works
 * in a panic, with interrupts off.  Input is interrupt driven; before
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
#define LCR_8N1		0x03
#define LCR_DLAB	0x80
#define MCR_DTR_RTS_OUT2 0x0b
#define LSR_RX		0x01
#define LSR_THRE	0x20

#define FIFO_SIZE	16
#define POLL_MAX	1000000	/* a transmitter that is stuck is left alone */

struct uart {
	uint16_t	port;
	unsigned	irq;
	bool		present;
	void		(*input)(void *, char);
	void		*input_arg;
	void		*irq_cookie;
};

static struct uart uarts[UART_COUNT] = {
	{ .port = 0x3f8, .irq = 4 },
	{ .port = 0x2f8, .irq = 3 },
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
uart_send(struct uart *u, const char *buf, size_t len)
{
	unsigned spin = 0;
	size_t i = 0, n;

	while (i < len) {
		while (!(inb(u->port + UART_LSR) & LSR_THRE)) {
			if (++spin > POLL_MAX)
				return;
			arch_pause();
		}
		for (n = 0; n < FIFO_SIZE && i < len; n++)
			outb(u->port + UART_DATA, (uint8_t)buf[i++]);
	}
}

static bool
uart_intr(void *arg)
{
	struct uart *u = arg;
	bool ours = false;

	/* reading the identification acknowledges the non-data causes */
	while (!(inb(u->port + UART_IIR) & 1)) {
		ours = true;
		if (inb(u->port + UART_LSR) & LSR_RX)
			u->input(u->input_arg, (char)inb(u->port + UART_DATA));
		else
			(void)inb(u->port + UART_MSR);
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
	outb(u->port + UART_IER, IER_RX);
	return 0;
}

void
uart_close(unsigned n)
{
	struct uart *u = &uarts[n];

	outb(u->port + UART_IER, 0);
	irq_line_detach(u->irq_cookie);
	u->input = NULL;
}

void
uart_throttle(unsigned n, bool on)
{
	outb(uarts[n].port + UART_IER, on ? 0 : IER_RX);
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

static struct console_dev com1 = {
	.cd_name = "com1", .cd_write = com1_write, .cd_data = &uarts[0],
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
