# SPDX-License-Identifier: BSD-2-Clause
#
# Not a test by itself: the compiler of capture expressions as a program of
# the host, for test/qemu/test_pcapc.py.
PCAPC_SRCS := net/cmds/pcapc.c net/cmds/pcapc_gen.c net/dlil/bpf_filter.c \
	kernel/program/inet_addr.c test/unit/pcapc/match.c \
	test/unit/pcapc/shim.c test/unit/host/clib.c test/unit/host/pcapc_main.c
$(foreach s,$(filter-out net/dlil/% test/unit/host/% %/match.c,$(PCAPC_SRCS)),$(eval $(call \
	unit_object,pcapc.o,$(s),-UKERNEL -I kernel/program/include)))
$(foreach s,$(filter net/dlil/% test/unit/host/% %/match.c,$(PCAPC_SRCS)),$(eval $(call \
	unit_object,pcapc.o,$(s),)))
$(UNIT_DIR)/pcapc: $(patsubst %,$(UNIT_DIR)/pcapc.o/%.o,$(PCAPC_SRCS)) $(UNIT_DIR)/base.a
	$(call say,HOSTLD,$@)
	$(Q)$(HOSTCC) $(UNIT_SAN) -o $@ $^
unit: $(UNIT_DIR)/pcapc
