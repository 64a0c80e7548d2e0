/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of socket filters and IP filters, on traffic between kernel
 * sockets over the loopback interface.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_filter, "1.0.0")
