/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kexts that make Ethernet interfaces out of others share.
 */
#ifndef EV_INTERFACE_H
#define EV_INTERFACE_H

#include <sys/types.h>
#include <sys/kernel_types.h>
#include <sys/kern_control.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <net/ethernet.h>

#if PRAGMA_STRUCT_ALIGN
#pragma options align=packed
#endif
typedef struct ev_tag {
	u_int16_t	tci;
	u_int16_t	type;
} ev_tag_t;
#if PRAGMA_STRUCT_ALIGN
#pragma options align=reset
#endif

typedef struct ev_interface *ev_interface_t;
typedef errno_t (*ev_output_func)(void *owner, mbuf_t frame);
typedef errno_t (*ev_lower_func)(void *owner, ifnet_t lower, mbuf_t *data,
    char *header);

__BEGIN_DECLS
/* A new interface, with the link-level address of the one below it. */
extern errno_t ev_create(const char *name, u_int32_t unit, ifnet_t lower,
    u_int32_t mtu, ev_output_func output, void *owner, ev_interface_t *out);
/* Listens to an interface below; several are possible. */
extern errno_t ev_listen(ev_interface_t ev, ifnet_t lower, ev_lower_func input);
/* The frame goes in through ours; m starts behind its header. */
extern errno_t ev_input(ev_interface_t ev, mbuf_t m,
    const struct ether_header *header);
/* EBUSY until all that was listened to has let go. */
extern errno_t ev_destroy(ev_interface_t ev);
extern errno_t ev_control(const char *name, ctl_setopt_func set,
    kern_ctl_ref *out);
__END_DECLS

#endif
