/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interposed in front of the engine's own header: entering a PCB into a list
 * and taking it out go through tcp_demux.c, which keeps a hash and back links
 * (so that both are O(1)).
 */
#ifndef NET_INET_INCLUDE_TCP_PRIV_H
#define NET_INET_INCLUDE_TCP_PRIV_H

#include_next "lwip/priv/tcp_priv.h"

void	tcp_demux_reg(struct tcp_pcb **list, struct tcp_pcb *pcb);
void	tcp_demux_rmv(struct tcp_pcb **list, struct tcp_pcb *pcb);

#undef TCP_REG
#undef TCP_RMV
#define TCP_REG(pcbs, npcb) do {					\
	tcp_demux_reg((pcbs), (struct tcp_pcb *)(npcb));		\
	tcp_timer_needed();						\
} while (0)
#define TCP_RMV(pcbs, npcb)						\
	tcp_demux_rmv((pcbs), (struct tcp_pcb *)(npcb))

#endif /* NET_INET_INCLUDE_TCP_PRIV_H */
