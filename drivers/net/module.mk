# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix drivers/net/,nic.c offload.c virtio_net.c e1000.c)
