/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counters of the protocols by protocol and name, for `netstat -s`.
 */
#ifndef NET_INET_PROTO_STAT_H
#define NET_INET_PROTO_STAT_H

#include <stdint.h>

struct proto_stat {
	const char	*proto;		/* "tcp" */
	const char	*name;		/* "active_opens" */
	const char	*text;		/* "connections opened" */
	uint64_t	value;
};

/* The i-th counter; false behind the last.  Counters of a protocol follow
 * one another. */
_Bool	proto_stat(unsigned i, struct proto_stat *st);

#endif /* NET_INET_PROTO_STAT_H */
