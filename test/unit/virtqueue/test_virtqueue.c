/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A split ring against a device that reads it the way the specification says
 * (virtio 1.2, 2.7): every chain arrives whole and in order, buffers come
 * back in any order, indexes wrap, doorbells and interrupts follow the event
 * indexes, and a ring that is full says so without losing anything.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "drivers/virtio/virtqueue.h"
#include "kernel/mm/pmm.h"
#include "test/unit/lib/unit.h"

/* The device's view, from the addresses a driver would give it. */
struct dev {
	struct virtqueue *vq;
	struct vq_desc	*desc;
	volatile uint16_t *avail, *used;
	struct vq_used_elem *ring;
	uint16_t	seen, done;	/* avail taken, used written */
	volatile uint16_t bell;
};

static void
dev_init(struct dev *d, struct virtqueue *vq, bool event_idx)
{
	char *base = phys_to_virt(vq->vq_pa);

	memset(d, 0, sizeof(*d));
	d->vq = vq;
	d->desc = (struct vq_desc *)(void *)base;
	d->avail = (volatile uint16_t *)(void *)(base + vq->vq_avail_off);
	d->used = (volatile uint16_t *)(void *)(base + vq->vq_used_off);
	d->ring = (struct vq_used_elem *)(void *)
	    (base + vq->vq_used_off + 4);
	d->bell = 0xffff;
	vq->vq_notify = &d->bell;
	vq->vq_event_idx = event_idx;
}

/* Takes the next chain: its head, segments and total length. */
static bool
dev_take(struct dev *d, uint16_t *head, unsigned *nsegs, uint64_t *sum)
{
	uint16_t i, size = d->vq->vq_size;

	if (d->seen == d->avail[1])
		return false;
	i = *head = d->avail[2 + d->seen++ % size];
	*nsegs = 0;
	*sum = 0;
	for (;;) {
		CHECK(i < size);
		(*nsegs)++;
		*sum = *sum * 31 + d->desc[i].addr + d->desc[i].len;
		if ((d->desc[i].flags & 1) == 0)
			return true;
		if (*nsegs > size)
			return false;
		i = d->desc[i].next;
	}
}

static void
dev_finish(struct dev *d, uint16_t head, uint32_t len)
{
	struct vq_used_elem *e = &d->ring[d->done % d->vq->vq_size];

	e->id = head;
	e->len = len;
	d->used[1] = ++d->done;
}

struct chain {
	uint64_t	sum;
	unsigned	nsegs;
	bool		out;		/* with the device */
};

static bool
send_chain(struct virtqueue *vq, struct chain *c, unsigned nsegs)
{
	c->sum = 0;
	c->nsegs = nsegs;
	vq_begin(vq);
	for (unsigned i = 0; i < nsegs; i++) {
		uint64_t pa = (uint64_t)unit_random() << 8;
		uint32_t len = unit_random() & 0xffff;

		if (!vq_seg(vq, pa, len, i & 1 ? VQ_IN : VQ_OUT)) {
			vq_abort(vq);
			return false;
		}
		c->sum = c->sum * 31 + pa + len;
	}
	vq_commit(vq, c);
	c->out = true;
	return true;
}

#define NCHAINS 64

static void
exchange(bool event_idx, unsigned size, unsigned rounds)
{
	static struct chain chains[NCHAINS];
	uint16_t held[NCHAINS];
	struct chain *by_head[1024] = { 0 };
	struct virtqueue *vq;
	struct dev d;
	unsigned nheld = 0, sent = 0, back = 0, full = 0;

	memset(chains, 0, sizeof(chains));
	CHECK(vq_alloc(3, (uint16_t)size, &vq) == 0);
	dev_init(&d, vq, event_idx);
	for (unsigned r = 0; r < rounds; r++) {
		/* The driver adds some. */
		for (unsigned k = unit_random() % 6; k > 0; k--) {
			struct chain *c = &chains[unit_random() % NCHAINS];
			uint16_t free_before = vq->vq_nfree;

			if (c->out)
				continue;
			if (send_chain(vq, c, 1 + unit_random() % 9)) {
				sent++;
			} else {
				full++;
				CHECK(vq->vq_nfree == free_before);
			}
		}
		vq_kick(vq);
		/* The device takes what it sees and finishes some, shuffled. */
		while (nheld < NCHAINS) {
			uint16_t head;
			unsigned nsegs;
			uint64_t sum;
			struct chain *c;

			if (!dev_take(&d, &head, &nsegs, &sum))
				break;
			c = vq->vq_cookie[head];
			CHECK(c != NULL && c->out);
			CHECK(c->nsegs == nsegs && c->sum == sum);
			by_head[head] = c;
			held[nheld++] = head;
		}
		for (unsigned k = unit_random() % 7; k > 0 && nheld > 0; k--) {
			unsigned i = unit_random() % nheld;

			dev_finish(&d, held[i], held[i] + 7u);
			held[i] = held[--nheld];
		}
		/* The driver takes back. */
		for (;;) {
			uint32_t len;
			struct chain *c = vq_get(vq, &len);

			if (c == NULL)
				break;
			CHECK(c->out);
			CHECK(by_head[len - 7] == c);
			by_head[len - 7] = NULL;
			c->out = false;
			back++;
		}
		CHECK(vq_inflight(vq) == sent - back);
	}
	CHECK(full > 0);
	CHECK(sent > 65536 || rounds < 60000);
	while (vq_drain(vq) != NULL)
		back++;
	CHECK(back == sent);
	CHECK(vq->vq_nfree == size);
	vq_free(vq);
}

UNIT_TEST(chains_survive_with_event_index)
{
	exchange(true, 64, 60000);
}

UNIT_TEST(chains_survive_without)
{
	exchange(false, 32, 60000);
}

UNIT_TEST(doorbell_follows_avail_event)
{
	struct virtqueue *vq;
	struct dev d;
	struct chain c = { 0 };

	REQUIRE(vq_alloc(1, 8, &vq) == 0);
	dev_init(&d, vq, true);
	/* avail_event 0: wants to hear of the first one only. */
	CHECK(send_chain(vq, &c, 1));
	vq_kick(vq);
	CHECK(d.bell == 1);
	d.bell = 0xffff;
	CHECK(send_chain(vq, &c, 1));
	vq_kick(vq);
	CHECK(d.bell == 0xffff);
	/* It asks for the one after the next; three come in one batch. */
	*(volatile uint16_t *)(void *)&d.ring[8] = 3;
	for (int i = 0; i < 3; i++)
		CHECK(send_chain(vq, &c, 1));
	vq_kick(vq);
	CHECK(d.bell == 1);
	CHECK(vq->vq_kicks == 2);
	while (vq_drain(vq) != NULL)
		continue;
	vq_free(vq);
}

UNIT_TEST(doorbell_that_was_missed)
{
	volatile uint16_t *event;
	struct virtqueue *vq;
	struct dev d;
	struct chain c = { 0 };
	uint16_t head;
	unsigned n;
	uint64_t sum;

	REQUIRE(vq_alloc(1, 8, &vq) == 0);
	dev_init(&d, vq, true);
	event = (volatile uint16_t *)(void *)&d.ring[8];
	/* The driver looks too early: the device's wish is still an old one. */
	*event = 0xfff0;
	CHECK(send_chain(vq, &c, 1));
	vq_kick(vq);
	CHECK(d.bell == 0xffff);
	vq_kick_again(vq);
	CHECK(d.bell == 0xffff);
	*event = 0;
	vq_kick_again(vq);
	CHECK(d.bell == 1);
	/* Nothing left to do: quiet. */
	d.bell = 0xffff;
	CHECK(dev_take(&d, &head, &n, &sum));
	dev_finish(&d, head, 0);
	*event = 1;
	vq_kick_again(vq);
	CHECK(d.bell == 0xffff);
	while (vq_drain(vq) != NULL)
		continue;
	vq_free(vq);
}

UNIT_TEST(doorbell_follows_no_notify)
{
	struct virtqueue *vq;
	struct dev d;
	struct chain c = { 0 };

	REQUIRE(vq_alloc(1, 8, &vq) == 0);
	dev_init(&d, vq, false);
	d.used[0] = 1;
	CHECK(send_chain(vq, &c, 2));
	vq_kick(vq);
	CHECK(d.bell == 0xffff);
	d.used[0] = 0;
	CHECK(send_chain(vq, &c, 2));
	vq_kick(vq);
	CHECK(d.bell == 1);
	/* Nothing new: no bell. */
	d.bell = 0xffff;
	vq_kick(vq);
	CHECK(d.bell == 0xffff);
	while (vq_drain(vq) != NULL)
		continue;
	vq_free(vq);
}

UNIT_TEST(interrupt_wish)
{
	struct virtqueue *vq;
	struct chain c[4] = { { 0 } };
	struct dev d;
	uint16_t head;
	unsigned n;
	uint64_t sum;

	REQUIRE(vq_alloc(0, 8, &vq) == 0);
	dev_init(&d, vq, true);
	for (int i = 0; i < 4; i++)
		CHECK(send_chain(vq, &c[i], 1));
	vq_kick(vq);
	/* used_event is the index of the buffer that interrupts. */
	CHECK(!vq_intr_on(vq, 1));
	CHECK(d.avail[2 + 8] == 0);
	CHECK(!vq_intr_on(vq, 3));
	CHECK(d.avail[2 + 8] == 2);
	for (int i = 0; i < 2; i++) {
		CHECK(dev_take(&d, &head, &n, &sum));
		dev_finish(&d, head, 0);
	}
	CHECK(!vq_intr_on(vq, 3));
	CHECK(vq_intr_on(vq, 2));
	CHECK(vq_intr_on(vq, 1));
	while (vq_drain(vq) != NULL)
		continue;
	vq_free(vq);
}

UNIT_TEST(sizes_that_are_refused)
{
	struct virtqueue *vq;

	CHECK(vq_alloc(0, 0, &vq) != 0 && vq == NULL);
	CHECK(vq_alloc(0, 48, &vq) != 0 && vq == NULL);
	CHECK(vq_alloc(0, 32768, &vq) == 0);
	vq_free(vq);
}
