/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Split virtqueues: see virtqueue.h.
 *
 * The three parts lie in one contiguous piece of memory in the legacy layout
 * (virtio 1.2, 2.7.2: used ring on a 4096-byte boundary), which modern
 * devices accept as well.  Chains are remembered in driver memory only: what
 * a device writes into the descriptor table is never believed, and an index
 * out of the used ring is checked before use.
 */
#include "drivers/virtio/virtqueue.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "arch/x86_64/io.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"

#define VQ_F_NEXT	1	/* VIRTQ_DESC_F_NEXT */
#define VQ_NO_INTERRUPT	1	/* VIRTQ_AVAIL_F_NO_INTERRUPT */
#define VQ_NO_NOTIFY	1	/* VIRTQ_USED_F_NO_NOTIFY */
#define VQ_ALIGN	4096
#define VQ_NONE		0xffff

/* Words of the available ring. */
#define AVAIL_FLAGS	0
#define AVAIL_IDX	1
#define AVAIL_RING	2
#define USED_FLAGS	0
#define USED_IDX	1

static volatile uint16_t *
vq_used_event(struct virtqueue *vq)
{
	return &vq->vq_avail[AVAIL_RING + vq->vq_size];
}

static volatile uint16_t *
vq_avail_event(struct virtqueue *vq)
{
	return (volatile uint16_t *)(void *)&vq->vq_used_ring[vq->vq_size];
}

errno_t
vq_alloc(uint16_t index, uint16_t size, struct virtqueue **vqp)
{
	struct virtqueue *vq;
	size_t avail_off, used_off, total;
	char *base;

	*vqp = NULL;
	if (size == 0 || (size & (size - 1)) != 0 || size > 32768)
		return EINVAL;
	vq = kmalloc(sizeof(*vq), M_WAITOK | M_ZERO);
	if (vq == NULL)
		return ENOMEM;
	avail_off = size * sizeof(struct vq_desc);
	used_off = (avail_off + (3 + size) * sizeof(uint16_t) +
	    VQ_ALIGN - 1) & ~(size_t)(VQ_ALIGN - 1);
	total = used_off + 3 * sizeof(uint16_t) +
	    size * sizeof(struct vq_used_elem);
	vq->vq_pages = (total + VQ_ALIGN - 1) / VQ_ALIGN;
	vq->vq_next = kmalloc(size * sizeof(uint16_t), M_WAITOK | M_ZERO);
	vq->vq_count = kmalloc(size * sizeof(uint16_t), M_WAITOK | M_ZERO);
	vq->vq_cookie = kmalloc(size * sizeof(void *), M_WAITOK | M_ZERO);
	vq->vq_pa = pmm_alloc_pages(vq->vq_pages, M_ZERO);
	vq->vq_index = index;
	vq->vq_size = size;
	vq->vq_mask = size - 1;
	if (vq->vq_next == NULL || vq->vq_count == NULL ||
	    vq->vq_cookie == NULL || vq->vq_pa == 0) {
		vq_free(vq);
		return ENOMEM;
	}
	base = phys_to_virt(vq->vq_pa);
	vq->vq_desc = (struct vq_desc *)(void *)base;
	vq->vq_avail = (volatile uint16_t *)(void *)(base + avail_off);
	vq->vq_used = (volatile uint16_t *)(void *)(base + used_off);
	vq->vq_used_ring = (struct vq_used_elem *)(void *)
	    (base + used_off + 2 * sizeof(uint16_t));
	vq->vq_avail_off = avail_off;
	vq->vq_used_off = used_off;
	vq->vq_nfree = size;
	for (unsigned i = 0; i < size; i++)
		vq->vq_next[i] = (uint16_t)(i + 1);
	vq->vq_head = VQ_NONE;
	*vqp = vq;
	return 0;
}

void
vq_free(struct virtqueue *vq)
{
	if (vq == NULL)
		return;
	if (vq->vq_pa != 0)
		pmm_free_pages(vq->vq_pa, vq->vq_pages);
	kfree(vq->vq_next);
	kfree(vq->vq_count);
	kfree(vq->vq_cookie);
	kfree(vq);
}

void
vq_begin(struct virtqueue *vq)
{
	KASSERT(vq->vq_head == VQ_NONE, ("virtqueue: chain left open"));
	vq->vq_head = vq->vq_free;
	vq->vq_nsegs = 0;
}

bool
vq_seg(struct virtqueue *vq, paddr_t pa, uint32_t len, uint16_t flags)
{
	struct vq_desc *d;
	uint16_t i = vq->vq_free;

	if (vq->vq_nfree == 0)
		return false;
	d = &vq->vq_desc[i];
	d->addr = pa;
	d->len = len;
	d->flags = flags;
	if (vq->vq_nsegs != 0) {
		vq->vq_desc[vq->vq_tail].flags |= VQ_F_NEXT;
		vq->vq_desc[vq->vq_tail].next = i;
	}
	vq->vq_tail = i;
	vq->vq_free = vq->vq_next[i];
	vq->vq_nfree--;
	vq->vq_nsegs++;
	return true;
}

void
vq_commit(struct virtqueue *vq, void *cookie)
{
	uint16_t head = vq->vq_head;

	KASSERT(vq->vq_nsegs != 0, ("virtqueue: empty chain"));
	vq->vq_cookie[head] = cookie;
	vq->vq_count[head] = vq->vq_nsegs;
	vq->vq_avail[AVAIL_RING + (vq->vq_avail_idx & vq->vq_mask)] = head;
	vq->vq_avail_idx++;
	vq->vq_head = VQ_NONE;
}

void
vq_abort(struct virtqueue *vq)
{
	/* The chain was taken off the free list's front, in order. */
	vq->vq_free = vq->vq_head;
	vq->vq_nfree += vq->vq_nsegs;
	vq->vq_head = VQ_NONE;
}

static void
vq_ring(struct virtqueue *vq)
{
	vq->vq_kicks++;
	if (vq->vq_notify != NULL)
		*vq->vq_notify = vq->vq_index;
	else
		outw(vq->vq_notify_io, vq->vq_index);
}

void
vq_kick(struct virtqueue *vq)
{
	uint16_t new = vq->vq_avail_idx, old = vq->vq_kicked;
	bool wanted;

	if (new == old)
		return;
	io_wmb();
	vq->vq_avail[AVAIL_IDX] = new;
	vq->vq_kicked = new;
	io_mb();
	if (vq->vq_event_idx) {
		/* virtio 1.2, 2.7.10: event within [old, new) */
		wanted = (uint16_t)(new - *vq_avail_event(vq) - 1) <
		    (uint16_t)(new - old);
	} else {
		wanted = (vq->vq_used[USED_FLAGS] & VQ_NO_NOTIFY) == 0;
	}
	if (wanted)
		vq_ring(vq);
}

void
vq_kick_again(struct virtqueue *vq)
{
	uint16_t new = vq->vq_kicked, done = vq->vq_used[USED_IDX];

	/* Waiting: it wants to hear of one that it has and did not finish. */
	if (vq->vq_event_idx && new != done &&
	    (uint16_t)(new - *vq_avail_event(vq) - 1) < (uint16_t)(new - done))
		vq_ring(vq);
}

/* Returns the chain that starts at head to the free list. */
static void
vq_release(struct virtqueue *vq, uint16_t head)
{
	uint16_t last = head, n = vq->vq_count[head];

	for (uint16_t k = 1; k < n; k++)
		last = vq->vq_next[last];
	vq->vq_next[last] = vq->vq_free;
	vq->vq_free = head;
	vq->vq_nfree += n;
	vq->vq_count[head] = 0;
	vq->vq_cookie[head] = NULL;
}

bool
vq_pending(const struct virtqueue *vq)
{
	return vq->vq_used[USED_IDX] != vq->vq_used_idx;
}

void *
vq_get(struct virtqueue *vq, uint32_t *len)
{
	volatile struct vq_used_elem *e;
	uint32_t id;
	void *cookie;

	if (!vq_pending(vq))
		return NULL;
	io_rmb();
	e = &vq->vq_used_ring[vq->vq_used_idx & vq->vq_mask];
	id = e->id;
	if (len != NULL)
		*len = e->len;
	vq->vq_used_idx++;
	if (id >= vq->vq_size || vq->vq_count[id] == 0)
		panic("virtqueue %u: device returned buffer %u, which it does not have",
		    vq->vq_index, id);
	cookie = vq->vq_cookie[id];
	vq_release(vq, (uint16_t)id);
	return cookie;
}

void *
vq_drain(struct virtqueue *vq)
{
	for (uint16_t i = 0; i < vq->vq_size; i++) {
		void *cookie;

		if (vq->vq_count[i] == 0)
			continue;
		cookie = vq->vq_cookie[i];
		vq_release(vq, i);
		return cookie;
	}
	return NULL;
}

void
vq_intr_off(struct virtqueue *vq)
{
	if (vq->vq_event_idx)
		/* Half a ring ahead of anything the device can finish. */
		*vq_used_event(vq) = (uint16_t)(vq->vq_used_idx - 0x8000);
	else
		vq->vq_avail[AVAIL_FLAGS] = VQ_NO_INTERRUPT;
}

bool
vq_intr_on(struct virtqueue *vq, uint16_t ahead)
{
	uint16_t event = (uint16_t)(vq->vq_used_idx + ahead - 1);

	if (vq->vq_event_idx)
		*vq_used_event(vq) = event;
	else
		vq->vq_avail[AVAIL_FLAGS] = 0;
	io_mb();
	return (uint16_t)(vq->vq_used[USED_IDX] - vq->vq_used_idx) >= ahead;
}
