# SPDX-License-Identifier: BSD-2-Clause
#
# Socket buffers against a byte-array model, and the socket layer with its
# filters over local sockets.
SOCKET_LAYER := $(addprefix net/socket/,domain.c socket.c so_conn.c so_send.c \
	so_recv.c so_poll.c sockbuf.c sockopt.c sowork.c sflt.c sflt_hooks.c \
	kpi_socket.c kpi_socketfilter.c uipc.c)
SOCKET_UNIT := $(SOCKET_LAYER) kernel/file/uio.c net/common/hook_list.c \
	net/common/str_id.c net/common/net_lock.c \
	$(addprefix net/mbuf/,mbuf.c mbuf_ops.c mbuf_tag.c mbuf_cksum.c \
	mbuf_check.c kpi_mbuf.c kpi_mbuf_alloc.c kpi_mbuf_chain.c) \
	$(addprefix test/unit/host/,clib.c gate_k.c kmem_k.c lock_k.c \
	sched_k.c socket_k.c)

$(eval $(call unit_test,socket,$(SOCKET_UNIT) \
	$(addprefix test/unit/socket/,test_sockbuf.c test_local.c),))
