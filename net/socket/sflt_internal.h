/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between sflt.c (registry, life of instances) and sflt_hooks.c (the
 * call-outs).
 */
#ifndef NET_SOCKET_SFLT_INTERNAL_H
#define NET_SOCKET_SFLT_INTERNAL_H

#include <sys/kpi_socketfilter.h>
#include "kernel/kext/gate.h"
#include "net/common/hook_list.h"
#include "net/socket/sflt.h"

/* I immutable after registration, L sflt_lock */
struct socket_filter {
	struct sflt_filter sf;		/* I: the caller's, cut to sf_len */
	struct protosw	*sf_proto;	/* I */
	struct gate	sf_gate;
	struct kext	*sf_kext;	/* I: charged */
	uint64_t	sf_serial;	/* I: later ones are greater */
	unsigned	sf_refs;	/* L: registration and instances */
	bool		sf_dead;	/* L: unregistered */
	struct sflt_entry_head sf_entries; /* L */
	TAILQ_ENTRY(socket_filter) sf_global; /* L: of the protocol */
	TAILQ_ENTRY(socket_filter) sf_link;	/* L: live filters */
};

enum sflt_state {
	SE_ATTACHING,		/* reserved, sf_attach is running */
	SE_LIVE,		/* hooked */
	SE_DETACHED,		/* unhooked or about to be */
	SE_FAILED		/* sf_attach said no */
};

struct sflt_entry {
	struct hook_entry se_hook;	/* on the socket's list */
	struct __socket	*se_so;		/* I */
	struct socket_filter *se_filter; /* I */
	void		*se_cookie;	/* I after sf_attach */
	enum sflt_state	se_state;	/* L */
	bool		se_want_detach;	/* L: asked for while attaching */
	LIST_ENTRY(sflt_entry) se_solink;	/* L: of the socket */
	LIST_ENTRY(sflt_entry) se_filterlink;	/* L: of the filter */
	TAILQ_ENTRY(sflt_entry) se_cleanup;	/* L: for the thread */
};

static inline struct sflt_entry *
hook_to_entry(struct hook_entry *he)
{
	return ((struct sflt_entry *)(void *)((char *)he -
	    __builtin_offsetof(struct sflt_entry, se_hook)));
}

/*
 * The clean-up thread's work: detaches everything queued.  Hosts call it
 * themselves.  sflt_thread.c has the thread.
 */
void	sflt_cleanup_run(void);
bool	sflt_cleanup_pending(void);
void	*sflt_cleanup_chan(void);

#endif /* NET_SOCKET_SFLT_INTERNAL_H */
