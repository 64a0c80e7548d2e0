# SPDX-License-Identifier: BSD-2-Clause
include $(sort $(wildcard kernel/*/module.mk))
