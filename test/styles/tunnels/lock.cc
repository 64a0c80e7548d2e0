/* SPDX-License-Identifier: BSD-2-Clause */
#include "lock.h"

extern "C" {
#include <sys/systm.h>
#include <sys/proc.h>
}

lck_grp_t *mutex::group = NULL;

bool
mutex::initialize()
{
	lck_grp_attr_t *attr = lck_grp_attr_alloc_init();

	lck_grp_attr_setstat(attr);
	group = lck_grp_alloc_init(FAMILY_NAME " locks", attr);
	lck_grp_attr_free(attr);
	return (group != NULL);
}

void
mutex::shutdown()
{
	if (group != NULL)
		lck_grp_free(group);
	group = NULL;
}

mutex::mutex() : lck(lck_mtx_alloc_init(group, LCK_ATTR_NULL))
{
}

mutex::~mutex()
{
	lck_mtx_free(lck, group);
}

void
mutex::lock()
{
	lck_mtx_lock(lck);
}

void
mutex::unlock()
{
	lck_mtx_unlock(lck);
}

int
mutex::sleep(void *chan, bool interruptible)
{
	return (msleep(chan, lck, PZERO | (interruptible ? PCATCH : 0),
	    FAMILY_NAME, NULL));
}
