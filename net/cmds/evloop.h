/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An event loop for servers: descriptors with a handler, over one kqueue.
 *
 * The server embeds a struct evsource in each of its objects.  A handler may
 * end its own object with ev_close(): its memory goes when the loop has
 * handled all events it had in hand, so a second event for it does no harm.
 */
#ifndef _NET_CMDS_EVLOOP_H_
#define _NET_CMDS_EVLOOP_H_

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <netinet/in.h>

struct evloop;

struct evsource {
	int ev_fd;
	void (*ev_ready)(struct evsource *ev, bool writable);
	void (*ev_timeout)(struct evsource *ev);
	struct evloop *ev_loop;
	SLIST_ENTRY(evsource) ev_dead;
	bool ev_closed;
	bool ev_writing;
	bool ev_timing;
};

struct evloop {
	int el_kq;
	SLIST_HEAD(, evsource) el_dead;
};

int ev_init(struct evloop *el);
/*
 * Watches ev->ev_fd for input.  The object was given by malloc and is the
 * loop's to free after ev_close().  Returns 0, or -1 with errno.
 */
int ev_add(struct evloop *el, struct evsource *ev);
/* Watches for room to write (too), or no more. */
void ev_want_write(struct evsource *ev, bool on);
/* Calls ev_timeout once, ms milliseconds from now. */
void ev_timer(struct evsource *ev, int ms);
void ev_close(struct evsource *ev);
/* Runs until the process is killed; returns -1 when the kqueue fails. */
int ev_run(struct evloop *el);

/*
 * A nonblocking socket bound to a port on every address, both IP versions;
 * listening when it is a stream.  -1 with a message on stderr.
 */
int ev_listen(const char *who, int type, int port);

/* accept() for servers: nonblocking, no SIGPIPE, no delay; -1 for none. */
int ev_accept(int fd);

#endif /* _NET_CMDS_EVLOOP_H_ */
