/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/proc.h> and <sys/kauth.h>.  Start functions run with root's rights, in
 * whatever process the loader gives them.
 */
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/time.h>
#include <string.h>

#include <kpitest.h>

#define NOBODY_HAS	99997		/* a pid nobody has */

KPI_TEST(proc_self)
{
	proc_t p = proc_self();

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(p == current_proc());
	KPI_EXPECT(proc_pid(p) == proc_selfpid());
	KPI_EXPECT(proc_rele(p) == 0);
}

KPI_TEST(proc_rele)
{
	proc_t p = proc_find(0);

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(proc_rele(p) == 0);
}

KPI_TEST(proc_find)
{
	proc_t p = proc_find(proc_selfpid());

	KPI_EXPECT(p == current_proc());
	if (p != NULL)
		proc_rele(p);
	KPI_EXPECT(proc_find(NOBODY_HAS) == NULL);
	KPI_EXPECT(proc_find(-1) == NULL);
}

KPI_TEST(proc_pid)
{
	KPI_EXPECT(proc_pid(current_proc()) == proc_selfpid());
	KPI_EXPECT(proc_pid(NULL) == -1);
}

KPI_TEST(proc_ppid)
{
	KPI_EXPECT(proc_ppid(current_proc()) == proc_selfppid());
	KPI_EXPECT(proc_ppid(NULL) == -1);
}

KPI_TEST(proc_selfpid)
{
	KPI_EXPECT(proc_selfpid() >= 0);
}

KPI_TEST(proc_selfppid)
{
	KPI_EXPECT(proc_selfppid() >= 0 && proc_selfppid() < NOBODY_HAS);
}

KPI_TEST(proc_selfname)
{
	char name[32], cut[4], other[32];

	memset(name, 'x', sizeof(name));
	proc_selfname(name, sizeof(name));
	KPI_EXPECT(strlen(name) > 0 && strlen(name) <= MAXCOMLEN);
	proc_name(proc_selfpid(), other, sizeof(other));
	KPI_EXPECT(strcmp(name, other) == 0);
	proc_selfname(cut, sizeof(cut));
	KPI_EXPECT(strncmp(cut, name, 3) == 0 && strlen(cut) <= 3);
	cut[0] = 'y';
	proc_selfname(cut, 0);
	KPI_EXPECT(cut[0] == 'y');
}

KPI_TEST(proc_name)
{
	char name[12];
	unsigned i;

	proc_name(0, name, sizeof(name));
	KPI_EXPECT(strcmp(name, "kernel") == 0);
	proc_name(0, name, 4);
	KPI_EXPECT(strcmp(name, "ker") == 0);
	memset(name, 'x', sizeof(name));
	proc_name(NOBODY_HAS, name, sizeof(name));
	for (i = 0; i < sizeof(name); i++)
		KPI_EXPECT(name[i] == 0);
	name[0] = 'z';
	proc_name(0, name, -5);
	KPI_EXPECT(name[0] == 'z');
}

KPI_TEST(proc_exiting)
{
	KPI_EXPECT(proc_exiting(current_proc()) == 0);
}

KPI_TEST(proc_is64bit)
{
	KPI_EXPECT(proc_is64bit(current_proc()) == 1);
}

KPI_TEST(proc_suser)
{
	KPI_EXPECT(proc_suser(current_proc()) == 0);	/* 0 means root */
}

KPI_TEST(proc_signal)
{
	proc_signal(NOBODY_HAS, SIGTERM);		/* nothing happens */
	proc_signal(proc_selfpid(), SIGCHLD);		/* ignored */
	KPI_EXPECT(proc_issignal(proc_selfpid(), sigmask(SIGCHLD)) == 0);
}

KPI_TEST(proc_issignal)
{
	KPI_EXPECT(proc_issignal(proc_selfpid(), ~0u) == 0);
	KPI_EXPECT(proc_issignal(NOBODY_HAS, ~0u) == 0);
}

KPI_TEST(proc_selfpgrpid)
{
	KPI_EXPECT(proc_selfpgrpid() == proc_pgrpid(current_proc()));
}

KPI_TEST(proc_pgrpid)
{
	proc_t p = proc_find(0);

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(proc_pgrpid(p) == 0);
	proc_rele(p);
}

KPI_TEST(proc_ucred)
{
	KPI_EXPECT(proc_ucred(current_proc()) == kauth_cred_get());
}

KPI_TEST(current_proc)
{
	KPI_EXPECT(current_proc() != NULL);
}

/* --- credentials ------------------------------------------------------------------- */

KPI_TEST(kauth_getuid)
{
	KPI_EXPECT(kauth_getuid() == 0);
}

KPI_TEST(kauth_getruid)
{
	KPI_EXPECT(kauth_getruid() == 0);
}

KPI_TEST(kauth_getgid)
{
	KPI_EXPECT(kauth_getgid() == 0);
}

KPI_TEST(kauth_cred_get)
{
	KPI_REQUIRE(kauth_cred_get() != NOCRED);
	KPI_EXPECT(kauth_cred_getuid(kauth_cred_get()) == kauth_getuid());
}

KPI_TEST(kauth_cred_get_with_ref)
{
	kauth_cred_t cr = kauth_cred_get_with_ref();

	KPI_EXPECT(cr == kauth_cred_get());
	kauth_cred_unref(&cr);
	KPI_EXPECT(cr == NOCRED);
}

KPI_TEST(kauth_cred_proc_ref)
{
	kauth_cred_t cr = kauth_cred_proc_ref(current_proc());

	KPI_EXPECT(cr == kauth_cred_get());
	kauth_cred_unref(&cr);
}

KPI_TEST(kauth_cred_ref)
{
	kauth_cred_t cr = kauth_cred_get();

	kauth_cred_ref(cr);
	kauth_cred_unref(&cr);
	KPI_EXPECT(kauth_cred_getuid(kauth_cred_get()) == 0);
}

KPI_TEST(kauth_cred_unref)
{
	kauth_cred_t none = NOCRED;

	kauth_cred_unref(&none);
	KPI_EXPECT(none == NOCRED);
}

KPI_TEST(kauth_cred_getuid)
{
	KPI_EXPECT(kauth_cred_getuid(kauth_cred_get()) == 0);
}

KPI_TEST(kauth_cred_getruid)
{
	KPI_EXPECT(kauth_cred_getruid(kauth_cred_get()) == 0);
}

KPI_TEST(kauth_cred_getgid)
{
	KPI_EXPECT(kauth_cred_getgid(kauth_cred_get()) == kauth_getgid());
}

KPI_TEST(kauth_cred_issuser)
{
	KPI_EXPECT(kauth_cred_issuser(kauth_cred_get()) == 1);
}

static int asked;

static int
listener(kauth_cred_t cred, void *idata, kauth_action_t action,
    uintptr_t arg0, uintptr_t arg1, uintptr_t arg2, uintptr_t arg3)
{
	(void)cred;
	(void)action;
	(void)arg0;
	(void)arg1;
	(void)arg2;
	(void)arg3;
	++*(int *)idata;
	return (KAUTH_RESULT_DEFER);
}

KPI_TEST(kauth_listen_scope)
{
	kauth_listener_t known, unknown;

	asked = 0;
	known = kauth_listen_scope(KAUTH_SCOPE_PROCESS, listener, &asked);
	unknown = kauth_listen_scope("org.unikext.nothing", listener, &asked);
	KPI_REQUIRE(known != NULL && unknown != NULL);
	KPI_EXPECT(known != unknown);
	KPI_EXPECT(asked == 0);
	kauth_unlisten_scope(known);
	kauth_unlisten_scope(unknown);
}

KPI_TEST(kauth_unlisten_scope)
{
	int i;

	for (i = 0; i < 50; i++) {
		kauth_listener_t l = kauth_listen_scope(KAUTH_SCOPE_FILEOP,
		    listener, &asked);

		KPI_REQUIRE(l != NULL);
		kauth_unlisten_scope(l);
	}
}

KPI_TEST(kauth_scope_callback_t)
{
	kauth_scope_callback_t fn = listener;
	int n = 0;

	KPI_EXPECT(fn(NOCRED, &n, KAUTH_FILEOP_OPEN, 0, 0, 0, 0) ==
	    KAUTH_RESULT_DEFER);
	KPI_EXPECT(n == 1);
}
