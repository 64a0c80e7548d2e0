# SPDX-License-Identifier: BSD-2-Clause
#
# Host-side entry points: fetching, booting, testing, measuring.

##  make deps           install what is missing, fetch lwIP
.PHONY: deps run test bench
deps:
	@tools/deps.sh

##  make run            boot the GRUB ISO in QEMU, console on this terminal
##    NIC=e1000         network card (virtio)     UEFI=1     OVMF instead of BIOS
##    FAST=1            -kernel (PVH), no GRUB    MEM=64     megabytes of memory (256)
##    KEXTS=dir         add its *.kext files      APPEND=".." kernel command line
##    TAP=name          a tap, not user networking
##    PCAP=file         record the wire           GDB=1      wait for gdb on port 1234
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

##  make test           unit, in-guest and QEMU tests; ends with N passed, N failed
##    T="pattern"       only the cases whose name holds the pattern
test:
	@tools/deps.sh
	@$(PYTHON) tools/runtests.py --build $(BUILD) $(if $(T),--only "$(T)")

##  make bench          guest instructions per operation (release build), beside Linux
##    BENCH="--only virtio --reps 3"      see tools/bench/bench.py
bench:
	@tools/deps.sh
	@$(MAKE) CONFIG=release all
	@$(PYTHON) tools/bench/bench.py --build build/release $(BENCH)
	@$(PYTHON) tools/bench/filters.py --build build/release
include tools/sdk.mk
