# SPDX-License-Identifier: BSD-2-Clause
#
# The KPI headers: every size and number the reference gives (a program), and
# every header alone and first in every language (a script).
$(eval $(call unit_test,headers,$(addprefix test/unit/headers/,layout.c \
	ioctls.c values.c)))

KPI_HEADERS := $(shell find kernel/kpi net/kpi -name '*.h')
$(BUILD)/check-headers.ok: $(KPI_HEADERS) test/unit/headers/compile_all.py
	$(call say,CHECK,headers)
	$(Q)mkdir -p $(@D)
	$(Q)$(PYTHON) test/unit/headers/compile_all.py
	$(Q)touch $@

.PHONY: check-headers check-kpi
check-headers: $(BUILD)/check-headers.ok
check-kpi:
	$(call say,CHECK,kpi)
	$(Q)$(PYTHON) tools/check_kpi.py --check

check-fast: check-kpi
check: check-headers
