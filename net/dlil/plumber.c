/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plumbers and family inputs.
 *
 * A plumber attaches one protocol family to interfaces of one family.  The
 * reference runs it with a mutex held; here an entry is counted instead, so
 * that a handler may register and unregister.  A family input takes packets that begin with
 * the protocol's own header: proto_input delivers at once, proto_inject
 * queues for softnet.
 */
#include <libkern/libkern.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/dlil/softnet.h"
#include "net/mbuf/mbuf.h"

struct plumber {
	SLIST_ENTRY(plumber) pl_link;
	protocol_family_t pl_proto;
	ifnet_family_t	pl_if;
	uint32_t	pl_refcnt;	/* the table, callers inside */
	proto_plumb_handler pl_plumb;
	proto_unplumb_handler pl_unplumb;
	struct gate	pl_gate;
};

/* One input per family.  Entries are never removed. */
struct family_input {
	SLIST_ENTRY(family_input) fi_link;
	protocol_family_t fi_family;
	void		(*fi_input)(mbuf_t list);
	void		(*fi_flush)(void);
	mbuf_t		fi_head, fi_tail;	/* spin lock: injected */
};

static lck_grp_t *plumb_grp;
static lck_mtx_t plumb_lock;
static SLIST_HEAD(, plumber) plumbers = SLIST_HEAD_INITIALIZER(plumbers);
static lck_spin_t inject_lock;
static SLIST_HEAD(, family_input) family_inputs =
    SLIST_HEAD_INITIALIZER(family_inputs);

static uint64_t	inject_poll(void *arg);

void
proto_init(void)
{
	plumb_grp = lck_grp_alloc_init("plumber", LCK_GRP_ATTR_NULL);
	lck_mtx_init(&plumb_lock, plumb_grp, LCK_ATTR_NULL);
	lck_spin_init(&inject_lock, plumb_grp, LCK_ATTR_NULL);
	softnet_source("injected packets", inject_poll, NULL);
}

static struct plumber *
plumber_find(protocol_family_t proto, ifnet_family_t family)
{
	struct plumber *pl;

	SLIST_FOREACH(pl, &plumbers, pl_link)
		if (pl->pl_proto == proto && pl->pl_if == family)
			break;
	return (pl);
}

/* The kernel takes a plumber away on its own: `kextunload -f`. */
static void
plumber_revoke(struct gate *g)
{
	struct plumber *pl = (struct plumber *)(void *)
	    ((char *)g - offsetof(struct plumber, pl_gate));

	proto_unregister_plumber(pl->pl_proto, pl->pl_if);
}

errno_t
proto_register_plumber(protocol_family_t proto, ifnet_family_t family,
    proto_plumb_handler plumb, proto_unplumb_handler unplumb)
{
	if (plumb == NULL)
		return (EINVAL);
	struct plumber *pl = kmalloc(sizeof(*pl), M_WAITOK | M_ZERO);
	if (pl == NULL)
		return (ENOMEM);
	pl->pl_proto = proto;
	pl->pl_if = family;
	pl->pl_plumb = plumb;
	pl->pl_unplumb = unplumb;
	pl->pl_refcnt = 1;
	lck_mtx_lock(&plumb_lock);
	bool taken = plumber_find(proto, family) != NULL;
	if (!taken) {
		gate_init(&pl->pl_gate, GATE_PLUMBER, "plumber",
		    (const void *)plumb);
		gate_set_revoke(&pl->pl_gate, plumber_revoke);
		SLIST_INSERT_HEAD(&plumbers, pl, pl_link);
	}
	lck_mtx_unlock(&plumb_lock);
	if (taken) {
		kfree(pl);
		return (EEXIST);
	}
	return (0);
}

/* Counts a caller in; NULL when there is no such plumber. */
static struct plumber *
plumber_get(protocol_family_t proto, ifnet_family_t family)
{
	lck_mtx_lock(&plumb_lock);
	struct plumber *pl = plumber_find(proto, family);
	if (pl != NULL)
		pl->pl_refcnt++;
	lck_mtx_unlock(&plumb_lock);
	return (pl);
}

static void
plumber_put(struct plumber *pl)
{
	lck_mtx_lock(&plumb_lock);
	bool last = --pl->pl_refcnt == 0;
	lck_mtx_unlock(&plumb_lock);
	if (last) {
		gate_fini(&pl->pl_gate);
		kfree(pl);
	}
}

void
proto_unregister_plumber(protocol_family_t proto, ifnet_family_t family)
{
	lck_mtx_lock(&plumb_lock);
	struct plumber *pl = plumber_find(proto, family);
	if (pl != NULL)
		SLIST_REMOVE(&plumbers, pl, plumber, pl_link);
	lck_mtx_unlock(&plumb_lock);
	if (pl != NULL)
		plumber_put(pl);
}

errno_t
dlil_plumb(ifnet_t ifp, protocol_family_t family)
{
	struct plumber *pl = plumber_get(family, ifp->if_family);
	if (pl == NULL)
		return (ENXIO);
	errno_t error = GATE_CALL(&pl->pl_gate, pl->pl_plumb, ifp, family);
	plumber_put(pl);
	return (error);
}

errno_t
dlil_unplumb(ifnet_t ifp, protocol_family_t family)
{
	errno_t error = 0;

	struct plumber *pl = plumber_get(family, ifp->if_family);
	if (pl != NULL && pl->pl_unplumb != NULL)
		GATE_VOID(&pl->pl_gate, pl->pl_unplumb, ifp, family);
	else
		error = ifnet_detach_protocol(ifp, family);
	if (pl != NULL)
		plumber_put(pl);
	return (error);
}

/* --- family inputs --------------------------------------------------------- */

static struct family_input *
family_input_find(protocol_family_t family)
{
	struct family_input *fi;

	SLIST_FOREACH(fi, &family_inputs, fi_link)
		if (fi->fi_family == family)
			break;
	return (fi);
}

errno_t
proto_input_register(protocol_family_t family, void (*fn)(mbuf_t list),
    void (*flush)(void))
{
	if (family_input_find(family) != NULL)
		return (EEXIST);
	struct family_input *fi = kmalloc(sizeof(*fi), M_WAITOK | M_ZERO);
	if (fi == NULL)
		return (ENOMEM);
	fi->fi_family = family;
	fi->fi_input = fn;
	fi->fi_flush = flush;
	SLIST_INSERT_HEAD(&family_inputs, fi, fi_link);
	return (0);
}

errno_t
proto_input(protocol_family_t family, mbuf_t list)
{
	struct family_input *fi = family_input_find(family);

	if (fi == NULL)
		return (-1);
	fi->fi_input(list);
	if (fi->fi_flush != NULL)
		fi->fi_flush();
	return (0);
}

errno_t
proto_inject(protocol_family_t family, mbuf_t list)
{
	struct family_input *fi = family_input_find(family);

	if (fi == NULL)
		return (ENOENT);
	if (list == NULL)
		return (0);
	mbuf_t tail = list;
	while (tail->m_nextpkt != NULL)
		tail = tail->m_nextpkt;
	lck_spin_lock(&inject_lock);
	if (fi->fi_head == NULL)
		fi->fi_head = list;
	else
		fi->fi_tail->m_nextpkt = list;
	fi->fi_tail = tail;
	lck_spin_unlock(&inject_lock);
	gate_count_inject();
	softnet_wake();
	return (0);
}

static uint64_t
inject_poll(void *arg)
{
	struct family_input *fi;

	SLIST_FOREACH(fi, &family_inputs, fi_link) {
		lck_spin_lock(&inject_lock);
		mbuf_t list = fi->fi_head;
		fi->fi_head = fi->fi_tail = NULL;
		lck_spin_unlock(&inject_lock);
		if (list == NULL)
			continue;
		fi->fi_input(list);
		if (fi->fi_flush != NULL)
			fi->fi_flush();
	}
	return (SOFTNET_IDLE);
}
