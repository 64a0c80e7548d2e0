# SPDX-License-Identifier: BSD-2-Clause
include kernel/lib/ext.mk
KSRCS += $(addprefix kernel/lib/,memory.c string.c bsdstring.c strtol.c \
	 format.c printf.c scan.c atomic.c crc32.c siphash.c compiler.c copyio.c heap.c \
	 kalloc.c cxx.c iolib.c random.c uuid.c inetaddr.c \
	 platform.c oslog.c nulldev.c hashinit.c)

# The loops of memory.c must not become calls of the functions they are in.
CFLAGS_kernel/lib/memory.c := -fno-tree-loop-distribute-patterns
CFLAGS_kernel/lib/string.c := -fno-tree-loop-distribute-patterns
CFLAGS_kernel/lib/bsdstring.c := -fno-tree-loop-distribute-patterns
