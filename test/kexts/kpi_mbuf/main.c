/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of mbufs: allocation, chains, packet headers, checksums, tags.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_mbuf, "1.0.0")
