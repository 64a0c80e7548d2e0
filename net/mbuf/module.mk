# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix net/mbuf/,mbuf.c mbuf_ops.c mbuf_tag.c mbuf_check.c \
	mbuf_cksum.c in_cksum.c kpi_mbuf.c kpi_mbuf_alloc.c kpi_mbuf_chain.c)
