/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of interfaces, interface filters, protocols, taps and Ethernet's
 * ready-made parts, tried on an interface of the kext's own (fake.h).
 *
 * The files are compiled and run in the order of their names: the interface
 * comes to life in a_life.c and goes in z_end.c.
 */
#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_net, "1.0.0")
