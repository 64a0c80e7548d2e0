/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/in_pcb.h>: kept for sources that include it; protocol control
 * blocks are internal.
 */
#ifndef _NETINET_IN_PCB_H_
#define _NETINET_IN_PCB_H_

#include <netinet/in.h>
#include <sys/queue.h>

struct inpcb;

#endif /* _NETINET_IN_PCB_H_ */
