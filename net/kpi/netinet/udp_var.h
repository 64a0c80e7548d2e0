/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/udp_var.h>: the inside of the reference system's UDP, which sources
 * include and do not use.
 */
#ifndef _NETINET_UDP_VAR_H_
#define _NETINET_UDP_VAR_H_

#include <netinet/ip_var.h>
#include <netinet/udp.h>

#endif /* _NETINET_UDP_VAR_H_ */
