# SPDX-License-Identifier: BSD-2-Clause
#
# Sources of two libraries, compiled as they are out of build/ (tools/deps.sh):
# zlib's deflate and inflate, libmd's digests.  Names that the KPI has with
# other types are changed on the command line; digest.c has the KPI's.

EXTSRCS += $(addprefix zlib/,adler32.c crc32.c deflate.c infback.c inffast.c \
	   inflate.c inftrees.c trees.c zutil.c)
EXTSRCS += $(addprefix libmd/src/,md5.c sha1.c sha2.c)
KSRCS   += kernel/lib/digest.c kernel/lib/zlib.c

EXT_CFLAGS_zlib  := -DKERNEL=1 -DZ_SOLO -Dcrc32=z_crc32
EXT_CFLAGS_libmd := -DKERNEL=1 -I kernel/lib/ext -I build/libmd/include \
	$(foreach f,Init Update Pad Final Transform,$(foreach d,MD5 SHA1, \
	-D$(d)$(f)=libmd_$(d)$(f)))
CFLAGS_kernel/lib/zlib.c := -DZ_SOLO -I build/zlib
$(BUILD)/obj/kernel/lib/zlib.c.o: | build/zlib/.ok
