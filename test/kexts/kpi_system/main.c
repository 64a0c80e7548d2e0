/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel controls and kernel events; the client is a kernel socket. */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_system, "1.0.0")
