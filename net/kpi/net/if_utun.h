/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if_utun.h>: user-space tunnel interfaces: the name of their control.
 */
#ifndef _NET_IF_UTUN_H_
#define _NET_IF_UTUN_H_

#include <sys/types.h>

#define UTUN_CONTROL_NAME	"com.apple.net.utun_control"
#define UTUN_OPT_IFNAME		2

#endif /* _NET_IF_UTUN_H_ */
