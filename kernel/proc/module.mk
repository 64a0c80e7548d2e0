# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/proc/,kauth.c kauth_scope.c kpi_proc.c proc.c procinfo.c signal.c ucred.c)
PSRCS += $(addprefix kernel/proc/,cmd_ps.c cmd_top.c)
