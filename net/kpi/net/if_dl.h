/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <net/if_dl.h>: link-layer socket addresses.
 */
#ifndef _NET_IF_DL_H_
#define _NET_IF_DL_H_

#include <sys/types.h>

/* The address bytes follow the name, which is not terminated. */
struct sockaddr_dl {
	u_char	sdl_len;
	u_char	sdl_family;	/* AF_LINK */
	u_short	sdl_index;
	u_char	sdl_type;	/* IFT_ */
	u_char	sdl_nlen;
	u_char	sdl_alen;
	u_char	sdl_slen;
	char	sdl_data[12];
};

#define LLADDR(s)		((caddr_t)((s)->sdl_data + (s)->sdl_nlen))
#define CONST_LLADDR(s)		((const u_char *)((s)->sdl_data + (s)->sdl_nlen))

#endif /* _NET_IF_DL_H_ */
