# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix net/common/,hook_list.c net_lock.c str_id.c net_init.c)
