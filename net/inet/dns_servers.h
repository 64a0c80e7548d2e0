/* SPDX-License-Identifier: BSD-2-Clause */
/* What the resolver of programs asks the stack. */
#ifndef NET_INET_DNS_SERVERS_H
#define NET_INET_DNS_SERVERS_H

#include <sys/socket.h>

#define DNS_SERVERS_MAX 4

/*
 * The name servers that DHCP, router advertisements or the command line
 * gave: up to max of them, ports zero; returns how many.
 * Context:   thread; takes the net lock
 */
int inet_dns_servers(struct sockaddr_storage *out, int max);

/* The index of an interface by its name, 0 without one. */
unsigned inet_interface_index(const char *name);

#endif /* NET_INET_DNS_SERVERS_H */
