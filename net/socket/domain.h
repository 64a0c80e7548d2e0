/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Domains: address families of the socket layer.
 *
 * A domain is a static structure with a table of protocols, put into the
 * linker set with DOMAIN(name) or added later with domain_add().  Protocols
 * can be added to a domain at run time with net_add_proto() and taken away
 * again when no socket uses them.
 */
#ifndef NET_SOCKET_DOMAIN_H
#define NET_SOCKET_DOMAIN_H

#include <stdbool.h>
#include <sys/queue.h>
#include <sys/kernel_types.h>
#include "kernel/linker_set.h"
#include "kernel/sync/lock.h"
#include "net/socket/protosw.h"

struct domain {
	int		dom_family;		/* PF_* */
	const char	*dom_name;
	void		(*dom_init)(void);	/* once, after being added */
	struct protosw	*dom_table;		/* static entries */
	unsigned	dom_ntable;
	/* Set by the socket layer. */
	TAILQ_HEAD(, protosw) dom_protos;
	lck_mtx_t	dom_mtx;		/* of PR_DOMAINLOCK protocols */
	TAILQ_ENTRY(domain) dom_link;
	bool		dom_added;
};

/* Ends up in the linker set "domain". */
#define DOMAIN(var)	LINKER_SET_ADD(domain, struct domain, &(var))

void	domain_init(void);	/* adds the linker set; no lock held */
errno_t	domain_add(struct domain *dom);
struct domain *pffinddomain(int family);
/* Exact protocol; for SOCK_RAW an unknown one gives the wildcard entry. */
struct protosw *pffindproto(int family, int protocol, int type);
struct protosw *pffindtype(int family, int type);
errno_t	net_add_proto(struct protosw *pp, struct domain *dom);
errno_t	net_del_proto(struct protosw *pp);
void	domain_foreach_proto(bool (*fn)(struct protosw *, void *), void *arg);

#endif /* NET_SOCKET_DOMAIN_H */
