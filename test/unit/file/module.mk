# SPDX-License-Identifier: BSD-2-Clause
#
# Descriptor tables, pipes, select, poll and kqueue; the sysctl tree.
$(eval $(call unit_test,file,$(addprefix kernel/file/,filedesc.c kqueue.c \
	pipe.c rw.c select.c uio.c) kernel/time/timer_heap.c \
	$(addprefix kernel/sysctl/,sysctl.c handlers.c) \
	$(addprefix test/unit/host/,clib.c kmem_k.c lock_k.c sched_k.c \
	proc_k.c gate_k.c) \
	$(addprefix test/unit/file/,test_filedesc.c test_kqueue.c \
	test_sysctl.c),))
