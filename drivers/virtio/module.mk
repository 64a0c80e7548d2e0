# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix drivers/virtio/,virtqueue.c virtio_pci.c virtio_rng.c)
