# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix drivers/bus/,pci.c pci_bus.c pci_assign.c pci_range.c \
	 hotplug.c acpi_hotplug.c pcie_hotplug.c)
PSRCS += drivers/bus/cmd_pciconf.c
