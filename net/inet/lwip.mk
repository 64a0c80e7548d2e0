# SPDX-License-Identifier: BSD-2-Clause
#
# The protocol engines: which files of the lwIP 2.1.3 source package are
# compiled, and what is renamed in them.  Not compiled: core/memp.c and
# core/pbuf.c (ours: memp.c, pbuf.c), netif/ethernet.c (ether_glue.c),
# core/ipv6/ip6_frag.c (ip6_reass.c: the original joins datagrams with holes),
# everything of api/.
#
# A renamed symbol is called from another file than the one that defines it,
# so our function of the original name comes in between.  check-lwip sees to
# it that each rename still has all three: the engine's definition under the
# new name, ours under the old one, and a caller among the engine's files.

LWIP_CORE := def.c dns.c inet_chksum.c init.c ip.c mem.c netif.c raw.c \
	stats.c tcp.c tcp_in.c tcp_out.c timeouts.c udp.c
LWIP_IPV4 := dhcp.c etharp.c icmp.c igmp.c ip4.c ip4_addr.c ip4_frag.c
LWIP_IPV6 := dhcp6.c ethip6.c icmp6.c inet6.c ip6.c ip6_addr.c mld6.c nd6.c
LWIPSRCS += $(addprefix core/,$(LWIP_CORE)) $(addprefix core/ipv4/,$(LWIP_IPV4)) \
	$(addprefix core/ipv6/,$(LWIP_IPV6))

# <file without .c>:<symbol>, renamed to lwip_<symbol> in that file.
LWIP_RENAMES := core/raw:raw_input core/tcp_in:tcp_input \
	core/tcp_out:tcp_split_unsent_seg core/tcp_out:tcp_rexmit_rto_prepare \
	core/udp:udp_input core/udp:udp_bind core/udp:udp_remove \
	core/tcp_out:tcp_output core/tcp_out:tcp_rexmit_fast \
	core/tcp_out:tcp_rexmit_rto_commit \
	core/ipv4/ip4_frag:ip4_frag
lwip_file = $(word 1,$(subst :, ,$(1)))
lwip_sym  = $(word 2,$(subst :, ,$(1)))
$(foreach r,$(LWIP_RENAMES),$(eval LWIP_CFLAGS_$(call lwip_file,$(r)) += \
	-D$(call lwip_sym,$(r))=lwip_$(call lwip_sym,$(r))))
LWIP_CFLAGS_core/init += -DINET_ENGINE_INIT
# It reads as many name servers as there are places in all, and stops at an
# assertion when an offer has more than its own part.
LWIP_CFLAGS_core/ipv4/dhcp += -DINET_ENGINE_DHCP
# Servers out of router advertisements get places of their own behind those
# of DHCP (dns_servers.c); the original numbers both from 0.
LWIP_CFLAGS_core/ipv6/nd6 += -Ddns_setserver=inet_rdnss_setserver
LWIP_CFLAGS_core/ipv6/dhcp6 += -Ddns_setserver=inet_rdnss_setserver
# It tells the group that it was left, not the routers (in_mcast.c).
LWIP_CFLAGS_core/ipv6/mld6 += -Dip6_output_if=inet_mld_output

.PHONY: check-lwip
check-lwip: $(LWIPOBJS) $(INET_OBJS)
	$(call say,CHECK,lwip renames)
	$(Q)for r in $(LWIP_RENAMES); do \
		f=$(BUILD)/obj/lwip/$${r%:*}.c.o; s=$${r#*:}; \
		$(NM) $$f | grep -q " T lwip_$$s$$" || \
			{ echo "$$s: not defined in $$f"; exit 1; }; \
		$(NM) $(INET_OBJS) 2>/dev/null | grep -q " T $$s$$" || \
			{ echo "$$s: net/inet does not define it"; exit 1; }; \
		$(NM) $(LWIPOBJS) $(INET_OBJS) 2>/dev/null | \
			grep -q " U $$s$$" || \
			{ echo "$$s: nobody calls it"; exit 1; }; \
	done
CHECKS_FAST += check-lwip
