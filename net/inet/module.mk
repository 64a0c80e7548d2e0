# SPDX-License-Identifier: BSD-2-Clause
include net/inet/lwip.mk
KSRCS += $(addprefix net/inet/,pbuf.c pbuf_data.c tcp_demux.c tcp_fixes.c \
	ip_frag.c ip6_reass.c ip_switch.c icmp_ctl.c)
# addresses and routes
KSRCS += $(addprefix net/inet/,route.c in_addr.c in_ioctl.c in6_ioctl.c \
	in_config.c)
