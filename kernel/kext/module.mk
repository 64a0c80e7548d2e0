# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/kext/,gate.c charge.c trace.c version.c bundle.c image.c link.c)
