/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test: runs the kernel's own tests from the shell.
 */
#include <stdio.h>
#include <string.h>

#include "kernel/shell/command.h"
#include "test/lib/test.h"

static int
test_main(int argc, char **argv)
{
	int failed;

	if (argc > 2)
		return command_usage("selftest");
	if (!command_privileged("selftest"))
		return 1;
	failed = test_run(argc == 2 ? argv[1] : "all");
	if (failed < 0)
		fprintf(stderr, "selftest: no test in \"%s\"\n", argv[1]);
	return failed != 0;
}
COMMAND(selftest, "selftest [area | area.name] - the kernel's own tests",
    test_main);
