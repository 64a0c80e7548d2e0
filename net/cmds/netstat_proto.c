/* SPDX-License-Identifier: BSD-2-Clause */
/* netstat -s and -m: counters of the protocols, memory of the buffers. */
#include <stdio.h>
#include <string.h>
#include <sys/kpi_mbuf.h>

#include "net/cmds/netstat.h"
#include "net/inet/proto_stat.h"
#include "net/mbuf/mbuf.h"

void
list_protocols(const char *proto, bool json)
{
	struct proto_stat st;
	const char *last = "";
	unsigned i;

	if (json)
		printf("{");
	for (i = 0; proto_stat(i, &st); i++) {
		if (proto != NULL && strcmp(proto, st.proto) != 0)
			continue;
		if (strcmp(last, st.proto) != 0) {
			if (json)
				printf("%s\"%s\": {", *last != '\0' ? "},\n " :
				    "", st.proto);
			else
				printf("%s:\n", st.proto);
		} else if (json) {
			printf(", ");
		}
		last = st.proto;
		if (json)
			printf("\"%s\": %llu", st.name,
			    (unsigned long long)st.value);
		else
			printf("\t%10llu %s\n", (unsigned long long)st.value,
			    st.text);
	}
	if (json)
		printf("%s}\n", *last != '\0' ? "}" : "");
}

void
list_memory(bool json)
{
	struct m_class_stat st;
	int c;

	if (json)
		printf("{\"bytes\": %zu, \"limit\": %zu, \"classes\": [",
		    mbuf_bytes_inuse(), mbuf_bytes_limit());
	for (c = 0; c < MC_COUNT; c++) {
		mbuf_class_stat((enum m_class)c, &st);
		if (json)
			printf("%s{\"name\": \"%s\", \"size\": %u, "
			    "\"inuse\": %u, \"peak\": %u, \"fails\": %llu}",
			    c > 0 ? ", " : "", st.name, st.size, st.inuse,
			    st.peak, (unsigned long long)st.fails);
		else
			printf("%10u %s of %u bytes in use, %u at most, "
			    "%llu denied\n", st.inuse, st.name, st.size,
			    st.peak, (unsigned long long)st.fails);
	}
	if (json)
		printf("]}\n");
	else
		printf("%10zu of %zu KB in use\n", mbuf_bytes_inuse() >> 10,
		    mbuf_bytes_limit() >> 10);
}
