/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kpi_mbuf.h>: the fields of an mbuf and of its packet header.
 */
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <limits.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/mm/pmm.h"
#include "net/mbuf/mbuf.h"

/* The KPI's writers may use the room beside the data only when nobody else
 * looks at the storage. */
static bool
m_room_usable(const struct __mbuf *m)
{
	return m->m_ext == NULL ||
	    (!(m->m_flags & M_RDONLY) && !m_storage_shared(m));
}

/* --- data ------------------------------------------------------------------------ */

void *
mbuf_data(mbuf_t mbuf)
{
	return mbuf->m_data;
}

void *
mbuf_datastart(mbuf_t mbuf)
{
	return mbuf->m_buf;
}

errno_t
mbuf_setdata(mbuf_t mbuf, void *data, size_t len)
{
	char *p = data;

	if (p < mbuf->m_buf || p > mbuf->m_buf + mbuf->m_size ||
	    len > (size_t)(mbuf->m_buf + mbuf->m_size - p) || len > M_MAXLEN)
		return EINVAL;
	mbuf->m_data = p;
	mbuf->m_len = (uint16_t)len;
	return 0;
}

errno_t
mbuf_align_32(mbuf_t mbuf, size_t len)
{
	if (mbuf->m_ext != NULL && !m_room_usable(mbuf))
		return ENOTSUP;
	if (len > mbuf->m_size)
		len = mbuf->m_size;
	mbuf->m_data = mbuf->m_buf + ((mbuf->m_size - len) & ~(size_t)3);
	return 0;
}

addr64_t
mbuf_data_to_physical(void *ptr)
{
	return (addr64_t)virt_to_phys(ptr);
}

size_t
mbuf_leadingspace(const mbuf_t mbuf)
{
	return m_room_usable(mbuf) ? m_headroom(mbuf) : 0;
}

size_t
mbuf_trailingspace(const mbuf_t mbuf)
{
	return m_room_usable(mbuf) ? m_tailroom(mbuf) : 0;
}

int
mbuf_mclhasreference(mbuf_t mbuf)
{
	if (mbuf->m_ext == NULL)
		return 0;
	return (mbuf->m_flags & M_RDONLY) ||
	    (__atomic_load_n(&mbuf->m_ext->xt_flags, __ATOMIC_RELAXED) &
	    XT_SHARED) ? 1 : 0;
}

int
mbuf_mclref(mbuf_t mbuf)
{
	if (mbuf->m_ext == NULL)
		return 0;
	m_ext_ref(mbuf->m_ext);
	return 1;
}

int
mbuf_mclunref(mbuf_t mbuf)
{
	if (mbuf->m_ext != NULL) {
		KASSERT(mbuf->m_ext->xt_refs > 1,
		    ("mbuf_mclunref: nobody else holds the cluster of %p",
		    mbuf));
		m_ext_rele(mbuf->m_ext);
	}
	return 0;
}

/* --- links and lengths ------------------------------------------------------------ */

mbuf_t
mbuf_next(const mbuf_t mbuf)
{
	return mbuf->m_next;
}

errno_t
mbuf_setnext(mbuf_t mbuf, mbuf_t next)
{
	if (next != NULL && (next->m_type == MBUF_TYPE_FREE ||
	    next->m_nextpkt != NULL))
		return EINVAL;
	mbuf->m_next = next;
	return 0;
}

mbuf_t
mbuf_nextpkt(const mbuf_t mbuf)
{
	return mbuf->m_nextpkt;
}

void
mbuf_setnextpkt(mbuf_t mbuf, mbuf_t nextpkt)
{
	mbuf->m_nextpkt = nextpkt;
}

size_t
mbuf_len(const mbuf_t mbuf)
{
	return mbuf->m_len;
}

void
mbuf_setlen(mbuf_t mbuf, size_t len)
{
	mbuf->m_len = (uint16_t)len;
}

size_t
mbuf_maxlen(const mbuf_t mbuf)
{
	return mbuf->m_size;
}

errno_t
mbuf_adjustlen(mbuf_t mbuf, int amount)
{
	long room = (long)m_tailroom(mbuf);

	if (amount > 0 ? amount > room : -(long)amount > (long)mbuf->m_len)
		return EINVAL;
	mbuf->m_len = (uint16_t)((long)mbuf->m_len + amount);
	return 0;
}

/* --- type and flags ---------------------------------------------------------------- */

mbuf_type_t
mbuf_type(const mbuf_t mbuf)
{
	return mbuf->m_type;
}

errno_t
mbuf_settype(mbuf_t mbuf, mbuf_type_t new_type)
{
	if (new_type == MBUF_TYPE_FREE)
		return EINVAL;
	m_settype(mbuf, (int)new_type);
	return 0;
}

mbuf_flags_t
mbuf_flags(const mbuf_t mbuf)
{
	return mbuf->m_flags & M_PUBLIC;
}

/* Sets the public bits to `flags`; the rules of the packet header apply. */
static errno_t
m_change_flags(mbuf_t m, uint32_t flags)
{
	uint32_t old = m->m_flags & M_PUBLIC;
	errno_t error = 0;

	if ((flags & MBUF_PKTHDR) && !(old & MBUF_PKTHDR)) {
		if (m->m_ext == NULL && (m->m_len != 0 ||
		    m->m_data != m->m_buf)) {
			flags &= ~(uint32_t)MBUF_PKTHDR;
			error = EBUSY;
		} else {
			memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
		}
	} else if (!(flags & MBUF_PKTHDR) && (old & MBUF_PKTHDR)) {
		m_tags_free(m);
		memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
	}
	m->m_flags = (m->m_flags & ~M_PUBLIC) | flags;
	return error;
}

errno_t
mbuf_setflags(mbuf_t mbuf, mbuf_flags_t flags)
{
	if ((flags & ~M_PUBLIC) != 0 ||
	    ((mbuf->m_flags ^ flags) & MBUF_EXT) != 0)
		return EINVAL;
	return m_change_flags(mbuf, flags);
}

errno_t
mbuf_setflags_mask(mbuf_t mbuf, mbuf_flags_t flags, mbuf_flags_t mask)
{
	if ((mask & ~M_PUBLIC) != 0 || (mask & MBUF_EXT) != 0)
		return EINVAL;
	return m_change_flags(mbuf, ((mbuf->m_flags & M_PUBLIC) & ~mask) |
	    (flags & mask));
}

/* --- packet header ------------------------------------------------------------------ */

errno_t
mbuf_copy_pkthdr(mbuf_t dest, const mbuf_t src)
{
	const uint32_t own = MBUF_EXT | M_OWNER | M_RDONLY | M_RESERVED;
	struct m_tag *tags;

	if (!(src->m_flags & MBUF_PKTHDR))
		return EINVAL;
	m_tags_free(dest);
	tags = src->m_pkthdr.tags;
	dest->m_pkthdr = src->m_pkthdr;
	dest->m_pkthdr.tags = tags;
	dest->m_flags = (dest->m_flags & own) | (src->m_flags & ~own);
	dest->m_pflags = src->m_pflags;
	dest->m_ifidx = src->m_ifidx;
	src->m_pkthdr.tags = NULL;
	src->m_pkthdr.tc = MBUF_TC_BE;
	src->m_pkthdr.tc_priv = 0;
	if (dest->m_ext == NULL)
		dest->m_data = dest->m_buf;
	return 0;
}

size_t
mbuf_pkthdr_len(const mbuf_t mbuf)
{
	return mbuf->m_flags & MBUF_PKTHDR ? mbuf->m_pkthdr.len : 0;
}

void
mbuf_pkthdr_setlen(mbuf_t mbuf, size_t len)
{
	mbuf->m_pkthdr.len = len > INT_MAX ? INT_MAX : (uint32_t)len;
}

void
mbuf_pkthdr_adjustlen(mbuf_t mbuf, int amount)
{
	mbuf->m_pkthdr.len += (uint32_t)amount;
}

ifnet_t
mbuf_pkthdr_rcvif(const mbuf_t mbuf)
{
	return mbuf->m_pkthdr.rcvif;
}

errno_t
mbuf_pkthdr_setrcvif(mbuf_t mbuf, ifnet_t ifp)
{
	mbuf->m_pkthdr.rcvif = ifp;
	return 0;
}

void *
mbuf_pkthdr_header(const mbuf_t mbuf)
{
	return mbuf->m_pkthdr.header;
}

void
mbuf_pkthdr_setheader(mbuf_t mbuf, void *header)
{
	mbuf->m_pkthdr.header = header;
}

/* --- offloads ------------------------------------------------------------------------ */

#define CSUM_REQ_MASK	(MBUF_CSUM_REQ_IP | MBUF_CSUM_REQ_TCP | \
	    MBUF_CSUM_REQ_UDP | MBUF_CSUM_REQ_TCPIPV6 | MBUF_CSUM_REQ_UDPIPV6 | \
	    0x3000u)

void
mbuf_inbound_modified(mbuf_t mbuf)
{
	uint32_t lost = mbuf->m_pkthdr.csum_flags & (CSUM_REQ_MASK & ~0x3000u);

	/* A request not carried out yet must not be forgotten, see finalize. */
	if (lost != 0)
		mbuf->m_pkthdr.csum_redo |= lost | M_REDO_LOST;
	mbuf->m_pkthdr.csum_flags = 0;
	mbuf->m_pkthdr.vlan_tag = 0;
	mbuf->m_pkthdr.tso_segsz = 0;
}

void
mbuf_outbound_finalize(mbuf_t mbuf, u_int32_t protocol_family,
    size_t protocol_offset)
{
	MBUF_CHECK(mbuf);
	m_csum_finalize(mbuf, (int)protocol_family, protocol_offset);
}

errno_t
mbuf_set_vlan_tag(mbuf_t mbuf, u_int16_t vlan)
{
	mbuf->m_pkthdr.csum_flags |= PH_VLAN;
	mbuf->m_pkthdr.vlan_tag = vlan;
	return 0;
}

errno_t
mbuf_get_vlan_tag(mbuf_t mbuf, u_int16_t *vlan)
{
	if (!(mbuf->m_pkthdr.csum_flags & PH_VLAN))
		return ENXIO;
	*vlan = mbuf->m_pkthdr.vlan_tag;
	return 0;
}

errno_t
mbuf_clear_vlan_tag(mbuf_t mbuf)
{
	mbuf->m_pkthdr.csum_flags &= ~(uint32_t)PH_VLAN;
	mbuf->m_pkthdr.vlan_tag = 0;
	return 0;
}

errno_t
mbuf_set_csum_requested(mbuf_t mbuf, mbuf_csum_request_flags_t request,
    u_int32_t value)
{
	mbuf->m_pkthdr.csum_flags = (mbuf->m_pkthdr.csum_flags &
	    ~(uint32_t)PH_CSUM_MASK) | (request & PH_CSUM_MASK);
	mbuf->m_pkthdr.csum_data = value;
	return 0;
}

errno_t
mbuf_get_csum_requested(mbuf_t mbuf, mbuf_csum_request_flags_t *request,
    u_int32_t *value)
{
	*request = mbuf->m_pkthdr.csum_flags & CSUM_REQ_MASK;
	if (value != NULL)
		*value = mbuf->m_pkthdr.csum_data;
	return 0;
}

errno_t
mbuf_get_tso_requested(mbuf_t mbuf, mbuf_tso_request_flags_t *request,
    u_int32_t *value)
{
	if (mbuf == NULL || !(mbuf->m_flags & MBUF_PKTHDR) || request == NULL ||
	    value == NULL)
		return EINVAL;
	*request = mbuf->m_pkthdr.csum_flags & (MBUF_TSO_IPV4 | MBUF_TSO_IPV6);
	if (*request != 0)
		*value = mbuf->m_pkthdr.tso_segsz;
	return 0;
}

errno_t
mbuf_set_tso_requested(mbuf_t mbuf, mbuf_tso_request_flags_t request,
    u_int32_t value)
{
	const uint32_t all = MBUF_TSO_IPV4 | MBUF_TSO_IPV6;

	if (mbuf == NULL || !(mbuf->m_flags & MBUF_PKTHDR) ||
	    (request & ~all) != 0 || request == all || value > 0xffff ||
	    (request != 0) != (value != 0))
		return EINVAL;
	mbuf->m_pkthdr.csum_flags = (mbuf->m_pkthdr.csum_flags & ~all) |
	    request;
	mbuf->m_pkthdr.tso_segsz = (uint16_t)value;
	return 0;
}

errno_t
mbuf_clear_csum_requested(mbuf_t mbuf)
{
	mbuf->m_pkthdr.csum_flags &= ~(uint32_t)PH_CSUM_MASK;
	mbuf->m_pkthdr.csum_data = 0;
	return 0;
}

#define CSUM_DID_MASK	(MBUF_CSUM_DID_IP | MBUF_CSUM_IP_GOOD | \
	    MBUF_CSUM_DID_DATA | MBUF_CSUM_PSEUDO_HDR | 0x1000u)

errno_t
mbuf_set_csum_performed(mbuf_t mbuf, mbuf_csum_performed_flags_t flags,
    u_int32_t value)
{
	mbuf->m_pkthdr.csum_flags = (mbuf->m_pkthdr.csum_flags &
	    ~(uint32_t)PH_CSUM_MASK) | (flags & PH_CSUM_MASK);
	mbuf->m_pkthdr.csum_data = value;
	return 0;
}

errno_t
mbuf_get_csum_performed(mbuf_t mbuf, mbuf_csum_performed_flags_t *flags,
    u_int32_t *value)
{
	*flags = mbuf->m_pkthdr.csum_flags & CSUM_DID_MASK;
	*value = mbuf->m_pkthdr.csum_data;
	return 0;
}

errno_t
mbuf_clear_csum_performed(mbuf_t mbuf)
{
	return mbuf_clear_csum_requested(mbuf);
}

/* --- checksums ------------------------------------------------------------------------ */

static errno_t
m_kpi_cksum(mbuf_t m, bool v6, int protocol, u_int32_t offset,
    u_int32_t length, u_int16_t *csum)
{
	size_t total;
	uint32_t seed = 0;
	unsigned char a[32];

	if (m == NULL || csum == NULL || length == 0)
		return EINVAL;
	MBUF_CHECK(m);
	total = m->m_flags & MBUF_PKTHDR ? m->m_pkthdr.len : m_length(m);
	if ((uint64_t)offset + length > total ||
	    (uint64_t)offset + length > m_length(m))
		return EINVAL;
	if (protocol != 0 && v6) {
		if (mbuf_copydata(m, 8, 32, a) != 0)
			return EINVAL;
		seed = in_pseudo6(a, a + 16, length, (uint8_t)protocol);
	} else if (protocol != 0) {
		if (mbuf_copydata(m, 12, 8, a) != 0)
			return EINVAL;
		seed = in_pseudo4(a, a + 4, length, (uint8_t)protocol);
	}
	*csum = (uint16_t)~in_cksum_add(m_cksum(m, offset, length), seed);
	return 0;
}

errno_t
mbuf_inet_cksum(mbuf_t mbuf, int protocol, u_int32_t offset, u_int32_t length,
    u_int16_t *csum)
{
	return m_kpi_cksum(mbuf, false, protocol, offset, length, csum);
}

errno_t
mbuf_inet6_cksum(mbuf_t mbuf, int protocol, u_int32_t offset, u_int32_t length,
    u_int16_t *csum)
{
	return m_kpi_cksum(mbuf, true, protocol, offset, length, csum);
}

/* --- traffic class ---------------------------------------------------------------------- */

mbuf_traffic_class_t
mbuf_get_traffic_class(mbuf_t mbuf)
{
	if (mbuf == NULL || !(mbuf->m_flags & MBUF_PKTHDR))
		return MBUF_TC_BE;
	return (mbuf_traffic_class_t)mbuf->m_pkthdr.tc;
}

errno_t
mbuf_set_traffic_class(mbuf_t mbuf, mbuf_traffic_class_t tc)
{
	if (mbuf == NULL || !(mbuf->m_flags & MBUF_PKTHDR) ||
	    (unsigned)tc > MBUF_TC_VO)
		return EINVAL;
	mbuf->m_pkthdr.tc = (uint8_t)tc;
	return 0;
}

int
mbuf_is_traffic_class_privileged(mbuf_t mbuf)
{
	return mbuf != NULL && (mbuf->m_flags & MBUF_PKTHDR) &&
	    mbuf->m_pkthdr.tc_priv;
}
