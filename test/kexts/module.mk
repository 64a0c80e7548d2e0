# SPDX-License-Identifier: BSD-2-Clause
#
# Test kexts: every folder here with an Info.plist becomes
# build/kexts/test/<name>.kext and /test/<name>.kext of the ram disk.  A file
# "flags" in it is added to kextbuild's command line, after --strict.
TEST_KEXT_DIRS  := $(patsubst %/Info.plist,%,\
		   $(sort $(wildcard test/kexts/*/Info.plist)))
TEST_KEXT_FILES := $(patsubst test/kexts/%,$(BUILD)/kexts/test/%.kext,\
		   $(TEST_KEXT_DIRS))
$(TEST_KEXT_FILES): $(wildcard test/kexts/lib/*)
$(foreach d,$(TEST_KEXT_DIRS),$(eval $(call kext_rule,$(d),\
	$(BUILD)/kexts/test/$(notdir $(d)).kext,\
	$(KEXT_FLAGS) -I test/kexts/lib $(shell cat $(d)/flags 2>/dev/null))))

kexts: $(TEST_KEXT_FILES)
TEST_INITRD_FILES += $(foreach f,$(TEST_KEXT_FILES),/test/$(notdir $(f))=$(f))
