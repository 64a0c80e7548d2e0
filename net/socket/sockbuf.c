/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket buffers: records of mbufs with their counts.
 *
 * Everything here runs with so_lock held.  The counts are kept by
 * sb_alloc() and sb_free() only, one call for each mbuf that enters or
 * leaves; sbcheck() recomputes them in debug builds.  Nothing is copied on
 * the way in, except that small pieces of a stream are put into the last
 * mbuf when it has private room, or a sender of single bytes would pin a
 * cluster for each.
 */
#include <sys/errno.h>
#include <string.h>
#include "kernel/kassert.h"
#include "kernel/kext/trace.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

#define SB_MAX_MOST	((size_t)2 * 1024 * 1024)
#define SB_MAX_LEAST	((size_t)128 * 1024)
#define SB_DEFAULT_MOST	((size_t)256 * 1024)
#define SB_DEFAULT_LEAST ((size_t)16 * 1024)

size_t sb_max = SB_MAX_MOST;
size_t sb_default_snd = SB_DEFAULT_MOST;
size_t sb_default_rcv = SB_DEFAULT_MOST;

/* Storage allowed for a byte of the limit: small packets in big clusters. */
#define SB_EFFICIENCY	8
#define SB_COMPRESS_MAX	512	/* pieces up to this are merged */

static size_t
sb_clamp(size_t v, size_t least, size_t most)
{
	return (v < least ? least : v > most ? most : v);
}

/* One socket may hold an eighth of the buffers' memory, no more. */
void
sockbuf_init(void)
{
	size_t limit = mbuf_bytes_limit();

	sb_max = sb_clamp(limit / 8, SB_MAX_LEAST, SB_MAX_MOST);
	sb_default_snd = sb_default_rcv = sb_clamp(limit / 64,
	    SB_DEFAULT_LEAST, SB_DEFAULT_MOST);
}

void
sbinit(struct sockbuf *sb)
{
	memset(sb, 0, sizeof(*sb));
	sb->sb_lowat = 1;
	waitq_init(&sb->sb_wq);
	waitq_init(&sb->sb_lockwq);
	selq_init(&sb->sb_sel);
}

void
sbdestroy(struct sockbuf *sb)
{
	sbflush(sb);
	selq_fini(&sb->sb_sel);
}

errno_t
sbreserve(struct sockbuf *sb, size_t hiwat)
{
	if (hiwat == 0)
		return (EINVAL);
	if (hiwat > sb_max)
		return (ENOBUFS);
	sb->sb_hiwat = hiwat;
	sb->sb_mbmax = hiwat * SB_EFFICIENCY;
	if (sb->sb_mbmax < 4 * (MSIZE + MCLBYTES))
		sb->sb_mbmax = 4 * (MSIZE + MCLBYTES);
	if (sb->sb_lowat > sb->sb_hiwat)
		sb->sb_lowat = sb->sb_hiwat;
	return (0);
}

errno_t
soreserve(struct __socket *so, size_t snd, size_t rcv)
{
	errno_t error;

	error = sbreserve(&so->so_snd, snd);
	if (error == 0)
		error = sbreserve(&so->so_rcv, rcv);
	if (error == 0) {
		so->so_snd.sb_lowat = 2048;
		if (so->so_snd.sb_lowat > so->so_snd.sb_hiwat)
			so->so_snd.sb_lowat = so->so_snd.sb_hiwat;
		so->so_rcv.sb_lowat = 1;
	}
	return (error);
}

/* --- counts --------------------------------------------------------------- */

static inline bool
sb_isdata(const struct __mbuf *m)
{
	return (m->m_type != MBUF_TYPE_SONAME &&
	    m->m_type != MBUF_TYPE_CONTROL);
}

static inline size_t
sb_storage(const struct __mbuf *m)
{
	return (MSIZE + (m->m_ext != NULL ? m->m_ext->xt_size : 0));
}

static inline void
sb_alloc(struct sockbuf *sb, const struct __mbuf *m)
{
	sb->sb_cc += m->m_len;
	if (!sb_isdata(m))
		sb->sb_ctl += m->m_len;
	sb->sb_mbcnt += sb_storage(m);
}

static inline void
sb_free(struct sockbuf *sb, const struct __mbuf *m)
{
	sb->sb_cc -= m->m_len;
	if (!sb_isdata(m))
		sb->sb_ctl -= m->m_len;
	sb->sb_mbcnt -= sb_storage(m);
}

void
sbaccount(struct sockbuf *sb, long delta)
{
	KASSERT(delta >= 0 || sb->sb_cc >= (size_t)-delta,
	    ("sbaccount: %lu - %ld", (unsigned long)sb->sb_cc, -delta));
	sb->sb_cc = (size_t)((long)sb->sb_cc + delta);
}

void
sbcheck(const struct sockbuf *sb)
{
#ifdef INVARIANTS
	const struct __mbuf *m, *n, *last = NULL, *tail = NULL;
	size_t cc = 0, ctl = 0, mbcnt = 0;

	if (sb->sb_mbcnt > 64 * MSIZE)
		return;		/* would make long queues quadratic */
	for (n = sb->sb_mb; n != NULL; n = n->m_nextpkt) {
		last = n;
		for (m = n; m != NULL; m = m->m_next) {
			tail = m;
			cc += m->m_len;
			mbcnt += sb_storage(m);
			if (!sb_isdata(m))
				ctl += m->m_len;
			KASSERT(m == n || m->m_nextpkt == NULL,
			    ("sbcheck: nextpkt inside a record"));
		}
	}
	KASSERT(last == sb->sb_lastrecord && tail == sb->sb_mbtail,
	    ("sbcheck: ends of %p", (const void *)sb));
	if ((sb->sb_flags & SB_ACCOUNT) == 0) {
		KASSERT(cc == sb->sb_cc && ctl == sb->sb_ctl &&
		    mbcnt == sb->sb_mbcnt,
		    ("sbcheck: cc %lu/%lu ctl %lu/%lu mbcnt %lu/%lu",
		    (unsigned long)cc, (unsigned long)sb->sb_cc,
		    (unsigned long)ctl, (unsigned long)sb->sb_ctl,
		    (unsigned long)mbcnt, (unsigned long)sb->sb_mbcnt));
	}
#endif
}

/* --- append ---------------------------------------------------------------- */

/* A packet header has no meaning inside a stream; tags go with it. */
static inline void
sb_strip(mbuf_t m)
{
	if ((m->m_flags & MBUF_PKTHDR) != 0) {
		if (m->m_pkthdr.tags != NULL)
			m_tags_free(m);
		m->m_flags &= ~MBUF_PKTHDR;
	}
	m->m_nextpkt = NULL;
}

static inline bool
sb_tail_takes(const struct __mbuf *tail, const struct __mbuf *m)
{
	return (m->m_len <= SB_COMPRESS_MAX && tail->m_type == m->m_type &&
	    sb_isdata(tail) && !m_storage_shared(tail) &&
	    (tail->m_flags & (M_RDONLY | MBUF_EOR)) == 0 &&
	    m_tailroom(tail) >= m->m_len);
}

/*
 * Puts the chain behind the last mbuf of the last record (behind `tail`),
 * or makes it the first record.  Empty mbufs are dropped, small ones merged.
 */
static void
sb_compress(struct sockbuf *sb, mbuf_t m, mbuf_t tail)
{
	mbuf_t next;

	for (; m != NULL; m = next) {
		next = m->m_next;
		m->m_next = NULL;
		if (m->m_len == 0 && (tail != NULL || next != NULL) &&
		    (m->m_flags & MBUF_EOR) == 0) {
			m_free(m);
			continue;
		}
		if (tail != NULL && sb_tail_takes(tail, m)) {
			memcpy(tail->m_data + tail->m_len, m->m_data,
			    m->m_len);
			tail->m_len += m->m_len;
			tail->m_flags |= m->m_flags & MBUF_EOR;
			sb->sb_cc += m->m_len;
			if ((tail->m_flags & MBUF_PKTHDR) != 0)
				tail->m_pkthdr.len += m->m_len;
			m_free(m);
			continue;
		}
		if (tail != NULL) {
			m->m_nextpkt = NULL;
			tail->m_next = m;
		} else {
			sb->sb_mb = sb->sb_lastrecord = m;
			m->m_nextpkt = NULL;
		}
		sb->sb_mbtail = tail = m;
		sb_alloc(sb, m);
	}
}

void
sbappendstream(struct sockbuf *sb, mbuf_t m)
{
	mbuf_t n;

	if (__builtin_expect(trace_on, 0))
		trace_point("socket buffer", M_TRACE_ID(m), 0);
	for (n = m; n != NULL; n = n->m_next)
		sb_strip(n);
	if (m != NULL)
		sb_compress(sb, m, sb->sb_mbtail);
	sbcheck(sb);
}

void
sbappend(struct sockbuf *sb, mbuf_t m)
{
	if (m == NULL)
		return;
	if (sb->sb_mbtail != NULL &&
	    (sb->sb_mbtail->m_flags & MBUF_EOR) != 0) {
		sbappendrecord(sb, m);
		return;
	}
	if (sb->sb_mb == NULL) {
		sbappendrecord(sb, m);
		return;
	}
	sb_compress(sb, m, sb->sb_mbtail);
	sbcheck(sb);
}

/* The chain as a record of its own; nothing is merged or dropped. */
static void
sb_insert_record(struct sockbuf *sb, mbuf_t m)
{
	mbuf_t n;

	m->m_nextpkt = NULL;
	if (sb->sb_lastrecord != NULL)
		sb->sb_lastrecord->m_nextpkt = m;
	else
		sb->sb_mb = m;
	sb->sb_lastrecord = m;
	for (n = m; n != NULL; n = n->m_next) {
		if (n != m)
			n->m_nextpkt = NULL;
		sb_alloc(sb, n);
		sb->sb_mbtail = n;
	}
}

void
sbappendrecord(struct sockbuf *sb, mbuf_t m)
{
	if (m != NULL)
		sb_insert_record(sb, m);
	sbcheck(sb);
}

static size_t
chain_length(const struct __mbuf *m)
{
	size_t len = 0;

	for (; m != NULL; m = m->m_next)
		len += m->m_len;
	return (len);
}

/* Every record ends with data, if empty: a reader relies on it. */
static mbuf_t
sb_datambuf(mbuf_t m)
{
	return (m != NULL ? m : m_get(MBUF_DONTWAIT, MBUF_TYPE_DATA));
}

bool
sbappendaddr(struct sockbuf *sb, const struct sockaddr *nam, mbuf_t m,
    mbuf_t control)
{
	size_t need = nam->sa_len + chain_length(m) + chain_length(control);
	bool room = sbspace(sb) >= (long)need;
	mbuf_t n, data;

	if (__builtin_expect(trace_on, 0))
		trace_point("socket buffer", M_TRACE_ID(m), room ? 0 :
		    ENOBUFS);
	if (!room)
		return (false);
	_Static_assert(MLEN >= SOCK_MAXADDRLEN, "a name fits one mbuf");
	n = m_get(MBUF_DONTWAIT, MBUF_TYPE_SONAME);
	if (n == NULL)
		return (false);
	data = sb_datambuf(m);
	if (data == NULL) {
		m_free(n);
		return (false);
	}
	m = data;
	memcpy(n->m_data, nam, nam->sa_len);
	n->m_len = nam->sa_len;
	n->m_next = control != NULL ? control : m;
	if (control != NULL)
		m_cat(control, m);
	sb_insert_record(sb, n);
	sbcheck(sb);
	return (true);
}

bool
sbappendcontrol(struct sockbuf *sb, mbuf_t m, mbuf_t control)
{
	size_t need = chain_length(m) + chain_length(control);

	if (sbspace(sb) < (long)need)
		return (false);
	m = sb_datambuf(m);
	if (m == NULL)
		return (false);
	m_cat(control, m);
	sb_insert_record(sb, control);
	sbcheck(sb);
	return (true);
}

/* --- remove ----------------------------------------------------------------- */

/* The first record has lost its first mbuf m; `next` takes its place. */
static void
sb_newhead(struct sockbuf *sb, mbuf_t m, mbuf_t next)
{
	mbuf_t nextpkt = m->m_nextpkt;

	m->m_nextpkt = NULL;
	m->m_next = NULL;
	if (next != NULL) {
		next->m_nextpkt = nextpkt;
		sb->sb_mb = next;
		if (sb->sb_lastrecord == m)
			sb->sb_lastrecord = next;
		return;
	}
	sb->sb_mb = nextpkt;
	if (nextpkt == NULL)
		sb->sb_lastrecord = sb->sb_mbtail = NULL;
}

mbuf_t
sbtakembuf(struct sockbuf *sb)
{
	mbuf_t m = sb->sb_mb;

	if (m == NULL)
		return (NULL);
	sb_free(sb, m);
	sb_newhead(sb, m, m->m_next);
	return (m);
}

/* A new mbuf with the first len bytes of m, which loses them. */
static mbuf_t
sb_splitfront(struct sockbuf *sb, mbuf_t m, size_t len)
{
	mbuf_t n;

	if (m->m_ext != NULL && len > 256) {
		n = m_ref_storage(m, m->m_data, len, MBUF_DONTWAIT);
		if (n == NULL)
			return (NULL);
		n->m_type = m->m_type;
	} else {
		n = len > MLEN ? m_getjcl(MBUF_DONTWAIT, m->m_type, 0,
		    len > MCLBYTES ? M16KCLBYTES : MCLBYTES) :
		    m_get(MBUF_DONTWAIT, m->m_type);
		if (n == NULL)
			return (NULL);
		memcpy(n->m_data, m->m_data, len);
		n->m_len = (uint16_t)len;
	}
	m->m_data += len;
	m->m_len -= (uint16_t)len;
	sb->sb_cc -= len;
	return (n);
}

mbuf_t
sbtake(struct sockbuf *sb, size_t len)
{
	mbuf_t m, n, first = NULL, last = NULL;

	while (len > 0 && (m = sb->sb_mb) != NULL && sb_isdata(m)) {
		bool record_end = m->m_next == NULL && m->m_nextpkt != NULL;

		if (m->m_len <= len) {
			len -= m->m_len;
			n = sbtakembuf(sb);
		} else {
			n = sb_splitfront(sb, m, len);
			if (n == NULL)
				break;
			len = 0;
		}
		if (last != NULL)
			last->m_next = n;
		else
			first = n;
		last = n;
		if (record_end)
			break;
	}
	sbcheck(sb);
	return (first);
}

void
sbdrop(struct sockbuf *sb, size_t len)
{
	mbuf_t m;

	while (len > 0 && (m = sb->sb_mb) != NULL) {
		if (m->m_len > len) {
			m->m_data += len;
			m->m_len -= (uint16_t)len;
			sb->sb_cc -= len;
			if (!sb_isdata(m))
				sb->sb_ctl -= len;
			break;
		}
		len -= m->m_len;
		m_free(sbtakembuf(sb));
	}
	while ((m = sb->sb_mb) != NULL && m->m_len == 0 && m->m_next != NULL)
		m_free(sbtakembuf(sb));
	sbcheck(sb);
}

void
sbdroprecord(struct sockbuf *sb)
{
	mbuf_t m, n, next = NULL;

	m = sb->sb_mb;
	if (m == NULL)
		return;
	next = m->m_nextpkt;
	sb->sb_mb = next;
	if (next == NULL)
		sb->sb_lastrecord = sb->sb_mbtail = NULL;
	m->m_nextpkt = NULL;
	for (n = m; n != NULL; n = n->m_next)
		sb_free(sb, n);
	m_freem(m);
	sbcheck(sb);
}

void
sbflush(struct sockbuf *sb)
{
	while (sb->sb_mb != NULL)
		sbdroprecord(sb);
	if ((sb->sb_flags & SB_ACCOUNT) == 0) {
		KASSERT(sb->sb_cc == 0 && sb->sb_mbcnt == 0,
		    ("sbflush: %lu bytes left", (unsigned long)sb->sb_cc));
	}
}

void
sorcvflush(struct __socket *so)
{
	mbuf_t n, m;

	if (so->so_proto->pr_dispose != NULL) {
		for (n = so->so_rcv.sb_mb; n != NULL; n = n->m_nextpkt) {
			for (m = n; m != NULL; m = m->m_next) {
				if (m->m_type == MBUF_TYPE_CONTROL)
					so->so_proto->pr_dispose(so, m);
			}
		}
	}
	sbflush(&so->so_rcv);
}

mbuf_t
sbcreatecontrol(const void *p, size_t size, int type, int level)
{
	size_t total = CMSG_SPACE(size);
	struct cmsghdr *cm;
	mbuf_t m;

	if (total > MLEN)
		return (NULL);
	m = m_get(MBUF_DONTWAIT, MBUF_TYPE_CONTROL);
	if (m == NULL)
		return (NULL);
	cm = mtod(m, struct cmsghdr *);
	memset(cm, 0, total);
	cm->cmsg_len = CMSG_LEN(size);
	cm->cmsg_level = level;
	cm->cmsg_type = type;
	memcpy(CMSG_DATA(cm), p, size);
	m->m_len = (uint16_t)total;
	return (m);
}
