/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Operations on chains that the stack itself uses: lengths, pull-up, copies,
 * moving the packet header.  The KPI's forms are in kpi_mbuf_chain.c.
 *
 * An mbuf of length 0 may stand anywhere in a chain; every walker skips it.
 */
#include "net/mbuf/mbuf.h"

#include <string.h>

#include "kernel/kassert.h"

size_t
m_length(const struct __mbuf *m)
{
	size_t n = 0;

	for (; m != NULL; m = m->m_next)
		n += m->m_len;
	return n;
}

mbuf_t
m_last(mbuf_t m)
{
	while (m->m_next != NULL)
		m = m->m_next;
	return m;
}

void
m_cat(mbuf_t m, mbuf_t n)
{
	m_last(m)->m_next = n;
}

void
m_demote_rest(mbuf_t m)
{
	for (m = m->m_next; m != NULL; m = m->m_next) {
		if (!(m->m_flags & MBUF_PKTHDR))
			continue;
		m_tags_free(m);
		memset(&m->m_pkthdr, 0, sizeof(m->m_pkthdr));
		m->m_flags &= ~MBUF_PKTHDR;
	}
}

size_t
m_fixhdr(mbuf_t m)
{
	size_t len = m_length(m), rest = len;

	m_demote_rest(m);
	for (mbuf_t n = m; n != NULL; n = n->m_next) {
		n->m_totlen = (uint16_t)rest;
		rest -= n->m_len;
	}
	if (m->m_flags & MBUF_PKTHDR)
		m->m_pkthdr.len = (uint32_t)len;
	return len;
}

void
m_move_pkthdr(mbuf_t to, mbuf_t from)
{
	const uint32_t own = MBUF_EXT | M_OWNER | M_RDONLY | M_RESERVED;

	if (to->m_pkthdr.tags != NULL)
		m_tags_free(to);
	to->m_pkthdr = from->m_pkthdr;
	to->m_flags = (to->m_flags & own) | (from->m_flags & ~own);
	to->m_pflags = from->m_pflags;
	to->m_ifidx = from->m_ifidx;
	memset(&from->m_pkthdr, 0, sizeof(from->m_pkthdr));
	from->m_flags &= ~MBUF_PKTHDR;
}

/* True if the first len bytes may be written where they are. */
static bool
m_front_writable(const struct __mbuf *m)
{
	return m->m_ext == NULL ||
	    (!(m->m_flags & M_RDONLY) && !m_storage_shared(m));
}

/*
 * A new front mbuf with the first len bytes of m in front of what is left.
 * room bytes stay free before the data if there is space for them.
 */
static mbuf_t
m_pullup_copy(mbuf_t m, size_t len, size_t room, int how)
{
	mbuf_t n;

	if (len > MHLEN || len > m_length(m))
		goto fail;
	n = m_get(how, m->m_type);
	if (n == NULL)
		goto fail;
	if (m->m_flags & MBUF_PKTHDR)
		m_move_pkthdr(n, m);
	if (room + len <= n->m_size)
		n->m_data += room;
	while (n->m_len < len) {
		size_t k = len - n->m_len;

		if (k > m->m_len)
			k = m->m_len;
		memcpy(n->m_data + n->m_len, m->m_data, k);
		n->m_len += (uint16_t)k;
		m->m_data += k;
		m->m_len -= (uint16_t)k;
		if (m->m_len == 0)
			m = m_free(m);
	}
	n->m_next = m;
	return n;
fail:
	m_freem(m);
	return NULL;
}

mbuf_t
m_pullup(mbuf_t m, size_t len, int how)
{
	if (m->m_len >= len)
		return m;
	return m_pullup_copy(m, len, 0, how);
}

mbuf_t
m_pullup_write(mbuf_t m, size_t len, int how)
{
	size_t room;

	if (m->m_len >= len && m_front_writable(m))
		return m;
	room = 64 + len <= MHLEN ? 64 : 0;
	return m_pullup_copy(m, len, room, how);
}

mbuf_t
m_dup_headroom(const struct __mbuf *m, size_t headroom, int how)
{
	size_t left = m_length(m);
	const struct __mbuf *s = m;
	size_t soff = 0;
	mbuf_t head = NULL, *tail = &head;

	do {
		size_t want = left + (head == NULL ? headroom : 0), k;
		mbuf_t n;

		if (want <= MLEN)
			n = m_get(how, m->m_type);
		else
			n = m_getjcl(how, m->m_type, 0, want <= MCLBYTES ?
			    MCLBYTES : want <= MBIGCLBYTES ? MBIGCLBYTES :
			    M16KCLBYTES);
		if (n == NULL)
			goto fail;
		if (head == NULL)
			n->m_data += headroom;
		*tail = n;
		tail = &n->m_next;
		k = m_tailroom(n);
		while (k > 0 && left > 0) {
			size_t c = s->m_len - soff;

			if (c > k)
				c = k;
			memcpy(n->m_data + n->m_len, s->m_data + soff, c);
			n->m_len += (uint16_t)c;
			k -= c;
			left -= c;
			soff += c;
			if (soff == s->m_len && s->m_next != NULL) {
				s = s->m_next;
				soff = 0;
			}
		}
	} while (left > 0);
	head->m_flags |= m->m_flags & (M_PUBLIC & ~MBUF_EXT);
	head->m_pflags = m->m_pflags;
	head->m_ifidx = m->m_ifidx;
	if (m->m_flags & MBUF_PKTHDR) {
		struct m_tag *none = NULL;

		head->m_pkthdr = m->m_pkthdr;
		head->m_pkthdr.tags = none;
		/* Without memory for the tags the copy goes without. */
		(void)m_tags_copy(head, m, how);
	}
	return head;
fail:
	m_freem(head);
	return NULL;
}
