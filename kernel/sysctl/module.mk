# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/sysctl/,handlers.c nodes.c sysctl.c)
PSRCS += kernel/sysctl/cmd_sysctl.c
