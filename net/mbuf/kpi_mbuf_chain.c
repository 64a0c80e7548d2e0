/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kpi_mbuf.h>: operations on chains.
 *
 * Who owns what after a failure differs from call to call and is part of the
 * KPI: prepend, pullup and pulldown have freed the chain, split, copym, dup
 * and copyback have not.
 */
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <limits.h>
#include <string.h>

#include "kernel/kassert.h"
#include "net/mbuf/mbuf.h"

/* Bits of the first mbuf that a copy of it carries. */
#define COPY_FLAGS	(M_PUBLIC & ~(uint32_t)(MBUF_EXT | MBUF_PKTHDR))

static bool
m_writable(const struct __mbuf *m)
{
	return m->m_ext == NULL ||
	    (!(m->m_flags & M_RDONLY) && !m_storage_shared(m));
}

/* --- copying out, copying in ------------------------------------------------------- */

errno_t
mbuf_copydata(const mbuf_t mbuf, size_t offset, size_t length, void *out_data)
{
	const struct __mbuf *m = mbuf;
	char *out = out_data;

	if (offset >= INT_MAX || length >= INT_MAX)
		return EINVAL;
	for (; m != NULL && offset > m->m_len; m = m->m_next)
		offset -= m->m_len;
	if (m == NULL)
		return EINVAL;
	for (; m != NULL && length > 0; m = m->m_next) {
		size_t k = m->m_len - offset;

		if (k > length)
			k = length;
		if (k > 0)
			memcpy(out, m->m_data + offset, k);
		out += k;
		length -= k;
		offset = 0;
	}
	return length > 0 ? EINVAL : 0;
}

/* An empty, zeroed mbuf for bytes behind the end; big: with a cluster. */
static mbuf_t
m_appendage(mbuf_t like, bool big, mbuf_how_t how)
{
	mbuf_t n = m_get((int)how, like->m_type);

	if (n != NULL && big)
		(void)m_clget(n, (int)how, MCLBYTES);
	return n;
}

errno_t
mbuf_copyback(mbuf_t mbuf, size_t offset, size_t length, const void *data,
    mbuf_how_t how)
{
	const char *in = data;
	mbuf_t m = mbuf;
	size_t end = 0;			/* how far the chain reaches now */
	errno_t error = 0;

	if (m == NULL || data == NULL || length == 0)
		return EINVAL;
	MBUF_CHECK(m);
	while (offset > m->m_len) {
		offset -= m->m_len;
		end += m->m_len;
		if (m->m_next == NULL) {
			mbuf_t n = m_appendage(m, false, how);
			size_t k = offset + length;

			if (n == NULL) {
				error = ENOBUFS;
				goto out;
			}
			n->m_len = (uint16_t)(k < n->m_size ? k : n->m_size);
			memset(n->m_data, 0, n->m_len);
			m->m_next = n;
		}
		m = m->m_next;
	}
	for (;;) {
		size_t k = m->m_len - offset;

		if (k < length && m->m_next == NULL) {
			size_t grow = mbuf_trailingspace(m);

			if (grow > length - k)
				grow = length - k;
			m->m_len += (uint16_t)grow;
			k += grow;
		}
		if (k > length)
			k = length;
		if (k > 0 && (m->m_flags & M_RDONLY) &&
		    !m_unshare(m, (int)how)) {
			error = ENOBUFS;
			goto out;
		}
		memcpy(m->m_data + offset, in, k);
		in += k;
		length -= k;
		end += offset + k;
		offset = 0;
		if (length == 0)
			break;
		if (m->m_next == NULL) {
			mbuf_t n = m_appendage(m, length > MINCLSIZE, how);

			if (n == NULL) {
				error = ENOBUFS;
				goto out;
			}
			n->m_len = (uint16_t)(length < n->m_size ? length :
			    n->m_size);
			m->m_next = n;
		}
		m = m->m_next;
	}
out:
	if ((mbuf->m_flags & MBUF_PKTHDR) && mbuf->m_pkthdr.len < end)
		mbuf->m_pkthdr.len = (uint32_t)end;
	return error;
}

/* --- copies of chains ---------------------------------------------------------------- */

/* len bytes at off of one mbuf: shared if it has storage, else copied. */
static mbuf_t
m_copy_piece(mbuf_t src, size_t off, size_t len, int how)
{
	mbuf_t n;

	if (src->m_ext != NULL)
		return m_ref_storage(src, src->m_data + off, len, how);
	n = m_get(how, src->m_type);
	if (n == NULL)
		return NULL;
	memcpy(n->m_data, src->m_data + off, len);
	n->m_len = (uint16_t)len;
	return n;
}

errno_t
mbuf_copym(const mbuf_t src, size_t offset, size_t len, mbuf_how_t how,
    mbuf_t *new_mbuf)
{
	mbuf_t m = src, head = NULL, *tail = &head;
	bool all = len == MBUF_COPYALL, header;
	size_t total, off = offset, left;

	if (src == NULL || new_mbuf == NULL)
		return EINVAL;
	*new_mbuf = NULL;
	MBUF_CHECK(src);
	if (len == 0)
		return ENOMEM;
	total = m_length(src);
	if (offset > total || (!all && len > total - offset))
		return EINVAL;
	left = all ? total - offset : len;
	header = offset == 0 && (src->m_flags & MBUF_PKTHDR);
	while (m != NULL && off >= m->m_len && (off > 0 || m->m_len == 0) &&
	    m->m_next != NULL) {
		off -= m->m_len;
		m = m->m_next;
	}
	do {
		size_t k = m->m_len - off;
		mbuf_t n;

		if (k > left)
			k = left;
		n = m_copy_piece(m, off, k, (int)how);
		if (n == NULL) {
			m_freem(head);
			return ENOMEM;
		}
		*tail = n;
		tail = &n->m_next;
		left -= k;
		off = 0;
		m = m->m_next;
	} while (left > 0 && m != NULL);
	if (header) {
		struct m_tag *tags = src->m_pkthdr.tags;

		src->m_pkthdr.tags = NULL;
		head->m_pkthdr = src->m_pkthdr;
		head->m_pkthdr.tags = tags;
		head->m_pkthdr.len = (uint32_t)(all ? total : len);
		head->m_flags |= MBUF_PKTHDR | (src->m_flags & COPY_FLAGS);
		head->m_pflags = src->m_pflags;
		head->m_ifidx = src->m_ifidx;
	}
	*new_mbuf = head;
	return 0;
}

errno_t
mbuf_dup(const mbuf_t src, mbuf_how_t how, mbuf_t *new_mbuf)
{
	if (src == NULL || new_mbuf == NULL)
		return EINVAL;
	MBUF_CHECK(src);
	*new_mbuf = m_dup_headroom(src, 0, (int)how);
	return *new_mbuf == NULL ? ENOMEM : 0;
}

/* --- making room, cutting, joining ----------------------------------------------------- */

errno_t
mbuf_prepend(mbuf_t *mbuf, size_t len, mbuf_how_t how)
{
	mbuf_t m = *mbuf, n;

	MBUF_CHECK(m);
	if (m_writable(m) && m_headroom(m) >= len &&
	    m->m_len + len <= M_MAXLEN) {
		m->m_data -= len;
		m->m_len += (uint16_t)len;
	} else {
		n = len > MHLEN ? NULL : m_get((int)how, m->m_type);
		if (n == NULL) {
			m_freem(m);
			*mbuf = NULL;
			return ENOMEM;
		}
		if (m->m_flags & MBUF_PKTHDR)
			m_move_pkthdr(n, m);
		n->m_data = n->m_buf + ((n->m_size - len) & ~(size_t)7);
		n->m_len = (uint16_t)len;
		n->m_next = m;
		n->m_nextpkt = m->m_nextpkt;
		m->m_nextpkt = NULL;
		*mbuf = m = n;
	}
	if (m->m_flags & MBUF_PKTHDR)
		m->m_pkthdr.len += (uint32_t)len;
	return 0;
}

errno_t
mbuf_split(mbuf_t src, size_t offset, mbuf_how_t how, mbuf_t *new_mbuf)
{
	bool header = (src->m_flags & MBUF_PKTHDR) != 0;
	size_t off = offset, rest;
	mbuf_t m = src, n, piece = NULL;

	MBUF_CHECK(src);
	*new_mbuf = NULL;
	while (m != NULL && off > m->m_len) {
		off -= m->m_len;
		m = m->m_next;
	}
	if (m == NULL)
		return ENOMEM;
	rest = m->m_len - off;
	if (!header && rest == 0) {
		*new_mbuf = m->m_next;
		m->m_next = NULL;
		return *new_mbuf == NULL ? ENOMEM : 0;
	}
	if (rest > 0 || !header)
		piece = m_copy_piece(m, off, rest, (int)how);
	else
		piece = m_get((int)how, m->m_type);
	if (piece == NULL)
		return ENOMEM;
	n = piece;
	if (header) {
		n->m_flags |= MBUF_PKTHDR;
		n->m_pkthdr.rcvif = src->m_pkthdr.rcvif;
		n->m_pkthdr.len = src->m_pkthdr.len > offset ?
		    (uint32_t)(src->m_pkthdr.len - offset) : 0;
		src->m_pkthdr.len = (uint32_t)offset;
	}
	n->m_next = m->m_next;
	m->m_next = NULL;
	m->m_len = (uint16_t)off;
	*new_mbuf = n;
	return 0;
}

errno_t
mbuf_pullup(mbuf_t *mbuf, size_t len)
{
	mbuf_t m = *mbuf, next = m->m_nextpkt;

	MBUF_CHECK(m);
	m = m_pullup(m, len, MBUF_DONTWAIT);
	if (m != NULL && m != *mbuf) {
		m->m_nextpkt = next;
		if (m->m_next != NULL)
			m->m_next->m_nextpkt = NULL;
	}
	*mbuf = m;
	return m == NULL ? ENOMEM : 0;
}

errno_t
mbuf_pulldown(mbuf_t src, size_t *offset, size_t length, mbuf_t *location)
{
	size_t off = *offset, head, left;
	mbuf_t m = src, n, t;

	MBUF_CHECK(src);
	*location = NULL;
	if (length > MCLBYTES || m_length(src) < length ||
	    off > m_length(src) - length)
		goto fail;
	while (off > 0 && off >= m->m_len && m->m_next != NULL) {
		off -= m->m_len;
		m = m->m_next;
	}
	if (m->m_len >= off && m->m_len - off >= length) {
		*offset = off;
		*location = m;
		return 0;
	}
	/* Not contiguous: one new mbuf takes the bytes over. */
	n = length <= MLEN ? m_get(MBUF_DONTWAIT, m->m_type) :
	    m_getcl(MBUF_DONTWAIT, m->m_type, 0);
	if (n == NULL)
		goto fail;
	if (mbuf_copydata(m, off, length, n->m_data) != 0) {
		m_free(n);
		goto fail;
	}
	n->m_len = (uint16_t)length;
	head = m->m_len - off;
	m->m_len = (uint16_t)off;
	left = length - head;
	for (t = m->m_next; left > 0; ) {
		size_t k = t->m_len < left ? t->m_len : left;

		t->m_data += k;
		t->m_len -= (uint16_t)k;
		left -= k;
		if (t->m_len == 0 && left > 0)
			t = t->m_next;
	}
	/* What was emptied between m and t goes. */
	while (m->m_next != t)
		m->m_next = m_free(m->m_next);
	n->m_next = t;
	m->m_next = n;
	*offset = 0;
	*location = n;
	return 0;
fail:
	m_freem(src);
	return ENOMEM;
}

static void
m_trim_front(mbuf_t mbuf, size_t len)
{
	size_t left = len;

	for (mbuf_t m = mbuf; m != NULL && left > 0; m = m->m_next) {
		size_t k = m->m_len < left ? m->m_len : left;

		m->m_data += k;
		m->m_len -= (uint16_t)k;
		left -= k;
	}
	len -= left;
	if (mbuf->m_flags & MBUF_PKTHDR)
		mbuf->m_pkthdr.len -= mbuf->m_pkthdr.len < len ?
		    mbuf->m_pkthdr.len : (uint32_t)len;
}

static void
m_trim_tail(mbuf_t mbuf, size_t len)
{
	size_t total = m_length(mbuf), keep, left;

	keep = total > len ? total - len : 0;
	left = keep;
	for (mbuf_t m = mbuf; m != NULL; m = m->m_next) {
		if (m->m_len > left)
			m->m_len = (uint16_t)left;
		left -= m->m_len;
	}
	if (mbuf->m_flags & MBUF_PKTHDR) {
		size_t cut = total - keep;

		mbuf->m_pkthdr.len -= mbuf->m_pkthdr.len < cut ?
		    mbuf->m_pkthdr.len : (uint32_t)cut;
	}
}

void
mbuf_adj(mbuf_t mbuf, int len)
{
	if (mbuf == NULL)
		return;
	MBUF_CHECK(mbuf);
	if (len >= 0)
		m_trim_front(mbuf, (size_t)len);
	else
		m_trim_tail(mbuf, (size_t)-(long)len);
}

mbuf_t
mbuf_concatenate(mbuf_t dst, mbuf_t src)
{
	mbuf_t m;

	if (dst == NULL)
		return NULL;
	MBUF_CHECK(dst);
	MBUF_CHECK(src);
	m = m_last(dst);
	while (src != NULL) {
		if (m->m_ext != NULL || src->m_len > m_tailroom(m)) {
			m->m_next = src;
			break;
		}
		memcpy(m->m_data + m->m_len, src->m_data, src->m_len);
		m->m_len += src->m_len;
		src = m_free(src);
	}
	return dst;
}
