# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/fs/,cpio.c devnode.c kpi_vnode.c lookup.c syscalls.c \
	unpack.c vdata.c vfile.c vnode.c)
