/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbufstat: memory buffers in use, by class and by type, and what became of
 * packets on their way between the interfaces and the protocol engines.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/kpi_mbuf.h>

#include "kernel/shell/command.h"
#include "net/inet/inet_stat.h"
#include "net/mbuf/mbuf.h"

static const char *const type_names[16] = {
	"free", "data", "header", "socket", "pcb", "rtable", "htable",
	"atable", "soname", NULL, "soopts", "ftable", "rights", "ifaddr",
	"control", "oobdata"
};

static void
print_text(void)
{
	uint32_t types[16];

	printf("%-10s %6s %8s %8s %10s %10s %7s %7s\n", "CLASS", "SIZE",
	    "INUSE", "PEAK", "ALLOCS", "FREES", "FAILS", "WAITS");
	for (int c = 0; c < MC_COUNT; c++) {
		struct m_class_stat st;

		mbuf_class_stat((enum m_class)c, &st);
		printf("%-10s %6u %8u %8u %10llu %10llu %7llu %7llu\n", st.name,
		    st.size, st.inuse, st.peak, st.allocs, st.frees, st.fails,
		    st.waits);
	}
	printf("%zu of %zu KB in use; %llu waits, %llu wakeups\n",
	    mbuf_bytes_inuse() >> 10, mbuf_bytes_limit() >> 10, mbuf_waits,
	    mbuf_wakeups);
	mbuf_type_counts(types);
	for (int i = 0; i < 16; i++) {
		if (types[i] != 0 && type_names[i] != NULL)
			printf("  %-10s %u\n", type_names[i], types[i]);
	}
}

static void
print_json(void)
{
	uint32_t types[16];
	const char *sep = "";

	printf("{\"classes\": [\n");
	for (int c = 0; c < MC_COUNT; c++) {
		struct m_class_stat st;

		mbuf_class_stat((enum m_class)c, &st);
		printf("  {\"name\": \"%s\", \"size\": %u, \"inuse\": %u, "
		    "\"peak\": %u, \"allocs\": %llu, \"frees\": %llu, "
		    "\"fails\": %llu, \"waits\": %llu}%s\n", st.name, st.size,
		    st.inuse, st.peak, st.allocs, st.frees, st.fails, st.waits,
		    c + 1 < MC_COUNT ? "," : "");
	}
	printf("], \"bytes\": %zu, \"limit\": %zu, \"waits\": %llu, "
	    "\"wakeups\": %llu,\n \"types\": {", mbuf_bytes_inuse(),
	    mbuf_bytes_limit(), mbuf_waits, mbuf_wakeups);
	mbuf_type_counts(types);
	for (int i = 0; i < 16; i++) {
		if (type_names[i] == NULL)
			continue;
		printf("%s\"%s\": %u", sep, type_names[i], types[i]);
		sep = ", ";
	}
	printf("},\n \"packets\": {");
	sep = "";
	for (unsigned i = 0; inet_stat_name(i) != NULL; i++) {
		printf("%s\"%s\": %llu", sep, inet_stat_name(i),
		    inet_stat_value(i));
		sep = ", ";
	}
	printf("}}\n");
}

static int
mbufstat_main(int argc, char **argv)
{
	bool json = argc > 1 && strcmp(argv[1], "-j") == 0;
	bool packets = argc > 1 && strcmp(argv[1], "-p") == 0;

	if (argc > 2 || (argc == 2 && !json && !packets))
		return command_usage("mbufstat");
	if (json) {
		print_json();
		return 0;
	}
	print_text();
	for (unsigned i = 0; packets && inet_stat_name(i) != NULL; i++)
		printf("  %-18s %llu\n", inet_stat_name(i), inet_stat_value(i));
	return 0;
}

COMMAND(mbufstat, "mbufstat [-p] [-j] - memory buffers in use; -p: and packets",
    mbufstat_main);
