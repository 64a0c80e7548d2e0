/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface filters: attach, detach, and the walks on the data path.
 *
 * A filter is one hook entry.  Its release (iff_detached, gate, memory) runs
 * once, from hook_detach or from the last walker that leaves it.
 */
#include "net/dlil/iff.h"

#include <kern/thread.h>
#include <libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"
#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"

struct __ifnet_filter {
	struct hook_entry iff_hook;
	ifnet_t		iff_ifp;
	struct iff_filter iff;
	struct gate	iff_gate;
	struct kext	*iff_owner;
	bool		*iff_gone;	/* set at release, for a waiter */
};

static lck_grp_t *iff_grp;
static lck_mtx_t iff_lock;		/* pairs iff_gone with its wakeup */

static struct __ifnet_filter *
iff_of(struct hook_entry *e)
{
	return ((struct __ifnet_filter *)((char *)e -
	    offsetof(struct __ifnet_filter, iff_hook)));
}

static struct __ifnet_filter *
iff_of_gate(struct gate *g)
{
	return ((struct __ifnet_filter *)(void *)((char *)g -
	    offsetof(struct __ifnet_filter, iff_gate)));
}

static void
iff_release(struct hook_entry *e)
{
	struct __ifnet_filter *f = iff_of(e);
	ifnet_t ifp = f->iff_ifp;

	if (f->iff.iff_detached != NULL)
		GATE_VOID(&f->iff_gate, f->iff.iff_detached, f->iff.iff_cookie,
		    ifp);
	gate_fini(&f->iff_gate);
	kext_uncharge(f->iff_owner, KRES_IFF, 1);
	lck_mtx_lock(&iff_lock);
	if (f->iff_gone != NULL) {
		*f->iff_gone = true;
		wakeup(f->iff_gone);
	}
	lck_mtx_unlock(&iff_lock);
	kfree(f);
	if (__atomic_sub_fetch(&ifp->if_filter_live, 1, __ATOMIC_SEQ_CST) == 0)
		ifnet_wake_detach(ifp);
}

void
iff_init(ifnet_t ifp)
{
	if (iff_grp == NULL) {
		iff_grp = lck_grp_alloc_init("iff", LCK_GRP_ATTR_NULL);
		lck_mtx_init(&iff_lock, iff_grp, LCK_ATTR_NULL);
	}
	hook_list_init(&ifp->if_filters, iff_release);
}

/*
 * True if this thread stands in a callback of a filter of the interface, of
 * any interface for NULL.
 */
static bool
iff_in_callback(ifnet_t ifp)
{
	struct gate_frame *gf = gate_top(current_thread());

	for (; gf != NULL; gf = gf->gf_prev)
		if (gf->gf_gate->g_class == GATE_IFF &&
		    (ifp == NULL || iff_of_gate(gf->gf_gate)->iff_ifp == ifp))
			return (true);
	return (false);
}

/* The kernel takes a filter away on its own: `kextunload -f`. */
static void
iff_revoke(struct gate *g)
{
	iflt_detach(iff_of_gate(g));
}

errno_t
iflt_attach(ifnet_t ifp, const struct iff_filter *filter,
    interface_filter_t *ref)
{
	if (ifp == NULL)
		return (ENOENT);
	if (filter == NULL || ref == NULL)
		return (EINVAL);
	if (iff_in_callback(ifp))
		return (EDEADLK);
	struct __ifnet_filter *f = kmalloc(sizeof(*f), M_WAITOK | M_ZERO);
	if (f == NULL)
		return (ENOMEM);
	if (!ifnet_io_begin(ifp)) {
		kfree(f);
		return (ENXIO);
	}
	f->iff_ifp = ifp;
	f->iff = *filter;
	f->iff_hook.he_kinds = IFFK_OTHER |
	    (filter->iff_input != NULL ? IFFK_IN : 0) |
	    (filter->iff_output != NULL ? IFFK_OUT : 0);
	gate_init(&f->iff_gate, GATE_IFF, filter->iff_name,
	    filter->iff_input != NULL ? (const void *)filter->iff_input :
	    filter->iff_output != NULL ? (const void *)filter->iff_output :
	    filter->iff_ioctl != NULL ? (const void *)filter->iff_ioctl :
	    filter->iff_event != NULL ? (const void *)filter->iff_event :
	    (const void *)filter->iff_detached);
	gate_set_revoke(&f->iff_gate, iff_revoke);
	f->iff_owner = kext_charge(KRES_IFF, 1);
	__atomic_add_fetch(&ifp->if_filter_live, 1, __ATOMIC_SEQ_CST);
	*ref = f;
	hook_attach(&ifp->if_filters, &f->iff_hook, HOOK_TAIL);
	ifnet_io_end(ifp);
	return (0);
}

/* The name the system's own parts use. */
errno_t iflt_attach_internal(ifnet_t ifp, const struct iff_filter *filter,
    interface_filter_t *ref)
    __attribute__((alias("iflt_attach")));

/* The interface whose list holds this reference; the pointer is not read. */
struct iff_owner_search {
	interface_filter_t os_ref;
	ifnet_t		os_ifp;
};

static void
iff_owner_search(ifnet_t ifp, void *arg)
{
	struct iff_owner_search *os = arg;

	if (os->os_ifp != NULL)
		return;
	if (hook_enter(&ifp->if_filters, &os->os_ref->iff_hook)) {
		os->os_ifp = ifp;
		ifnet_reference(ifp);
	}
}

void
iflt_detach(interface_filter_t ref)
{
	struct iff_owner_search os = { .os_ref = ref };
	bool gone = false;

	if (ref == NULL)
		return;
	ifnet_foreach(iff_owner_search, &os);
	if (os.os_ifp == NULL) {
		printf("iflt_detach: %p is not attached\n", ref);
		return;
	}
	/* The walk above left a busy reference: ref is alive until we leave. */
	/* Two that wait for each other's interface would do so for ever. */
	bool wait = !iff_in_callback(NULL);
	if (wait)
		ref->iff_gone = &gone;
	errno_t error = hook_detach(&os.os_ifp->if_filters, &ref->iff_hook);
	if (error != 0 && wait)
		ref->iff_gone = NULL;
	hook_leave(&os.os_ifp->if_filters, &ref->iff_hook);
	if (error == 0 && wait) {
		lck_mtx_lock(&iff_lock);
		while (!gone)
			msleep(&gone, &iff_lock, PZERO, "iffdetach", NULL);
		lck_mtx_unlock(&iff_lock);
	}
	ifnet_release(os.os_ifp);
}

void
iff_detach_all(ifnet_t ifp)
{
	hook_detach_all(&ifp->if_filters);
}

/* --- the walks ------------------------------------------------------------- */

static bool
iff_wants(const struct __ifnet_filter *f, protocol_family_t family)
{
	return (f->iff.iff_protocol == 0 || f->iff.iff_protocol == family);
}

errno_t
iff_input(ifnet_t ifp, protocol_family_t family, mbuf_t *m, char **frame)
{
	struct hook_list *l = &ifp->if_filters;
	struct hook_entry *e;

	for (e = hook_first_of(l, IFFK_IN); e != NULL;
	    e = hook_next_of(l, e, IFFK_IN)) {
		struct __ifnet_filter *f = iff_of(e);
		if (!iff_wants(f, family))
			continue;
		errno_t error = GATE_CALL_HELD(&f->iff_gate, M_TRACE_ID(*m),
		    f->iff.iff_input, f->iff.iff_cookie, ifp, family, m, frame);
		if (error == 0)
			continue;
		if (error != EJUSTRETURN)
			mbuf_freem(*m);
		hook_leave(l, e);
		return (error);
	}
	return (0);
}

errno_t
iff_output(ifnet_t ifp, protocol_family_t family, mbuf_t *m)
{
	struct hook_list *l = &ifp->if_filters;
	struct hook_entry *e;

	for (e = hook_first_of(l, IFFK_OUT); e != NULL;
	    e = hook_next_of(l, e, IFFK_OUT)) {
		struct __ifnet_filter *f = iff_of(e);
		if (!iff_wants(f, family))
			continue;
		errno_t error = GATE_CALL_HELD(&f->iff_gate, M_TRACE_ID(*m),
		    f->iff.iff_output, f->iff.iff_cookie, ifp, family, m);
		if (error == 0)
			continue;
		if (error != EJUSTRETURN)
			mbuf_freem(*m);
		hook_leave(l, e);
		return (error);
	}
	return (0);
}

void
iff_event(ifnet_t ifp, const struct kev_msg *msg)
{
	struct hook_list *l = &ifp->if_filters;
	struct hook_entry *e;

	for (e = hook_first(l); e != NULL; e = hook_next(l, e)) {
		struct __ifnet_filter *f = iff_of(e);
		if (f->iff.iff_event != NULL)
			GATE_VOID(&f->iff_gate, f->iff.iff_event,
			    f->iff.iff_cookie, ifp, f->iff.iff_protocol, msg);
	}
}

bool
iff_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd, void *arg,
    errno_t *result)
{
	struct hook_list *l = &ifp->if_filters;
	struct hook_entry *e;

	for (e = hook_first(l); e != NULL; e = hook_next(l, e)) {
		struct __ifnet_filter *f = iff_of(e);
		if (f->iff.iff_ioctl == NULL || !iff_wants(f, family))
			continue;
		errno_t error = GATE_CALL(&f->iff_gate, f->iff.iff_ioctl,
		    f->iff.iff_cookie, ifp, family, cmd, arg);
		if (dlil_ioctl_merge(result, error)) {
			hook_leave(l, e);
			return (true);
		}
	}
	return (false);
}
