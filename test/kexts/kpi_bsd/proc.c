/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes and credentials.  The start function runs in the process of the
 * command that loads the kext, as root.
 */
#include <kern/clock.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kauth.h>
#include <sys/proc.h>
#include <sys/signal.h>
#include <sys/systm.h>

#include <kpitest.h>

#define NO_PID		0x3fffffff

KPI_TEST(proc_self)
{
	proc_t p = proc_self();

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(p == current_proc());
	proc_rele(p);
}

KPI_TEST(proc_rele)
{
	KPI_EXPECT(proc_rele(proc_self()) == 0);
}

KPI_TEST(proc_find)
{
	proc_t p = proc_find(proc_selfpid());

	KPI_REQUIRE(p != NULL);
	KPI_EXPECT(proc_pid(p) == proc_selfpid());
	proc_rele(p);
	KPI_EXPECT(proc_find(NO_PID) == NULL);
}

KPI_TEST(proc_pid)
{
	KPI_EXPECT(proc_pid(current_proc()) == proc_selfpid());
	KPI_EXPECT(proc_pid(NULL) == -1);
}

KPI_TEST(proc_ppid)
{
	KPI_EXPECT(proc_ppid(current_proc()) == proc_selfppid());
}

KPI_TEST(proc_selfpid)
{
	KPI_EXPECT(proc_selfpid() >= 0);
}

KPI_TEST(proc_selfppid)
{
	KPI_EXPECT(proc_selfppid() == proc_ppid(current_proc()));
}

KPI_TEST(proc_selfname)
{
	char a[32], b[3];

	memset(a, 'x', sizeof(a));
	proc_selfname(a, sizeof(a));
	KPI_EXPECT(strnlen(a, sizeof(a)) > 0);
	KPI_EXPECT(strnlen(a, sizeof(a)) <= MAXCOMLEN);
	proc_selfname(b, sizeof(b));
	KPI_EXPECT(strlen(b) <= 2 && strncmp(a, b, strlen(b)) == 0);
}

KPI_TEST(proc_name)
{
	char a[32], b[32];

	proc_name(proc_selfpid(), a, sizeof(a));
	proc_selfname(b, sizeof(b));
	KPI_EXPECT(strcmp(a, b) == 0);
	proc_name(0, a, sizeof(a));
	KPI_EXPECT(a[0] != '\0');
	memset(a, 'x', sizeof(a));
	proc_name(NO_PID, a, sizeof(a));
	KPI_EXPECT(a[0] == '\0' && a[31] == '\0');
	a[0] = 'q';
	proc_name(0, a, 0);
	KPI_EXPECT(a[0] == 'q');
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
	KPI_EXPECT(proc_suser(current_proc()) == 0);
}

KPI_TEST(proc_signal)
{
	/* Nobody there: nothing happens. */
	proc_signal(NO_PID, SIGTERM);
	KPI_EXPECT(1);
}

KPI_TEST(proc_issignal)
{
	KPI_EXPECT(proc_issignal(proc_selfpid(), sigmask(SIGUSR2)) == 0);
}

KPI_TEST(proc_selfpgrpid)
{
	KPI_EXPECT(proc_selfpgrpid() == proc_pgrpid(current_proc()));
}

KPI_TEST(proc_pgrpid)
{
	KPI_EXPECT(proc_pgrpid(current_proc()) >= 0);
}

KPI_TEST(proc_ucred)
{
	KPI_EXPECT(kauth_cred_getuid(proc_ucred(current_proc())) == 0);
}

KPI_TEST(current_proc)
{
	KPI_EXPECT(current_proc() != NULL);
}

/* --- credentials -------------------------------------------------------------- */

KPI_TEST(kauth_getuid)
{
	KPI_EXPECT(kauth_getuid() == 0);
}

KPI_TEST(kauth_getruid)
{
	KPI_EXPECT(kauth_getruid() == kauth_cred_getruid(kauth_cred_get()));
}

KPI_TEST(kauth_getgid)
{
	KPI_EXPECT(kauth_getgid() == kauth_cred_getgid(kauth_cred_get()));
}

KPI_TEST(kauth_cred_get)
{
	KPI_EXPECT(kauth_cred_get() != NOCRED);
}

KPI_TEST(kauth_cred_get_with_ref)
{
	kauth_cred_t c = kauth_cred_get_with_ref();

	KPI_EXPECT(c == kauth_cred_get());
	kauth_cred_unref(&c);
}

KPI_TEST(kauth_cred_proc_ref)
{
	kauth_cred_t c = kauth_cred_proc_ref(current_proc());

	KPI_REQUIRE(c != NOCRED);
	KPI_EXPECT(kauth_cred_getuid(c) == kauth_getuid());
	kauth_cred_unref(&c);
}

KPI_TEST(kauth_cred_ref)
{
	kauth_cred_t c = kauth_cred_get();

	kauth_cred_ref(c);
	kauth_cred_unref(&c);
	KPI_EXPECT(kauth_getuid() == 0);
}

KPI_TEST(kauth_cred_unref)
{
	kauth_cred_t c = kauth_cred_get_with_ref();

	kauth_cred_unref(&c);
	KPI_EXPECT(c == NOCRED);
}

KPI_TEST(kauth_cred_getuid)
{
	KPI_EXPECT(kauth_cred_getuid(kauth_cred_get()) == kauth_getuid());
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
