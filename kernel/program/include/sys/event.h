/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters and flags have the values of kernel/file/select.h. */
#ifndef _PROG_SYS_EVENT_H_
#define _PROG_SYS_EVENT_H_

#include <ulib_cdefs.h>
#include <stdint.h>
#include <sys/time.h>

#define EVFILT_READ  (-1)
#define EVFILT_WRITE (-2)
#define EVFILT_PROC  (-5)
#define EVFILT_TIMER (-7)
#define EVFILT_USER  (-10)

#define EV_ADD	    0x0001
#define EV_DELETE   0x0002
#define EV_ENABLE   0x0004
#define EV_DISABLE  0x0008
#define EV_ONESHOT  0x0010
#define EV_CLEAR    0x0020
#define EV_RECEIPT  0x0040
#define EV_DISPATCH 0x0080
#define EV_ERROR    0x4000
#define EV_EOF	    0x8000

#define NOTE_LOWAT    0x00000001
#define NOTE_EXIT     0x80000000u
#define NOTE_SIGNAL   0x08000000
#define NOTE_SECONDS  0x00000001
#define NOTE_USECONDS 0x00000002
#define NOTE_NSECONDS 0x00000004
#define NOTE_TRIGGER  0x01000000

struct kevent {
	uintptr_t ident;
	int16_t filter;
	uint16_t flags;
	uint32_t fflags;
	intptr_t data;
	void *udata;
};

#define EV_SET(k, id, filt, fl, ff, d, u)                                     \
	do {                                                                  \
		struct kevent *__k = (k);                                     \
		__k->ident = (id);                                            \
		__k->filter = (filt);                                         \
		__k->flags = (fl);                                            \
		__k->fflags = (ff);                                           \
		__k->data = (d);                                              \
		__k->udata = (u);                                             \
	} while (0)

int kqueue(void) __U(kqueue);
int kevent(int kq, const struct kevent *changes, int nchanges,
    struct kevent *events, int nevents, const struct timespec *timeout)
    __U(kevent);

#endif /* _PROG_SYS_EVENT_H_ */
