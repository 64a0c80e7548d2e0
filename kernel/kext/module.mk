# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix kernel/kext/,gate.c charge.c trace.c version.c bundle.c \
	image.c link.c registry.c symtab.c exports.c run.c pool.c load.c \
	unload.c holds.c job.c kpi_kext.c panic.c program.c lines.c)
PSRCS += $(addprefix kernel/kext/,cmd_kext.c cmd_kextstat.c cmd_trace.c fetch.c)
KSRCS += $(BUILD)/gen/exports.c

KEXT_EXPORTS := $(sort $(wildcard kernel/kext/exports/*.exports))

$(BUILD)/gen/exports.c: tools/mkexports.py $(KEXT_EXPORTS)
	$(call say,GEN,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(PYTHON) tools/mkexports.py $@ $(KEXT_EXPORTS)
