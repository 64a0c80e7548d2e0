/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tcplognke: a log of TCP connections.
 *
 * Theory of operation
 *
 * Two global socket filters, one for TCP over IPv4 and one over IPv6, attach
 * to each TCP socket made after the load.  The instance's cookie is an entry
 * that collects addresses, direction, bytes and packets, times, and the
 * process.  When the socket goes, a line about it is printed and its record
 * is put into a ring that overwrites its oldest.  A socket that never had a
 * connection (a listener, a failed connect) leaves no record.
 *
 *	sysctl net.tcplog.swallow	0 watch only; 1 take each inbound
 *					packet and put it back from the
 *					callback; 2 and outbound ones too,
 *					by a thread
 *	sysctl net.tcplog.verbose	0: print no lines
 *	sysctl net.tcplog.open		connections now
 *	sysctl net.tcplog.total		connections finished
 *	sysctl net.tcplog.last		the newest record
 *
 * The program tcplog sets the same and more, and gets the records, through a
 * kernel control (control.c).
 *
 * A change of swallow counts for sockets made after it: a stream is swallowed
 * as a whole or not at all, or its order would break.
 *
 * tcplog_lock guards the entries and the ring; it is not held over any call
 * that could come back.  Stop unregisters and waits for sf_unregistered of
 * both filters; if that takes too long it refuses, and a later stop goes on
 * where this one ended.
 */
#include "tcplog.h"

#include <libkern/OSMalloc.h>
#include <mach/kmod.h>
#include <sys/sysctl.h>

#define TCPLOG_HANDLE4	0x74637034	/* "tcp4" */
#define TCPLOG_HANDLE6	0x74637036

kern_return_t tcplognke_start(kmod_info_t *ki, void *data);
kern_return_t tcplognke_stop(kmod_info_t *ki, void *data);

lck_mtx_t *tcplog_lock;
struct tcplog_list tcplog_entries = TAILQ_HEAD_INITIALIZER(tcplog_entries);

static lck_grp_t *tcplog_grp;
static OSMallocTag tcplog_tag;
static struct tcplog_record tcplog_ring[TCPLOG_RECORDS];
static unsigned tcplog_next;		/* slot of the next record */
static int tcplog_registered;		/* filters registered or going */

int tcplog_way;				/* net.tcplog.swallow */
int tcplog_verbose = 1;
int tcplog_enabled = 1;
int tcplog_open;
int tcplog_total;
struct tcplog_stats tcplog_figures;	/* tcplog_lock */

/* --- the life of an entry --------------------------------------------------------- */

static void
tcplog_process(struct tcplog_record *tr)
{
	tr->tr_pid = proc_selfpid();
	proc_selfname(tr->tr_name, sizeof(tr->tr_name));
}

static errno_t
tcplog_attach(void **cookie, socket_t so)
{
	struct tcplog_entry *te;

	te = OSMalloc(sizeof(*te), tcplog_tag);
	if (te == NULL)
		return (ENOBUFS);
	bzero(te, sizeof(*te));
	te->te_so = so;
	te->te_swallow = tcplog_way;
	te->te_record.tr_inbound = true;	/* until it connects itself */
	STAILQ_INIT(&te->te_queue);
	tcplog_process(&te->te_record);
	microuptime(&te->te_record.tr_begin);
	lck_mtx_lock(tcplog_lock);
	TAILQ_INSERT_TAIL(&tcplog_entries, te, te_link);
	lck_mtx_unlock(tcplog_lock);
	*cookie = te;
	return (0);
}

/* Locked.  Counts a connection that is over; true: its record is kept. */
static bool
tcplog_keep(const struct tcplog_record *tr)
{
	tcplog_total++;
	tcplog_open--;
	if (!tcplog_enabled || !tcplog_matches(tr))
		return (false);
	if (tcplog_figures.ts_kept >= TCPLOG_RECORDS)
		tcplog_figures.ts_overwritten++;
	tcplog_figures.ts_kept++;
	tcplog_ring[tcplog_next] = *tr;
	tcplog_next = (tcplog_next + 1) % TCPLOG_RECORDS;
	return (true);
}

/* Record number i of those in the ring, 0 the oldest; false behind the last. */
bool
tcplog_ring_get(unsigned i, struct tcplog_record *tr)
{
	unsigned n;

	lck_mtx_lock(tcplog_lock);
	n = (unsigned)MIN(tcplog_figures.ts_kept, TCPLOG_RECORDS);
	if (i < n)
		*tr = tcplog_ring[(tcplog_next + TCPLOG_RECORDS - n + i) %
		    TCPLOG_RECORDS];
	lck_mtx_unlock(tcplog_lock);
	return (i < n);
}

static void
tcplog_detach(void *cookie, socket_t so)
{
	struct tcplog_entry *te = cookie;
	struct tcplog_record *tr = &te->te_record;
	char line[TCPLOG_LINE];
	bool kept = false;

	(void)so;
	lck_mtx_lock(tcplog_lock);
	tcplog_drop_queue(te);
	TAILQ_REMOVE(&tcplog_entries, te, te_link);
	if (tr->tr_connected) {
		if (tr->tr_end.tv_sec == 0 && tr->tr_end.tv_usec == 0) {
			microuptime(&tr->tr_end);
			tr->tr_open = tcplog_registered == 0;
		}
		kept = tcplog_keep(tr);
	}
	lck_mtx_unlock(tcplog_lock);
	if (kept)
		tcplog_publish(tr);
	if (kept && tcplog_verbose) {
		tcplog_format(tr, line, sizeof(line));
		printf("tcplog: %s\n", line);
	}
	OSFree(te, sizeof(*te), tcplog_tag);
}

static void
tcplog_connected(struct tcplog_entry *te, socket_t so)
{
	union tcplog_addr local, remote;

	bzero(&local, sizeof(local));
	bzero(&remote, sizeof(remote));
	(void)sock_getsockname(so, &local.sa, sizeof(local));
	(void)sock_getpeername(so, &remote.sa, sizeof(remote));
	lck_mtx_lock(tcplog_lock);
	if (!te->te_record.tr_connected) {
		te->te_record.tr_connected = true;
		tcplog_open++;
		microuptime(&te->te_record.tr_begin);
	}
	te->te_record.tr_local = local;
	te->te_record.tr_remote = remote;
	lck_mtx_unlock(tcplog_lock);
}

static void
tcplog_notify(void *cookie, socket_t so, sflt_event_t event, void *param)
{
	struct tcplog_entry *te = cookie;
	struct tcplog_record *tr = &te->te_record;

	(void)param;
	switch (event) {
	case sock_evt_connecting:
		lck_mtx_lock(tcplog_lock);
		tr->tr_inbound = false;
		lck_mtx_unlock(tcplog_lock);
		break;
	case sock_evt_connected:
		tcplog_connected(te, so);
		break;
	case sock_evt_shutdown:
	case sock_evt_closing:
		tcplog_drain(te);
		break;
	case sock_evt_disconnected:
		/* May come twice; the first is the end. */
		lck_mtx_lock(tcplog_lock);
		if (tr->tr_end.tv_sec == 0 && tr->tr_end.tv_usec == 0)
			microuptime(&tr->tr_end);
		lck_mtx_unlock(tcplog_lock);
		break;
	}
}

/* The process of an incoming connection is the one that takes it. */
static errno_t
tcplog_accept(void *cookie, socket_t listener, socket_t so,
    const struct sockaddr *local, const struct sockaddr *remote)
{
	struct tcplog_entry *te = cookie;

	(void)listener;
	(void)so;
	(void)local;
	(void)remote;
	lck_mtx_lock(tcplog_lock);
	tcplog_process(&te->te_record);
	lck_mtx_unlock(tcplog_lock);
	return (0);
}

/* --- data ---------------------------------------------------------------------------- */

static size_t
tcplog_length(mbuf_t m)
{
	size_t len = 0;

	for (; m != NULL; m = mbuf_next(m))
		len += mbuf_len(m);
	return (len);
}

static errno_t
tcplog_data_in(void *cookie, socket_t so, const struct sockaddr *from,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	struct tcplog_entry *te = cookie;
	size_t len;

	(void)so;
	(void)from;
	(void)control;
	if (data == NULL || *data == NULL || tcplog_was_injected(*data))
		return (0);
	len = tcplog_length(*data);
	lck_mtx_lock(tcplog_lock);
	te->te_record.tr_rx_bytes += len;
	te->te_record.tr_rx_packets++;
	lck_mtx_unlock(tcplog_lock);
	if (te->te_swallow == TCPLOG_PASS)
		return (0);
	return (tcplog_swallow(te, data, false, flags));
}

static errno_t
tcplog_data_out(void *cookie, socket_t so, const struct sockaddr *to,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	struct tcplog_entry *te = cookie;
	size_t len;

	(void)so;
	(void)to;
	(void)control;
	if (data == NULL || *data == NULL || tcplog_was_injected(*data))
		return (0);
	len = tcplog_length(*data);
	lck_mtx_lock(tcplog_lock);
	te->te_record.tr_tx_bytes += len;
	te->te_record.tr_tx_packets++;
	lck_mtx_unlock(tcplog_lock);
	if (te->te_swallow == TCPLOG_PASS)
		return (0);
	return (tcplog_swallow(te, data, true, flags));
}

/* --- sysctl -------------------------------------------------------------------------- */

static int
tcplog_sysctl_last SYSCTL_HANDLER_ARGS
{
	char line[TCPLOG_LINE];
	unsigned last;

	(void)oidp;
	(void)arg1;
	(void)arg2;
	line[0] = '\0';
	lck_mtx_lock(tcplog_lock);
	last = (tcplog_next + TCPLOG_RECORDS - 1) % TCPLOG_RECORDS;
	if (tcplog_figures.ts_kept > 0)
		tcplog_format(&tcplog_ring[last], line, sizeof(line));
	lck_mtx_unlock(tcplog_lock);
	return (SYSCTL_OUT(req, line, strlen(line) + 1));
}

SYSCTL_NODE(_net, OID_AUTO, tcplog, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "log of TCP connections");
SYSCTL_INT(_net_tcplog, OID_AUTO, swallow, CTLFLAG_RW | CTLFLAG_LOCKED,
    &tcplog_way, 0, "take packets and put them back");
SYSCTL_INT(_net_tcplog, OID_AUTO, verbose, CTLFLAG_RW | CTLFLAG_LOCKED,
    &tcplog_verbose, 0, "print a line at the end of a connection");
SYSCTL_INT(_net_tcplog, OID_AUTO, open, CTLFLAG_RD | CTLFLAG_LOCKED,
    &tcplog_open, 0, "connections now");
SYSCTL_INT(_net_tcplog, OID_AUTO, total, CTLFLAG_RD | CTLFLAG_LOCKED,
    &tcplog_total, 0, "connections finished");
SYSCTL_PROC(_net_tcplog, OID_AUTO, last,
    CTLTYPE_STRING | CTLFLAG_RD | CTLFLAG_LOCKED, NULL, 0,
    tcplog_sysctl_last, "A", "the newest record");

static struct sysctl_oid *const tcplog_oids[] = {
	&sysctl__net_tcplog, &sysctl__net_tcplog_swallow,
	&sysctl__net_tcplog_verbose, &sysctl__net_tcplog_open,
	&sysctl__net_tcplog_total, &sysctl__net_tcplog_last
};
#define TCPLOG_NOIDS	(sizeof(tcplog_oids) / sizeof(tcplog_oids[0]))

static bool tcplog_have_sysctls;

static void
tcplog_sysctls(bool add)
{
	size_t i;

	if (add == tcplog_have_sysctls)
		return;
	for (i = 0; i < TCPLOG_NOIDS; i++) {
		if (add)
			sysctl_register_oid(tcplog_oids[i]);
		else
			sysctl_unregister_oid(tcplog_oids[TCPLOG_NOIDS - 1 -
			    i]);
	}
	tcplog_have_sysctls = add;
}

/* --- start and stop -------------------------------------------------------------------- */

static bool tcplog_want[2];		/* which filters are registered */
static int tcplog_pending;		/* tcplog_lock: not yet unregistered */

static void
tcplog_unregistered(sflt_handle handle)
{
	(void)handle;
	lck_mtx_lock(tcplog_lock);
	tcplog_pending--;
	wakeup(&tcplog_pending);
	lck_mtx_unlock(tcplog_lock);
}

static errno_t
tcplog_register(int i)
{
	struct sflt_filter filter;
	errno_t error;

	bzero(&filter, sizeof(filter));
	filter.sf_handle = i == 0 ? TCPLOG_HANDLE4 : TCPLOG_HANDLE6;
	filter.sf_flags = SFLT_GLOBAL | SFLT_EXTENDED;
	filter.sf_name = "org.unikext.tcplognke";
	filter.sf_unregistered = tcplog_unregistered;
	filter.sf_attach = tcplog_attach;
	filter.sf_detach = tcplog_detach;
	filter.sf_notify = tcplog_notify;
	filter.sf_data_in = tcplog_data_in;
	filter.sf_data_out = tcplog_data_out;
	filter.sf_len = sizeof(struct sflt_filter_ext);
	filter.sf_accept = tcplog_accept;
	error = sflt_register(&filter, i == 0 ? PF_INET : PF_INET6,
	    SOCK_STREAM, IPPROTO_TCP);
	if (error != 0)
		return (error);
	lck_mtx_lock(tcplog_lock);
	tcplog_want[i] = true;
	tcplog_registered++;
	tcplog_pending++;
	lck_mtx_unlock(tcplog_lock);
	return (0);
}

/* Takes the filters away and waits a while; true: both are gone. */
static bool
tcplog_unregister(void)
{
	struct timespec ts = { 2, 0 };
	bool gone;
	int i;

	for (i = 0; i < 2; i++) {
		if (!tcplog_want[i])
			continue;
		tcplog_want[i] = false;
		lck_mtx_lock(tcplog_lock);
		tcplog_registered--;
		lck_mtx_unlock(tcplog_lock);
		(void)sflt_unregister(i == 0 ? TCPLOG_HANDLE4 :
		    TCPLOG_HANDLE6);
	}
	lck_mtx_lock(tcplog_lock);
	while (tcplog_pending > 0)
		if (msleep(&tcplog_pending, tcplog_lock, PZERO, "tcplogend",
		    &ts) == EWOULDBLOCK)
			break;
	gone = tcplog_pending == 0;
	lck_mtx_unlock(tcplog_lock);
	return (gone);
}

static void
tcplog_free(void)
{
	if (tcplog_tag != NULL)
		OSMalloc_Tagfree(tcplog_tag);
	if (tcplog_lock != NULL)
		lck_mtx_free(tcplog_lock, tcplog_grp);
	if (tcplog_grp != NULL)
		lck_grp_free(tcplog_grp);
	tcplog_tag = NULL;
	tcplog_lock = NULL;
	tcplog_grp = NULL;
}

kern_return_t
tcplognke_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	tcplog_grp = lck_grp_alloc_init("tcplognke", LCK_GRP_ATTR_NULL);
	if (tcplog_grp != NULL)
		tcplog_lock = lck_mtx_alloc_init(tcplog_grp, LCK_ATTR_NULL);
	tcplog_tag = OSMalloc_Tagalloc("tcplognke", OSMT_DEFAULT);
	if (tcplog_lock == NULL || tcplog_tag == NULL)
		goto fail;
	if (tcplog_inject_start() != 0)
		goto fail;
	if (tcplog_control_start() != 0)
		goto fail_inject;
	if (tcplog_register(0) != 0 || tcplog_register(1) != 0)
		goto fail_filters;
	tcplog_sysctls(true);
	return (KERN_SUCCESS);
fail_filters:
	(void)tcplog_unregister();
	(void)tcplog_control_stop();
fail_inject:
	(void)tcplog_inject_stop();
fail:
	tcplog_free();
	return (KERN_FAILURE);
}

kern_return_t
tcplognke_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (tcplog_control_stop() != 0)
		return (KERN_FAILURE);	/* somebody runs tcplog */
	tcplog_sysctls(false);
	if (!tcplog_unregister())
		return (KERN_FAILURE);
	if (tcplog_inject_stop() != KERN_SUCCESS)
		return (KERN_FAILURE);
	tcplog_free();
	return (KERN_SUCCESS);
}
