/* SPDX-License-Identifier: BSD-2-Clause */
/* Weak stand-ins while the parts arrive; removed when they have. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include "kernel/init.h"
#include "kernel/trap.h"
#include "arch/x86_64/cpu.h"
#include "kernel/console/console_impl.h"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define W __attribute__((weak))
W void console_input_wakeup(void) { }
