/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One-shot calls by function and argument, for the kernel itself; the KPI has
 * bsd_timeout() and bsd_untimeout().
 */
#ifndef KERNEL_TIME_TIMEOUT_H
#define KERNEL_TIME_TIMEOUT_H

#include <stdint.h>

#include <sys/systm.h>

/* Calls fn(arg) once after ns in a thread that may block. */
void timeout_after_ns(void (*fn)(void *), void *arg, uint64_t ns);

#endif /* KERNEL_TIME_TIMEOUT_H */
