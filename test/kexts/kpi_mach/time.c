/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clocks and conversions.
 */
#include <kern/clock.h>
#include <sys/time.h>

#include <kpitest.h>

KPI_TEST(mach_absolute_time)
{
	uint64_t a = mach_absolute_time(), b;
	int i;

	for (i = 0; i < 1000; i++) {
		b = mach_absolute_time();
		KPI_EXPECT(b >= a);
		a = b;
	}
}

KPI_TEST(clock_get_uptime)
{
	uint64_t a, b, c;

	clock_get_uptime(&a);
	b = mach_absolute_time();
	clock_get_uptime(&c);
	KPI_EXPECT(a <= b && b <= c);
}

KPI_TEST(clock_interval_to_absolutetime_interval)
{
	uint64_t t, ns;

	clock_interval_to_absolutetime_interval(250, 1000000, &t);
	absolutetime_to_nanoseconds(t, &ns);
	KPI_EXPECT(ns >= 249999000 && ns <= 250001000);
}

KPI_TEST(clock_interval_to_deadline)
{
	uint64_t before = mach_absolute_time(), t, ns;

	clock_interval_to_deadline(2, 1000000000, &t);
	KPI_EXPECT(t > before);
	absolutetime_to_nanoseconds(t - before, &ns);
	KPI_EXPECT(ns >= 1999999000ull && ns < 3000000000ull);
}

KPI_TEST(clock_absolutetime_interval_to_deadline)
{
	uint64_t before = mach_absolute_time(), t;

	clock_absolutetime_interval_to_deadline(1000, &t);
	KPI_EXPECT(t >= before + 1000);
}

KPI_TEST(clock_delay_until)
{
	uint64_t t;

	clock_interval_to_deadline(5, 1000000, &t);
	clock_delay_until(t);
	KPI_EXPECT(mach_absolute_time() >= t);
	/* One that has passed does not wait. */
	clock_delay_until(0);
}

KPI_TEST(clock_timebase_info)
{
	mach_timebase_info_data_t info = { 0, 0 };
	uint64_t ns;

	clock_timebase_info(&info);
	KPI_REQUIRE(info.numer != 0 && info.denom != 0);
	absolutetime_to_nanoseconds(1000000, &ns);
	KPI_EXPECT(ns == 1000000ull * info.numer / info.denom);
}

KPI_TEST(absolutetime_to_nanoseconds)
{
	uint64_t t, ns;

	nanoseconds_to_absolutetime(123456789, &t);
	absolutetime_to_nanoseconds(t, &ns);
	KPI_EXPECT(ns <= 123456789 && ns + 100 >= 123456789);
}

KPI_TEST(nanoseconds_to_absolutetime)
{
	uint64_t a, b;

	nanoseconds_to_absolutetime(0, &a);
	nanoseconds_to_absolutetime(1000000000, &b);
	KPI_EXPECT(a == 0 && b > 0);
}

KPI_TEST(clock_get_calendar_microtime)
{
	clock_sec_t s;
	clock_usec_t us = 9999999;
	struct timeval tv;

	clock_get_calendar_microtime(&s, &us);
	microtime(&tv);
	KPI_EXPECT(us < 1000000);
	KPI_EXPECT((time_t)s <= tv.tv_sec && tv.tv_sec <= (time_t)s + 1);
}

KPI_TEST(clock_get_calendar_nanotime)
{
	clock_sec_t s;
	clock_nsec_t ns = 4000000000u;
	struct timespec ts;

	clock_get_calendar_nanotime(&s, &ns);
	nanotime(&ts);
	KPI_EXPECT(ns < 1000000000);
	KPI_EXPECT((time_t)s <= ts.tv_sec && ts.tv_sec <= (time_t)s + 1);
}

KPI_TEST(clock_get_system_microtime)
{
	clock_sec_t s;
	clock_usec_t us = 9999999;
	struct timeval tv;

	clock_get_system_microtime(&s, &us);
	microuptime(&tv);
	KPI_EXPECT(us < 1000000);
	KPI_EXPECT((time_t)s <= tv.tv_sec && tv.tv_sec <= (time_t)s + 1);
}

KPI_TEST(clock_get_system_nanotime)
{
	clock_sec_t s;
	clock_nsec_t ns = 4000000000u;
	struct timespec ts;

	clock_get_system_nanotime(&s, &ns);
	nanouptime(&ts);
	KPI_EXPECT(ns < 1000000000);
	KPI_EXPECT((time_t)s <= ts.tv_sec && ts.tv_sec <= (time_t)s + 1);
}

KPI_TEST(microtime)
{
	struct timeval a, b;

	microtime(&a);
	microtime(&b);
	KPI_EXPECT(a.tv_sec > 1600000000);	/* after September 2020 */
	KPI_EXPECT(timevalcmp(&a, &b, <=));
	KPI_EXPECT(a.tv_usec >= 0 && a.tv_usec < 1000000);
}

KPI_TEST(microuptime)
{
	struct timeval a, b;

	microuptime(&a);
	getmicrouptime(&b);
	KPI_EXPECT(timevalcmp(&a, &b, <=));
	KPI_EXPECT(a.tv_sec < 1000000000);
}

KPI_TEST(nanotime)
{
	struct timespec a, b;

	nanotime(&a);
	nanotime(&b);
	KPI_EXPECT(a.tv_nsec >= 0 && a.tv_nsec < 1000000000);
	KPI_EXPECT(b.tv_sec > a.tv_sec ||
	    (b.tv_sec == a.tv_sec && b.tv_nsec >= a.tv_nsec));
}

KPI_TEST(nanouptime)
{
	struct timespec ts;

	nanouptime(&ts);
	KPI_EXPECT(ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000);
}

KPI_TEST(timevaladd)
{
	struct timeval a = { 1, 700000 }, b = { 2, 600000 };

	timevaladd(&a, &b);
	KPI_EXPECT(a.tv_sec == 4 && a.tv_usec == 300000);
}

KPI_TEST(timevalsub)
{
	struct timeval a = { 5, 100000 }, b = { 2, 600000 };

	timevalsub(&a, &b);
	KPI_EXPECT(a.tv_sec == 2 && a.tv_usec == 500000);
}

KPI_TEST(timevalfix)
{
	struct timeval a = { 1, 1000001 }, b = { 1, -1 };

	timevalfix(&a);
	timevalfix(&b);
	KPI_EXPECT(a.tv_sec == 2 && a.tv_usec == 1);
	KPI_EXPECT(b.tv_sec == 0 && b.tv_usec == 999999);
}

KPI_TEST(clock_continuoustime_interval_to_deadline)
{
	uint64_t before = mach_continuous_time(), deadline;

	clock_continuoustime_interval_to_deadline(1000, &deadline);
	KPI_EXPECT(deadline >= before + 1000);
	KPI_EXPECT(deadline <= mach_continuous_time() + 1000);
}

KPI_TEST(absolutetime_to_continuoustime)
{
	KPI_EXPECT(absolutetime_to_continuoustime(0) == 0);
	KPI_EXPECT(absolutetime_to_continuoustime(12345) == 12345);
}

KPI_TEST(continuoustime_to_absolutetime)
{
	KPI_EXPECT(continuoustime_to_absolutetime(
	    absolutetime_to_continuoustime(77)) == 77);
}
