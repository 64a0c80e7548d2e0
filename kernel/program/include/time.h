/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef _TIME_H_
#define _TIME_H_

#include <ulib_cdefs.h>
#include <sys/time.h>

#define CLOCK_REALTIME  0
#define CLOCK_MONOTONIC 6

struct tm {
	int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday;
};

time_t time(time_t *t) __U(time);
int clock_gettime(int clock, struct timespec *ts) __U(clock_gettime);
int gettimeofday(struct timeval *tv, void *tz) __U(gettimeofday);
int settimeofday(const struct timeval *tv, const void *tz) __U(settimeofday);
int nanosleep(const struct timespec *ts, struct timespec *left) __U(nanosleep);
struct tm *gmtime_r(const time_t *t, struct tm *tm) __U(gmtime_r);
/* Seconds since 1970 of a date in UTC; only the fields it is made of count. */
time_t timegm(const struct tm *tm) __U(timegm);
/* The classic 26 characters, "Thu Jan  1 00:00:00 1970\n". */
char *asctime_r(const struct tm *tm, char *buf) __U(asctime_r);

#endif /* _TIME_H_ */
