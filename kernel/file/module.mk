# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/file/,filedesc.c kqueue.c select.c uio.c rw.c pipe.c devfs.c devsw.c kpi_file.c)
