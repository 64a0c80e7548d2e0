# SPDX-License-Identifier: BSD-2-Clause
KSRCS += drivers/misc/power_button.c drivers/misc/acpi_event.c
