/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runner of the host unit tests: keeps the list of cases in source
 * order, runs them one after the other and reports.  Compiled against the
 * host's C library.
 */
#include "test/unit/lib/unit.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct unit_test *unit_first;
static struct unit_test **unit_tail = &unit_first;
static const char *unit_running;
static int unit_failures;
static uint64_t unit_state = 0x9e3779b97f4a7c15u;

void
unit_register(struct unit_test *t)
{
	*unit_tail = t;
	unit_tail = &t->next;
}

void
unit_fail(const char *file, int line, const char *what)
{
	unit_failures++;
	if (unit_failures <= 20)
		printf("  %s: %s:%d: %s\n", unit_running, file, line, what);
}

void
unit_fail_eq(const char *file, int line, const char *what, long long a,
    long long b)
{
	unit_fail(file, line, what);
	if (unit_failures <= 20)
		printf("    %lld (%#llx) against %lld (%#llx)\n", a,
		    (unsigned long long)a, b, (unsigned long long)b);
}

void
unit_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("  %s: ", unit_running);
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

unsigned int
unit_random(void)
{
	/* xorshift64*, high half. */
	unit_state ^= unit_state >> 12;
	unit_state ^= unit_state << 25;
	unit_state ^= unit_state >> 27;
	return ((unsigned int)((unit_state * 2685821657736338717u) >> 32));
}

static int
unit_wanted(const char *name, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (strstr(name, argv[i]) != NULL)
			return (1);
	return (argc <= 1);
}

int
main(int argc, char **argv)
{
	struct unit_test *t;
	const char *seed;
	int passed = 0, failed = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if ((seed = getenv("UNIT_SEED")) != NULL)
		unit_state ^= strtoull(seed, NULL, 0) * 0x100000001b3u;
	for (t = unit_first; t != NULL; t = t->next) {
		if (!unit_wanted(t->name, argc, argv))
			continue;
		unit_running = t->name;
		unit_failures = 0;
		t->fn();
		printf("%s %s\n", unit_failures == 0 ? "PASS" : "FAIL",
		    t->name);
		if (unit_failures == 0)
			passed++;
		else
			failed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return (failed == 0 ? 0 : 1);
}
