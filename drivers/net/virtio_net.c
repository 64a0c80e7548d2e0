/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio network device (virtio 1.2, 5.1), legacy and modern, one queue pair.
 *
 * Receive: every buffer is an mbuf with a cluster that the device fills
 * directly behind its own header; a frame larger than one buffer (the host
 * joined segments) arrives as a chain of them (mergeable buffers).  Clusters
 * have 2 KB, or 4 or 16 when frames have been that long lately; what is short
 * then moves out of its cluster, or it would pin 16 KB.  Transmit:
 * one descriptor per mbuf, no copy; the header goes into the first mbuf's
 * headroom, or into a slot of vt_txhdr when there is none or it is shared.
 *
 * Work is done in the poll function: take received frames, refill, hand the
 * list to the stack, take back sent ones.  The transmit queue normally asks
 * for no interrupts: finished packets are collected by the next output or
 * poll, and by a timer that runs while any are outstanding, so that no mbuf
 * is held for longer than TX_RECLAIM_NS.  Only when the ring is full the
 * queue asks for one, and packets wait in vt_txq meanwhile.
 *
 * Locks: t vt_tx_lock (a spin lock: output comes from any thread); p the poll
 * function, which one thread runs at a time; c vt_ctrl_lock, a mutex around
 * the control queue.  Packets are never freed with a lock held, since
 * freeing may call their owner.
 */
#include "drivers/net/nic.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "drivers/virtio/virtio_pci.h"
#include "kernel/lib/rng.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/dev/poll.h"
#include "kernel/sched/thread.h"
#include "kernel/sync/lock.h"
#include "kernel/time/timer.h"

/* Feature bits, 5.1.3. */
#define F_CSUM		(1ull << 0)
#define F_GUEST_CSUM	(1ull << 1)
#define F_MTU		(1ull << 3)
#define F_MAC		(1ull << 5)
#define F_GUEST_TSO4	(1ull << 7)
#define F_GUEST_TSO6	(1ull << 8)
#define F_HOST_TSO4	(1ull << 11)
#define F_HOST_TSO6	(1ull << 12)
#define F_MRG_RXBUF	(1ull << 15)
#define F_STATUS	(1ull << 16)
#define F_CTRL_VQ	(1ull << 17)
#define F_CTRL_RX	(1ull << 18)

/* Configuration space, 5.1.4. */
#define CFG_MAC		0
#define CFG_STATUS	6
#define CFG_MTU		10
#define STATUS_LINK_UP	1

#define Q_RX		0
#define Q_TX		1
#define Q_CTRL		2	/* 2 * queue pairs */

/* Packet header, 5.1.6. */
struct vt_hdr {
	uint8_t		flags;
	uint8_t		gso_type;
	uint16_t	hdr_len;
	uint16_t	gso_size;
	uint16_t	csum_start;
	uint16_t	csum_offset;
	uint16_t	num_buffers;	/* only modern, or with MRG_RXBUF */
};
#define VT_HDR_LEN	12
#define VT_HDR_LEGACY	10
#define HDR_NEEDS_CSUM	1
#define HDR_DATA_VALID	2
#define GSO_TCPV4	1
#define GSO_TCPV6	4
#define GSO_ECN		0x80

/* Control queue, 5.1.6.5. */
#define CTRL_RX		0
#define CTRL_RX_PROMISC	0
#define CTRL_RX_ALLMULTI 1
#define CTRL_MAC	1
#define CTRL_MAC_TABLE	0
#define CTRL_OK		0

#define RX_BUF		2048	/* smallest receive buffer */
#define RX_BUF_MID	4096
#define RX_BUF_BIG	16384
#define RX_BIG_WANT	64	/* of the biggest, no more in the ring */
#define RX_AVG_SHIFT	3	/* weight of one frame in the average */
#define RX_MOVE_MAX	256	/* bytes moved out of a larger buffer */
#define RX_BATCH	64	/* frames a poll hands over at once */
#define RX_RING_MAX	256
#define RX_RING_SMALL	64	/* with little memory */
#define SMALL_MEMORY	(32u << 20)	/* bytes */
#define LARGE_MEMORY	(64u << 20)
#define TXQ_MAX		1024	/* packets waiting for ring space */
#define TX_RECLAIM_NS	20000000ull
#define TX_MAX_SEGS	64	/* more: copied together */
#define RX_RETRY_NS	10000000ull
#define CTRL_WAIT_MS	1000

struct vtnet {
	struct nic	vt_nic;		/* first */
	struct virtio_dev vt_dev;
	struct virtqueue *vt_rx;	/* p */
	struct virtqueue *vt_tx;	/* t */
	struct virtqueue *vt_ctrl;	/* c */
	struct poll_source vt_poll;
	struct timer	vt_timer;
	uint32_t	vt_timer_on;	/* a */
	uint32_t	vt_config_news;	/* a: configuration interrupt came */
	unsigned	vt_hdr_len;	/* I */
	unsigned	vt_rx_want;	/* p: buffers to keep in the ring */
	unsigned	vt_rx_most;	/* I: of them, the most */
	uint32_t	vt_rx_avg;	/* p: length of frames, lately */
	uint32_t	vt_rx_size;	/* p: of new receive buffers */
	bool		vt_rx_adapts;	/* I: there is memory for large ones */
	bool		vt_hdr_inline;	/* I: header and data may share */
	bool		vt_running;
	bool		vt_looked;	/* p: interrupts on, looked once */

	lck_spin_t	vt_tx_lock;
	struct vt_hdr	*vt_txhdr;	/* t: one per descriptor */
	mbuf_t		vt_txq_head, vt_txq_tail;	/* t */
	unsigned	vt_txq_len;	/* t */

	lck_mtx_t	vt_ctrl_lock;
	struct vt_ctrl	*vt_ctrl_buf;	/* c */

	uint64_t	vt_rx_nobuf, vt_tx_drops, vt_tx_full, vt_tx_copies;
};

/* What the control queue's commands are made of, in memory a device reads. */
struct vt_ctrl {
	uint8_t		class, command;
	uint8_t		ack;
	uint8_t		on;
	uint8_t		tables[4 + 4 + NIC_MAX_MCAST * NIC_ADDR_LEN];
};

static LOCK_GROUP(vtnet_grp, "vtnet");

static bool vtnet_poll(void *arg);

/* --- receive ---------------------------------------------------------------- */

/* What a frame's length says about the buffers to come. */
static void
vtnet_rx_adapt(struct vtnet *vt, uint32_t len)
{
	if (!vt->vt_rx_adapts)
		return;
	vt->vt_rx_avg += (len >> RX_AVG_SHIFT) -
	    (vt->vt_rx_avg >> RX_AVG_SHIFT);
	if (vt->vt_rx_avg > 2 * RX_BUF_MID) {
		vt->vt_rx_size = RX_BUF_BIG;
		vt->vt_rx_want = vt->vt_rx_most < RX_BIG_WANT ?
		    vt->vt_rx_most : RX_BIG_WANT;
	} else {
		vt->vt_rx_size = vt->vt_rx_avg > RX_BUF ? RX_BUF_MID : RX_BUF;
		vt->vt_rx_want = vt->vt_rx_most;
	}
}

/* A buffer for the ring; a small one when there is none of the size. */
static mbuf_t
vtnet_rx_buf(struct vtnet *vt, uint32_t *size)
{
	mbuf_t m;

	*size = vt->vt_rx_size;
	if (mbuf_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA, &m) != 0)
		return NULL;
	while (mbuf_getcluster(MBUF_DONTWAIT, MBUF_TYPE_DATA, *size, &m) != 0) {
		if (*size == RX_BUF) {
			mbuf_freem(m);
			return NULL;
		}
		*size = RX_BUF;
	}
	return m;
}

/* Keeps the ring filled; false when it is empty and nothing can be had. */
static bool
vtnet_rx_fill(struct vtnet *vt)
{
	struct virtqueue *vq = vt->vt_rx;

	while (vq_inflight(vq) < vt->vt_rx_want) {
		uint32_t size;
		mbuf_t m = vtnet_rx_buf(vt, &size);

		if (m == NULL) {
			vt->vt_rx_nobuf++;
			break;
		}
		vq_begin(vq);
		if (!vq_seg(vq, virt_to_phys(mbuf_data(m)), size, VQ_IN)) {
			vq_abort(vq);
			mbuf_freem(m);
			break;
		}
		vq_commit(vq, m);
	}
	vq_kick(vq);
	return vq_inflight(vq) != 0;
}

/* What the device says about checksum and segments. */
static void
vtnet_rx_offload(struct vtnet *vt, mbuf_t m, const struct vt_hdr *hdr)
{
	if (hdr->flags & HDR_NEEDS_CSUM)
		nic_rx_partial_csum(&vt->vt_nic, m, hdr->csum_start,
		    hdr->csum_offset);
	else if (hdr->flags & HDR_DATA_VALID)
		nic_rx_good_csum(m);
	switch (hdr->gso_type & ~GSO_ECN) {
	case GSO_TCPV4:
		nic_rx_joined(m, false, hdr->gso_size);
		break;
	case GSO_TCPV6:
		nic_rx_joined(m, true, hdr->gso_size);
		break;
	default:
		break;
	}
}

/* The same bytes outside the cluster when that would be a waste of it. */
static mbuf_t
vtnet_rx_move(mbuf_t m)
{
	size_t len = mbuf_len(m);
	mbuf_t n;

	if (len > RX_MOVE_MAX || mbuf_maxlen(m) <= RX_BUF ||
	    mbuf_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA, &n) != 0)
		return m;
	/* Headroom as behind the device's header, so that a frame can grow. */
	(void)mbuf_setdata(n, (char *)mbuf_data(n) + VT_HDR_LEN, len);
	memcpy(mbuf_data(n), mbuf_data(m), len);
	mbuf_freem(m);
	return n;
}

/*
 * One frame, all its buffers; NULL when the ring has none.  *bad is set when
 * there was one that had to be dropped.
 */
static mbuf_t
vtnet_rx_frame(struct vtnet *vt, bool *bad)
{
	struct vt_hdr hdr;
	uint32_t len, total;
	unsigned more = 0;
	mbuf_t m, last, n;
	char *p;

	m = vq_get(vt->vt_rx, &len);
	if (m == NULL)
		return NULL;
	p = mbuf_data(m);
	memcpy(&hdr, p, sizeof(hdr));
	*bad = len < vt->vt_hdr_len + NIC_HDR_LEN || len > mbuf_maxlen(m);
	if (*bad)
		len = vt->vt_hdr_len;
	total = len - vt->vt_hdr_len;
	(void)mbuf_setdata(m, p + vt->vt_hdr_len, total);
	m = vtnet_rx_move(m);
	if (virtio_has(&vt->vt_dev, F_MRG_RXBUF) && hdr.num_buffers > 1)
		more = hdr.num_buffers - 1u;
	for (last = m; more > 0; more--) {
		n = vq_get(vt->vt_rx, &len);
		if (n == NULL || len > mbuf_maxlen(n)) {
			/* The device promised more than it delivered. */
			*bad = true;
			if (n == NULL)
				break;
			len = 0;
		}
		mbuf_setlen(n, len);
		n = vtnet_rx_move(n);
		(void)mbuf_setflags_mask(n, 0, MBUF_PKTHDR);
		(void)mbuf_setnext(last, n);
		last = n;
		total += len;
	}
	mbuf_pkthdr_setlen(m, total);
	vtnet_rx_adapt(vt, total);
	if (!*bad && (hdr.flags | hdr.gso_type) != 0)
		vtnet_rx_offload(vt, m, &hdr);
	return m;
}

/* Takes up to RX_BATCH frames; true when there may be more. */
static bool
vtnet_rx(struct vtnet *vt)
{
	mbuf_t list = NULL, tail = NULL, m;
	unsigned n;
	bool bad = false;

	for (n = 0; n < RX_BATCH; n++) {
		m = vtnet_rx_frame(vt, &bad);
		if (m == NULL)
			break;
		if (bad) {
			(void)ifnet_stat_increment_in(vt->vt_nic.nic_ifp, 0, 0,
			    1);
			mbuf_freem(m);
			continue;
		}
		if (!nic_rx_prepare(&vt->vt_nic, m))
			continue;
		if (tail != NULL)
			mbuf_setnextpkt(tail, m);
		else
			list = m;
		tail = m;
	}
	if (n != 0) {
		(void)vtnet_rx_fill(vt);
		nic_input(&vt->vt_nic, list);
	}
	return n == RX_BATCH;
}

/* --- transmit --------------------------------------------------------------- */

struct vt_walk {
	struct virtqueue *vq;
	unsigned	nsegs;
};

static bool
vtnet_tx_seg(void *arg, uint64_t pa, uint32_t len)
{
	struct vt_walk *w = arg;

	if (++w->nsegs > TX_MAX_SEGS)
		return false;
	return vq_seg(w->vq, pa, len, VQ_OUT);
}

static void
vtnet_tx_hdr(struct vtnet *vt, mbuf_t m, struct vt_hdr *hdr)
{
	struct nic_offload of;

	memset(hdr, 0, VT_HDR_LEN);
	if (!virtio_has(&vt->vt_dev, F_CSUM) || !nic_tx_offload(m, &of))
		return;
	hdr->flags = HDR_NEEDS_CSUM;
	hdr->csum_start = of.of_l4;
	hdr->csum_offset = of.of_csum;
	if (of.of_mss != 0) {
		hdr->gso_type = of.of_ipv6 ? GSO_TCPV6 : GSO_TCPV4;
		hdr->gso_size = of.of_mss;
		hdr->hdr_len = of.of_hdrlen;
		nic_tso_pseudo(m, &of, true);
	}
}

/*
 * Puts one packet on the ring.  Returns: 0, ENOBUFS when the ring has no
 * room, EMSGSIZE when the packet has too many pieces.
 */
static errno_t
vtnet_tx_put(struct vtnet *vt, mbuf_t m)
{
	struct virtqueue *vq = vt->vt_tx;
	struct vt_walk w = { .vq = vq };
	struct vt_hdr hdr;
	bool ok;

	if (vq->vq_nfree < 2)
		return ENOBUFS;
	vtnet_tx_hdr(vt, m, &hdr);
	vq_begin(vq);
	if (vt->vt_hdr_inline && mbuf_leadingspace(m) >= vt->vt_hdr_len) {
		/* Headroom is nobody's: no need to move the data pointer. */
		char *p = (char *)mbuf_data(m) - vt->vt_hdr_len;
		size_t len = mbuf_len(m);

		memcpy(p, &hdr, vt->vt_hdr_len);
		if (((uintptr_t)p & 4095) + vt->vt_hdr_len + len <= 4096) {
			ok = vq_seg(vq, virt_to_phys(p),
			    (uint32_t)(vt->vt_hdr_len + len), VQ_OUT);
			m = mbuf_next(m);
			if (ok && m != NULL)
				ok = nic_dma_walk(m, vtnet_tx_seg, &w);
		} else {
			ok = vq_seg(vq, virt_to_phys(p), vt->vt_hdr_len,
			    VQ_OUT) && nic_dma_walk(m, vtnet_tx_seg, &w);
		}
	} else {
		struct vt_hdr *slot = &vt->vt_txhdr[vq_slot(vq)];

		*slot = hdr;
		ok = vq_seg(vq, virt_to_phys(slot), vt->vt_hdr_len, VQ_OUT) &&
		    nic_dma_walk(m, vtnet_tx_seg, &w);
	}
	if (ok)
		return 0;
	vq_abort(vq);
	return w.nsegs > TX_MAX_SEGS ? EMSGSIZE : ENOBUFS;
}

static errno_t
vtnet_tx_encap(struct vtnet *vt, mbuf_t m)
{
	errno_t error = vtnet_tx_put(vt, m);

	if (error == 0)
		vq_commit(vt->vt_tx, m);
	return error;
}

/* Finished packets, as a list through nextpkt.  t held. */
static mbuf_t
vtnet_tx_done(struct vtnet *vt)
{
	mbuf_t list = NULL, m;

	while ((m = vq_get(vt->vt_tx, NULL)) != NULL) {
		mbuf_setnextpkt(m, list);
		list = m;
	}
	return list;
}

/*
 * Moves waiting packets to the ring, in order; asks for an interrupt when
 * some have to stay.  t held.  Packets that can never go are put on *drop.
 */
static void
vtnet_tx_start(struct vtnet *vt, mbuf_t *drop)
{
	mbuf_t m, copy;
	errno_t error;

	while ((m = vt->vt_txq_head) != NULL) {
		mbuf_t next = mbuf_nextpkt(m);

		mbuf_setnextpkt(m, NULL);
		error = vtnet_tx_encap(vt, m);
		if (error == EMSGSIZE &&
		    mbuf_dup(m, MBUF_DONTWAIT, &copy) == 0) {
			/* Too many pieces: send a compact copy instead. */
			vt->vt_tx_copies++;
			mbuf_setnextpkt(m, *drop);
			*drop = m;
			m = copy;
			error = vtnet_tx_encap(vt, m);
		}
		if (error == ENOBUFS && vq_inflight(vt->vt_tx) != 0) {
			mbuf_setnextpkt(m, next);
			vt->vt_txq_head = m;
			if (next == NULL)
				vt->vt_txq_tail = m;
			vt->vt_tx_full++;
			break;
		}
		vt->vt_txq_head = next;
		vt->vt_txq_len--;
		if (error != 0) {
			vt->vt_tx_drops++;
			mbuf_setnextpkt(m, *drop);
			*drop = m;
		}
	}
	if (vt->vt_txq_head == NULL)
		vt->vt_txq_tail = NULL;
	vq_kick(vt->vt_tx);
}

static void
vtnet_arm(struct vtnet *vt, uint64_t ns)
{
	if (__atomic_exchange_n(&vt->vt_timer_on, 1, __ATOMIC_RELAXED) == 0)
		timer_arm(&vt->vt_timer, time_now_ns() + ns);
}

static void
vtnet_timer(void *arg)
{
	struct vtnet *vt = arg;

	__atomic_store_n(&vt->vt_timer_on, 0, __ATOMIC_RELAXED);
	poll_schedule(&vt->vt_poll);
}

static errno_t
vtnet_output(struct nic *nic, mbuf_t list)
{
	struct vtnet *vt = (struct vtnet *)nic;
	mbuf_t done = NULL, drop = NULL, m, next;
	errno_t error = 0;

	nic_tap_out(nic, list);
	lck_spin_lock(&vt->vt_tx_lock);
	if (vt->vt_tx->vq_nfree < vt->vt_tx->vq_size / 2)
		done = vtnet_tx_done(vt);
	for (m = list; m != NULL; m = next) {
		next = mbuf_nextpkt(m);
		mbuf_setnextpkt(m, NULL);
		if (!vt->vt_running || vt->vt_txq_len >= TXQ_MAX) {
			mbuf_setnextpkt(m, drop);
			drop = m;
			vt->vt_tx_drops++;
			error = ENOBUFS;
			continue;
		}
		if (vt->vt_txq_tail != NULL)
			mbuf_setnextpkt(vt->vt_txq_tail, m);
		else
			vt->vt_txq_head = m;
		vt->vt_txq_tail = m;
		vt->vt_txq_len++;
	}
	vtnet_tx_start(vt, &drop);
	if (vt->vt_txq_head != NULL &&
	    vq_intr_on(vt->vt_tx, vq_inflight(vt->vt_tx) / 2 + 1))
		poll_schedule(&vt->vt_poll);
	lck_spin_unlock(&vt->vt_tx_lock);
	vtnet_arm(vt, TX_RECLAIM_NS);
	mbuf_freem_list(done);
	mbuf_freem_list(drop);
	vq_kick_again(vt->vt_tx);
	return error;
}

/* Takes back what was sent, sends what waits.  p */
static void
vtnet_tx_service(struct vtnet *vt)
{
	mbuf_t done, drop = NULL;
	unsigned left;

	lck_spin_lock(&vt->vt_tx_lock);
	done = vtnet_tx_done(vt);
	if (vt->vt_txq_head != NULL) {
		vtnet_tx_start(vt, &drop);
		if (vt->vt_txq_head == NULL)
			vq_intr_off(vt->vt_tx);
		else if (vq_intr_on(vt->vt_tx,
		    vq_inflight(vt->vt_tx) / 2 + 1))
			poll_schedule(&vt->vt_poll);
	}
	left = vq_inflight(vt->vt_tx);
	vq_kick_again(vt->vt_tx);
	lck_spin_unlock(&vt->vt_tx_lock);
	if (left != 0)
		vtnet_arm(vt, TX_RECLAIM_NS);
	mbuf_freem_list(done);
	mbuf_freem_list(drop);
}

/* --- interrupts, poll ------------------------------------------------------- */

static void
vtnet_queue_intr(void *arg)
{
	struct vtnet *vt = arg;

	vt->vt_rx->vq_intrs++;
	/* With event indexes the next one has to be asked for anyway. */
	if (!vt->vt_rx->vq_event_idx)
		vq_intr_off(vt->vt_rx);
	poll_schedule(&vt->vt_poll);
}

static void
vtnet_config_intr(void *arg)
{
	struct vtnet *vt = arg;

	__atomic_store_n(&vt->vt_config_news, 1, __ATOMIC_RELAXED);
	poll_schedule(&vt->vt_poll);
}

static void
vtnet_link_check(struct vtnet *vt)
{
	uint16_t status = STATUS_LINK_UP;

	if (virtio_has(&vt->vt_dev, F_STATUS))
		virtio_cfg_read(&vt->vt_dev, CFG_STATUS, &status,
		    sizeof(status));
	nic_link(&vt->vt_nic, (status & STATUS_LINK_UP) != 0);
}

static bool
vtnet_poll(void *arg)
{
	struct vtnet *vt = arg;
	uint16_t seen;
	bool more;

	if (!vt->vt_running)
		return false;
	if (__atomic_exchange_n(&vt->vt_config_news, 0, __ATOMIC_RELAXED))
		vtnet_link_check(vt);
	seen = vt->vt_rx->vq_used_idx;
	more = vtnet_rx(vt);
	if (vt->vt_rx->vq_used_idx != seen)
		vt->vt_looked = false;
	if (vq_inflight(vt->vt_tx) != 0 || vt->vt_txq_head != NULL)
		vtnet_tx_service(vt);
	if (more)
		return true;
	if (vq_inflight(vt->vt_rx) < vt->vt_rx_want && !vtnet_rx_fill(vt)) {
		vtnet_arm(vt, RX_RETRY_NS);
		return false;
	}
	if (vq_intr_on(vt->vt_rx, 1)) {
		vt->vt_looked = false;
		return true;
	}
	/*
	 * Look once more after the next round of the thread: see
	 * vq_kick_again for why one look is not enough.
	 */
	vt->vt_looked = !vt->vt_looked;
	return vt->vt_looked;
}

/* --- receive mode ----------------------------------------------------------- */

/* Runs one command and waits for its answer.  c held. */
static errno_t
vtnet_ctrl(struct vtnet *vt, uint8_t class, uint8_t command, void *data,
    size_t len)
{
	struct virtqueue *vq = vt->vt_ctrl;
	struct vt_ctrl *c = vt->vt_ctrl_buf;

	c->class = class;
	c->command = command;
	c->ack = 0xff;
	vq_begin(vq);
	if (!vq_seg(vq, virt_to_phys(c), 2, VQ_OUT) ||
	    !vq_seg(vq, virt_to_phys(data), (uint32_t)len, VQ_OUT) ||
	    !vq_seg(vq, virt_to_phys(&c->ack), 1, VQ_IN)) {
		vq_abort(vq);
		return ENOBUFS;
	}
	vq_commit(vq, c);
	vq_kick(vq);
	for (unsigned ms = 0; ms < CTRL_WAIT_MS; ms++) {
		if (vq_get(vq, NULL) != NULL)
			return c->ack == CTRL_OK ? 0 : EIO;
		if (virtio_gone(&vt->vt_dev))
			return ENXIO;
		thread_sleep_ns(1000000);
	}
	return ETIMEDOUT;
}

/*
 * 5.1.6.5.2: two tables, unicast (empty: our own address always passes) and
 * multicast, each a 32-bit count and the addresses.
 */
static errno_t
vtnet_ctrl_mac_table(struct vtnet *vt, const uint8_t (*mcast)[NIC_ADDR_LEN],
    unsigned n)
{
	struct virtqueue *vq = vt->vt_ctrl;
	struct vt_ctrl *c = vt->vt_ctrl_buf;
	uint32_t count = n;

	memset(c->tables, 0, 4);
	memcpy(c->tables + 4, &count, 4);
	memcpy(c->tables + 8, mcast, n * NIC_ADDR_LEN);
	(void)vq;
	return vtnet_ctrl(vt, CTRL_MAC, CTRL_MAC_TABLE, c->tables,
	    8 + n * NIC_ADDR_LEN);
}

static errno_t
vtnet_rx_mode(struct nic *nic, bool promisc, bool allmulti,
    const uint8_t (*mcast)[NIC_ADDR_LEN], unsigned n)
{
	struct vtnet *vt = (struct vtnet *)nic;
	struct vt_ctrl *c = vt->vt_ctrl_buf;
	errno_t error;

	/* Without the command the device passes everything: nothing to do. */
	if (vt->vt_ctrl == NULL || !vt->vt_running)
		return 0;
	lck_mtx_lock(&vt->vt_ctrl_lock);
	c->on = promisc;
	error = vtnet_ctrl(vt, CTRL_RX, CTRL_RX_PROMISC, &c->on, 1);
	if (error == 0)
		error = vtnet_ctrl_mac_table(vt, mcast, n);
	if (error == 0 || error == EIO) {
		/* A table the device refuses is replaced by all multicast. */
		c->on = allmulti || error != 0;
		error = vtnet_ctrl(vt, CTRL_RX, CTRL_RX_ALLMULTI, &c->on, 1);
	}
	lck_mtx_unlock(&vt->vt_ctrl_lock);
	return error;
}

/* --- life cycle ------------------------------------------------------------- */

static void
vtnet_free_rings(struct vtnet *vt)
{
	mbuf_t m;

	if (vt->vt_rx != NULL)
		while ((m = vq_drain(vt->vt_rx)) != NULL)
			mbuf_freem(m);
	if (vt->vt_tx != NULL)
		while ((m = vq_drain(vt->vt_tx)) != NULL)
			mbuf_freem(m);
	mbuf_freem_list(vt->vt_txq_head);
	vt->vt_txq_head = vt->vt_txq_tail = NULL;
}

static void
vtnet_free(struct vtnet *vt)
{
	lck_spin_destroy(&vt->vt_tx_lock, &vtnet_grp);
	lck_mtx_destroy(&vt->vt_ctrl_lock, &vtnet_grp);
	kfree(vt->vt_txhdr);
	kfree(vt->vt_ctrl_buf);
	kfree(vt);
}

static void
vtnet_detached(struct nic *nic)
{
	struct vtnet *vt = (struct vtnet *)nic;

	vt->vt_running = false;
	poll_detach(&vt->vt_poll);
	timer_cancel_sync(&vt->vt_timer);
	virtio_stop(&vt->vt_dev);
	vtnet_free_rings(vt);
	virtio_close(&vt->vt_dev);
	vtnet_free(vt);
}

static const struct nic_ops vtnet_ops = {
	.no_output = vtnet_output,
	.no_rx_mode = vtnet_rx_mode,
	.no_detached = vtnet_detached,
};

static errno_t
vtnet_negotiate(struct vtnet *vt)
{
	struct virtio_dev *vd = &vt->vt_dev;
	uint64_t want = F_CSUM | F_GUEST_CSUM | F_MTU | F_MAC | F_HOST_TSO4 |
	    F_HOST_TSO6 | F_MRG_RXBUF | F_STATUS | F_CTRL_VQ | F_CTRL_RX;

	/* Joined frames need buffers that can be joined, and no checksums. */
	if ((vd->vd_offered & F_MRG_RXBUF) && (vd->vd_offered & F_GUEST_CSUM))
		want |= F_GUEST_TSO4 | F_GUEST_TSO6;
	if ((vd->vd_offered & F_CSUM) == 0)
		want &= ~(F_HOST_TSO4 | F_HOST_TSO6);
	if ((vd->vd_offered & F_CTRL_VQ) == 0)
		want &= ~F_CTRL_RX;
	return virtio_negotiate(vd, want);
}

static errno_t
vtnet_setup_queues(struct vtnet *vt)
{
	struct virtio_dev *vd = &vt->vt_dev;
	bool small = pmm_total_count() * 4096ull < SMALL_MEMORY;
	errno_t error;

	vd->vd_max_queue_size = RX_RING_MAX;
	error = virtio_vq_setup(vd, Q_RX, &vt->vt_rx);
	if (error == 0)
		error = virtio_vq_setup(vd, Q_TX, &vt->vt_tx);
	if (error == 0 && virtio_has(vd, F_CTRL_RX))
		error = virtio_vq_setup(vd, Q_CTRL, &vt->vt_ctrl);
	if (error != 0)
		return error;
	vt->vt_rx_most = small ? RX_RING_SMALL : RX_RING_MAX;
	if (vt->vt_rx_most > vt->vt_rx->vq_size)
		vt->vt_rx_most = vt->vt_rx->vq_size;
	vt->vt_rx_want = vt->vt_rx_most;
	vt->vt_rx_size = RX_BUF;
	vt->vt_rx_adapts = virtio_has(vd, F_MRG_RXBUF) &&
	    pmm_total_count() * 4096ull >= LARGE_MEMORY;
	vt->vt_txhdr = kmalloc(vt->vt_tx->vq_size * sizeof(struct vt_hdr),
	    M_WAITOK | M_ZERO);
	vt->vt_ctrl_buf = kmalloc(sizeof(struct vt_ctrl), M_WAITOK | M_ZERO);
	if (vt->vt_txhdr == NULL || vt->vt_ctrl_buf == NULL)
		return ENOMEM;
	vq_intr_off(vt->vt_tx);
	if (vt->vt_ctrl != NULL)
		vq_intr_off(vt->vt_ctrl);
	return 0;
}

static void
vtnet_read_config(struct vtnet *vt)
{
	struct nic *nic = &vt->vt_nic;
	uint16_t mtu;

	if (virtio_has(&vt->vt_dev, F_MAC)) {
		virtio_cfg_read(&vt->vt_dev, CFG_MAC, nic->nic_mac,
		    NIC_ADDR_LEN);
	} else {
		rng_bytes(nic->nic_mac, NIC_ADDR_LEN);
		nic->nic_mac[0] = (nic->nic_mac[0] & 0xfc) | 2;
	}
	nic->nic_max_mtu = 1500;
	if (virtio_has(&vt->vt_dev, F_MTU)) {
		virtio_cfg_read(&vt->vt_dev, CFG_MTU, &mtu, sizeof(mtu));
		nic->nic_max_mtu = mtu;
	}
}

static ifnet_offload_t
vtnet_offload(struct vtnet *vt)
{
	ifnet_offload_t o = 0;

	if (virtio_has(&vt->vt_dev, F_CSUM))
		o |= IFNET_CSUM_TCP | IFNET_CSUM_UDP | IFNET_CSUM_TCPIPV6 |
		    IFNET_CSUM_UDPIPV6;
	if (virtio_has(&vt->vt_dev, F_HOST_TSO4))
		o |= IFNET_TSO_IPV4;
	if (virtio_has(&vt->vt_dev, F_HOST_TSO6))
		o |= IFNET_TSO_IPV6;
	return o;
}

static errno_t
vtnet_attach(struct device *dev)
{
	struct pci_dev *pd = pci_dev_of(dev);
	struct vtnet *vt;
	errno_t error;

	vt = kmalloc(sizeof(*vt), M_WAITOK | M_ZERO);
	if (vt == NULL)
		return ENOMEM;
	lck_spin_init(&vt->vt_tx_lock, &vtnet_grp, LCK_ATTR_NULL);
	lck_mtx_init(&vt->vt_ctrl_lock, &vtnet_grp, LCK_ATTR_NULL);
	timer_init_hard(&vt->vt_timer, vtnet_timer, vt);
	poll_attach(&vt->vt_poll, vtnet_poll, vt);
	vt->vt_nic.nic_ops = &vtnet_ops;
	vt->vt_nic.nic_dev = dev;

	error = virtio_open(&vt->vt_dev, pd);
	if (error != 0)
		goto fail;
	error = vtnet_negotiate(vt);
	if (error == 0)
		error = vtnet_setup_queues(vt);
	if (error != 0)
		goto fail_open;
	vt->vt_hdr_len = vt->vt_dev.vd_modern ||
	    virtio_has(&vt->vt_dev, F_MRG_RXBUF) ? VT_HDR_LEN : VT_HDR_LEGACY;
	vt->vt_hdr_inline = virtio_has(&vt->vt_dev, VIRTIO_F_ANY_LAYOUT) ||
	    vt->vt_dev.vd_modern;
	vtnet_read_config(vt);
	error = nic_attach(&vt->vt_nic, vtnet_offload(vt), 10000000000ull);
	if (error != 0)
		goto fail_open;
	error = virtio_irq_setup(&vt->vt_dev, vtnet_queue_intr,
	    vtnet_config_intr, vt, dev->dev_name);
	if (error != 0) {
		/* The stack's detach calls vtnet_detached, which frees. */
		(void)nic_detach(dev);
		return error;
	}
	virtio_start(&vt->vt_dev);
	/* The queue is the poll function's from vt_running on. */
	(void)vtnet_rx_fill(vt);
	vt->vt_config_news = 1;
	__atomic_store_n(&vt->vt_running, true, __ATOMIC_RELEASE);
	nic_refresh(&vt->vt_nic);
	poll_schedule(&vt->vt_poll);
	printf("en%u: virtio-net %s, %s, features %llx, "
	    "%02x:%02x:%02x:%02x:%02x:%02x\n", vt->vt_nic.nic_unit,
	    vt->vt_dev.vd_modern ? "modern" : "legacy",
	    vt->vt_dev.vd_msix ? "MSI-X" : "INTx",
	    (unsigned long long)vt->vt_dev.vd_features,
	    vt->vt_nic.nic_mac[0], vt->vt_nic.nic_mac[1],
	    vt->vt_nic.nic_mac[2], vt->vt_nic.nic_mac[3],
	    vt->vt_nic.nic_mac[4], vt->vt_nic.nic_mac[5]);
	return 0;

fail_open:
	virtio_close(&vt->vt_dev);
fail:
	vtnet_free(vt);
	return error;
}

static const struct driver_match vtnet_match[] = {
	{ VIRTIO_VENDOR, VIRTIO_ID_NET_LEGACY, 0, "virtio network, transitional" },
	{ VIRTIO_VENDOR, VIRTIO_ID_NET, 0, "virtio network" },
	{ 0, 0, 0, NULL }
};
DRIVER(vtnet, BUS_PCI, vtnet_match, vtnet_attach, nic_detach);
