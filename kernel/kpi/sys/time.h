/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/time.h>: time of day, time since boot, and arithmetic on both.
 *
 * Calendar time may step when the clock is set; uptime never does.
 */
#ifndef _SYS_TIME_H_
#define _SYS_TIME_H_

#include <sys/types.h>
#include <stdint.h>

struct timeval {
	time_t		tv_sec;
	suseconds_t	tv_usec;
};

struct timespec {
	time_t		tv_sec;
	long		tv_nsec;
};

struct timeval32 {
	int32_t		tv_sec;
	int32_t		tv_usec;
};

struct timezone {
	int		tz_minuteswest;
	int		tz_dsttime;
};

struct itimerval {
	struct timeval	it_interval;
	struct timeval	it_value;
};

#define ITIMER_REAL		0
#define ITIMER_VIRTUAL		1
#define ITIMER_PROF		2

#define TIMEVAL_TO_TIMESPEC(tv, ts) do {				\
	(ts)->tv_sec = (tv)->tv_sec;					\
	(ts)->tv_nsec = (long)(tv)->tv_usec * 1000;			\
} while (0)
#define TIMESPEC_TO_TIMEVAL(tv, ts) do {				\
	(tv)->tv_sec = (ts)->tv_sec;					\
	(tv)->tv_usec = (suseconds_t)((ts)->tv_nsec / 1000);		\
} while (0)

#define timerclear(tvp)		((tvp)->tv_sec = 0, (tvp)->tv_usec = 0)
#define timerisset(tvp)		((tvp)->tv_sec != 0 || (tvp)->tv_usec != 0)
#define timercmp(t, u, cmp)						\
	((t)->tv_sec == (u)->tv_sec ? ((t)->tv_usec cmp (u)->tv_usec) :	\
	    ((t)->tv_sec cmp (u)->tv_sec))
#define timevalcmp(l, r, cmp)	timercmp(l, r, cmp)
#define timeradd(t, u, v) do {						\
	(v)->tv_sec = (t)->tv_sec + (u)->tv_sec;			\
	(v)->tv_usec = (t)->tv_usec + (u)->tv_usec;			\
	if ((v)->tv_usec >= 1000000) {					\
		(v)->tv_sec++;						\
		(v)->tv_usec -= 1000000;				\
	}								\
} while (0)
#define timersub(t, u, v) do {						\
	(v)->tv_sec = (t)->tv_sec - (u)->tv_sec;			\
	(v)->tv_usec = (t)->tv_usec - (u)->tv_usec;			\
	if ((v)->tv_usec < 0) {						\
		(v)->tv_sec--;						\
		(v)->tv_usec += 1000000;				\
	}								\
} while (0)

#ifdef KERNEL
#define getmicrotime(a)		microtime(a)
#define getmicrouptime(a)	microuptime(a)
#define getnanotime(a)		nanotime(a)
#define getnanouptime(a)	nanouptime(a)

__BEGIN_DECLS

/*
 * Stores the calendar time.
 * Context:   any
 * Units:     seconds and microseconds since 1970, UTC
 */
void microtime(struct timeval *tv);

/*
 * Stores the time since boot; it never steps.
 * Context:   any
 * Units:     seconds and microseconds
 */
void microuptime(struct timeval *tv);

/*
 * Stores the calendar time.
 * Context:   any
 * Units:     seconds and nanoseconds since 1970, UTC
 */
void nanotime(struct timespec *ts);

/*
 * Stores the time since boot; it never steps.
 * Context:   any
 * Units:     seconds and nanoseconds
 */
void nanouptime(struct timespec *ts);

/*
 * Adds *t2 to *t1 and normalises the sum.
 * Context:   any
 */
void timevaladd(struct timeval *t1, struct timeval *t2);

/*
 * Takes *t2 from *t1 and normalises the difference.
 * Context:   any
 */
void timevalsub(struct timeval *t1, struct timeval *t2);

/*
 * Normalises: brings tv_usec of *t1 into 0 to 999999 by one carry or borrow.
 * Context:   any
 */
void timevalfix(struct timeval *t1);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_TIME_H_ */
