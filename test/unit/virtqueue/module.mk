# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,virtqueue,drivers/virtio/virtqueue.c \
	test/unit/virtqueue/test_virtqueue.c test/unit/virtqueue/frames.c \
	test/unit/host/kmem_k.c test/unit/host/clib.c,))
