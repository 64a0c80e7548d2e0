/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Life of an interface: allocation and recycling, attach, the two halves of
 * detach, references, and the lists by name and index.
 *
 * ifnet_detach does what must be visible at once (the interface leaves the
 * lists, goes down, BPF lets go) and hands the structure to the detach
 * thread.  That thread waits for threads inside (if_io), then takes the
 * interface apart from the outside in: filters, addresses, protocols, input
 * queue; stubs the driver's callbacks, and calls the detach callback last.
 */
#include "net/dlil/ifnet.h"

#include <kern/thread.h>
#include <libkern/libkern.h>
#include <sys/errno.h>
#include <sys/proc.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/bpfvar.h"
#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/iff.h"
#include "net/dlil/proto.h"
#include "net/mbuf/mbuf.h"

TAILQ_HEAD(ifnet_head, __ifnet);

static lck_grp_t *ifnet_grp;
static lck_mtx_t ifnet_list_lock;	/* H; a leaf but for if_lock */
static struct ifnet_head ifnet_attached = TAILQ_HEAD_INITIALIZER(ifnet_attached);
static struct ifnet_head ifnet_all = TAILQ_HEAD_INITIALIZER(ifnet_all);
static struct ifnet_head ifnet_dying = TAILQ_HEAD_INITIALIZER(ifnet_dying);
static ifnet_t *ifnet_table;		/* H: by index */
static uint32_t ifnet_table_size;
static uint32_t ifnet_last_index;
static ifnet_t ifnet_lo;
static ifnet_t ifnet_leaving;		/* H: its detach callback runs */
static thread_t ifnet_leaving_thread;	/* H: here */

/* What is left of a driver after its interface is gone. */
static errno_t
stub_output(ifnet_t ifp, mbuf_t m)
{
	mbuf_freem_list(m);
	return (ENXIO);
}

static errno_t
stub_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	mbuf_freem(m);
	return (EJUSTRETURN);
}

static errno_t
stub_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *descs, uint32_t count)
{
	return (ENXIO);
}

static errno_t
stub_del_proto(ifnet_t ifp, protocol_family_t family)
{
	return (ENXIO);
}

static errno_t
stub_framer(ifnet_t ifp, mbuf_t *m, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	mbuf_freem(*m);
	*m = NULL;
	return (EJUSTRETURN);
}

static errno_t
stub_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	return (EOPNOTSUPP);
}

static const struct ifnet_ops ifnet_stubs = {
	.output = stub_output,
	.demux = stub_demux,
	.add_proto = stub_add_proto,
	.del_proto = stub_del_proto,
	.framer = stub_framer,
	.ioctl = stub_ioctl,
};

void
ifnet_init(void)
{
	ifnet_grp = lck_grp_alloc_init("ifnet", LCK_GRP_ATTR_NULL);
	lck_mtx_init(&ifnet_list_lock, ifnet_grp, LCK_ATTR_NULL);
}

/* --- references ------------------------------------------------------------ */

errno_t
ifnet_reference(ifnet_t ifp)
{
	if (ifp == NULL)
		return (EINVAL);
	__atomic_add_fetch(&ifp->if_refcnt, 1, __ATOMIC_RELAXED);
	return (0);
}

errno_t
ifnet_release(ifnet_t ifp)
{
	if (ifp == NULL)
		return (EINVAL);
	uint32_t old = __atomic_fetch_sub(&ifp->if_refcnt, 1, __ATOMIC_ACQ_REL);
	if (old == 0)
		panic("ifnet_release: %s released too often", ifp->if_xname);
	if (old > 1)
		return (0);

	/* Made but never attached: it can be handed out again. */
	struct gate *gate = NULL;
	lck_mtx_lock(&ifnet_list_lock);
	if (ifp->if_state == IFNET_ALLOCATED && ifp->if_gated) {
		ifp->if_state = IFNET_DETACHED;
		ifp->if_gated = false;
		ifp->if_ops = ifnet_stubs;
		gate = &ifp->if_gate;
	}
	lck_mtx_unlock(&ifnet_list_lock);
	if (gate != NULL) {
		gate_fini(gate);
		kext_uncharge(ifp->if_owner, KRES_IFNET, 1);
		ifp->if_owner = NULL;
	}
	return (0);
}

bool
ifnet_io_begin(ifnet_t ifp)
{
	__atomic_add_fetch(&ifp->if_io, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&ifp->if_state, __ATOMIC_SEQ_CST) == IFNET_ATTACHED)
		return (true);
	ifnet_io_end(ifp);
	return (false);
}

void
ifnet_io_end(ifnet_t ifp)
{
	uint32_t left = __atomic_sub_fetch(&ifp->if_io, 1, __ATOMIC_SEQ_CST);
	if (left != 0 ||
	    __atomic_load_n(&ifp->if_state, __ATOMIC_SEQ_CST) != IFNET_DETACHING)
		return;
	ifnet_wake_detach(ifp);
}

/* The waiter tests under the lock, so it cannot miss this. */
void
ifnet_wake_detach(ifnet_t ifp)
{
	lck_mtx_lock(&ifnet_list_lock);
	wakeup(&ifp->if_io);
	lck_mtx_unlock(&ifnet_list_lock);
}

/* --- allocation ------------------------------------------------------------ */

static bool
ifnet_same_id(const struct __ifnet *ifp, const struct ifnet_init_params *init)
{
	if (init->uniqueid == NULL || init->uniqueid_len == 0)
		return (ifp->if_uniqueid_len == 0 && ifp->if_unit == init->unit &&
		    strncmp(ifp->if_name, init->name, IFNAMSIZ) == 0);
	return (ifp->if_uniqueid_len == init->uniqueid_len &&
	    memcmp(ifp->if_uniqueid, init->uniqueid, init->uniqueid_len) == 0);
}

/*
 * An interface whose detach callback has been called is about to be free: its
 * owner may know already and make it anew.
 */
static void
ifnet_wait_leaving(const struct ifnet_init_params *init)
{
	lck_mtx_assert(&ifnet_list_lock, LCK_MTX_ASSERT_OWNED);
	while (ifnet_leaving != NULL &&
	    ifnet_leaving_thread != current_thread() &&
	    ifnet_leaving->if_family == init->family &&
	    (ifnet_same_id(ifnet_leaving, init) ||
	    (ifnet_leaving->if_unit == init->unit &&
	    strncmp(ifnet_leaving->if_name, init->name, IFNAMSIZ) == 0)))
		msleep(&ifnet_leaving, &ifnet_list_lock, PZERO, "ifleave",
		    NULL);
}

/*
 * Finds a dead structure with the same identity, or says that the identity or
 * the name is in use.  Claims what it returns.
 */
static errno_t
ifnet_find_recyclable(const struct ifnet_init_params *init, ifnet_t *out)
{
	ifnet_t ifp, found = NULL;

	lck_mtx_assert(&ifnet_list_lock, LCK_MTX_ASSERT_OWNED);
	TAILQ_FOREACH(ifp, &ifnet_all, if_all) {
		if (ifp->if_family != init->family)
			continue;
		bool dead = ifp->if_state == IFNET_DETACHED;
		if (!dead && ifp->if_unit == init->unit &&
		    strncmp(ifp->if_name, init->name, IFNAMSIZ) == 0)
			return (EBUSY);
		if (!ifnet_same_id(ifp, init))
			continue;
		if (!dead)
			return (EBUSY);
		found = ifp;
	}
	if (found != NULL)
		found->if_state = IFNET_ALLOCATED;
	*out = found;
	return (0);
}

static ifnet_t
ifnet_new(const struct ifnet_init_params *init)
{
	ifnet_t ifp = kmalloc(sizeof(*ifp), M_WAITOK | M_ZERO);
	if (ifp == NULL)
		return (NULL);
	if (init->uniqueid != NULL && init->uniqueid_len != 0) {
		ifp->if_uniqueid = kmalloc(init->uniqueid_len, M_WAITOK);
		if (ifp->if_uniqueid == NULL) {
			kfree(ifp);
			return (NULL);
		}
		memcpy(ifp->if_uniqueid, init->uniqueid, init->uniqueid_len);
		ifp->if_uniqueid_len = init->uniqueid_len;
	}
	lck_mtx_init(&ifp->if_lock, ifnet_grp, LCK_ATTR_NULL);
	lck_rw_init(&ifp->if_proto_lock, ifnet_grp, LCK_ATTR_NULL);
	TAILQ_INIT(&ifp->if_addrs);
	TAILQ_INIT(&ifp->if_multiaddrs);
	iff_init(ifp);
	ifp->if_family = init->family;
	ifp->if_state = IFNET_ALLOCATED;
	return (ifp);
}

/* Everything but identity, index, locks and memberships starts afresh. */
static void
ifnet_setup(ifnet_t ifp, const struct ifnet_init_params *init)
{
	strlcpy(ifp->if_name, init->name, sizeof(ifp->if_name));
	ifp->if_unit = init->unit;
	snprintf(ifp->if_xname, sizeof(ifp->if_xname), "%s%u", init->name,
	    init->unit);
	ifp->if_type = (uint8_t)init->type;
	ifp->if_addrlen = 0;
	ifp->if_hdrlen = 0;
	ifp->if_flags = 0;
	ifp->if_eflags = 0;
	ifp->if_mtu = 0;
	ifp->if_tso4_mtu = ifp->if_tso6_mtu = 0;
	ifp->if_metric = 0;
	ifp->if_baudrate = 0;
	ifp->if_offload = 0;
	ifp->if_capabilities = ifp->if_capenable = 0;
	ifp->if_wake_flags = 0;
	ifp->if_promisc = 0;
	ifp->if_link_up = true;
	ifp->if_link_mib = NULL;
	ifp->if_link_mib_len = 0;
	ifp->if_softc = init->softc;
	ifp->if_ops = (struct ifnet_ops){
		.output = init->output,
		.demux = init->demux,
		.add_proto = init->add_proto,
		.del_proto = init->del_proto,
		.check_multi = init->check_multi,
		.framer = init->framer,
		.ioctl = init->ioctl != NULL ? init->ioctl : stub_ioctl,
		.set_bpf_tap = init->set_bpf_tap,
		.detach = init->detach,
		.event = init->event,
	};
	ifp->if_broadcast_len = 0;
	if (init->broadcast_addr != NULL &&
	    init->broadcast_len <= sizeof(ifp->if_broadcast)) {
		memcpy(ifp->if_broadcast, init->broadcast_addr,
		    init->broadcast_len);
		ifp->if_broadcast_len = init->broadcast_len;
	}
	memset(&ifp->if_cnt, 0, sizeof(ifp->if_cnt));
}

/*
 * The kernel takes an interface away on its own: `kextunload -f`.  The
 * structure stays with whoever has a reference.
 */
static void
ifnet_revoke(struct gate *g)
{
	(void)ifnet_detach((struct __ifnet *)(void *)
	    ((char *)g - offsetof(struct __ifnet, if_gate)));
}

errno_t
ifnet_allocate(const struct ifnet_init_params *init, ifnet_t *out)
{
	ifnet_t ifp = NULL, fresh;
	errno_t error;

	if (out == NULL)
		return (EINVAL);
	if (init == NULL || init->family == 0 || init->name == NULL ||
	    strnlen(init->name, IFNAMSIZ) >= IFNAMSIZ ||
	    (init->type & ~0xffu) != 0 || init->type == 0 ||
	    init->output == NULL)
		return (EINVAL);

	fresh = ifnet_new(init);
	if (fresh == NULL)
		return (ENOMEM);
	lck_mtx_lock(&ifnet_list_lock);
	ifnet_wait_leaving(init);
	error = ifnet_find_recyclable(init, &ifp);
	if (error == 0 && ifp == NULL) {
		ifp = fresh;
		fresh = NULL;
		/* The name must be there before others compare with it. */
		strlcpy(ifp->if_name, init->name, sizeof(ifp->if_name));
		ifp->if_unit = init->unit;
		TAILQ_INSERT_TAIL(&ifnet_all, ifp, if_all);
	}
	lck_mtx_unlock(&ifnet_list_lock);
	if (fresh != NULL) {
		lck_mtx_destroy(&fresh->if_lock, ifnet_grp);
		lck_rw_destroy(&fresh->if_proto_lock, ifnet_grp);
		hook_list_fini(&fresh->if_filters);
		kfree(fresh->if_uniqueid);
		kfree(fresh);
	}
	if (error != 0)
		return (error);

	ifnet_setup(ifp, init);
	gate_init(&ifp->if_gate, GATE_IFNET, ifp->if_xname,
	    (const void *)init->output);
	gate_set_revoke(&ifp->if_gate, ifnet_revoke);
	ifp->if_gated = true;
	ifp->if_owner = kext_charge(KRES_IFNET, 1);
	__atomic_add_fetch(&ifp->if_refcnt, 1, __ATOMIC_RELAXED);
	*out = ifp;
	return (0);
}

/* The name the system's own parts use. */
errno_t ifnet_allocate_internal(const struct ifnet_init_params *init,
    ifnet_t *out)
    __attribute__((alias("ifnet_allocate")));

/* --- attach ---------------------------------------------------------------- */

static errno_t
ifnet_index_assign(ifnet_t ifp)
{
	if (ifp->if_index != 0)
		return (0);
	if (ifnet_last_index + 1 >= ifnet_table_size) {
		uint32_t size = ifnet_table_size == 0 ? 16 : ifnet_table_size * 2;
		ifnet_t *table = kmalloc(size * sizeof(*table),
		    M_WAITOK | M_ZERO);
		if (table == NULL)
			return (ENOBUFS);
		if (ifnet_table != NULL)
			memcpy(table, ifnet_table,
			    ifnet_table_size * sizeof(*table));
		kfree(ifnet_table);
		ifnet_table = table;
		ifnet_table_size = size;
	}
	ifp->if_index = ++ifnet_last_index;
	ifnet_table[ifp->if_index] = ifp;
	return (0);
}

errno_t
ifnet_attach(ifnet_t ifp, const struct sockaddr_dl *ll_addr)
{
	errno_t error = 0;

	if (ifp == NULL)
		return (EINVAL);
	if (ll_addr != NULL) {
		if (ifp->if_addrlen == 0)
			ifp->if_addrlen = ll_addr->sdl_alen;
		else if (ll_addr->sdl_alen != ifp->if_addrlen)
			return (EINVAL);
	}

	lck_mtx_lock(&ifnet_list_lock);
	if (ifp->if_state == IFNET_ATTACHED || ifp->if_state == IFNET_DETACHING)
		error = EEXIST;
	else if (ifp->if_state == IFNET_DETACHED || !ifp->if_gated)
		error = EINVAL;
	else if (ifp->if_ops.add_proto == NULL || ifp->if_ops.del_proto == NULL)
		error = ENODEV;
	else
		error = ifnet_index_assign(ifp);
	lck_mtx_unlock(&ifnet_list_lock);
	if (error != 0)
		return (error);

	error = ifnet_lladdr_create(ifp, ll_addr);
	if (error != 0)
		return (error);
	memset(&ifp->if_cnt, 0, sizeof(ifp->if_cnt));
	ifp->if_link_up = (ifp->if_eflags & IFEF_LINKEVENTS) == 0;
	ifnet_touch_lastchange(ifp);
	__atomic_add_fetch(&ifp->if_refcnt, 1, __ATOMIC_RELAXED);

	lck_mtx_lock(&ifnet_list_lock);
	__atomic_store_n(&ifp->if_state, IFNET_ATTACHED, __ATOMIC_SEQ_CST);
	TAILQ_INSERT_TAIL(&ifnet_attached, ifp, if_link);
	if (ifp->if_family == IFNET_FAMILY_LOOPBACK && ifnet_lo == NULL)
		ifnet_lo = ifp;
	lck_mtx_unlock(&ifnet_list_lock);

	dlil_clients_attached(ifp);
	dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_IF_ATTACHED, NULL, 0);
	return (0);
}

/* --- detach ---------------------------------------------------------------- */

errno_t
ifnet_detach(ifnet_t ifp)
{
	if (ifp == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifnet_list_lock);
	if (ifp->if_state != IFNET_ATTACHED) {
		lck_mtx_unlock(&ifnet_list_lock);
		return (EINVAL);
	}
	TAILQ_REMOVE(&ifnet_attached, ifp, if_link);
	__atomic_store_n(&ifp->if_state, IFNET_DETACHING, __ATOMIC_SEQ_CST);
	lck_mtx_unlock(&ifnet_list_lock);

	bpf_ifdetach(ifp);
	uint32_t old = ifp->if_flags;
	__atomic_and_fetch(&ifp->if_flags, ~(uint32_t)(IFF_UP | IFF_RUNNING),
	    __ATOMIC_RELAXED);
	dlil_clients_flags(ifp, old);
	dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_IF_DETACHING, NULL, 0);

	lck_mtx_lock(&ifnet_list_lock);
	TAILQ_INSERT_TAIL(&ifnet_dying, ifp, if_detaching);
	wakeup(&ifnet_dying);
	lck_mtx_unlock(&ifnet_list_lock);
	return (0);
}

static bool
ifnet_quiet(ifnet_t ifp)
{
	return (__atomic_load_n(&ifp->if_io, __ATOMIC_SEQ_CST) == 0);
}

static bool
ifnet_bare(ifnet_t ifp)
{
	return (__atomic_load_n(&ifp->if_proto_live, __ATOMIC_SEQ_CST) == 0 &&
	    __atomic_load_n(&ifp->if_filter_live, __ATOMIC_SEQ_CST) == 0 &&
	    ifnet_quiet(ifp));
}

/* Everybody who makes cond true calls ifnet_wake_detach afterwards. */
static void
ifnet_wait(ifnet_t ifp, bool (*cond)(ifnet_t))
{
	lck_mtx_lock(&ifnet_list_lock);
	while (!cond(ifp))
		msleep(&ifp->if_io, &ifnet_list_lock, PZERO, "ifdetach", NULL);
	lck_mtx_unlock(&ifnet_list_lock);
}

static void
ifnet_detach_finish(ifnet_t ifp)
{
	ifnet_wait(ifp, ifnet_quiet);
	iff_detach_all(ifp);
	dlil_clients_detaching(ifp);
	if_proto_unplumb_all(ifp);
	dlil_input_purge(ifp);
	ifnet_wait(ifp, ifnet_bare);
	ifma_purge_protocols(ifp);
	ifnet_addrs_purge(ifp);
	dlil_clients_detached(ifp);

	ifnet_detached_func detached = ifp->if_ops.detach;
	ifp->if_ops = ifnet_stubs;
	dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_IF_DETACHED, NULL, 0);
	lck_mtx_lock(&ifnet_list_lock);
	ifnet_leaving = ifp;
	ifnet_leaving_thread = current_thread();
	lck_mtx_unlock(&ifnet_list_lock);
	if (detached != NULL)
		GATE_VOID(&ifp->if_gate, detached, ifp);
	gate_fini(&ifp->if_gate);
	ifp->if_gated = false;
	kext_uncharge(ifp->if_owner, KRES_IFNET, 1);
	ifp->if_owner = NULL;

	lck_mtx_lock(&ifnet_list_lock);
	__atomic_store_n(&ifp->if_state, IFNET_DETACHED, __ATOMIC_SEQ_CST);
	ifnet_leaving = NULL;
	wakeup(&ifnet_leaving);
	lck_mtx_unlock(&ifnet_list_lock);
	ifnet_release(ifp);
}

bool
ifnet_detach_run(void)
{
	lck_mtx_lock(&ifnet_list_lock);
	ifnet_t ifp = TAILQ_FIRST(&ifnet_dying);
	if (ifp != NULL)
		TAILQ_REMOVE(&ifnet_dying, ifp, if_detaching);
	lck_mtx_unlock(&ifnet_list_lock);
	if (ifp == NULL)
		return (false);
	ifnet_detach_finish(ifp);
	return (true);
}

void
ifnet_detach_wait_work(void)
{
	lck_mtx_lock(&ifnet_list_lock);
	while (TAILQ_EMPTY(&ifnet_dying))
		msleep(&ifnet_dying, &ifnet_list_lock, PZERO, "ifreaper", NULL);
	lck_mtx_unlock(&ifnet_list_lock);
}

/* --- finding --------------------------------------------------------------- */

errno_t
ifnet_find_by_name(const char *name, ifnet_t *out)
{
	ifnet_t ifp;

	if (name == NULL || out == NULL)
		return (EINVAL);
	*out = NULL;
	lck_mtx_lock(&ifnet_list_lock);
	TAILQ_FOREACH(ifp, &ifnet_attached, if_link) {
		if (strncmp(ifp->if_xname, name, sizeof(ifp->if_xname)) == 0) {
			ifnet_reference(ifp);
			*out = ifp;
			break;
		}
	}
	lck_mtx_unlock(&ifnet_list_lock);
	return (*out != NULL ? 0 : ENXIO);
}

ifnet_t
ifnet_byindex_borrow(uint32_t index)
{
	ifnet_t ifp = NULL;

	lck_mtx_lock(&ifnet_list_lock);
	if (index != 0 && index <= ifnet_last_index &&
	    ifnet_is_attached(ifnet_table[index]))
		ifp = ifnet_table[index];
	lck_mtx_unlock(&ifnet_list_lock);
	return (ifp);
}

ifnet_t
ifnet_byindex(uint32_t index)
{
	ifnet_t ifp = ifnet_byindex_borrow(index);

	/* Structures are never freed: the reference cannot come too late. */
	if (ifp != NULL)
		ifnet_reference(ifp);
	return (ifp);
}

ifnet_t
ifnet_loopback(void)
{
	return (ifnet_lo);
}

errno_t
ifnet_list_get(ifnet_family_t family, ifnet_t **list, u_int32_t *count)
{
	ifnet_t ifp, *array;
	uint32_t n = 0, i = 0;

	if (list == NULL || count == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifnet_list_lock);
	TAILQ_FOREACH(ifp, &ifnet_attached, if_link)
		n += family == 0 || ifp->if_family == family;
	lck_mtx_unlock(&ifnet_list_lock);
	if (n == 0)
		return (ENXIO);
	array = kmalloc((n + 1) * sizeof(*array), M_WAITOK | M_ZERO);
	if (array == NULL)
		return (ENOMEM);

	/* One that came meanwhile does not fit and is left out. */
	lck_mtx_lock(&ifnet_list_lock);
	TAILQ_FOREACH(ifp, &ifnet_attached, if_link) {
		if (i == n || (family != 0 && ifp->if_family != family))
			continue;
		ifnet_reference(ifp);
		array[i++] = ifp;
	}
	lck_mtx_unlock(&ifnet_list_lock);
	if (i == 0) {
		kfree(array);
		return (ENXIO);
	}
	*list = array;
	*count = i;
	return (0);
}

void
ifnet_list_free(ifnet_t *list)
{
	if (list == NULL)
		return;
	for (ifnet_t *p = list; *p != NULL; p++)
		ifnet_release(*p);
	kfree(list);
}

void
ifnet_foreach(void (*fn)(ifnet_t ifp, void *arg), void *arg)
{
	ifnet_t *list;
	u_int32_t n;

	if (ifnet_list_get(0, &list, &n) != 0)
		return;
	for (uint32_t i = 0; i < n; i++)
		fn(list[i], arg);
	ifnet_list_free(list);
}
