# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/program/,calls.c calls_file.c calls_proc.c spawn.c \
	   fault.c)
PSRCS += $(addprefix kernel/program/,stdio.c stdlib.c string.c inet_addr.c)
CFLAGS_kernel/program/calls.c := -idirafter kernel/program/include
CFLAGS_kernel/program/calls_file.c := -idirafter kernel/program/include
CFLAGS_kernel/program/spawn.c := -idirafter kernel/program/include
