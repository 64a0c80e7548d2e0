/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sockets as plain figures, for commands that list them.  Includes nothing of
 * the kernel's.
 */
#ifndef NET_SOCKET_SOINFO_H
#define NET_SOCKET_SOINFO_H

#include <stdbool.h>
#include <stdint.h>

struct soinfo_addr {
	uint8_t		family;		/* 0: none */
	uint16_t	port;		/* host order */
	uint8_t		addr[16];
	char		path[64];	/* local sockets */
};

struct soinfo {
	const char	*proto;		/* "tcp" */
	int		family, type;	/* PF_*, SOCK_* */
	const char	*state;		/* "ESTABLISHED", "" */
	bool		listening, kernel;
	uint32_t	rcv_bytes, snd_bytes;	/* queued */
	uint32_t	rcv_limit, snd_limit;
	int		qlen, qlimit;	/* listener */
	uint32_t	nfilters;
	uint64_t	serial;
	int		pid;
	uint32_t	uid;
	char		command[20];
	struct soinfo_addr local, remote;
};

/*
 * Calls fn for every socket; fn may block.
 * Context:   thread, may block
 * Locks:     none held
 */
void	soinfo_foreach(void (*fn)(const struct soinfo *info, void *arg),
	    void *arg);

#endif /* NET_SOCKET_SOINFO_H */
