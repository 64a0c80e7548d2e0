/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of the process, credential, uio, device, sysctl and file families.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_proc, "1.0.0")
