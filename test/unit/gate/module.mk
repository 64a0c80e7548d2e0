# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,gate,$(addprefix kernel/kext/,gate.c charge.c trace.c) \
	test/unit/gate/test_gate.c test/unit/host/clib.c,))
