# SPDX-License-Identifier: BSD-2-Clause
#
# The shell's reader: what text becomes which tree.
$(eval $(call unit_test,shell,kernel/shell/parse.c \
	$(addprefix test/unit/shell/,test_parse.c alloc.c),-UKERNEL -I kernel/program/include \
	-include kernel/program/include/string.h))
