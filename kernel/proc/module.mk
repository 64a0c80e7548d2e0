# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/proc/,kpi_proc.c proc.c signal.c ucred.c)
