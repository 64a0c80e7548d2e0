# SPDX-License-Identifier: BSD-2-Clause
#
# From objects to what boots: build/kernel.elf, build/initrd.cpio and
# build/unikext.iso.  Other module.mk files add to INITRD_FILES
# (DEST=FILE words: kexts, programs, documents) and INITRD_DEPS, or to
# TEST_INITRD_FILES what only tests need.

KERNEL    := $(BUILD)/kernel.elf
INITRD    := $(BUILD)/initrd.cpio
TEST_INITRD := $(BUILD)/initrd-test.cpio
ISO       := $(BUILD)/unikext.iso

.PHONY: image iso kernel
image: $(KERNEL) $(INITRD) $(TEST_INITRD)
kernel: $(KERNEL)
iso: $(ISO)

# --- kernel -----------------------------------------------------------------
# Linked twice: the first link has no function names, the second includes the
# table made from it.  The table lies behind the text, so no function moves.
KERNEL_LDS := $(BUILD)/kernel.lds
KSYMS_OBJ  := $(BUILD)/obj/arch/x86_64/ksyms.S.o
LDFLAGS    := -nostdlib -static -z max-page-size=4096 -z noexecstack \
	      --orphan-handling=error --build-id=none $(LDFLAGS_EXTRA)

$(KERNEL_LDS): arch/x86_64/kernel.ld
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -E -P -x c $< -o $@

$(BUILD)/kernel.nosyms: $(OBJS) $(KERNEL_LDS)
	$(call say,LD,$@)
	$(Q)$(LD) $(LDFLAGS) -T $(KERNEL_LDS) $(OBJS) -o $@

$(BUILD)/ksyms.bin: $(BUILD)/kernel.nosyms tools/mksymtab.py
	$(Q)$(PYTHON) tools/mksymtab.py $(NM) $< $@

$(BUILD)/ksyms.o: arch/x86_64/ksyms.S $(BUILD)/ksyms.bin
	$(Q)$(CC) $(KASFLAGS) -DKSYMS_FILE='"$(BUILD)/ksyms.bin"' -c $< -o $@

$(KERNEL): $(BUILD)/kernel.nosyms $(BUILD)/ksyms.o
	$(call say,LD,$@)
	$(Q)$(LD) $(LDFLAGS) -T $(KERNEL_LDS) \
	    $(filter-out $(KSYMS_OBJ),$(OBJS)) $(BUILD)/ksyms.o -o $@

# --- ram disk ---------------------------------------------------------------
ROOT_FILES := $(shell find kernel/root -type f 2>/dev/null)

$(INITRD): $(ROOT_FILES) $(foreach f,$(INITRD_FILES),$(lastword $(subst =, ,$(f)))) \
	    $(INITRD_DEPS) tools/mkinitrd.py
	$(call say,CPIO,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(PYTHON) tools/mkinitrd.py $@ kernel/root $(INITRD_FILES)

# The tests' ram disk: the same, and the kexts and programs under /test.
$(TEST_INITRD): $(INITRD) $(foreach f,$(TEST_INITRD_FILES),$(lastword $(subst =, ,$(f))))
	$(call say,CPIO,$@)
	$(Q)$(PYTHON) tools/mkinitrd.py $@ kernel/root $(INITRD_FILES) \
	    $(TEST_INITRD_FILES)

# --- GRUB image ---------------------------------------------------------------
# One image for BIOS and UEFI.  The kernel goes in without debug information.
# ISO_APPEND is the kernel command line of the default entry.
ISO_APPEND ?=

$(BUILD)/iso/boot/kernel.elf: $(KERNEL)
	$(Q)mkdir -p $(@D)
	$(Q)$(OBJCOPY) --strip-all $< $@

$(BUILD)/iso/boot/initrd.cpio: $(INITRD)
	$(Q)mkdir -p $(@D)
	$(Q)cp $< $@

$(BUILD)/iso/boot/grub/grub.cfg: tools/grub.cfg $(BUILD)/iso.append
	$(Q)mkdir -p $(@D)
	$(Q)sed 's|@APPEND@|$(ISO_APPEND)|' $< > $@

$(BUILD)/iso.append: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(ISO_APPEND)' | cmp -s - $@ || echo '$(ISO_APPEND)' > $@

$(ISO): $(BUILD)/iso/boot/kernel.elf $(BUILD)/iso/boot/initrd.cpio \
	    $(BUILD)/iso/boot/grub/grub.cfg
	$(call say,ISO,$@)
	$(Q)grub-mkrescue -o $@ $(BUILD)/iso > $(BUILD)/iso.log 2>&1 || \
		{ cat $(BUILD)/iso.log; exit 1; }
