# SPDX-License-Identifier: BSD-2-Clause
include $(sort $(wildcard test/*/module.mk))
