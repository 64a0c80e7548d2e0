# SPDX-License-Identifier: BSD-2-Clause
include $(sort $(wildcard net/*/module.mk))
