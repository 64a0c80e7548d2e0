/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kern_control.h>: kernel controls: a kext's end of a socket that
 * programs connect to.
 */
#ifndef _SYS_KERN_CONTROL_H_
#define _SYS_KERN_CONTROL_H_

#include <sys/kpi_mbuf.h>
#include <sys/ioccom.h>
#include <sys/sys_domain.h>

#define MAX_KCTL_NAME		96

#define CTLIOCGCOUNT		_IOR('N', 2, int)
#define CTLIOCGINFO		_IOWR('N', 3, struct ctl_info)

struct ctl_info {
	u_int32_t	ctl_id;
	char		ctl_name[MAX_KCTL_NAME];
};

struct sockaddr_ctl {
	u_char		sc_len;
	u_char		sc_family;	/* AF_SYSTEM */
	u_int16_t	ss_sysaddr;	/* AF_SYS_CONTROL */
	u_int32_t	sc_id;
	u_int32_t	sc_unit;
	u_int32_t	sc_reserved[5];
};

#define KEV_CTL_SUBCLASS	2
#define KEV_CTL_REGISTERED	1
#define KEV_CTL_DEREGISTERED	2

struct ctl_event_data {
	u_int32_t	ctl_id;
	u_int32_t	ctl_unit;
};

#ifdef KERNEL
/* Registration flags. */
#define CTL_FLAG_PRIVILEGED	0x1	/* root only */
#define CTL_FLAG_REG_ID_UNIT	0x2	/* use ctl_id and ctl_unit as given */
#define CTL_FLAG_REG_SOCK_STREAM 0x4	/* SOCK_STREAM, else SOCK_DGRAM */

/* Enqueue flags. */
#define CTL_DATA_NOWAKEUP	0x1
#define CTL_DATA_EOR		0x2

typedef void			*kern_ctl_ref;

/*
 * connect(2) to the control; sac has the final unit. Store per-connection
 * state in *unitinfo. Error refuses the connection; since 10.7 ctl_disconnect
 * is then called too. Socket unlocked. Required.
 */
typedef errno_t (*ctl_connect_func)(kern_ctl_ref kctlref,
    struct sockaddr_ctl *sac, void **unitinfo);

/*
 * Connection closed; free unitinfo; return value ignored. Optional. Until it
 * returns enqueues on the unit still succeed and ctl_deregister gives EBUSY;
 * none succeeds afterwards.
 */
typedef errno_t (*ctl_disconnect_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo);

/*
 * Client wrote data: the control OWNS m and must free it, also when returning
 * an error. flags: 1 urgent (stream only), 4 more pieces of the same write
 * follow. Result becomes the write(2) result. A datagram write is one call, a
 * stream write may be several. Without this callback writes fail with
 * ENOTSUP.
 */
typedef errno_t (*ctl_send_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo, mbuf_t m, int flags);

/*
 * setsockopt(level SYSPROTO_CONTROL). data is a kernel copy (NULL when len
 * 0). Return errno. Missing callback: ENOTSUP.
 */
typedef errno_t (*ctl_setopt_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo, int opt, void *data, size_t len);

/*
 * getsockopt. data is a kernel copy of the caller's buffer, *len its size;
 * write result and set *len (larger than given panics). data is NULL when the
 * caller passed no buffer: only set *len. Missing callback: ENOTSUP.
 */
typedef errno_t (*ctl_getopt_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo, int opt, void *data, size_t *len);

struct kern_ctl_reg {
	char			ctl_name[MAX_KCTL_NAME];
	u_int32_t		ctl_id;
	u_int32_t		ctl_unit;
	u_int32_t		ctl_flags;	/* CTL_FLAG_ */
	u_int32_t		ctl_sendsize;	/* 0: 2048 */
	u_int32_t		ctl_recvsize;	/* 0: 8192 */
	ctl_connect_func	ctl_connect;	/* required */
	ctl_disconnect_func	ctl_disconnect;
	ctl_send_func		ctl_send;
	ctl_setopt_func		ctl_setopt;
	ctl_getopt_func		ctl_getopt;
};

__BEGIN_DECLS

/*
 * Copies *userkctl. Writes back ctl_id (dynamic) and default ctl_sendsize
 * 2048 / ctl_recvsize 8192. EINVAL NULL, no ctl_connect, empty or over-long
 * name (also for static ids); EEXIST: dynamic and any control has that name,
 * or static (CTL_FLAG_REG_ID_UNIT) and id+unit taken; ENOMEM. Posts
 * KEV_CTL_REGISTERED. ctl_unit is not written back.
 */
errno_t ctl_register(struct kern_ctl_reg *userkctl, kern_ctl_ref *kctlref);

/*
 * EINVAL unknown or second time; EBUSY while any client is connected or
 * inside ctl_connect/ctl_disconnect; else freed, posts KEV_CTL_DEREGISTERED.
 */
errno_t ctl_deregister(kern_ctl_ref kctlref);

/*
 * Copies len bytes into the client's receive queue. EINVAL no such unit,
 * ENOBUFS no room (nothing queued; also out of mbufs in 10.4), ENOMEM. flags
 * CTL_DATA_NOWAKEUP, CTL_DATA_EOR. Never blocks. Not to be called holding a
 * lock also taken by the control's callbacks.
 */
errno_t ctl_enqueuedata(kern_ctl_ref kctlref, u_int32_t unit, void *data,
    size_t len, u_int32_t flags);

/*
 * Queues the chain itself; needs packet header and right length. On 0
 * consumed; on EINVAL and ENOBUFS the caller still owns m (guaranteed from
 * 10.15; before, an ENOBUFS raised by the append itself had already freed it,
 * so size the queue with ctl_getenqueuespace first).
 */
errno_t ctl_enqueuembuf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags);

/*
 * Free bytes in the client's receive queue. EINVAL.
 */
errno_t ctl_getenqueuespace(kern_ctl_ref kctlref, u_int32_t unit,
    size_t *space);

/* The names the guide prints for the three functions above. */
errno_t ctl_enqueue_data(kern_ctl_ref kctlref, u_int32_t unit, void *data,
    size_t len, u_int32_t flags);
errno_t ctl_enqueue_buf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags);
errno_t ctl_enqueue_mbuf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags);
errno_t ctl_get_enqueue_space(kern_ctl_ref kctlref, u_int32_t unit,
    size_t *space);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_KERN_CONTROL_H_ */
