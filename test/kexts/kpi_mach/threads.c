/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Threads, waiting for events, timed calls.
 */
#include <kern/clock.h>
#include <kern/sched_prim.h>
#include <kern/task.h>
#include <kern/thread.h>
#include <kern/thread_call.h>
#include <mach/thread_policy.h>
#include <sys/errno.h>

#include <kpitest.h>

#include "helper.h"

static uint64_t
deadline_ms(uint32_t ms)
{
	uint64_t t;

	clock_interval_to_deadline(ms, 1000000, &t);
	return (t);
}

static void
set_to_7(void *p)
{
	*(volatile int *)p = 7;
}

KPI_TEST(kernel_thread_start)
{
	volatile int v = 0;
	struct helper h = { set_to_7, (void *)(uintptr_t)&v, 0 };

	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(v == 7);
}

static void
note_thread(void *p)
{
	*(thread_t volatile *)p = current_thread();
}

KPI_TEST(current_thread)
{
	thread_t volatile other = THREAD_NULL;
	struct helper h = { note_thread, (void *)(uintptr_t)&other, 0 };

	KPI_EXPECT(current_thread() != THREAD_NULL);
	KPI_EXPECT(current_thread() == current_thread());
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(other != THREAD_NULL && other != current_thread());
}

KPI_TEST(thread_reference)
{
	thread_reference(current_thread());
	thread_deallocate(current_thread());
	KPI_EXPECT(thread_tid(current_thread()) != 0);
}

KPI_TEST(thread_deallocate)
{
	int i;

	for (i = 0; i < 10; i++) {
		thread_reference(current_thread());
		thread_deallocate(current_thread());
	}
	KPI_EXPECT(1);
}

static void
note_tid(void *p)
{
	*(volatile uint64_t *)p = thread_tid(current_thread());
}

KPI_TEST(thread_tid)
{
	volatile uint64_t other = 0;
	struct helper h = { note_tid, (void *)(uintptr_t)&other, 0 };

	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(other != 0 && other != thread_tid(current_thread()));
}

static volatile int after_terminate;

static void
terminate_now(void *p, wait_result_t r)
{
	struct helper *h = p;

	(void)r;
	OSIncrementAtomic(&h->done);
	thread_terminate(current_thread());
	after_terminate = 1;
}

KPI_TEST(thread_terminate)
{
	struct helper h = { NULL, NULL, 0 };

	KPI_REQUIRE(helper_start(&h, terminate_now) == 0);
	KPI_REQUIRE(helper_wait(&h) == 0);
	pause_ms(5);
	KPI_EXPECT(after_terminate == 0);
}

KPI_TEST(thread_policy_set)
{
	thread_precedence_policy_data_t p = { 1 };

	KPI_EXPECT(thread_policy_set(current_thread(),
	    THREAD_PRECEDENCE_POLICY, (thread_policy_t)&p,
	    THREAD_PRECEDENCE_POLICY_COUNT) == KERN_SUCCESS);
	p.importance = 0;
	KPI_EXPECT(thread_policy_set(current_thread(),
	    THREAD_PRECEDENCE_POLICY, (thread_policy_t)&p,
	    THREAD_PRECEDENCE_POLICY_COUNT) == KERN_SUCCESS);
}

KPI_TEST(current_task)
{
	KPI_EXPECT(current_task() != TASK_NULL);
}

/* --- events ----------------------------------------------------------------- */

static volatile int awake;

/* Wakes the event until its sleeper says that it is awake. */
static void
wake_event(void *event)
{
	do {
		pause_ms(10);
		thread_wakeup((event_t)event);
	} while (!awake);
}

KPI_TEST(assert_wait)
{
	int event = 0;

	/* Woken between the announcement and the block: nothing is lost. */
	KPI_EXPECT(assert_wait(&event, THREAD_UNINT) == THREAD_WAITING);
	thread_wakeup(&event);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_AWAKENED);
}

KPI_TEST(assert_wait_deadline)
{
	int event = 0;

	KPI_EXPECT(assert_wait_deadline(&event, THREAD_UNINT,
	    deadline_ms(5)) == THREAD_WAITING);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_TIMED_OUT);
}

KPI_TEST(thread_block)
{
	int event = 0;
	struct helper h = { wake_event, &event, 0 };

	awake = 0;
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_EXPECT(assert_wait(&event, THREAD_UNINT) == THREAD_WAITING);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_AWAKENED);
	awake = 1;
	KPI_EXPECT(helper_wait(&h) == 0);
}

KPI_TEST(assert_wait_timeout)
{
	int event = 0;

	KPI_EXPECT(assert_wait_timeout(&event, THREAD_UNINT, 5,
	    1000 * NSEC_PER_USEC) == THREAD_WAITING);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_TIMED_OUT);
	/* Nothing is an end that has come, not none. */
	KPI_EXPECT(assert_wait_timeout(&event, THREAD_UNINT, 0,
	    1000 * NSEC_PER_USEC) == THREAD_WAITING);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_TIMED_OUT);
}

static struct {
	int		event;
	volatile SInt32	begun, done;
	void		*given;
	wait_result_t	result;
} blocked;

static void
continued(void *p, wait_result_t r)
{
	blocked.given = p;
	blocked.result = r;
	OSIncrementAtomic(&blocked.done);
	thread_terminate(current_thread());
}

static void
block_here(void *p, wait_result_t r)
{
	(void)p;
	(void)r;
	assert_wait(&blocked.event, THREAD_UNINT);
	OSIncrementAtomic(&blocked.begun);
	thread_block_parameter(continued, &blocked.event);
}

KPI_TEST(thread_block_parameter)
{
	thread_t t;
	int i;

	KPI_REQUIRE(kernel_thread_start(block_here, NULL, &t) == KERN_SUCCESS);
	for (i = 0; i < 2000 && blocked.begun == 0; i++)
		pause_ms(10);
	KPI_EXPECT(thread_wakeup(&blocked.event) == KERN_SUCCESS);
	for (i = 0; i < 2000 && blocked.done == 0; i++)
		pause_ms(10);
	KPI_EXPECT(blocked.done == 1 && blocked.given == &blocked.event);
	KPI_EXPECT(blocked.result == THREAD_AWAKENED);
	thread_deallocate(t);
}

KPI_TEST(preemption_enabled)
{
	KPI_EXPECT(preemption_enabled());
}

static void
name_self(void *p)
{
	int *named = p;

	named[0] = thread_has_thread_name(current_thread());
	thread_set_thread_name(current_thread(), "a name of its own");
	named[1] = thread_has_thread_name(current_thread());
}

KPI_TEST(thread_has_thread_name)
{
	int named[2] = { -1, -1 };
	struct helper h = { name_self, named, 0 };

	KPI_EXPECT(!thread_has_thread_name(THREAD_NULL));
	KPI_REQUIRE(helper_start(&h, helper_entry) == 0);
	KPI_REQUIRE(helper_wait(&h) == 0);
	KPI_EXPECT(named[0] == FALSE && named[1] == TRUE);
}

KPI_TEST(thread_set_thread_name)
{
	thread_set_thread_name(THREAD_NULL, "nobody");
	thread_set_thread_name(current_thread(), NULL);
}

KPI_TEST(kernel_task)
{
	KPI_EXPECT(kernel_task == (task_t)kernproc);
}

KPI_TEST(task_reference)
{
	task_reference(kernel_task);
	task_reference(TASK_NULL);
	task_deallocate(kernel_task);
}

KPI_TEST(task_deallocate)
{
	task_deallocate(TASK_NULL);
}

KPI_TEST(thread_wakeup)
{
	int event = 0;

	KPI_EXPECT(thread_wakeup(&event) == KERN_NOT_WAITING);
}

KPI_TEST(thread_wakeup_one)
{
	int event = 0;

	assert_wait(&event, THREAD_UNINT);
	KPI_EXPECT(thread_wakeup_one(&event) == KERN_SUCCESS);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_AWAKENED);
}

KPI_TEST(thread_wakeup_prim)
{
	int event = 0;

	assert_wait(&event, THREAD_UNINT);
	KPI_EXPECT(thread_wakeup_prim(&event, FALSE, THREAD_RESTART) ==
	    KERN_SUCCESS);
	KPI_EXPECT(thread_block(THREAD_CONTINUE_NULL) == THREAD_RESTART);
}

/* --- msleep and wakeup -------------------------------------------------------- */

struct waiters {
	lck_mtx_t	*mtx;
	int		 waiting, woken;
};

static void
wait_once(void *p)
{
	struct waiters *w = p;
	struct timespec ts = { 20, 0 };

	lck_mtx_lock(w->mtx);
	w->waiting++;
	if (msleep(w, w->mtx, PZERO, "waiter", &ts) == 0)
		w->woken++;
	lck_mtx_unlock(w->mtx);
}

static void
run_waiters(struct waiters *w, struct helper *h, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		h[i].fn = wait_once;
		h[i].arg = w;
		helper_start(&h[i], helper_entry);
	}
	for (i = 0; i < 5000 && w->waiting < n; i++)
		pause_ms(1);
}

static lck_grp_t *grp;

KPI_TEST(wakeup)
{
	struct waiters w = { NULL, 0, 0 };
	struct helper h[3];
	int i;

	grp = lck_grp_alloc_init("kpi_threads", LCK_GRP_ATTR_NULL);
	w.mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	KPI_REQUIRE(w.mtx != NULL);
	run_waiters(&w, h, 3);
	lck_mtx_lock(w.mtx);
	wakeup(&w);
	lck_mtx_unlock(w.mtx);
	for (i = 0; i < 3; i++)
		KPI_REQUIRE(helper_wait(&h[i]) == 0);
	KPI_EXPECT(w.woken == 3);
	lck_mtx_free(w.mtx, grp);
}

KPI_TEST(wakeup_one)
{
	struct waiters w = { NULL, 0, 0 };
	struct helper h[2];

	w.mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	KPI_REQUIRE(w.mtx != NULL);
	run_waiters(&w, h, 2);
	wakeup_one((caddr_t)&w);
	pause_ms(20);
	KPI_EXPECT(w.woken == 1);
	wakeup((void *)&w);
	KPI_REQUIRE(helper_wait(&h[0]) == 0 && helper_wait(&h[1]) == 0);
	KPI_EXPECT(w.woken == 2);
	lck_mtx_free(w.mtx, grp);
}

KPI_TEST(msleep)
{
	lck_mtx_t *m = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	struct timespec ts = { 0, 5000000 };
	int chan;

	KPI_REQUIRE(m != NULL);
	lck_mtx_lock(m);
	KPI_EXPECT(msleep(&chan, m, PZERO, "test", &ts) == EWOULDBLOCK);
	lck_mtx_assert(m, LCK_MTX_ASSERT_OWNED);
	KPI_EXPECT(msleep(&chan, m, PZERO | PDROP, "test", &ts) ==
	    EWOULDBLOCK);
	lck_mtx_assert(m, LCK_MTX_ASSERT_NOTOWNED);
	lck_mtx_free(m, grp);
}

KPI_TEST(msleep1)
{
	int chan;

	KPI_EXPECT(msleep1(&chan, NULL, PZERO, "test", deadline_ms(5)) ==
	    EWOULDBLOCK);
}

KPI_TEST(tsleep)
{
	uint64_t t = deadline_ms(15);
	int chan;

	KPI_EXPECT(tsleep(&chan, PZERO, "test", 2) == EWOULDBLOCK);
	KPI_EXPECT(mach_absolute_time() >= t);
}

/* --- thread calls and timeouts ------------------------------------------------- */

static volatile SInt32 calls;
static void * volatile call_param1;
static int call_marker;

static void
count_call(thread_call_param_t p0, thread_call_param_t p1)
{
	call_param1 = p1;
	OSIncrementAtomic((volatile SInt32 *)p0);
}

static int
called(int n)
{
	int i;

	for (i = 0; i < 5000 && calls < n; i++)
		pause_ms(2);
	return (calls == n);
}

KPI_TEST(thread_call_func_t)
{
	thread_call_func_t f = count_call;
	thread_call_t c = thread_call_allocate(f,
	    (thread_call_param_t)(uintptr_t)&calls);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	KPI_EXPECT(!thread_call_enter1(c, &call_marker));
	KPI_EXPECT(called(1));
	KPI_EXPECT(call_param1 == &call_marker);
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_allocate)
{
	thread_call_t c = thread_call_allocate(count_call, NULL);

	KPI_REQUIRE(c != NULL);
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_allocate_with_options)
{
	thread_call_t c = thread_call_allocate_with_options(count_call,
	    (thread_call_param_t)(uintptr_t)&calls, THREAD_CALL_PRIORITY_HIGH,
	    THREAD_CALL_OPTIONS_ONCE);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	KPI_EXPECT(!thread_call_enter(c));
	KPI_EXPECT(called(1));
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_enter)
{
	thread_call_t c = thread_call_allocate(count_call,
	    (thread_call_param_t)(uintptr_t)&calls);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	KPI_EXPECT(!thread_call_enter(c));
	KPI_EXPECT(called(1));
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_enter1)
{
	thread_call_t c = thread_call_allocate(count_call,
	    (thread_call_param_t)(uintptr_t)&calls);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	call_param1 = NULL;
	thread_call_enter1(c, (thread_call_param_t)c);
	KPI_EXPECT(called(1) && call_param1 == (void *)c);
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_enter_delayed)
{
	thread_call_t c = thread_call_allocate(count_call,
	    (thread_call_param_t)(uintptr_t)&calls);
	uint64_t t = deadline_ms(20000);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	KPI_EXPECT(!thread_call_enter_delayed(c, t));
	/* Again: it was pending, and the new moment counts. */
	t = deadline_ms(30);
	KPI_EXPECT(thread_call_enter_delayed(c, t));
	KPI_EXPECT(called(1));
	KPI_EXPECT(mach_absolute_time() >= t);
	pause_ms(20);
	KPI_EXPECT(calls == 1);
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_enter1_delayed)
{
	thread_call_t c = thread_call_allocate(count_call,
	    (thread_call_param_t)(uintptr_t)&calls);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	call_param1 = NULL;
	thread_call_enter1_delayed(c, (thread_call_param_t)c, deadline_ms(5));
	KPI_EXPECT(called(1) && call_param1 == (void *)c);
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_cancel)
{
	thread_call_t c = thread_call_allocate(count_call,
	    (thread_call_param_t)(uintptr_t)&calls);

	KPI_REQUIRE(c != NULL);
	calls = 0;
	KPI_EXPECT(!thread_call_cancel(c));
	thread_call_enter_delayed(c, deadline_ms(20000));
	KPI_EXPECT(thread_call_cancel(c));
	pause_ms(20);
	KPI_EXPECT(calls == 0);
	KPI_EXPECT(thread_call_free(c));
}

KPI_TEST(thread_call_free)
{
	thread_call_t c = thread_call_allocate(count_call,
	    (thread_call_param_t)(uintptr_t)&calls);

	KPI_REQUIRE(c != NULL);
	thread_call_enter_delayed(c, deadline_ms(10000));
	KPI_EXPECT(!thread_call_free(c));
	KPI_EXPECT(thread_call_cancel(c));
	KPI_EXPECT(thread_call_free(c));
}

static void
count_timeout(void *p)
{
	OSIncrementAtomic((volatile SInt32 *)p);
}

KPI_TEST(bsd_timeout)
{
	struct timespec ts = { 0, 10000000 };

	calls = 0;
	bsd_timeout(count_timeout, (void *)(uintptr_t)&calls, &ts);
	bsd_timeout(count_timeout, (void *)(uintptr_t)&calls, &ts);
	KPI_EXPECT(called(2));
}

KPI_TEST(bsd_untimeout)
{
	struct timespec ts = { 0, 500000000 };

	calls = 0;
	bsd_timeout(count_timeout, (void *)(uintptr_t)&calls, &ts);
	bsd_timeout(count_timeout, (void *)(uintptr_t)&calls, &ts);
	bsd_untimeout(count_timeout, (void *)(uintptr_t)&calls);
	KPI_EXPECT(called(1));
	pause_ms(50);
	KPI_EXPECT(calls == 1);
	bsd_untimeout(count_timeout, (void *)(uintptr_t)&calls);
}

KPI_TEST_AS(lck_grp_free, threads)
{
	lck_grp_free(grp);
}
