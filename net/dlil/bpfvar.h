/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF inside the kernel: link types of an interface, descriptors, programs.
 */
#ifndef NET_DLIL_BPFVAR_H
#define NET_DLIL_BPFVAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <net/bpf.h>
#include <net/kpi_interface.h>

#include "kernel/kext/gate.h"

/*
 * A packet as the interpreter sees it: an optional link header outside the
 * mbuf, then an mbuf chain, then (instead of a chain) plain bytes.
 */
struct bpf_packet {
	const uint8_t	*bp_hdr;
	size_t		bp_hdrlen;
	mbuf_t		bp_mbuf;	/* or */
	const uint8_t	*bp_data;	/* first mbuf's bytes, or the whole */
	size_t		bp_datalen;	/* bytes at bp_data */
	size_t		bp_len;		/* whole packet with bp_hdr */
};

/* Bytes to keep: 0 = no match.  prog must have passed bpf_validate. */
uint32_t bpf_run(const struct bpf_insn *prog, const struct bpf_packet *pkt);
/* True if every path through the program is safe and ends in a return. */
bool	bpf_validate(const struct bpf_insn *prog, u_int count);

/* --- the interface side (bpf_if.c) ----------------------------------------- */

/*
 * One link type of an interface.  Lives from bpf_attach to the end of the
 * interface's attachment; listeners that are still there are told (bl_gone).
 */
struct bpf_if {
	struct bpf_if	*bif_next;	/* bpf lock: of the interface */
	ifnet_t		bif_ifp;	/* I  referenced */
	uint32_t	bif_dlt;	/* I */
	uint32_t	bif_hdrlen;	/* I */
	bpf_send_func	bif_send;	/* I  may be NULL */
	bpf_tap_func	bif_tap;	/* I  may be NULL */
	struct gate	bif_gate;
	uint32_t	bif_refs;	/* bpf lock: interface, listeners */
	LIST_HEAD(, bpf_listener) bif_listeners; /* bpf spin lock */
	uint32_t	bif_nlisteners;	/* bpf lock */
};

/*
 * Somebody who wants to see packets.  bl_packet runs with the bpf spin lock
 * held, perhaps in an interrupt: it looks, copies, and wakes.
 */
struct bpf_listener {
	LIST_ENTRY(bpf_listener) bl_link; /* bpf spin lock */
	struct bpf_if	*bl_bif;	/* bpf lock */
	bool		bl_seesent;	/* wants outbound packets */
	void		(*bl_packet)(struct bpf_listener *bl,
			    const struct bpf_packet *pkt, bool outbound);
	void		(*bl_gone)(struct bpf_listener *bl);
};

/* dlt 0 = the primary link type.  ENXIO when the interface has none such. */
errno_t	bpf_listen(ifnet_t ifp, uint32_t dlt, struct bpf_listener *bl);
void	bpf_unlisten(struct bpf_listener *bl);
/* What bl listens to, counted, or NULL: for use outside the bpf lock. */
struct bpf_if *bpf_if_hold(struct bpf_listener *bl);
void	bpf_if_release(struct bpf_if *bif);
/* Link types of ifp; returns how many there are. */
uint32_t bpf_dlts(ifnet_t ifp, uint32_t *out, uint32_t max);
/* Held by bl_packet's caller; descriptors guard their buffers with it. */
void	bpf_spin_lock(void);
void	bpf_spin_unlock(void);

/* Bytes [off, off + len) of the packet; what is there, returns how many. */
size_t	bpf_packet_copy(const struct bpf_packet *pkt, size_t off, void *to,
    size_t len);

void	bpf_ifdetach(ifnet_t ifp);
void	bpf_init(void);

#endif
