# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix net/dlil/,dlil.c ifnet.c ifaddr.c ifmulti.c iff.c \
	proto.c plumber.c dlil_input.c dlil_plain.c dlil_output.c dlil_event.c \
	ether.c loopback.c if_ioctl.c kpi_interface.c softnet.c softnet_thread.c \
	bpf_if.c bpf_filter.c bpf_dev.c ifinfo.c)
# dev_poll.c joins drivers to the thread, without either knowing the other
KSRCS += net/dlil/dev_poll.c
