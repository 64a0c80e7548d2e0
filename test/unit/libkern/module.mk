# SPDX-License-Identifier: BSD-2-Clause
#
# kernel/lib's functions under names of their own, so that the C library's
# stay beside them as the measure.
LIBKERN_NAMES := memcpy memmove memset memcmp bcopy bzero bcmp memchr strlen \
	strnlen strcmp strncmp strcasecmp strncasecmp strcpy strncpy strcat \
	strncat strchr strrchr strstr strsep strtol strtoul strtoq strtouq \
	atoi snprintf vsnprintf sprintf vsprintf sscanf vsscanf ffs inet_ntop inet_aton

$(eval $(call unit_test,libkern,$(addprefix kernel/lib/,memory.c string.c \
	strtol.c format.c printf.c scan.c bsdstring.c atomic.c crc32.c uuid.c \
	inetaddr.c) \
	$(addprefix test/unit/libkern/,test_memory.c test_string.c \
	test_format.c test_scan.c test_atomic.c test_queue.c \
	test_uuid.c test_tree.c),\
	$(foreach n,$(LIBKERN_NAMES),-D$(n)=k_$(n)) \
	-fno-tree-loop-distribute-patterns))
