# SPDX-License-Identifier: BSD-2-Clause
#
# Cutting and joining: fragments, segments out of joined ones, and back.
$(eval $(call unit_test,inetcut,net/inet/ip_frag.c net/inet/gro.c \
	$(addprefix net/mbuf/,mbuf.c mbuf_ops.c mbuf_tag.c mbuf_check.c \
	mbuf_cksum.c kpi_mbuf.c kpi_mbuf_alloc.c kpi_mbuf_chain.c) \
	net/common/str_id.c net/common/net_lock.c \
	test/unit/inetcut/test_cut.c $(addprefix test/unit/host/,kmem_k.c \
	lock_k.c sched_k.c gate_k.c clib.c),$(patsubst -I,-idirafter,$(LWIPINC))))
