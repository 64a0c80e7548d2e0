/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * I/O Kit's threads and sleeping locks; delays, hash tables.
 */
#include <IOKit/IOLib.h>
#include <kern/clock.h>
#include <kern/debug.h>
#include <libkern/OSDebug.h>
#include <libkern/OSKextLib.h>
#include <mach/mach_time.h>
#include <string.h>
#include <sys/malloc.h>
#include <sys/queue.h>
#include <sys/systm.h>

#include <kpitest.h>

LIST_HEAD(bucket, elem);
struct elem {
	LIST_ENTRY(elem) link;
};

KPI_TEST(hashinit)
{
	struct bucket *table;
	struct elem e;
	u_long mask = 0, i;

	table = hashinit(100, M_TEMP, &mask);
	KPI_REQUIRE(table != NULL);
	KPI_EXPECT(mask == 63);
	for (i = 0; i <= mask; i++)
		KPI_EXPECT(LIST_EMPTY(&table[i]));
	LIST_INSERT_HEAD(&table[63], &e, link);
	KPI_EXPECT(LIST_FIRST(&table[63]) == &e);
	LIST_REMOVE(&e, link);
	FREE(table, M_TEMP);
	KPI_EXPECT(hashinit(0, M_TEMP, &mask) == NULL);
}

static IOLock *baton;
static int turns, finished;

static void
other(void *arg)
{
	IOLockLock(baton);
	while (turns < 4) {
		if ((turns & 1) == 0)
			IOLockSleep(baton, arg, THREAD_UNINT);
		else {
			turns++;
			IOLockWakeup(baton, arg, false);
		}
	}
	finished = 1;
	IOLockWakeup(baton, &finished, true);
	IOLockUnlock(baton);
	IOExitThread();
}

KPI_TEST(IOCreateThread)
{
	KPI_REQUIRE((baton = IOLockAlloc()) != NULL);
	turns = finished = 0;
	IOLockLock(baton);
	KPI_EXPECT(IOCreateThread(other, &turns) != NULL);
	while (turns < 4) {
		if ((turns & 1) == 1)
			IOLockSleep(baton, &turns, THREAD_UNINT);
		else {
			turns++;
			IOLockWakeup(baton, &turns, false);
		}
	}
	while (!finished)
		KPI_EXPECT(IOLockSleep(baton, &finished, THREAD_UNINT) ==
		    THREAD_AWAKENED);
	IOLockUnlock(baton);
	IOLockFree(baton);
}

KPI_TEST(delay)
{
	uint64_t before = mach_absolute_time();

	delay(100);
	delay_for_interval(100, 1000);
	KPI_EXPECT(mach_absolute_time() - before >= 200000);
	delay(-1);
}

KPI_TEST(mach_continuous_time)
{
	uint64_t a = mach_absolute_time(), c = mach_continuous_time();

	KPI_EXPECT(a <= c && c <= mach_absolute_time());
}

/* There is no debugger: it goes on. */
KPI_TEST(Debugger)
{
	Debugger("kpi_libkern has a question");
	KPI_EXPECT(1);
}

static void
resource(OSKextRequestTag tag, OSReturn result, const void *data,
    uint32_t length, void *context)
{
	(void)tag;
	(void)result;
	(void)data;
	(void)length;
	++*(int *)context;
}

KPI_TEST(OSKextRequestResource)
{
	OSKextRequestTag tag = 5;
	int calls = 0;

	KPI_EXPECT(OSKextRequestResource(OSKextGetCurrentIdentifier(), "x.png",
	    resource, &calls, &tag) == kOSKextReturnNoResources);
	KPI_EXPECT(tag == kOSKextRequestTagInvalid && calls == 0);
	KPI_EXPECT(OSKextRequestResource("org.unikext.nothing", "x.png",
	    resource, &calls, NULL) == kOSKextReturnNotFound);
	KPI_EXPECT(OSKextRequestResource(NULL, "x.png", resource, &calls,
	    &tag) == kOSKextReturnInvalidArgument);
}

KPI_TEST(OSKextCancelRequest)
{
	void *context = &context;

	KPI_EXPECT(OSKextCancelRequest(3, &context) == kOSKextReturnNotFound);
	KPI_EXPECT(context == NULL);
}

KPI_TEST(OSReportWithBacktrace)
{
	OSReportWithBacktrace("asked for by %s", "the test");
}
