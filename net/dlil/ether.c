/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ethernet for any interface: the demux, framer, add_proto, del_proto and
 * check_multi that a driver names in its ifnet_init_params.
 *
 * Descriptors of attached protocols are kept per interface in if_demux_data,
 * guarded by if_proto_lock (shared in ether_demux, exclusive in add and del).
 * A frame arrives with the header pointer at its 14 bytes and the data behind
 * them.
 */
#include <libkern/libkern.h>
#include <net/ethernet.h>
#include <net/if_ether.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/dlil.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"

#define ETHER_LEN_MAX	1500	/* larger values of the type field are types */
#define VLAN_TAG_LEN	4
#define VLAN_ID_MASK	0x0fff
#define DESC_LEN_MAX	8
#define DESC_MAX	64	/* per interface */

struct ether_desc {
	protocol_family_t ed_family;
	uint32_t	ed_type;	/* DLIL_DESC_* */
	uint32_t	ed_len;
	uint8_t		ed_data[DESC_LEN_MAX];
};

struct ether_descs {
	uint32_t	count, room;
	struct ether_desc desc[];
};

static const uint8_t ether_broadcast[ETHER_ADDR_LEN] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff
};

/* --- descriptors ----------------------------------------------------------- */

static errno_t
desc_check(const struct ifnet_demux_desc *d)
{
	switch (d->type) {
	case DLIL_DESC_ETYPE2:
		return (d->datalen == 2 ? 0 : EINVAL);
	case DLIL_DESC_SAP:
		return (d->datalen == 3 ? 0 : EINVAL);
	case DLIL_DESC_SNAP:
		return (d->datalen == 5 ? 0 : EINVAL);
	default:
		return (ENOTSUP);
	}
}

static bool
desc_taken(const struct ether_descs *descs, const struct ifnet_demux_desc *d)
{
	for (uint32_t i = 0; descs != NULL && i < descs->count; i++)
		if (descs->desc[i].ed_type == d->type &&
		    memcmp(descs->desc[i].ed_data, d->data, d->datalen) == 0)
			return (true);
	return (false);
}

/* Room for n more, or NULL.  The old table is kept on failure. */
static struct ether_descs *
descs_grow(struct ether_descs *old, uint32_t n)
{
	uint32_t count = old != NULL ? old->count : 0;

	if (old != NULL && old->count + n <= old->room)
		return (old);
	if (count + n > DESC_MAX)
		return (NULL);
	uint32_t room = count + n + 4;
	struct ether_descs *descs = kmalloc(sizeof(*descs) +
	    room * sizeof(descs->desc[0]), M_WAITOK | M_ZERO);
	if (descs == NULL)
		return (NULL);
	if (old != NULL)
		memcpy(descs, old, sizeof(*old) + count * sizeof(old->desc[0]));
	descs->room = room;
	kfree(old);
	return (descs);
}

errno_t
ether_add_proto(ifnet_t ifp, protocol_family_t family,
    const struct ifnet_demux_desc *list, u_int32_t count)
{
	struct ether_descs *descs = ifp->if_demux_data;

	for (uint32_t i = 0; i < count; i++) {
		if (list[i].data == NULL)
			return (EINVAL);
		errno_t error = desc_check(&list[i]);
		if (error != 0)
			return (error);
		if (desc_taken(descs, &list[i]))
			return (EADDRINUSE);
	}
	if (count == 0)
		return (0);
	descs = descs_grow(descs, count);
	if (descs == NULL)
		return (ENOMEM);
	ifp->if_demux_data = descs;
	for (uint32_t i = 0; i < count; i++) {
		struct ether_desc *ed = &descs->desc[descs->count++];
		ed->ed_family = family;
		ed->ed_type = list[i].type;
		ed->ed_len = list[i].datalen;
		memcpy(ed->ed_data, list[i].data, list[i].datalen);
	}
	return (0);
}

errno_t
ether_del_proto(ifnet_t ifp, protocol_family_t family)
{
	struct ether_descs *descs = ifp->if_demux_data;
	uint32_t kept = 0;

	if (descs == NULL)
		return (0);
	for (uint32_t i = 0; i < descs->count; i++)
		if (descs->desc[i].ed_family != family)
			descs->desc[kept++] = descs->desc[i];
	descs->count = kept;
	if (kept == 0) {
		kfree(descs);
		ifp->if_demux_data = NULL;
	}
	return (0);
}

/* --- demux ----------------------------------------------------------------- */

static const uint8_t *
ether_lladdr(const struct __ifnet *ifp)
{
	const struct sockaddr_dl *sdl = &ifp->if_lladdr->ifa_addr.sdl;

	return ((const uint8_t *)sdl->sdl_data + sdl->sdl_nlen);
}

static void
ether_mark(ifnet_t ifp, mbuf_t m, const struct ether_header *eh)
{
	if ((eh->ether_dhost[0] & 1) == 0) {
		if (memcmp(eh->ether_dhost, ether_lladdr(ifp),
		    ETHER_ADDR_LEN) != 0)
			m->m_flags |= MBUF_PROMISC;
	} else if (memcmp(eh->ether_dhost, ether_broadcast,
	    ETHER_ADDR_LEN) == 0) {
		m->m_flags |= MBUF_BCAST;
	} else {
		m->m_flags |= MBUF_MCAST;
	}
}

static bool
desc_matches(const struct ether_desc *ed, uint16_t type, const uint8_t *llc,
    size_t llc_len)
{
	static const uint8_t snap[3] = { 0xaa, 0xaa, 0x03 };

	switch (ed->ed_type) {
	case DLIL_DESC_ETYPE2:
		return (memcmp(ed->ed_data, &type, sizeof(type)) == 0);
	case DLIL_DESC_SAP:
		return (llc_len >= 3 && memcmp(ed->ed_data, llc, 3) == 0);
	case DLIL_DESC_SNAP:
		return (llc_len >= 8 && memcmp(snap, llc, 3) == 0 &&
		    memcmp(ed->ed_data, llc + 3, 5) == 0);
	default:
		return (false);
	}
}

errno_t
ether_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *family)
{
	struct ether_header *eh = (void *)header;
	const struct ether_descs *descs = ifp->if_demux_data;
	const uint8_t *llc = NULL;
	size_t llc_len = 0;

	if (header == NULL)
		return (ENOENT);
	ether_mark(ifp, m, eh);
	if ((m->m_flags & MBUF_HASFCS) != 0) {
		mbuf_adj(m, -ETHER_CRC_LEN);
		m->m_flags &= ~(uint32_t)MBUF_HASFCS;
	}
	uint16_t type = eh->ether_type;

	/* A tag that only carries a priority (VID 0) is not a VLAN. */
	if (type == htons(ETHERTYPE_VLAN) && m->m_len >= VLAN_TAG_LEN) {
		uint16_t tag[2];
		memcpy(tag, m->m_data, sizeof(tag));
		if ((ntohs(tag[0]) & VLAN_ID_MASK) == 0) {
			char *moved = header + VLAN_TAG_LEN;
			memmove(moved, header, 2 * ETHER_ADDR_LEN);
			memcpy(moved + 2 * ETHER_ADDR_LEN, &tag[1],
			    sizeof(tag[1]));
			mbuf_adj(m, VLAN_TAG_LEN);
			m->m_pkthdr.header = moved;
			type = tag[1];
		}
	}
	if (ntohs(type) <= ETHER_LEN_MAX) {
		llc = (const uint8_t *)m->m_data;
		llc_len = m->m_len;
	}
	for (uint32_t i = 0; descs != NULL && i < descs->count; i++) {
		const struct ether_desc *ed = &descs->desc[i];
		if ((llc == NULL) != (ed->ed_type == DLIL_DESC_ETYPE2))
			continue;
		if (desc_matches(ed, type, llc, llc_len)) {
			*family = ed->ed_family;
			return (0);
		}
	}
	return (ENOENT);
}

/* --- output ---------------------------------------------------------------- */

/* True if the packet went to loopback and is not to be sent. */
static bool
ether_loop(ifnet_t ifp, mbuf_t m, const struct sockaddr *dest, const char *dst)
{
	ifnet_t lo = ifnet_loopback();

	if ((ifp->if_flags & IFF_SIMPLEX) == 0 || (m->m_flags & MBUF_LOOP) == 0 ||
	    lo == NULL || dest == NULL)
		return (false);
	if ((m->m_flags & MBUF_BCAST) != 0) {
		mbuf_t copy = NULL;
		if (mbuf_dup(m, MBUF_DONTWAIT, &copy) == 0)
			dlil_output(lo, dest->sa_family, copy, NULL, dest, false);
		return (false);
	}
	if (memcmp(dst, ether_lladdr(ifp), ETHER_ADDR_LEN) != 0)
		return (false);
	dlil_output(lo, dest->sa_family, m, NULL, dest, false);
	return (true);
}

errno_t
ether_frameout(ifnet_t ifp, mbuf_t *packet, const struct sockaddr *dest,
    const char *dest_lladdr, const char *frame_type)
{
	if (ether_loop(ifp, *packet, dest, dest_lladdr))
		return (EJUSTRETURN);
	if (mbuf_prepend(packet, ETHER_HDR_LEN, MBUF_DONTWAIT) != 0)
		return (EJUSTRETURN);
	struct ether_header *eh = mtod(*packet, struct ether_header *);
	memcpy(eh->ether_dhost, dest_lladdr, ETHER_ADDR_LEN);
	memcpy(eh->ether_shost, ether_lladdr(ifp), ETHER_ADDR_LEN);
	memcpy(&eh->ether_type, frame_type, ETHER_TYPE_LEN);
	if ((eh->ether_dhost[0] & 1) != 0)
		(*packet)->m_flags |= memcmp(eh->ether_dhost, ether_broadcast,
		    ETHER_ADDR_LEN) == 0 ? MBUF_BCAST : MBUF_MCAST;
	return (0);
}

errno_t
ether_ioctl(ifnet_t ifp, u_int32_t command, void *data)
{
	return (EOPNOTSUPP);
}

errno_t
ether_check_multi(ifnet_t ifp, const struct sockaddr *mcast)
{
	const uint8_t *bytes;

	switch (mcast->sa_family) {
	case AF_UNSPEC:
		bytes = (const uint8_t *)mcast->sa_data;
		break;
	case AF_LINK: {
		const struct sockaddr_dl *sdl = (const void *)mcast;
		bytes = (const uint8_t *)sdl->sdl_data + sdl->sdl_nlen;
		break;
	}
	default:
		return (EAFNOSUPPORT);
	}
	return ((bytes[0] & 1) != 0 ? 0 : EADDRNOTAVAIL);
}
