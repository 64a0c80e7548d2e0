# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/console/,console.c log.c)
