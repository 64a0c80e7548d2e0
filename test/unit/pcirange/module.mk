# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,pcirange,drivers/bus/pci_range.c \
	test/unit/pcirange/test_pcirange.c,))
