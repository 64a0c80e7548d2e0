/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interface filters.  One hook list per interface, appended at the tail:
 * first attached runs first, input and output alike.
 *
 * iflt_attach and iflt_detach wait until no callback of that interface runs.
 * Called from such a callback they cannot wait: iflt_attach then returns
 * EDEADLK, and iflt_detach marks the filter (it sees nothing more) and leaves
 * the release, with iff_detached, to the last walker.
 */
#ifndef NET_DLIL_IFF_H
#define NET_DLIL_IFF_H

#include <stdbool.h>
#include <net/kpi_interfacefilter.h>

#include "net/dlil/ifnet.h"

struct kev_msg;

/* What a filter has callbacks for. */
#define IFFK_IN		0x1
#define IFFK_OUT	0x2
#define IFFK_OTHER	0x4

void	iff_init(ifnet_t ifp);
/* The branch that a packet pays without a filter for its direction. */
static inline bool
iff_wanted(ifnet_t ifp, uint8_t kind)
{
	return (hook_list_wanted(&ifp->if_filters, kind));
}

/* 0, EJUSTRETURN (a filter has it) or an error (the packet was freed). */
errno_t	iff_input(ifnet_t ifp, protocol_family_t family, mbuf_t *m, char **frame);
errno_t	iff_output(ifnet_t ifp, protocol_family_t family, mbuf_t *m);
void	iff_event(ifnet_t ifp, const struct kev_msg *msg);
/* Merges into *result as the ioctl chain rules say; true = stop. */
bool	iff_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd,
    void *arg, errno_t *result);
/* Detaches all; returns when every iff_detached has run. */
void	iff_detach_all(ifnet_t ifp);

#endif
