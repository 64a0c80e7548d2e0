/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Nodes of /dev that kexts make: <miscfs/devfs/devfs.h>.
 *
 * A node may clone: each opening asks a function of the kext for a minor
 * number and gives it back after the last close.  What belongs to that (struct
 * devclone) lives as long as the node or an open file; once the node is
 * removed the function is not called any more.
 */
#include <sys/errno.h>
#include <sys/proc.h>
#include <miscfs/devfs/devfs.h>
#include <libkern/libkern.h>

#include "kernel/file/devsw.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"

typedef int clone_fn_t(dev_t dev, int action);

/* L devfs_lock, I immutable */
struct devclone {
	struct gate dc_gate;
	clone_fn_t *dc_fn;		/* I */
	unsigned dc_refs;		/* L: the node and open files */
	unsigned dc_users;		/* L: calls */
	bool dc_gone;			/* L: the node is removed */
};

/* A node that a kext made; the kernel's own have none. */
struct devnode {
	LIST_ENTRY(devnode) dn_link;	/* L */
	struct vnode *dn_vp;		/* I */
	struct kext *dn_kext;		/* I: charged */
	struct devclone *dn_clone;	/* I: NULL: does not clone */
};

static LOCK_GROUP(devfs_grp, "devfs");
static lck_mtx_t devfs_lock = LCK_MTX_INITIALIZER(devfs_lock, devfs_grp);
static LIST_HEAD(, devnode) nodes = LIST_HEAD_INITIALIZER(nodes); /* L */

/* --- cloning --------------------------------------------------------------------------------- */

/* Calls the kext's function; -1 when its node is gone.  L held. */
static int
clone_call(struct devclone *dc, dev_t dev, int action)
{
	int minor;

	if (dc->dc_gone)
		return (-1);
	dc->dc_users++;
	lck_mtx_unlock(&devfs_lock);
	minor = GATE_CALL(&dc->dc_gate, dc->dc_fn, dev, action);
	lck_mtx_lock(&devfs_lock);
	if (--dc->dc_users == 0)
		wakeup(&dc->dc_users);
	return (minor);
}

/* L held. */
static void
clone_rele(struct devclone *dc)
{
	if (--dc->dc_refs == 0)
		kfree(dc);
}

errno_t
devclone_alloc(struct vnode *vp, dev_t *dev, struct devclone **out)
{
	struct devclone *dc = NULL;
	struct devnode *dn;
	errno_t error = 0;
	int minor;

	lck_mtx_lock(&devfs_lock);
	LIST_FOREACH(dn, &nodes, dn_link)
		if (dn->dn_vp == vp)
			break;
	if (dn != NULL)
		dc = dn->dn_clone;
	if (dc != NULL) {
		dc->dc_refs++;
		minor = clone_call(dc, *dev, DEVFS_CLONE_ALLOC);
		if (minor < 0) {
			error = dc->dc_gone ? ENXIO : ENOMEM;
			clone_rele(dc);
			dc = NULL;
		} else {
			*dev = makedev(major(*dev), minor);
		}
	}
	lck_mtx_unlock(&devfs_lock);
	*out = dc;
	return (error);
}

void
devclone_free(struct devclone *dc, dev_t dev)
{
	if (dc == NULL)
		return;
	lck_mtx_lock(&devfs_lock);
	(void)clone_call(dc, dev, DEVFS_CLONE_FREE);
	clone_rele(dc);
	lck_mtx_unlock(&devfs_lock);
}

/* --- nodes ------------------------------------------------------------------------------------- */

static void *
make_node(dev_t dev, int chrblk, uid_t uid, gid_t gid, int perms,
    clone_fn_t *clone, const char *fmt, va_list ap)
{
	struct devclone *dc = NULL;
	struct devnode *dn;
	struct vnode *vp;
	char name[256];

	if (chrblk != DEVFS_CHAR)
		return (NULL);
	(void)vsnprintf(name, sizeof(name), fmt, ap);
	dn = kmalloc(sizeof(*dn), M_WAITOK | M_ZERO);
	if (clone != NULL)
		dc = kmalloc(sizeof(*dc), M_WAITOK | M_ZERO);
	if (dn == NULL || (clone != NULL && dc == NULL) ||
	    devnode_make(name, (mode_t)perms, uid, gid, dev, &vp) != 0) {
		kfree(dc);
		kfree(dn);
		return (NULL);
	}
	if (dc != NULL) {
		dc->dc_fn = clone;
		dc->dc_refs = 1;
		gate_init(&dc->dc_gate, GATE_DEVICE, "device clone",
		    (const void *)clone);
	}
	dn->dn_vp = vp;
	dn->dn_clone = dc;
	dn->dn_kext = kext_charge(KRES_NODE, 1);
	lck_mtx_lock(&devfs_lock);
	LIST_INSERT_HEAD(&nodes, dn, dn_link);
	lck_mtx_unlock(&devfs_lock);
	return (vp);
}

void *
devfs_make_node(dev_t dev, int chrblk, uid_t uid, gid_t gid, int perms,
    const char *fmt, ...)
{
	va_list ap;
	void *node;

	va_start(ap, fmt);
	node = make_node(dev, chrblk, uid, gid, perms, NULL, fmt, ap);
	va_end(ap);
	return (node);
}

void *
devfs_make_node_clone(dev_t dev, int chrblk, uid_t uid, gid_t gid, int perms,
    int (*clone)(dev_t dev, int action), const char *fmt, ...)
{
	va_list ap;
	void *node;

	va_start(ap, fmt);
	node = make_node(dev, chrblk, uid, gid, perms, clone, fmt, ap);
	va_end(ap);
	return (node);
}

/* No call of the function any more.  L held. */
static void
clone_end(struct devclone *dc)
{
	bool inside = gate_inside(&dc->dc_gate);

	dc->dc_gone = true;
	while (dc->dc_users > (inside ? 1 : 0))
		(void)msleep(&dc->dc_users, &devfs_lock, PZERO, "devclone",
		    NULL);
	gate_fini(&dc->dc_gate);
	clone_rele(dc);
}

/* Removes the node vp, or (vp NULL) one of the kext; false: there is none. */
static bool
node_remove(const struct vnode *vp, const struct kext *k)
{
	struct devnode *dn;

	lck_mtx_lock(&devfs_lock);
	LIST_FOREACH(dn, &nodes, dn_link)
		if (vp != NULL ? dn->dn_vp == vp :
		    dn->dn_kext == k && (dn->dn_clone == NULL ||
		    dn->dn_clone->dc_users == 0))
			break;
	if (dn != NULL) {
		LIST_REMOVE(dn, dn_link);
		if (dn->dn_clone != NULL)
			clone_end(dn->dn_clone);
	}
	lck_mtx_unlock(&devfs_lock);
	if (dn == NULL)
		return (false);
	devnode_remove(dn->dn_vp);
	kext_uncharge(dn->dn_kext, KRES_NODE, 1);
	kfree(dn);
	return (true);
}

void
devfs_remove(void *handle)
{
	if (handle != NULL)
		(void)node_remove(handle, NULL);
}

/* `kextunload -f`: nodes of a clone function that runs are left for later. */
static void
node_revoke(struct kext *k, bool idle)
{
	(void)idle;
	while (node_remove(NULL, k))
		continue;
}
KEXT_REVOKER(node_revoke);
