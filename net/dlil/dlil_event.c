/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Events and ioctls of interfaces: who hears of them and in which order.
 *
 * An event goes to the interface's filters, the attached protocols, the
 * driver, the stack's own clients and last to event sockets.  It is delivered
 * on the posting thread, without locks; from places that hold some, it is
 * queued for softnet.
 */
#include <libkern/libkern.h>
#include <net/net_kev.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/sockio.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/common/kev_hook.h"
#include "net/dlil/dlil.h"
#include "net/dlil/iff.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/proto.h"
#include "net/dlil/softnet.h"

#define EVENT_DATA_MAX	200	/* bytes; the limit of kev_msg_post */

void (*kev_post_hook)(struct kern_event_msg *msg);

struct deferred_event {
	STAILQ_ENTRY(deferred_event) de_link;
	ifnet_t		de_ifp;			/* referenced */
	uint32_t	de_subclass, de_code, de_len;
	uint8_t		de_data[EVENT_DATA_MAX];
};

static lck_grp_t *event_grp;
static lck_spin_t event_lock;
static STAILQ_HEAD(, deferred_event) event_queue =
    STAILQ_HEAD_INITIALIZER(event_queue);
TAILQ_HEAD(client_head, dlil_client);
static struct client_head clients = TAILQ_HEAD_INITIALIZER(clients);

static uint64_t	event_poll(void *arg);

void
dlil_event_init(void)
{
	event_grp = lck_grp_alloc_init("ifevent", LCK_GRP_ATTR_NULL);
	lck_spin_init(&event_lock, event_grp, LCK_ATTR_NULL);
	softnet_source("interface events", event_poll, NULL);
}

/* --- clients --------------------------------------------------------------- */

static void
client_catch_up(ifnet_t ifp, void *arg)
{
	const struct dlil_client *client = arg;

	if (client->dc_attached != NULL)
		client->dc_attached(ifp);
}

/* Start-up only: the list is never changed while it is walked. */
void
dlil_client_add(struct dlil_client *client)
{
	TAILQ_INSERT_TAIL(&clients, client, dc_link);
	ifnet_foreach(client_catch_up, client);
}

#define CLIENTS_CALL(member, ...)					\
	do {								\
		struct dlil_client *dc_;				\
		TAILQ_FOREACH(dc_, &clients, dc_link)			\
			if (dc_->member != NULL)			\
				dc_->member(__VA_ARGS__);		\
	} while (0)

#define CLIENTS_CALL_REVERSE(member, ...)				\
	do {								\
		struct dlil_client *dc_;				\
		TAILQ_FOREACH_REVERSE(dc_, &clients, client_head, dc_link) \
			if (dc_->member != NULL)			\
				dc_->member(__VA_ARGS__);		\
	} while (0)

void
dlil_clients_attached(ifnet_t ifp)
{
	CLIENTS_CALL(dc_attached, ifp);
}

void
dlil_clients_detaching(ifnet_t ifp)
{
	CLIENTS_CALL_REVERSE(dc_detaching, ifp);
}

void
dlil_clients_detached(ifnet_t ifp)
{
	CLIENTS_CALL_REVERSE(dc_detached, ifp);
}

void
dlil_clients_flags(ifnet_t ifp, uint32_t old_flags)
{
	if (ifp->if_state != IFNET_ALLOCATED && ifp->if_flags != old_flags)
		CLIENTS_CALL(dc_flags, ifp, old_flags);
}

void
dlil_clients_mtu(ifnet_t ifp)
{
	CLIENTS_CALL(dc_mtu, ifp);
}

void
dlil_clients_lladdr(ifnet_t ifp)
{
	CLIENTS_CALL(dc_lladdr, ifp);
}

/* --- events ---------------------------------------------------------------- */

errno_t
ifnet_event(ifnet_t ifp, struct kern_event_msg *event)
{
	if (ifp == NULL || event == NULL ||
	    event->total_size < KEV_MSG_HEADER_SIZE)
		return (EINVAL);
	struct kev_msg msg = {
		.vendor_code = event->vendor_code,
		.kev_class = event->kev_class,
		.kev_subclass = event->kev_subclass,
		.event_code = event->event_code,
	};
	msg.dv[0].data_length = event->total_size - KEV_MSG_HEADER_SIZE;
	msg.dv[0].data_ptr = event->event_data;

	if (event->vendor_code == KEV_VENDOR_APPLE &&
	    event->kev_class == KEV_NETWORK_CLASS &&
	    event->kev_subclass == KEV_DL_SUBCLASS) {
		if (event->event_code == KEV_DL_LINK_ON)
			ifp->if_link_up = true;
		else if (event->event_code == KEV_DL_LINK_OFF)
			ifp->if_link_up = false;
	}
	iff_event(ifp, &msg);
	if (ifnet_io_begin(ifp)) {
		if_proto_event(ifp, &msg);
		if (ifp->if_ops.event != NULL)
			GATE_VOID(&ifp->if_gate, ifp->if_ops.event, ifp, &msg);
		ifnet_io_end(ifp);
	}
	CLIENTS_CALL(dc_event, ifp, event);
	if (kev_post_hook != NULL)
		kev_post_hook(event);
	return (0);
}

errno_t
dlil_post_event(ifnet_t ifp, uint32_t subclass, uint32_t code, const void *data,
    uint32_t len)
{
	struct {
		struct kern_event_msg head;
		uint8_t room[sizeof(struct net_event_data) + EVENT_DATA_MAX];
	} ev;

	if (len > EVENT_DATA_MAX)
		return (EMSGSIZE);
	memset(&ev, 0, sizeof(ev));
	struct kern_event_msg *msg = &ev.head;
	struct net_event_data *link = (void *)msg->event_data;
	msg->total_size = (uint32_t)(KEV_MSG_HEADER_SIZE + sizeof(*link) + len);
	msg->vendor_code = KEV_VENDOR_APPLE;
	msg->kev_class = KEV_NETWORK_CLASS;
	msg->kev_subclass = subclass;
	msg->event_code = code;
	strlcpy(link->if_name, ifp->if_name, sizeof(link->if_name));
	link->if_family = ifp->if_family;
	link->if_unit = ifp->if_unit;
	if (len != 0)
		memcpy(link + 1, data, len);
	return (ifnet_event(ifp, msg));
}

void
dlil_defer_event(ifnet_t ifp, uint32_t subclass, uint32_t code, const void *data,
    uint32_t len)
{
	struct deferred_event *de;

	if (len > EVENT_DATA_MAX)
		return;
	de = kmalloc(sizeof(*de), M_NOWAIT);
	if (de == NULL)
		return;
	ifnet_reference(ifp);
	de->de_ifp = ifp;
	de->de_subclass = subclass;
	de->de_code = code;
	de->de_len = len;
	if (len != 0)
		memcpy(de->de_data, data, len);
	lck_spin_lock(&event_lock);
	STAILQ_INSERT_TAIL(&event_queue, de, de_link);
	lck_spin_unlock(&event_lock);
	softnet_wake();
}

static uint64_t
event_poll(void *arg)
{
	for (;;) {
		lck_spin_lock(&event_lock);
		struct deferred_event *de = STAILQ_FIRST(&event_queue);
		if (de != NULL)
			STAILQ_REMOVE_HEAD(&event_queue, de_link);
		lck_spin_unlock(&event_lock);
		if (de == NULL)
			return (SOFTNET_IDLE);
		dlil_post_event(de->de_ifp, de->de_subclass, de->de_code,
		    de->de_data, de->de_len);
		ifnet_release(de->de_ifp);
		kfree(de);
	}
}

/* --- ioctls ---------------------------------------------------------------- */

bool
dlil_ioctl_merge(errno_t *result, errno_t answer)
{
	if (answer == ENOTSUP)
		answer = EOPNOTSUPP;
	if (answer == EJUSTRETURN) {
		*result = 0;
		return (true);
	}
	if (*result != EOPNOTSUPP)
		return (false);		/* somebody has answered already */
	*result = answer;
	return (answer != 0 && answer != EOPNOTSUPP);
}

errno_t
ifnet_ioctl(ifnet_t ifp, protocol_family_t family, unsigned long cmd, void *arg)
{
	errno_t result = EOPNOTSUPP;

	if (ifp == NULL || cmd == 0)
		return (EINVAL);
	if (!ifnet_io_begin(ifp))
		return (EOPNOTSUPP);
	if (iff_ioctl(ifp, family, cmd, arg, &result))
		goto out;
	if (family != 0 &&
	    dlil_ioctl_merge(&result, if_proto_ioctl(ifp, family, cmd, arg)))
		goto out;
	dlil_ioctl_merge(&result, GATE_CALL(&ifp->if_gate, ifp->if_ops.ioctl,
	    ifp, cmd, arg));
out:
	ifnet_io_end(ifp);
	return (result);
}

/*
 * The up state as protocols come and go.  The driver hears of it with data
 * NULL and reads the flags.
 */
void
ifnet_set_up(ifnet_t ifp, bool up)
{
	ifnet_set_flags(ifp, up ? IFF_UP : 0, IFF_UP);
	ifnet_ioctl(ifp, 0, SIOCSIFFLAGS, NULL);
}
