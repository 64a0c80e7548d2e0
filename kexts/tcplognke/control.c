/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel control of tcplognke: settings, figures, and a stream of
 * records to each client that asked for it.
 *
 * A client gets the records that are still in the ring when it turns its
 * stream on, then each new one.  Records are enqueued without tcplog_lock,
 * which the callbacks here take too; a client without room loses the record,
 * and that is counted.  While no client streams, the ring overwrites its
 * oldest.
 */
#include "tcplog.h"
#include "tcplog_ctl.h"

#include <sys/kern_control.h>

#define CLIENTS	8		/* that stream at the same time */

static kern_ctl_ref tcplog_ref;
static u_int32_t tcplog_unit[CLIENTS];	/* tcplog_lock; 0: free */
static struct tcplog_criteria tcplog_want_like;	/* tcplog_lock */

static u_int64_t
usec(const struct timeval *tv)
{
	return ((u_int64_t)tv->tv_sec * 1000000 + (u_int64_t)tv->tv_usec);
}

static void
put_address(const union tcplog_addr *a, u_int8_t *addr, u_int16_t *port)
{
	if (a->sa.sa_family == AF_INET) {
		bcopy(&a->in.sin_addr, addr, 4);
		*port = ntohs(a->in.sin_port);
	} else {
		bcopy(&a->in6.sin6_addr, addr, 16);
		*port = ntohs(a->in6.sin6_port);
	}
}

static void
fill(const struct tcplog_record *tr, struct tcplog_msg *tm)
{
	bzero(tm, sizeof(*tm));
	tm->tm_size = sizeof(*tm);
	tm->tm_pid = (u_int32_t)tr->tr_pid;
	tm->tm_inbound = tr->tr_inbound;
	tm->tm_family = tr->tr_remote.sa.sa_family;
	tm->tm_open = tr->tr_open;
	put_address(&tr->tr_local, tm->tm_laddr, &tm->tm_lport);
	put_address(&tr->tr_remote, tm->tm_raddr, &tm->tm_rport);
	tm->tm_begin_us = usec(&tr->tr_begin);
	tm->tm_end_us = usec(&tr->tr_end);
	tm->tm_rx_bytes = tr->tr_rx_bytes;
	tm->tm_rx_packets = tr->tr_rx_packets;
	tm->tm_tx_bytes = tr->tr_tx_bytes;
	tm->tm_tx_packets = tr->tr_tx_packets;
	strlcpy(tm->tm_name, tr->tr_name, sizeof(tm->tm_name));
}

/* --- criteria -------------------------------------------------------------------- */

/*
 * Do the first bits of the addresses agree?  An IPv4 peer of an IPv6 socket
 * has its address in the last four bytes.
 */
static bool
same_net(const struct tcplog_criteria *tc, const union tcplog_addr *a)
{
	const u_int8_t *addr = (const u_int8_t *)&a->in.sin_addr;
	unsigned bits = tc->tc_prefix, i;

	if (tc->tc_family == AF_INET6) {
		if (a->sa.sa_family != AF_INET6)
			return (false);
		addr = a->in6.sin6_addr.s6_addr;
	} else if (a->sa.sa_family == AF_INET6) {
		if (!IN6_IS_ADDR_V4MAPPED(&a->in6.sin6_addr))
			return (false);
		addr = a->in6.sin6_addr.s6_addr + 12;
	}
	for (i = 0; bits >= 8; i++, bits -= 8)
		if (addr[i] != tc->tc_remote[i])
			return (false);
	return (bits == 0 ||
	    ((addr[i] ^ tc->tc_remote[i]) >> (8 - bits)) == 0);
}

static u_int16_t
port_of(const union tcplog_addr *a)
{
	return (ntohs(a->sa.sa_family == AF_INET ? a->in.sin_port
	    : a->in6.sin6_port));
}

bool
tcplog_matches(const struct tcplog_record *tr)
{
	const struct tcplog_criteria *tc = &tcplog_want_like;

	if (tc->tc_pid != 0 && tc->tc_pid != tr->tr_pid)
		return (false);
	if (tc->tc_port != 0 && tc->tc_port != port_of(&tr->tr_local) &&
	    tc->tc_port != port_of(&tr->tr_remote))
		return (false);
	if (tc->tc_direction != 0 &&
	    tc->tc_direction != (tr->tr_inbound ? 1 : 2))
		return (false);
	if (tc->tc_family != 0 && !same_net(tc, &tr->tr_remote))
		return (false);
	return (tr->tr_rx_bytes + tr->tr_tx_bytes >= tc->tc_min_bytes);
}

/* --- records to clients ------------------------------------------------------------ */

static void
give(u_int32_t unit, const struct tcplog_record *tr)
{
	struct tcplog_msg tm;

	fill(tr, &tm);
	if (ctl_enqueuedata(tcplog_ref, unit, &tm, sizeof(tm),
	    CTL_DATA_EOR) == ENOBUFS) {
		lck_mtx_lock(tcplog_lock);
		tcplog_figures.ts_lost++;
		lck_mtx_unlock(tcplog_lock);
	}
}

void
tcplog_publish(const struct tcplog_record *tr)
{
	u_int32_t unit[CLIENTS];
	int i;

	lck_mtx_lock(tcplog_lock);
	bcopy(tcplog_unit, unit, sizeof(unit));
	lck_mtx_unlock(tcplog_lock);
	for (i = 0; i < CLIENTS; i++)
		if (unit[i] != 0)
			give(unit[i], tr);
}

/* Locked. */
static int
find_unit(u_int32_t unit)
{
	int i;

	for (i = 0; i < CLIENTS; i++)
		if (tcplog_unit[i] == unit)
			return (i);
	return (-1);
}

/* Everything that is still in the ring, the oldest first. */
static void
give_kept(u_int32_t unit)
{
	struct tcplog_record tr;
	unsigned i;

	for (i = 0; tcplog_ring_get(i, &tr); i++)
		give(unit, &tr);
}

static errno_t
set_stream(u_int32_t unit, int on)
{
	errno_t error = 0;
	int i;

	lck_mtx_lock(tcplog_lock);
	i = find_unit(unit);
	if (!on && i >= 0) {
		tcplog_unit[i] = 0;
	} else if (on && i < 0) {
		i = find_unit(0);
		if (i < 0)
			error = EBUSY;
		else
			tcplog_unit[i] = unit;
	} else {
		on = 0;		/* as it was */
	}
	lck_mtx_unlock(tcplog_lock);
	if (on && error == 0)
		give_kept(unit);
	return (error);
}

/* --- callbacks --------------------------------------------------------------------- */

static errno_t
on_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unitinfo)
{
	(void)ref;
	(void)sac;
	*unitinfo = NULL;
	return (0);
}

static errno_t
on_disconnect(kern_ctl_ref ref, u_int32_t unit, void *unitinfo)
{
	(void)ref;
	(void)unitinfo;
	return (set_stream(unit, 0));
}

static int *
setting(int opt)
{
	switch (opt) {
	case TCPLOG_OPT_ENABLE:
		return (&tcplog_enabled);
	case TCPLOG_OPT_VERBOSE:
		return (&tcplog_verbose);
	case TCPLOG_OPT_SWALLOW:
		return (&tcplog_way);
	}
	return (NULL);
}

static errno_t
set_criteria(const struct tcplog_criteria *tc)
{
	if (tc->tc_direction > 2 ||
	    (tc->tc_family != 0 && tc->tc_family != AF_INET &&
	    tc->tc_family != AF_INET6) ||
	    tc->tc_prefix > (tc->tc_family == AF_INET6 ? 128 : 32))
		return (EINVAL);
	lck_mtx_lock(tcplog_lock);
	tcplog_want_like = *tc;
	lck_mtx_unlock(tcplog_lock);
	return (0);
}

static errno_t
on_setopt(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t len)
{
	int v;

	(void)ref;
	(void)unitinfo;
	if (opt == TCPLOG_OPT_CRITERIA)
		return (len == sizeof(struct tcplog_criteria) ?
		    set_criteria(data) : EINVAL);
	if (len != sizeof(int))
		return (EINVAL);
	v = *(int *)data;
	if (opt == TCPLOG_OPT_STREAM)
		return (set_stream(unit, v));
	if (setting(opt) == NULL)
		return (EOPNOTSUPP);
	if (v < 0 || v > (opt == TCPLOG_OPT_SWALLOW ? TCPLOG_THREAD : 1))
		return (EINVAL);
	*setting(opt) = v;
	return (0);
}

/* Gives n bytes if the caller has room for them; both lengths are known. */
static errno_t
reply(const void *p, size_t n, void *data, size_t *len)
{
	if (data != NULL && *len < n)
		return (EINVAL);
	if (data != NULL)
		bcopy(p, data, n);
	*len = n;
	return (0);
}

static errno_t
on_getopt(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t *len)
{
	struct tcplog_stats stats;
	struct tcplog_criteria tc;
	int i, v;

	(void)ref;
	(void)unitinfo;
	lck_mtx_lock(tcplog_lock);
	tc = tcplog_want_like;
	stats = tcplog_figures;
	v = find_unit(unit) >= 0;
	for (i = 0; i < CLIENTS; i++)
		stats.ts_clients += tcplog_unit[i] != 0;
	lck_mtx_unlock(tcplog_lock);
	switch (opt) {
	case TCPLOG_OPT_CRITERIA:
		return (reply(&tc, sizeof(tc), data, len));
	case TCPLOG_OPT_STATS:
		stats.ts_open = (u_int32_t)tcplog_open;
		stats.ts_total = (u_int64_t)tcplog_total;
		return (reply(&stats, sizeof(stats), data, len));
	case TCPLOG_OPT_STREAM:
		return (reply(&v, sizeof(v), data, len));
	}
	if (setting(opt) == NULL)
		return (EOPNOTSUPP);
	return (reply(setting(opt), sizeof(int), data, len));
}

/* --- start and stop ------------------------------------------------------------------ */

errno_t
tcplog_control_start(void)
{
	struct kern_ctl_reg reg;

	bzero(&reg, sizeof(reg));
	strlcpy(reg.ctl_name, TCPLOG_CONTROL, sizeof(reg.ctl_name));
	reg.ctl_flags = CTL_FLAG_PRIVILEGED;
	reg.ctl_recvsize = 64 * 1024;
	reg.ctl_connect = on_connect;
	reg.ctl_disconnect = on_disconnect;
	reg.ctl_setopt = on_setopt;
	reg.ctl_getopt = on_getopt;
	return (ctl_register(&reg, &tcplog_ref));
}

/* EBUSY while a client is connected; may be called again. */
errno_t
tcplog_control_stop(void)
{
	errno_t error;

	if (tcplog_ref == NULL)
		return (0);
	error = ctl_deregister(tcplog_ref);
	if (error == 0)
		tcplog_ref = NULL;
	return (error);
}
