/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Program modules: ELF files with a main, made by `kextbuild --program` and
 * run as processes.
 *
 * A program is mapped like a kext and links to the program library (whose
 * functions have the prefix u_ in the kernel) and to the plain string
 * functions; nothing of the KPI.  Each process has an image of its own, which
 * goes when the process has ended.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/fs/vfs.h"
#include "kernel/initcall.h"
#include "kernel/kext/load.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/panic.h"
#include "kernel/program/program.h"

/* Library functions that are the kernel's own, without a prefix. */
static bool
program_plain(const char *name)
{
	static const char *const plain[] = { "snprintf", "vsnprintf",
	    "sprintf", "vsprintf", "sscanf", "strlcpy", "strlcat", "strlen",
	    "strnlen", "strcmp", "strncmp", "strcasecmp", "strncasecmp",
	    "strcpy", "strncpy", "strcat", "strncat", "strchr", "strrchr",
	    "strstr", "strsep", "strtol", "strtoul", "atoi", "memchr",
	    "bcopy", "bzero", "bcmp", "ffs" };
	unsigned i;

	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(plain[i], name) == 0)
			return (true);
	return (false);
}

static bool
program_resolve(void *arg, const char *name, uintptr_t *value)
{
	if (kext_set_lookup(kext_set_find(""), name, value))
		return (true);
	if (strncmp(name, "u_", 2) != 0 && !program_plain(name))
		return (false);
	*value = ksym_address(name);
	return (*value != 0);
}

errno_t
kext_program_load(const void *file, size_t size, struct kext **out, char *msg,
    size_t msgsize)
{
	struct kext_image *im;
	struct kext *k = NULL;
	errno_t error;
	unsigned i;

	im = kmalloc(sizeof(*im), M_WAITOK);
	if (im == NULL)
		return (ENOMEM);
	error = image_check(im, file, size, msg, msgsize);
	if (error != 0)
		goto out;
	if (!im->im_bundle.b_program) {
		strlcpy(msg, "a kext, not a program", msgsize);
		error = ENOEXEC;
		goto out_image;
	}
	lck_mtx_lock(&kext_lock);
	k = kext_enter(&im->im_bundle);
	lck_mtx_unlock(&kext_lock);
	error = k == NULL ? ENOMEM : kext_load_image(k, im, program_resolve,
	    NULL, msg, msgsize);
	lck_mtx_lock(&kext_lock);
	if (error == 0)
		kext_set_state(k, KEXT_RUNNING);
	else if (k != NULL)
		kext_leave(k);
	lck_mtx_unlock(&kext_lock);
	for (i = 0; error == 0 && i < k->k_nctors; i++)
		if (k->k_ctors[i] != NULL)
			k->k_ctors[i]();
	*out = k;
out_image:
	image_free(im);
out:
	kfree(im);
	return (error);
}

void
kext_program_done(struct kext *k)
{
	kext_drop_image(k);
	lck_mtx_lock(&kext_lock);
	kext_leave(k);
	lck_mtx_unlock(&kext_lock);
}

/* The loader of program_spawn(): a path to a main. */
static errno_t
program_load_path(const char *path, struct program *out)
{
	char msg[KEXT_MSG_MAX];
	struct kext *k;
	errno_t error;
	size_t size;
	void *data;

	error = vfs_read_file(path, &data, &size);
	if (error != 0)
		return (error);
	error = kext_program_load(data, size, &k, msg, sizeof(msg));
	kfree(data);
	if (error != 0) {
		printf("%s: %s\n", path, msg);
		return (ENOEXEC);
	}
	out->pr_main = k->k_main;
	out->pr_module = k;
	out->pr_done = kext_program_done;
	return (0);
}

static void
program_init(void)
{
	program_set_loader(program_load_path);
}
INITCALL(INIT_LATE, program_init);
