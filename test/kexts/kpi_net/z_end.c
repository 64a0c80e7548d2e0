/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end of the interface: nothing of it may stay, or the kext cannot go.
 */
#include <kpitest.h>

#include "fake.h"

KPI_TEST_AS(ifnet_detach, end)
{
	mbuf_t m = fake_frame(NULL, 0x1234, 20);

	KPI_EXPECT(fake_end(fake.ifp) == 0);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(ifnet_input(fake.ifp, m, NULL) == EINVAL);
	KPI_EXPECT(ifnet_release(fake.ifp) == 0);
}
