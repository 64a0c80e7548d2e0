# SPDX-License-Identifier: BSD-2-Clause
#
# Two hosts of ours in one process: the whole stack as one shared object,
# loaded twice, under virtual time, joined by a relay.  See main.c.

TH_DIR   := $(UNIT_DIR)/twohosts.o
TH_KSRCS := $(addprefix net/mbuf/,mbuf.c mbuf_ops.c mbuf_tag.c mbuf_check.c \
	mbuf_cksum.c kpi_mbuf.c kpi_mbuf_alloc.c kpi_mbuf_chain.c) \
	$(addprefix net/common/,hook_list.c str_id.c net_lock.c) \
	$(addprefix net/dlil/,dlil.c ifnet.c ifaddr.c ifmulti.c iff.c proto.c \
	plumber.c dlil_input.c dlil_plain.c dlil_output.c dlil_event.c ether.c loopback.c \
	if_ioctl.c kpi_interface.c softnet.c bpf_if.c) \
	$(filter-out net/inet/in_sysctl.c,$(filter net/inet/%,$(KSRCS))) \
	$(addprefix net/socket/,domain.c socket.c so_conn.c so_send.c \
	so_recv.c so_poll.c sockbuf.c sockopt.c sowork.c sflt.c sflt_hooks.c \
	kpi_socket.c kpi_socketfilter.c) kernel/file/uio.c \
	kernel/lib/bsdstring.c kernel/lib/atomic.c kernel/lib/siphash.c kernel/lib/crc32.c \
	$(addprefix test/unit/host/,gate_k.c kmem_k.c lock_k.c sched_k.c \
	socket_k.c) test/unit/dlil/shim.c \
	$(addprefix test/unit/twohosts/,host.c traffic.c filters.c driver.c)
TH_HSRCS := $(addprefix test/unit/host/,clib.c libkern.c panic.c)
TH_LSRCS := $(LWIPSRCS)

TH_KFLAGS := $(UNIT_KFLAGS) -fPIC $(LWIPINC)
TH_LFLAGS := $(filter-out -Wall -Wextra -Werror,$(UNIT_KFLAGS)) -w -fPIC \
	$(LWIPINC)

# $(1) object, $(2) source, $(3) flags
define th_object
$(TH_DIR)/$(1).o: $(2) $(BUILD)/flags net/inet/lwip.mk
	$$(call say,HOSTCC,twohosts/$(1))
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(HOSTCC) $(3) -MMD -MP -c $$< -o $$@
-include $(TH_DIR)/$(1).d
endef

$(foreach s,$(TH_KSRCS),$(eval $(call th_object,$(s),$(s),$(TH_KFLAGS) \
	$(if $(filter net/common/net_lock.c,$(s)),-Dnet_drain=net_drain_now))))
$(foreach s,$(TH_HSRCS),$(eval $(call th_object,$(s),$(s),$(UNIT_HFLAGS) -fPIC)))
$(foreach s,$(TH_LSRCS),$(eval $(call th_object,lwip/$(s),$(LWIP)/$(s),\
	$(TH_LFLAGS) $(LWIP_CFLAGS_$(s:.c=)))))

$(UNIT_DIR)/twohosts.so: test/unit/twohosts/module.mk $(patsubst %,$(TH_DIR)/%.o,$(TH_KSRCS) $(TH_HSRCS) \
	    $(addprefix lwip/,$(TH_LSRCS)))
	$(call say,HOSTLD,unit/twohosts.so)
	$(Q)$(HOSTCC) $(UNIT_SAN) -shared -Wl,-Bsymbolic,-z,muldefs -o $@ $(filter %.o,$^)

# One program under two names: as netfuzz it forges frames.
$(UNIT_DIR)/twohosts $(UNIT_DIR)/netfuzz: $(addprefix test/unit/twohosts/,main.c mutate.c api.h \
	    mutate.h) $(UNIT_DIR)/twohosts.so
	$(call say,HOSTLD,unit/$(@F))
	$(Q)$(HOSTCC) $(UNIT_HFLAGS) -o $@ $(filter %.c,$^) -ldl
	$(Q)cp $(UNIT_DIR)/twohosts.so $@-a.so
	$(Q)cp $(UNIT_DIR)/twohosts.so $@-b.so

##  make unit-twohosts     two stacks against each other; SEED=n for one run,
##    SEEDS=n              or the first n seeds (default 8)
.PHONY: unit-twohosts
unit-twohosts: $(UNIT_DIR)/twohosts
	@ASAN_OPTIONS=detect_leaks=0 $< $(if $(SEED),-s $(SEED),-n $(or $(SEEDS),8))
##  make unit-netfuzz      the same with forged frames on the wire (SEED, SEEDS)
.PHONY: unit-netfuzz
unit-netfuzz: $(UNIT_DIR)/netfuzz
	@ASAN_OPTIONS=detect_leaks=0 $< $(if $(SEED),-s $(SEED),-n $(or $(SEEDS),6))
UNIT_TESTS += twohosts netfuzz
