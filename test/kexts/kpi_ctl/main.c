/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of kernel controls and kernel events; the client's end is a
 * kernel socket of the system domain in the same kext.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_ctl, "1.0.0")
