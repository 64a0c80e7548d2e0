# SPDX-License-Identifier: BSD-2-Clause
KSRCS += drivers/driver.c
include $(sort $(wildcard drivers/*/module.mk))
