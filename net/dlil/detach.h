/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside of the interface layer: what the files around the life cycle share.
 *
 * The detach thread runs
 *	for (;;) { ifnet_detach_wait_work(); while (ifnet_detach_run()) ; }
 * and on the host a test calls ifnet_detach_run() itself.
 */
#ifndef NET_DLIL_DETACH_H
#define NET_DLIL_DETACH_H

#include "net/dlil/ifnet.h"

bool	ifnet_detach_run(void);
void	ifnet_detach_wait_work(void);
void	ifnet_wake_detach(ifnet_t ifp);

/* The AF_LINK address; the end of all addresses. */
errno_t	ifnet_lladdr_create(ifnet_t ifp, const struct sockaddr_dl *ll_addr);
void	ifnet_addrs_purge(ifnet_t ifp);
void	ifma_purge_protocols(ifnet_t ifp);

/* Unplumbs whatever is attached, by the plumber's handler where there is one. */
void	if_proto_unplumb_all(ifnet_t ifp);

#endif
