/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engines' functions that we stand in front of, under the names the
 * build gives them (lwip.mk), and ours they call by the original name.
 */
#ifndef NET_INET_ENGINE_H
#define NET_INET_ENGINE_H

#include "lwip/opt.h"
#include "lwip/err.h"
#include "lwip/raw.h"
#include "lwip/priv/raw_priv.h"
#include "lwip/priv/tcp_priv.h"

raw_input_state_t lwip_raw_input(struct pbuf *p, struct netif *inp);
void	lwip_tcp_input(struct pbuf *p, struct netif *inp);
err_t	lwip_tcp_split_unsent_seg(struct tcp_pcb *pcb, u16_t split);
void	lwip_tcp_rexmit_fast(struct tcp_pcb *pcb);
err_t	lwip_tcp_output(struct tcp_pcb *pcb);
void	lwip_tcp_rexmit_rto_commit(struct tcp_pcb *pcb);
err_t	lwip_tcp_rexmit_rto_prepare(struct tcp_pcb *pcb);

#endif /* NET_INET_ENGINE_H */
