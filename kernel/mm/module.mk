# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/mm/,pmm.c kmem.c kva.c malloc.c mm_start.c \
	   failnth.c)
