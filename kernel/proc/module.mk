# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/proc/,kpi_proc.c proc.c procinfo.c signal.c ucred.c)
PSRCS += kernel/proc/cmd_ps.c
