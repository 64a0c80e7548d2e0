/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trace: which packet met which hook, in order.
 *
 *	trace on [id N] [kext INDEX] [hook CLASS] [points]
 *	trace show [-j]		what is in the ring
 *	trace file PATH		the same into a file
 *	trace off
 */
#include "kernel/shell/command.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kext/trace.h"

#define TRACE_BATCH	32
#define TRACE_JUSTRETURN (-2)

static const char *
verdict_name(int v)
{
	switch (v) {
	case 0:
		return ("pass");
	case TRACE_JUSTRETURN:
		return ("swallow");
	}
	return ("refuse");
}

static void
print_record(FILE *f, const struct trace_record *r, bool json, bool first)
{
	const char *class = r->tr_class < GATE_NCLASS ?
	    gate_class_name(r->tr_class) : "point";

	if (json)
		fprintf(f, "%s\n {\"seq\": %llu, \"ns\": %llu, \"id\": %u, "
		    "\"pid\": %d, \"class\": \"%s\", \"hook\": \"%s\", "
		    "\"callback\": \"%s\", "
		    "\"kext\": %u, \"verdict\": \"%s\", \"result\": %d, "
		    "\"cycles\": %llu}", first ? "" : ",", r->tr_seq,
		    r->tr_ns, r->tr_id, r->tr_pid, class, r->tr_name,
		    r->tr_fn,
		    r->tr_kext, verdict_name(r->tr_verdict), r->tr_verdict,
		    r->tr_cycles);
	else
		fprintf(f, "%6llu.%06llu id %u pid %d %s '%s' %s%skext %u %s "
		    "(%d) %llu cycles\n", r->tr_ns / 1000000000,
		    r->tr_ns / 1000 % 1000000, r->tr_id, r->tr_pid, class,
		    r->tr_name, r->tr_fn, r->tr_fn[0] != '\0' ? " " : "", r->tr_kext, verdict_name(r->tr_verdict),
		    r->tr_verdict, r->tr_cycles);
}

static int
trace_print(FILE *f, bool json)
{
	struct trace_record *r;
	uint64_t after = 0;
	bool first = true;
	unsigned n, i;

	r = malloc(TRACE_BATCH * sizeof(*r));
	if (r == NULL)
		return (1);
	if (json)
		fprintf(f, "[");
	while ((n = trace_read(after, r, TRACE_BATCH)) > 0) {
		for (i = 0; i < n; i++) {
			print_record(f, &r[i], json, first);
			first = false;
		}
		after = r[n - 1].tr_seq;
	}
	if (json)
		fprintf(f, "%s]\n", first ? "" : "\n");
	else if (trace_lost() != 0)
		fprintf(f, "%llu older records were overwritten\n",
		    trace_lost());
	free(r);
	return (0);
}

static bool
class_by_name(const char *name, uint32_t *mask)
{
	unsigned c;

	for (c = 0; c < GATE_NCLASS; c++)
		if (strcmp(gate_class_name(c), name) == 0) {
			*mask |= 1u << c;
			return (true);
		}
	return (false);
}

static int
trace_on_main(int argc, char **argv)
{
	struct trace_filter tf;
	int i;

	memset(&tf, 0, sizeof(tf));
	for (i = 2; i < argc; i++) {
		if (strcmp(argv[i], "points") == 0)
			tf.tf_points = true;
		else if (i + 1 == argc)
			return (command_usage("trace"));
		else if (strcmp(argv[i], "id") == 0)
			tf.tf_id = (uint32_t)strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "kext") == 0)
			tf.tf_kext = (uint32_t)strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "hook") != 0 ||
		    !class_by_name(argv[++i], &tf.tf_classes))
			return (command_usage("trace"));
	}
	if (!command_privileged("trace"))
		return (1);
	if (trace_start(&tf) != 0) {
		fprintf(stderr, "trace: no memory\n");
		return (1);
	}
	return (0);
}

static int
trace_file(const char *path)
{
	FILE *f = fopen(path, "w");
	int status;

	if (f == NULL) {
		perror(path);
		return (1);
	}
	status = trace_print(f, false);
	return (fclose(f) == 0 ? status : 1);
}

static int
trace_main(int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[1], "on") == 0)
		return (trace_on_main(argc, argv));
	if (argc == 2 && strcmp(argv[1], "off") == 0) {
		if (!command_privileged("trace"))
			return (1);
		trace_stop();
		return (0);
	}
	if (argc == 2 && strcmp(argv[1], "show") == 0)
		return (trace_print(stdout, false));
	if (argc == 3 && strcmp(argv[1], "show") == 0 &&
	    strcmp(argv[2], "-j") == 0)
		return (trace_print(stdout, true));
	if (argc == 3 && strcmp(argv[1], "file") == 0)
		return (trace_file(argv[2]));
	return (command_usage("trace"));
}
COMMAND(trace, "trace on [id N] [kext INDEX] [hook CLASS] [points] | off | "
    "show [-j] | file PATH - which packet met which hook", trace_main);
