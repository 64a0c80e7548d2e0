# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/file/,filedesc.c kqueue.c select.c uio.c rw.c pipe.c devsw.c)
