/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the tests of the linker set and reports them on the console.
 *
 * One run at a time; the state of the running test is global because a test
 * may check things from threads of its own.
 */
#include "test/lib/test.h"

#include <string.h>
#include <sys/systm.h>

#include "arch/x86_64/cpu.h"
#include "kernel/cmdline.h"
#include "kernel/sched/thread.h"
#include "kernel/initcall.h"
#include "kernel/panic.h"
#include "kernel/proc/proc.h"

LINKER_SET_DECLARE(tests, const struct test_case);

static const struct test_case *running;
static unsigned failed_checks;
static const char *skip_reason;
static int busy;

bool
test_expect(bool ok, const char *file, int line, const char *what)
{
	if (ok)
		return true;
	__atomic_add_fetch(&failed_checks, 1, __ATOMIC_RELAXED);
	printf("     %s.%s: %s:%d: %s\n", running ? running->area : "?",
	    running ? running->name : "?", file, line, what);
	return false;
}

void
test_skip(const char *reason)
{
	skip_reason = reason;
}

bool
test_asleep(const struct thread *t, const char *wmesg)
{
	const char *has = *(const char *const volatile *)&t->t_wmesg;

	return *(const volatile enum thread_state *)&t->t_state == TS_BLOCKED &&
	    (wmesg == NULL || (has != NULL && strcmp(has, wmesg) == 0));
}

bool
test_proc_asleep(const struct proc *p, const char *wmesg)
{
	const struct thread *t = TAILQ_FIRST(&p->p_threads);

	return t != NULL && test_asleep(t, wmesg);
}

/* which: "all", an area, or area.name */
static bool
selected(const struct test_case *t, const char *which)
{
	size_t n = strlen(t->area);

	if (strcmp(which, "all") == 0)
		return true;
	if (strncmp(which, t->area, n) != 0)
		return false;
	return which[n] == '\0' ||
	    (which[n] == '.' && strcmp(which + n + 1, t->name) == 0);
}

enum outcome { PASSED, FAILED, SKIPPED };

static enum outcome
run_one(const struct test_case *t)
{
	int prio = current_thread()->t_base_prio;

	running = t;
	failed_checks = 0;
	skip_reason = NULL;
	/* The same priority from the shell as at boot: tests start threads
	 * above and below it. */
	thread_set_priority(current_thread(), PRI_KERNEL);
	t->fn();
	thread_set_priority(current_thread(), prio);
	running = NULL;
	if (failed_checks > 0) {
		printf("FAIL %s.%s\n", t->area, t->name);
		return FAILED;
	}
	if (skip_reason != NULL) {
		printf("SKIP %s.%s: %s\n", t->area, t->name, skip_reason);
		return SKIPPED;
	}
	printf("PASS %s.%s\n", t->area, t->name);
	return PASSED;
}

int
test_run(const char *which)
{
	const struct test_case *const *t;
	unsigned count[3] = { 0 };

	if (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE)) {
		printf("test: a run is going on\n");
		return -1;
	}
	LINKER_SET_FOREACH(t, tests) {
		if (selected(*t, which))
			count[run_one(*t)]++;
	}
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
	printf("%u passed, %u failed, %u skipped\n", count[PASSED],
	    count[FAILED], count[SKIPPED]);
	if (count[PASSED] + count[FAILED] + count[SKIPPED] == 0)
		return -1;
	return (int)count[FAILED];
}

/* `test=` on the command line: run and leave the machine. */
static void
test_from_cmdline(void)
{
	const char *which = cmdline_get("test");

	if (which == NULL)
		return;
	debug_exit(test_run(*which != '\0' ? which : "all") == 0 ? EXIT_PASS :
	    EXIT_FAIL);
	arch_poweroff();
}
INITCALL_ORDER(INIT_USER, 0, test_from_cmdline);
