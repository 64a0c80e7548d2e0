/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets as plain figures: see soinfo.h. */
#include "net/socket/soinfo.h"

#include <libkern/libkern.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/un.h>

#include "net/socket/domain.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

static void
fill_addr(struct soinfo_addr *sa, const struct sockaddr_storage *ss)
{
	const struct sockaddr_in *sin = (const void *)ss;
	const struct sockaddr_in6 *sin6 = (const void *)ss;
	const struct sockaddr_un *sun = (const void *)ss;

	sa->family = ss->ss_family;
	switch (ss->ss_family) {
	case AF_INET:
		sa->port = ntohs(sin->sin_port);
		memcpy(sa->addr, &sin->sin_addr, 4);
		break;
	case AF_INET6:
		sa->port = ntohs(sin6->sin6_port);
		memcpy(sa->addr, &sin6->sin6_addr, 16);
		break;
	case AF_UNIX:
		strlcpy(sa->path, sun->sun_path, sizeof(sa->path));
		break;
	}
}

static void
fill_names(struct soinfo *info, struct __socket *so)
{
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	struct sockaddr_storage ss;

	if ((so->so_state & SS_DETACHED) != 0 || so->so_pcb == NULL)
		return;
	memset(&ss, 0, sizeof(ss));
	if (pru->pru_sockaddr != NULL && pru->pru_sockaddr(so, &ss) == 0)
		fill_addr(&info->local, &ss);
	memset(&ss, 0, sizeof(ss));
	if ((so->so_state & SS_ISCONNECTED) != 0 && pru->pru_peeraddr != NULL &&
	    pru->pru_peeraddr(so, &ss) == 0)
		fill_addr(&info->remote, &ss);
	if (pru->pru_statename != NULL)
		info->state = pru->pru_statename(so);
}

struct walk {
	void		(*fn)(const struct soinfo *info, void *arg);
	void		*arg;
};

static bool
walk_one(struct __socket *so, void *arg)
{
	const struct walk *w = arg;
	struct soinfo info;

	memset(&info, 0, sizeof(info));
	info.proto = so->so_proto->pr_name != NULL ? so->so_proto->pr_name : "?";
	info.family = so->so_proto->pr_domain->dom_family;
	info.type = so->so_type;
	info.state = "";
	info.serial = so->so_serial;
	info.uid = so->so_uid;
	info.nfilters = so->so_filt.sl_hooks.hl_live;
	socket_lock(so);
	info.kernel = (so->so_state & SS_KERNEL) != 0;
	info.listening = (so->so_options & SO_ACCEPTCONN) != 0;
	info.rcv_bytes = (uint32_t)so->so_rcv.sb_cc;
	info.snd_bytes = (uint32_t)so->so_snd.sb_cc;
	info.rcv_limit = (uint32_t)so->so_rcv.sb_hiwat;
	info.snd_limit = (uint32_t)so->so_snd.sb_hiwat;
	info.qlen = so->so_qlen;
	info.qlimit = so->so_qlimit;
	info.pid = so->so_pid;
	strlcpy(info.command, so->so_comm, sizeof(info.command));
	fill_names(&info, so);
	socket_unlock(so);
	w->fn(&info, w->arg);
	return (true);
}

void
soinfo_foreach(void (*fn)(const struct soinfo *info, void *arg), void *arg)
{
	struct walk w = { .fn = fn, .arg = arg };

	so_foreach(walk_one, &w);
}
