/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/un.h>: local socket addresses.
 */
#ifndef _SYS_UN_H_
#define _SYS_UN_H_

#include <sys/types.h>

struct sockaddr_un {
	u_char		sun_len;
	sa_family_t	sun_family;	/* AF_UNIX */
	char		sun_path[104];
};
#define SUN_LEN(su)							\
	(sizeof(*(su)) - sizeof((su)->sun_path) + __builtin_strlen((su)->sun_path))

#endif /* _SYS_UN_H_ */
