# SPDX-License-Identifier: BSD-2-Clause
#
##  make sdk            tarball with what a kext is built and tried with

SDK_DIR := $(BUILD)/sdk/unikext-sdk
SDK     := $(BUILD)/unikext-sdk.tar.gz

.PHONY: sdk
sdk: $(SDK)

$(SDK): $(BUILD)/kernel.elf $(BUILD)/initrd.cpio $(KEXT_TOOL) $(wildcard tools/kext/templates/*) \
	    tools/kexttest tools/image.py tools/kext/SDK.md $(KEXT_EXPORTS) \
	    $(shell find kernel/kpi net/kpi -name '*.h')
	$(call say,SDK,$@)
	$(Q)rm -rf $(SDK_DIR) && mkdir -p $(SDK_DIR)/bin $(SDK_DIR)/lib \
	    $(SDK_DIR)/include $(SDK_DIR)/include-program \
	    $(SDK_DIR)/exports $(SDK_DIR)/boot
	$(Q)cp tools/kextbuild tools/kexttest $(SDK_DIR)/bin
	$(Q)cp -r tools/kext/*.py tools/kext/*.c tools/kext/kext.ld \
	    tools/kext/templates tools/image.py $(SDK_DIR)/lib
	$(Q)cp -r kernel/kpi/. net/kpi/. $(SDK_DIR)/include
	$(Q)cp -r kernel/program/include/. $(SDK_DIR)/include-program
	$(Q)cp $(KEXT_EXPORTS) $(SDK_DIR)/exports
	$(Q)cp LICENSE $(SDK_DIR) && cp tools/kext/SDK.md $(SDK_DIR)/README.md
	$(Q)$(OBJCOPY) --strip-debug $(BUILD)/kernel.elf $(SDK_DIR)/boot/kernel.elf
	$(Q)cp $(BUILD)/initrd.cpio $(SDK_DIR)/boot/initrd.cpio
	$(Q)tar -C $(BUILD)/sdk --sort=name --owner=0 --group=0 --mtime=@0 \
	    -czf $@ unikext-sdk
