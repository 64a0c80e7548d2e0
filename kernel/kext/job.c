/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Jobs: loading and unloading in threads of their own.
 *
 * The requester waits for its job and may be interrupted; the job goes on and
 * its result is printed instead.  A job belongs to its thread and to its
 * requester, the last of them frees it.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/systm.h>

#include "kernel/kext/load.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/thread.h"

struct kext_job {
	struct kext_pool *kj_pool;	/* NULL: unload */
	bool		kj_named;	/* kj_id is given */
	char		kj_id[KEXT_NAME_MAX];
	unsigned	kj_flags;
	struct kext_result kj_result;
	bool		kj_done;	/* j */
	bool		kj_orphan;	/* j: nobody waits */
};

static LOCK_GROUP(job_grp, "kext jobs");
static lck_mtx_t job_lock = LCK_MTX_INITIALIZER(job_lock, job_grp);

static void
job_run(void *arg)
{
	struct kext_job *j = arg;
	const struct kext_result *r = &j->kj_result;
	bool orphan;

	if (j->kj_pool != NULL)
		kext_load_now(j->kj_pool, j->kj_named ? j->kj_id : NULL,
		    &j->kj_result);
	else
		kext_unload_now(j->kj_id, j->kj_flags, &j->kj_result);
	kext_pool_free(j->kj_pool);
	lck_mtx_lock(&job_lock);
	j->kj_done = true;
	orphan = j->kj_orphan;
	wakeup(j);
	lck_mtx_unlock(&job_lock);
	if (!orphan)
		return;
	if (r->kr_code != kOSReturnSuccess)
		printf("kext %s: %s\n", r->kr_id, r->kr_msg);
	kfree(j);
}

/* Waits for a job; false: interrupted, the job is on its own. */
static bool
job_wait(struct kext_job *j)
{
	bool done;

	lck_mtx_lock(&job_lock);
	while (!j->kj_done) {
		if (msleep(j, &job_lock, PCATCH | PZERO, "kextjob",
		    NULL) != 0)
			break;
	}
	done = j->kj_done;
	j->kj_orphan = !done;
	lck_mtx_unlock(&job_lock);
	return (done);
}

/* Starts a job; it is the thread's (and, if wait, the requester's). */
static OSReturn
job_start(struct kext_pool *kp, const char *id, unsigned flags, bool wait,
    struct kext_result *res)
{
	struct kext_job *j;
	OSReturn r;

	memset(res, 0, sizeof(*res));
	if (id != NULL)
		strlcpy(res->kr_id, id, sizeof(res->kr_id));
	j = kmalloc(sizeof(*j), M_WAITOK | M_ZERO);
	if (j == NULL)
		goto nomem;
	j->kj_pool = kp;
	j->kj_flags = flags;
	j->kj_named = id != NULL;
	j->kj_orphan = !wait;
	strlcpy(j->kj_id, res->kr_id, sizeof(j->kj_id));
	if (thread_create(NULL, "kextjob", PRI_USER, job_run, j, NULL) != 0)
		goto nomem;
	if (!wait)
		return (kext_result_set(res, kOSKextReturnDeferred,
		    "going on in the background"));
	if (!job_wait(j))
		return (kext_result_set(res, kOSKextReturnTimeout,
		    "interrupted; it goes on in the background"));
	*res = j->kj_result;
	r = res->kr_code;
	kfree(j);
	return (r);
nomem:
	kfree(j);
	kext_pool_free(kp);
	return (kext_result_set(res, kOSKextReturnNoMemory, "no memory"));
}

OSReturn
kext_load(struct kext_pool *kp, const char *id, struct kext_result *res)
{
	return (job_start(kp, id, 0, true, res));
}

OSReturn
kext_load_async(struct kext_pool *kp, const char *id, struct kext_result *res)
{
	return (job_start(kp, id, 0, false, res));
}

OSReturn
kext_unload(const char *id, unsigned flags, struct kext_result *res)
{
	struct kext *k;
	bool inside;

	memset(res, 0, sizeof(*res));
	lck_mtx_lock(&kext_lock);
	k = kext_find(id);
	inside = k != NULL && gate_inside_kext(k);
	lck_mtx_unlock(&kext_lock);
	if (inside) {
		strlcpy(res->kr_id, id, sizeof(res->kr_id));
		return (kext_result_set(res, kOSKextReturnInUse,
		    "asked from inside the kext itself (EDEADLK)"));
	}
	return (job_start(NULL, id, flags, true, res));
}
