/* SPDX-License-Identifier: BSD-2-Clause */
/* Interface ioctls as they come from a socket: see in_ioctl.h. */
#include <sys/errno.h>
#include <sys/proc.h>
#include <sys/socket.h>

#include "net/inet/in_ioctl.h"
#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

errno_t
in_pru_control(struct __socket *so, unsigned long cmd, void *data)
{
	proc_t p = proc_self();
	errno_t error;

	if (so->so_proto->pr_domain->dom_family == PF_INET6)
		error = in6_control(cmd, data, p);
	else
		error = in_control(cmd, data, p);
	if (p != NULL)
		proc_rele(p);
	return (error);
}
