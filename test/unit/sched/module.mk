# SPDX-License-Identifier: BSD-2-Clause
#
# The parts of the scheduler, timers and locks that need no machine.
$(eval $(call unit_test,sched,kernel/sched/runq.c kernel/time/timer_heap.c \
	$(addprefix test/unit/sched/,test_runq.c test_timer_heap.c \
	test_rwstate.c),))
