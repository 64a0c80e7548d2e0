# SPDX-License-Identifier: BSD-2-Clause
PSRCS += $(addprefix net/cmds/,evloop.c services.c httpd.c nc.c ping.c host.c \
	   netdb.c resolver.c iperf3.c iperf3_proto.c iperf3_data.c kctl.c \
	   kevmon.c)
PSRCS += $(addprefix net/cmds/,ifconfig.c route.c arp.c netprint.c netstat.c \
	   netstat_proto.c)
PSRCS += net/cmds/mbufstat.c
PSRCS += $(addprefix net/cmds/,tcpdump.c pktprint.c pcapc.c pcapc_gen.c)
