/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames on a byte line: RFC 1662 framing around a Cisco HDLC packet. */
#ifndef HDLCIF_H
#define HDLCIF_H

#include <sys/types.h>

#define HDLC_HDRLEN	4		/* address, control, ethertype */
#define HDLC_MTU	1500
#define HDLC_FRAME_MAX	(HDLC_HDRLEN + HDLC_MTU + 2)

/* A receiver between bytes. */
struct hdlc_rx {
	u_int8_t	frame[HDLC_FRAME_MAX];
	size_t		len;
	int		escaped;	/* the last byte was 0x7d */
	int		too_long;
};

/* One byte off the line; the frame's length without FCS when it is whole. */
size_t	hdlc_receive(struct hdlc_rx *rx, u_int8_t byte, u_int32_t *errors);
/* Bytes for the line; out has room for 2 * (len + 2) + 2. */
size_t	hdlc_encode(const u_int8_t *frame, size_t len, u_int8_t *out);

/* The second serial port. */
int	uart_open(void);		/* 0, or an errno when there is none */
void	uart_close(void);
int	uart_get(void);			/* a byte, or -1 */
size_t	uart_put(const u_int8_t *bytes, size_t n);	/* how many it took */

#endif
