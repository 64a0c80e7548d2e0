/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pools of kext files; see registry.h.
 *
 * A folder is searched by reading the bundle of each *.kext in it: names of
 * files mean nothing.
 */
#include "kernel/kext/pool.h"

#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/proc.h>

#include "kernel/fs/vfs.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"

#define POOL_PATH_MAX	256

struct kext_pool {
	STAILQ_HEAD(, kext_file) kp_files;
	char	kp_folder[POOL_PATH_MAX];
};

struct kext_pool *
kext_pool_create(const char *folder)
{
	struct kext_pool *kp;

	kp = kmalloc(sizeof(*kp), M_WAITOK);
	if (kp == NULL)
		return (NULL);
	STAILQ_INIT(&kp->kp_files);
	strlcpy(kp->kp_folder, folder != NULL ? folder : "/kexts",
	    sizeof(kp->kp_folder));
	return (kp);
}

/* Frees a file that is in no pool any more. */
static void
pool_drop(struct kext_file *kf)
{
	image_free(&kf->kf_image);
	kfree(kf->kf_data);
	kfree(kf);
}

void
kext_pool_free(struct kext_pool *kp)
{
	struct kext_file *kf;

	if (kp == NULL)
		return;
	while ((kf = STAILQ_FIRST(&kp->kp_files)) != NULL) {
		STAILQ_REMOVE_HEAD(&kp->kp_files, kf_link);
		pool_drop(kf);
	}
	kfree(kp);
}

/*
 * Makes a checked file out of kmalloc'ed bytes, which are taken over also on
 * failure.
 */
static errno_t
pool_check(void *data, size_t size, struct kext_file **out, char *msg,
    size_t msgsize)
{
	struct kext_file *kf;
	errno_t error;

	kf = kmalloc(sizeof(*kf), M_WAITOK | M_ZERO);
	if (kf == NULL) {
		strlcpy(msg, "no memory", msgsize);
		kfree(data);
		return (ENOMEM);
	}
	kf->kf_data = data;
	error = image_check(&kf->kf_image, data, size, msg, msgsize);
	if (error != 0)
		pool_drop(kf);
	else
		*out = kf;
	return (error);
}

/* The same into the pool. */
static errno_t
pool_take(struct kext_pool *kp, void *data, size_t size, char *msg,
    size_t msgsize)
{
	struct kext_file *kf;
	errno_t error;

	error = pool_check(data, size, &kf, msg, msgsize);
	if (error == 0)
		STAILQ_INSERT_TAIL(&kp->kp_files, kf, kf_link);
	return (error);
}

errno_t
kext_pool_add(struct kext_pool *kp, const void *file, size_t size, char *msg,
    size_t msgsize)
{
	void *copy;

	if (size == 0 || size > IMAGE_FILE_MAX) {
		snprintf(msg, msgsize, "a file of %lu bytes is no kext",
		    (u_long)size);
		return (ENOEXEC);
	}
	copy = kmalloc(size, M_WAITOK);
	if (copy == NULL) {
		strlcpy(msg, "no memory", msgsize);
		return (ENOMEM);
	}
	memcpy(copy, file, size);
	return (pool_take(kp, copy, size, msg, msgsize));
}

errno_t
kext_pool_add_path(struct kext_pool *kp, const char *path, char *msg,
    size_t msgsize)
{
	errno_t error;
	size_t size;
	void *data;

	error = vfs_read_file(path, &data, &size);
	if (error != 0) {
		snprintf(msg, msgsize, "%s", error == ENOENT ?
		    "no such file" : "can not be read");
		return (error);
	}
	return (pool_take(kp, data, size, msg, msgsize));
}

bool
kext_pool_bundle(struct kext_pool *kp, unsigned n, struct bundle *out)
{
	struct kext_file *kf;

	STAILQ_FOREACH(kf, &kp->kp_files, kf_link)
		if (n-- == 0) {
			*out = kf->kf_image.im_bundle;
			return (true);
		}
	return (false);
}

static struct kext_file *
pool_have(struct kext_pool *kp, const char *id)
{
	struct kext_file *kf;

	STAILQ_FOREACH(kf, &kp->kp_files, kf_link)
		if (id == NULL || strcmp(kf->kf_image.im_bundle.b_id,
		    id) == 0)
			break;
	return (kf);
}

/* Adds the file at path if it is the kext with the identifier. */
static bool
pool_try(struct kext_pool *kp, const char *path, const char *id)
{
	char msg[KEXT_MSG_MAX];
	struct kext_file *kf;
	size_t size;
	void *data;

	if (vfs_read_file(path, &data, &size) != 0 ||
	    pool_check(data, size, &kf, msg, sizeof(msg)) != 0)
		return (false);
	if (strcmp(kf->kf_image.im_bundle.b_id, id) != 0) {
		pool_drop(kf);
		return (false);
	}
	STAILQ_INSERT_TAIL(&kp->kp_files, kf, kf_link);
	return (true);
}

static bool
pool_is_kext(const char *name)
{
	size_t n = strlen(name);

	return (n > 5 && strcmp(name + n - 5, ".kext") == 0);
}

static bool
pool_search(struct kext_pool *kp, const char *id)
{
	char path[POOL_PATH_MAX + VFS_NAME_MAX + 2];
	uint64_t cookie = 0;
	struct kdirent *de;
	struct vnode *dp;
	bool found = false;

	if (vfs_lookup(kernproc, kp->kp_folder, true, &dp) != 0)
		return (false);
	de = kmalloc(sizeof(*de), M_WAITOK);
	while (de != NULL && !found && vfs_readdir(dp, &cookie, de) == 0) {
		if (!pool_is_kext(de->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", kp->kp_folder,
		    de->d_name);
		found = pool_try(kp, path, id);
	}
	kfree(de);
	vnode_put(dp);
	return (found);
}

struct kext_file *
kext_pool_find(struct kext_pool *kp, const char *id)
{
	struct kext_file *kf = pool_have(kp, id);

	if (kf == NULL && id != NULL && pool_search(kp, id))
		kf = pool_have(kp, id);
	return (kf);
}

bool
kext_pool_missing(struct kext_pool *kp, char *id, size_t idsize)
{
	const struct bundle *b;
	struct kext_file *kf;
	const char *lib;
	bool loaded;
	unsigned i;

	/* Files that kext_pool_find adds go to the tail: seen later. */
	STAILQ_FOREACH(kf, &kp->kp_files, kf_link) {
		b = &kf->kf_image.im_bundle;
		for (i = 0; i < b->b_nlibs; i++) {
			lib = b->b_libs[i].bl_id;
			if (kext_set_find(lib) != NULL)
				continue;
			lck_mtx_lock(&kext_lock);
			loaded = kext_find(lib) != NULL;
			lck_mtx_unlock(&kext_lock);
			if (!loaded && kext_pool_find(kp, lib) == NULL) {
				strlcpy(id, lib, idsize);
				return (true);
			}
		}
	}
	return (false);
}
