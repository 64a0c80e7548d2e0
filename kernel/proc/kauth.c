/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authorisation listeners: kauth_listen_scope and kauth_unlisten_scope of
 * <sys/kauth.h>.
 *
 * What the kernel asks: the process scope when a program sends a signal, and
 * the file operation scope (notifications only) when programs open, close,
 * rename or delete files.  Listeners of other scopes wait for a kext that
 * makes the scope (kauth_scope.c); those of the generic and the vnode scope
 * are remembered and never called.
 *
 * Removing a listener waits for its running callback, except from inside the
 * callback itself; then the last one out frees it.  It keeps its place in the
 * list until nobody is inside, so that a walk that stands at it goes on.
 */
#include "kernel/proc/kauth.h"

#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"

/* K kauth_lock, I immutable */
struct kauth_listener {
	TAILQ_ENTRY(kauth_listener) kl_link; /* K */
	char kl_name[KAUTH_NAME_MAX];	/* I */
	int kl_scope;			/* I: KSCOPE_COUNT for an unknown one */
	kauth_scope_callback_t kl_callback; /* I */
	void *kl_data;			/* I */
	struct gate kl_gate;
	unsigned kl_users;		/* K: callbacks running */
	bool kl_gone;			/* K */
	bool kl_waited;			/* K: the remover waits and frees */
};

static LOCK_GROUP(kauth_grp, "kauth");
static lck_mtx_t kauth_lock = LCK_MTX_INITIALIZER(kauth_lock, kauth_grp);
static TAILQ_HEAD(, kauth_listener) listeners =
    TAILQ_HEAD_INITIALIZER(listeners);	/* K */
static unsigned count[KSCOPE_COUNT + 1]; /* a */

int
kauth_scope_id(const char *name)
{
	static const char *const names[KSCOPE_COUNT] = {
		[KSCOPE_GENERIC] = KAUTH_SCOPE_GENERIC,
		[KSCOPE_PROCESS] = KAUTH_SCOPE_PROCESS,
		[KSCOPE_FILEOP] = KAUTH_SCOPE_FILEOP,
		[KSCOPE_VNODE] = KAUTH_SCOPE_VNODE,
	};

	for (int i = 0; i < KSCOPE_COUNT; i++) {
		if (strcmp(name, names[i]) == 0)
			return (i);
	}
	return (KSCOPE_COUNT);
}

/*
 * The kernel takes a listener away on its own: `kextunload -f`.  One that is
 * being asked now is left for the next round.
 */
static void
kauth_revoke(struct gate *g)
{
	struct kauth_listener *kl = (struct kauth_listener *)(void *)
	    ((char *)g - offsetof(struct kauth_listener, kl_gate));

	if (kl->kl_users == 0 && !kl->kl_gone)
		kauth_unlisten_scope(kl);
}

kauth_listener_t
kauth_listen_scope(const char *identifier, kauth_scope_callback_t callback,
    void *idata)
{
	struct kauth_listener *kl = kmalloc(sizeof(*kl), M_WAITOK | M_ZERO);

	if (kl == NULL)
		return (NULL);
	strlcpy(kl->kl_name, identifier, sizeof(kl->kl_name));
	kl->kl_scope = kauth_scope_id(identifier);
	kl->kl_callback = callback;
	kl->kl_data = idata;
	gate_init(&kl->kl_gate, GATE_KAUTH, "kauth listener",
	    (const void *)callback);
	gate_set_revoke_again(&kl->kl_gate, kauth_revoke);
	lck_mtx_lock(&kauth_lock);
	TAILQ_INSERT_TAIL(&listeners, kl, kl_link);
	count[kl->kl_scope]++;
	lck_mtx_unlock(&kauth_lock);
	return (kl);
}

static void
listener_free(struct kauth_listener *kl)
{
	gate_fini(&kl->kl_gate);
	kfree(kl);
}

void
kauth_unlisten_scope(kauth_listener_t kl)
{
	bool inside = gate_inside(&kl->kl_gate);

	lck_mtx_lock(&kauth_lock);
	KASSERT(!kl->kl_gone, ("kauth_unlisten_scope: %p is gone", kl));
	count[kl->kl_scope]--;
	kl->kl_gone = true;
	if (!inside) {
		kl->kl_waited = true;
		while (kl->kl_users > 0)
			(void)msleep(kl, &kauth_lock, PZERO, "kauth", NULL);
		TAILQ_REMOVE(&listeners, kl, kl_link);
	}
	lck_mtx_unlock(&kauth_lock);
	if (!inside)
		listener_free(kl);
}

bool
kauth_listened(enum kauth_scope_id scope)
{
	return (count[scope] != 0);
}

/*
 * The listener after kl (NULL: the first) of a scope, pinned; scopes that the
 * kernel does not know differ by their name.  K held.
 */
static struct kauth_listener *
next_listener(struct kauth_listener *kl, int scope, const char *name)
{
	kl = kl == NULL ? TAILQ_FIRST(&listeners) : TAILQ_NEXT(kl, kl_link);
	while (kl != NULL && (kl->kl_scope != scope || kl->kl_gone ||
	    (scope == KSCOPE_COUNT && strcmp(kl->kl_name, name) != 0)))
		kl = TAILQ_NEXT(kl, kl_link);
	if (kl != NULL)
		kl->kl_users++;
	return (kl);
}

/* Unpins; true when kl has left the list for the caller to free.  K held. */
static bool
listener_leave(struct kauth_listener *kl)
{
	if (--kl->kl_users > 0 || !kl->kl_gone)
		return (false);
	if (kl->kl_waited) {
		wakeup(kl);
		return (false);
	}
	TAILQ_REMOVE(&listeners, kl, kl_link);
	return (true);
}

/* What the listeners of a scope say together. */
static int
ask_listeners(int scope, const char *name, kauth_cred_t cred, int action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	struct kauth_listener *kl, *next;
	bool deny = false, allow = false, dead;
	int res;

	lck_mtx_lock(&kauth_lock);
	kl = next_listener(NULL, scope, name);
	while (kl != NULL) {
		lck_mtx_unlock(&kauth_lock);
		res = GATE_CALL(&kl->kl_gate, kl->kl_callback, cred,
		    kl->kl_data, action, a0, a1, a2, a3);
		deny |= res == KAUTH_RESULT_DENY;
		allow |= res == KAUTH_RESULT_ALLOW;
		lck_mtx_lock(&kauth_lock);
		next = next_listener(kl, scope, name);
		dead = listener_leave(kl);
		if (dead) {
			lck_mtx_unlock(&kauth_lock);
			listener_free(kl);
			lck_mtx_lock(&kauth_lock);
		}
		kl = next;
	}
	lck_mtx_unlock(&kauth_lock);
	return (deny ? KAUTH_RESULT_DENY : allow ? KAUTH_RESULT_ALLOW :
	    KAUTH_RESULT_DEFER);
}

errno_t
kauth_ask(enum kauth_scope_id scope, kauth_cred_t cred, int action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3, errno_t dflt)
{
	int res;

	if (!kauth_listened(scope))
		return (dflt);
	res = ask_listeners((int)scope, NULL, cred, action, a0, a1, a2, a3);
	if (scope == KSCOPE_FILEOP)
		return (0);
	return (res == KAUTH_RESULT_DENY ? EPERM :
	    res == KAUTH_RESULT_ALLOW ? 0 : dflt);
}

int
kauth_ask_named(const char *name, kauth_cred_t cred, int action, uintptr_t a0,
    uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	return (ask_listeners(KSCOPE_COUNT, name, cred, action, a0, a1, a2,
	    a3));
}
