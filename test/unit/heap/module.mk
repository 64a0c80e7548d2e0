# SPDX-License-Identifier: BSD-2-Clause
#
# The heap of kalloc, IOMalloc and operator new: its checks and its account.
# Two functions named kfree meet here as they do in the kernel, so kmem.h must
# not see that this is a unit test.
$(eval $(call unit_test,heap,kernel/lib/heap.c kernel/lib/kalloc.c \
	kernel/lib/cxx.c test/unit/heap/test_heap.c test/unit/heap/kmem.c,\
	-UUNIT_TEST))
