/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel command line: cut into words once, in place.
 */
#include "kernel/cmdline.h"

#include <stddef.h>
#include <string.h>

#include "kernel/bootinfo.h"

#define WORDS_MAX	64

static char whole[BOOT_CMDLINE_MAX], words[BOOT_CMDLINE_MAX];
static const char *key[WORDS_MAX], *value[WORDS_MAX];
static unsigned nwords;

/* Copies one word without its quotes to *out; returns where it ended. */
static const char *
cut_word(const char *p, char **out)
{
	char *o = *out;
	bool quoted = false;

	for (; *p != '\0' && (quoted || *p != ' '); p++) {
		if (*p == '"')
			quoted = !quoted;
		else
			*o++ = *p;
	}
	*o++ = '\0';
	*out = o;
	return p;
}

void
cmdline_init(const char *line)
{
	char *out = words, *start, *eq;
	const char *p = whole;

	strlcpy(whole, line, sizeof(whole));
	nwords = 0;
	while (nwords < WORDS_MAX) {
		while (*p == ' ')
			p++;
		if (*p == '\0')
			return;
		start = out;
		p = cut_word(p, &out);
		eq = strchr(start, '=');
		if (eq != NULL)
			*eq = '\0';
		key[nwords] = start;
		value[nwords++] = eq != NULL ? eq + 1 : "";
	}
}

const char *
cmdline(void)
{
	return whole;
}

const char *
cmdline_get(const char *k)
{
	unsigned i;

	for (i = nwords; i-- > 0;) {
		if (strcmp(key[i], k) == 0)
			return value[i];
	}
	return NULL;
}

long
cmdline_get_long(const char *k, long def)
{
	const char *p = cmdline_get(k);
	bool minus;
	long v = 0;

	if (p == NULL || *p == '\0')
		return def;
	minus = *p == '-';
	if (minus)
		p++;
	for (; *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (*p - '0');
	if (*p != '\0')
		return def;
	return minus ? -v : v;
}

bool
cmdline_has(const char *k, const char *word)
{
	const char *p = cmdline_get(k);
	size_t n = strlen(word);

	while (p != NULL && *p != '\0') {
		if (strncmp(p, word, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
		p = strchr(p, ',');
		if (p != NULL)
			p++;
	}
	return false;
}
