/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kern_event.h>: kernel events: messages broadcast to event sockets.
 */
#ifndef _SYS_KERN_EVENT_H_
#define _SYS_KERN_EVENT_H_

#include <sys/ioccom.h>
#include <sys/sys_domain.h>

#define KEV_VENDOR_CODE_MAX_STR_LEN 200
#define N_KEV_VECTORS		5
#define KEV_SNDSPACE		(4 * 1024)
#define KEV_RECVSPACE		(32 * 1024)

#define KEV_ANY_VENDOR		0
#define KEV_ANY_CLASS		0
#define KEV_ANY_SUBCLASS	0

#define KEV_VENDOR_APPLE	1
#define KEV_NETWORK_CLASS	1
#define KEV_IOKIT_CLASS		2
#define KEV_SYSTEM_CLASS	3
#define KEV_APPLESHARE_CLASS	4
#define KEV_FIREWALL_CLASS	5
#define KEV_IEEE80211_CLASS	6

struct kern_event_msg {
	u_int32_t	total_size;	/* header and data */
	u_int32_t	vendor_code;
	u_int32_t	kev_class;
	u_int32_t	kev_subclass;
	u_int32_t	id;		/* counts up */
	u_int32_t	event_code;
	u_int32_t	event_data[1];
};
#define KEV_MSG_HEADER_SIZE						\
	(__builtin_offsetof(struct kern_event_msg, event_data[0]))

struct kev_request {
	u_int32_t	vendor_code;
	u_int32_t	kev_class;
	u_int32_t	kev_subclass;
};

struct kev_vendor_code {
	u_int32_t	vendor_code;
	char		vendor_string[KEV_VENDOR_CODE_MAX_STR_LEN];
};

#define SIOCGKEVID		_IOR('e', 1, u_int32_t)
#define SIOCSKEVFILT		_IOW('e', 2, struct kev_request)
#define SIOCGKEVFILT		_IOR('e', 3, struct kev_request)
#define SIOCGKEVVENDOR		_IOWR('e', 4, struct kev_vendor_code)

#ifdef KERNEL
struct kev_d_vectors {
	u_int32_t	 data_length;	/* 0 ends the list */
	void		*data_ptr;
};

struct kev_msg {
	u_int32_t		vendor_code;
	u_int32_t		kev_class;
	u_int32_t		kev_subclass;
	u_int32_t		event_code;
	struct kev_d_vectors	dv[N_KEV_VECTORS];
};

__BEGIN_DECLS

/*
 * The number of a vendor string, made on first use.
 * Returns:   0; EINVAL for NULL or 200 characters and more, ENOMEM
 * Context:   thread, may block
 */
errno_t kev_vendor_code_find(const char *vendor_string, u_int32_t *vendor_code);

/*
 * Posts an event to the event sockets; one with a full queue misses it.
 * Returns:   0; EINVAL for a vendor code not of kev_vendor_code_find(),
 *            EMSGSIZE, ENOMEM
 * Ownership: borrows event_msg
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t kev_msg_post(struct kev_msg *event_msg);

/*
 * kev_msg_post() without a look at the vendor code.
 * Returns:   0; EINVAL, EMSGSIZE, ENOMEM as kev_msg_post()
 * Ownership: the data is copied
 * Context:   thread, may block
 * Locks:     none held
 */
int kev_post_msg(struct kev_msg *event);

/* The name the guide prints for kev_msg_post(). */
errno_t kev_message_post(struct kev_msg *event_msg);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KERN_EVENT_H_ */
