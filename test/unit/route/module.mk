# SPDX-License-Identifier: BSD-2-Clause
#
# The routing table against a plain list.
$(eval $(call unit_test,route,net/inet/route.c test/unit/route/test_route.c \
	$(addprefix test/unit/host/,kmem_k.c clib.c),\
	$(patsubst -I,-idirafter,$(LWIPINC))))
