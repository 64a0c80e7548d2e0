# SPDX-License-Identifier: BSD-2-Clause
#
# Static checks.  check-fast holds those that `make test` runs as well; other
# module.mk files add to CHECKS_FAST (targets that need no build) and CHECKS.

CHECKS_FAST += check-layers check-shell check-python

.PHONY: check check-fast check-layers check-shell check-python
check-layers:
	$(call say,CHECK,layers)
	$(Q)$(PYTHON) tools/check_layers.py

# Shell sources by name, and by their first line.
check-shell:
	$(call say,CHECK,shell)
	$(Q)git ls-files | xargs grep -lE '^#!.*\b(ba)?sh$$' | xargs shellcheck -S style

check-python:
	$(call say,CHECK,python)
	$(Q)git ls-files '*.py' | xargs $(PYTHON) -c 'import sys; \
	    [compile(open(f, encoding="utf-8").read(), f, "exec") for f in sys.argv[1:]]'

check-fast: $(CHECKS_FAST)
##  make check          static checks (check-fast: those that need no build)
check: check-fast $(CHECKS)
