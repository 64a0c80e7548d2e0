# SPDX-License-Identifier: BSD-2-Clause
DLIL_UNIT := $(addprefix net/dlil/,dlil.c ifnet.c ifaddr.c ifmulti.c iff.c \
	proto.c plumber.c dlil_input.c dlil_plain.c dlil_output.c dlil_event.c ether.c \
	loopback.c if_ioctl.c kpi_interface.c softnet.c bpf_if.c) \
	net/common/hook_list.c net/common/str_id.c \
	net/common/net_lock.c net/mbuf/mbuf.c \
	net/mbuf/mbuf_ops.c net/mbuf/mbuf_tag.c net/mbuf/mbuf_cksum.c \
	net/mbuf/mbuf_check.c net/mbuf/kpi_mbuf.c net/mbuf/kpi_mbuf_alloc.c \
	net/mbuf/kpi_mbuf_chain.c \
	$(addprefix test/unit/host/,clib.c gate_k.c kmem_k.c lock_k.c sched_k.c) \
	test/unit/dlil/shim.c

$(eval $(call unit_test,dlil,$(DLIL_UNIT) test/unit/dlil/fakeif.c \
	test/unit/dlil/test_dlil.c,))

$(eval $(call unit_test,bpf,net/dlil/bpf_filter.c $(DLIL_UNIT) \
	test/unit/bpf/test_bpf.c,))
