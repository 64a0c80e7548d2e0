/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gets into each situation in which a kext can be unloaded while in use: the
 * test calls holdings_make and holdings_end, then asks for the unload.  Its
 * stop takes filters away and gives back nothing else.
 *
 * A callback that sleeps does so until holdings_go is set.
 */
#include <kern/clock.h>
#include <kern/locks.h>
#include <kern/thread_call.h>
#include <mach/mach_types.h>
#include <netinet/in.h>
#include <netinet/kpi_ipfilter.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <sys/systm.h>

#define HOLD_HANDLE	0x686c6473	/* "hlds" */

extern kern_return_t holdings_start(kmod_info_t *ki, void *data);
extern kern_return_t holdings_stop(kmod_info_t *ki, void *data);
extern int holdings_make(int kind);
extern int holdings_end(int kind);

volatile int holdings_go, holdings_inside, holdings_gone, holdings_upcalls;
volatile int holdings_port;

enum {
	SOCKET, RETAINED, EXTERNAL, TIMER, IPFILTER, DATA_IN, CONTROL, TAG,
	UPCALL, UNREAD
};

static socket_t so;
static mbuf_t packet;
static char buffer[2048];
static thread_call_t call;
static ipfilter_t ipf;
static bool filter;
static kern_ctl_ref ctl;
static u_int32_t unit;

/* Inside a callback until the test lets go. */
static void
stay(void)
{
	struct timespec ts = { 0, 5000000 };

	holdings_inside++;
	while (!holdings_go)
		msleep((void *)&holdings_go, NULL, PZERO, "stay", &ts);
	holdings_inside--;
}

static void
hold_free(caddr_t p, u_int size, caddr_t arg)
{
	(void)p;
	(void)size;
	(void)arg;
	holdings_gone++;
}

static void
hold_timer(thread_call_param_t a, thread_call_param_t b)
{
	(void)a;
	(void)b;
	stay();
}

static errno_t
hold_output(void *cookie, mbuf_t *m, ipf_pktopts_t opt)
{
	(void)cookie;
	(void)m;
	(void)opt;
	stay();
	return (0);
}

static void
hold_detached(void *cookie)
{
	(void)cookie;
	holdings_gone++;
}

static errno_t
sf_attach(void **cookie, socket_t s)
{
	*cookie = NULL;
	(void)s;
	return (0);
}

static void
sf_detach(void *cookie, socket_t s)
{
	(void)cookie;
	(void)s;
	holdings_gone++;
}

static errno_t
hold_data_in(void *cookie, socket_t s, const struct sockaddr *from,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	(void)cookie;
	(void)s;
	(void)from;
	(void)data;
	(void)control;
	(void)flags;
	stay();
	return (0);
}

static void
hold_upcall(socket_t s, void *cookie, int wait)
{
	(void)s;
	(void)cookie;
	(void)wait;
	holdings_upcalls++;
}

static void
hold_upcall_stay(socket_t s, void *cookie, int wait)
{
	(void)s;
	(void)cookie;
	(void)wait;
	holdings_upcalls++;
	stay();
}

static errno_t
hold_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **info)
{
	(void)ref;
	unit = sac->sc_unit;
	*info = NULL;
	return (0);
}

static errno_t
hold_disconnect(kern_ctl_ref ref, u_int32_t which, void *info)
{
	(void)ref;
	(void)which;
	(void)info;
	holdings_gone++;
	return (0);
}

static errno_t
make_filter(void)
{
	struct sflt_filter sf;

	bzero(&sf, sizeof(sf));
	sf.sf_handle = HOLD_HANDLE;
	sf.sf_flags = SFLT_GLOBAL;
	sf.sf_name = "holdings";
	sf.sf_attach = sf_attach;
	sf.sf_detach = sf_detach;
	sf.sf_data_in = hold_data_in;
	filter = true;
	return (sflt_register(&sf, PF_INET, SOCK_DGRAM, IPPROTO_UDP));
}

static errno_t
make_control(void)
{
	struct kern_ctl_reg reg;

	bzero(&reg, sizeof(reg));
	strlcpy(reg.ctl_name, "org.unikext.test.holdings",
	    sizeof(reg.ctl_name));
	reg.ctl_connect = hold_connect;
	reg.ctl_disconnect = hold_disconnect;
	return (ctl_register(&reg, &ctl));
}

static errno_t
make_tagged(void)
{
	mbuf_tag_id_t id;
	void *data;
	errno_t error;

	error = mbuf_tag_id_find("org.unikext.test.holdings", &id);
	if (error == 0)
		error = mbuf_allocpacket(MBUF_WAITOK, 100, NULL, &packet);
	if (error == 0)
		error = mbuf_tag_allocate(packet, id, 1, 64, MBUF_WAITOK,
		    &data);
	return (error);
}

/* A socket of its own; the upcall stays inside. */
static errno_t
make_upcall(void)
{
	struct sockaddr_in sin;
	errno_t error;

	bzero(&sin, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	error = sock_socket(PF_INET, SOCK_DGRAM, 0, hold_upcall_stay, NULL,
	    &so);
	if (error == 0)
		error = sock_bind(so, (struct sockaddr *)&sin);
	if (error == 0)
		error = sock_getsockname(so, (struct sockaddr *)&sin,
		    sizeof(sin));
	holdings_port = ntohs(sin.sin_port);
	return (error);
}

/* More than one record for the client of the control. */
static errno_t
make_unread(void)
{
	errno_t error = 0;
	int i;

	for (i = 0; i < 5 && error == 0; i++)
		error = ctl_enqueuedata(ctl, unit, buffer, 1000, 0);
	return (error);
}

int
holdings_make(int kind)
{
	struct ipf_filter pf = { .name = "holdings",
	    .ipf_output = hold_output, .ipf_detach = hold_detached };
	uint64_t now;
	errno_t error = 0;

	switch (kind) {
	case SOCKET:
	case RETAINED:
		error = sock_socket(PF_INET, SOCK_DGRAM, 0, hold_upcall, NULL,
		    &so);
		if (error == 0 && kind == RETAINED) {
			sock_retain(so);
			sock_close(so);
		}
		break;
	case EXTERNAL:
		error = mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &packet);
		if (error == 0)
			error = mbuf_attachcluster(MBUF_WAITOK,
			    MBUF_TYPE_DATA, &packet, buffer, hold_free,
			    sizeof(buffer), NULL);
		break;
	case TIMER:
		call = thread_call_allocate(hold_timer, NULL);
		clock_get_uptime(&now);
		thread_call_enter_delayed(call, now);
		break;
	case IPFILTER:
		error = ipf_addv4(&pf, &ipf);
		break;
	case DATA_IN:
		error = make_filter();
		break;
	case CONTROL:
		error = make_control();
		break;
	case TAG:
		error = make_tagged();
		break;
	case UPCALL:
		error = make_upcall();
		break;
	case UNREAD:
		error = make_unread();
		break;
	}
	return (error);
}

int
holdings_end(int kind)
{
	switch (kind) {
	case SOCKET:
	case UPCALL:
		sock_close(so);
		break;
	case RETAINED:
		sock_release(so);
		break;
	case EXTERNAL:
	case TAG:
		mbuf_freem(packet);
		break;
	case CONTROL:
		return (ctl_deregister(ctl));
	}
	return (0);
}

kern_return_t
holdings_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

kern_return_t
holdings_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (ctl != NULL && ctl_deregister(ctl) != 0)
		return (KERN_FAILURE);
	ctl = NULL;
	if (call != NULL) {
		thread_call_cancel(call);
		thread_call_free(call);
		call = NULL;
	}
	if (ipf != NULL)
		ipf_remove(ipf);
	ipf = NULL;
	if (filter)
		sflt_unregister(HOLD_HANDLE);
	filter = false;
	return (KERN_SUCCESS);
}
