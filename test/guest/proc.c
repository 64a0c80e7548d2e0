/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes: start, exit, waiting, credentials, signals.
 */
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/time.h>
#include <string.h>

#include "kernel/file/file.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/proc/kauth.h"
#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS	1000000ull

static int
seven(int argc, char **argv)
{
	return (argc == 3 && strcmp(argv[0], "seven") == 0 &&
	    strcmp(argv[2], "b c") == 0 && argv[3] == NULL ? 7 : 1);
}

static char *args[] = { (char *)(uintptr_t)"seven", (char *)(uintptr_t)"a",
    (char *)(uintptr_t)"b c", NULL };
static const struct spawn_attr keep = { .sa_keep = true };

static struct proc *
spawn(int (*fn)(int, char **))
{
	struct proc *p = NULL;

	EXPECT(proc_spawn("/bin/a-long-program-name", fn, 3, args, &keep,
	    &p) == 0);
	return (p);
}

TEST(proc, status_and_name)
{
	struct proc *p = spawn(seven);
	int status = -1;
	pid_t pid;

	REQUIRE(p != NULL);
	pid = proc_pid(p);
	EXPECT(strcmp(p->p_comm, "a-long-program-n") == 0);
	EXPECT(proc_ppid(p) == proc_selfpid());
	EXPECT(proc_wait(pid, &status) == 0);
	EXPECT(status == PROC_STATUS(7));
	EXPECT(proc_exiting(p) == 1);
	EXPECT(proc_find(pid) == NULL);
	EXPECT(proc_wait(pid, &status) == ECHILD);
	EXPECT(proc_rele(p) == 0);
}

TEST(proc, names_by_pid)
{
	char buf[8];

	memset(buf, 'x', sizeof(buf));
	proc_name(0, buf, sizeof(buf));
	EXPECT(strcmp(buf, "kernel") == 0);
	proc_name(0, buf, 4);
	EXPECT(strcmp(buf, "ker") == 0);
	memset(buf, 'x', sizeof(buf));
	proc_name(99998, buf, sizeof(buf));
	for (unsigned i = 0; i < sizeof(buf); i++)
		EXPECT(buf[i] == 0);
	buf[0] = 'y';
	proc_name(0, buf, 0);
	EXPECT(buf[0] == 'y');
	EXPECT(proc_pid(NULL) == -1);
	EXPECT(proc_selfpid() == proc_pid(current_proc()));
	EXPECT(proc_suser(kernproc) == 0);
}

static int chan;
static volatile int observed;

static int
sleeper(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	observed = msleep(&chan, NULL, PZERO | PCATCH, "test", NULL);
	proc_signal_check();
	observed = -1;			/* not reached with a fatal signal */
	return (0);
}

TEST(proc, signal_interrupts_sleep_and_ends)
{
	struct proc *p;
	int status = 0;

	observed = -2;
	p = spawn(sleeper);
	REQUIRE(p != NULL);
	EXPECT(WAIT_UNTIL(test_proc_asleep(p, "test")));
	EXPECT(observed == -2);
	proc_signal(proc_pid(p), SIGTERM);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(observed == EINTR);
	EXPECT(status == SIGTERM);
	(void)proc_rele(p);
}

TEST(proc, ignored_signals_do_nothing)
{
	struct proc *p;
	int status = 0;

	observed = -2;
	p = spawn(sleeper);
	REQUIRE(p != NULL);
	EXPECT(WAIT_UNTIL(test_proc_asleep(p, "test")));
	proc_signal(proc_pid(p), SIGCHLD);
	thread_sleep_ns(5 * MS);
	EXPECT(observed == -2);
	wakeup(&chan);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0 && observed == -1);
	(void)proc_rele(p);
}

static volatile int handled;

static void
handler(int sig)
{
	handled = sig;
}

static int
catcher(int argc, char **argv)
{
	struct proc *p = current_proc();
	int first, second;

	(void)argc;
	(void)argv;
	(void)proc_sigaction(p, SIGUSR1, handler, true, NULL);
	first = tsleep(&chan, PZERO | PCATCH, "test", 0);
	(void)proc_sigaction(p, SIGUSR2, handler, false, NULL);
	proc_signal_check();
	second = tsleep(&chan, PZERO | PCATCH, "test", 0);
	proc_signal_check();
	return (first == ERESTART && second == EINTR ? 0 : 1);
}

TEST(proc, handlers_run_at_the_boundary)
{
	struct proc *p;
	int status = -1;

	handled = 0;
	p = spawn(catcher);
	REQUIRE(p != NULL);
	EXPECT(WAIT_UNTIL(test_proc_asleep(p, "test")));
	proc_signal(proc_pid(p), SIGUSR1);
	EXPECT(WAIT_UNTIL(handled == SIGUSR1 && test_proc_asleep(p, "test")));
	proc_signal(proc_pid(p), SIGUSR2);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(handled == SIGUSR2);
	EXPECT(status == 0);
	(void)proc_rele(p);
}

static int
as_nobody(int argc, char **argv)
{
	struct proc *p = current_proc();
	kauth_cred_t cr;
	int bad = 0;

	(void)argc;
	(void)argv;
	bad += proc_suser(p) != 0 || kauth_getuid() != 0;
	bad += sys_setuid(p, 501) != 0;
	bad += proc_suser(p) != EPERM;
	bad += kauth_getuid() != 501 || kauth_getruid() != 501;
	bad += sys_setuid(p, 0) != EPERM;
	bad += sys_kill(p, 1, 0) == 0;
	cr = kauth_cred_get_with_ref();
	bad += kauth_cred_getuid(cr) != 501 || kauth_cred_issuser(cr);
	kauth_cred_unref(&cr);
	bad += cr != NULL;
	return (bad);
}

TEST(proc, credentials)
{
	struct proc *p = spawn(as_nobody);
	int status = -1;

	REQUIRE(p != NULL);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	(void)proc_rele(p);
}

static int
quick(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (0);
}

static int
parent(int argc, char **argv)
{
	int status, n = 0;
	pid_t done;

	for (int i = 0; i < 3; i++)
		(void)proc_spawn("child", quick, argc, argv, NULL, NULL);
	while (proc_wait_options(-1, &status, 0, &done) == 0)
		n += done > 0;
	/* an orphan: kernproc takes it over and reaps it */
	(void)proc_spawn("orphan", quick, argc, argv, NULL, NULL);
	return (n == 3 ? 0 : 1);
}

TEST(proc, children_and_orphans)
{
	unsigned before = proc_count();
	struct proc *p = spawn(parent);
	int status = -1;

	REQUIRE(p != NULL);
	EXPECT(proc_wait(proc_pid(p), &status) == 0);
	EXPECT(status == 0);
	(void)proc_rele(p);
	EXPECT(WAIT_UNTIL(proc_count() == before));
}

static void
many_procs(int n)
{
	int status;

	for (int i = 0; i < n; i++) {
		struct proc *p = spawn(quick);

		if (p == NULL)
			return;
		EXPECT(proc_wait(proc_pid(p), &status) == 0);
		(void)proc_rele(p);
	}
}

TEST(proc, memory_comes_back)
{
	unsigned files = file_count();
	size_t before;

	many_procs(20);
	(void)kmem_reap();
	before = pmm_free_count();
	many_procs(200);
	(void)kmem_reap();
	EXPECT(pmm_free_count() + 4 >= before);
	EXPECT(file_count() == files);
}

TEST(proc, nanosleep_is_interrupted)
{
	struct timespec bad = { 0, 1000000000 }, ms = { 0, 2 * MS };

	EXPECT(sys_nanosleep(kernproc, &bad, NULL) == EINVAL);
	EXPECT(sys_nanosleep(kernproc, &ms, NULL) == 0);
}

/* --- authorisation ------------------------------------------------------------------------ */

static kauth_listener_t leaver;
static int leaves, denials;

static int
leave_scope(kauth_cred_t cred, void *data, kauth_action_t action,
    uintptr_t a0, uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	leaves++;
	kauth_unlisten_scope(leaver);
	return (KAUTH_RESULT_DEFER);
}

static int
deny(kauth_cred_t cred, void *data, kauth_action_t action, uintptr_t a0,
    uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	denials++;
	return (KAUTH_RESULT_DENY);
}

/* A listener that leaves in its callback does not take the others along. */
TEST(proc, kauth_listener_leaves_inside)
{
	kauth_listener_t second;

	leaves = denials = 0;
	leaver = kauth_listen_scope(KAUTH_SCOPE_PROCESS, leave_scope, NULL);
	second = kauth_listen_scope(KAUTH_SCOPE_PROCESS, deny, NULL);
	REQUIRE(leaver != NULL && second != NULL);
	for (int i = 0; i < 2; i++)
		EXPECT(kauth_ask(KSCOPE_PROCESS, kauth_cred_get(),
		    KAUTH_PROCESS_CANSIGNAL, 0, 0, 0, 0, 0) == EPERM);
	EXPECT(leaves == 1 && denials == 2);
	kauth_unlisten_scope(second);
	EXPECT(!kauth_listened(KSCOPE_PROCESS));
	EXPECT(kauth_ask(KSCOPE_PROCESS, kauth_cred_get(),
	    KAUTH_PROCESS_CANSIGNAL, 0, 0, 0, 0, 0) == 0);
}
