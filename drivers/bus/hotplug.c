/* SPDX-License-Identifier: BSD-2-Clause */
/* The hot-plug thread: see hotplug.h. */
#include "drivers/bus/hotplug.h"

#include <sys/systm.h>

#include "kernel/initcall.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/wait.h"

static STAILQ_HEAD(, hotplug) controllers = STAILQ_HEAD_INITIALIZER(controllers);
static struct waitq hotplug_wq = WAITQ_INITIALIZER(hotplug_wq);

void
hotplug_attach(struct hotplug *hp, void (*service)(struct hotplug *))
{
	hp->hp_service = service;
	hp->hp_pending = true;
	STAILQ_INSERT_TAIL(&controllers, hp, hp_link);
}

void
hotplug_wake(struct hotplug *hp)
{
	if (!__atomic_exchange_n(&hp->hp_pending, true, __ATOMIC_ACQ_REL))
		waitq_wake_all(&hotplug_wq);
}

static bool
hotplug_round(void)
{
	struct hotplug *hp;
	bool any = false;

	STAILQ_FOREACH(hp, &controllers, hp_link) {
		if (!__atomic_exchange_n(&hp->hp_pending, false,
		    __ATOMIC_ACQ_REL))
			continue;
		hp->hp_service(hp);
		any = true;
	}
	return any;
}

static void
hotplug_main(void *arg)
{
	(void)arg;
	for (;;) {
		struct waiter w;

		/* Asserted before the look, so that no wake is missed. */
		waitq_assert(&hotplug_wq, &w, WAIT_UNINT, 0);
		if (hotplug_round())
			(void)waitq_cancel(&w);
		else
			(void)waitq_block(&w);
	}
}

/* After everything that attaches controllers. */
static void
hotplug_start(void)
{
	if (STAILQ_EMPTY(&controllers))
		return;
	if (thread_create(NULL, "hotplug", PRI_KERNEL, hotplug_main, NULL,
	    NULL) != 0)
		panic("no memory for the hot-plug thread");
}
INITCALL_ORDER(INIT_DRIVER, 1000, hotplug_start);
