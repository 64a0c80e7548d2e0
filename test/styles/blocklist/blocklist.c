/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Refuses addresses on a list.  The list comes over a kernel control, whose
 * clients also see a record of every decision.
 */
#include <mach/mach_types.h>
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/kpi_mbuf.h>
#include <sys/kern_control.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <kern/locks.h>
#include <libkern/OSAtomic.h>
#include <netinet/in.h>
#include "ranges.h"

#define CTL_NAME	"org.example.nke.blocklist"
#define HANDLE		((sflt_handle)'Bl4k')
#define LISTENERS	4

#define LOG(fmt, args...)	printf("blocklist: " fmt "\n", ##args)

static table_t *g_list;
static lck_grp_t *g_grp;
static lck_mtx_t *g_mtx;
static kern_ctl_ref g_ctl;
static u_int32_t g_units[LISTENERS];
static SInt32 g_attached, g_blocked, g_unregistered;
static int g_registered;

static void
report(const char *what, u_int32_t ip, u_int16_t port)
{
	char line[96];
	int i;

	snprintf(line, sizeof line, "%s %u.%u.%u.%u:%u by %d\n", what, ip >> 24,
	    ip >> 16 & 255, ip >> 8 & 255, ip & 255, port, proc_selfpid());
	for (i = 0; i < LISTENERS; i++)
		if (g_units[i])
			ctl_enqueuedata(g_ctl, g_units[i], line, strlen(line),
			    CTL_DATA_EOR);
}

static int
blocked(const struct sockaddr *sa, const char *what)
{
	u_int32_t ip;
	u_int16_t port;
	table_t *t;
	int hit;

	if (sa->sa_family == AF_INET) {
		ip = ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr);
		port = ntohs(((const struct sockaddr_in *)sa)->sin_port);
	} else if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)sa;

		if (!IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
			return 0;
		ip = ntohl(*(const u_int32_t *)(const void *)
		    &six->sin6_addr.s6_addr[12]);
		port = ntohs(six->sin6_port);
	} else
		return 0;
	lck_mtx_lock(g_mtx);
	if ((t = g_list) != NULL)
		OSIncrementAtomic(&t->users);
	lck_mtx_unlock(g_mtx);
	if (t == NULL)
		return 0;
	hit = table_has(t, ip);
	if (OSDecrementAtomic(&t->users) == 1)
		FREE(t, M_TEMP);
	if (hit) {
		OSAddAtomic(1, &g_blocked);
		report(what, ip, port);
	}
	return hit;
}

static errno_t
bl_attach(void **cookie, socket_t so)
{
	*cookie = NULL;
	OSIncrementAtomic(&g_attached);
	return 0;
}

static void
bl_detach(void *cookie, socket_t so)
{
	OSDecrementAtomic(&g_attached);
}

static void
bl_unregistered(sflt_handle h)
{
	OSIncrementAtomic(&g_unregistered);
	wakeup(&g_unregistered);
}

static errno_t
bl_in(void *cookie, socket_t so, const struct sockaddr *from)
{
	return blocked(from, "in") ? ECONNREFUSED : 0;
}

static errno_t
bl_out(void *cookie, socket_t so, const struct sockaddr *to)
{
	return blocked(to, "out") ? ECONNREFUSED : 0;
}

static struct sflt_filter g_filter = {
	HANDLE, SFLT_GLOBAL, CTL_NAME, bl_unregistered, bl_attach, bl_detach,
	NULL, NULL, NULL, NULL, NULL, bl_in, bl_out, NULL, NULL, NULL, NULL, NULL
};

/* The old table goes when its last reader does. */
static void
use_table(table_t *t)
{
	table_t *old;

	if (t != NULL)
		t->users = 1;
	lck_mtx_lock(g_mtx);
	old = g_list;
	g_list = t;
	lck_mtx_unlock(g_mtx);
	if (old != NULL && OSDecrementAtomic(&old->users) == 1)
		FREE(old, M_TEMP);
}

static errno_t
bl_connect(kern_ctl_ref r, struct sockaddr_ctl *sac, void **info)
{
	int i;

	for (i = 0; i < LISTENERS; i++)
		if (OSCompareAndSwap(0, sac->sc_unit, &g_units[i])) {
			*info = &g_units[i];
			return 0;
		}
	return EBUSY;
}

static errno_t
bl_disconnect(kern_ctl_ref r, u_int32_t unit, void *info)
{
	if (info != NULL)
		*(u_int32_t *)info = 0;
	return 0;
}

static errno_t
bl_send(kern_ctl_ref r, u_int32_t unit, void *info, mbuf_t m, int flags)
{
	size_t len = mbuf_pkthdr_len(m);
	table_t *t = NULL;
	char *text;

	text = _MALLOC(len + 1, M_TEMP, M_WAITOK);
	if (text != NULL) {
		mbuf_copydata(m, 0, len, text);
		text[len] = 0;
		t = table_parse(text);
		_FREE(text, M_TEMP);
	}
	mbuf_freem(m);
	if (t == NULL)
		return ENOMEM;
	LOG("%lu ranges", (u_long)t->count);
	use_table(t);
	return 0;
}

static struct kern_ctl_reg g_reg = {
	CTL_NAME, 0, 0, 0, 8192, 8192, bl_connect, bl_disconnect, bl_send,
	NULL, NULL
};

kern_return_t
com_example_blocklist_start(kmod_info_t *ki, void *data)
{
	g_grp = lck_grp_alloc_init(CTL_NAME, LCK_GRP_ATTR_NULL);
	if (!g_grp)
		return KERN_FAILURE;
	g_mtx = lck_mtx_alloc_init(g_grp, LCK_ATTR_NULL);
	if (!g_mtx || ctl_register(&g_reg, &g_ctl))
		goto bail;
	if (sflt_register(&g_filter, PF_INET, SOCK_STREAM, IPPROTO_TCP)) {
		ctl_deregister(g_ctl);
		goto bail;
	}
	g_registered = 1;
	return KERN_SUCCESS;
bail:
	if (g_mtx)
		lck_mtx_free(g_mtx, g_grp);
	lck_grp_free(g_grp);
	return KERN_FAILURE;
}

kern_return_t
com_example_blocklist_stop(kmod_info_t *ki, void *data)
{
	struct timespec ts = { 0, 100000000 };

	if (g_registered) {
		if (ctl_deregister(g_ctl) == EBUSY)
			return KERN_FAILURE;
		sflt_unregister(HANDLE);
		g_registered = 0;
	}
	while (!g_unregistered)
		msleep(&g_unregistered, NULL, PZERO, "unreg", &ts);
	use_table(NULL);
	LOG("blocked %ld, attached %ld", (long)g_blocked, (long)g_attached);
	lck_mtx_free(g_mtx, g_grp);
	lck_grp_free(g_grp);
	return KERN_SUCCESS;
}
