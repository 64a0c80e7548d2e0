/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour tests of <sys/kpi_socket.h> and <sys/kpi_socketfilter.h>: every
 * function of tiers A and B, and the rows S1-S17 and F1-F16 of the KPI's
 * test vectors.  Everything runs over lo0.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_socket, "1.0.0")
