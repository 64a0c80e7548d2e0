/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The nodes every kext may build on, and the kernel's own variables.
 */
#include <sys/errno.h>
#include <sys/param.h>
#include <sys/time.h>
#include <string.h>

#include "arch/x86_64/clock.h"
#include "kernel/file/file.h"
#include "kernel/fs/vfs.h"
#include "kernel/kassert.h"
#include "kernel/mm/pmm.h"
#include "kernel/proc/proc.h"
#include "kernel/sched/thread.h"
#include "kernel/sysctl/sysctl.h"
#include "kernel/time/callout.h"
#include "kernel/time/timer.h"

#define NODE(parent, number, name, descr)				\
	SYSCTL_NODE(parent, number, name, CTLFLAG_RW, NULL, descr)

NODE(, CTL_KERN, kern, "kernel")
NODE(, CTL_VM, vm, "memory")
NODE(, CTL_VFS, vfs, "file system")
NODE(, CTL_NET, net, "network")
NODE(, CTL_DEBUG, debug, "debugging")
NODE(, CTL_HW, hw, "hardware")
NODE(, CTL_MACHDEP, machdep, "machine dependent")
NODE(, CTL_USER, user, "programs")
NODE(, 0, sysctl, "the tree itself")
NODE(_net, 2, inet, "IPv4")			/* AF_INET */
NODE(_net_inet, 0, ip, "IP")
NODE(_net_inet, 6, tcp, "TCP")
NODE(_net_inet, 17, udp, "UDP")
NODE(_net, 30, inet6, "IPv6")			/* AF_INET6 */
NODE(_net, 18, link, "interfaces")		/* AF_LINK */

static void
nodes_add(void)
{
	static struct sysctl_oid *const nodes[] = {
		&sysctl__kern, &sysctl__vm, &sysctl__vfs, &sysctl__net,
		&sysctl__debug, &sysctl__hw, &sysctl__machdep, &sysctl__user,
		&sysctl__sysctl, &sysctl__net_inet, &sysctl__net_inet_ip,
		&sysctl__net_inet_tcp, &sysctl__net_inet_udp,
		&sysctl__net_inet6, &sysctl__net_link,
	};

	for (unsigned i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		sysctl_register_oid(nodes[i]);
}
INITCALL_ORDER(INIT_CORE, 30, nodes_add);

/* --- kern ------------------------------------------------------------------------------- */

static char ostype[] = "Unikext";
static char osrelease[] = "19.6.0";	/* of the KPI's reference system */
static char version[] = "Unikext, KPI of Darwin 19.6.0; x86_64";
static char hostname[MAXHOSTNAMELEN] = "unikext";

SYSCTL_STRING(_kern, 1, ostype, CTLFLAG_RD, ostype, 0, "name of the system")
SYSCTL_ADD(_kern_ostype)
SYSCTL_STRING(_kern, 2, osrelease, CTLFLAG_RD, osrelease, 0, "release")
SYSCTL_ADD(_kern_osrelease)
SYSCTL_STRING(_kern, 4, version, CTLFLAG_RD, version, 0, "full version")
SYSCTL_ADD(_kern_version)
SYSCTL_STRING(_kern, 10, hostname, CTLFLAG_RW, hostname, sizeof(hostname),
    "name of this host")
SYSCTL_ADD(_kern_hostname)
SYSCTL_INT(_kern, OID_AUTO, maxfilesperproc, CTLFLAG_RD, NULL, FILE_TABLE_MAX,
    "descriptors a process may have")
SYSCTL_ADD(_kern_maxfilesperproc)
SYSCTL_INT(_kern, OID_AUTO, hz, CTLFLAG_RD, NULL, 100, "ticks a second")
SYSCTL_ADD(_kern_hz)

static int
boottime SYSCTL_HANDLER_ARGS
{
	struct timeval tv;
	uint64_t ns = (uint64_t)time_wall_offset_ns();

	(void)oidp;
	(void)arg1;
	(void)arg2;
	tv.tv_sec = (time_t)(ns / 1000000000);
	tv.tv_usec = (suseconds_t)(ns % 1000000000 / 1000);
	return (SYSCTL_OUT(req, &tv, sizeof(tv)));
}
SYSCTL_PROC(_kern, 21, boottime, CTLTYPE_STRUCT | CTLFLAG_RD, NULL, 0,
    boottime, "S,timeval", "when the system started")
SYSCTL_ADD(_kern_boottime)

/* Figures that are read through a function; arg2 says which. */
enum figure {
	FIG_PROCS, FIG_THREADS, FIG_THREADS_TOTAL, FIG_FILES, FIG_TIMERS,
	FIG_CALLOUTS, FIG_CALLOUT_THREADS, FIG_SWITCHES, FIG_PREEMPTIONS,
	FIG_REVERSALS, FIG_MEM_FREE, FIG_MEM_TOTAL, FIG_FS_USED, FIG_FS_LIMIT,
	FIG_FS_NODES, FIG_TSC_HZ,
};

static uint64_t
fs_figure(enum figure which)
{
	uint64_t used, limit;
	unsigned nodes;

	vfs_usage(&used, &limit, &nodes);
	return (which == FIG_FS_USED ? used : which == FIG_FS_LIMIT ? limit :
	    nodes);
}

static uint64_t
figure_of(enum figure which)
{
	switch (which) {
	case FIG_PROCS:
		return (proc_count());
	case FIG_THREADS:
		return (thread_count());
	case FIG_THREADS_TOTAL:
		return (thread_created_total());
	case FIG_FILES:
		return (file_count());
	case FIG_TIMERS:
		return (timer_count());
	case FIG_CALLOUTS:
		return (callout_calls());
	case FIG_CALLOUT_THREADS:
		return (callout_threads());
	case FIG_SWITCHES:
		return (curcpu()->c_switches);
	case FIG_PREEMPTIONS:
		return (curcpu()->c_preemptions);
	case FIG_REVERSALS:
		return (lockcheck_reversals());
	case FIG_MEM_FREE:
		return ((uint64_t)pmm_free_count() * 4096);
	case FIG_MEM_TOTAL:
		return ((uint64_t)pmm_total_count() * 4096);
	case FIG_FS_USED:
	case FIG_FS_LIMIT:
	case FIG_FS_NODES:
		return (fs_figure(which));
	case FIG_TSC_HZ:
		return (clock_tsc_hz());
	}
	return (0);
}

static int
figure SYSCTL_HANDLER_ARGS
{
	uint64_t v = figure_of((enum figure)arg2);

	(void)oidp;
	(void)arg1;
	return (SYSCTL_OUT(req, &v, sizeof(v)));
}

#define FIGURE(parent, name, which, descr)				\
	SYSCTL_PROC(parent, OID_AUTO, name, CTLTYPE_QUAD | CTLFLAG_RD,	\
	    NULL, which, figure, "Q", descr)				\
	SYSCTL_ADD(parent##_##name)

FIGURE(_kern, procs, FIG_PROCS, "processes")
FIGURE(_kern, threads, FIG_THREADS, "threads")
FIGURE(_kern, threads_created, FIG_THREADS_TOTAL, "threads ever created")
FIGURE(_kern, openfiles, FIG_FILES, "open files")
FIGURE(_kern, timers, FIG_TIMERS, "pending timers")
FIGURE(_kern, callouts, FIG_CALLOUTS, "thread calls and timeouts run")
FIGURE(_kern, callout_threads, FIG_CALLOUT_THREADS, "threads that run them")
FIGURE(_kern, switches, FIG_SWITCHES, "context switches")
FIGURE(_kern, preemptions, FIG_PREEMPTIONS, "of them by preemption")
FIGURE(_debug, lock_reversals, FIG_REVERSALS, "lock orders seen both ways")
FIGURE(_hw, memsize, FIG_MEM_TOTAL, "bytes of memory")
FIGURE(_vm, free, FIG_MEM_FREE, "bytes of memory not in use")
FIGURE(_vfs, used, FIG_FS_USED, "bytes in files")
FIGURE(_vfs, limit, FIG_FS_LIMIT, "bytes files may take")
FIGURE(_vfs, nodes, FIG_FS_NODES, "files and directories")
FIGURE(_machdep, tsc_hz, FIG_TSC_HZ, "time stamp counter ticks a second")

/* --- hw ----------------------------------------------------------------------------------- */

static char machine[] = "x86_64";

SYSCTL_STRING(_hw, 1, machine, CTLFLAG_RD, machine, 0, "machine")
SYSCTL_ADD(_hw_machine)
SYSCTL_INT(_hw, 3, ncpu, CTLFLAG_RD, NULL, 1, "processors in use")
SYSCTL_ADD(_hw_ncpu)
SYSCTL_INT(_hw, 4, byteorder, CTLFLAG_RD, NULL, 1234, "byte order")
SYSCTL_ADD(_hw_byteorder)
SYSCTL_INT(_hw, 7, pagesize, CTLFLAG_RD, NULL, 4096, "bytes in a page")
SYSCTL_ADD(_hw_pagesize)
