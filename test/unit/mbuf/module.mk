# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,mbuf,$(addprefix net/mbuf/,mbuf.c mbuf_ops.c mbuf_tag.c \
	mbuf_check.c mbuf_cksum.c kpi_mbuf.c kpi_mbuf_alloc.c \
	kpi_mbuf_chain.c) net/common/str_id.c net/common/net_lock.c \
	$(addprefix test/unit/mbuf/,mbuf_vectors.c mbuf_alloc.c mbuf_csum.c \
	mbuf_model.c) $(addprefix test/unit/host/,kmem_k.c lock_k.c sched_k.c \
	gate_k.c clib.c),))
