/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of interfaces.  The list of an interface begins with its AF_LINK
 * address, made at attach; network protocols add theirs.  An entry that was
 * taken off the list stays readable for whoever holds a reference.
 */
#include <libkern/libkern.h>
#include <net/if_types.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/socket.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"

static void
sockaddr_store(union ifa_sockaddr *to, const struct sockaddr *from)
{
	memset(to, 0, sizeof(*to));
	if (from == NULL)
		return;
	size_t len = from->sa_len;
	if (len > sizeof(*to))
		len = sizeof(*to);
	memcpy(to, from, len);
	to->sa.sa_len = (uint8_t)len;
}

ifaddr_t
ifa_alloc(ifnet_t ifp, const struct sockaddr *addr, const struct sockaddr *dst,
    const struct sockaddr *mask)
{
	ifaddr_t ifa = kmalloc(sizeof(*ifa), M_WAITOK | M_ZERO);
	if (ifa == NULL)
		return (NULL);
	ifa->ifa_ifp = ifp;
	ifa->ifa_refcnt = 1;
	sockaddr_store(&ifa->ifa_addr, addr);
	sockaddr_store(&ifa->ifa_dstaddr, dst);
	sockaddr_store(&ifa->ifa_netmask, mask);
	return (ifa);
}

errno_t
ifaddr_reference(ifaddr_t ifa)
{
	if (ifa == NULL)
		return (EINVAL);
	__atomic_add_fetch(&ifa->ifa_refcnt, 1, __ATOMIC_RELAXED);
	return (0);
}

errno_t
ifaddr_release(ifaddr_t ifa)
{
	if (ifa == NULL)
		return (EINVAL);
	uint32_t old = __atomic_fetch_sub(&ifa->ifa_refcnt, 1, __ATOMIC_ACQ_REL);
	if (old == 0)
		panic("ifaddr_release: released too often");
	if (old == 1) {
		KASSERT(!ifa->ifa_linked, ("freeing a linked address"));
		kfree(ifa);
	}
	return (0);
}

errno_t
ifa_insert(ifaddr_t ifa)
{
	ifnet_t ifp = ifa->ifa_ifp;
	errno_t error = 0;

	lck_mtx_lock(&ifp->if_lock);
	if (ifa->ifa_linked) {
		error = EEXIST;
	} else {
		ifaddr_reference(ifa);
		ifa->ifa_linked = true;
		TAILQ_INSERT_TAIL(&ifp->if_addrs, ifa, ifa_link);
	}
	lck_mtx_unlock(&ifp->if_lock);
	return (error);
}

errno_t
ifa_remove(ifaddr_t ifa)
{
	ifnet_t ifp = ifa->ifa_ifp;
	bool linked;

	lck_mtx_lock(&ifp->if_lock);
	linked = ifa->ifa_linked;
	if (linked) {
		ifa->ifa_linked = false;
		TAILQ_REMOVE(&ifp->if_addrs, ifa, ifa_link);
	}
	lck_mtx_unlock(&ifp->if_lock);
	if (!linked)
		return (ENOENT);
	ifaddr_release(ifa);
	return (0);
}

ifaddr_t
ifa_first(ifnet_t ifp, sa_family_t family)
{
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link)
		if (ifa->ifa_addr.sa.sa_family == family)
			break;
	if (ifa != NULL)
		ifaddr_reference(ifa);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifa);
}

/* --- the link-layer address ------------------------------------------------ */

static void
sdl_fill(const struct __ifnet *ifp, struct sockaddr_dl *sdl, const void *lladdr,
    size_t len)
{
	size_t nlen = strnlen(ifp->if_xname, sizeof(sdl->sdl_data));
	union ifa_sockaddr *room = (union ifa_sockaddr *)sdl;
	size_t off = offsetof(struct sockaddr_dl, sdl_data);

	memset(room, 0, sizeof(*room));
	if (off + nlen + len > sizeof(*room))
		nlen = sizeof(*room) - off - len;
	sdl->sdl_family = AF_LINK;
	sdl->sdl_index = (u_short)ifp->if_index;
	sdl->sdl_type = ifp->if_type;
	sdl->sdl_nlen = (u_char)nlen;
	sdl->sdl_alen = (u_char)len;
	memcpy(sdl->sdl_data, ifp->if_xname, nlen);
	if (lladdr != NULL && len != 0)
		memcpy(room->bytes + off + nlen, lladdr, len);
	size_t used = off + nlen + len;
	sdl->sdl_len = (u_char)(used < sizeof(*sdl) ? sizeof(*sdl) : used);
}

errno_t
ifnet_lladdr_create(ifnet_t ifp, const struct sockaddr_dl *ll_addr)
{
	ifaddr_t ifa = ifa_alloc(ifp, NULL, NULL, NULL);
	const void *bytes = NULL;

	if (ifa == NULL)
		return (ENOBUFS);
	if (ll_addr != NULL && ll_addr->sdl_alen != 0)
		bytes = ll_addr->sdl_data + ll_addr->sdl_nlen;
	/* No bytes given: the length counts, the address is all zero. */
	size_t len = ifp->if_addrlen;
	if (len > sizeof(ifa->ifa_addr) - offsetof(struct sockaddr_dl, sdl_data)) {
		ifaddr_release(ifa);
		return (EINVAL);
	}
	sdl_fill(ifp, &ifa->ifa_addr.sdl, bytes, len);
	/* The mask covers the name. */
	struct sockaddr_dl *mask = &ifa->ifa_netmask.sdl;
	mask->sdl_len = (u_char)(offsetof(struct sockaddr_dl, sdl_data) +
	    ifa->ifa_addr.sdl.sdl_nlen);
	mask->sdl_family = AF_LINK;
	memset(mask->sdl_data, 0xff, ifa->ifa_addr.sdl.sdl_nlen);

	lck_mtx_lock(&ifp->if_lock);
	KASSERT(ifp->if_lladdr == NULL, ("%s has a link address", ifp->if_xname));
	ifp->if_lladdr = ifa;		/* takes the caller's reference */
	ifaddr_reference(ifa);
	ifa->ifa_linked = true;
	TAILQ_INSERT_HEAD(&ifp->if_addrs, ifa, ifa_link);
	lck_mtx_unlock(&ifp->if_lock);
	return (0);
}

void
ifnet_addrs_purge(ifnet_t ifp)
{
	ifaddr_t ifa;

	for (;;) {
		lck_mtx_lock(&ifp->if_lock);
		ifa = TAILQ_FIRST(&ifp->if_addrs);
		if (ifa != NULL) {
			TAILQ_REMOVE(&ifp->if_addrs, ifa, ifa_link);
			ifa->ifa_linked = false;
		}
		lck_mtx_unlock(&ifp->if_lock);
		if (ifa == NULL)
			break;
		ifaddr_release(ifa);
	}
	lck_mtx_lock(&ifp->if_lock);
	ifa = ifp->if_lladdr;
	ifp->if_lladdr = NULL;
	lck_mtx_unlock(&ifp->if_lock);
	if (ifa != NULL)
		ifaddr_release(ifa);
}

errno_t
ifnet_set_lladdr(ifnet_t ifp, const void *lladdr, size_t len)
{
	errno_t error = 0;

	if (ifp == NULL || (lladdr == NULL && len != 0))
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	ifaddr_t ifa = ifp->if_lladdr;
	if (len != 0 && len != ifp->if_addrlen)
		error = EINVAL;
	else if (!ifnet_is_attached(ifp) || ifa == NULL)
		error = ENXIO;
	else
		sdl_fill(ifp, &ifa->ifa_addr.sdl, lladdr, len);
	lck_mtx_unlock(&ifp->if_lock);
	if (error != 0)
		return (error);
	dlil_clients_lladdr(ifp);
	dlil_post_event(ifp, KEV_DL_SUBCLASS, KEV_DL_LINK_ADDRESS_CHANGED, NULL,
	    0);
	return (0);
}

void *
ifnet_lladdr(ifnet_t ifp)
{
	ifaddr_t ifa = ifp != NULL ? ifp->if_lladdr : NULL;

	if (ifa == NULL)
		return (NULL);
	return (ifa->ifa_addr.sdl.sdl_data + ifa->ifa_addr.sdl.sdl_nlen);
}

errno_t
ifnet_lladdr_copy_bytes(ifnet_t ifp, void *lladdr, size_t len)
{
	errno_t error = 0;

	if (ifp == NULL || lladdr == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	ifaddr_t ifa = ifp->if_lladdr;
	if (ifa == NULL || len != ifa->ifa_addr.sdl.sdl_alen) {
		memset(lladdr, 0, len);
		error = EMSGSIZE;
	} else {
		memcpy(lladdr, ifa->ifa_addr.sdl.sdl_data +
		    ifa->ifa_addr.sdl.sdl_nlen, len);
	}
	lck_mtx_unlock(&ifp->if_lock);
	return (error);
}

errno_t
ifnet_llbroadcast_copy_bytes(ifnet_t ifp, void *addr, size_t size,
    size_t *out_len)
{
	if (ifp == NULL || addr == NULL || out_len == NULL)
		return (EINVAL);
	*out_len = ifp->if_broadcast_len;
	if (ifp->if_broadcast_len == 0)
		return (ENXIO);
	if (size < ifp->if_broadcast_len)
		return (EMSGSIZE);
	memcpy(addr, ifp->if_broadcast, ifp->if_broadcast_len);
	return (0);
}

/* --- address lists --------------------------------------------------------- */

struct addr_gather {
	ifaddr_t	*ag_array;	/* NULL: count only */
	uint32_t	ag_count, ag_room;
	sa_family_t	ag_family;
};

static void
addr_gather(ifnet_t ifp, void *arg)
{
	struct addr_gather *ag = arg;
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link) {
		if (ag->ag_family != 0 &&
		    ag->ag_family != ifa->ifa_addr.sa.sa_family)
			continue;
		if (ag->ag_array != NULL) {
			if (ag->ag_count == ag->ag_room)
				break;
			ifaddr_reference(ifa);
			ag->ag_array[ag->ag_count] = ifa;
		}
		ag->ag_count++;
	}
	lck_mtx_unlock(&ifp->if_lock);
}

static void
addr_gather_from(ifnet_t ifp, struct addr_gather *ag)
{
	ag->ag_count = 0;
	if (ifp != NULL)
		addr_gather(ifp, ag);
	else
		ifnet_foreach(addr_gather, ag);
}

errno_t
ifnet_get_address_list_family(ifnet_t ifp, ifaddr_t **addresses,
    sa_family_t family)
{
	struct addr_gather ag = { .ag_family = family };

	if (addresses == NULL)
		return (EINVAL);
	*addresses = NULL;
	if (ifp != NULL && !ifnet_is_attached(ifp))
		return (ENXIO);
	addr_gather_from(ifp, &ag);
	if (ag.ag_count == 0)
		return (ENXIO);
	ag.ag_room = ag.ag_count;
	ag.ag_array = kmalloc((ag.ag_room + 1) * sizeof(ifaddr_t),
	    M_WAITOK | M_ZERO);
	if (ag.ag_array == NULL)
		return (ENOMEM);
	addr_gather_from(ifp, &ag);
	*addresses = ag.ag_array;
	return (0);
}

errno_t
ifnet_get_address_list(ifnet_t ifp, ifaddr_t **addresses)
{
	return (ifnet_get_address_list_family(ifp, addresses, 0));
}

void
ifnet_free_address_list(ifaddr_t *addresses)
{
	if (addresses == NULL)
		return;
	for (ifaddr_t *p = addresses; *p != NULL; p++)
		ifaddr_release(*p);
	kfree(addresses);
}

/* --- reading one address --------------------------------------------------- */

static errno_t
ifaddr_copy(ifaddr_t ifa, const union ifa_sockaddr *src, struct sockaddr *out,
    uint32_t size)
{
	errno_t error = 0;

	lck_mtx_lock(&ifa->ifa_ifp->if_lock);
	uint32_t len = src->sa.sa_len;
	if (len == 0) {
		error = ENOTSUP;
	} else {
		if (len > size) {
			len = size;
			error = EMSGSIZE;
		}
		memcpy(out, src, len);
	}
	lck_mtx_unlock(&ifa->ifa_ifp->if_lock);
	return (error);
}

errno_t
ifaddr_address(ifaddr_t ifa, struct sockaddr *out, u_int32_t size)
{
	if (ifa == NULL || out == NULL)
		return (EINVAL);
	return (ifaddr_copy(ifa, &ifa->ifa_addr, out, size));
}

errno_t
ifaddr_dstaddress(ifaddr_t ifa, struct sockaddr *out, u_int32_t size)
{
	if (ifa == NULL || out == NULL)
		return (EINVAL);
	return (ifaddr_copy(ifa, &ifa->ifa_dstaddr, out, size));
}

errno_t
ifaddr_netmask(ifaddr_t ifa, struct sockaddr *out, u_int32_t size)
{
	if (ifa == NULL || out == NULL)
		return (EINVAL);
	return (ifaddr_copy(ifa, &ifa->ifa_netmask, out, size));
}

sa_family_t
ifaddr_address_family(ifaddr_t ifa)
{
	return (ifa != NULL ? ifa->ifa_addr.sa.sa_family : 0);
}

ifnet_t
ifaddr_ifnet(ifaddr_t ifa)
{
	return (ifa != NULL ? ifa->ifa_ifp : NULL);
}

/* --- searching all interfaces ---------------------------------------------- */

/* The bytes that make up the address proper. */
static const uint8_t *
sockaddr_bytes(const struct sockaddr *sa, size_t *len)
{
	switch (sa->sa_family) {
	case AF_INET:
		*len = 4;
		return ((const uint8_t *)&((const struct sockaddr_in *)(const void *)
		    sa)->sin_addr);
	case AF_INET6:
		*len = 16;
		return ((const uint8_t *)&((const struct sockaddr_in6 *)(const void *)
		    sa)->sin6_addr);
	default:
		*len = sa->sa_len > 2 ? sa->sa_len - 2u : 0;
		return ((const uint8_t *)sa + 2);
	}
}

static bool
sockaddr_same(const struct sockaddr *a, const struct sockaddr *b)
{
	size_t alen, blen;

	if (a->sa_len == 0 || b->sa_len == 0 || a->sa_family != b->sa_family)
		return (false);
	const uint8_t *ab = sockaddr_bytes(a, &alen);
	const uint8_t *bb = sockaddr_bytes(b, &blen);
	return (alen == blen && memcmp(ab, bb, alen) == 0);
}

/* Bits that agree under the mask of ifa, or -1 if not on its network. */
static int
ifa_match_net(const struct __ifaddr *ifa, const struct sockaddr *sa)
{
	size_t len, mlen;

	if (ifa->ifa_addr.sa.sa_family != sa->sa_family ||
	    ifa->ifa_netmask.sa.sa_len == 0 ||
	    (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
		return (-1);
	union ifa_sockaddr mask = ifa->ifa_netmask;
	mask.sa.sa_family = sa->sa_family;
	const uint8_t *want = sockaddr_bytes(sa, &len);
	const uint8_t *have = sockaddr_bytes(&ifa->ifa_addr.sa, &len);
	const uint8_t *m = sockaddr_bytes(&mask.sa, &mlen);
	int bits = 0;
	for (size_t i = 0; i < len; i++) {
		if (((want[i] ^ have[i]) & m[i]) != 0)
			return (-1);
		bits += __builtin_popcount(m[i]);
	}
	return (bits);
}

struct ifa_search {
	const struct sockaddr *is_addr;
	enum ifa_how { IFA_EXACT, IFA_DST, IFA_NET, IFA_BEST } is_how;
	int		is_score;
	ifaddr_t	is_found;
};

static int
ifa_score(const struct __ifaddr *ifa, const struct ifa_search *is)
{
	const struct sockaddr *sa = is->is_addr;
	bool ptp = (ifa->ifa_ifp->if_flags & IFF_POINTOPOINT) != 0;

	switch (is->is_how) {
	case IFA_EXACT:
		if (sockaddr_same(&ifa->ifa_addr.sa, sa))
			return (1000);
		/* A broadcast address is local, too. */
		return (!ptp && (ifa->ifa_ifp->if_flags & IFF_BROADCAST) != 0 &&
		    sockaddr_same(&ifa->ifa_dstaddr.sa, sa) ? 999 : -1);
	case IFA_DST:
		return (ptp && sockaddr_same(&ifa->ifa_dstaddr.sa, sa) ? 1 : -1);
	case IFA_NET:
	case IFA_BEST:
		if (ptp && sockaddr_same(&ifa->ifa_dstaddr.sa, sa))
			return (1001);
		if (ifa_match_net(ifa, sa) >= 0)
			return (ifa_match_net(ifa, sa));
		return (is->is_how == IFA_BEST &&
		    ifa->ifa_addr.sa.sa_family == sa->sa_family ? 0 : -1);
	}
	return (-1);
}

static void
ifa_search_one(ifnet_t ifp, void *arg)
{
	struct ifa_search *is = arg;
	ifaddr_t ifa;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifa, &ifp->if_addrs, ifa_link) {
		int score = ifa_score(ifa, is);
		if (score <= is->is_score)
			continue;
		ifaddr_reference(ifa);
		if (is->is_found != NULL)
			ifaddr_release(is->is_found);
		is->is_found = ifa;
		is->is_score = score;
	}
	lck_mtx_unlock(&ifp->if_lock);
}

static ifaddr_t
ifa_search(const struct sockaddr *sa, enum ifa_how how)
{
	struct ifa_search is = { .is_addr = sa, .is_how = how, .is_score = -1 };

	if (sa == NULL)
		return (NULL);
	ifnet_foreach(ifa_search_one, &is);
	return (is.is_found);
}

ifaddr_t
ifaddr_withaddr(const struct sockaddr *sa)
{
	return (ifa_search(sa, IFA_EXACT));
}

ifaddr_t
ifaddr_withdstaddr(const struct sockaddr *sa)
{
	return (ifa_search(sa, IFA_DST));
}

ifaddr_t
ifaddr_withnet(const struct sockaddr *sa)
{
	if (sa != NULL && sa->sa_family == AF_LINK) {
		const struct sockaddr_dl *sdl = (const void *)sa;
		ifnet_t ifp = ifnet_byindex(sdl->sdl_index);
		if (ifp == NULL)
			return (NULL);
		ifaddr_t ifa = ifa_first(ifp, AF_LINK);
		ifnet_release(ifp);
		return (ifa);
	}
	return (ifa_search(sa, IFA_NET));
}

ifaddr_t
ifaddr_findbestforaddr(const struct sockaddr *sa, ifnet_t ifp)
{
	struct ifa_search is = {
		.is_addr = sa, .is_how = IFA_BEST, .is_score = -1
	};

	if (sa == NULL || ifp == NULL)
		return (NULL);
	ifa_search_one(ifp, &is);
	return (is.is_found);
}

/*
 * The interface address a route should use: the peer's or own address for a
 * route through an interface, otherwise the network the gateway is on.
 */
ifaddr_t
ifaddr_withroute(int flags, const struct sockaddr *dst,
    const struct sockaddr *gateway)
{
	enum { rtf_gateway = 0x2, rtf_host = 0x4 };
	ifaddr_t ifa = NULL;

	if (dst == NULL || gateway == NULL)
		return (NULL);
	if ((flags & rtf_gateway) == 0) {
		if ((flags & rtf_host) != 0)
			ifa = ifaddr_withdstaddr(dst);
		if (ifa == NULL)
			ifa = ifaddr_withaddr(gateway);
	} else {
		ifa = ifaddr_withdstaddr(gateway);
	}
	if (ifa == NULL)
		ifa = ifaddr_withnet(gateway);
	if (ifa == NULL || ifa->ifa_addr.sa.sa_family == dst->sa_family)
		return (ifa);
	ifaddr_t best = ifaddr_findbestforaddr(dst, ifa->ifa_ifp);
	if (best != NULL) {
		ifaddr_release(ifa);
		ifa = best;
	}
	return (ifa);
}
