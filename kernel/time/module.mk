# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/time/,callout.c clock_kpi.c thread_call.c timer.c \
	timer_heap.c timeout.c)
