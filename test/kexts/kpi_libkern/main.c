/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of the libkern and Mach families: strings, numbers, printing,
 * atomics, memory, locks, time, threads.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_libkern, "1.0.0")
