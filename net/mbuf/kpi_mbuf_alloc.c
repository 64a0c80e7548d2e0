/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kpi_mbuf.h>: making and freeing mbufs, clusters and packets.
 */
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <string.h>

#include "kernel/kassert.h"
#include "net/mbuf/mbuf.h"

errno_t
mbuf_get(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf)
{
	if (mbuf == NULL)
		return EINVAL;
	*mbuf = m_get((int)how, (int)type);
	return *mbuf == NULL ? ENOMEM : 0;
}

errno_t
mbuf_gethdr(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf)
{
	if (mbuf == NULL)
		return EINVAL;
	*mbuf = m_gethdr((int)how, (int)type);
	return *mbuf == NULL ? ENOMEM : 0;
}

errno_t
mbuf_attachcluster(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf,
    caddr_t extbuf, void (*extfree)(caddr_t, u_int, caddr_t), size_t extsize,
    caddr_t extarg)
{
	mbuf_t m;
	struct m_ext *xt;

	if (mbuf == NULL || extbuf == NULL || extfree == NULL || extsize == 0 ||
	    extsize > M_MAXLEN)
		return EINVAL;
	m = *mbuf;
	if (m == NULL)
		m = m_gethdr((int)how, (int)type);
	if (m == NULL)
		return ENOMEM;
	xt = m_ext_attach((int)how, extbuf, extsize, extfree, extarg);
	if (xt == NULL) {
		m_free(m);
		*mbuf = NULL;
		return ENOMEM;
	}
	m_set_storage(m, xt, true);
	*mbuf = m;
	return 0;
}

errno_t
mbuf_alloccluster(mbuf_how_t how, size_t *size, caddr_t *addr)
{
	size_t n;

	if (size == NULL || *size == 0 || addr == NULL)
		return EINVAL;
	*addr = NULL;
	n = *size <= MCLBYTES ? MCLBYTES : *size <= MBIGCLBYTES ? MBIGCLBYTES :
	    M16KCLBYTES;
	if (*size <= n)
		*addr = m_cluster_alloc((int)how, n);
	if (*addr == NULL) {
		*size = 0;
		return ENOMEM;
	}
	*size = n;
	return 0;
}

void
mbuf_freecluster(caddr_t addr, size_t size)
{
	m_cluster_free(addr, size);
}

errno_t
mbuf_getcluster(mbuf_how_t how, mbuf_type_t type, size_t size, mbuf_t *mbuf)
{
	mbuf_t m;

	if (mbuf == NULL ||
	    (size != MCLBYTES && size != MBIGCLBYTES && size != M16KCLBYTES))
		return EINVAL;
	m = *mbuf;
	if (m == NULL)
		m = m_get((int)how, (int)type);
	if (m == NULL)
		return ENOMEM;
	if (!m_clget(m, (int)how, size)) {
		if (*mbuf == NULL)
			m_free(m);
		return ENOMEM;
	}
	*mbuf = m;
	return 0;
}

errno_t
mbuf_mclget(mbuf_how_t how, mbuf_type_t type, mbuf_t *mbuf)
{
	return mbuf_getcluster(how, type, MCLBYTES, mbuf);
}

/* --- whole packets --------------------------------------------------------------- */

/* How many mbufs a packet of len takes; max 0: as many as it wants. */
static unsigned
packet_chunks(size_t len, unsigned max)
{
	if (len <= MHLEN)
		return 1;
	if (len <= MHLEN + MLEN)
		return max == 1 ? 1 : 2;
	return (unsigned)((len + M16KCLBYTES - 1) / M16KCLBYTES);
}

/* The i-th of n mbufs of a packet, of which left bytes are still to place. */
static mbuf_t
packet_chunk(mbuf_how_t how, size_t len, size_t left, unsigned i, unsigned n)
{
	int flags = i == 0 ? MBUF_PKTHDR : 0;

	if (len <= MHLEN + MLEN && (n == 2 || len <= MHLEN))
		return i == 0 ? m_gethdr((int)how, MBUF_TYPE_DATA) :
		    m_get((int)how, MBUF_TYPE_DATA);
	return m_getjcl((int)how, MBUF_TYPE_DATA, flags,
	    left <= MCLBYTES ? MCLBYTES : left <= MBIGCLBYTES ? MBIGCLBYTES :
	    M16KCLBYTES);
}

errno_t
mbuf_allocpacket(mbuf_how_t how, size_t packetlen, unsigned int *maxchunks,
    mbuf_t *mbuf)
{
	unsigned max = maxchunks != NULL ? *maxchunks : 0, n;
	mbuf_t head = NULL, *tail = &head;
	size_t left = packetlen;

	if (packetlen == 0 || mbuf == NULL)
		return EINVAL;
	n = packet_chunks(packetlen, max);
	if (max != 0 && n > max)
		return ENOBUFS;
	for (unsigned i = 0; i < n; i++) {
		mbuf_t m = packet_chunk(how, packetlen, left, i, n);

		if (m == NULL) {
			m_freem(head);
			return ENOMEM;
		}
		*tail = m;
		tail = &m->m_next;
		left -= m->m_size < left ? m->m_size : left;
	}
	if (maxchunks != NULL)
		*maxchunks = n;
	*mbuf = head;
	return 0;
}

errno_t
mbuf_allocpacket_list(unsigned int numpkts, mbuf_how_t how, size_t packetlen,
    unsigned int *maxchunks, mbuf_t *mbuf)
{
	unsigned limit = maxchunks != NULL ? *maxchunks : 0, used = 0;
	mbuf_t head = NULL, *tail = &head;

	if (numpkts == 0 || packetlen == 0 || mbuf == NULL)
		return EINVAL;
	for (unsigned i = 0; i < numpkts; i++) {
		mbuf_t m;
		errno_t error;

		used = limit;
		error = mbuf_allocpacket(how, packetlen, &used, &m);
		if (error != 0) {
			mbuf_freem_list(head);
			return error;
		}
		*tail = m;
		tail = &m->m_nextpkt;
	}
	if (maxchunks != NULL)
		*maxchunks = used;
	*mbuf = head;
	return 0;
}

errno_t
mbuf_getpacket(mbuf_how_t how, mbuf_t *mbuf)
{
	if (mbuf == NULL)
		return EINVAL;
	*mbuf = m_getcl((int)how, MBUF_TYPE_DATA, MBUF_PKTHDR);
	if (*mbuf == NULL)
		return how == MBUF_WAITOK ? ENOMEM : EWOULDBLOCK;
	return 0;
}

/* --- freeing ----------------------------------------------------------------------- */

mbuf_t
mbuf_free(mbuf_t mbuf)
{
	return m_free(mbuf);
}

void
mbuf_freem(mbuf_t mbuf)
{
	m_freem(mbuf);
}

int
mbuf_freem_list(mbuf_t mbuf)
{
	int n = 0;

	while (mbuf != NULL) {
		mbuf_t next = mbuf->m_nextpkt;

		m_freem(mbuf);
		mbuf = next;
		n++;
	}
	return n;
}

/* --- sizes and figures -------------------------------------------------------------- */

u_int32_t
mbuf_get_mlen(void)
{
	return (u_int32_t)MLEN;
}

u_int32_t
mbuf_get_mhlen(void)
{
	return (u_int32_t)MHLEN;
}

u_int32_t
mbuf_get_minclsize(void)
{
	return (u_int32_t)MINCLSIZE;
}

void
mbuf_stats(struct mbuf_stat *stats)
{
	struct m_class_stat mb, c2, c4, c16;
	uint32_t types[16];

	mbuf_class_stat(MC_MBUF, &mb);
	mbuf_class_stat(MC_CL2K, &c2);
	mbuf_class_stat(MC_CL4K, &c4);
	mbuf_class_stat(MC_CL16K, &c16);
	mbuf_type_counts(types);
	memset(stats, 0, sizeof(*stats));
	stats->mbufs = mb.inuse;
	stats->clusters = c2.inuse;
	/* Nothing is kept apart for clusters: what the limit still allows. */
	stats->clfree = (u_int32_t)((mbuf_bytes_limit() - mbuf_bytes_inuse()) /
	    MCLBYTES);
	stats->drops = (u_int32_t)(mb.fails + c2.fails + c4.fails + c16.fails);
	stats->wait = (u_int32_t)mbuf_waits;
	stats->drain = (u_int32_t)mbuf_drains;
	for (int i = 0; i < 16; i++)
		stats->mtypes[i] = (u_short)(types[i] > 0xffff ? 0xffff :
		    types[i]);
	stats->mcfail = (u_int32_t)(c2.fails + c4.fails + c16.fails);
	stats->mpfail = (u_int32_t)mb.fails;
	stats->msize = MSIZE;
	stats->mclbytes = MCLBYTES;
	stats->minclsize = (u_int32_t)MINCLSIZE;
	stats->mlen = (u_int32_t)MLEN;
	stats->mhlen = (u_int32_t)MHLEN;
	stats->bigclusters = c4.inuse;
	stats->bigclfree = (u_int32_t)((mbuf_bytes_limit() -
	    mbuf_bytes_inuse()) / MBIGCLBYTES);
	stats->bigmclbytes = MBIGCLBYTES;
}
