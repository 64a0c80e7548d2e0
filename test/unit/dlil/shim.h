/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_UNIT_DLIL_SHIM_H
#define TEST_UNIT_DLIL_SHIM_H

#include <stdbool.h>

extern unsigned shim_wakes;		/* calls of softnet_wake */
extern bool (*shim_idle)(void);		/* instead of sleeping */
extern struct gate *host_last_gate;	/* that was made */
extern struct gate_frame *shim_top;	/* what gate_top answers */

#endif
