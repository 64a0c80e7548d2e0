/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Authorisation scopes that kexts make: kauth_register_scope,
 * kauth_deregister_scope and kauth_authorize_action of <sys/kauth.h>.
 *
 * A scope has a name, an opinion of its own, and the listeners that asked for
 * the name (kauth.c); it does not know them, so either may come first.  A
 * scope that ends waits for those who ask it, except from inside its own
 * callback; then the last one out frees it.
 */
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/queue.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/proc/kauth.h"
#include "kernel/sync/lock.h"

/* S scope_lock, I immutable */
struct kauth_scope {
	LIST_ENTRY(kauth_scope) ks_link; /* S */
	char ks_name[KAUTH_NAME_MAX];	/* I */
	kauth_scope_callback_t ks_callback; /* I: NULL: no opinion */
	void *ks_data;			/* I */
	struct gate ks_gate;
	unsigned ks_users;		/* S: being asked */
	bool ks_gone;			/* S */
	bool ks_waited;			/* S: who ended it waits and frees */
};

static LOCK_GROUP(scope_grp, "kauth scope");
static lck_mtx_t scope_lock = LCK_MTX_INITIALIZER(scope_lock, scope_grp);
static LIST_HEAD(, kauth_scope) scopes = LIST_HEAD_INITIALIZER(scopes); /* S */

/* S held. */
static bool
name_taken(const char *name)
{
	struct kauth_scope *ks;

	LIST_FOREACH(ks, &scopes, ks_link) {
		if (strcmp(ks->ks_name, name) == 0)
			return (true);
	}
	return (false);
}

static void
scope_free(struct kauth_scope *ks)
{
	gate_fini(&ks->ks_gate);
	kfree(ks);
}

/* `kextunload -f`: one that is being asked is left for the next round. */
static void
scope_revoke(struct gate *g)
{
	struct kauth_scope *ks = (struct kauth_scope *)(void *)
	    ((char *)g - offsetof(struct kauth_scope, ks_gate));

	if (ks->ks_users == 0 && !ks->ks_gone)
		kauth_deregister_scope(ks);
}

kauth_scope_t
kauth_register_scope(const char *identifier, kauth_scope_callback_t callback,
    void *idata)
{
	struct kauth_scope *ks;
	bool taken;

	if (kauth_scope_id(identifier) != KSCOPE_COUNT)
		return (NULL);
	ks = kmalloc(sizeof(*ks), M_WAITOK | M_ZERO);
	if (ks == NULL)
		return (NULL);
	strlcpy(ks->ks_name, identifier, sizeof(ks->ks_name));
	ks->ks_callback = callback;
	ks->ks_data = idata;
	gate_init(&ks->ks_gate, GATE_KAUTH, "kauth scope",
	    (const void *)callback);
	gate_set_revoke_again(&ks->ks_gate, scope_revoke);
	lck_mtx_lock(&scope_lock);
	taken = name_taken(ks->ks_name);
	if (!taken)
		LIST_INSERT_HEAD(&scopes, ks, ks_link);
	lck_mtx_unlock(&scope_lock);
	if (!taken)
		return (ks);
	scope_free(ks);
	return (NULL);
}

void
kauth_deregister_scope(kauth_scope_t ks)
{
	bool inside = gate_inside(&ks->ks_gate);

	lck_mtx_lock(&scope_lock);
	KASSERT(!ks->ks_gone, ("kauth_deregister_scope: %p is gone", ks));
	LIST_REMOVE(ks, ks_link);
	ks->ks_gone = true;
	if (!inside) {
		ks->ks_waited = true;
		while (ks->ks_users > 0)
			(void)msleep(&ks->ks_users, &scope_lock, PZERO,
			    "kauthscope", NULL);
	}
	lck_mtx_unlock(&scope_lock);
	if (!inside)
		scope_free(ks);
}

/* What the scope itself thinks. */
static int
ask_scope(struct kauth_scope *ks, kauth_cred_t cred, kauth_action_t action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	bool last;
	int res;

	if (ks->ks_callback == NULL)
		return (KAUTH_RESULT_DEFER);
	lck_mtx_lock(&scope_lock);
	ks->ks_users++;
	lck_mtx_unlock(&scope_lock);
	res = GATE_CALL(&ks->ks_gate, ks->ks_callback, cred, ks->ks_data,
	    action, a0, a1, a2, a3);
	lck_mtx_lock(&scope_lock);
	last = --ks->ks_users == 0 && ks->ks_gone;
	if (last && ks->ks_waited) {
		wakeup(&ks->ks_users);
		last = false;
	}
	lck_mtx_unlock(&scope_lock);
	if (last)
		scope_free(ks);
	return (res);
}

int
kauth_authorize_action(kauth_scope_t ks, kauth_cred_t cred,
    kauth_action_t action, uintptr_t a0, uintptr_t a1, uintptr_t a2,
    uintptr_t a3)
{
	char name[KAUTH_NAME_MAX];
	int own, others;

	memcpy(name, ks->ks_name, sizeof(name));
	own = ask_scope(ks, cred, action, a0, a1, a2, a3);
	if (own == KAUTH_RESULT_DENY)
		return (EPERM);
	others = kauth_ask_named(name, cred, action, a0, a1, a2, a3);
	if (others == KAUTH_RESULT_DENY)
		return (EPERM);
	return (own == KAUTH_RESULT_ALLOW || others == KAUTH_RESULT_ALLOW ? 0 :
	    EPERM);
}
