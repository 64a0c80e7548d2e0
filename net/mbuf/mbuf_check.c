/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checker of chains, called at every KPI entry in debug builds.  A chain
 * is sound if every mbuf is allocated, owned by one user, shows bytes inside
 * its buffer, has storage with a count, and if the chain ends.
 *
 * The recorded packet length is not compared: callers may set it late.
 */
#include "net/mbuf/mbuf.h"

#include "kernel/kassert.h"

#define CHAIN_MAX	100000	/* longer is taken for a loop */

static void
check_one(const struct __mbuf *m)
{
	if (m->m_magic != M_MAGIC || m->m_type == MBUF_TYPE_FREE)
		panic("mbuf %p: used after it was freed", (const void *)m);
	if (m->m_ref != 1)
		panic("mbuf %p: %u users outside the engine", (const void *)m,
		    m->m_ref);
	if (m->m_data < m->m_buf || m->m_data + m->m_len > m->m_buf + m->m_size)
		panic("mbuf %p: %u bytes at %p are outside its buffer %p, %u",
		    (const void *)m, m->m_len, (void *)m->m_data,
		    (void *)m->m_buf, m->m_size);
	if ((m->m_ext != NULL) != ((m->m_flags & MBUF_EXT) != 0))
		panic("mbuf %p: flags %#x and storage %p disagree",
		    (const void *)m, m->m_flags, (void *)m->m_ext);
	if (m->m_ext != NULL && m->m_ext->xt_refs == 0)
		panic("mbuf %p: storage already released", (const void *)m);
	if (m->m_ext == NULL && m->m_buf != m->m_inline)
		panic("mbuf %p: inline data elsewhere", (const void *)m);
	if (!(m->m_flags & MBUF_PKTHDR) && m->m_pkthdr.tags != NULL)
		panic("mbuf %p: tags without a packet header",
		    (const void *)m);
}

void
mbuf_check(const struct __mbuf *m)
{
	unsigned n = 0;

	for (; m != NULL; m = m->m_next) {
		check_one(m);
		if (++n > CHAIN_MAX)
			panic("mbuf %p: chain does not end", (const void *)m);
	}
}
