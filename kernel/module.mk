# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/,init.c cmdline.c panic.c lib/rng.c lib/chacha.c)
PSRCS += $(addprefix kernel/shell/,cmd_mem.c cmd_log.c cmd_machine.c \
	   cmd_failnth.c)
include $(sort $(wildcard kernel/*/module.mk))
