# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/kext/,gate.c charge.c trace.c)
