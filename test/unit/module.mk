# SPDX-License-Identifier: BSD-2-Clause
#
# Host unit tests: kernel sources compiled natively under ASan and UBSan.
#
#   $(eval $(call unit_test,<name>,<sources>,<extra compiler flags>))
#
# builds build/unit/<name> from the listed sources.  Kernel sources and test
# programs are compiled as the kernel is: the tree's headers only, KERNEL,
# INVARIANTS and UNIT_TEST defined.  test/unit/host/*.c and test/unit/lib/*.c
# are compiled against the host's C library instead, except those named *_k.c.
# Every test is linked with test/unit/lib/unit.c and, where names are still
# missing, with build/unit/base.a: the parts of kernel/lib that the C library
# does not have, and plain substitutes from test/unit/host for what a kernel
# gives (panic, random numbers).
#
#   make unit          build every test      make unit-<name>   build, run one

UNIT_DIR    := $(BUILD)/unit
UNIT_SAN    := -fsanitize=address,undefined -fno-sanitize=alignment \
	       -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_KFLAGS := -std=gnu11 -O1 -g -ffreestanding -nostdinc -fno-common \
	       -fno-strict-aliasing $(UNIT_SAN) $(WARN) -iquote . \
	       -iquote $(BUILD)/gen -I kernel/kpi -I net/kpi \
	       -DKERNEL=1 -DINVARIANTS=1 -DUNIT_TEST=1
UNIT_HFLAGS := -std=gnu11 -O1 -g -fno-common -fno-builtin-log $(UNIT_SAN) -Wall -Wextra \
	       -Werror -iquote . -DUNIT_TEST=1
UNIT_BASE   := test/unit/host/libkern.c test/unit/host/panic.c \
	       test/unit/host/random.c kernel/lib/bsdstring.c \
	       kernel/lib/atomic.c kernel/lib/crc32.c

# Host flags for the shims and the runner, kernel flags for the rest.
unit_flags = $(if $(filter %_k.c,$(1)),$(UNIT_KFLAGS),$(if $(filter \
	test/unit/host/% test/unit/lib/%,$(1)),$(UNIT_HFLAGS),$(UNIT_KFLAGS)))

# $(1) object folder, $(2) source, $(3) extra flags
define unit_object
$(UNIT_DIR)/$(1)/$(2).o: $(2) $(BUILD)/flags
	$$(call say,HOSTCC,$(1)/$(2))
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(HOSTCC) $(call unit_flags,$(2)) $(3) -MMD -MP -c $$< -o $$@
-include $(UNIT_DIR)/$(1)/$(2).d
endef

define unit_test
UNIT_TESTS += $(1)
$(foreach s,$(2),$(eval $(call unit_object,$(1).o,$(s),$(3))))
$(UNIT_DIR)/$(1): $(patsubst %,$(UNIT_DIR)/$(1).o/%.o,$(2)) $(UNIT_DIR)/base.a
	$$(call say,HOSTLD,unit/$(1))
	$$(Q)$(HOSTCC) $(UNIT_SAN) -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) \
		$$(UNIT_LIBS_$(1)) -lpthread
.PHONY: unit-$(1)
unit-$(1): $(UNIT_DIR)/$(1)
	@$$<
endef

$(foreach s,$(UNIT_BASE) test/unit/lib/unit.c,\
	$(eval $(call unit_object,base.o,$(s),)))
$(UNIT_DIR)/base.a: $(patsubst %,$(UNIT_DIR)/base.o/%.o,$(UNIT_BASE) test/unit/lib/unit.c)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

include $(sort $(wildcard test/unit/*/module.mk))

.PHONY: unit
unit: $(patsubst %,$(UNIT_DIR)/%,$(UNIT_TESTS))
