# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/sync/,group.c lockcheck.c lockinfo.c mutex.c \
	rwlock.c sleep.c spin.c)
PSRCS += kernel/sync/cmd_lockstat.c
