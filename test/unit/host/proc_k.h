/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The process of the host tests (proc_k.c).
 */
#ifndef TEST_UNIT_HOST_PROC_K_H
#define TEST_UNIT_HOST_PROC_K_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/proc/proc.h"

extern struct proc host_proc;
extern unsigned host_signals;		/* bit per signal sent to it */

void host_proc_init(void);

/* Lets virtual time pass and timers fire; true when one did. */
bool host_advance(uint64_t ns);

#endif /* TEST_UNIT_HOST_PROC_K_H */
