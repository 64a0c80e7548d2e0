/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <netinet/ip_var.h>: the inside of the reference system's IP, which sources
 * include and do not use.
 */
#ifndef _NETINET_IP_VAR_H_
#define _NETINET_IP_VAR_H_

#include <netinet/in.h>
#include <netinet/ip.h>

#endif /* _NETINET_IP_VAR_H_ */
