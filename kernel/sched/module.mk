# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/sched/,runq.c sched.c thread.c wait.c \
	kpi_thread.c semaphore.c)
