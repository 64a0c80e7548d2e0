# SPDX-License-Identifier: BSD-2-Clause
#
# The kext checker and linker over good files built by kextbuild and over the
# broken ones that test/kexts/mutate.py makes of them.
KEXTIMAGE_DATA := $(BUILD)/unit/kextimage.data

$(eval $(call unit_test,kextimage,$(addprefix kernel/kext/,image.c link.c \
	bundle.c version.c) arch/x86_64/reloc.c \
	test/unit/kextimage/test_image.c test/unit/host/clib.c \
	test/unit/host/file.c,-DDATA='"$(KEXTIMAGE_DATA)"'))

$(KEXTIMAGE_DATA)/list: $(BUILD)/kexts/test/basic.kext \
	    $(BUILD)/kexts/test/cxx.kext test/kexts/mutate.py
	$(call say,GEN,$@)
	$(Q)rm -rf $(@D)
	$(Q)$(PYTHON) test/kexts/mutate.py $(BUILD)/kexts/test/basic.kext $(@D)
	$(Q)cp $(BUILD)/kexts/test/basic.kext $(BUILD)/kexts/test/cxx.kext $(@D)

$(UNIT_DIR)/kextimage: $(KEXTIMAGE_DATA)/list
