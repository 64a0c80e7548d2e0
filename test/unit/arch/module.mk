# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,arch,test/unit/arch/reloc_test.c \
	test/unit/arch/chacha_test.c test/unit/arch/siphash_test.c test/unit/arch/bootinfo_test.c \
	test/unit/arch/cmdline_test.c arch/x86_64/reloc.c kernel/lib/chacha.c kernel/lib/siphash.c \
	arch/x86_64/bootinfo.c kernel/cmdline.c test/unit/host/kmem_k.c \
	test/unit/host/clib.c,-DMMU_DIRECT_BASE=0UL))
