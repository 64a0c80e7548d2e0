# SPDX-License-Identifier: BSD-2-Clause
#
# Host-side entry points: fetching, booting, testing, measuring.

.PHONY: deps run test bench
deps:
	@tools/deps.sh

# make run NIC=e1000 UEFI=1 FAST=1 MEM=64 KEXTS=dir APPEND="..." TAP=name
#          PCAP=file GDB=1
run: export RUN_NIC = $(NIC)
run: export RUN_UEFI = $(UEFI)
run: export RUN_FAST = $(FAST)
run: export RUN_MEM = $(MEM)
run: export RUN_KEXTS = $(KEXTS)
run: export RUN_APPEND = $(APPEND)
run: export RUN_TAP = $(TAP)
run: export RUN_PCAP = $(PCAP)
run: export RUN_GDB = $(GDB)
run:
	@tools/deps.sh run
	@$(MAKE) $(if $(FAST),all,iso)
	@$(PYTHON) tools/run.py --build $(BUILD)

# make test T="pattern": only the cases whose name holds the pattern
test:
	@tools/deps.sh
	@$(PYTHON) tools/runtests.py --build $(BUILD) $(if $(T),--only "$(T)")
