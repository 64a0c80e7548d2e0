# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix net/socket/,domain.c socket.c so_conn.c so_send.c \
	so_recv.c so_poll.c so_file.c sockbuf.c sockopt.c sowork.c \
	sowork_thread.c sflt.c sflt_hooks.c sflt_thread.c kpi_socket.c \
	kpi_socketfilter.c syscalls.c uipc.c soinfo.c)
# the programs' side
KSRCS += net/socket/calls.c
CFLAGS_net/socket/calls.c := -idirafter kernel/program/include
