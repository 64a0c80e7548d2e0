/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tags and auxiliary mbufs.
 *
 * Tags: small pieces of data that travel with a packet, named by the module
 * that put them there and a type of its own.  They hang from the packet
 * header in the order they were made; one of a name and type at most.
 *
 * The header of a tag is 24 bytes, and tag and header together are at most
 * 2048, as in the reference.
 *
 * Auxiliary mbufs are what 10.4 had before: whole mbufs, named by an address
 * family and a type, that go with the packet.  Each hangs in a tag of an id
 * that no module has.
 */
#include "net/mbuf/mbuf.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <string.h>

#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "net/common/str_id.h"

struct m_tag {
	struct m_tag	*mt_next;
	struct kext	*mt_kext;	/* charged with it */
	mbuf_tag_id_t	mt_id;
	mbuf_tag_type_t	mt_type;
	uint16_t	mt_len;
	char		mt_data[];
};
_Static_assert(sizeof(struct m_tag) == 24, "tag header");
#define M_TAG_MAX	(2048 - sizeof(struct m_tag))
#define M_TAG_AUX	0		/* mt_id: mt_data is an mbuf_t */

static struct m_tag *
m_tag_new(mbuf_tag_id_t id, mbuf_tag_type_t type, size_t len, int how)
{
	struct m_tag *t;

	t = kmalloc(sizeof(*t) + len, (how == MBUF_WAITOK ? M_WAITOK :
	    M_NOWAIT) | M_ZERO);
	if (t == NULL)
		return NULL;
	t->mt_kext = kext_charge(KRES_MEMORY, (long)(sizeof(*t) + len));
	t->mt_id = id;
	t->mt_type = type;
	t->mt_len = (uint16_t)len;
	return t;
}

/* The mbuf of an auxiliary one, else NULL. */
static mbuf_t
m_tag_aux(const struct m_tag *t)
{
	mbuf_t m = NULL;

	if (t->mt_id == M_TAG_AUX)
		memcpy(&m, t->mt_data, sizeof(m));
	return m;
}

static void
m_tag_delete(struct m_tag *t)
{
	mbuf_freem(m_tag_aux(t));
	if (t->mt_kext != NULL)
		kext_uncharge(t->mt_kext, KRES_MEMORY,
		    (long)(sizeof(*t) + t->mt_len));
	kfree(t);
}

static struct m_tag **
m_tag_find(mbuf_t m, mbuf_tag_id_t id, mbuf_tag_type_t type)
{
	struct m_tag **p = &m->m_pkthdr.tags;

	while (*p != NULL && ((*p)->mt_id != id || (*p)->mt_type != type))
		p = &(*p)->mt_next;
	return p;
}

void
m_tags_free(mbuf_t m)
{
	struct m_tag *t, *next;

	for (t = m->m_pkthdr.tags; t != NULL; t = next) {
		next = t->mt_next;
		m_tag_delete(t);
	}
	m->m_pkthdr.tags = NULL;
}

void
m_tags_move(mbuf_t to, mbuf_t from)
{
	m_tags_free(to);
	to->m_pkthdr.tags = from->m_pkthdr.tags;
	from->m_pkthdr.tags = NULL;
}

/* Makes t the tag of a copy of an auxiliary mbuf. */
static bool
m_aux_copy(struct m_tag *t, mbuf_t from, int how)
{
	mbuf_t m = NULL;

	if (mbuf_copym(from, 0, MBUF_COPYALL, (mbuf_how_t)how, &m) != 0)
		return false;
	memcpy(t->mt_data, &m, sizeof(m));
	return true;
}

bool
m_tags_copy(mbuf_t to, const struct __mbuf *from, int how)
{
	struct m_tag **tail = &to->m_pkthdr.tags;
	const struct m_tag *s;

	m_tags_free(to);
	for (s = from->m_pkthdr.tags; s != NULL; s = s->mt_next) {
		struct m_tag *t = m_tag_new(s->mt_id, s->mt_type, s->mt_len, how);

		if (t == NULL) {
			m_tags_free(to);
			return false;
		}
		*tail = t;
		tail = &t->mt_next;
		if (s->mt_id != M_TAG_AUX) {
			memcpy(t->mt_data, s->mt_data, s->mt_len);
		} else if (!m_aux_copy(t, m_tag_aux(s), how)) {
			m_tags_free(to);
			return false;
		}
	}
	return true;
}

errno_t
mbuf_tag_id_find(const char *module_string, mbuf_tag_id_t *module_id)
{
	if (module_id == NULL)
		return EINVAL;
	*module_id = 0;
	return net_str_id_find(module_string, module_id);
}

errno_t
mbuf_tag_allocate(mbuf_t m, mbuf_tag_id_t id, mbuf_tag_type_t type,
    size_t length, mbuf_how_t how, void **data_p)
{
	struct m_tag **p, *t;

	if (data_p == NULL)
		return EINVAL;
	*data_p = NULL;
	if (m == NULL || !(m->m_flags & MBUF_PKTHDR) || length == 0 ||
	    length > 0xffff || !net_str_id_valid(id))
		return EINVAL;
	p = m_tag_find(m, id, type);
	if (*p != NULL)
		return EEXIST;
	t = length > M_TAG_MAX ? NULL : m_tag_new(id, type, length, (int)how);
	if (t == NULL)
		return how == MBUF_WAITOK ? ENOMEM : EWOULDBLOCK;
	*p = t;
	*data_p = t->mt_data;
	return 0;
}

errno_t
mbuf_tag_find(mbuf_t m, mbuf_tag_id_t id, mbuf_tag_type_t type,
    size_t *length, void **data_p)
{
	struct m_tag *t;

	if (length != NULL)
		*length = 0;
	if (data_p != NULL)
		*data_p = NULL;
	if (m == NULL || length == NULL || data_p == NULL ||
	    !(m->m_flags & MBUF_PKTHDR) || !net_str_id_valid(id))
		return EINVAL;
	t = *m_tag_find(m, id, type);
	if (t == NULL)
		return ENOENT;
	*length = t->mt_len;
	*data_p = t->mt_data;
	return 0;
}

void
mbuf_tag_free(mbuf_t m, mbuf_tag_id_t id, mbuf_tag_type_t type)
{
	struct m_tag **p, *t;

	if (m == NULL || !(m->m_flags & MBUF_PKTHDR))
		return;
	p = m_tag_find(m, id, type);
	t = *p;
	if (t != NULL) {
		*p = t->mt_next;
		m_tag_delete(t);
	}
}

/* --- auxiliary mbufs ------------------------------------------------------------- */

#define AUX_FAMILY_MAX	0xfff

static struct m_tag **
m_aux_slot(mbuf_t m, int family, mbuf_type_t type)
{
	return m_tag_find(m, M_TAG_AUX,
	    (mbuf_tag_type_t)((unsigned)family << 4 | (type & 0xf)));
}

static bool
m_aux_may(mbuf_t m, int family, mbuf_type_t type)
{
	return m != NULL && (m->m_flags & MBUF_PKTHDR) != 0 && family >= 0 &&
	    family <= AUX_FAMILY_MAX && type <= 0xf;
}

errno_t
mbuf_aux_add(mbuf_t m, int family, mbuf_type_t type, mbuf_t *aux_mbuf)
{
	struct m_tag **p, *t;
	mbuf_t aux;

	if (aux_mbuf == NULL)
		return EINVAL;
	*aux_mbuf = NULL;
	if (!m_aux_may(m, family, type))
		return EINVAL;
	p = m_aux_slot(m, family, type);
	if (*p == NULL) {
		t = m_tag_new(M_TAG_AUX, (mbuf_tag_type_t)
		    ((unsigned)family << 4 | type), sizeof(mbuf_t),
		    MBUF_DONTWAIT);
		if (t == NULL)
			return ENOMEM;
		if (mbuf_get(MBUF_DONTWAIT, MBUF_TYPE_DATA, &aux) != 0) {
			m_tag_delete(t);
			return ENOMEM;
		}
		memcpy(t->mt_data, &aux, sizeof(aux));
		*p = t;
	}
	*aux_mbuf = m_tag_aux(*p);
	return 0;
}

mbuf_t
mbuf_aux_find(mbuf_t m, int family, mbuf_type_t type)
{
	struct m_tag *t;

	if (!m_aux_may(m, family, type))
		return NULL;
	t = *m_aux_slot(m, family, type);
	return t != NULL ? m_tag_aux(t) : NULL;
}

void
mbuf_aux_delete(mbuf_t m, mbuf_t aux)
{
	struct m_tag **p, *t;

	if (m == NULL || aux == NULL || !(m->m_flags & MBUF_PKTHDR))
		return;
	for (p = &m->m_pkthdr.tags; (t = *p) != NULL; p = &t->mt_next) {
		if (m_tag_aux(t) == aux) {
			*p = t->mt_next;
			m_tag_delete(t);
			return;
		}
	}
}
