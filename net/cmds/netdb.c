/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getaddrinfo and getnameinfo: numeric addresses (with a zone: fe80::1%en0),
 * a hosts file, then the resolver, IPv6 before IPv4 as RFC 6724 would have
 * it; ports are numbers or one of a few names.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/cmds/resolver.h"
#include "net/inet/dns_servers.h"

#define HOSTS "/etc/hosts"

static const struct {
	const char *name;
	int port;
} services[] = {
	{ "echo", 7 }, { "discard", 9 }, { "daytime", 13 }, { "chargen", 19 },
	{ "domain", 53 }, { "http", 80 }, { "iperf3", 5201 },
};

static int
find_port(const char *serv, in_port_t *port)
{
	unsigned long v;
	char *end;
	size_t i;

	*port = 0;
	if (serv == NULL)
		return 0;
	v = strtoul(serv, &end, 10);
	if (end != serv && *end == '\0') {
		if (v > 65535)
			return EAI_SERVICE;
		*port = htons((in_port_t)v);
		return 0;
	}
	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++) {
		if (strcmp(serv, services[i].name) == 0) {
			*port = htons((in_port_t)services[i].port);
			return 0;
		}
	}
	return EAI_SERVICE;
}

struct list {
	const struct addrinfo *l_hints;
	in_port_t l_port;
	struct addrinfo *l_first, **l_tail;
};

static int
add(struct list *l, int family, const void *addr, unsigned scope)
{
	struct addrinfo *ai = calloc(1, sizeof(*ai) +
	    sizeof(struct sockaddr_storage));
	struct sockaddr_in *sin;
	struct sockaddr_in6 *sin6;

	if (ai == NULL)
		return EAI_MEMORY;
	ai->ai_addr = (struct sockaddr *)(ai + 1);
	sin = (struct sockaddr_in *)(ai + 1);
	sin6 = (struct sockaddr_in6 *)(ai + 1);
	ai->ai_family = family;
	ai->ai_socktype = l->l_hints->ai_socktype;
	ai->ai_protocol = l->l_hints->ai_protocol;
	if (family == AF_INET) {
		sin->sin_len = sizeof(*sin);
		sin->sin_port = l->l_port;
		memcpy(&sin->sin_addr, addr, 4);
	} else {
		sin6->sin6_len = sizeof(*sin6);
		sin6->sin6_port = l->l_port;
		sin6->sin6_scope_id = scope;
		memcpy(&sin6->sin6_addr, addr, 16);
	}
	ai->ai_addr->sa_family = (sa_family_t)family;
	ai->ai_addrlen = ai->ai_addr->sa_len;
	*l->l_tail = ai;
	l->l_tail = &ai->ai_next;
	return 0;
}

static bool
wanted(const struct list *l, int family)
{
	return l->l_hints->ai_family == AF_UNSPEC ||
	    l->l_hints->ai_family == family;
}

/* -1: the text is no address. */
static int
add_numeric(struct list *l, const char *host)
{
	char text[INET6_ADDRSTRLEN + 16], *zone;
	uint8_t addr[16];
	unsigned scope = 0;

	if (inet_pton(AF_INET, host, addr) == 1)
		return wanted(l, AF_INET) ? add(l, AF_INET, addr, 0)
					  : EAI_FAMILY;
	if (strlcpy(text, host, sizeof(text)) >= sizeof(text))
		return -1;
	zone = strchr(text, '%');
	if (zone != NULL) {
		*zone++ = '\0';
		scope = inet_interface_index(zone);
		if (scope == 0)
			return EAI_NONAME;
	}
	if (inet_pton(AF_INET6, text, addr) != 1)
		return -1;
	return wanted(l, AF_INET6) ? add(l, AF_INET6, addr, scope)
				   : EAI_FAMILY;
}

/* Lines "address name name ..."; '#' starts a comment. */
static void
add_hosts(struct list *l, const char *host)
{
	char line[256], *p, *word, *addr;
	FILE *f = fopen(HOSTS, "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "#\n")] = '\0';
		addr = NULL;
		for (p = line; (word = strsep(&p, " \t")) != NULL;) {
			if (*word == '\0')
				continue;
			if (addr == NULL)
				addr = word;
			else if (strcasecmp(word, host) == 0)
				(void)add_numeric(l, addr);
		}
	}
	if (f != NULL)
		fclose(f);
}

static int
add_resolved(struct list *l, const char *host)
{
	static const int families[] = { AF_INET6, AF_INET };
	struct res_answer *ra = malloc(sizeof(*ra));
	enum res_result r = RES_NONAME, worst = RES_OK;
	int i, k;

	if (ra == NULL)
		return EAI_MEMORY;
	for (i = 0; i < 2; i++) {
		if (!wanted(l, families[i]))
			continue;
		r = res_query(host, families[i], NULL, ra);
		if (r != RES_OK && r != RES_NONAME)
			worst = r;
		for (k = 0; r == RES_OK && k < ra->ra_n; k++)
			(void)add(l, families[i], ra->ra_addr[k], 0);
	}
	free(ra);
	if (l->l_first != NULL)
		return 0;
	return worst == RES_AGAIN ? EAI_AGAIN
	    : worst == RES_FAIL	  ? EAI_FAIL
				  : EAI_NONAME;
}

static int
add_wildcard(struct list *l)
{
	uint8_t addr[16] = { 0 };
	bool passive = (l->l_hints->ai_flags & AI_PASSIVE) != 0;
	int error = 0;

	if (wanted(l, AF_INET6)) {
		addr[15] = passive ? 0 : 1;
		error = add(l, AF_INET6, addr, 0);
	}
	if (error == 0 && wanted(l, AF_INET)) {
		memset(addr, 0, sizeof(addr));
		if (!passive) {
			addr[0] = 127;
			addr[3] = 1;
		}
		error = add(l, AF_INET, addr, 0);
	}
	return error;
}

int
getaddrinfo(const char *host, const char *serv, const struct addrinfo *hints,
    struct addrinfo **res)
{
	static const struct addrinfo any;
	struct list l = { .l_hints = hints != NULL ? hints : &any };
	int error;

	l.l_tail = &l.l_first;
	if ((error = find_port(serv, &l.l_port)) != 0)
		return error;
	if (host == NULL) {
		error = add_wildcard(&l);
	} else {
		error = add_numeric(&l, host);
		if (error == -1 && (l.l_hints->ai_flags & AI_NUMERICHOST))
			error = EAI_NONAME;
		if (error == -1) {
			add_hosts(&l, host);
			error = l.l_first != NULL ? 0 : add_resolved(&l, host);
		}
	}
	if (error != 0) {
		freeaddrinfo(l.l_first);
		return error;
	}
	*res = l.l_first;
	return 0;
}

void
freeaddrinfo(struct addrinfo *ai)
{
	struct addrinfo *next;

	for (; ai != NULL; ai = next) {
		next = ai->ai_next;
		free(ai);
	}
}

const char *
gai_strerror(int err)
{
	switch (err) {
	case EAI_AGAIN:
		return "no answer from a name server";
	case EAI_FAIL:
		return "the name server failed";
	case EAI_FAMILY:
		return "address of another family";
	case EAI_MEMORY:
		return "out of memory";
	case EAI_NONAME:
		return "unknown host";
	case EAI_SERVICE:
		return "unknown service";
	}
	return "unknown error";
}

int
getnameinfo(const struct sockaddr *sa, socklen_t salen, char *host,
    size_t hostlen, char *serv, size_t servlen, int flags)
{
	const struct sockaddr_in *sin = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)sa;
	const void *addr;

	if (sa->sa_family == AF_INET)
		addr = &sin->sin_addr;
	else if (sa->sa_family == AF_INET6)
		addr = &sin6->sin6_addr;
	else
		return EAI_FAMILY;
	if (host != NULL && inet_ntop(sa->sa_family, addr, host,
		(socklen_t)hostlen) == NULL)
		return EAI_MEMORY;
	if (serv != NULL)
		snprintf(serv, servlen, "%u", ntohs(sin->sin_port));
	return 0;
}
