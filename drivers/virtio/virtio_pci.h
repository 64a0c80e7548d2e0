/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio over PCI, modern (virtio 1.2, 4.1) and legacy (4.1.4.10).
 *
 * A driver's start-up, following virtio 1.2, 3.1.1:
 *
 *	virtio_open(vd, pd)		reset, ACKNOWLEDGE, DRIVER
 *	virtio_negotiate(vd, wanted)	features; FEATURES_OK
 *	virtio_vq_setup(vd, i, &vq)	each queue
 *	virtio_irq_setup(vd, ...)	two vectors, or INTx
 *	virtio_start(vd)		DRIVER_OK
 * and virtio_stop(vd), which resets the device: after it no memory of the
 * driver is written any more; then virtio_close(vd), which frees the queues.
 */
#ifndef DRIVERS_VIRTIO_VIRTIO_PCI_H
#define DRIVERS_VIRTIO_VIRTIO_PCI_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "drivers/bus/pci.h"
#include "drivers/virtio/virtqueue.h"

#define VIRTIO_VENDOR		0x1af4
#define VIRTIO_ID_NET_LEGACY	0x1000	/* transitional device ids */
#define VIRTIO_ID_RNG_LEGACY	0x1005
#define VIRTIO_ID_NET		0x1041	/* 0x1040 + device type */
#define VIRTIO_ID_RNG		0x1044

/* Feature bits that belong to no device type (virtio 1.2, 6). */
#define VIRTIO_F_NOTIFY_ON_EMPTY (1ull << 24)
#define VIRTIO_F_ANY_LAYOUT	(1ull << 27)
#define VIRTIO_F_INDIRECT_DESC	(1ull << 28)
#define VIRTIO_F_EVENT_IDX	(1ull << 29)
#define VIRTIO_F_VERSION_1	(1ull << 32)

#define VIRTIO_MAX_QUEUES	4

struct virtio_dev {
	struct pci_dev	*vd_pci;
	bool		 vd_modern;
	uint64_t	 vd_offered, vd_features;
	unsigned	 vd_max_queue_size;	/* 0: as the device says */

	/* Modern windows. */
	volatile uint8_t *vd_common, *vd_isr, *vd_cfg, *vd_notify;
	uint32_t	 vd_notify_mult;
	/* Legacy window: one I/O range. */
	uint16_t	 vd_io, vd_io_cfg;

	bool		 vd_msix;
	void		(*vd_queue_fn)(void *);
	void		(*vd_config_fn)(void *);
	void		*vd_arg;
	struct virtqueue *vd_vq[VIRTIO_MAX_QUEUES];
};

errno_t	virtio_open(struct virtio_dev *vd, struct pci_dev *pd);
void	virtio_stop(struct virtio_dev *vd);
void	virtio_close(struct virtio_dev *vd);	/* stops as well */

/*
 * Accepts what is both offered and wanted (VERSION_1, EVENT_IDX and
 * ANY_LAYOUT are added).  Returns: 0, ENOTSUP when the device insists on
 * something else.
 */
errno_t	virtio_negotiate(struct virtio_dev *vd, uint64_t wanted);

static inline bool
virtio_has(const struct virtio_dev *vd, uint64_t feature)
{
	return (vd->vd_features & feature) != 0;
}

/* Device configuration space; multi-byte reads are consistent. */
void	virtio_cfg_read(struct virtio_dev *vd, unsigned off, void *buf,
	    unsigned len);
void	virtio_cfg_write(struct virtio_dev *vd, unsigned off, const void *buf,
	    unsigned len);

/* Returns: 0, ENXIO when the device has no such queue, ENOMEM. */
errno_t	virtio_vq_setup(struct virtio_dev *vd, unsigned index,
	    struct virtqueue **vqp);

/*
 * Interrupts: queue_fn when any queue has news, config_fn (may be NULL) when
 * the configuration changed; both in interrupt context.  MSI-X when the
 * device has two vectors, else INTx.  Call after the queues are set up.
 */
errno_t	virtio_irq_setup(struct virtio_dev *vd, void (*queue_fn)(void *),
	    void (*config_fn)(void *), void *arg, const char *name);

void	virtio_start(struct virtio_dev *vd);

/* True when a started device does not answer at its registers any more. */
bool	virtio_gone(struct virtio_dev *vd);

#endif
