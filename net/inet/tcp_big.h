/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Large segments inside the engine; see tcp_big.c.
 */
#ifndef NET_INET_TCP_BIG_H
#define NET_INET_TCP_BIG_H

#include "lwip/tcp.h"
#include "lwip/priv/tcp_priv.h"

/*
 * tcp_write(), in segments of up to 64 KB.  Same arguments and results.  Net
 * lock held.
 */
err_t	tcp_big_write(struct tcp_pcb *pcb, const void *data, u16_t len,
	    u8_t flags);
/* Makes the first segment of a queue to be sent again a small one. */
void	tcp_big_rexmit(struct tcp_pcb *pcb, struct tcp_seg **queue);

/* The segment size of the connection that is sending; 0: none is. */
extern u16_t tcp_big_mss;

#endif /* NET_INET_TCP_BIG_H */
