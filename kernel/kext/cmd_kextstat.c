/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kextstat: which kexts are loaded, what they hold, what their hooks do.
 */
#include "kernel/shell/command.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kext/registry.h"

struct kextstat {
	bool		verbose;
	bool		json;
	const char	*only;		/* -b */
	bool		first;
	struct kext_stat ks;
	struct gate_stat gt;
	struct kext_place pl;
};

static void
print_deps(const struct kext_stat *ks, const char *sep)
{
	unsigned i;

	for (i = 0; i < ks->ks_ndeps; i++)
		printf("%s%u", i == 0 ? "" : sep, ks->ks_deps[i]);
}

static void
print_accounts(const struct kext_stat *ks)
{
	const struct kext_account *ka;
	bool any = false;
	unsigned i;

	for (i = 0; i < KRES_N; i++) {
		ka = &ks->ks_account[i];
		if (ka->ka_total == 0)
			continue;
		printf("%s%ld %s (peak %ld, total %llu)", any ? ", " :
		    "      holds ", ka->ka_now, kext_res_name(i),
		    ka->ka_peak, ka->ka_total);
		any = true;
	}
	if (any)
		printf("\n");
}

static void
print_gate(const struct gate_stat *gt)
{
	const struct gate_stats *gs = &gt->gt_stats;

	printf("      %-8s %-24s calls %llu passed %llu swallowed %llu "
	    "refused %llu injected %llu cycles %llu mean %llu p99 %llu "
	    "max %llu%s\n", gate_class_name(gt->gt_class),
	    gt->gt_name[0] != '\0' ? gt->gt_name : "(ended)", gate_calls(gs),
	    gs->gs_passed, gs->gs_swallowed, gs->gs_refused, gs->gs_injected,
	    gate_cycles(gs), gate_mean(gs), gate_p99(gs), gs->gs_max,
	    gt->gt_busy != 0 ? " busy" : "");
}

static void
print_text(struct kextstat *st)
{
	const struct kext_stat *ks = &st->ks;
	unsigned n;

	if (st->first)
		printf("Index Refs Address            Size       Text       "
		    "State    Name (Version) <Linked Against>\n");
	printf("%5u %4u %#-18lx %#-10lx %#-10lx %-8s %s (%s)", ks->ks_tag,
	    ks->ks_dependents + ks->ks_retains, (unsigned long)ks->ks_base,
	    (unsigned long)ks->ks_size, (unsigned long)ks->ks_textsize,
	    kext_state_name(ks->ks_state), ks->ks_id, ks->ks_version);
	if (ks->ks_ndeps != 0) {
		printf(" <");
		print_deps(ks, " ");
		printf(">");
	}
	printf("\n");
	if (!st->verbose)
		return;
	printf("      hooks %u, calls in progress %u, dependents %u, "
	    "retains %u\n", ks->ks_gates, ks->ks_busy, ks->ks_dependents,
	    ks->ks_retains);
	print_accounts(ks);
	for (n = 0; kext_place_stat(ks->ks_tag, n, &st->pl); n++)
		printf("      memory   %s, %s:%u: %ld bytes in %ld "
		    "allocations\n", st->pl.pl_function, st->pl.pl_file,
		    st->pl.pl_line, st->pl.pl_bytes, st->pl.pl_count);
	for (n = 0; kext_gate_stat(ks->ks_tag, n, &st->gt); n++)
		print_gate(&st->gt);
}

static void
json_string(const char *s)
{
	printf("\"");
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < ' ')
			printf("\\u%04x", *s);
		else
			printf("%c", *s);
	}
	printf("\"");
}

static void
json_gates(struct kextstat *st)
{
	const struct gate_stats *gs = &st->gt.gt_stats;
	unsigned n;

	printf(",\n  \"hooks\": [");
	for (n = 0; kext_gate_stat(st->ks.ks_tag, n, &st->gt); n++) {
		printf("%s\n   {\"class\": \"%s\", \"name\": ",
		    n == 0 ? "" : ",", gate_class_name(st->gt.gt_class));
		json_string(st->gt.gt_name);
		printf(", \"busy\": %u, \"calls\": %llu, \"passed\": %llu, "
		    "\"swallowed\": %llu, \"refused\": %llu, "
		    "\"injected\": %llu, \"cycles\": %llu, \"mean\": %llu, "
		    "\"p99\": %llu, \"max\": %llu}", st->gt.gt_busy,
		    gate_calls(gs), gs->gs_passed, gs->gs_swallowed,
		    gs->gs_refused, gs->gs_injected, gate_cycles(gs),
		    gate_mean(gs), gate_p99(gs), gs->gs_max);
	}
	printf("]");
}

static void
json_accounts(const struct kext_stat *ks)
{
	unsigned i;

	printf(",\n  \"holds\": {");
	for (i = 0; i < KRES_N; i++)
		printf("%s\"%s\": {\"now\": %ld, \"peak\": %ld, "
		    "\"total\": %llu}", i == 0 ? "" : ", ", kext_res_name(i),
		    ks->ks_account[i].ka_now, ks->ks_account[i].ka_peak,
		    ks->ks_account[i].ka_total);
	printf("}");
}

static void
json_places(struct kextstat *st)
{
	unsigned n;

	printf(",\n  \"memory\": [");
	for (n = 0; kext_place_stat(st->ks.ks_tag, n, &st->pl); n++) {
		printf("%s\n   {\"function\": ", n == 0 ? "" : ",");
		json_string(st->pl.pl_function);
		printf(", \"file\": ");
		json_string(st->pl.pl_file);
		printf(", \"line\": %u, \"bytes\": %ld, \"count\": %ld}",
		    st->pl.pl_line, st->pl.pl_bytes, st->pl.pl_count);
	}
	printf("]");
}

static void
print_json(struct kextstat *st)
{
	const struct kext_stat *ks = &st->ks;

	printf("%s\n {\"index\": %u, \"id\": ", st->first ? "" : ",",
	    ks->ks_tag);
	json_string(ks->ks_id);
	printf(", \"version\": ");
	json_string(ks->ks_version);
	printf(", \"state\": \"%s\", \"address\": \"%#lx\", \"size\": %lu, "
	    "\"text\": %lu, \"dependents\": %u, \"retains\": %u, "
	    "\"busy\": %u, \"gates\": %u, \"linked\": [",
	    kext_state_name(ks->ks_state), (unsigned long)ks->ks_base,
	    (unsigned long)ks->ks_size, (unsigned long)ks->ks_textsize,
	    ks->ks_dependents, ks->ks_retains, ks->ks_busy, ks->ks_gates);
	print_deps(ks, ", ");
	printf("]");
	if (st->verbose) {
		json_accounts(ks);
		json_places(st);
		json_gates(st);
	}
	printf("}");
}

static int
kextstat_main(int argc, char **argv)
{
	struct kextstat *st;
	uint32_t after = 0;
	bool found = false;
	int i;

	st = calloc(1, sizeof(*st));
	if (st == NULL)
		return (1);
	st->first = true;
	for (i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-v") == 0)
			st->verbose = true;
		else if (strcmp(argv[i], "-j") == 0)
			st->json = true;
		else if (strcmp(argv[i], "-b") == 0 && i + 1 < argc)
			st->only = argv[++i];
		else {
			free(st);
			return (command_usage("kextstat"));
		}
	}
	if (st->json)
		printf("[");
	while (kext_stat_next(after, &st->ks)) {
		after = st->ks.ks_tag;
		if (st->only != NULL && strcmp(st->only, st->ks.ks_id) != 0)
			continue;
		if (st->json)
			print_json(st);
		else
			print_text(st);
		st->first = false;
		found = true;
	}
	if (st->json)
		printf("%s]\n", st->first ? "" : "\n");
	found = found || st->only == NULL;
	free(st);
	return (found ? 0 : 1);
}
COMMAND(kextstat, "kextstat [-v] [-j] [-b id] - loaded kexts, what they hold "
    "and what their hooks do", kextstat_main);
