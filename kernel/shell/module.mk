# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/shell/,tty.c console_shell.c)
PSRCS += $(addprefix kernel/shell/,parse.c expand.c exec.c builtin.c edit.c \
	   sh.c cmd_attr.c cmd_file.c cmd_misc.c cmd_sys.c cmd_text.c)
CFLAGS_kernel/shell/console_shell.c := -idirafter kernel/program/include
