/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes as kexts see them: the questions of <sys/proc.h>.
 */
#include <sys/errno.h>
#include <sys/proc.h>
#include <string.h>

#include "kernel/proc/proc.h"
#include "kernel/proc/ucred.h"

int
proc_pid(proc_t p)
{
	return (p != NULL ? p->p_pid : -1);
}

int
proc_ppid(proc_t p)
{
	return (p != NULL ? p->p_ppid : -1);
}

int
proc_selfpid(void)
{
	return (current_proc()->p_pid);
}

int
proc_selfppid(void)
{
	return (current_proc()->p_ppid);
}

pid_t
proc_pgrpid(proc_t p)
{
	return (p != NULL ? p->p_pgid : -1);
}

pid_t
proc_selfpgrpid(void)
{
	return (current_proc()->p_pgid);
}

void
proc_selfname(char *buf, int size)
{
	if (size > 0)
		strlcpy(buf, current_proc()->p_comm, (size_t)size);
}

void
proc_name(int pid, char *buf, int size)
{
	struct proc *p;

	if (size <= 0)
		return;
	memset(buf, 0, (size_t)size);
	p = proc_find(pid);
	if (p != NULL) {
		strlcpy(buf, p->p_comm, (size_t)size);
		(void)proc_rele(p);
	}
}

int
proc_exiting(proc_t p)
{
	return (p->p_state >= PS_EXITING);
}

int
proc_is64bit(proc_t p)
{
	(void)p;
	return (1);
}

int
proc_is64bit_data(proc_t p)
{
	(void)p;
	return (1);
}

int
proc_is_classic(proc_t p)
{
	(void)p;
	return (0);
}

int
proc_tbe(proc_t p)
{
	(void)p;
	return (0);
}

int
proc_noremotehang(proc_t p)
{
	(void)p;
	return (0);
}

int
proc_forcequota(proc_t p)
{
	(void)p;
	return (0);
}

int
proc_chrooted(proc_t p)
{
	(void)p;
	return (0);
}

int
proc_original_ppid(proc_t p)
{
	return (p != NULL ? p->p_oppid : -1);
}

pid_t
proc_sessionid(proc_t p)
{
	return (p != NULL ? p->p_sid : -1);
}

int
proc_suser(proc_t p)
{
	if (kauth_cred_getuid(p->p_ucred) != 0)
		return (EPERM);
	p->p_suser = true;
	return (0);
}

kauth_cred_t
proc_ucred(proc_t p)
{
	return (p->p_ucred);
}

int
proc_issignal(int pid, sigset_t mask)
{
	struct proc *p = proc_find(pid);
	sigset_t set;

	if (p == NULL)
		return (0);
	set = __atomic_load_n(&p->p_siglist, __ATOMIC_RELAXED) & mask;
	(void)proc_rele(p);
	return ((int)set);
}

int
thread_issignal(proc_t p, thread_t th, sigset_t mask)
{
	(void)th;
	return ((int)(__atomic_load_n(&p->p_siglist, __ATOMIC_RELAXED) & mask));
}
