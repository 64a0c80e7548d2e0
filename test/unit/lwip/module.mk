# SPDX-License-Identifier: BSD-2-Clause
#
# The engine's own unit suite (112 checks), on the host under ASan and UBSan:
#
#   lwip-stock   as it comes out of the source package
#   lwip-ours    with our packet buffers, demultiplexers, protocol switch,
#                fragmenters, IPv6 reassembly and the two wraps
#   udpdemux     our UDP demultiplexer against the engine's own

LS_TOP   := build/lwip
LS_ALL   := $(addprefix src/core/,def.c dns.c inet_chksum.c init.c ip.c mem.c \
	memp.c netif.c pbuf.c raw.c stats.c sys.c tcp.c tcp_in.c tcp_out.c \
	timeouts.c udp.c altcp.c altcp_alloc.c altcp_tcp.c \
	$(addprefix ipv4/,autoip.c dhcp.c etharp.c icmp.c igmp.c ip4.c \
	ip4_addr.c ip4_frag.c) \
	$(addprefix ipv6/,dhcp6.c ethip6.c icmp6.c inet6.c ip6.c ip6_addr.c \
	ip6_frag.c mld6.c nd6.c)) \
	$(addprefix src/api/,api_lib.c api_msg.c err.c if_api.c netbuf.c \
	netdb.c netifapi.c sockets.c tcpip.c) \
	src/netif/ethernet.c src/apps/mdns/mdns.c src/apps/mqtt/mqtt.c \
	$(addprefix test/unit/,lwip_unittests.c api/test_sockets.c \
	arch/sys_arch.c core/test_def.c core/test_mem.c core/test_netif.c \
	core/test_pbuf.c core/test_timers.c dhcp/test_dhcp.c \
	etharp/test_etharp.c ip4/test_ip4.c ip6/test_ip6.c mdns/test_mdns.c \
	mqtt/test_mqtt.c tcp/tcp_helper.c tcp/test_tcp.c tcp/test_tcp_oos.c \
	udp/test_udp.c)
LS_REPLACED := src/core/pbuf.c src/core/ipv6/ip6_frag.c
LS_OURS  := $(addprefix net/inet/,pbuf.c pbuf_data.c tcp_demux.c udp_demux.c tcp_cookie.c tcp_guard.c tcp_fixes.c \
	tcp_big.c \
	ip_switch.c ip_frag.c ip6_reass.c icmp_ctl.c path_mtu.c) \
	$(addprefix net/mbuf/,mbuf.c mbuf_ops.c mbuf_tag.c mbuf_check.c \
	mbuf_cksum.c kpi_mbuf.c kpi_mbuf_alloc.c kpi_mbuf_chain.c) \
	net/common/str_id.c kernel/lib/siphash.c test/unit/lwip/glue_k.c \
	$(addprefix test/unit/host/,kmem_k.c lock_k.c sched_k.c gate_k.c clib.c)

LS_SAN   := $(UNIT_SAN) -fno-sanitize=alignment
LS_HFLAGS := -g -O1 -w -fno-strict-aliasing -fno-common $(LS_SAN) \
	-I test/unit/lwip/port -I $(LS_TOP)/src/include -I $(LS_TOP)/test/unit
LS_KINC  := -I net/inet/include -I test/unit/lwip/port \
	-I $(LS_TOP)/src/include -I $(LS_TOP)/test/unit

# $(1) variant, $(2) file under build/lwip, $(3) flags
define ls_object
$(UNIT_DIR)/$(1).o/$(2).o: $(LS_TOP)/$(2) test/unit/lwip/port/arch/cc.h $(BUILD)/flags \
	    net/inet/lwip.mk
	$$(call say,HOSTCC,$(1)/$(2))
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(HOSTCC) $(3) -MMD -MP -c $$< -o $$@
-include $(UNIT_DIR)/$(1).o/$(2).d
endef
$(LS_TOP)/test/%.c:
	@tools/deps.sh sources

ls_renames = $(foreach r,$(LWIP_RENAMES),$(if $(filter src/$(call \
	lwip_file,$(r)).c,$(1)),-D$(call lwip_sym,$(r))=lwip_$(call lwip_sym,$(r))))
LS_STOCK_OBJS := $(patsubst %,$(UNIT_DIR)/lwip-stock.o/%.o,$(LS_ALL))
LS_OURS_SRCS := $(filter-out $(LS_REPLACED),$(LS_ALL))
LS_OURS_OBJS := $(patsubst %,$(UNIT_DIR)/lwip-ours.o/%.o,$(LS_OURS_SRCS) $(LS_OURS))
$(foreach s,$(LS_ALL),$(eval $(call ls_object,lwip-stock,$(s),$(LS_HFLAGS))))
$(foreach s,$(LS_OURS_SRCS),$(eval $(call ls_object,lwip-ours,$(s),\
	-I net/inet/include $(LS_HFLAGS) -DSUITE_OURS $(call ls_renames,$(s)))))
$(foreach s,$(LS_OURS),$(eval $(call unit_object,lwip-ours.o,$(s),\
	$(if $(filter %/clib.c,$(s)),,-DSUITE_OURS -include machine/endian.h \
	$(LS_KINC)))))

$(UNIT_DIR)/lwip-stock: $(LS_STOCK_OBJS)
$(UNIT_DIR)/lwip-ours: $(LS_OURS_OBJS) $(UNIT_DIR)/base.a
$(UNIT_DIR)/lwip-stock $(UNIT_DIR)/lwip-ours:
	$(call say,HOSTLD,$(patsubst $(BUILD)/%,%,$@))
	$(Q)$(HOSTCC) $(LS_SAN) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
		-lcheck -lsubunit -lrt -lm -lpthread

LS_SUITE := $(addprefix $(UNIT_DIR)/lwip-ours.o/,$(addsuffix .o,$(filter-out %/sys_arch.c,\
	$(filter test/%,$(LS_ALL)))))
LS_UDP_OBJS := $(filter-out $(LS_SUITE) %/src/core/udp.c.o %/src/core/memp.c.o,\
	$(LS_OURS_OBJS)) $(UNIT_DIR)/udpdemux.o/src/core/udp.c.o \
	$(UNIT_DIR)/udpdemux.o/src/core/memp.c.o \
	$(UNIT_DIR)/udpdemux.o/test/unit/lwip/udpdemux.c.o
$(eval $(call ls_object,udpdemux,src/core/udp.c,-I net/inet/include \
	$(LS_HFLAGS) -DSUITE_OURS -DSO_REUSE=1 -DSO_REUSE_RXTOALL=1 $(call ls_renames,src/core/udp.c)))
$(eval $(call ls_object,udpdemux,src/core/memp.c,-I net/inet/include \
	$(LS_HFLAGS) -DSUITE_OURS -DMEMP_NUM_UDP_PCB=32))
$(eval $(call unit_object,udpdemux.o,test/unit/lwip/udpdemux.c,-DSUITE_OURS \
	-include machine/endian.h $(LS_KINC)))
$(UNIT_DIR)/udpdemux: $(LS_UDP_OBJS) $(UNIT_DIR)/base.a
	$(call say,HOSTLD,unit/udpdemux)
	$(Q)$(HOSTCC) $(LS_SAN) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
		-lcheck -lsubunit -lrt -lm -lpthread
.PHONY: unit-udpdemux
unit-udpdemux: $(UNIT_DIR)/udpdemux
	@$<

UNIT_TESTS += lwip-stock lwip-ours udpdemux
.PHONY: unit-lwip-stock unit-lwip-ours unit-lwip
unit-lwip-stock unit-lwip-ours: unit-%: $(UNIT_DIR)/%
	@(cd $(UNIT_DIR) && CK_FORK=no ./$(<F)) > $<.log 2>&1 && grep -q '^100%: Checks: 112,' $<.log && \
		echo '$*: 112 checks passed' || { tail -20 $<.log; exit 1; }
unit-lwip: unit-lwip-stock unit-lwip-ours
