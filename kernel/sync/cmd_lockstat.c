/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lockstat: the lock groups, how often their locks were taken and how often
 * somebody had to wait.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "kernel/proc/procinfo.h"
#include "kernel/shell/command.h"
#include "kernel/sync/lockinfo.h"

static int
lockstat_main(int argc, char **argv)
{
	bool json = argc == 2 && strcmp(argv[1], "-j") == 0;
	struct lock_info *li;
	size_t n;

	if (argc > 1 && !json)
		return (command_usage("lockstat"));
	if (lockinfo_list(&li, &n) != 0) {
		fprintf(stderr, "lockstat: no memory\n");
		return (1);
	}
	if (json)
		printf("[\n");
	else
		printf("%-20s %7s %7s %7s %12s %10s\n", "GROUP", "MUTEXES",
		    "RW", "SPIN", "TAKEN", "CONTENDED");
	for (size_t i = 0; i < n; i++) {
		if (json)
			printf("  {\"group\": \"%s\", \"mutexes\": %u, \"rw\": "
			    "%u, \"spin\": %u, \"taken\": %llu, "
			    "\"contended\": %llu}%s\n", li[i].li_name,
			    li[i].li_mtx, li[i].li_rw, li[i].li_spin,
			    (unsigned long long)li[i].li_acquired,
			    (unsigned long long)li[i].li_contended,
			    i + 1 < n ? "," : "");
		else
			printf("%-20s %7u %7u %7u %12llu %10llu\n",
			    li[i].li_name, li[i].li_mtx, li[i].li_rw,
			    li[i].li_spin,
			    (unsigned long long)li[i].li_acquired,
			    (unsigned long long)li[i].li_contended);
	}
	if (json)
		printf("]\n");
	procinfo_free(li);
	return (0);
}
COMMAND(lockstat, "lockstat [-j] - list lock groups and their figures",
    lockstat_main);
