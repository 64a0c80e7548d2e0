/* SPDX-License-Identifier: BSD-2-Clause */
/* HDLC framing and the serial port: see hdlcif.h. */
#include "hdlcif.h"

#include <sys/errno.h>

#define FLAG		0x7e
#define ESCAPE		0x7d
#define ESCAPE_BIT	0x20
#define FCS_GOOD	0xf0b8		/* RFC 1662, C.2 */

/* RFC 1662's FCS, a bit at a time: the line is slower than this. */
static u_int16_t
fcs_add(u_int16_t fcs, u_int8_t byte)
{
	fcs ^= byte;
	for (int i = 0; i < 8; i++)
		fcs = (u_int16_t)((fcs & 1) ? (fcs >> 1) ^ 0x8408 : fcs >> 1);
	return (fcs);
}

static u_int16_t
fcs_of(const u_int8_t *p, size_t len)
{
	u_int16_t fcs = 0xffff;

	while (len-- > 0)
		fcs = fcs_add(fcs, *p++);
	return (fcs);
}

size_t
hdlc_receive(struct hdlc_rx *rx, u_int8_t byte, u_int32_t *errors)
{
	size_t len = 0;

	if (byte == FLAG) {
		if (rx->too_long || rx->escaped) {
			++*errors;
		} else if (rx->len >= HDLC_HDRLEN + 2) {
			if (fcs_of(rx->frame, rx->len) == FCS_GOOD)
				len = rx->len - 2;
			else
				++*errors;
		}
		rx->len = 0;
		rx->escaped = rx->too_long = 0;
		return (len);
	}
	if (byte == ESCAPE) {
		rx->escaped = 1;
		return (0);
	}
	if (rx->escaped) {
		byte ^= ESCAPE_BIT;
		rx->escaped = 0;
	}
	if (rx->len == sizeof(rx->frame))
		rx->too_long = 1;
	else
		rx->frame[rx->len++] = byte;
	return (0);
}

static size_t
stuff(u_int8_t *out, u_int8_t byte)
{
	if (byte != FLAG && byte != ESCAPE) {
		out[0] = byte;
		return (1);
	}
	out[0] = ESCAPE;
	out[1] = byte ^ ESCAPE_BIT;
	return (2);
}

size_t
hdlc_encode(const u_int8_t *frame, size_t len, u_int8_t *out)
{
	u_int16_t fcs = (u_int16_t)~fcs_of(frame, len);
	size_t n = 0;

	out[n++] = FLAG;
	for (size_t i = 0; i < len; i++)
		n += stuff(out + n, frame[i]);
	n += stuff(out + n, (u_int8_t)fcs);
	n += stuff(out + n, (u_int8_t)(fcs >> 8));
	out[n++] = FLAG;
	return (n);
}

/* --- 16550 ----------------------------------------------------------------- */

#define COM2		0x2f8
#define REG_DATA	0
#define REG_IER		1
#define REG_FCR		2
#define REG_LCR		3
#define REG_MCR		4
#define REG_LSR		5
#define REG_SCRATCH	7
#define LSR_DATA	0x01
#define LSR_THRE	0x20
#define FIFO_LEN	16

static inline u_int8_t
in8(u_int16_t port)
{
	u_int8_t v;

	__asm__ volatile ("inb %1, %0" : "=a" (v) : "Nd" (port));
	return (v);
}

static inline void
out8(u_int16_t port, u_int8_t v)
{
	__asm__ volatile ("outb %0, %1" : : "a" (v), "Nd" (port));
}

int
uart_open(void)
{
	out8(COM2 + REG_SCRATCH, 0xa5);
	if (in8(COM2 + REG_SCRATCH) != 0xa5)
		return (ENXIO);
	out8(COM2 + REG_IER, 0);
	out8(COM2 + REG_LCR, 0x80);		/* divisor 1: 115200 */
	out8(COM2 + REG_DATA, 1);
	out8(COM2 + REG_IER, 0);
	out8(COM2 + REG_LCR, 0x03);		/* 8N1 */
	out8(COM2 + REG_FCR, 0x07);		/* FIFOs on and empty */
	out8(COM2 + REG_MCR, 0x03);		/* DTR, RTS */
	return (0);
}

void
uart_close(void)
{
	out8(COM2 + REG_MCR, 0);
}

int
uart_get(void)
{
	return ((in8(COM2 + REG_LSR) & LSR_DATA) ? in8(COM2 + REG_DATA) : -1);
}

size_t
uart_put(const u_int8_t *bytes, size_t n)
{
	size_t i = 0;

	if ((in8(COM2 + REG_LSR) & LSR_THRE) == 0)
		return (0);
	for (; i < n && i < FIFO_LEN; i++)
		out8(COM2 + REG_DATA, bytes[i]);
	return (i);
}
