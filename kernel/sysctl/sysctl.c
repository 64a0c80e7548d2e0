/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sysctl tree: registration, look-up, requests.
 *
 * Objects and their child lists are the owners' (also kexts'), in the layout
 * of <sys/sysctl.h>; what the kernel needs besides is kept in an entry of its
 * own per registered object.  A request pins the entry, lets the lock go, and
 * calls the handler through the entry's gate; unregistering takes the object
 * off its list and waits until nobody has it pinned.
 */
#include "kernel/sysctl/sysctl.h"

#include <sys/errno.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <libkern/libkern.h>
#include <string.h>

#include "kernel/file/uio.h"
#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/proc.h"
#include "kernel/sync/lock.h"

/* S sysctl_lock, I immutable */
struct sysctl_entry {
	LIST_ENTRY(sysctl_entry) se_link; /* S */
	struct sysctl_oid *se_oid;	/* I */
	struct gate se_gate;
	struct kext *se_kext;		/* I: charged */
	unsigned se_users;		/* S: requests in progress */
};

#define ENTRY_BUCKETS	64		/* power of two */

static LOCK_GROUP(sysctl_grp, "sysctl");
static lck_mtx_t sysctl_lock = LCK_MTX_INITIALIZER(sysctl_lock, sysctl_grp);
static LIST_HEAD(entry_list, sysctl_entry) entries[ENTRY_BUCKETS];

struct sysctl_oid_list sysctl__children;

static struct entry_list *
entry_bucket(const struct sysctl_oid *oid)
{
	return (&entries[((uintptr_t)oid >> 4) & (ENTRY_BUCKETS - 1)]);
}

static struct sysctl_entry *
entry_find(const struct sysctl_oid *oid)
{
	struct sysctl_entry *se;

	LIST_FOREACH(se, entry_bucket(oid), se_link) {
		if (se->se_oid == oid)
			return (se);
	}
	return (NULL);
}

/* The kernel takes an entry away on its own: `kextunload -f`. */
static void
sysctl_revoke(struct gate *g)
{
	struct sysctl_entry *se = (struct sysctl_entry *)(void *)
	    ((char *)g - offsetof(struct sysctl_entry, se_gate));

	sysctl_unregister_oid(se->se_oid);
}

/* --- registration ----------------------------------------------------------------------- */

void
sysctl_register_oid(struct sysctl_oid *oidp)
{
	struct sysctl_oid *p, *prev = NULL;
	struct sysctl_entry *se;
	int n = OID_AUTO_START;

	se = kmalloc(sizeof(*se), M_WAITOK | M_ZERO);
	if (se == NULL) {
		printf("sysctl: no memory for %s\n", oidp->oid_name);
		return;
	}
	se->se_oid = oidp;
	gate_init(&se->se_gate, GATE_SYSCTL, oidp->oid_name,
	    (const void *)oidp);
	gate_set_revoke(&se->se_gate, sysctl_revoke);
	se->se_kext = kext_charge_to(se->se_gate.g_kext, KRES_SYSCTL, 1);
	lck_mtx_lock(&sysctl_lock);
	if (entry_find(oidp) != NULL) {
		lck_mtx_unlock(&sysctl_lock);
		gate_fini(&se->se_gate);
		kext_uncharge(se->se_kext, KRES_SYSCTL, 1);
		kfree(se);
		printf("sysctl: %s is registered already\n", oidp->oid_name);
		return;
	}
	if (oidp->oid_number == OID_AUTO) {
		SLIST_FOREACH(p, oidp->oid_parent, oid_link) {
			if (p->oid_number > n)
				n = p->oid_number;
		}
		oidp->oid_number = n + 1;
	}
	/* Ascending; behind others of the same number. */
	SLIST_FOREACH(p, oidp->oid_parent, oid_link) {
		if (p->oid_number > oidp->oid_number)
			break;
		prev = p;
	}
	if (prev != NULL)
		SLIST_INSERT_AFTER(prev, oidp, oid_link);
	else
		SLIST_INSERT_HEAD(oidp->oid_parent, oidp, oid_link);
	LIST_INSERT_HEAD(entry_bucket(oidp), se, se_link);
	lck_mtx_unlock(&sysctl_lock);
}

void
sysctl_unregister_oid(struct sysctl_oid *oidp)
{
	struct sysctl_entry *se;

	lck_mtx_lock(&sysctl_lock);
	se = entry_find(oidp);
	if (se == NULL) {
		lck_mtx_unlock(&sysctl_lock);
		return;
	}
	if (gate_inside(&se->se_gate)) {
		lck_mtx_unlock(&sysctl_lock);
		printf("sysctl: %s cannot go from its own handler\n",
		    oidp->oid_name);
		return;
	}
	LIST_REMOVE(se, se_link);
	SLIST_REMOVE(oidp->oid_parent, oidp, sysctl_oid, oid_link);
	while (se->se_users > 0)
		(void)msleep(&se->se_users, &sysctl_lock, PZERO, "sysctl",
		    NULL);
	lck_mtx_unlock(&sysctl_lock);
	gate_fini(&se->se_gate);
	kext_uncharge(se->se_kext, KRES_SYSCTL, 1);
	kfree(se);
}

/* --- look-up; S held ---------------------------------------------------------------------- */

static struct sysctl_oid_list *
children_of(const struct sysctl_oid *oid)
{
	if ((oid->oid_kind & CTLTYPE) != CTLTYPE_NODE)
		return (NULL);
	return (oid->oid_arg1);
}

static struct sysctl_oid *
find_name(const char *name)
{
	struct sysctl_oid_list *list = &sysctl__children;
	struct sysctl_oid *oid = NULL;
	size_t len;

	for (;;) {
		const char *dot = strchr(name, '.');

		len = dot != NULL ? (size_t)(dot - name) : strlen(name);
		if (len == 0 || list == NULL)
			return (NULL);
		SLIST_FOREACH(oid, list, oid_link) {
			if (strncmp(oid->oid_name, name, len) == 0 &&
			    oid->oid_name[len] == '\0')
				break;
		}
		if (oid == NULL || dot == NULL)
			return (oid);
		name = dot + 1;
		list = children_of(oid);
	}
}

/*
 * Follows numbers as far as they lead; *used of them named the object, the
 * rest are for its handler.
 */
static struct sysctl_oid *
find_mib(const int *mib, unsigned n, unsigned *used)
{
	struct sysctl_oid_list *list = &sysctl__children;
	struct sysctl_oid *oid = NULL;

	for (unsigned i = 0; i < n; i++) {
		SLIST_FOREACH(oid, list, oid_link) {
			if (oid->oid_number == mib[i])
				break;
		}
		if (oid == NULL)
			return (NULL);
		*used = i + 1;
		list = children_of(oid);
		if (list == NULL || oid->oid_handler != NULL)
			break;
	}
	return (oid);
}

/* --- requests ------------------------------------------------------------------------------- */

static int
copy_old(struct sysctl_req *req, const void *p, size_t len)
{
	size_t room, n;

	if (req->oldptr != 0) {
		room = req->oldidx < req->oldlen ? req->oldlen - req->oldidx :
		    0;
		n = MIN(len, room);
		if (n > 0)
			memcpy((char *)(uintptr_t)req->oldptr + req->oldidx, p,
			    n);
		req->oldidx += len;
		return (n < len ? ENOMEM : 0);
	}
	req->oldidx += len;
	return (0);
}

static int
copy_new(struct sysctl_req *req, void *p, size_t len)
{
	if (req->newptr == 0)
		return (0);
	if (req->newlen - req->newidx < len)
		return (EINVAL);
	memcpy(p, (const char *)(uintptr_t)req->newptr + req->newidx, len);
	req->newidx += len;
	return (0);
}

static errno_t
may_write(struct proc *p, const struct sysctl_oid *oid)
{
	if ((oid->oid_kind & CTLFLAG_WR) == 0)
		return (EPERM);
	if ((oid->oid_kind & CTLFLAG_ANYBODY) != 0)
		return (0);
	return (proc_suser(p));
}

/* Calls the handler of oid; S held on entry, released on return. */
static errno_t
perform(struct proc *p, struct sysctl_oid *oid, void *arg1, int arg2,
    void *old, size_t *oldlen, const void *new, size_t newlen)
{
	struct sysctl_req req = {
		.p = p,
		.oldptr = (user_addr_t)(uintptr_t)old,
		.oldlen = oldlen != NULL ? *oldlen : 0,
		.oldfunc = copy_old,
		.newptr = (user_addr_t)(uintptr_t)new,
		.newlen = newlen,
		.newfunc = copy_new,
	};
	struct sysctl_entry *se = entry_find(oid);
	errno_t error = 0;

	if (se == NULL)
		error = ENOENT;
	else if (oid->oid_handler == NULL)
		error = (oid->oid_kind & CTLTYPE) == CTLTYPE_NODE ? EISDIR :
		    EINVAL;
	else if (new != NULL)
		error = may_write(p, oid);
	if (error != 0) {
		lck_mtx_unlock(&sysctl_lock);
		return (error);
	}
	se->se_users++;
	lck_mtx_unlock(&sysctl_lock);
	error = GATE_CALL(&se->se_gate, oid->oid_handler, oid, arg1, arg2,
	    &req);
	lck_mtx_lock(&sysctl_lock);
	if (--se->se_users == 0)
		wakeup(&se->se_users);
	lck_mtx_unlock(&sysctl_lock);
	if (oldlen != NULL && (error == 0 || error == ENOMEM))
		*oldlen = error == 0 || old == NULL ? req.oldidx :
		    MIN(req.oldidx, req.oldlen);
	return (error);
}

errno_t
sysctl_by_name(struct proc *p, const char *name, void *old, size_t *oldlen,
    const void *new, size_t newlen)
{
	struct sysctl_oid *oid;

	lck_mtx_lock(&sysctl_lock);
	oid = find_name(name);
	if (oid == NULL) {
		lck_mtx_unlock(&sysctl_lock);
		return (ENOENT);
	}
	return (perform(p, oid, oid->oid_arg1, oid->oid_arg2, old, oldlen, new,
	    newlen));
}

errno_t
sysctl_by_mib(struct proc *p, const int *mib, unsigned n, void *old,
    size_t *oldlen, const void *new, size_t newlen)
{
	struct sysctl_oid *oid;
	unsigned used = 0;
	void *arg1;
	int arg2;

	if (n == 0 || n > CTL_MAXNAME)
		return (EINVAL);
	lck_mtx_lock(&sysctl_lock);
	oid = find_mib(mib, n, &used);
	if (oid == NULL || (used < n &&
	    (oid->oid_kind & CTLTYPE) != CTLTYPE_NODE)) {
		lck_mtx_unlock(&sysctl_lock);
		return (oid == NULL ? ENOENT : ENOTDIR);
	}
	arg1 = oid->oid_arg1;
	arg2 = oid->oid_arg2;
	if ((oid->oid_kind & CTLTYPE) == CTLTYPE_NODE) {
		/* A node's handler gets the rest of the numbers. */
		arg1 = (void *)(uintptr_t)(mib + used);
		arg2 = (int)(n - used);
	}
	return (perform(p, oid, arg1, arg2, old, oldlen, new, newlen));
}

int
sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp,
    size_t newlen)
{
	return (sysctl_by_name(kernproc, name, oldp, oldlenp, newp, newlen));
}

static errno_t
check_pointers(void *old, size_t *oldlen, const void *new, size_t newlen)
{
	if ((oldlen != NULL && !user_writable(oldlen, sizeof(*oldlen))) ||
	    (old != NULL && oldlen == NULL) ||
	    (old != NULL && !user_writable(old, *oldlen)) ||
	    (new != NULL && !user_readable(new, newlen)))
		return (EFAULT);
	return (0);
}

errno_t
sys_sysctl(struct proc *p, const int *mib, unsigned n, void *old,
    size_t *oldlen, const void *new, size_t newlen)
{
	errno_t error;

	if (n > CTL_MAXNAME)
		return (EINVAL);
	if (!user_readable(mib, n * sizeof(*mib)))
		return (EFAULT);
	error = check_pointers(old, oldlen, new, newlen);
	return (error != 0 ? error :
	    sysctl_by_mib(p, mib, n, old, oldlen, new, newlen));
}

errno_t
sys_sysctlbyname(struct proc *p, const char *name, void *old, size_t *oldlen,
    const void *new, size_t newlen)
{
	errno_t error = user_string(name, SYSCTL_NAME_MAX);

	if (error == 0)
		error = check_pointers(old, oldlen, new, newlen);
	return (error != 0 ? error :
	    sysctl_by_name(p, name, old, oldlen, new, newlen));
}

/* --- listing ---------------------------------------------------------------------------------- */

struct listing {
	struct sysctl_info *li_info;	/* NULL: only count */
	size_t li_max, li_n;
	char li_name[SYSCTL_NAME_MAX];
};

static void
list_one(struct listing *li, const struct sysctl_oid *oid)
{
	struct sysctl_info *si;

	if (li->li_n < li->li_max) {
		si = &li->li_info[li->li_n];
		strlcpy(si->si_name, li->li_name, sizeof(si->si_name));
		si->si_kind = oid->oid_kind;
		strlcpy(si->si_fmt, oid->oid_fmt != NULL ? oid->oid_fmt : "",
		    sizeof(si->si_fmt));
		strlcpy(si->si_descr, oid->oid_descr != NULL ? oid->oid_descr :
		    "", sizeof(si->si_descr));
	}
	li->li_n++;
}

/* Walks below list, li_name being its path; nodes are at most 12 deep. */
static void
list_walk(struct listing *li, struct sysctl_oid_list *list, unsigned depth)
{
	size_t len = strlen(li->li_name);
	struct sysctl_oid *oid;

	if (list == NULL || depth > CTL_MAXNAME)
		return;
	SLIST_FOREACH(oid, list, oid_link) {
		if ((oid->oid_kind & CTLFLAG_MASKED) != 0)
			continue;
		(void)snprintf(li->li_name + len, sizeof(li->li_name) - len,
		    "%s%s", len > 0 ? "." : "", oid->oid_name);
		if ((oid->oid_kind & CTLTYPE) == CTLTYPE_NODE)
			list_walk(li, oid->oid_arg1, depth + 1);
		else
			list_one(li, oid);
		li->li_name[len] = '\0';
	}
}

static errno_t
list_from(struct listing *li, const char *prefix)
{
	struct sysctl_oid *oid;

	li->li_n = 0;
	strlcpy(li->li_name, prefix, sizeof(li->li_name));
	if (prefix[0] == '\0') {
		list_walk(li, &sysctl__children, 0);
		return (0);
	}
	oid = find_name(prefix);
	if (oid == NULL)
		return (ENOENT);
	if ((oid->oid_kind & CTLTYPE) == CTLTYPE_NODE)
		list_walk(li, oid->oid_arg1, 1);
	else
		list_one(li, oid);
	return (0);
}

errno_t
sysctl_list(const char *prefix, struct sysctl_info **out, size_t *n)
{
	struct listing li = { .li_max = 0 };
	errno_t error;

	do {
		kfree(li.li_info);
		li.li_info = NULL;
		li.li_max = 0;		/* only count */
		lck_mtx_lock(&sysctl_lock);
		error = list_from(&li, prefix);
		lck_mtx_unlock(&sysctl_lock);
		if (error != 0)
			return (error);
		li.li_max = li.li_n + 8;
		li.li_info = kmalloc(li.li_max * sizeof(*li.li_info),
		    M_WAITOK);
		if (li.li_info == NULL)
			return (ENOMEM);
		lck_mtx_lock(&sysctl_lock);
		error = list_from(&li, prefix);
		lck_mtx_unlock(&sysctl_lock);
		if (error != 0) {
			kfree(li.li_info);
			return (error);
		}
	} while (li.li_n > li.li_max);
	*out = li.li_info;
	*n = li.li_n;
	return (0);
}

static bool
check_list(struct sysctl_oid_list *list, unsigned depth)
{
	struct sysctl_oid *oid, *prev = NULL;

	SLIST_FOREACH(oid, list, oid_link) {
		if (oid->oid_parent != list || entry_find(oid) == NULL ||
		    (prev != NULL && prev->oid_number > oid->oid_number))
			return (false);
		if (depth < CTL_MAXNAME && children_of(oid) != NULL &&
		    !check_list(children_of(oid), depth + 1))
			return (false);
		prev = oid;
	}
	return (true);
}

bool
sysctl_check(void)
{
	bool ok;

	lck_mtx_lock(&sysctl_lock);
	ok = check_list(&sysctl__children, 0);
	lck_mtx_unlock(&sysctl_lock);
	return (ok);
}
