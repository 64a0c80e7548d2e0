/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _ARPA_INET_H_
#define _ARPA_INET_H_

#include <ulib_cdefs.h>
#include <netinet/in.h>

int inet_pton(int af, const char *s, void *addr) __U(inet_pton);
const char *inet_ntop(int af, const void *addr, char *buf, socklen_t size)
    __U(inet_ntop);
int inet_aton(const char *s, struct in_addr *addr) __U(inet_aton);

#endif /* _ARPA_INET_H_ */
