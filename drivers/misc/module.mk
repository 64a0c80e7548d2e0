# SPDX-License-Identifier: BSD-2-Clause
KSRCS += drivers/misc/power_button.c
