/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kext has said about the machine; see platform.c.
 */
#ifndef KERNEL_LIB_PLATFORM_H
#define KERNEL_LIB_PLATFORM_H

/* The model that populate_model_name() was given, or "". */
extern char model_name[64];

#endif
