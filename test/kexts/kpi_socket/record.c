/* SPDX-License-Identifier: BSD-2-Clause */
/* The recording filter; see record.h. */
#include "record.h"

#include <libkern/OSAtomic.h>

#define LOG_MAX	4096

struct plan plan[2];
mbuf_t kept[2], kept_control[2];
unsigned attached[2], detached[2], unregistered[2];
socket_t last_so[2];
struct seen rec_seen[2];

static char text[LOG_MAX];
static volatile SInt32 used;
static mbuf_tag_id_t tag_id;

/* Callbacks run on several threads: each word takes its place atomically. */
static void
rec(int i, const char *word)
{
	SInt32 len = (SInt32)strlen(word) + 3;
	SInt32 at = OSAddAtomic(len, &used);

	if (at + len >= LOG_MAX)
		return;
	text[at] = (char)('A' + i);
	text[at + 1] = ':';
	memcpy(text + at + 2, word, (size_t)len - 3);
	text[at + len - 1] = ' ';
	if (i >= 0 && i < 2 && plan[i].unregister_in != NULL &&
	    strcmp(plan[i].unregister_in, word) == 0) {
		plan[i].unregister_in = NULL;
		(void)sflt_unregister(HANDLE(i));
	}
	if (i >= 0 && i < 2 && plan[i].detach_in != NULL &&
	    strcmp(plan[i].detach_in, word) == 0) {
		plan[i].detach_in = NULL;
		(void)sflt_detach(last_so[i], HANDLE(i));
	}
}

void
rec_mark(const char *word)
{
	rec('-' - 'A', word);
}

void
rec_reset(void)
{
	int i;

	bzero(text, sizeof(text));
	used = 0;
	bzero(plan, sizeof(plan));
	bzero(rec_seen, sizeof(rec_seen));
	for (i = 0; i < 2; i++) {
		mbuf_freem(kept[i]);
		mbuf_freem(kept_control[i]);
		kept[i] = kept_control[i] = NULL;
		attached[i] = detached[i] = 0;
	}
}

const char *
rec_text(void)
{
	return (text);
}

int
rec_is(const char *expect)
{
	unsigned i;

	for (i = 0; i < 1000 && strncmp(text, expect, LOG_MAX) != 0; i++)
		pause_ms(10);
	if (strncmp(text, expect, LOG_MAX) == 0)
		return (1);
	printf("log:    %s\nwanted: %s\n", text, expect);
	return (0);
}

/* --- callbacks, twice ------------------------------------------------------------------ */

static errno_t
attach_common(int i, void **cookie, socket_t so)
{
	struct sockaddr_in sin;

	last_so[i] = so;
	rec_seen[i].names_at_attach = sock_getsockname(so,
	    (struct sockaddr *)&sin, sizeof(sin));
	rec_seen[i].peer_at_attach = sock_getpeername(so,
	    (struct sockaddr *)&sin, sizeof(sin));
	rec(i, "attach");
	if (plan[i].attach != 0)
		return (plan[i].attach);
	attached[i]++;
	*cookie = (void *)(uintptr_t)(0x100 + (unsigned)i);
	return (0);
}

static void
detach_common(int i, void *cookie, socket_t so)
{
	(void)so;
	rec(i, "detach");
	if (cookie != (void *)(uintptr_t)(0x100 + (unsigned)i))
		rec(i, "BADCOOKIE");
	detached[i]++;
}

static void
notify_common(int i, sflt_event_t ev, void *param)
{
	static const char *const names[] = {
		"?", "connecting", "connected", "disconnecting",
		"disconnected", "flush_read", "shutdown", "cantrecvmore",
		"cantsendmore", "closing", "bound",
	};

	rec(i, ev < 11 ? names[ev] : "?");
	if ((ev == sock_evt_shutdown) != (param != NULL))
		rec(i, "BADPARAM");
	else if (param != NULL)
		rec_seen[i].how = *(int *)param;
}

static errno_t
take(int i, unsigned *left, mbuf_t *data, mbuf_t *control)
{
	if (*left == 0)
		return (0);
	(*left)--;
	mbuf_freem(kept[i]);
	mbuf_freem(kept_control[i]);
	kept[i] = data != NULL ? *data : NULL;
	kept_control[i] = control != NULL ? *control : NULL;
	return (EJUSTRETURN);
}

static errno_t
data_in_common(int i, const struct sockaddr *from, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	errno_t r;

	rec(i, from != NULL ? "in_from" : "in");
	rec_seen[i].in_flags = flags;
	if (from == NULL && control != NULL)
		rec(i, "BADCONTROL");
	r = take(i, &plan[i].swallow_in, data, control);
	return (r != 0 ? r : plan[i].data_in);
}

/* From inside data_out: more and more, until there is no room. */
static errno_t
flood(int i, socket_t so)
{
	static char block[4000];
	unsigned n;

	for (n = 0; n < 1000 && rec_seen[i].flood_error == 0; n++)
		rec_seen[i].flood_error = sock_inject_data_out(so, NULL,
		    packet(block, sizeof(block)), NULL, 0);
	return (0);
}

static errno_t
data_out_common(int i, socket_t so, const struct sockaddr *to, mbuf_t *data,
    mbuf_t *control)
{
	void *p;
	size_t len;
	errno_t r;

	rec(i, to != NULL ? "out_to" : "out");
	rec_seen[i].out_calls++;
	rec_seen[i].out_bytes += mbuf_pkthdr_len(*data);
	if (mbuf_pkthdr_len(*data) > rec_seen[i].out_most)
		rec_seen[i].out_most = mbuf_pkthdr_len(*data);
	if (plan[i].flood_out != 0) {
		plan[i].flood_out = 0;
		return (flood(i, so));
	}
	if (plan[i].reinject_out != 0) {
		if (mbuf_tag_find(*data, tag_id, 1, &len, &p) == 0)
			return (0);
		if (mbuf_tag_allocate(*data, tag_id, 1, 4, MBUF_WAITOK, &p) !=
		    0)
			return (ENOMEM);
		r = sock_inject_data_out(so, to, *data, NULL, 0);
		rec(i, r == 0 ? "injected" : r == EWOULDBLOCK ? "wouldblock" :
		    "inject_error");
		return (EJUSTRETURN);
	}
	r = take(i, &plan[i].swallow_out, data, control);
	return (r != 0 ? r : plan[i].data_out);
}

static errno_t
connect_out_common(int i, const struct sockaddr *to)
{
	rec(i, "connect_out");
	if (plan[i].newport != 0)
		((struct sockaddr_in *)(uintptr_t)to)->sin_port =
		    plan[i].newport;
	return (plan[i].connect_out);
}

static errno_t
getoption_common(int i, sockopt_t opt)
{
	rec(i, "getoption");
	if (plan[i].getoption == EJUSTRETURN)
		(void)sockopt_copyout(opt, &plan[i].getoption_value,
		    sizeof(int));
	return (plan[i].getoption);
}

static errno_t
setoption_common(int i, sockopt_t opt)
{
	rec(i, "setoption");
	if (sockopt_direction(opt) != sockopt_set)
		rec(i, "BADDIR");
	return (plan[i].setoption);
}

static errno_t
simple(int i, const char *word, errno_t result)
{
	rec(i, word);
	return (result);
}

#define FILTER(n)							\
static errno_t attach##n(void **c, socket_t so)				\
{ return (attach_common(n, c, so)); }					\
static void detach##n(void *c, socket_t so)				\
{ detach_common(n, c, so); }						\
static void unregistered##n(sflt_handle h)				\
{ if (h == HANDLE(n)) unregistered[n]++; }				\
static void notify##n(void *c, socket_t so, sflt_event_t ev, void *p)	\
{ (void)c; (void)so; notify_common(n, ev, p); }				\
static int getpeername##n(void *c, socket_t so, struct sockaddr **sa)	\
{ (void)c; (void)so; (void)sa; return (simple(n, "getpeername", 0)); }	\
static int getsockname##n(void *c, socket_t so, struct sockaddr **sa)	\
{ (void)c; (void)so; (void)sa; return (simple(n, "getsockname", 0)); }	\
static errno_t data_in##n(void *c, socket_t so,				\
    const struct sockaddr *from, mbuf_t *d, mbuf_t *ctl,		\
    sflt_data_flag_t fl)						\
{ (void)c; (void)so; return (data_in_common(n, from, d, ctl, fl)); }	\
static errno_t data_out##n(void *c, socket_t so,			\
    const struct sockaddr *to, mbuf_t *d, mbuf_t *ctl,			\
    sflt_data_flag_t fl)						\
{ (void)c; (void)fl; return (data_out_common(n, so, to, d, ctl)); }	\
static errno_t connect_in##n(void *c, socket_t so,			\
    const struct sockaddr *from)					\
{ (void)c; (void)so; (void)from;					\
  return (simple(n, "connect_in", plan[n].connect_in)); }		\
static errno_t connect_out##n(void *c, socket_t so,			\
    const struct sockaddr *to)						\
{ (void)c; (void)so; return (connect_out_common(n, to)); }		\
static errno_t bind##n(void *c, socket_t so, const struct sockaddr *to)	\
{ (void)c; (void)so; (void)to;						\
  return (simple(n, "bind", plan[n].bind)); }				\
static errno_t setoption##n(void *c, socket_t so, sockopt_t o)		\
{ (void)c; (void)so; return (setoption_common(n, o)); }			\
static errno_t getoption##n(void *c, socket_t so, sockopt_t o)		\
{ (void)c; (void)so; return (getoption_common(n, o)); }			\
static errno_t listen##n(void *c, socket_t so)				\
{ (void)c; (void)so; return (simple(n, "listen", plan[n].listen)); }	\
static errno_t ioctl##n(void *c, socket_t so, unsigned long rq,		\
    const char *argp)							\
{ (void)c; (void)so; (void)rq; (void)argp;				\
  return (simple(n, "ioctl", plan[n].ioctl)); }				\
static errno_t accept##n(void *c, socket_t l, socket_t so,		\
    const struct sockaddr *loc, const struct sockaddr *rem)		\
{ (void)c; (void)l; (void)so; (void)loc; (void)rem;			\
  return (simple(n, "accept", plan[n].accept)); }

FILTER(0)
FILTER(1)

#define INIT(n, fl) {							\
	.sf_handle = HANDLE(n), .sf_flags = (fl) | SFLT_EXTENDED,	\
	.sf_name = "recorder", .sf_unregistered = unregistered##n,	\
	.sf_attach = attach##n, .sf_detach = detach##n,			\
	.sf_notify = notify##n, .sf_getpeername = getpeername##n,	\
	.sf_getsockname = getsockname##n, .sf_data_in = data_in##n,	\
	.sf_data_out = data_out##n, .sf_connect_in = connect_in##n,	\
	.sf_connect_out = connect_out##n, .sf_bind = bind##n,		\
	.sf_setoption = setoption##n, .sf_getoption = getoption##n,	\
	.sf_listen = listen##n, .sf_ioctl = ioctl##n,			\
	.sf_ext = { .sf_ext_len = sizeof(struct sflt_filter_ext),	\
	    .sf_ext_accept = accept##n } }

errno_t
rec_register(int i, int flags, int domain, int type, int proto)
{
	struct sflt_filter f0 = INIT(0, flags), f1 = INIT(1, flags);

	unregistered[i] = 0;
	if (tag_id == 0)
		(void)mbuf_tag_id_find("org.unikext.test.kpi_socket",
		    &tag_id);
	return (sflt_register(i == 0 ? &f0 : &f1, domain, type, proto));
}

void
rec_unregister(int i)
{
	unsigned n;

	KPI_EXPECT(sflt_unregister(HANDLE(i)) == 0);
	for (n = 0; n < 6000 && unregistered[i] == 0; n++)
		pause_ms(5);
	KPI_EXPECT(unregistered[i] == 1);
}
