/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a bundle section; see bundle.h.  The text comes from a file and is
 * trusted in nothing.
 */
#include "kernel/kext/bundle.h"

#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/kext/version.h"

/* Copies the next word of the line [*s, end) into out. */
static bool
bundle_word(const char **s, const char *end, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	while (*s < end && **s == ' ')
		(*s)++;
	while (*s < end && **s != ' ') {
		if (n + 1 >= size || **s < '!' || **s > '~')
			return (false);
		out[n++] = *(*s)++;
		out[n] = '\0';
	}
	return (n > 0);
}

static errno_t
bundle_fail(char *msg, size_t msgsize, const char *what, const char *value)
{
	snprintf(msg, msgsize, "bundle: %s '%s'", what, value);
	return (EINVAL);
}

/* The end of the line that starts at s, NULL if there is none. */
static const char *
bundle_eol(const char *s, const char *end)
{
	while (s < end && *s != '\n')
		s++;
	return (s < end ? s : NULL);
}

static errno_t
bundle_library(struct bundle *b, const char *id, const char *version,
    char *msg, size_t msgsize)
{
	struct bundle_lib *bl;
	unsigned i;

	for (i = 0; i < b->b_nlibs; i++)
		if (strcmp(b->b_libs[i].bl_id, id) == 0)
			return (bundle_fail(msg, msgsize,
			    "library named twice:", id));
	if (b->b_nlibs == BUNDLE_LIBS_MAX)
		return (bundle_fail(msg, msgsize, "too many libraries, at",
		    id));
	bl = &b->b_libs[b->b_nlibs++];
	strlcpy(bl->bl_id, id, sizeof(bl->bl_id));
	strlcpy(bl->bl_version, version, sizeof(bl->bl_version));
	bl->bl_vers = kext_version_parse(version);
	if (bl->bl_vers == KEXT_VERSION_BAD)
		return (bundle_fail(msg, msgsize,
		    "not a library version:", version));
	return (0);
}

/* One line, with its key and its words. */
static errno_t
bundle_line(struct bundle *b, const char *s, const char *end, char *msg,
    size_t msgsize)
{
	char key[BUNDLE_NAME_MAX], w1[BUNDLE_NAME_MAX], w2[BUNDLE_NAME_MAX];
	bool second;

	if (!bundle_word(&s, end, key, sizeof(key)) ||
	    !bundle_word(&s, end, w1, sizeof(w1)))
		return (bundle_fail(msg, msgsize, "malformed line", key));
	second = bundle_word(&s, end, w2, sizeof(w2));
	if (s != end || second != (strcmp(key, "library") == 0))
		return (bundle_fail(msg, msgsize, "malformed line", key));
	if (strcmp(key, "library") == 0)
		return (bundle_library(b, w1, w2, msg, msgsize));
	if (strcmp(key, "id") == 0 && b->b_id[0] == '\0') {
		strlcpy(b->b_id, w1, sizeof(b->b_id));
	} else if (strcmp(key, "version") == 0 && b->b_version[0] == '\0') {
		strlcpy(b->b_version, w1, sizeof(b->b_version));
		b->b_vers = kext_version_parse(w1);
		if (b->b_vers == KEXT_VERSION_BAD)
			return (bundle_fail(msg, msgsize, "not a version:",
			    w1));
	} else if (strcmp(key, "compatible") == 0 && b->b_compat[0] == '\0') {
		strlcpy(b->b_compat, w1, sizeof(b->b_compat));
		b->b_cvers = kext_version_parse(w1);
		if (b->b_cvers == KEXT_VERSION_BAD)
			return (bundle_fail(msg, msgsize,
			    "not a compatible version:", w1));
	} else if (strcmp(key, "program") == 0 && !b->b_program) {
		b->b_program = true;
	} else {
		return (bundle_fail(msg, msgsize, "unexpected line", key));
	}
	return (0);
}

errno_t
bundle_parse(const char *text, size_t len, struct bundle *b, char *msg,
    size_t msgsize)
{
	static const char magic[] = "unikext-bundle 1";
	const char *s = text, *end = text + len, *nl;
	bool first = true;
	errno_t error;

	memset(b, 0, sizeof(*b));
	/* The linker may pad the section with zeros. */
	while (end > s && end[-1] == '\0')
		end--;
	if (end - s > BUNDLE_SIZE_MAX)
		return (bundle_fail(msg, msgsize, "too long", ""));
	for (; s < end; s = nl + 1) {
		nl = bundle_eol(s, end);
		if (nl == NULL)
			return (bundle_fail(msg, msgsize, "cut short", ""));
		if (first) {
			if ((size_t)(nl - s) != sizeof(magic) - 1 ||
			    memcmp(s, magic, sizeof(magic) - 1) != 0)
				return (bundle_fail(msg, msgsize,
				    "does not begin with", magic));
			first = false;
			continue;
		}
		error = bundle_line(b, s, nl, msg, msgsize);
		if (error != 0)
			return (error);
	}
	if (b->b_id[0] == '\0')
		return (bundle_fail(msg, msgsize, "has no", "id"));
	if (b->b_version[0] == '\0')
		return (bundle_fail(msg, msgsize, "has no", "version"));
	if (b->b_cvers > b->b_vers)
		return (bundle_fail(msg, msgsize,
		    "compatible version is above the version:", b->b_compat));
	return (0);
}
