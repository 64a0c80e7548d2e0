/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hoard without a thread and a socket: all of it the kernel can take away
 * by itself.
 */
#define HOARD_SIMPLE	1
#include "../hoard/hoard.c"
