/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket filters: registry and the life of instances.  See sflt.h.
 *
 * An instance is dying from the moment it is detached: hook_detach takes it
 * out of the socket's list, and when its last callback has returned the
 * hook list releases it to sflt_hook_release().  There it gets a reference
 * on its socket and goes to the clean-up queue; sf_detach, the drop of its
 * count on the filter and, with the last one, sf_unregistered all happen
 * in entry_finish(), the only end an instance has.  The socket's own end
 * (no references left, so none can be taken) calls it directly.
 */
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <string.h>
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/socket/domain.h"
#include "net/socket/sflt_internal.h"
#include "net/socket/socketvar.h"

static LOCK_GROUP(sflt_grp, "socket filters");
static lck_mtx_t sflt_lock = LCK_MTX_INITIALIZER(sflt_lock, sflt_grp);
static TAILQ_HEAD(, socket_filter) filters = TAILQ_HEAD_INITIALIZER(filters);
static TAILQ_HEAD(, sflt_entry) cleanup = TAILQ_HEAD_INITIALIZER(cleanup);
static uint64_t sflt_serial;			/* L */
static struct kmem_cache *entry_cache;

static void	sflt_hook_release(struct hook_entry *he);

void
sflt_init(void)
{
	if (entry_cache == NULL)
		entry_cache = kmem_cache_create("socket filter instance",
		    sizeof(struct sflt_entry), 0, 0);
	VERIFY(entry_cache != NULL);
}

void
sflt_initsock(struct __socket *so)
{
	hook_list_init(&so->so_filt.sl_hooks, sflt_hook_release);
	LIST_INIT(&so->so_filt.sl_entries);
}

/* --- ends ------------------------------------------------------------------------- */

/* Drops one count on a filter; the last runs sf_unregistered. */
static void
filter_rele(struct socket_filter *f)
{
	bool last;

	lck_mtx_lock(&sflt_lock);
	KASSERT(f->sf_refs > 0, ("filter_rele"));
	last = --f->sf_refs == 0;
	lck_mtx_unlock(&sflt_lock);
	if (!last)
		return;
	KASSERT(f->sf_dead && LIST_EMPTY(&f->sf_entries), ("filter_rele"));
	if (f->sf.sf_unregistered != NULL)
		GATE_VOID(&f->sf_gate, f->sf.sf_unregistered, f->sf.sf_handle);
	gate_fini(&f->sf_gate);
	kext_uncharge(f->sf_kext, KRES_SFLT, 1);
	kfree(f);
}

/* The end of an instance that is on no list of hooks; no lock held. */
static void
entry_finish(struct sflt_entry *se, bool detach)
{
	struct socket_filter *f = se->se_filter;

	if (detach)
		GATE_VOID(&f->sf_gate, f->sf.sf_detach, se->se_cookie,
		    se->se_so);
	lck_mtx_lock(&sflt_lock);
	LIST_REMOVE(se, se_solink);
	LIST_REMOVE(se, se_filterlink);
	lck_mtx_unlock(&sflt_lock);
	kmem_cache_free(entry_cache, se);
	filter_rele(f);
}

/*
 * An instance without callbacks goes to the clean-up thread with a
 * reference on its socket; false when the socket is being freed.
 */
static bool
entry_queue(struct sflt_entry *se)
{
	if (!so_tryref(se->se_so))
		return (false);
	lck_mtx_lock(&sflt_lock);
	TAILQ_INSERT_TAIL(&cleanup, se, se_cleanup);
	lck_mtx_unlock(&sflt_lock);
	wakeup(&cleanup);
	return (true);
}

static void
sflt_hook_release(struct hook_entry *he)
{
	struct sflt_entry *se = hook_to_entry(he);

	if (!entry_queue(se))
		entry_finish(se, true);
}

bool
sflt_cleanup_pending(void)
{
	return (!TAILQ_EMPTY(&cleanup));
}

void *
sflt_cleanup_chan(void)
{
	return (&cleanup);
}

void
sflt_cleanup_run(void)
{
	struct sflt_entry *se;
	struct __socket *so;

	for (;;) {
		lck_mtx_lock(&sflt_lock);
		se = TAILQ_FIRST(&cleanup);
		if (se != NULL)
			TAILQ_REMOVE(&cleanup, se, se_cleanup);
		lck_mtx_unlock(&sflt_lock);
		if (se == NULL)
			break;
		so = se->se_so;
		entry_finish(se, true);
		so_rele(so);
	}
}

/* Marks an instance detached; the caller then unhooks it.  sflt_lock held. */
static bool
entry_mark(struct sflt_entry *se)
{
	switch (se->se_state) {
	case SE_ATTACHING:
		se->se_want_detach = true;
		return (false);
	case SE_LIVE:
		se->se_state = SE_DETACHED;
		return (true);
	case SE_DETACHED:
	case SE_FAILED:
		return (false);
	}
	return (false);
}

void
sflt_termsock(struct __socket *so)
{
	struct sflt_entry *se;

	/* Marking keeps a concurrent unregister from touching them. */
	lck_mtx_lock(&sflt_lock);
	LIST_FOREACH(se, &so->so_filt.sl_entries, se_solink) {
		KASSERT(se->se_state == SE_LIVE, ("sflt_termsock: state %d",
		    se->se_state));
		se->se_state = SE_DETACHED;
	}
	lck_mtx_unlock(&sflt_lock);
	hook_detach_all(&so->so_filt.sl_hooks);
	KASSERT(LIST_EMPTY(&so->so_filt.sl_entries),
	    ("sflt_termsock: instances left"));
	hook_list_fini(&so->so_filt.sl_hooks);
}

/* --- attach ------------------------------------------------------------------------ */

/*
 * Puts filter f on the socket.  The caller has a count on f for the
 * instance, which is used up in every case.
 */
static errno_t
entry_attach(struct __socket *so, struct socket_filter *f,
    struct sflt_entry **out)
{
	struct sflt_entry *se, *o;
	bool unhook = false;
	errno_t error = 0;

	se = kmem_cache_alloc(entry_cache, M_WAITOK | M_ZERO);
	if (se == NULL) {
		filter_rele(f);
		return (ENOMEM);
	}
	se->se_so = so;
	se->se_filter = f;
	se->se_state = SE_ATTACHING;
	se->se_hook.he_kinds = SFK_OTHER |
	    (f->sf.sf_data_in != NULL ? SFK_DATA_IN : 0) |
	    (f->sf.sf_data_out != NULL ? SFK_DATA_OUT : 0);
	lck_mtx_lock(&sflt_lock);
	LIST_FOREACH(o, &so->so_filt.sl_entries, se_solink) {
		if (o->se_filter->sf.sf_handle == f->sf.sf_handle) {
			error = EEXIST;
			break;
		}
	}
	if (error == 0) {
		LIST_INSERT_HEAD(&so->so_filt.sl_entries, se, se_solink);
		LIST_INSERT_HEAD(&f->sf_entries, se, se_filterlink);
	}
	lck_mtx_unlock(&sflt_lock);
	if (error != 0) {
		kmem_cache_free(entry_cache, se);
		filter_rele(f);
		return (error);
	}
	error = GATE_CALL(&f->sf_gate, f->sf.sf_attach, &se->se_cookie, so);
	if (error != 0) {
		entry_finish(se, false);
		return (error);
	}
	lck_mtx_lock(&sflt_lock);
	if (se->se_want_detach || f->sf_dead) {
		se->se_state = SE_DETACHED;
		unhook = true;
	} else {
		se->se_state = SE_LIVE;
		(void)hook_attach(&so->so_filt.sl_hooks, &se->se_hook,
		    HOOK_HEAD);
	}
	lck_mtx_unlock(&sflt_lock);
	if (unhook) {
		if (!entry_queue(se))
			entry_finish(se, true);
		return (0);
	}
	if (out != NULL)
		*out = se;
	return (0);
}

/* The first global filter registered after that; sflt_lock held. */
static struct socket_filter *
filter_after(struct protosw *pp, uint64_t serial)
{
	struct socket_filter *f;

	TAILQ_FOREACH(f, &pp->pr_filters, sf_global) {
		if (f->sf_serial > serial)
			return (f);
	}
	return (NULL);
}

/*
 * In registration order; each goes to the head.  The list may change while a
 * callback runs, so the next one is looked for by its age.
 */
void
sflt_attach_globals(struct __socket *so)
{
	struct protosw *pp = so->so_proto;
	struct socket_filter *f, *prev = NULL;

	if (__atomic_load_n(&pp->pr_nfilters, __ATOMIC_RELAXED) == 0)
		return;
	lck_mtx_lock(&sflt_lock);
	f = TAILQ_FIRST(&pp->pr_filters);
	while (f != NULL) {
		f->sf_refs += 2;	/* the instance's, and ours */
		lck_mtx_unlock(&sflt_lock);
		if (prev != NULL)
			filter_rele(prev);
		(void)entry_attach(so, f, NULL);
		prev = f;
		lck_mtx_lock(&sflt_lock);
		f = filter_after(pp, prev->sf_serial);
	}
	lck_mtx_unlock(&sflt_lock);
	if (prev != NULL)
		filter_rele(prev);
}

/* --- registry ---------------------------------------------------------------------- */

static struct socket_filter *
filter_find(sflt_handle handle)
{
	struct socket_filter *f;

	TAILQ_FOREACH(f, &filters, sf_link) {
		if (f->sf.sf_handle == handle)
			return (f);
	}
	return (NULL);
}

/* sf_len bytes of the extended part, no more than we know. */
static void
filter_copy(struct sflt_filter *to, const struct sflt_filter *from)
{
	size_t base = __builtin_offsetof(struct sflt_filter, sf_ext);
	size_t ext;

	memset(to, 0, sizeof(*to));
	memcpy(to, from, base);
	if ((from->sf_flags & SFLT_EXTENDED) == 0)
		return;
	ext = from->sf_len;
	if (ext > sizeof(from->sf_ext))
		ext = sizeof(from->sf_ext);
	memcpy(&to->sf_ext, &from->sf_ext, ext);
}

/* Where the socket is now, as the one event a late filter gets; 0 = none. */
static sflt_event_t
sflt_state_event(struct __socket *so)
{
	unsigned state = so->so_state;

	if ((state & SS_ISCONNECTING) != 0)
		return (sock_evt_connecting);
	if ((state & SS_ISCONNECTED) != 0)
		return (sock_evt_connected);
	if ((state & SS_ISDISCONNECTING) != 0)
		return (sock_evt_disconnecting);
	if ((state & SS_ISDISCONNECTED) != 0)
		return (sock_evt_disconnected);
	if ((state & SS_CANTSENDMORE) != 0)
		return (sock_evt_cantsendmore);
	if ((state & SS_CANTRCVMORE) != 0)
		return (sock_evt_cantrecvmore);
	return (0);
}

/* SFLT_EXTENDED_REGISTRY: sockets that exist already get it too. */
static bool
sflt_attach_existing(struct __socket *so, void *arg)
{
	struct socket_filter *f = arg;
	struct sflt_entry *se = NULL;
	sflt_event_t ev;

	if (so->so_proto != f->sf_proto || (so->so_state & SS_CLOSED) != 0)
		return (true);
	lck_mtx_lock(&sflt_lock);
	f->sf_refs++;
	lck_mtx_unlock(&sflt_lock);
	if (entry_attach(so, f, &se) != 0 || se == NULL)
		return (true);
	ev = sflt_state_event(so);
	if (ev != 0 && f->sf.sf_notify != NULL &&
	    hook_enter(&so->so_filt.sl_hooks, &se->se_hook)) {
		GATE_VOID(&f->sf_gate, f->sf.sf_notify, se->se_cookie, so, ev,
		    NULL);
		hook_leave(&so->so_filt.sl_hooks, &se->se_hook);
	}
	return (true);
}

/* The kernel takes a filter away on its own: `kextunload -f`. */
static void
sflt_revoke(struct gate *g)
{
	struct socket_filter *f = (struct socket_filter *)(void *)
	    ((char *)g - offsetof(struct socket_filter, sf_gate));

	(void)sflt_unregister(f->sf.sf_handle);
}

errno_t
sflt_register(const struct sflt_filter *filter, int domain, int type,
    int protocol)
{
	struct socket_filter *f;
	struct protosw *pp;
	bool global, existing;

	if (domain != PF_INET && domain != PF_INET6)
		return (ENOTSUP);
	pp = pffindproto(domain, protocol, type);
	if (pp == NULL || (protocol == 0 && type != SOCK_RAW))
		return (ENOENT);
	if (filter == NULL || filter->sf_attach == NULL ||
	    filter->sf_detach == NULL || filter->sf_handle == 0 ||
	    filter->sf_name == NULL)
		return (EINVAL);
	f = kmalloc(sizeof(*f), M_WAITOK | M_ZERO);
	if (f == NULL)
		return (ENOBUFS);
	filter_copy(&f->sf, filter);
	f->sf_proto = pp;
	f->sf_refs = 2;			/* registration, and this function */
	LIST_INIT(&f->sf_entries);
	gate_init(&f->sf_gate, GATE_SFLT, f->sf.sf_name,
	    (const void *)f->sf.sf_attach);
	gate_set_revoke(&f->sf_gate, sflt_revoke);
	f->sf_kext = kext_charge_to(f->sf_gate.g_kext, KRES_SFLT, 1);
	global = (f->sf.sf_flags & SFLT_GLOBAL) != 0;
	existing = global && (f->sf.sf_flags & SFLT_EXTENDED) != 0 &&
	    (f->sf.sf_flags & SFLT_EXTENDED_REGISTRY) != 0 &&
	    (type == SOCK_STREAM || type == SOCK_DGRAM);

	lck_mtx_lock(&sflt_lock);
	if (filter_find(f->sf.sf_handle) != NULL) {
		lck_mtx_unlock(&sflt_lock);
		gate_fini(&f->sf_gate);
		kext_uncharge(f->sf_kext, KRES_SFLT, 1);
		kfree(f);
		return (EEXIST);
	}
	f->sf_serial = ++sflt_serial;
	TAILQ_INSERT_TAIL(&filters, f, sf_link);
	if (global) {
		TAILQ_INSERT_TAIL(&pp->pr_filters, f, sf_global);
		__atomic_fetch_add(&pp->pr_nfilters, 1, __ATOMIC_RELAXED);
	}
	lck_mtx_unlock(&sflt_lock);
	if (existing)
		so_foreach(sflt_attach_existing, f);
	filter_rele(f);
	return (0);
}

/* The name the system's own parts use. */
errno_t sflt_register_internal(const struct sflt_filter *filter, int domain,
    int type, int protocol)
    __attribute__((alias("sflt_register")));

/*
 * Takes the instances off one at a time: each needs its hook list, which
 * must not be entered with sflt_lock held, because the release takes it.
 */
static void
filter_detach_all(struct socket_filter *f)
{
	struct sflt_entry *se;
	struct __socket *so;

	for (;;) {
		lck_mtx_lock(&sflt_lock);
		LIST_FOREACH(se, &f->sf_entries, se_filterlink) {
			so = se->se_so;
			if (se->se_state == SE_LIVE && so_tryref(so)) {
				(void)entry_mark(se);
				break;
			}
			if (se->se_state == SE_ATTACHING)
				(void)entry_mark(se);
		}
		lck_mtx_unlock(&sflt_lock);
		if (se == NULL)
			break;
		(void)hook_detach(&so->so_filt.sl_hooks, &se->se_hook);
		so_rele(so);
	}
}

errno_t
sflt_unregister(sflt_handle handle)
{
	struct socket_filter *f;

	lck_mtx_lock(&sflt_lock);
	f = filter_find(handle);
	if (f == NULL) {
		lck_mtx_unlock(&sflt_lock);
		return (ENOENT);
	}
	TAILQ_REMOVE(&filters, f, sf_link);
	if ((f->sf.sf_flags & SFLT_GLOBAL) != 0) {
		TAILQ_REMOVE(&f->sf_proto->pr_filters, f, sf_global);
		__atomic_fetch_sub(&f->sf_proto->pr_nfilters, 1,
		    __ATOMIC_RELAXED);
	}
	f->sf_dead = true;
	lck_mtx_unlock(&sflt_lock);
	filter_detach_all(f);
	filter_rele(f);
	return (0);
}

errno_t
sflt_attach(socket_t so, sflt_handle handle)
{
	struct socket_filter *f;

	if (so == NULL || handle == 0)
		return (EINVAL);
	lck_mtx_lock(&sflt_lock);
	f = filter_find(handle);
	if (f != NULL)
		f->sf_refs++;
	lck_mtx_unlock(&sflt_lock);
	if (f == NULL)
		return (EINVAL);
	return (entry_attach(so, f, NULL));
}

errno_t
sflt_detach(socket_t so, sflt_handle handle)
{
	struct sflt_entry *se;
	bool unhook = false, alive;

	if (so == NULL || handle == 0)
		return (EINVAL);
	alive = so_tryref(so);	/* not from a callback of its very end */
	lck_mtx_lock(&sflt_lock);
	LIST_FOREACH(se, &so->so_filt.sl_entries, se_solink) {
		if (se->se_filter->sf.sf_handle == handle) {
			unhook = entry_mark(se);
			break;
		}
	}
	lck_mtx_unlock(&sflt_lock);
	if (unhook)
		(void)hook_detach(&so->so_filt.sl_hooks, &se->se_hook);
	if (alive)
		so_rele(so);
	return (0);
}

/* --- listings ---------------------------------------------------------------------- */

unsigned
sflt_list_filters(struct sflt_info *out, unsigned max)
{
	struct socket_filter *f;
	struct sflt_entry *se;
	unsigned n = 0;

	lck_mtx_lock(&sflt_lock);
	TAILQ_FOREACH(f, &filters, sf_link) {
		if (n < max) {
			out[n].si_handle = f->sf.sf_handle;
			out[n].si_name = f->sf.sf_name;
			out[n].si_flags = f->sf.sf_flags;
			out[n].si_proto = f->sf_proto;
			out[n].si_instances = 0;
			out[n].si_dead = f->sf_dead;
			LIST_FOREACH(se, &f->sf_entries, se_filterlink)
				out[n].si_instances++;
		}
		n++;
	}
	lck_mtx_unlock(&sflt_lock);
	return (n);
}

unsigned
sflt_socket_handles(struct __socket *so, sflt_handle *out, unsigned max)
{
	struct sflt_entry *se;
	unsigned n = 0;

	lck_mtx_lock(&sflt_lock);
	LIST_FOREACH(se, &so->so_filt.sl_entries, se_solink) {
		if (n < max)
			out[n] = se->se_filter->sf.sf_handle;
		n++;
	}
	lck_mtx_unlock(&sflt_lock);
	return (n);
}
