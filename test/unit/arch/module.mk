# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,arch,test/unit/arch/reloc_test.c \
	test/unit/arch/chacha_test.c arch/x86_64/reloc.c kernel/lib/chacha.c,))
