/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of module names; see str_id.h.  The list only grows.
 */
#include "net/common/str_id.h"

#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/queue.h>
#include <string.h>

#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"

/* I immutable once linked */
struct str_id {
	STAILQ_ENTRY(str_id) si_link;
	uint32_t	si_id;		/* I */
	char		si_name[];	/* I */
};

static LOCK_GROUP(str_id_grp, "str_id");
static lck_mtx_t str_id_lock = LCK_MTX_INITIALIZER(str_id_lock, str_id_grp);
static STAILQ_HEAD(, str_id) str_ids = STAILQ_HEAD_INITIALIZER(str_ids);
static uint32_t str_id_next = NET_STR_ID_FIRST;	/* a */

errno_t
net_str_id_find(const char *name, uint32_t *id)
{
	struct str_id *s;
	errno_t error = 0;

	if (name == NULL || id == NULL)
		return EINVAL;
	lck_mtx_lock(&str_id_lock);
	STAILQ_FOREACH(s, &str_ids, si_link) {
		if (strcmp(s->si_name, name) == 0)
			break;
	}
	if (s == NULL) {
		s = kmalloc(sizeof(*s) + strlen(name) + 1, M_WAITOK);
		if (s == NULL) {
			error = ENOMEM;
			goto out;
		}
		memcpy(s->si_name, name, strlen(name) + 1);
		s->si_id = str_id_next;
		STAILQ_INSERT_TAIL(&str_ids, s, si_link);
		__atomic_store_n(&str_id_next, s->si_id + 1, __ATOMIC_RELEASE);
	}
	*id = s->si_id;
out:
	lck_mtx_unlock(&str_id_lock);
	return error;
}

errno_t
net_str_id_lookup(const char *name, uint32_t *id)
{
	errno_t error = ENOENT;
	struct str_id *s;

	lck_mtx_lock(&str_id_lock);
	STAILQ_FOREACH(s, &str_ids, si_link) {
		if (strcmp(s->si_name, name) == 0) {
			*id = s->si_id;
			error = 0;
			break;
		}
	}
	lck_mtx_unlock(&str_id_lock);
	return error;
}

bool
net_str_id_valid(uint32_t id)
{
	return id >= NET_STR_ID_FIRST &&
	    id < __atomic_load_n(&str_id_next, __ATOMIC_ACQUIRE);
}

const char *
net_str_id_name(uint32_t id)
{
	const char *name = NULL;
	struct str_id *s;

	lck_mtx_lock(&str_id_lock);
	STAILQ_FOREACH(s, &str_ids, si_link) {
		if (s->si_id == id) {
			name = s->si_name;
			break;
		}
	}
	lck_mtx_unlock(&str_id_lock);
	return name;
}
