/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/resource.h>: resource usage of a process.
 */
#ifndef _SYS_RESOURCE_H_
#define _SYS_RESOURCE_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/time.h>

#define PRIO_PROCESS		0
#define PRIO_PGRP		1
#define PRIO_USER		2
#define RUSAGE_SELF		0
#define RUSAGE_CHILDREN		(-1)

typedef u_int64_t		rlim_t;

struct rusage {
	struct timeval	ru_utime;	/* time in the program */
	struct timeval	ru_stime;	/* time in the system */
	long		ru_maxrss;
	long		ru_ixrss;
	long		ru_idrss;
	long		ru_isrss;
	long		ru_minflt;
	long		ru_majflt;
	long		ru_nswap;
	long		ru_inblock;
	long		ru_oublock;
	long		ru_msgsnd;
	long		ru_msgrcv;
	long		ru_nsignals;
	long		ru_nvcsw;
	long		ru_nivcsw;
};

#endif /* _SYS_RESOURCE_H_ */
