/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Split virtqueues (virtio 1.2, 2.7), the same memory for legacy devices.
 *
 * The driver's side of one ring: buffers are described segment by segment,
 * handed to the device in batches, and come back with the cookie that was
 * given with them.
 *
 *	vq_begin(vq);
 *	if (vq_seg(vq, pa, len, VQ_OUT) && ...)
 *		vq_commit(vq, cookie);		visible after vq_kick
 *	else
 *		vq_abort(vq);			ring full: nothing happened
 *	vq_kick(vq);				one doorbell, if the device wants it
 *	while ((cookie = vq_get(vq, &len)) != NULL) ...
 *
 * No locks inside: the owner serialises everything but vq_intr_off.
 */
#ifndef DRIVERS_VIRTIO_VIRTQUEUE_H
#define DRIVERS_VIRTIO_VIRTQUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "arch/x86_64/mmu.h"

#define VQ_OUT		0	/* the device reads it */
#define VQ_IN		2	/* the device writes it: VIRTQ_DESC_F_WRITE */

struct vq_desc {		/* virtio 1.2, 2.7.5 */
	uint64_t	addr;
	uint32_t	len;
	uint16_t	flags;
	uint16_t	next;
};

struct vq_used_elem {		/* 2.7.8 */
	uint32_t	id;
	uint32_t	len;
};

struct virtqueue {
	/* Shared with the device. */
	struct vq_desc	*vq_desc;
	volatile uint16_t *vq_avail;	/* flags, idx, ring[], used_event */
	volatile uint16_t *vq_used;	/* flags, idx, elems[], avail_event */
	struct vq_used_elem *vq_used_ring;
	paddr_t		 vq_pa;		/* descriptor table, ring, ring */
	size_t		 vq_avail_off, vq_used_off;
	size_t		 vq_pages;

	/* The driver's own. */
	uint16_t	 vq_index, vq_size, vq_mask;
	bool		 vq_event_idx;
	uint16_t	 vq_nfree;
	uint16_t	 vq_free;	/* head of the free chain */
	uint16_t	 vq_avail_idx;	/* next to publish */
	uint16_t	 vq_kicked;	/* avail idx at the last doorbell */
	uint16_t	 vq_used_idx;	/* next to take */
	uint16_t	 vq_head, vq_tail, vq_nsegs;	/* open chain */
	uint16_t	*vq_next;	/* shadow of the chains */
	uint16_t	*vq_count;	/* segments, by head */
	void		**vq_cookie;	/* by head */

	/* Doorbell, filled by the transport. */
	volatile uint16_t *vq_notify;	/* memory */
	uint16_t	 vq_notify_io;	/* or port, when vq_notify is NULL */

	uint64_t	 vq_kicks, vq_intrs;
};

/* size is a power of two.  Returns: 0, EINVAL, ENOMEM. */
errno_t	vq_alloc(uint16_t index, uint16_t size, struct virtqueue **vqp);
/* The device must have been reset; cookies still inside are lost. */
void	vq_free(struct virtqueue *vq);

void	vq_begin(struct virtqueue *vq);
bool	vq_seg(struct virtqueue *vq, paddr_t pa, uint32_t len, uint16_t flags);
void	vq_commit(struct virtqueue *vq, void *cookie);
void	vq_abort(struct virtqueue *vq);
/* Index of the open chain's first descriptor: a slot of the owner's. */
static inline uint16_t
vq_slot(const struct virtqueue *vq)
{
	return vq->vq_head;
}

/* Publishes everything committed and rings once if the device asked for it. */
void	vq_kick(struct virtqueue *vq);
/*
 * Rings again if the device waits although buffers are there.  QEMU's TCG in
 * its one-thread mode leaves a guest's barriers out while the device works in
 * another thread, so the look at the end of vq_kick may come too early: look
 * again a little later.
 */
void	vq_kick_again(struct virtqueue *vq);

/* The next finished buffer, NULL when there is none; *len bytes written. */
void	*vq_get(struct virtqueue *vq, uint32_t *len);
bool	vq_pending(const struct virtqueue *vq);

/* For a device that was reset: cookies of unfinished buffers, NULL at the end. */
void	*vq_drain(struct virtqueue *vq);

/*
 * Interrupts.  vq_intr_on asks for one after `ahead` more buffers (at least
 * 1) and returns true when buffers are finished already: poll again.
 */
void	vq_intr_off(struct virtqueue *vq);
bool	vq_intr_on(struct virtqueue *vq, uint16_t ahead);

static inline uint16_t
vq_inflight(const struct virtqueue *vq)
{
	return (uint16_t)(vq->vq_avail_idx - vq->vq_used_idx);
}

#endif
