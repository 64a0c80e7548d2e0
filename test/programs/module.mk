# SPDX-License-Identifier: BSD-2-Clause
#
# Program modules for tests: every folder becomes build/programs/<name> and
# /test/<name> of the ram disk.
TEST_PROGRAM_DIRS := $(patsubst %/,%,$(sort $(wildcard test/programs/*/)))
TEST_PROGRAMS := $(patsubst test/programs/%,$(BUILD)/programs/%,\
	$(TEST_PROGRAM_DIRS))
$(foreach d,$(TEST_PROGRAM_DIRS),$(eval $(call kext_rule,$(d),\
	$(BUILD)/programs/$(notdir $(d)),--strict --program)))
TEST_INITRD_FILES += $(foreach f,$(TEST_PROGRAMS),/test/$(notdir $(f))=$(f))
