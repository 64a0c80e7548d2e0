/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Version strings to numbers; see version.h.
 *
 * The number is built of decimal fields (major, minor, revision, stage,
 * level), plus one so that 0 can mean "not a version".
 */
#include "kernel/kext/version.h"

/* Up to max digits; -1 if there is none or there are more. */
static int
version_digits(const char **s, unsigned max)
{
	unsigned n = 0;
	int v = 0;

	while (**s >= '0' && **s <= '9') {
		if (n++ == max)
			return (-1);
		v = v * 10 + (*(*s)++ - '0');
	}
	return (n == 0 ? -1 : v);
}

/* The stage letter(s); 9 is the release, -1 nonsense. */
static int
version_stage(const char **s)
{
	switch (*(*s)++) {
	case 'd':
		return (1);
	case 'a':
		return (3);
	case 'b':
		return (5);
	case 'f':
		if (**s == 'c')
			(*s)++;
		return (7);
	}
	return (-1);
}

uint64_t
kext_version_parse(const char *s)
{
	int part[3] = { 0, 0, 0 }, stage = 9, level = 0;
	uint64_t v = 0;
	unsigned i;

	for (i = 0; i < 3; i++) {
		part[i] = version_digits(&s, i == 0 ? 4 : 2);
		if (part[i] < 0)
			return (KEXT_VERSION_BAD);
		if (*s != '.' || i == 2)
			break;
		s++;
	}
	if (*s != '\0') {
		stage = version_stage(&s);
		if (stage < 0)
			return (KEXT_VERSION_BAD);
		level = version_digits(&s, 3);
		if (level < 0 || level > 255 || *s != '\0')
			return (KEXT_VERSION_BAD);
	}
	for (i = 0; i < 3; i++)
		v = v * 100 + (unsigned)part[i];
	v = (v * 10 + (unsigned)stage) * 1000 + (unsigned)level;
	return (v + 1);
}
