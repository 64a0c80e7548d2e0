/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bundle: what Info.plist says, as it travels in a kext file.
 *
 * kextbuild puts it into the section ".unikext.bundle" as text, one item a
 * line, in this order and each at most once but for library:
 *
 *	unikext-bundle 1
 *	id com.example.filter
 *	version 1.0.2
 *	compatible 1.0
 *	library com.apple.kpi.bsd 8.0.0
 *	program 1
 *
 * `compatible` (OSBundleCompatibleVersion) is missing when no other kext may
 * depend on this one.  `program` marks a program module, which has a main
 * and no kmod_info.
 */
#ifndef KERNEL_KEXT_BUNDLE_H
#define KERNEL_KEXT_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BUNDLE_SECTION	".unikext.bundle"
#define BUNDLE_NAME_MAX	64	/* with the terminating zero */
#define BUNDLE_LIBS_MAX	32
#define BUNDLE_SIZE_MAX	8192

struct bundle_lib {
	char		bl_id[BUNDLE_NAME_MAX];
	char		bl_version[BUNDLE_NAME_MAX];
	uint64_t	bl_vers;
};

struct bundle {
	char		b_id[BUNDLE_NAME_MAX];
	char		b_version[BUNDLE_NAME_MAX];
	char		b_compat[BUNDLE_NAME_MAX];	/* "": none */
	uint64_t	b_vers;
	uint64_t	b_cvers;			/* 0: none */
	bool		b_program;
	unsigned	b_nlibs;
	struct bundle_lib b_libs[BUNDLE_LIBS_MAX];
};

/*
 * Reads the text of a bundle section.
 * Returns:   0, or EINVAL with the reason as one line in msg
 */
errno_t bundle_parse(const char *text, size_t len, struct bundle *b,
    char *msg, size_t msgsize);

#endif
