/* SPDX-License-Identifier: BSD-2-Clause */
/* The same as fleeting under another name, so that two can come and go. */
#define FL_NAME		fleeting2
#define FL_HANDLE	0x666d0000u
#include "../fleeting/fleeting.c"
