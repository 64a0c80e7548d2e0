# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/,init.c cmdline.c panic.c bringup.c lib/rng.c)
include $(sort $(wildcard kernel/*/module.mk))
