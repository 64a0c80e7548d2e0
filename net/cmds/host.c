/* SPDX-License-Identifier: BSD-2-Clause */
/* host: addresses of a name, from the known or a named server. */
#include "kernel/shell/command.h"
#include "net/cmds/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
print_answer(const char *name, const struct res_answer *ra, bool json,
    bool *first)
{
	char addr[INET6_ADDRSTRLEN];
	int i;

	if (ra->ra_canon[0] != '\0' && !json)
		printf("%s is an alias for %s\n", name, ra->ra_canon);
	for (i = 0; i < ra->ra_n; i++) {
		inet_ntop(ra->ra_family, ra->ra_addr[i], addr, sizeof(addr));
		if (json)
			printf("%s{\"name\": \"%s\", \"address\": \"%s\", "
			       "\"ttl\": %u}", *first ? "" : ", ", name, addr,
			    ra->ra_ttl);
		else
			printf("%s has %s %s\n", name,
			    ra->ra_family == AF_INET ? "address"
						     : "IPv6 address",
			    addr);
		*first = false;
	}
}

static int
host_main(int argc, char **argv)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST,
		.ai_socktype = SOCK_DGRAM }, *server = NULL;
	struct res_answer *ra = malloc(sizeof(*ra));
	enum res_result r, worst = RES_NONAME;
	bool json = false, first = true, found = false;
	int c, i;

	while ((c = getopt(argc, argv, "j")) != -1) {
		if (c != 'j')
			return command_usage("host");
		json = true;
	}
	if (ra == NULL || argc - optind < 1 || argc - optind > 2)
		return command_usage("host");
	if (argc - optind == 2 && getaddrinfo(argv[optind + 1], NULL, &hints,
	    &server) != 0) {
		fprintf(stderr, "host: %s: not an address\n",
		    argv[optind + 1]);
		return 1;
	}
	if (json)
		printf("[");
	for (i = 0; i < 2; i++) {
		r = res_query(argv[optind], families[i],
		    server != NULL ? server->ai_addr : NULL, ra);
		found |= r == RES_OK;
		if (r != RES_OK && r != RES_NONAME)
			worst = r;
		if (r == RES_OK)
			print_answer(argv[optind], ra, json, &first);
		else if (r == RES_AGAIN || r == RES_BADNAME)
			break;
	}
	if (json)
		printf("]\n");
	if (!found)
		fprintf(stderr, "host: %s: %s\n", argv[optind],
		    res_text(worst));
	return !found;
}
COMMAND(host, "host [-j] name [server] - look up a name", host_main);
