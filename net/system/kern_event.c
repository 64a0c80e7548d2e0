/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel events: SYSPROTO_EVENT, broadcast from the kernel and from kexts to
 * every event socket whose filter matches (guide, chapter 3, "Using the
 * kern_event API").
 *
 * An event is one record in the receive buffer of each socket.  A socket
 * without room misses it; that is counted (net.systm.kevt.drops) and nobody
 * is told.  A new socket gets nothing before its filter is set.
 *
 * Sockets are made by root only, as the guide says ("can only be received by
 * processes running as the root user").  The data of an event may be
 * KEV_DATA_MAX bytes, the guide's limit; above it nobody gets anything and
 * the poster gets EMSGSIZE.
 */
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/systm.h>
#include <string.h>

#include "kernel/initcall.h"
#include "kernel/mm/kmem.h"
#include "net/common/kev_hook.h"
#include "net/common/str_id.h"
#include "net/socket/socketvar.h"
#include "net/system/system_domain.h"

#define KEV_DATA_MAX 2048		/* guide, chapter 3, "Helpful Tips" */
#define KEV_NO_FILTER 0xffffffffu	/* vendor nobody has */

/* All members: the system lock. */
struct kev_pcb {
	LIST_ENTRY(kev_pcb) kp_link;
	struct __socket *kp_so;
	struct kev_request kp_filter;
};

static LIST_HEAD(, kev_pcb) kev_pcbs = LIST_HEAD_INITIALIZER(kev_pcbs);
static u_int32_t kev_last_id;		/* system lock */
static uint64_t kev_posted, kev_drops;	/* system lock */

static errno_t
kev_attach(struct __socket *so, int proto)
{
	struct kev_pcb *kp;
	errno_t error;

	if ((so->so_state & SS_KERNEL) == 0 && proc_suser(current_proc()) != 0)
		return EPERM;
	if ((error = soreserve(so, KEV_SNDSPACE, KEV_RECVSPACE)) != 0)
		return error;
	kp = kmalloc(sizeof(*kp), M_WAITOK | M_ZERO);
	if (kp == NULL)
		return ENOBUFS;
	kp->kp_so = so;
	kp->kp_filter.vendor_code = KEV_NO_FILTER;
	so->so_pcb = kp;
	LIST_INSERT_HEAD(&kev_pcbs, kp, kp_link);
	return 0;
}

static void
kev_detach(struct __socket *so)
{
	struct kev_pcb *kp = so->so_pcb;

	system_lock();
	if (kp != NULL)
		LIST_REMOVE(kp, kp_link);
	so->so_pcb = NULL;
	system_unlock();
	kfree(kp);
}

static errno_t
kev_send(struct __socket *so, int flags, mbuf_t m, const struct sockaddr *to,
    mbuf_t control)
{
	if (m != NULL)
		mbuf_freem(m);
	if (control != NULL)
		mbuf_freem(control);
	return EOPNOTSUPP;
}

static errno_t
kev_vendor_ioctl(struct kev_vendor_code *vc)
{
	uint32_t id;

	if (strnlen(vc->vendor_string, sizeof(vc->vendor_string)) ==
	    sizeof(vc->vendor_string))
		return EINVAL;
	if (net_str_id_lookup(vc->vendor_string, &id) != 0)
		return ENOENT;
	vc->vendor_code = id;
	return 0;
}

/* No lock held on entry. */
static errno_t
kev_control(struct __socket *so, u_long cmd, void *data)
{
	struct kev_pcb *kp = so->so_pcb;
	errno_t error = 0;

	system_lock();
	switch (cmd) {
	case SIOCGKEVID:
		*(u_int32_t *)data = kev_last_id;
		break;
	case SIOCSKEVFILT:
		kp->kp_filter = *(struct kev_request *)data;
		break;
	case SIOCGKEVFILT:
		*(struct kev_request *)data = kp->kp_filter;
		break;
	case SIOCGKEVVENDOR:
		error = kev_vendor_ioctl(data);
		break;
	default:
		error = ENOTSUP;
	}
	system_unlock();
	return error;
}

const struct pr_usrreqs kev_usrreqs = {
	.pru_attach = kev_attach,
	.pru_detach = kev_detach,
	.pru_send = kev_send,
	.pru_control = kev_control,
};

/* Vendor 0 takes everything; class 0 everything of the vendor. */
static bool
kev_matches(const struct kev_request *f, const struct kern_event_msg *msg)
{
	if (f->vendor_code == KEV_ANY_VENDOR)
		return true;
	if (f->vendor_code != msg->vendor_code)
		return false;
	if (f->kev_class == KEV_ANY_CLASS)
		return true;
	if (f->kev_class != msg->kev_class)
		return false;
	return f->kev_subclass == KEV_ANY_SUBCLASS ||
	    f->kev_subclass == msg->kev_subclass;
}

/* A record for one socket; false when it misses the event. */
static bool
kev_append(struct __socket *so, const struct kern_event_msg *msg)
{
	mbuf_t m;

	if (sbspace(&so->so_rcv) < (long)msg->total_size ||
	    mbuf_allocpacket(MBUF_DONTWAIT, msg->total_size, NULL, &m) != 0)
		return false;
	if (mbuf_copyback(m, 0, msg->total_size, msg, MBUF_DONTWAIT) != 0) {
		mbuf_freem(m);
		return false;
	}
	sbappendrecord(&so->so_rcv, m);
	sorwakeup(so);
	return true;
}

static void
kev_deliver(struct kern_event_msg *msg)
{
	struct kev_pcb *kp;

	system_lock();
	msg->id = ++kev_last_id;
	kev_posted++;
	LIST_FOREACH(kp, &kev_pcbs, kp_link) {
		if (!kev_matches(&kp->kp_filter, msg))
			continue;
		if (!kev_append(kp->kp_so, msg))
			kev_drops++;
	}
	system_unlock();
}

errno_t
kev_post(const struct kev_msg *ev)
{
	struct kern_event_msg *msg;
	size_t total = KEV_MSG_HEADER_SIZE, at = total;
	int i, n;

	for (n = 0; n < N_KEV_VECTORS && ev->dv[n].data_length != 0; n++)
		total += ev->dv[n].data_length;
	if (total > KEV_MSG_HEADER_SIZE + KEV_DATA_MAX)
		return EMSGSIZE;
	msg = kmalloc(total < sizeof(*msg) ? sizeof(*msg) : total, M_WAITOK);
	if (msg == NULL)
		return ENOMEM;
	msg->total_size = (u_int32_t)total;
	msg->vendor_code = ev->vendor_code;
	msg->kev_class = ev->kev_class;
	msg->kev_subclass = ev->kev_subclass;
	msg->event_code = ev->event_code;
	for (i = 0; i < n; i++) {
		memcpy((char *)msg + at, ev->dv[i].data_ptr,
		    ev->dv[i].data_length);
		at += ev->dv[i].data_length;
	}
	kev_deliver(msg);
	kfree(msg);
	return 0;
}

errno_t
kev_msg_post(struct kev_msg *event_msg)
{
	if (event_msg == NULL || !net_str_id_valid(event_msg->vendor_code))
		return EINVAL;
	return kev_post(event_msg);
}

int
kev_post_msg(struct kev_msg *event)
{
	return event == NULL ? EINVAL : kev_post(event);
}

/* The name the guide prints. */
errno_t kev_message_post(struct kev_msg *event_msg)
    __attribute__((alias("kev_msg_post")));

errno_t
kev_vendor_code_find(const char *vendor_string, u_int32_t *vendor_code)
{
	if (vendor_string == NULL || vendor_code == NULL ||
	    strlen(vendor_string) >= KEV_VENDOR_CODE_MAX_STR_LEN)
		return EINVAL;
	return net_str_id_find(vendor_string, vendor_code);
}

static void
kev_init(void)
{
	kev_post_hook = kev_deliver;
}
INITCALL(INIT_NET, kev_init);
