/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/tcp_var.h>: kept for sources that include it; TCP's state is
 * internal.
 */
#ifndef _NETINET_TCP_VAR_H_
#define _NETINET_TCP_VAR_H_

#include <netinet/in.h>
#include <netinet/tcp.h>

struct tcpcb;

#endif /* _NETINET_TCP_VAR_H_ */
