# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix net/system/,system_domain.c kern_control.c kern_event.c)
