/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who talks to whom: a tree of peers with what was sent and received, told to
 * the unified log; who may ask goes through kauth.
 */
#include <os/log.h>
#include <sys/kauth.h>
#include <sys/systm.h>
#include <sys/kpi_socketfilter.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/vnode.h>
#include <net/init.h>
#include <netinet/in.h>
#include <kern/clock.h>
#include <kern/locks.h>
#include <libkern/tree.h>
#include <libkern/version.h>
#include <libkern/OSKextLib.h>
#include <libkern/OSMalloc.h>
#include <mach/mach_types.h>
#include <uuid/uuid.h>
#include "granted.h"

#if __MAC_OS_X_VERSION_MIN_REQUIRED < 101200
#error os_log needs 10.12
#endif

struct peer {
	RB_ENTRY(peer)	link;
	struct in_addr	addr;
	uint64_t	in, out;
	struct timeval	first;
};

static inline int
peer_cmp(struct peer *a, struct peer *b)
{
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

RB_HEAD(peers, peer) peers = RB_INITIALIZER(&peers);
RB_PROTOTYPE(peers, peer, link, peer_cmp);
RB_GENERATE(peers, peer, link, peer_cmp);

static os_log_t logger;
static OSMallocTag tag;
static lck_grp_t *grp;
static lck_rw_t *lock;
static kauth_listener_t listeners[2];
static boolean_t unregistered;
static int generic_calls, ticks;
static uuid_string_t session;

static void
account(const struct sockaddr_in *sin, uint64_t in, uint64_t out)
{
	struct peer key = { .addr = sin->sin_addr }, *p;
	char text[MAX_IPv4_STR_LEN];

	lck_rw_lock_exclusive(lock);
	p = RB_FIND(peers, &peers, &key);
	if (p == NULL && (p = OSMalloc_noblock(sizeof(*p), tag)) != NULL) {
		bzero(p, sizeof(*p));
		p->addr = key.addr;
		microtime(&p->first);
		RB_INSERT(peers, &peers, p);
		inet_ntop(AF_INET, &p->addr, text, sizeof(text));
		os_log(logger, "new peer %{public}s of %{private}d", text,
		    proc_selfpid());
	}
	if (p != NULL) {
		p->in += in;
		p->out += out;
	}
	lck_rw_unlock_exclusive(lock);
}

static errno_t
nl_attach(void **cookie, socket_t so)
{
	struct sockaddr_in *sin = OSMalloc(sizeof(*sin), tag);

	if (sin == NULL)
		return ENOMEM;
	bzero(sin, sizeof(*sin));
	*cookie = sin;
	return 0;
}

static void
nl_detach(void *cookie, socket_t so)
{
	OSFree(cookie, sizeof(struct sockaddr_in), tag);
}

static void
nl_notify(void *cookie, socket_t so, sflt_event_t event, void *param)
{
	if (event == sock_evt_connected)
		(void)sock_getpeername(so, cookie, sizeof(struct sockaddr_in));
}

static errno_t
nl_in(void *cookie, socket_t so, const struct sockaddr *from, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	account(cookie, mbuf_pkthdr_len(*data), 0);
	return 0;
}

static errno_t
nl_out(void *cookie, socket_t so, const struct sockaddr *to, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	account(cookie, 0, mbuf_pkthdr_len(*data));
	return 0;
}

static void
nl_gone(sflt_handle h)
{
	unregistered = TRUE;
	wakeup(&unregistered);
}

static int
generic(kauth_cred_t cred, void *idata, kauth_action_t action, uintptr_t a0,
    uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	if (action == KAUTH_GENERIC_ISSUSER)
		generic_calls++;
	return KAUTH_RESULT_DEFER;
}

static int
vnodes(kauth_cred_t cred, void *idata, kauth_action_t action, uintptr_t a0,
    uintptr_t a1, uintptr_t a2, uintptr_t a3)
{
	return KAUTH_RESULT_DEFER;
}

static int
peers_sysctl SYSCTL_HANDLER_ARGS
{
	char line[96], text[16];
	struct peer *p;
	int err = 0;

	if (kauth_cred_getuid(kauth_cred_get()) != 0)
		return EPERM;
	lck_rw_lock_shared(lock);
	RB_FOREACH(p, peers, &peers) {
		inet_ntop(AF_INET, &p->addr, text, sizeof(text));
		snprintf(line, sizeof(line), "%s%s %llu/%llu",
		    p == RB_MIN(peers, &peers) ? "" : ", ", text, p->in, p->out);
		if ((err = SYSCTL_OUT(req, line, strlen(line))) != 0)
			break;
	}
	lck_rw_unlock_shared(lock);
	return err ? err : SYSCTL_OUT(req, "", 1);
}

SYSCTL_NODE(_debug, OID_AUTO, netlog, CTLFLAG_RD | CTLFLAG_LOCKED, 0, "");
SYSCTL_PROC(_debug_netlog, OID_AUTO, peers,
    CTLTYPE_STRING | CTLFLAG_RD | CTLFLAG_LOCKED, NULL, 0, peers_sysctl, "A", "");
SYSCTL_INT(_debug_netlog, OID_AUTO, ticks, CTLFLAG_RD, &ticks, 0, "");
SYSCTL_INT(_debug_netlog, OID_AUTO, generic, CTLFLAG_RD, &generic_calls, 0, "");
SYSCTL_STRING(_debug_netlog, OID_AUTO, session, CTLFLAG_RD, session, 0, "");

static struct sysctl_oid *const oids[] = {
	&sysctl__debug_netlog, &sysctl__debug_netlog_peers,
	&sysctl__debug_netlog_ticks, &sysctl__debug_netlog_generic,
	&sysctl__debug_netlog_session, NULL
};

static void
tick(void *arg)
{
	struct timespec ts = { .tv_sec = 0, .tv_nsec = 50 * NSEC_PER_MSEC };

	ticks++;
	bsd_timeout(tick, arg, &ts);
}

static struct sflt_filter filter = {
	.sf_handle = 0x6e65746c,
	.sf_flags = SFLT_GLOBAL | SFLT_EXTENDED,
	.sf_name = (char *)"com.example.netlog",
	.sf_unregistered = nl_gone,
	.sf_attach = nl_attach,
	.sf_detach = nl_detach,
	.sf_notify = nl_notify,
	.sf_data_in = nl_in,
	.sf_data_out = nl_out,
	.sf_len = sizeof(struct sflt_filter_ext),
};

static void
too_late(void)
{
}

kern_return_t
netlog_start(kmod_info_t *ki, void *data)
{
	uuid_t id;
	int i;

	i = granted(0);
	if (i != 0) {
		printf("netlog: %d is not as it was\n", i);
		return KERN_FAILURE;
	}
	logger = os_log_create(ki->name, "net");
	tag = OSMalloc_Tagalloc(ki->name, OSMT_DEFAULT);
	grp = lck_grp_alloc_init(ki->name, LCK_GRP_ATTR_NULL);
	lock = lck_rw_alloc_init(grp, LCK_ATTR_NULL);
	uuid_generate_random(id);
	uuid_unparse_lower(id, session);
	os_log(logger, "%s on %d.%d, tag %x, net %s", ki->version,
	    version_major, version_minor, OSKextGetCurrentLoadTag(),
	    net_init_add(too_late) == EALREADY ? "up" : "down");
	listeners[0] = kauth_listen_scope(KAUTH_SCOPE_GENERIC, generic, NULL);
	listeners[1] = kauth_listen_scope(KAUTH_SCOPE_VNODE, vnodes, NULL);
	for (i = 0; oids[i] != NULL; i++)
		sysctl_register_oid(oids[i]);
	if (sflt_register(&filter, PF_INET, SOCK_STREAM, IPPROTO_TCP) != 0)
		os_log_error(logger, "not registered");
	tick(&ticks);
	return KERN_SUCCESS;
}

kern_return_t
netlog_stop(kmod_info_t *ki, void *data)
{
	struct peer *p, *next;
	struct timespec ts = { 1, 0 };
	int i;

	bsd_untimeout(tick, &ticks);
	sflt_unregister(filter.sf_handle);
	while (!unregistered)
		msleep(&unregistered, NULL, PZERO, "netlog", &ts);
	for (i = 4; i >= 0; i--)
		sysctl_unregister_oid(oids[i]);
	for (i = 0; i < 2; i++)
		if (listeners[i] != NULL)
			kauth_unlisten_scope(listeners[i]);
	RB_FOREACH_SAFE(p, peers, &peers, next) {
		RB_REMOVE(peers, &peers, p);
		OSFree(p, sizeof(*p), tag);
	}
	lck_rw_free(lock, grp);
	lck_grp_free(grp);
	OSMalloc_Tagfree(tag);
	return KERN_SUCCESS;
}
