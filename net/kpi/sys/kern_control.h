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
 * A program connects; *unitinfo comes with every later callback of the unit.
 * Required.
 * Returns:   0; any other refuses, and ctl_disconnect follows
 * Context:   the program's thread, may block
 * Locks:     none held
 */
typedef errno_t (*ctl_connect_func)(kern_ctl_ref kctlref,
    struct sockaddr_ctl *sac, void **unitinfo);

/*
 * A connection is over: frees the unit's state.
 * Returns:   ignored
 * Context:   thread, may block
 * Locks:     none held
 */
typedef errno_t (*ctl_disconnect_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo);

/*
 * A program wrote data. flags: 1 urgent, 4 more of the same write follows.
 * Returns:   0, or what the program's write returns
 * Ownership: consumes m on success and on failure
 * Context:   the program's thread, may block
 * Locks:     none held
 */
typedef errno_t (*ctl_send_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo, mbuf_t m, int flags);

/*
 * A program sets an option; data is a copy in the kernel, NULL when there is
 * none.
 * Returns:   0, or what the program gets
 * Context:   the program's thread, may block
 * Locks:     none held
 * Units:     len in bytes
 */
typedef errno_t (*ctl_setopt_func)(kern_ctl_ref kctlref, u_int32_t unit,
    void *unitinfo, int opt, void *data, size_t len);

/*
 * A program reads an option; data is a copy of its buffer, NULL when it gave
 * none: then only *len is set.
 * Returns:   0, or what the program gets
 * Context:   the program's thread, may block
 * Locks:     none held
 * Units:     *len in bytes: the buffer's in, the answer's out
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
 * Registers a control; *userkctl is copied, and ctl_id and default sizes are
 * written back.
 * Returns:   0; EINVAL without ctl_connect or with a bad name, EEXIST,
 *            ENOMEM
 * Ownership: *kctlref is ended with ctl_deregister()
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ctl_register(struct kern_ctl_reg *userkctl, kern_ctl_ref *kctlref);

/*
 * Removes a control that nobody is connected to.
 * Returns:   0; EINVAL when it is unknown, EBUSY while a program is
 *            connected
 * Ownership: consumes kctlref on success
 * Context:   thread, may block
 * Locks:     none held
 */
errno_t ctl_deregister(kern_ctl_ref kctlref);

/*
 * Copies data to a program's receive queue.
 * Returns:   0; EINVAL without such a unit, ENOBUFS without room, ENOMEM
 * Context:   any thread, does not block
 * Locks:     none that the control's callbacks take
 * Units:     len in bytes
 */
errno_t ctl_enqueuedata(kern_ctl_ref kctlref, u_int32_t unit, void *data,
    size_t len, u_int32_t flags);

/*
 * Appends a packet to a program's receive queue; its header must have the
 * right length.
 * Returns:   0; EINVAL without such a unit, ENOBUFS without room
 * Ownership: consumes m on success
 * Context:   any thread, does not block
 * Locks:     none that the control's callbacks take
 */
errno_t ctl_enqueuembuf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags);

/*
 * The room in a program's receive queue.
 * Returns:   0, or EINVAL without such a unit
 * Context:   any thread
 * Units:     *space in bytes
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
