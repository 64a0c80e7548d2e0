/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _NETDB_H_
#define _NETDB_H_

#include <ulib_cdefs.h>
#include <sys/socket.h>

struct addrinfo {
	int ai_flags, ai_family, ai_socktype, ai_protocol;
	socklen_t ai_addrlen;
	char *ai_canonname;
	struct sockaddr *ai_addr;
	struct addrinfo *ai_next;
};

#define AI_PASSIVE     0x1
#define AI_NUMERICHOST 0x4

#define EAI_AGAIN   2
#define EAI_FAIL    4
#define EAI_FAMILY  5
#define EAI_MEMORY  6
#define EAI_NONAME  8
#define EAI_SERVICE 9

#define NI_NUMERICHOST 0x2
#define NI_NUMERICSERV 0x8

int getaddrinfo(const char *host, const char *serv,
    const struct addrinfo *hints, struct addrinfo **res) __U(getaddrinfo);
void freeaddrinfo(struct addrinfo *ai) __U(freeaddrinfo);
const char *gai_strerror(int err) __U(gai_strerror);
/* Numeric output only: names of peers are not looked up. */
int getnameinfo(const struct sockaddr *sa, socklen_t salen, char *host,
    size_t hostlen, char *serv, size_t servlen, int flags) __U(getnameinfo);

#endif /* _NETDB_H_ */
