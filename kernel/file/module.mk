# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/file/,filedesc.c kqueue.c select.c uio.c)
