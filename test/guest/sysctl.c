/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysctl: registration as a kext does it, the handlers, rights, draining.
 */
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <string.h>

#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"
#include "kernel/sysctl/sysctl.h"
#include "kernel/time/timer.h"
#include "test/lib/test.h"

#define MS	1000000ull

static int an_int = 5;
static long long a_quad = 1ll << 40;
static char a_string[8] = "abc";
static volatile int in_handler;
static struct thread *volatile slow_for;

static int
slow_handler SYSCTL_HANDLER_ARGS
{
	int v = 9, error;

	(void)oidp;
	(void)arg1;
	(void)arg2;
	in_handler = 1;
	/* Until the one who takes the node away waits for us. */
	(void)WAIT_UNTIL(slow_for != NULL && test_asleep(slow_for, NULL));
	thread_sleep_ns(5 * MS);
	error = SYSCTL_OUT(req, &v, sizeof(v));
	in_handler = 0;
	return (error);
}

SYSCTL_NODE(_debug, OID_AUTO, test, CTLFLAG_RW, 0, "test")
SYSCTL_INT(_debug_test, OID_AUTO, num, CTLFLAG_RW, &an_int, 0, "int")
SYSCTL_INT(_debug_test, OID_AUTO, constant, CTLFLAG_RW, NULL, 77, "constant")
SYSCTL_INT(_debug_test, OID_AUTO, readonly, CTLFLAG_RD, &an_int, 0, "int")
SYSCTL_INT(_debug_test, OID_AUTO, anybody, CTLFLAG_RW | CTLFLAG_ANYBODY,
    &an_int, 0, "int")
SYSCTL_QUAD(_debug_test, OID_AUTO, quad, CTLFLAG_RW, &a_quad, "quad")
SYSCTL_STRING(_debug_test, OID_AUTO, str, CTLFLAG_RW, a_string,
    sizeof(a_string), "string")
SYSCTL_PROC(_debug_test, OID_AUTO, slow, CTLTYPE_INT | CTLFLAG_RD, NULL, 0,
    slow_handler, "I", "slow")

static struct sysctl_oid *const oids[] = {
	&sysctl__debug_test, &sysctl__debug_test_num,
	&sysctl__debug_test_constant, &sysctl__debug_test_readonly,
	&sysctl__debug_test_anybody, &sysctl__debug_test_quad,
	&sysctl__debug_test_str, &sysctl__debug_test_slow,
};
#define NOIDS	(sizeof(oids) / sizeof(oids[0]))

static void
add(void)
{
	for (unsigned i = 0; i < NOIDS; i++) {
		oids[i]->oid_number = OID_AUTO;
		sysctl_register_oid(oids[i]);
	}
}

static void
take_away(void)
{
	for (unsigned i = NOIDS; i-- > 0;)
		sysctl_unregister_oid(oids[i]);
}

TEST(sysctl, values)
{
	int v = 0, small = 3;
	size_t len;
	char s[16];

	an_int = 5;
	add();
	EXPECT(sysctl_check());
	EXPECT(sysctl__debug_test_num.oid_number == 101);
	EXPECT(sysctl__debug_test_constant.oid_number == 102);
	len = sizeof(v);
	EXPECT(sysctlbyname("debug.test.num", &v, &len, NULL, 0) == 0 &&
	    v == 5 && len == 4);
	v = 6;
	len = sizeof(small);
	EXPECT(sysctlbyname("debug.test.num", &small, &len, &v, sizeof(v)) ==
	    0 && small == 5 && an_int == 6);
	EXPECT(sysctlbyname("debug.test.num", NULL, NULL, &v, 2) == EINVAL);
	len = 2;
	EXPECT(sysctlbyname("debug.test.num", s, &len, NULL, 0) == ENOMEM);
	len = 0;
	EXPECT(sysctlbyname("debug.test.quad", NULL, &len, NULL, 0) == 0 &&
	    len == 8);
	EXPECT(sysctlbyname("debug.test.constant", NULL, NULL, &v,
	    sizeof(v)) == EPERM);
	EXPECT(sysctlbyname("debug.test.readonly", NULL, NULL, &v,
	    sizeof(v)) == EPERM);
	EXPECT(sysctlbyname("debug.test.none", &v, &len, NULL, 0) == ENOENT);
	EXPECT(sysctlbyname("debug.test", &v, &len, NULL, 0) == EISDIR);
	EXPECT(sysctlbyname("", &v, &len, NULL, 0) == ENOENT);
	len = sizeof(s);
	EXPECT(sysctlbyname("debug.test.str", s, &len,
	    (void *)(uintptr_t)"1234567", 7) == 0 && len == 4 &&
	    strcmp(s, "abc") == 0 && strcmp(a_string, "1234567") == 0);
	EXPECT(sysctlbyname("debug.test.str", NULL, NULL,
	    (void *)(uintptr_t)"123456789", 9) == EINVAL);
	EXPECT(strcmp(a_string, "1234567") == 0);
	take_away();
	EXPECT(sysctl_check());
	EXPECT(sysctlbyname("debug.test.num", &v, &len, NULL, 0) == ENOENT);
	take_away();			/* twice does nothing */
}

TEST(sysctl, by_numbers)
{
	int mib[3] = { CTL_HW, 7, 0 }, v = 0;
	size_t len = sizeof(v);

	EXPECT(sysctl_by_mib(kernproc, mib, 2, &v, &len, NULL, 0) == 0 &&
	    v == 4096);
	EXPECT(sysctl_by_mib(kernproc, mib, 3, &v, &len, NULL, 0) == ENOTDIR);
	EXPECT(sysctl_by_mib(kernproc, mib, 13, &v, &len, NULL, 0) == EINVAL);
	mib[1] = 4711;
	EXPECT(sysctl_by_mib(kernproc, mib, 2, &v, &len, NULL, 0) == ENOENT);
}

static int
as_user(int argc, char **argv)
{
	struct proc *p = current_proc();
	int v = 12;

	(void)argc;
	(void)argv;
	EXPECT(sys_setuid(p, 501) == 0);
	EXPECT(sys_sysctlbyname(p, "debug.test.num", NULL, NULL, &v,
	    sizeof(v)) == EPERM);
	EXPECT(sys_sysctlbyname(p, "debug.test.anybody", NULL, NULL, &v,
	    sizeof(v)) == 0);
	EXPECT(sys_sysctlbyname(p, NULL, NULL, NULL, &v, sizeof(v)) == EFAULT);
	return (0);
}

TEST(sysctl, rights)
{
	const struct spawn_attr attr = { .sa_keep = true };
	struct proc *p;
	int status = -1;

	add();
	REQUIRE(proc_spawn("user", as_user, 0, NULL, &attr, &p) == 0);
	EXPECT(proc_wait(proc_pid(p), &status) == 0 && status == 0);
	(void)proc_rele(p);
	EXPECT(an_int == 12);
	take_away();
}

static void
reader(void *arg)
{
	size_t len = sizeof(int);

	EXPECT(sysctlbyname("debug.test.slow", arg, &len, NULL, 0) == 0);
}

TEST(sysctl, unregister_waits_for_handlers)
{
	struct thread *t;
	int v = 0;

	add();
	slow_for = NULL;
	REQUIRE(thread_create(NULL, "reader", PRI_KERNEL, reader, &v, &t) ==
	    0);
	EXPECT(WAIT_UNTIL(in_handler));
	slow_for = current_thread();
	sysctl_unregister_oid(&sysctl__debug_test_slow);
	EXPECT(!in_handler);
	(void)thread_join(t, false);
	thread_deallocate(t);
	EXPECT(v == 9);
	take_away();
}

TEST(sysctl, listing)
{
	struct sysctl_info *si;
	size_t n = 0;

	add();
	REQUIRE(sysctl_list("debug.test", &si, &n) == 0);
	EXPECT(n == 7 && strcmp(si[0].si_name, "debug.test.num") == 0);
	procinfo_free(si);
	EXPECT(sysctl_list("kern.nothing", &si, &n) == ENOENT);
	REQUIRE(sysctl_list("", &si, &n) == 0);
	EXPECT(n > 30);
	procinfo_free(si);
	take_away();
}
