/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PF_SYSTEM: sockets between programs and the kernel.  Two protocols share
 * the domain and its one lock (PR_DOMAINLOCK), which is the so_lock of every
 * socket here and guards the lists of controls, units and event sockets.
 * Nothing of a kext is called with it held.
 */
#ifndef NET_SYSTEM_SYSTEM_DOMAIN_H
#define NET_SYSTEM_SYSTEM_DOMAIN_H

#include <sys/kern_event.h>

#include "net/socket/domain.h"
#include "net/socket/protosw.h"

extern struct domain system_domain;

extern const struct pr_usrreqs ctl_usrreqs;	/* kern_control.c */
extern const struct pr_usrreqs kev_usrreqs;	/* kern_event.c */

static inline void
system_lock(void)
{
	lck_mtx_lock(&system_domain.dom_mtx);
}

static inline void
system_unlock(void)
{
	lck_mtx_unlock(&system_domain.dom_mtx);
}

/*
 * Posts an event of any vendor; kev_msg_post() is the kexts' form.
 * Returns:   0, EMSGSIZE, ENOMEM
 * Ownership: borrows ev and what it points to
 * Context:   thread, may block; no lock held
 */
errno_t kev_post(const struct kev_msg *ev);

#endif /* NET_SYSTEM_SYSTEM_DOMAIN_H */
