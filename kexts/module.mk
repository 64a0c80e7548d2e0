# SPDX-License-Identifier: BSD-2-Clause
#
# Every folder here with an Info.plist becomes build/kexts/<name>.kext
# and goes into the ram disk under /kexts.
KEXT_DIRS  := $(patsubst %/Info.plist,%,$(sort $(wildcard kexts/*/Info.plist)))
KEXT_FILES := $(patsubst kexts/%,$(BUILD)/kexts/%.kext,$(KEXT_DIRS))
KEXT_TOOL  := tools/kextbuild $(filter-out %.md,$(wildcard tools/kext/*.*))
# A kext's companion program is built into the image.
KEXT_FLAGS := --strict --exclude '*_tool.c'
PSRCS      += $(wildcard kexts/*/*_tool.c)

# $(1) folder, $(2) result, $(3) more flags
define kext_rule
$(2): $(wildcard $(1)/*) $(KEXT_TOOL)
	$$(call say,KEXT,$$@)
	$$(Q)mkdir -p $$(@D)
	$$(Q)tools/kextbuild $(1) -o $$@ --debug $$@.debug \
	    --depfile $$@.d $(3)
-include $(2).d
endef
$(foreach d,$(KEXT_DIRS),$(eval $(call kext_rule,$(d),\
	$(BUILD)/kexts/$(notdir $(d)).kext,$(KEXT_FLAGS))))

.PHONY: kexts
kexts: $(KEXT_FILES)

INITRD_FILES += $(foreach f,$(KEXT_FILES),/kexts/$(notdir $(f))=$(f))
