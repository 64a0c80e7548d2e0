/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets as they were on the wire.
 *
 * A device may hand up segments it has joined, marked with the size of one
 * (mbuf_set_tso_requested), and checksums it left open because both ends are
 * the same machine (mbuf_set_csum_requested).  The protocols of this system
 * take both as they are.  A filter, and a protocol of a kext, gets neither:
 * for them the segments are cut again, each behind a link header of its own,
 * and the checksums filled in.
 */
#include "net/dlil/dlil.h"

#include <string.h>
#include <sys/socket.h>

#include "net/dlil/iff.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"

#define TSO_ANY		(MBUF_TSO_IPV4 | MBUF_TSO_IPV6)
#define REQ_V4		(MBUF_CSUM_REQ_TCP | MBUF_CSUM_REQ_UDP)
#define REQ_V6		(MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6)

bool
dlil_wants_plain(ifnet_t ifp)
{
	return iff_wanted(ifp, IFFK_IN) || ifp->if_kext_protos != 0;
}

/* The pieces of m, each with the link header in front of it. */
static mbuf_t
cut(ifnet_t ifp, mbuf_t m, int family)
{
	char link[32];
	size_t n = ifp->if_hdrlen;
	const char *h = m->m_pkthdr.header;
	mbuf_t list = NULL;

	if (dlil_segment_hook == NULL)
		return m;
	if (h != NULL && n <= sizeof(link))
		memcpy(link, h, n);
	else
		n = 0;
	if (dlil_segment_hook(ifp, (protocol_family_t)family, m, &list) != 0)
		return NULL;
	for (m = list; n != 0 && m != NULL; m = m->m_nextpkt) {
		if (m_headroom(m) < n)
			continue;
		m->m_pkthdr.header = m->m_data - n;
		memcpy(m->m_pkthdr.header, link, n);
	}
	return list;
}

mbuf_t
dlil_plain(ifnet_t ifp, mbuf_t list)
{
	mbuf_t out = NULL, *tail = &out, m, next;

	for (m = list; m != NULL; m = next) {
		uint32_t flags = m->m_pkthdr.csum_flags;
		int family = (flags & (MBUF_TSO_IPV6 | REQ_V6)) != 0 ?
		    PF_INET6 : PF_INET;

		next = m->m_nextpkt;
		m->m_nextpkt = NULL;
		if ((flags & TSO_ANY) != 0)
			m = cut(ifp, m, family);
		*tail = m;
		for (; m != NULL; m = m->m_nextpkt) {
			if ((m->m_pkthdr.csum_flags & (REQ_V4 | REQ_V6)) != 0)
				m_csum_complete(m, family);
			tail = &m->m_nextpkt;
		}
	}
	return out;
}
