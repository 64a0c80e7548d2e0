/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pipe in the manner of dummynet: what goes out through it waits its time
 * at a given rate, in a queue of limited length, and is injected again.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/malloc.h>
#include <sys/mbuf.h>
#include <sys/kernel.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/queue.h>
#include <sys/syslog.h>
#include <sys/time.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_systm.h>
#include <netinet/in_var.h>
#include <netinet/ip.h>
#include <netinet/kpi_ipfilter.h>
#include <kern/clock.h>
#include <kern/thread_call.h>
#include <kern/locks.h>
#include <mach/mach_types.h>

struct pkt {
	STAILQ_ENTRY(pkt)	next;
	mbuf_t			m;
	struct ipf_pktopts	opts;
	boolean_t		has_opts;
	u_int64_t		due;		/* absolute time */
};

static STAILQ_HEAD(, pkt) pipe_q = STAILQ_HEAD_INITIALIZER(pipe_q);
static lck_grp_t	*pipe_grp;
static lck_mtx_t	*pipe_mtx;
static thread_call_t	 pipe_call;
static ipfilter_t	 pipe_ref;
static int		 pipe_len, pipe_armed, pipe_gone;

static int shaper_delay = 50;		/* milliseconds */
static int shaper_limit = 10;
static int shaper_proto = IPPROTO_ICMP;
static unsigned int shaper_queued, shaper_dropped, shaper_sent;

SYSCTL_DECL(_net_inet_ip);
SYSCTL_NODE(_net_inet_ip, OID_AUTO, shaper, CTLFLAG_RW | CTLFLAG_LOCKED, 0,
    "Shaper");
SYSCTL_INT(_net_inet_ip_shaper, OID_AUTO, delay, CTLFLAG_RW, &shaper_delay, 0,
    "milliseconds");
SYSCTL_INT(_net_inet_ip_shaper, OID_AUTO, limit, CTLFLAG_RW, &shaper_limit, 0,
    "packets");
SYSCTL_UINT(_net_inet_ip_shaper, OID_AUTO, queued, CTLFLAG_RD, &shaper_queued,
    0, "");
SYSCTL_UINT(_net_inet_ip_shaper, OID_AUTO, dropped, CTLFLAG_RD,
    &shaper_dropped, 0, "");
SYSCTL_UINT(_net_inet_ip_shaper, OID_AUTO, sent, CTLFLAG_RD, &shaper_sent, 0,
    "");

static struct sysctl_oid *oids[] = {
	&sysctl__net_inet_ip_shaper, &sysctl__net_inet_ip_shaper_delay,
	&sysctl__net_inet_ip_shaper_limit, &sysctl__net_inet_ip_shaper_queued,
	&sysctl__net_inet_ip_shaper_dropped, &sysctl__net_inet_ip_shaper_sent,
};

static void
arm_locked(void)
{
	struct pkt *p = STAILQ_FIRST(&pipe_q);

	if (p == NULL || pipe_armed)
		return;
	pipe_armed = 1;
	thread_call_enter_delayed(pipe_call, p->due);
}

static void
pipe_drain(thread_call_param_t p0, thread_call_param_t p1)
{
	STAILQ_HEAD(, pkt) ready = STAILQ_HEAD_INITIALIZER(ready);
	struct pkt *p;
	uint64_t now;

	clock_get_uptime(&now);
	lck_mtx_lock(pipe_mtx);
	pipe_armed = 0;
	while ((p = STAILQ_FIRST(&pipe_q)) != NULL && p->due <= now) {
		STAILQ_REMOVE_HEAD(&pipe_q, next);
		pipe_len--;
		STAILQ_INSERT_TAIL(&ready, p, next);
	}
	arm_locked();
	lck_mtx_unlock(pipe_mtx);
	while ((p = STAILQ_FIRST(&ready)) != NULL) {
		STAILQ_REMOVE_HEAD(&ready, next);
		if (ipf_inject_output(p->m, pipe_ref,
		    p->has_opts ? &p->opts : NULL) == 0)
			shaper_sent++;
		FREE(p, M_TEMP);
	}
}

static errno_t
shaper_output(void *cookie, mbuf_t *data, ipf_pktopts_t options)
{
	struct pkt *p;
	struct ip ip;
	u_int64_t delta;
	int full;

	if (mbuf_copydata(*data, 0, sizeof(ip), &ip) != 0 ||
	    ip.ip_p != shaper_proto)
		return (0);
	MALLOC(p, struct pkt *, sizeof(*p), M_TEMP, M_NOWAIT);
	if (p == NULL)
		return (ENOBUFS);
	bzero(p, sizeof(*p));
	p->m = *data;
	if (options != NULL) {
		bcopy(options, &p->opts, sizeof(p->opts));
		p->has_opts = TRUE;
	}
	nanoseconds_to_absolutetime((uint64_t)shaper_delay * NSEC_PER_MSEC,
	    &delta);
	clock_absolutetime_interval_to_deadline(delta, &p->due);
	lck_mtx_lock(pipe_mtx);
	full = pipe_len >= shaper_limit;
	if (full)
		shaper_dropped++;
	else {
		STAILQ_INSERT_TAIL(&pipe_q, p, next);
		pipe_len++;
		shaper_queued++;
		arm_locked();
	}
	lck_mtx_unlock(pipe_mtx);
	if (full) {
		FREE(p, M_TEMP);
		return (ENOBUFS);
	}
	return (EJUSTRETURN);
}

static void
shaper_detach(void *cookie)
{
	lck_mtx_lock(pipe_mtx);
	pipe_gone = 1;
	wakeup(&pipe_gone);
	lck_mtx_unlock(pipe_mtx);
}

static struct ipf_filter shaper_filter = {
	.cookie = NULL, .name = "org.example.net.shaper",
	.ipf_output = shaper_output, .ipf_detach = shaper_detach,
};

kern_return_t
shaper_start(struct kmod_info *ki, void *data)
{
	unsigned i;

	pipe_grp = lck_grp_alloc_init("shaper", LCK_GRP_ATTR_NULL);
	pipe_mtx = lck_mtx_alloc_init(pipe_grp, LCK_ATTR_NULL);
	pipe_call = thread_call_allocate(pipe_drain, NULL);
	if (pipe_mtx == NULL || pipe_call == NULL ||
	    ipf_addv4(&shaper_filter, &pipe_ref) != 0)
		return (KERN_RESOURCE_SHORTAGE);
	for (i = 0; i < sizeof(oids) / sizeof(oids[0]); i++)
		sysctl_register_oid(oids[i]);
	return (KERN_SUCCESS);
}

kern_return_t
shaper_stop(struct kmod_info *ki, void *data)
{
	struct pkt *p;
	int i;

	for (i = sizeof(oids) / sizeof(oids[0]) - 1; i >= 0; i--)
		sysctl_unregister_oid(oids[i]);
	if (ipf_remove(pipe_ref) != 0)
		return (KERN_FAILURE);
	lck_mtx_lock(pipe_mtx);
	while (!pipe_gone)
		msleep(&pipe_gone, pipe_mtx, PSOCK, "shaper", NULL);
	lck_mtx_unlock(pipe_mtx);
	thread_call_cancel(pipe_call);
	while (!thread_call_free(pipe_call)) {
		struct timespec ts = { 0, 10000000 };

		msleep(&pipe_call, NULL, PSOCK, "shaper", &ts);
		thread_call_cancel(pipe_call);
	}
	while ((p = STAILQ_FIRST(&pipe_q)) != NULL) {
		STAILQ_REMOVE_HEAD(&pipe_q, next);
		mbuf_freem(p->m);
		FREE(p, M_TEMP);
	}
	lck_mtx_free(pipe_mtx, pipe_grp);
	lck_grp_free(pipe_grp);
	return (KERN_SUCCESS);
}
