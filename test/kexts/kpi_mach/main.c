/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of locks, threads, waiting and time.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_mach, "1.0.0")
