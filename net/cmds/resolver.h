/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stub resolver (RFC 1035, RFC 3596): names to addresses by asking a
 * server over UDP.
 */
#ifndef _NET_CMDS_RESOLVER_H_
#define _NET_CMDS_RESOLVER_H_

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define RES_ADDRS 16

enum res_result {
	RES_OK,
	RES_NONAME,		/* there is no such name, or no such record */
	RES_AGAIN,		/* no server answered */
	RES_FAIL,		/* servers answered, but not the question */
	RES_NOSERVER,		/* none is known */
	RES_BADNAME,		/* cannot be a name */
};

struct res_answer {
	int ra_n;
	int ra_family;
	uint8_t ra_addr[RES_ADDRS][16];
	uint32_t ra_ttl;	/* s, the least of the records */
	char ra_canon[256];	/* what aliases led to, "" without one */
};

/*
 * Asks for the addresses of one family.  server may be NULL: those that DHCP
 * or the command line gave.
 * Context:   thread, blocks (some seconds at most)
 */
enum res_result res_query(const char *name, int family,
    const struct sockaddr *server, struct res_answer *out);

const char *res_text(enum res_result r);

#endif /* _NET_CMDS_RESOLVER_H_ */
