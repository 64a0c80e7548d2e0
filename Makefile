# SPDX-License-Identifier: BSD-2-Clause
#
# The whole build, without recursion.  Each folder's module.mk lists its
# sources in KSRCS (kernel), LWIPSRCS (engine files out of build/lwip), EXTSRCS
# (other libraries' out of build/),
# PSRCS (programs written against the BSD calls), KEXTS (kext folders) and
# UNIT_TESTS (host tests); nothing else decides what is compiled how.
#
#   make            kernel, ram disk and kexts      make iso      GRUB image
#   make run        boot it (see `make help`)       make test     every test
#   make check      static checks                   make sdk      kext SDK
#
# V=1 shows commands; `make print-VAR` prints a variable; CONFIG=release
# leaves the assertions out and builds under build/release.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables --no-print-directory
SHELL     := /bin/bash
.SUFFIXES:
.DELETE_ON_ERROR:

CONFIG    ?= debug
ifeq ($(CONFIG),release)
BUILD     ?= build/release
CONFIG_FLAGS :=
else
BUILD     ?= build
CONFIG_FLAGS := -DINVARIANTS=1
endif
V         ?= 0
Q         := $(if $(filter 1,$(V)),,@)
say        = @$(if $(filter 1,$(V)),:,printf '  %-7s %s\n' "$(1)" "$(patsubst $(BUILD)/%,%,$(2))")

CC        := gcc
CXX       := g++
LD        := ld
OBJCOPY   := objcopy
NM        := nm
AR        := ar
HOSTCC    := gcc
PYTHON    := /usr/bin/python3

LWIP      := build/lwip/src

.PHONY: all
all: image

# --- flags ------------------------------------------------------------------
WARN      := -Wall -Wextra -Werror -Wmissing-prototypes -Wstrict-prototypes \
	     -Wshadow -Wvla -Wno-unused-parameter -Wno-sign-compare
ARCH_CFLAGS := -m64 -march=x86-64 -mcmodel=kernel -mno-red-zone \
	     -mgeneral-regs-only -fno-pic -fno-pie \
	     -fcf-protection=none -fno-asynchronous-unwind-tables
SSP       := -fstack-protector-strong -mstack-protector-guard=global
COMMON    := -std=gnu11 -O2 -g -ffreestanding -nostdinc -fno-common \
	     -fno-strict-aliasing -fno-omit-frame-pointer \
	     -fno-optimize-sibling-calls $(ARCH_CFLAGS) $(SSP) $(CONFIG_FLAGS)
KINC      := -iquote . -iquote $(BUILD)/gen -I kernel/kpi -I net/kpi
BLOCKS    := -include kernel/lib/memory_inline.h
KCFLAGS   := $(COMMON) $(WARN) -DKERNEL=1 $(KINC) $(BLOCKS)
# Programs see the C library of kernel/program, not KERNEL; their functions'
# sections let the linker script tell their text from the kernel's.
PCFLAGS   := $(COMMON) $(WARN) -ffunction-sections -iquote . -I kernel/program/include \
	     -I kernel/kpi -I net/kpi
LWIPINC   := -I net/inet/include -I net/inet/port -I $(LWIP)/include
LWIPCFLAGS := $(COMMON) -w -DKERNEL=1 -iquote . $(LWIPINC) \
	     -I kernel/kpi -I net/kpi $(BLOCKS)
KASFLAGS  := -m64 -g -I . -D__ASSEMBLER__ $(CONFIG_FLAGS)

# --- what there is ----------------------------------------------------------
KSRCS     :=
PSRCS     :=
LWIPSRCS  :=
EXTSRCS   :=
KEXTS     :=
UNIT_TESTS :=
include arch/x86_64/module.mk
include kernel/module.mk
include net/module.mk
include drivers/module.mk
include kexts/module.mk
include tools/module.mk
include tools/check.mk
include test/module.mk

KSRCS     := $(sort $(KSRCS))
PSRCS     := $(sort $(PSRCS))
KOBJS     := $(patsubst %,$(BUILD)/obj/%.o,$(KSRCS) $(PSRCS))
LWIPOBJS  := $(patsubst %,$(BUILD)/obj/lwip/%.o,$(LWIPSRCS))
EXTOBJS   := $(patsubst %,$(BUILD)/obj/ext/%.o,$(EXTSRCS))
OBJS      := $(KOBJS) $(LWIPOBJS) $(EXTOBJS)
INET_OBJS := $(filter $(BUILD)/obj/net/inet/%,$(KOBJS))

# --- rules ------------------------------------------------------------------
# A change of flags rebuilds: every object depends on a file that holds them.
$(BUILD)/flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(CC) $(KCFLAGS) $(PCFLAGS) $(LWIPCFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(KCFLAGS) $(PCFLAGS) $(LWIPCFLAGS)' > $@
.PHONY: FORCE
FORCE:

$(INET_OBJS): KCFLAGS += $(LWIPINC)
$(INET_OBJS) $(LWIPOBJS): | build/lwip/.ok

$(patsubst %,$(BUILD)/obj/%.o,$(filter %.c,$(KSRCS))): $(BUILD)/obj/%.c.o: %.c $(BUILD)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KCFLAGS) $(CFLAGS_$<) -MMD -MP -c $< -o $@

$(patsubst %,$(BUILD)/obj/%.o,$(filter %.c,$(PSRCS))): $(BUILD)/obj/%.c.o: %.c $(BUILD)/flags
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(PCFLAGS) $(CFLAGS_$<) -MMD -MP -c $< -o $@

$(BUILD)/obj/%.S.o: %.S $(BUILD)/flags
	$(call say,AS,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(KASFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/obj/lwip/%.c.o: $(LWIP)/%.c $(BUILD)/flags net/inet/lwip.mk
	$(call say,CC,lwip/$*.c)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LWIPCFLAGS) $(LWIP_CFLAGS_$*) -MMD -MP -c $< -o $@

# Other libraries' sources, out of build/: zlib, libmd (kernel/lib/ext.mk).
$(BUILD)/obj/ext/%.c.o: build/%.c $(BUILD)/flags
	$(call say,CC,$*.c)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(COMMON) -w $(EXT_CFLAGS_$(firstword $(subst /, ,$*))) \
		-I kernel/kpi -MMD -MP -c $< -o $@

-include $(OBJS:.o=.d)

# The engine's sources arrive once, by script; a missing copy says how.
build/lwip/.ok:
	@tools/deps.sh sources
$(LWIP)/%.c: | build/lwip/.ok
	@test -e $@
$(EXTSRCS:%=build/%): | build/zlib/.ok build/libmd/.ok
	@test -e $@
build/zlib/.ok build/libmd/.ok: | build/lwip/.ok
	@tools/deps.sh sources

include tools/image.mk

print-%:
	@echo '$($*)'

.PHONY: clean help
clean:
	rm -rf $(BUILD)/obj $(BUILD)/kernel* $(BUILD)/kexts $(BUILD)/iso*

help:
	@sed -n '9,14p' Makefile | sed 's/^# \{0,3\}/  /'
	@echo
	@sed -n '/^##/s/^##//p' $(filter-out %.d,$(filter %.mk,$(MAKEFILE_LIST)))
