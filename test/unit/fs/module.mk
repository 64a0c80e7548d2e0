# SPDX-License-Identifier: BSD-2-Clause
#
# The RAM file system and the reader of cpio archives.
$(eval $(call unit_test,fs,$(addprefix kernel/fs/,cpio.c lookup.c unpack.c \
	vdata.c vfile.c vnode.c) kernel/file/filedesc.c kernel/file/uio.c \
	kernel/time/timer_heap.c kernel/file/select.c kernel/file/kqueue.c \
	$(addprefix test/unit/host/,clib.c kmem_k.c lock_k.c sched_k.c \
	proc_k.c) $(addprefix test/unit/fs/,test_cpio.c test_tree.c),))
