# SPDX-License-Identifier: BSD-2-Clause
KSRCS += kernel/dev/poll.c
