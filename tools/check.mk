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
	$(Q)git ls-files -z | xargs -0 grep -lE '^#!.*\b(ba)?sh$$' | xargs shellcheck -S style

check-python:
	$(call say,CHECK,python)
	$(Q)git ls-files -z '*.py' | xargs -0 $(PYTHON) -c 'import sys; \
	    [compile(open(f, encoding="utf-8").read(), f, "exec") for f in sys.argv[1:]]'

check-fast: $(CHECKS_FAST)
##  make check          static checks (check-fast: those that need no build)
check: check-fast $(CHECKS)

# clang reads every source as well: its own warnings, and the lock
# annotations of kernel/sync/annotate.h.
CLANG       := clang
CLANG_FLAGS := -fsyntax-only -Wthread-safety -Wno-unknown-warning-option
CLANG_OKS   := $(patsubst %,$(BUILD)/clang/%.ok,$(filter %.c,$(KSRCS) $(PSRCS)))

clang_flags = $(if $(filter $(1),$(PSRCS)),$(PCFLAGS),$(KCFLAGS)) \
	$(if $(filter net/inet/%,$(1)),$(LWIPINC)) \
	$(filter-out -fno-tree-%,$(CFLAGS_$(1)))

$(BUILD)/clang/%.c.ok: %.c $(BUILD)/flags
	$(call say,CLANG,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(call clang_flags,$<) $(CLANG_FLAGS) -MMD -MP \
		-MF $@.d -MT $@ $<
	$(Q)touch $@
-include $(CLANG_OKS:.ok=.ok.d)

.PHONY: check-clang
check-clang: $(CLANG_OKS)
check: check-clang
