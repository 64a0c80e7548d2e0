# SPDX-License-Identifier: BSD-2-Clause
include net/inet/lwip.mk
KSRCS += $(addprefix net/inet/,pbuf.c pbuf_data.c tcp_demux.c udp_demux.c tcp_cookie.c tcp_guard.c tcp_fixes.c \
	tcp_big.c \
	ip_frag.c ip6_reass.c ip_switch.c icmp_ctl.c memp.c \
	path_mtu.c \
	inet.c inet_stat.c inet_in.c netif_glue.c ether_glue.c ip_out.c ip_out_clone.c gso.c \
	gro.c ip_forward.c ipf.c out_watch.c port/engine.c)
# addresses and routes
KSRCS += $(addprefix net/inet/,dns_servers.c route.c in_addr.c in_addr_conf.c in_ioctl.c \
	in6_ioctl.c in_config.c in_control.c in_alias.c in_sysctl.c in_arp.c \
	inet_info.c neigh_info.c rtsock.c)
# sockets
KSRCS += $(addprefix net/inet/,in_proto.c in_pcb.c in_pcbopt.c in_mcast.c \
	in_tcp_cb.c in_tcp_syn.c in_usrreq_tcp.c in_usrreq_udp.c \
	in_usrreq_raw.c in_output.c proto_stat.c)
