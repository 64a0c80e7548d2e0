# SPDX-License-Identifier: BSD-2-Clause
KSRCS += drivers/bus/pci.c
PSRCS += drivers/bus/cmd_pciconf.c
