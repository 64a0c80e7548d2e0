/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Thread calls: thread_call_* of <kern/thread_call.h>.
 *
 * A call is a callout that goes through its owner's gate.  One that is freed
 * while it runs goes away when the last run has ended.
 */
#include <kern/thread_call.h>

#include "kernel/kext/gate.h"
#include "kernel/mm/kmem.h"
#include "kernel/time/callout.h"

struct thread_call {
	struct callout tc_callout;	/* first */
	thread_call_func_t tc_func;	/* I */
	thread_call_param_t tc_param0;	/* I */
	thread_call_param_t tc_param1;	/* a: of the last enter */
	struct gate tc_gate;
	struct kext *tc_kext;		/* I: charged */
};

static void
tc_release(struct thread_call *tc)
{
	gate_fini(&tc->tc_gate);
	kext_uncharge(tc->tc_kext, KRES_TIMER, 1);
	kfree(tc);
}

static void
tc_run(struct callout *co)
{
	struct thread_call *tc = (struct thread_call *)co;
	thread_call_param_t param1;

	param1 = __atomic_load_n(&tc->tc_param1, __ATOMIC_RELAXED);
	GATE_VOID(&tc->tc_gate, tc->tc_func, tc->tc_param0, param1);
	if (callout_done(co))
		tc_release(tc);
}

/* The kernel takes a call away on its own: `kextunload -f`. */
static void
tc_revoke(struct gate *g)
{
	struct thread_call *tc = (struct thread_call *)(void *)
	    ((char *)g - offsetof(struct thread_call, tc_gate));

	(void)thread_call_cancel(tc);
	(void)thread_call_free(tc);
}

thread_call_t
thread_call_allocate(thread_call_func_t func, thread_call_param_t param0)
{
	struct thread_call *tc = kmalloc(sizeof(*tc), M_WAITOK | M_ZERO);

	if (tc == NULL)
		return (NULL);
	callout_init(&tc->tc_callout, tc_run);
	tc->tc_func = func;
	tc->tc_param0 = param0;
	gate_init(&tc->tc_gate, GATE_TIMER, "thread call", (const void *)func);
	gate_set_revoke(&tc->tc_gate, tc_revoke);
	tc->tc_kext = kext_charge_to(tc->tc_gate.g_kext, KRES_TIMER, 1);
	return (tc);
}

thread_call_t
thread_call_allocate_with_options(thread_call_func_t func,
    thread_call_param_t param0, thread_call_priority_t pri,
    thread_call_options_t options)
{
	(void)pri;
	(void)options;
	return (thread_call_allocate(func, param0));
}

static boolean_t
tc_enter(thread_call_t tc, thread_call_param_t param1, uint64_t deadline)
{
	__atomic_store_n(&tc->tc_param1, param1, __ATOMIC_RELAXED);
	return (callout_enter(&tc->tc_callout, deadline));
}

boolean_t
thread_call_enter(thread_call_t call)
{
	return (tc_enter(call, NULL, 0));
}

boolean_t
thread_call_enter1(thread_call_t call, thread_call_param_t param1)
{
	return (tc_enter(call, param1, 0));
}

boolean_t
thread_call_enter_delayed(thread_call_t call, uint64_t deadline)
{
	return (tc_enter(call, NULL, deadline != 0 ? deadline : 1));
}

boolean_t
thread_call_enter1_delayed(thread_call_t call, thread_call_param_t param1,
    uint64_t deadline)
{
	return (tc_enter(call, param1, deadline != 0 ? deadline : 1));
}

boolean_t
thread_call_cancel(thread_call_t call)
{
	return (callout_cancel(&call->tc_callout));
}

boolean_t
thread_call_free(thread_call_t call)
{
	switch (callout_end(&call->tc_callout)) {
	case CO_END_PENDING:
		return (FALSE);
	case CO_END_RUNNING:
		return (TRUE);
	case CO_END_IDLE:
		tc_release(call);
		return (TRUE);
	}
	return (FALSE);
}
