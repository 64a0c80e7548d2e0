/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/cmds/evloop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <sys/ioctl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#define EVENTS 64

int
ev_init(struct evloop *el)
{
	SLIST_INIT(&el->el_dead);
	el->el_kq = kqueue();
	return el->el_kq < 0 ? -1 : 0;
}

static int
change(struct evsource *ev, int filter, int flags)
{
	struct kevent k;

	EV_SET(&k, (uintptr_t)ev->ev_fd, (int16_t)filter, (uint16_t)flags, 0,
	    0, ev);
	return kevent(ev->ev_loop->el_kq, &k, 1, NULL, 0, NULL);
}

int
ev_add(struct evloop *el, struct evsource *ev)
{
	ev->ev_loop = el;
	ev->ev_closed = ev->ev_writing = ev->ev_timing = false;
	return change(ev, EVFILT_READ, EV_ADD);
}

void
ev_want_write(struct evsource *ev, bool on)
{
	if (ev->ev_writing == on || ev->ev_closed)
		return;
	ev->ev_writing = on;
	change(ev, EVFILT_WRITE, on ? EV_ADD : EV_DELETE);
}

/* The timer's ident is the object's address: descriptors are other idents. */
static void
set_timer(struct evsource *ev, int flags, int ms)
{
	struct kevent k;

	EV_SET(&k, (uintptr_t)ev, EVFILT_TIMER, (uint16_t)flags, 0, ms, ev);
	if (kevent(ev->ev_loop->el_kq, &k, 1, NULL, 0, NULL) == 0)
		ev->ev_timing = (flags & EV_ADD) != 0;
}

void
ev_timer(struct evsource *ev, int ms)
{
	set_timer(ev, EV_ADD | EV_ONESHOT, ms);
}

void
ev_close(struct evsource *ev)
{
	if (ev->ev_closed)
		return;
	if (ev->ev_timing)
		set_timer(ev, EV_DELETE, 0);
	ev->ev_closed = true;
	close(ev->ev_fd);	/* the kqueue forgets it by itself */
	SLIST_INSERT_HEAD(&ev->ev_loop->el_dead, ev, ev_dead);
}

int
ev_run(struct evloop *el)
{
	struct kevent k[EVENTS];
	struct evsource *ev;
	int i, n;

	for (;;) {
		n = kevent(el->el_kq, NULL, 0, k, EVENTS, NULL);
		if (n < 0 && errno != EINTR)
			return -1;
		for (i = 0; i < n; i++) {
			ev = k[i].udata;
			if (ev->ev_closed)
				continue;
			if (k[i].filter == EVFILT_TIMER) {
				ev->ev_timing = false;
				ev->ev_timeout(ev);
			} else {
				ev->ev_ready(ev, k[i].filter == EVFILT_WRITE);
			}
		}
		while ((ev = SLIST_FIRST(&el->el_dead)) != NULL) {
			SLIST_REMOVE_HEAD(&el->el_dead, ev_dead);
			free(ev);
		}
	}
}

static void
set_flag(int fd, int level, int name)
{
	int one = 1;

	setsockopt(fd, level, name, &one, sizeof(one));
}

int
ev_listen(const char *who, int type, int port)
{
	struct sockaddr_in6 sin6 = {
		.sin6_len = sizeof(sin6),
		.sin6_family = AF_INET6,
		.sin6_port = htons((in_port_t)port),
	};
	int fd, off = 0, one = 1;

	fd = socket(AF_INET6, type, 0);
	if (fd < 0)
		goto fail;
	set_flag(fd, SOL_SOCKET, SO_REUSEADDR);
	set_flag(fd, SOL_SOCKET, SO_NOSIGPIPE);
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	ioctl(fd, FIONBIO, &one);
	if (bind(fd, (struct sockaddr *)&sin6, sizeof(sin6)) != 0 ||
	    (type == SOCK_STREAM && listen(fd, SOMAXCONN) != 0))
		goto fail;
	return fd;
fail:
	fprintf(stderr, "%s: port %d: %s\n", who, port, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int
ev_accept(int fd)
{
	int s = accept(fd, NULL, NULL), one = 1;

	if (s < 0)
		return -1;
	ioctl(s, FIONBIO, &one);
	set_flag(s, SOL_SOCKET, SO_NOSIGPIPE);
	set_flag(s, IPPROTO_TCP, TCP_NODELAY);
	return s;
}
