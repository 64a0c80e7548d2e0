# SPDX-License-Identifier: BSD-2-Clause
KSRCS += net/common/hook_list.c
