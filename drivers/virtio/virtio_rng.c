/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio entropy device (virtio 1.2, 5.4): asks for RNG_BYTES at once and
 * then every RNG_PERIOD_NS, and feeds what comes to the kernel's generator.
 * One buffer is outstanding at most, so nothing needs a lock: the timer
 * submits only after the interrupt has said that the last one is back.
 */
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "drivers/virtio/virtio_pci.h"
#include "kernel/lib/rng.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/time/timer.h"

#define RNG_BYTES	64
#define RNG_PERIOD_NS	(60ull * 1000000000ull)

struct vtrng {
	struct virtio_dev vr_dev;
	struct virtqueue *vr_vq;
	struct timer	vr_timer;
	uint8_t		*vr_buf;
	bool		vr_gone;	/* detaching: asks for no more */
};

static void
vtrng_submit(void *arg)
{
	struct vtrng *vr = arg;

	vq_begin(vr->vr_vq);
	if (!vq_seg(vr->vr_vq, virt_to_phys(vr->vr_buf), RNG_BYTES, VQ_IN)) {
		vq_abort(vr->vr_vq);
		return;
	}
	vq_commit(vr->vr_vq, vr);
	vq_kick(vr->vr_vq);
}

static void
vtrng_intr(void *arg)
{
	struct vtrng *vr = arg;
	uint32_t len;

	while (vq_get(vr->vr_vq, &len) != NULL) {
		rng_feed(vr->vr_buf, len < RNG_BYTES ? len : RNG_BYTES);
		if (vr->vr_gone)
			continue;
		timer_arm(&vr->vr_timer, time_now_ns() + RNG_PERIOD_NS);
	}
	(void)vq_intr_on(vr->vr_vq, 1);
}

static void
vtrng_free(struct vtrng *vr)
{
	kfree(vr->vr_buf);
	kfree(vr);
}

static errno_t
vtrng_attach(struct device *dev)
{
	struct vtrng *vr;
	errno_t error;

	vr = kmalloc(sizeof(*vr), M_WAITOK | M_ZERO);
	if (vr == NULL)
		return ENOMEM;
	timer_init(&vr->vr_timer, vtrng_submit, vr);
	vr->vr_buf = kmalloc(RNG_BYTES, M_WAITOK | M_ZERO);
	if (vr->vr_buf == NULL) {
		error = ENOMEM;
		goto fail;
	}
	error = virtio_open(&vr->vr_dev, pci_dev_of(dev));
	if (error != 0)
		goto fail;
	error = virtio_negotiate(&vr->vr_dev, 0);
	if (error == 0)
		error = virtio_vq_setup(&vr->vr_dev, 0, &vr->vr_vq);
	if (error == 0)
		error = virtio_irq_setup(&vr->vr_dev, vtrng_intr, NULL, vr,
		    dev->dev_name);
	if (error != 0)
		goto fail_open;
	dev->dev_softc = vr;
	virtio_start(&vr->vr_dev);
	(void)vq_intr_on(vr->vr_vq, 1);
	vtrng_submit(vr);
	return 0;

fail_open:
	virtio_close(&vr->vr_dev);
fail:
	vtrng_free(vr);
	return error;
}

static errno_t
vtrng_detach(struct device *dev)
{
	struct vtrng *vr = dev->dev_softc;

	vr->vr_gone = true;
	timer_cancel_sync(&vr->vr_timer);	/* it uses the queue */
	virtio_close(&vr->vr_dev);
	vtrng_free(vr);
	return 0;
}

static const struct driver_match vtrng_match[] = {
	{ VIRTIO_VENDOR, VIRTIO_ID_RNG_LEGACY, 0, "virtio entropy, transitional" },
	{ VIRTIO_VENDOR, VIRTIO_ID_RNG, 0, "virtio entropy" },
	{ 0, 0, 0, NULL }
};
DRIVER(vtrng, BUS_PCI, vtrng_match, vtrng_attach, vtrng_detach);
