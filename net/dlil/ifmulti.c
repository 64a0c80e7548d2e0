/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast memberships of an interface.
 *
 * A membership is known by its address.  Link-level ones (AF_LINK, AF_UNSPEC)
 * are what a driver programs; a protocol's (AF_INET, AF_INET6) resolves to a
 * link-level one through the attached protocol and holds it.  Joins through
 * ifnet_add_multicast and joins of protocols are counted apart, so that a
 * kext cannot leave what a protocol joined.  The driver hears of the first
 * join and the last leave of a link-level address (SIOCADDMULTI and
 * SIOCDELMULTI with data NULL) and reads the list itself.
 */
#include <libkern/libkern.h>
#include <sys/errno.h>
#include <sys/socket.h>
#include <sys/sockio.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/detach.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"

errno_t
ifmaddr_reference(ifmultiaddr_t ifma)
{
	if (ifma == NULL)
		return (EINVAL);
	__atomic_add_fetch(&ifma->ifma_refcnt, 1, __ATOMIC_RELAXED);
	return (0);
}

errno_t
ifmaddr_release(ifmultiaddr_t ifma)
{
	if (ifma == NULL)
		return (EINVAL);
	uint32_t old = __atomic_fetch_sub(&ifma->ifma_refcnt, 1,
	    __ATOMIC_ACQ_REL);
	if (old == 0)
		panic("ifmaddr_release: released too often");
	if (old == 1) {
		KASSERT(ifma->ifma_ifp == NULL, ("freeing a linked membership"));
		if (ifma->ifma_ll != NULL)
			ifmaddr_release(ifma->ifma_ll);
		kfree(ifma);
	}
	return (0);
}

static ifmultiaddr_t
ifma_find(ifnet_t ifp, const struct sockaddr *sa)
{
	ifmultiaddr_t ifma;

	TAILQ_FOREACH(ifma, &ifp->if_multiaddrs, ifma_link)
		if (ifma->ifma_addr.sa.sa_len == sa->sa_len &&
		    memcmp(&ifma->ifma_addr, sa, sa->sa_len) == 0)
			return (ifma);
	return (NULL);
}

/*
 * Link-level addresses have one form each: of an AF_LINK address only family,
 * length and bytes count.
 */
static errno_t
ifma_canonical(ifnet_t ifp, const struct sockaddr *sa, union ifa_sockaddr *out)
{
	memset(out, 0, sizeof(*out));
	if (sa->sa_family == AF_LINK) {
		const struct sockaddr_dl *sdl = (const void *)sa;
		size_t off = offsetof(struct sockaddr_dl, sdl_data);
		if (sdl->sdl_len < off || sdl->sdl_len > sizeof(*out) ||
		    sdl->sdl_nlen + sdl->sdl_alen + off > sdl->sdl_len ||
		    (ifp->if_addrlen != 0 && sdl->sdl_alen != ifp->if_addrlen))
			return (EINVAL);
		out->sdl.sdl_len = sizeof(struct sockaddr_dl);
		out->sdl.sdl_family = AF_LINK;
		out->sdl.sdl_index = (u_short)ifp->if_index;
		out->sdl.sdl_type = ifp->if_type;
		out->sdl.sdl_alen = sdl->sdl_alen;
		memcpy(out->sdl.sdl_data, sdl->sdl_data + sdl->sdl_nlen,
		    sdl->sdl_alen);
		return (0);
	}
	if (sa->sa_len < 2 || sa->sa_len > sizeof(*out))
		return (EINVAL);
	memcpy(out, sa, sa->sa_len);
	return (0);
}

static errno_t
ifma_check(ifnet_t ifp, const struct sockaddr *sa)
{
	if (ifp->if_ops.check_multi == NULL)
		return (0);
	return (GATE_CALL(&ifp->if_gate, ifp->if_ops.check_multi, ifp, sa));
}

errno_t
ifnet_resolve_multicast(ifnet_t ifp, const struct sockaddr *proto_addr,
    struct sockaddr *ll_addr, size_t ll_len)
{
	errno_t error = EOPNOTSUPP, verify;

	if (ifp == NULL || proto_addr == NULL || ll_addr == NULL)
		return (EINVAL);
	memset(ll_addr, 0, ll_len);
	struct if_proto *proto = if_proto_find(ifp, proto_addr->sa_family);
	if (proto != NULL) {
		if (proto->pr_v1.resolve != NULL && !proto->pr_detached)
			error = GATE_CALL(&proto->pr_gate, proto->pr_v1.resolve,
			    ifp, proto_addr, (struct sockaddr_dl *)(void *)ll_addr,
			    ll_len);
		if_proto_release(proto);
	}
	if (error != 0 && error != EOPNOTSUPP)
		return (error);
	if (!ifnet_io_begin(ifp))
		return (ENXIO);
	verify = ifma_check(ifp, error == 0 ? ll_addr : proto_addr);
	ifnet_io_end(ifp);
	return (verify != 0 ? verify : error);
}

/*
 * The driver hears of link addresses, and of protocol addresses that have
 * none if that protocol runs here at all.
 */
static void
ifma_tell_driver(ifnet_t ifp, sa_family_t family, unsigned long cmd)
{
	if (family != AF_LINK && family != AF_UNSPEC) {
		struct if_proto *pr = if_proto_find(ifp, family);
		if (pr == NULL)
			return;
		if_proto_release(pr);
	}
	ifnet_ioctl(ifp, 0, cmd, NULL);
}

/* Counts one more join; *first says that the address is new. */
static errno_t
ifma_add(ifnet_t ifp, const union ifa_sockaddr *addr, bool proto,
    ifmultiaddr_t ll, ifmultiaddr_t *out, bool *first)
{
	ifmultiaddr_t fresh = kmalloc(sizeof(*fresh), M_WAITOK | M_ZERO);
	if (fresh == NULL)
		return (ENOMEM);
	fresh->ifma_refcnt = 1;			/* the list's */
	fresh->ifma_addr = *addr;
	lck_mtx_lock(&ifp->if_lock);
	ifmultiaddr_t ifma = ifma_find(ifp, &addr->sa);
	*first = ifma == NULL;
	if (ifma == NULL) {
		ifma = fresh;
		fresh = NULL;
		ifma->ifma_ifp = ifp;
		if (ll != NULL) {
			ifmaddr_reference(ll);
			ifma->ifma_ll = ll;
		}
		TAILQ_INSERT_TAIL(&ifp->if_multiaddrs, ifma, ifma_link);
	}
	if (proto)
		ifma->ifma_proto_joins++;
	else
		ifma->ifma_joins++;
	ifmaddr_reference(ifma);		/* the caller's */
	lck_mtx_unlock(&ifp->if_lock);
	kfree(fresh);
	*out = ifma;
	return (0);
}

/* Counts one join less; *last says that nobody is left. */
static errno_t
ifma_drop(ifmultiaddr_t ifma, bool proto, bool *last)
{
	ifnet_t ifp = ifma->ifma_ifp;
	errno_t error = 0;

	*last = false;
	if (ifp == NULL)
		return (ENOENT);
	lck_mtx_lock(&ifp->if_lock);
	uint32_t *joins = proto ? &ifma->ifma_proto_joins : &ifma->ifma_joins;
	if (ifma->ifma_ifp == NULL || *joins == 0) {
		error = ENOENT;
	} else if (--*joins, ifma->ifma_joins + ifma->ifma_proto_joins == 0) {
		TAILQ_REMOVE(&ifp->if_multiaddrs, ifma, ifma_link);
		ifma->ifma_ifp = NULL;
		*last = true;
	}
	lck_mtx_unlock(&ifp->if_lock);
	if (*last)
		ifmaddr_release(ifma);
	return (error);
}

static errno_t
ifma_join_addr(ifnet_t ifp, const struct sockaddr *sa, bool proto,
    ifmultiaddr_t *out)
{
	union ifa_sockaddr addr, ll;
	ifmultiaddr_t ifma, ll_ifma = NULL;
	errno_t error;
	bool first;

	if ((ifp->if_flags & IFF_MULTICAST) == 0)
		return (EADDRNOTAVAIL);
	error = ifma_canonical(ifp, sa, &addr);
	if (error != 0)
		return (error);
	if (!ifnet_io_begin(ifp))
		return (ENXIO);
	if (sa->sa_family == AF_LINK || sa->sa_family == AF_UNSPEC) {
		error = ifma_check(ifp, &addr.sa);
	} else {
		error = ifnet_resolve_multicast(ifp, &addr.sa, &ll.sa, sizeof(ll));
		if (error == 0)
			error = ifma_join_addr(ifp, &ll.sa, true, &ll_ifma);
		else if (error == EOPNOTSUPP)
			error = 0;	/* a link without link addresses */
	}
	if (error == 0) {
		error = ifma_add(ifp, &addr, proto, ll_ifma, &ifma, &first);
		if (error == 0) {
			/* A link address is counted once per membership. */
			if (!first && ll_ifma != NULL) {
				bool last;
				ifma_drop(ll_ifma, true, &last);
			}
			if (first && ll_ifma == NULL)
				ifma_tell_driver(ifp, sa->sa_family,
				    SIOCADDMULTI);
			*out = ifma;
		}
	}
	if (ll_ifma != NULL)
		ifmaddr_release(ll_ifma);
	ifnet_io_end(ifp);
	return (error);
}

/* A membership of family that has no link address yet; referenced. */
static ifmultiaddr_t
ifma_unresolved(ifnet_t ifp, sa_family_t family, ifmultiaddr_t after)
{
	bool passed = after == NULL;
	ifmultiaddr_t ifma;

	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifma, &ifp->if_multiaddrs, ifma_link) {
		if (passed && ifma->ifma_ll == NULL &&
		    ifma->ifma_addr.sa.sa_family == family)
			break;
		passed |= ifma == after;
	}
	if (ifma != NULL)
		ifmaddr_reference(ifma);
	lck_mtx_unlock(&ifp->if_lock);
	return (ifma);
}

/*
 * Memberships may be older than the protocol on this interface, which alone
 * knows their link addresses: they get them now.
 */
void
ifma_resolve_again(ifnet_t ifp, sa_family_t family)
{
	ifmultiaddr_t ifma = NULL, next, ll_ifma;
	union ifa_sockaddr ll;

	while ((next = ifma_unresolved(ifp, family, ifma)) != NULL) {
		if (ifma != NULL)
			ifmaddr_release(ifma);
		ifma = next;
		if (ifnet_resolve_multicast(ifp, &ifma->ifma_addr.sa, &ll.sa,
		    sizeof(ll)) != 0 ||
		    ifma_join_addr(ifp, &ll.sa, true, &ll_ifma) != 0)
			continue;
		lck_mtx_lock(&ifp->if_lock);
		bool taken = ifma->ifma_ifp != NULL && ifma->ifma_ll == NULL;
		if (taken)
			ifma->ifma_ll = ll_ifma;	/* with the reference */
		lck_mtx_unlock(&ifp->if_lock);
		if (!taken) {
			bool last;
			ifma_drop(ll_ifma, true, &last);
			ifmaddr_release(ll_ifma);
		}
	}
	if (ifma != NULL)
		ifmaddr_release(ifma);
}

static errno_t
ifma_leave_addr(ifmultiaddr_t ifma, bool proto)
{
	ifnet_t ifp = ifma->ifma_ifp;
	bool last, ll_last = false;
	errno_t error = ifma_drop(ifma, proto, &last);

	if (error != 0 || !last)
		return (error);
	if (ifma->ifma_ll != NULL)
		ifma_drop(ifma->ifma_ll, true, &ll_last);
	if (ll_last || ifma->ifma_ll == NULL)
		ifma_tell_driver(ifp, ll_last ? AF_LINK :
		    ifma->ifma_addr.sa.sa_family, SIOCDELMULTI);
	return (0);
}

/*
 * The interface goes: what protocols joined goes with it, what
 * ifnet_add_multicast joined is kept for a recycled structure.
 */
void
ifma_purge_protocols(ifnet_t ifp)
{
	ifmultiaddr_t ifma;

	for (;;) {
		lck_mtx_lock(&ifp->if_lock);
		TAILQ_FOREACH(ifma, &ifp->if_multiaddrs, ifma_link)
			if (ifma->ifma_proto_joins != 0)
				break;
		bool last = false;
		if (ifma != NULL) {
			ifma->ifma_proto_joins = 0;
			last = ifma->ifma_joins == 0;
			if (last) {
				TAILQ_REMOVE(&ifp->if_multiaddrs, ifma, ifma_link);
				ifma->ifma_ifp = NULL;
			}
		}
		lck_mtx_unlock(&ifp->if_lock);
		if (ifma == NULL)
			return;
		if (last)
			ifmaddr_release(ifma);
	}
}

errno_t
ifnet_add_multicast(ifnet_t ifp, const struct sockaddr *maddr,
    ifmultiaddr_t *out)
{
	ifmultiaddr_t ifma;
	errno_t error;

	if (ifp == NULL || maddr == NULL ||
	    (maddr->sa_family != AF_LINK && maddr->sa_family != AF_UNSPEC))
		return (EINVAL);
	error = ifma_join_addr(ifp, maddr, false, &ifma);
	if (error != 0)
		return (error);
	if (out != NULL)
		*out = ifma;
	else
		ifmaddr_release(ifma);
	return (0);
}

errno_t
ifnet_remove_multicast(ifmultiaddr_t ifma)
{
	if (ifma == NULL)
		return (EINVAL);
	return (ifma_leave_addr(ifma, false));
}

errno_t
ifma_join(ifnet_t ifp, const struct sockaddr *proto_addr)
{
	ifmultiaddr_t ifma;
	errno_t error = ifma_join_addr(ifp, proto_addr, true, &ifma);

	if (error == 0)
		ifmaddr_release(ifma);
	return (error);
}

errno_t
ifma_leave(ifnet_t ifp, const struct sockaddr *proto_addr)
{
	union ifa_sockaddr addr;
	errno_t error = ifma_canonical(ifp, proto_addr, &addr);

	if (error != 0)
		return (error);
	lck_mtx_lock(&ifp->if_lock);
	ifmultiaddr_t ifma = ifma_find(ifp, &addr.sa);
	if (ifma != NULL)
		ifmaddr_reference(ifma);
	lck_mtx_unlock(&ifp->if_lock);
	if (ifma == NULL)
		return (ENOENT);
	error = ifma_leave_addr(ifma, true);
	ifmaddr_release(ifma);
	return (error);
}

errno_t
ifnet_get_multicast_list(ifnet_t ifp, ifmultiaddr_t **addresses)
{
	ifmultiaddr_t ifma, *array;
	uint32_t n = 0, i = 0;

	if (ifp == NULL || addresses == NULL)
		return (EINVAL);
	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifma, &ifp->if_multiaddrs, ifma_link)
		n++;
	lck_mtx_unlock(&ifp->if_lock);
	array = kmalloc((n + 1) * sizeof(*array), M_WAITOK | M_ZERO);
	if (array == NULL)
		return (ENOMEM);
	lck_mtx_lock(&ifp->if_lock);
	TAILQ_FOREACH(ifma, &ifp->if_multiaddrs, ifma_link) {
		if (i == n)
			break;
		ifmaddr_reference(ifma);
		array[i++] = ifma;
	}
	lck_mtx_unlock(&ifp->if_lock);
	*addresses = array;
	return (0);
}

void
ifnet_free_multicast_list(ifmultiaddr_t *multicasts)
{
	if (multicasts == NULL)
		return;
	for (ifmultiaddr_t *p = multicasts; *p != NULL; p++)
		ifmaddr_release(*p);
	kfree(multicasts);
}

static errno_t
ifmaddr_copy(const union ifa_sockaddr *src, struct sockaddr *out, uint32_t size)
{
	uint32_t len = src->sa.sa_len;

	if (len == 0)
		return (ENOTSUP);
	memcpy(out, src, len < size ? len : size);
	return (len > size ? EMSGSIZE : 0);
}

errno_t
ifmaddr_address(ifmultiaddr_t ifma, struct sockaddr *out, u_int32_t size)
{
	if (ifma == NULL || out == NULL)
		return (EINVAL);
	return (ifmaddr_copy(&ifma->ifma_addr, out, size));
}

errno_t
ifmaddr_lladdress(ifmultiaddr_t ifma, struct sockaddr *out, u_int32_t size)
{
	if (ifma == NULL || out == NULL)
		return (EINVAL);
	if (ifma->ifma_ll == NULL)
		return (ENOTSUP);
	return (ifmaddr_copy(&ifma->ifma_ll->ifma_addr, out, size));
}

ifnet_t
ifmaddr_ifnet(ifmultiaddr_t ifma)
{
	return (ifma != NULL ? ifma->ifma_ifp : NULL);
}
