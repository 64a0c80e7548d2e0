# SPDX-License-Identifier: BSD-2-Clause
#
# The KPI headers: every size and number the reference gives (a program), and
# every header alone and first in every language (a script).
$(eval $(call unit_test,headers,$(addprefix test/unit/headers/,layout.c \
	ioctls.c values.c)))

.PHONY: check-headers check-kpi
check-headers:
	$(call say,CHECK,headers)
	$(Q)$(PYTHON) test/unit/headers/compile_all.py

check-kpi:
	$(call say,CHECK,kpi)
	$(Q)$(PYTHON) tools/check_kpi.py --check

CHECKS_FAST += check-kpi
CHECKS += check-headers
