/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel command line's words.
 */
#include "kernel/cmdline.h"

#include <string.h>

#include "kernel/bootinfo.h"
#include "test/unit/lib/unit.h"

static bool
is(const char *key, const char *want)
{
	const char *got = cmdline_get(key);

	return got != NULL && strcmp(got, want) == 0;
}

UNIT_TEST(cmdline_words)
{
	cmdline_init("  ip=10.0.0.2/24,10.0.0.1 debug rc=\"/etc/rc x\"  "
	    "n=-12 n2=12x empty= console=com1,vga last=1 last=2 ");
	CHECK(is("ip", "10.0.0.2/24,10.0.0.1"));
	CHECK(is("debug", ""));
	CHECK(is("rc", "/etc/rc x"));
	CHECK(is("empty", ""));
	CHECK(is("last", "2"));
	CHECK(cmdline_get("i") == NULL && cmdline_get("ipx") == NULL);
	CHECK(cmdline_get_long("n", 5) == -12);
	CHECK(cmdline_get_long("n2", 5) == 5);
	CHECK(cmdline_get_long("none", 7) == 7);
	CHECK(cmdline_has("console", "vga") && cmdline_has("console", "com1"));
	CHECK(!cmdline_has("console", "com") && !cmdline_has("console", "om1"));
	CHECK(!cmdline_has("none", "x"));
}

UNIT_TEST(cmdline_limits)
{
	char line[2 * BOOT_CMDLINE_MAX];
	unsigned i;

	cmdline_init("");
	CHECK(cmdline_get("") == NULL);
	cmdline_init("\"open quote=1 2");
	CHECK(is("open quote", "1 2"));
	memset(line, 'a', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	cmdline_init(line);
	CHECK(strlen(cmdline()) == BOOT_CMDLINE_MAX - 1);
	for (i = 0; i < sizeof(line) - 1; i++)
		line[i] = i % 2 ? ' ' : 'b';
	cmdline_init(line);
	CHECK(is("b", ""));
}
