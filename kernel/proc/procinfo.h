/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Snapshots of processes, threads and sysctl variables for the commands that
 * list them.  Plain data: programs include this without the kernel's headers.
 */
#ifndef KERNEL_PROC_PROCINFO_H
#define KERNEL_PROC_PROCINFO_H

#include <stddef.h>
#include <stdint.h>

struct proc_info {
	int pi_pid, pi_ppid, pi_pgid;
	unsigned pi_uid;
	unsigned pi_nthreads;
	int pi_nfiles;
	const char *pi_state;		/* "running", "zombie" ... */
	char pi_name[20];
	uint64_t pi_cpu_ns;
	uint64_t pi_age_ns;
};

struct thread_info {
	uint64_t ti_tid;
	int ti_pid;
	int ti_prio, ti_base_prio;
	char ti_state;			/* R on the CPU, r ready, S asleep, Z */
	char ti_name[32];
	char ti_wmesg[24];
	uint64_t ti_cpu_ns;
	uint64_t ti_switches;
};

/*
 * Arrays to be freed with procinfo_free().
 *
 * Returns:   0, or ENOMEM
 */
int procinfo_list(struct proc_info **out, size_t *n);
int threadinfo_list(struct thread_info **out, size_t *n);
void procinfo_free(void *p);

/* Nanoseconds the idle thread ran, and since the boot. */
void cpuinfo(uint64_t *idle_ns, uint64_t *total_ns);

/* sysctl variables, as in kernel/sysctl/sysctl.h. */
struct sysctl_info {
	char si_name[256];
	int si_kind;
	char si_fmt[16];
	char si_descr[96];
};
int sysctl_list(const char *prefix, struct sysctl_info **out, size_t *n);

#endif /* KERNEL_PROC_PROCINFO_H */
