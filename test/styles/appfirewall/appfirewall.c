/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A firewall by application.  Global socket filters for TCP and UDP look up
 * who a socket belongs to.  What an unknown process sends is held back, the
 * clients of the control are asked, and their answer lets it go or drops it.
 */
#include "appfirewall_prefix.h"

#include <sys/systm.h>
#include <sys/kern_control.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socketfilter.h>
#include <sys/mbuf.h>
#include <sys/proc.h>
#include <sys/kauth.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <kern/assert.h>
#include <kern/debug.h>
#include <kern/locks.h>
#include <libkern/libkern.h>
#include <libkern/OSMalloc.h>
#include <libkern/OSAtomic.h>
#include <stdarg.h>

#include "rules.h"

#define HANDLE_BASE	0x66775230
#define TAG_TYPE	7

#define FW_OPT_ASK	1		/* int: hold what unknown ones send */
#define FW_OPT_ALLOW	2		/* text: a process's name */
#define FW_OPT_DENY	3
#define FW_OPT_HELD	4		/* get: int */
#define FW_OPT_HITS	5		/* get: int, of the name set last */

struct entry {
	TAILQ_ENTRY(entry)	link;
	socket_t		so;
	pid_t			pid;
	int			domain;
	char			process[MAXCOMLEN + 1];
};

struct held {
	TAILQ_ENTRY(held)	link;
	socket_t		so;
	mbuf_t			data, control;
	sflt_data_flag_t	flags;
	boolean_t		addressed;
	struct sockaddr_storage	to;
	char			process[MAXCOMLEN + 1];
};

TAILQ_HEAD(held_queue, held);
TAILQ_HEAD(entry_queue, entry);

static struct held_queue	g_held = TAILQ_HEAD_INITIALIZER(g_held);
static struct entry_queue	g_entries = TAILQ_HEAD_INITIALIZER(g_entries);
static lck_grp_t		*g_group;
static lck_grp_attr_t		*g_group_attr;
static lck_attr_t		*g_attr;
static lck_mtx_t		*g_mutex;
static OSMallocTag		g_tag;
static mbuf_tag_id_t		g_tag_id;
static kern_ctl_ref		g_ctl;
static boolean_t		g_ctl_on;
static u_int32_t		g_unit;
static int			g_ask;
static SInt32			g_held_count, g_filters;
static char			g_last[MAXCOMLEN + 1];

static int
already_seen(mbuf_t m)
{
	void *value;
	size_t len;

	return mbuf_tag_find(m, g_tag_id, TAG_TYPE, &len, &value) == 0;
}

static errno_t
mark_seen(mbuf_t m)
{
	u_int32_t *value;
	errno_t err;

	err = mbuf_tag_allocate(m, g_tag_id, TAG_TYPE, sizeof(*value),
	    MBUF_DONTWAIT, (void **)&value);
	if (err == 0)
		*value = 1;
	return err;
}

static void
tell(const char *fmt, ...) __printflike(1, 2);

static void
tell(const char *fmt, ...)
{
	char line[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (g_unit != 0)
		(void)ctl_enqueuedata(g_ctl, g_unit, line, strlen(line), 0);
	printf("appfirewall: %s\n", line);
}

static void
free_held(struct held *h)
{
	if (h->data != NULL)
		mbuf_freem(h->data);
	if (h->control != NULL)
		mbuf_freem(h->control);
	sock_release(h->so);
	OSFree(h, sizeof(*h), g_tag);
	OSDecrementAtomic(&g_held_count);
}

/* Takes out of the queue what belongs to a process or a socket. */
static void
pick(struct held_queue *out, const char *process, socket_t so)
{
	struct held *h, *next;

	TAILQ_INIT(out);
	lck_mtx_lock(g_mutex);
	for (h = TAILQ_FIRST(&g_held); h != NULL; h = next) {
		next = TAILQ_NEXT(h, link);
		if ((process && strcmp(h->process, process) == 0) ||
		    h->so == so) {
			TAILQ_REMOVE(&g_held, h, link);
			TAILQ_INSERT_TAIL(out, h, link);
		}
	}
	lck_mtx_unlock(g_mutex);
}

static void
decide(const char *process, int verdict)
{
	struct held_queue todo;
	struct held *h;
	errno_t err;

	pick(&todo, process, NULL);
	while ((h = TAILQ_FIRST(&todo)) != NULL) {
		TAILQ_REMOVE(&todo, h, link);
		if (verdict == VERDICT_ALLOW) {
			err = sock_inject_data_out(h->so, h->addressed ?
			    (struct sockaddr *)&h->to : NULL, h->data,
			    h->control, h->flags);
			h->data = h->control = NULL;
			if (err != 0)
				printf("appfirewall: not sent: %d\n", err);
		}
		free_held(h);
	}
}

static errno_t
fw_attach(void **cookie, socket_t so)
{
	struct entry *e;

	e = OSMalloc_noblock(sizeof(*e), g_tag);
	if (e == NULL)
		return ENOBUFS;
	memset(e, 0, sizeof(*e));
	e->so = so;
	e->pid = proc_selfpid();
	proc_selfname(e->process, sizeof(e->process));
	if (sock_gettype(so, &e->domain, NULL, NULL) != 0)
		e->domain = 0;
	lck_mtx_lock(g_mutex);
	TAILQ_INSERT_TAIL(&g_entries, e, link);
	lck_mtx_unlock(g_mutex);
	*cookie = e;
	return 0;
}

static void
fw_detach(void *cookie, socket_t so)
{
	struct entry *e = (struct entry *)cookie;
	struct held_queue gone;
	struct held *h;

	pick(&gone, NULL, so);
	while ((h = TAILQ_FIRST(&gone)) != NULL) {
		TAILQ_REMOVE(&gone, h, link);
		free_held(h);
	}
	lck_mtx_lock(g_mutex);
	TAILQ_REMOVE(&g_entries, e, link);
	lck_mtx_unlock(g_mutex);
	OSFree(e, sizeof(*e), g_tag);
}

static void
fw_unregistered(sflt_handle handle)
{
	lck_mtx_lock(g_mutex);
	g_filters--;
	wakeup(&g_filters);
	lck_mtx_unlock(g_mutex);
}

static errno_t
fw_connect_out(void *cookie, socket_t so, const struct sockaddr *to)
{
	struct entry *e = cookie;
	unsigned char text[64];
	in_port_t port = 0;

	text[0] = 0;
	if (to->sa_family == AF_INET) {
		const struct sockaddr_in *sin = (const struct sockaddr_in *)to;

		inet_ntop(AF_INET, &sin->sin_addr, (char *)text, sizeof(text));
		port = sin->sin_port;
	} else if (to->sa_family == AF_INET6) {
		const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)to;

		inet_ntop(AF_INET6, &sin6->sin6_addr, (char *)text, sizeof(text));
		port = sin6->sin6_port;
	}
	if (rules_verdict(e->process) == VERDICT_DENY) {
		tell("denied %s to %s:%u", e->process, text, ntohs(port));
		return EPERM;
	}
	return 0;
}

static errno_t
fw_connect_in(void *cookie, socket_t so, const struct sockaddr *from)
{
	struct entry *e = cookie;

	return rules_verdict(e->process) == VERDICT_DENY ? ECONNREFUSED : 0;
}

static errno_t
fw_data_out(void *cookie, socket_t so, const struct sockaddr *to, mbuf_t *data,
    mbuf_t *control, sflt_data_flag_t flags)
{
	struct entry *e = (struct entry *)cookie;
	struct held *h;
	int first;

	if (data == NULL || *data == NULL || already_seen(*data))
		return 0;
	switch (rules_verdict(e->process)) {
	case VERDICT_ALLOW:
		return 0;
	case VERDICT_DENY:
		return EPERM;
	}
	if (!g_ask)
		return 0;
	h = OSMalloc(sizeof(*h), g_tag);
	if (h == NULL || mark_seen(*data) != 0) {
		if (h != NULL)
			OSFree(h, sizeof(*h), g_tag);
		return ENOBUFS;
	}
	bzero(h, sizeof(*h));
	sock_retain(so);
	h->so = so;
	h->data = *data;
	h->control = control != NULL ? *control : NULL;
	h->flags = flags;
	if (to != NULL) {
		bcopy(to, &h->to, MIN(to->sa_len, sizeof(h->to)));
		h->addressed = TRUE;
	}
	strlcpy(h->process, e->process, sizeof(h->process));
	OSIncrementAtomic(&g_held_count);
	lck_mtx_lock(g_mutex);
	first = TAILQ_EMPTY(&g_held);
	TAILQ_INSERT_TAIL(&g_held, h, link);
	lck_mtx_unlock(g_mutex);
	if (first)
		tell("ask %s", e->process);
	return EJUSTRETURN;
}

static const struct { int domain, type, protocol; const char *name; } kinds[] = {
	{ PF_INET, SOCK_STREAM, IPPROTO_TCP, "appfw tcp" },
	{ PF_INET, SOCK_DGRAM, IPPROTO_UDP, "appfw udp" },
	{ PF_INET6, SOCK_STREAM, IPPROTO_TCP, "appfw tcp6" },
	{ PF_INET6, SOCK_DGRAM, IPPROTO_UDP, "appfw udp6" },
};

static errno_t
fw_ctl_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unitinfo)
{
	*unitinfo = NULL;
	if (g_unit == 0)
		g_unit = sac->sc_unit;		/* the first one is asked */
	return 0;
}

static errno_t
fw_ctl_disconnect(kern_ctl_ref ref, u_int32_t unit, void *unitinfo)
{
	if (g_unit == unit)
		g_unit = 0;
	return 0;
}

static errno_t
fw_ctl_set(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t len)
{
	char name[MAXCOMLEN + 1];
	int verdict;
	errno_t err;

	if (opt == FW_OPT_ASK) {
		if (len != sizeof(int))
			return EINVAL;
		g_ask = *(int *)data;
		return 0;
	}
	if (opt != FW_OPT_ALLOW && opt != FW_OPT_DENY)
		return ENOTSUP;
	if (data == NULL || len == 0 || len > MAXCOMLEN)
		return EINVAL;
	memcpy(name, data, len);
	name[len] = '\0';
	strlcpy(g_last, name, sizeof(g_last));
	verdict = opt == FW_OPT_ALLOW ? VERDICT_ALLOW : VERDICT_DENY;
	if ((err = rules_set(name, verdict)) == 0)
		decide(name, verdict);
	return err;
}

static errno_t
fw_ctl_get(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t *len)
{
	if (*len < sizeof(SInt32))
		return EMSGSIZE;
	*len = sizeof(SInt32);
	if (data == NULL)
		return 0;
	switch (opt) {
	case FW_OPT_HELD:
		*(SInt32 *)data = g_held_count;
		return 0;
	case FW_OPT_HITS:
		*(SInt32 *)data = rules_hits(g_last);
		return 0;
	default:
		return ENOTSUP;
	}
}

static void
fw_release(void)
{
	rules_done();
	if (g_mutex != NULL)
		lck_mtx_free(g_mutex, g_group);
	if (g_attr != NULL)
		lck_attr_free(g_attr);
	if (g_group != NULL)
		lck_grp_free(g_group);
	if (g_group_attr != NULL)
		lck_grp_attr_free(g_group_attr);
	if (g_tag != NULL)
		OSMalloc_Tagfree(g_tag);
}

kern_return_t
appfirewall_stop(kmod_info_t *ki, void *d)
{
	struct timespec ts = { 1, 0 };
	unsigned i;

	if (g_ctl_on && ctl_deregister(g_ctl) != 0)
		return KERN_FAILURE;
	g_ctl_on = FALSE;
	g_ask = 0;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		(void)sflt_unregister(HANDLE_BASE + i);
	lck_mtx_lock(g_mutex);
	while (g_filters > 0)
		(void)msleep(&g_filters, g_mutex, PWAIT, "appfw_stop", &ts);
	lck_mtx_unlock(g_mutex);
	fw_release();
	return KERN_SUCCESS;
}

kern_return_t
appfirewall_start(kmod_info_t *ki, void *d)
{
	struct kern_ctl_reg reg;
	struct sflt_filter filter;
	unsigned i;

	g_tag = OSMalloc_Tagalloc("com.example.appfirewall", OSMT_DEFAULT);
	g_group_attr = lck_grp_attr_alloc_init();
	g_group = lck_grp_alloc_init("com.example.appfirewall", g_group_attr);
	g_attr = lck_attr_alloc_init();
	g_mutex = lck_mtx_alloc_init(g_group, g_attr);
	if (!g_tag || !g_group || !g_mutex || rules_init(g_group, g_tag) != 0 ||
	    mbuf_tag_id_find("com.example.filter.appfirewall", &g_tag_id) != 0)
		goto fail;
	bzero(&reg, sizeof(reg));
	strncpy(reg.ctl_name, AF_CONTROL, sizeof(reg.ctl_name));
	reg.ctl_flags = CTL_FLAG_PRIVILEGED & CTL_FLAG_REG_ID_UNIT;
	reg.ctl_sendsize = 0;
	reg.ctl_recvsize = 16 * 1024;
	reg.ctl_connect = fw_ctl_connect;
	reg.ctl_disconnect = fw_ctl_disconnect;
	reg.ctl_setopt = fw_ctl_set;
	reg.ctl_getopt = fw_ctl_get;
	if (ctl_register(&reg, &g_ctl) != 0)
		goto fail;
	g_ctl_on = TRUE;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		memset(&filter, 0, sizeof(filter));
		filter.sf_handle = HANDLE_BASE + i;
		filter.sf_flags = SFLT_GLOBAL;
		filter.sf_name = (char *)(uintptr_t)kinds[i].name;
		filter.sf_unregistered = fw_unregistered;
		filter.sf_attach = fw_attach;
		filter.sf_detach = fw_detach;
		filter.sf_connect_in = fw_connect_in;
		filter.sf_connect_out = fw_connect_out;
		filter.sf_data_out = fw_data_out;
		if (sflt_register(&filter, kinds[i].domain, kinds[i].type,
		    kinds[i].protocol) != 0)
			break;
		OSIncrementAtomic(&g_filters);
	}
	if (i == sizeof(kinds) / sizeof(kinds[0]))
		return KERN_SUCCESS;
	(void)appfirewall_stop(ki, d);
	return KERN_FAILURE;
fail:
	fw_release();
	return KERN_FAILURE;
}
