/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio over PCI: see virtio_pci.h.  Offsets are those of struct
 * virtio_pci_common_cfg (virtio 1.2, 4.1.4.3) and of the legacy register
 * block (4.1.4.10).
 */
#include "drivers/virtio/virtio_pci.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/io.h"

/* Vendor capability, 4.1.4: type and place of a window. */
#define VCAP_TYPE	3
#define VCAP_BAR	4
#define VCAP_OFFSET	8
#define VCAP_LENGTH	12
#define VCAP_NOTIFY_MULT 16
#define VCAP_COMMON	1
#define VCAP_NOTIFY	2
#define VCAP_ISR	3
#define VCAP_DEVICE	4

/* Common configuration. */
#define CC_DFSELECT	0
#define CC_DF		4
#define CC_GFSELECT	8
#define CC_GF		12
#define CC_MSIX_CONFIG	16
#define CC_STATUS	20
#define CC_GENERATION	21
#define CC_Q_SELECT	22
#define CC_Q_SIZE	24
#define CC_Q_MSIX	26
#define CC_Q_ENABLE	28
#define CC_Q_NOTIFY_OFF	30
#define CC_Q_DESC	32
#define CC_Q_AVAIL	40
#define CC_Q_USED	48

/* Legacy registers. */
#define LG_DF		0
#define LG_GF		4
#define LG_Q_PFN	8
#define LG_Q_SIZE	12
#define LG_Q_SELECT	14
#define LG_Q_NOTIFY	16
#define LG_STATUS	18
#define LG_ISR		19
#define LG_MSIX_CONFIG	20
#define LG_Q_MSIX	22
#define LG_CFG		20	/* 24 with MSI-X on */
#define LG_CFG_MSIX	24

#define ST_ACKNOWLEDGE	1
#define ST_DRIVER	2
#define ST_DRIVER_OK	4
#define ST_FEATURES_OK	8
#define ST_FAILED	128

#define ISR_QUEUE	1
#define ISR_CONFIG	2

#define VEC_CONFIG	0
#define VEC_QUEUES	1
#define VEC_NONE	0xffff

static uint8_t
virtio_status(struct virtio_dev *vd)
{
	return vd->vd_modern ? mmio_read8(vd->vd_common + CC_STATUS) :
	    inb(vd->vd_io + LG_STATUS);
}

static void
virtio_set_status(struct virtio_dev *vd, uint8_t v)
{
	if (vd->vd_modern)
		mmio_write8(vd->vd_common + CC_STATUS, v);
	else
		outb(vd->vd_io + LG_STATUS, v);
}

/* Where nobody answers a machine reads all ones, QEMU's sometimes zeros. */
bool
virtio_gone(struct virtio_dev *vd)
{
	uint8_t status = virtio_status(vd);

	return status == 0xff || (status & ST_DRIVER_OK) == 0;
}

/* 4.1.4.3.1: a device may take a moment until the reset reads back as 0. */
static errno_t
virtio_reset(struct virtio_dev *vd)
{
	virtio_set_status(vd, 0);
	for (int i = 0; i < 1000; i++) {
		uint8_t status = virtio_status(vd);

		if (status == 0)
			return 0;
		if (status == 0xff)	/* nobody answers */
			return ENXIO;
		clock_delay_us(100);
	}
	return EIO;
}

/* Finds one window of a modern device; 0 when it has none. */
static errno_t
virtio_map_window(struct pci_dev *pd, uint8_t type, volatile uint8_t **va,
    unsigned *cap)
{
	unsigned at = 0;

	while ((at = pci_find_cap(pd, PCI_CAP_VENDOR, at)) != 0) {
		volatile void *bar;
		errno_t error;

		if (pci_read8(pd, at + VCAP_TYPE) != type)
			continue;
		error = pci_map_bar(pd, pci_read8(pd, at + VCAP_BAR), &bar);
		if (error == ENXIO)
			continue;	/* an I/O or a reserved one: next */
		if (error != 0)
			return error;
		*va = (volatile uint8_t *)bar +
		    pci_read32(pd, at + VCAP_OFFSET);
		*cap = at;
		return 0;
	}
	return ENXIO;
}

static errno_t
virtio_open_modern(struct virtio_dev *vd)
{
	struct pci_dev *pd = vd->vd_pci;
	unsigned cap;
	errno_t error;

	error = virtio_map_window(pd, VCAP_COMMON, &vd->vd_common, &cap);
	if (error != 0)
		return error;
	error = virtio_map_window(pd, VCAP_ISR, &vd->vd_isr, &cap);
	if (error != 0)
		return error;
	error = virtio_map_window(pd, VCAP_NOTIFY, &vd->vd_notify, &cap);
	if (error != 0)
		return error;
	vd->vd_notify_mult = pci_read32(pd, cap + VCAP_NOTIFY_MULT);
	error = virtio_map_window(pd, VCAP_DEVICE, &vd->vd_cfg, &cap);
	if (error != 0 && error != ENXIO)
		return error;
	vd->vd_modern = true;
	return 0;
}

static uint64_t
virtio_offered(struct virtio_dev *vd)
{
	uint64_t f;

	if (!vd->vd_modern)
		return inl(vd->vd_io + LG_DF);
	mmio_write32(vd->vd_common + CC_DFSELECT, 0);
	f = mmio_read32(vd->vd_common + CC_DF);
	mmio_write32(vd->vd_common + CC_DFSELECT, 1);
	return f | (uint64_t)mmio_read32(vd->vd_common + CC_DF) << 32;
}

errno_t
virtio_open(struct virtio_dev *vd, struct pci_dev *pd)
{
	errno_t error;

	memset(vd, 0, sizeof(*vd));
	vd->vd_pci = pd;
	pci_enable(pd, PCI_CMD_IO | PCI_CMD_MEM | PCI_CMD_MASTER);
	error = virtio_open_modern(vd);
	if (error == ENXIO && pd->pd_bar[0].bar_io) {
		vd->vd_io = (uint16_t)pd->pd_bar[0].bar_addr;
		vd->vd_io_cfg = vd->vd_io + LG_CFG;
		error = 0;
	}
	if (error == 0)
		error = virtio_reset(vd);
	if (error != 0) {
		pci_unmap_bars(pd);
		return error;
	}
	virtio_set_status(vd, ST_ACKNOWLEDGE);
	virtio_set_status(vd, ST_ACKNOWLEDGE | ST_DRIVER);
	vd->vd_offered = virtio_offered(vd);
	return 0;
}

errno_t
virtio_negotiate(struct virtio_dev *vd, uint64_t wanted)
{
	uint64_t f;

	wanted |= VIRTIO_F_EVENT_IDX | VIRTIO_F_ANY_LAYOUT;
	if (vd->vd_modern)
		wanted |= VIRTIO_F_VERSION_1;
	f = vd->vd_offered & wanted;
	vd->vd_features = f;
	if (!vd->vd_modern) {
		outl(vd->vd_io + LG_GF, (uint32_t)f);
		return 0;
	}
	if ((f & VIRTIO_F_VERSION_1) == 0)
		return ENOTSUP;
	mmio_write32(vd->vd_common + CC_GFSELECT, 0);
	mmio_write32(vd->vd_common + CC_GF, (uint32_t)f);
	mmio_write32(vd->vd_common + CC_GFSELECT, 1);
	mmio_write32(vd->vd_common + CC_GF, (uint32_t)(f >> 32));
	virtio_set_status(vd, ST_ACKNOWLEDGE | ST_DRIVER | ST_FEATURES_OK);
	if ((virtio_status(vd) & ST_FEATURES_OK) == 0) {
		virtio_set_status(vd, ST_FAILED);
		return ENOTSUP;
	}
	return 0;
}

void
virtio_cfg_read(struct virtio_dev *vd, unsigned off, void *buf, unsigned len)
{
	uint8_t *p = buf, gen;

	if (!vd->vd_modern) {
		for (unsigned i = 0; i < len; i++)
			p[i] = inb((uint16_t)(vd->vd_io_cfg + off + i));
		return;
	}
	do {
		gen = mmio_read8(vd->vd_common + CC_GENERATION);
		for (unsigned i = 0; i < len; i++)
			p[i] = mmio_read8(vd->vd_cfg + off + i);
	} while (gen != mmio_read8(vd->vd_common + CC_GENERATION));
}

void
virtio_cfg_write(struct virtio_dev *vd, unsigned off, const void *buf,
    unsigned len)
{
	const uint8_t *p = buf;

	for (unsigned i = 0; i < len; i++) {
		if (vd->vd_modern)
			mmio_write8(vd->vd_cfg + off + i, p[i]);
		else
			outb((uint16_t)(vd->vd_io_cfg + off + i), p[i]);
	}
}

/* --- queues ---------------------------------------------------------------- */

errno_t
virtio_vq_setup(struct virtio_dev *vd, unsigned index, struct virtqueue **vqp)
{
	struct virtqueue *vq;
	uint16_t size;
	errno_t error;

	*vqp = NULL;
	if (index >= VIRTIO_MAX_QUEUES)
		return ENXIO;
	if (vd->vd_modern) {
		mmio_write16(vd->vd_common + CC_Q_SELECT, (uint16_t)index);
		size = mmio_read16(vd->vd_common + CC_Q_SIZE);
		/* Only a modern device lets the driver choose fewer. */
		if (vd->vd_max_queue_size != 0 && size > vd->vd_max_queue_size)
			size = (uint16_t)vd->vd_max_queue_size;
	} else {
		outw(vd->vd_io + LG_Q_SELECT, (uint16_t)index);
		size = inw(vd->vd_io + LG_Q_SIZE);
	}
	if (size == 0)
		return ENXIO;
	error = vq_alloc((uint16_t)index, size, &vq);
	if (error != 0)
		return error;
	vq->vq_event_idx = virtio_has(vd, VIRTIO_F_EVENT_IDX);
	if (vd->vd_modern) {
		uint16_t noff = mmio_read16(vd->vd_common + CC_Q_NOTIFY_OFF);

		vq->vq_notify = (volatile uint16_t *)(volatile void *)
		    (vd->vd_notify + noff * vd->vd_notify_mult);
		mmio_write16(vd->vd_common + CC_Q_SIZE, size);
		mmio_write64(vd->vd_common + CC_Q_DESC, vq->vq_pa);
		mmio_write64(vd->vd_common + CC_Q_AVAIL,
		    vq->vq_pa + vq->vq_avail_off);
		mmio_write64(vd->vd_common + CC_Q_USED,
		    vq->vq_pa + vq->vq_used_off);
		mmio_write16(vd->vd_common + CC_Q_MSIX, VEC_NONE);
		mmio_write16(vd->vd_common + CC_Q_ENABLE, 1);
	} else {
		vq->vq_notify_io = vd->vd_io + LG_Q_NOTIFY;
		outl(vd->vd_io + LG_Q_PFN, (uint32_t)(vq->vq_pa >> 12));
	}
	vd->vd_vq[index] = vq;
	*vqp = vq;
	return 0;
}

/* --- interrupts ------------------------------------------------------------ */

static bool
virtio_intx(void *arg)
{
	struct virtio_dev *vd = arg;
	uint8_t isr = vd->vd_modern ? mmio_read8(vd->vd_isr) :
	    inb(vd->vd_io + LG_ISR);

	if (isr == 0xff)	/* the device is gone */
		return false;
	if (isr & ISR_QUEUE)
		vd->vd_queue_fn(vd->vd_arg);
	if ((isr & ISR_CONFIG) && vd->vd_config_fn != NULL)
		vd->vd_config_fn(vd->vd_arg);
	return isr != 0;
}

static void
virtio_config_unused(void *arg)
{
	(void)arg;
}

/* Tells the device which vector is whose; false when it refuses one. */
static bool
virtio_route_msix(struct virtio_dev *vd)
{
	if (vd->vd_modern) {
		mmio_write16(vd->vd_common + CC_MSIX_CONFIG, VEC_CONFIG);
		if (mmio_read16(vd->vd_common + CC_MSIX_CONFIG) != VEC_CONFIG)
			return false;
	} else {
		outw(vd->vd_io + LG_MSIX_CONFIG, VEC_CONFIG);
		if (inw(vd->vd_io + LG_MSIX_CONFIG) != VEC_CONFIG)
			return false;
	}
	for (unsigned i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		if (vd->vd_vq[i] == NULL)
			continue;
		if (vd->vd_modern) {
			mmio_write16(vd->vd_common + CC_Q_SELECT, (uint16_t)i);
			mmio_write16(vd->vd_common + CC_Q_MSIX, VEC_QUEUES);
			if (mmio_read16(vd->vd_common + CC_Q_MSIX) !=
			    VEC_QUEUES)
				return false;
		} else {
			outw(vd->vd_io + LG_Q_SELECT, (uint16_t)i);
			outw(vd->vd_io + LG_Q_MSIX, VEC_QUEUES);
			if (inw(vd->vd_io + LG_Q_MSIX) != VEC_QUEUES)
				return false;
		}
	}
	return true;
}

errno_t
virtio_irq_setup(struct virtio_dev *vd, void (*queue_fn)(void *),
    void (*config_fn)(void *), void *arg, const char *name)
{
	struct pci_dev *pd = vd->vd_pci;

	vd->vd_queue_fn = queue_fn;
	vd->vd_config_fn = config_fn;
	vd->vd_arg = arg;
	if (pd->pd_msix_count >= 2 && pci_msix_enable(pd) == 0) {
		/* Legacy: the two vector registers come before the rest. */
		vd->vd_io_cfg = vd->vd_io + LG_CFG_MSIX;
		if (pci_msix_attach(pd, VEC_CONFIG, config_fn != NULL ?
		    config_fn : virtio_config_unused, arg, name) == 0 &&
		    pci_msix_attach(pd, VEC_QUEUES, queue_fn, arg, name) == 0 &&
		    virtio_route_msix(vd)) {
			vd->vd_msix = true;
			return 0;
		}
		pci_msix_disable(pd);
		vd->vd_io_cfg = vd->vd_io + LG_CFG;
	}
	return pci_intx_attach(pd, virtio_intx, vd, name);
}

void
virtio_start(struct virtio_dev *vd)
{
	uint8_t ok = vd->vd_modern ? ST_FEATURES_OK : 0;

	virtio_set_status(vd, ST_ACKNOWLEDGE | ST_DRIVER | ST_DRIVER_OK | ok);
}

void
virtio_stop(struct virtio_dev *vd)
{
	(void)virtio_reset(vd);
	pci_disable(vd->vd_pci, PCI_CMD_MASTER);
	pci_msix_disable(vd->vd_pci);
	pci_intx_detach(vd->vd_pci);
}

void
virtio_close(struct virtio_dev *vd)
{
	virtio_stop(vd);
	for (unsigned i = 0; i < VIRTIO_MAX_QUEUES; i++) {
		vq_free(vd->vd_vq[i]);
		vd->vd_vq[i] = NULL;
	}
	pci_unmap_bars(vd->vd_pci);
}
