# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call unit_test,hook,net/common/hook_list.c test/unit/hook/test_hook.c \
	test/unit/host/clib.c,))
