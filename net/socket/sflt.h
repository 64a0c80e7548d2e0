/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Socket filters: what the socket layer calls.
 *
 * A registered filter (struct socket_filter) belongs to one protocol entry.
 * An instance (struct sflt_entry) ties it to one socket and is a hook on the
 * socket's list; the instance attached last runs first, in both directions.
 *
 * Life of an instance: reserved on the socket (so that a handle is attached
 * once), sf_attach called, hooked; later detached: out of the list when its
 * last callback has returned, then sf_detach by the clean-up thread, or at
 * once when the socket itself is going.  A filter lives until it is
 * unregistered and has no instance; then sf_unregistered runs.
 *
 * The sflt_* call-outs below run with no lock held and a reference on the
 * socket; each returns at once when the socket has no filter.  Results: 0 go
 * on, EJUSTRETURN the filter has taken over, other: stop with that error.
 *
 * Locks: sflt_lock guards the registry and the lists of entries; it is a
 * leaf but for the hook lists' own locks and never held over a callback.
 */
#ifndef NET_SOCKET_SFLT_H
#define NET_SOCKET_SFLT_H

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include "net/common/hook_list.h"

struct __socket;
struct protosw;
struct sflt_entry;
struct socket_filter;

TAILQ_HEAD(sflt_filter_head, socket_filter);
LIST_HEAD(sflt_entry_head, sflt_entry);

struct sflt_list {
	struct hook_list	sl_hooks;
	struct sflt_entry_head	sl_entries;	/* sflt_lock */
};

/* What a filter has callbacks for. */
#define SFK_DATA_IN	0x1
#define SFK_DATA_OUT	0x2
#define SFK_OTHER	0x4

static inline bool
sflt_wanted(const struct sflt_list *sl, uint8_t kind)
{
	return (hook_list_wanted(&sl->sl_hooks, kind));
}

static inline bool
sflt_present(const struct sflt_list *sl)
{
	return (!hook_list_empty(&sl->sl_hooks));
}

void	sflt_init(void);
void	sflt_initsock(struct __socket *so);	/* empty list */
void	sflt_attach_globals(struct __socket *so);
/* Detach callbacks of everything left, synchronously; socket is going. */
void	sflt_termsock(struct __socket *so);

void	sflt_notify(struct __socket *so, sflt_event_t event, void *param);
errno_t	sflt_bind(struct __socket *so, const struct sockaddr *nam);
errno_t	sflt_listen(struct __socket *so);
errno_t	sflt_accept(struct __socket *head, struct __socket *so,
	    const struct sockaddr *local, const struct sockaddr *remote);
errno_t	sflt_connectin(struct __socket *head, const struct sockaddr *from);
/* nam: a copy the filters may change, only if all of them return 0. */
errno_t	sflt_connectout(struct __socket *so, struct sockaddr *nam);
errno_t	sflt_setsockopt(struct __socket *so, sockopt_t sopt);
errno_t	sflt_getsockopt(struct __socket *so, sockopt_t sopt);
errno_t	sflt_ioctl(struct __socket *so, u_long cmd, void *data);
errno_t	sflt_getsockname(struct __socket *so, struct sockaddr **nam);
errno_t	sflt_getpeername(struct __socket *so, struct sockaddr **nam);
/*
 * May replace *data and *control.  After EJUSTRETURN the filter has both;
 * after another error they have been freed here.
 */
errno_t	sflt_data_in(struct __socket *so, const struct sockaddr *from,
	    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags);
errno_t	sflt_data_out(struct __socket *so, const struct sockaddr *to,
	    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags);

/* For netstat and tests. */
struct sflt_info {
	sflt_handle	si_handle;
	const char	*si_name;
	int		si_flags;
	struct protosw	*si_proto;
	unsigned	si_instances;
	bool		si_dead;	/* unregistered, instances left */
};
unsigned sflt_list_filters(struct sflt_info *out, unsigned max);
unsigned sflt_socket_handles(struct __socket *so, sflt_handle *out,
	    unsigned max);

#endif /* NET_SOCKET_SFLT_H */
