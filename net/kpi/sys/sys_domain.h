/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/sys_domain.h>: the system domain: kernel events and kernel controls as
 * sockets.
 */
#ifndef _SYS_SYS_DOMAIN_H_
#define _SYS_SYS_DOMAIN_H_

#include <sys/types.h>

#define SYSPROTO_EVENT		1
#define SYSPROTO_CONTROL	2
#define AF_SYS_CONTROL		2
#define AF_SYS_KERN_CONTROL	AF_SYS_CONTROL

struct sockaddr_sys {
	u_char		ss_len;
	u_char		ss_family;	/* AF_SYSTEM */
	u_int16_t	ss_sysaddr;
	u_int32_t	ss_reserved[7];
};

#endif /* _SYS_SYS_DOMAIN_H_ */
