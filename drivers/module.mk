# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix drivers/,driver.c bus/pci.c virtio/virtqueue.c \
	virtio/virtio_pci.c)
include $(sort $(wildcard drivers/*/module.mk))
