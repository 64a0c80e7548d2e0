# SPDX-License-Identifier: BSD-2-Clause
KSRCS += drivers/char/uart16550.c
