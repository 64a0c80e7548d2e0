/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intel 8254x gigabit Ethernet, written for the 82540EM.
 *
 * Two rings of 256 descriptors.  Receive: each descriptor points at the 2 KB
 * cluster of an mbuf; a frame that needs several becomes a chain.  Transmit:
 * a context descriptor when the packet asks for a checksum other than the
 * previous one's or for segmentation, then one data descriptor per piece of
 * the chain, no copy; only the last one reports status (SDM 3.3.7), and one
 * write of TDT rings for a whole list.
 *
 * As with virtio_net.c the poll function does the work, sent packets are
 * collected by the next output, poll or a timer, and the transmit interrupt
 * is on only while packets wait for room.
 *
 * Locks: t e_tx_lock (spin); p the poll function, which one thread runs at a
 * time.  Packets are never freed with a lock held: freeing may call their
 * owner.
 */
#include "drivers/net/nic.h"

#include <string.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "arch/x86_64/clock.h"
#include "arch/x86_64/io.h"
#include "drivers/bus/pci.h"
#include "drivers/net/e1000_reg.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "kernel/dev/poll.h"
#include "kernel/sync/lock.h"
#include "kernel/time/timer.h"

#define RING_SIZE	256		/* power of two; 4 KB of descriptors */
#define RING_MASK	(RING_SIZE - 1)
#define RX_RING_SMALL	64		/* with little memory */
#define SMALL_MEMORY	(32u << 20)	/* bytes */
#define RX_BUF		2048		/* RCTL.BSIZE 00 */
#define RX_BATCH	64
#define TXQ_MAX		1024		/* packets waiting for room */
#define TX_MAX_SEGS	64		/* more: copied together */
#define TX_RECLAIM_NS	20000000ull
#define RX_RETRY_NS	10000000ull
#define INT_WANTED	(INT_LSC | INT_RXT0 | INT_RXO | INT_RXDMT0)

/* The offload context the hardware remembers (SDM 3.3.6). */
struct e1000_ctx {
	uint64_t	offsets;
	uint32_t	cmd;		/* without the payload length */
	uint32_t	mss;
};

struct e1000 {
	struct nic	e_nic;		/* first */
	struct pci_dev	*e_pci;
	volatile uint8_t *e_reg;
	struct poll_source e_poll;
	struct timer	e_timer;
	uint32_t	e_timer_on;	/* a */
	uint32_t	e_link_news;	/* a */
	bool		e_running;

	struct e1000_rxd *e_rx;		/* p */
	mbuf_t		e_rx_buf[RING_SIZE];
	unsigned	e_rx_next;	/* p: next to be done */
	unsigned	e_rx_tail;	/* p: next to fill */
	unsigned	e_rx_want;	/* I */
	mbuf_t		e_rx_head, e_rx_last;	/* p: frame being put together */
	bool		e_rx_bad;	/* p */

	lck_spin_t	e_tx_lock;
	struct e1000_txd *e_tx;		/* t */
	mbuf_t		e_tx_buf[RING_SIZE];	/* t: at the last descriptor */
	uint16_t	e_tx_count[RING_SIZE];	/* t: descriptors, same place */
	uint16_t	e_tx_last[RING_SIZE];	/* t: first -> last of a packet */
	unsigned	e_tx_clean;	/* t: oldest in flight */
	unsigned	e_tx_tail;	/* t: next to fill */
	unsigned	e_tx_free;	/* t */
	struct e1000_ctx e_tx_ctx;	/* t */
	mbuf_t		e_txq_head, e_txq_tail;	/* t */
	unsigned	e_txq_len;	/* t */

	uint64_t	e_rx_nobuf, e_tx_drops, e_tx_copies;
};

static LOCK_GROUP(e1000_grp, "e1000");

static uint32_t
rd(struct e1000 *e, unsigned reg)
{
	return mmio_read32(e->e_reg + reg);
}

static void
wr(struct e1000 *e, unsigned reg, uint32_t v)
{
	mmio_write32(e->e_reg + reg, v);
}

/* --- receive ---------------------------------------------------------------- */

static unsigned
e1000_rx_inflight(const struct e1000 *e)
{
	return (e->e_rx_tail - e->e_rx_next) & RING_MASK;
}

/* One descriptor stays empty: head == tail means none (SDM 3.2.6). */
static bool
e1000_rx_fill(struct e1000 *e)
{
	unsigned start = e->e_rx_tail;

	while (e1000_rx_inflight(e) < e->e_rx_want) {
		struct e1000_rxd *d = &e->e_rx[e->e_rx_tail];
		mbuf_t m;

		if (mbuf_getpacket(MBUF_DONTWAIT, &m) != 0) {
			e->e_rx_nobuf++;
			break;
		}
		e->e_rx_buf[e->e_rx_tail] = m;
		d->addr = virt_to_phys(mbuf_data(m));
		d->status = 0;
		e->e_rx_tail = (e->e_rx_tail + 1) & RING_MASK;
	}
	if (e->e_rx_tail != start) {
		io_wmb();
		wr(e, E1000_RDT, e->e_rx_tail);
	}
	return e1000_rx_inflight(e) != 0;
}

static void
e1000_rx_append(struct e1000 *e, mbuf_t m, uint16_t len)
{
	mbuf_setlen(m, len);
	if (e->e_rx_head == NULL) {
		e->e_rx_head = m;
		mbuf_pkthdr_setlen(m, len);
	} else {
		(void)mbuf_setflags_mask(m, 0, MBUF_PKTHDR);
		(void)mbuf_setnext(e->e_rx_last, m);
		mbuf_pkthdr_adjustlen(e->e_rx_head, len);
	}
	e->e_rx_last = m;
}

/* The next whole frame, NULL when there is none; bad ones are dropped here. */
static mbuf_t
e1000_rx_frame(struct e1000 *e)
{
	for (;;) {
		volatile struct e1000_rxd *d = &e->e_rx[e->e_rx_next];
		uint8_t status, errors;
		uint16_t len;
		mbuf_t m;

		if (e->e_rx_next == e->e_rx_tail ||
		    ((status = d->status) & RXD_DD) == 0)
			return NULL;
		io_rmb();
		errors = d->errors;
		len = d->length;
		m = e->e_rx_buf[e->e_rx_next];
		e->e_rx_buf[e->e_rx_next] = NULL;
		e->e_rx_next = (e->e_rx_next + 1) & RING_MASK;
		if ((errors & RXD_ERR_FRAME) != 0 || len > RX_BUF) {
			e->e_rx_bad = true;
			len = 0;
		}
		e1000_rx_append(e, m, len);
		if ((status & RXD_EOP) == 0)
			continue;
		m = e->e_rx_head;
		e->e_rx_head = e->e_rx_last = NULL;
		if (e->e_rx_bad) {
			e->e_rx_bad = false;
			(void)ifnet_stat_increment_in(e->e_nic.nic_ifp, 0, 0,
			    1);
			mbuf_freem(m);
			continue;
		}
		if ((status & (RXD_IXSM | RXD_TCPCS)) == RXD_TCPCS &&
		    (errors & RXD_ERR_TCPE) == 0)
			nic_rx_good_csum(m);
		return m;
	}
}

static bool
e1000_rx(struct e1000 *e)
{
	mbuf_t list = NULL, tail = NULL, m;
	unsigned n;

	for (n = 0; n < RX_BATCH; n++) {
		m = e1000_rx_frame(e);
		if (m == NULL)
			break;
		if (!nic_rx_prepare(&e->e_nic, m))
			continue;
		if (tail != NULL)
			mbuf_setnextpkt(tail, m);
		else
			list = m;
		tail = m;
	}
	if (n != 0) {
		(void)e1000_rx_fill(e);
		nic_input(&e->e_nic, list);
	}
	return n == RX_BATCH;
}

/* --- transmit --------------------------------------------------------------- */

static struct e1000_txd *
e1000_tx_next(struct e1000 *e)
{
	struct e1000_txd *d = &e->e_tx[e->e_tx_tail];

	e->e_tx_tail = (e->e_tx_tail + 1) & RING_MASK;
	e->e_tx_free--;
	return d;
}

/*
 * Writes a context descriptor when the packet needs one.  Segmentation needs
 * one per packet, since it holds the payload's length.
 */
static void
e1000_tx_context(struct e1000 *e, mbuf_t m, const struct nic_offload *of)
{
	struct e1000_ctx ctx;
	struct e1000_txd *d;
	uint32_t payload = 0;

	/* IPCSS, IPCSO, IPCSE, then TUCSS, TUCSO, TUCSE (0: to the end). */
	ctx.offsets = of->of_l3 | (uint64_t)(of->of_l3 + 10) << 8 |
	    (uint64_t)(of->of_l4 - 1) << 16 | (uint64_t)of->of_l4 << 32 |
	    (uint64_t)(of->of_l4 + of->of_csum) << 40;
	ctx.cmd = TXD_DTYP_CTX | TXD_DEXT | (of->of_tcp ? TXC_TCP : 0) |
	    (of->of_ipv6 ? 0 : TXC_IP);
	ctx.mss = 0;
	if (of->of_mss != 0) {
		ctx.cmd |= TXD_TSE;
		ctx.mss = (uint32_t)of->of_mss << 16 |
		    (uint32_t)of->of_hdrlen << 8;
		payload = (uint32_t)(mbuf_pkthdr_len(m) - of->of_hdrlen);
	} else if (memcmp(&ctx, &e->e_tx_ctx, sizeof(ctx)) == 0) {
		return;
	}
	e->e_tx_ctx = ctx;
	d = e1000_tx_next(e);
	d->addr = ctx.offsets;
	d->cmd_len = ctx.cmd | payload;
	d->status = ctx.mss;
}

struct e1000_walk {
	struct e1000	*e;
	struct e1000_txd *last;
	uint32_t	cmd, popts;
	unsigned	nsegs;
};

static bool
e1000_tx_seg(void *arg, uint64_t pa, uint32_t len)
{
	struct e1000_walk *w = arg;
	struct e1000_txd *d;

	/* Head must not catch up with tail: one stays free (SDM 3.4). */
	if (++w->nsegs > TX_MAX_SEGS || w->e->e_tx_free <= 1)
		return false;
	d = e1000_tx_next(w->e);
	d->addr = pa;
	d->cmd_len = w->cmd | len;
	d->status = w->popts;
	w->last = d;
	return true;
}

/* Returns: 0, ENOBUFS without room, EMSGSIZE when there are too many pieces. */
static errno_t
e1000_tx_encap(struct e1000 *e, mbuf_t m)
{
	struct e1000_walk w = {
		.e = e, .cmd = TXD_DTYP_DATA | TXD_DEXT | TXD_IFCS,
	};
	struct nic_offload of = { 0 };
	unsigned first = e->e_tx_tail, was_free = e->e_tx_free, last;

	if (was_free < 4)
		return ENOBUFS;
	if (nic_tx_offload(m, &of)) {
		if (of.of_mss != 0)
			nic_tso_pseudo(m, &of, false);
		e1000_tx_context(e, m, &of);
		w.popts = TXD_POPTS_TXSM;
		if (of.of_mss != 0) {
			w.cmd |= TXD_TSE;
			if (!of.of_ipv6)
				w.popts |= TXD_POPTS_IXSM;
		}
	}
	if (!nic_dma_walk(m, e1000_tx_seg, &w) || w.last == NULL) {
		e->e_tx_tail = first;
		e->e_tx_free = was_free;
		memset(&e->e_tx_ctx, 0, sizeof(e->e_tx_ctx));
		return w.nsegs > TX_MAX_SEGS || w.nsegs == 0 ? EMSGSIZE :
		    ENOBUFS;
	}
	w.last->cmd_len |= TXD_EOP | TXD_RS;
	last = (e->e_tx_tail - 1) & RING_MASK;
	e->e_tx_last[first] = (uint16_t)last;
	e->e_tx_buf[last] = m;
	e->e_tx_count[last] = (uint16_t)(was_free - e->e_tx_free);
	return 0;
}

/* Finished packets, as a list through nextpkt.  t held. */
static mbuf_t
e1000_tx_done(struct e1000 *e)
{
	mbuf_t list = NULL;

	while (e->e_tx_clean != e->e_tx_tail) {
		unsigned last = e->e_tx_last[e->e_tx_clean];
		volatile struct e1000_txd *d = &e->e_tx[last];

		if ((d->status & TXD_STA_DD) == 0)
			break;
		mbuf_setnextpkt(e->e_tx_buf[last], list);
		list = e->e_tx_buf[last];
		e->e_tx_buf[last] = NULL;
		e->e_tx_free += e->e_tx_count[last];
		e->e_tx_clean = (last + 1) & RING_MASK;
	}
	return list;
}

/*
 * Moves waiting packets to the ring, in order, and rings once.  t held.
 * Packets that can never go are put on *drop.
 */
static void
e1000_tx_start(struct e1000 *e, mbuf_t *drop)
{
	unsigned tail = e->e_tx_tail;
	mbuf_t m, copy;
	errno_t error;

	while ((m = e->e_txq_head) != NULL) {
		mbuf_t next = mbuf_nextpkt(m);

		mbuf_setnextpkt(m, NULL);
		error = e1000_tx_encap(e, m);
		if (error == EMSGSIZE &&
		    mbuf_dup(m, MBUF_DONTWAIT, &copy) == 0) {
			e->e_tx_copies++;
			mbuf_setnextpkt(m, *drop);
			*drop = m;
			m = copy;
			error = e1000_tx_encap(e, m);
		}
		if (error == ENOBUFS && e->e_tx_clean != e->e_tx_tail) {
			mbuf_setnextpkt(m, next);
			e->e_txq_head = m;
			if (next == NULL)
				e->e_txq_tail = m;
			break;
		}
		e->e_txq_head = next;
		e->e_txq_len--;
		if (error != 0) {
			e->e_tx_drops++;
			mbuf_setnextpkt(m, *drop);
			*drop = m;
		}
	}
	if (e->e_txq_head == NULL)
		e->e_txq_tail = NULL;
	if (tail != e->e_tx_tail) {
		io_wmb();
		wr(e, E1000_TDT, e->e_tx_tail);
	}
}

static void
e1000_arm(struct e1000 *e, uint64_t ns)
{
	if (__atomic_exchange_n(&e->e_timer_on, 1, __ATOMIC_RELAXED) == 0)
		timer_arm(&e->e_timer, time_now_ns() + ns);
}

static void
e1000_timer(void *arg)
{
	struct e1000 *e = arg;

	__atomic_store_n(&e->e_timer_on, 0, __ATOMIC_RELAXED);
	poll_schedule(&e->e_poll);
}

static errno_t
e1000_output(struct nic *nic, mbuf_t list)
{
	struct e1000 *e = (struct e1000 *)nic;
	mbuf_t done = NULL, drop = NULL, m, next;
	errno_t error = 0;

	nic_tap_out(nic, list);
	lck_spin_lock(&e->e_tx_lock);
	if (e->e_tx_free < RING_SIZE / 2)
		done = e1000_tx_done(e);
	for (m = list; m != NULL; m = next) {
		next = mbuf_nextpkt(m);
		mbuf_setnextpkt(m, NULL);
		if (!e->e_running || e->e_txq_len >= TXQ_MAX) {
			mbuf_setnextpkt(m, drop);
			drop = m;
			e->e_tx_drops++;
			error = ENOBUFS;
			continue;
		}
		if (e->e_txq_tail != NULL)
			mbuf_setnextpkt(e->e_txq_tail, m);
		else
			e->e_txq_head = m;
		e->e_txq_tail = m;
		e->e_txq_len++;
	}
	e1000_tx_start(e, &drop);
	if (e->e_txq_head != NULL)
		wr(e, E1000_IMS, INT_TXDW);
	lck_spin_unlock(&e->e_tx_lock);
	e1000_arm(e, TX_RECLAIM_NS);
	mbuf_freem_list(done);
	mbuf_freem_list(drop);
	return error;
}

/* Takes back what was sent, sends what waits.  p */
static void
e1000_tx_service(struct e1000 *e)
{
	mbuf_t done, drop = NULL;
	bool left;

	lck_spin_lock(&e->e_tx_lock);
	done = e1000_tx_done(e);
	if (e->e_txq_head != NULL)
		e1000_tx_start(e, &drop);
	left = e->e_tx_clean != e->e_tx_tail;
	lck_spin_unlock(&e->e_tx_lock);
	if (left)
		e1000_arm(e, TX_RECLAIM_NS);
	mbuf_freem_list(done);
	mbuf_freem_list(drop);
}

/* --- interrupt, poll -------------------------------------------------------- */

/* Reading ICR acknowledges everything (SDM 13.4.17). */
static bool
e1000_intr(void *arg)
{
	struct e1000 *e = arg;
	uint32_t icr = rd(e, E1000_ICR);

	if (icr == 0 || icr == ~0u)	/* not ours, or we are gone */
		return false;
	wr(e, E1000_IMC, ~0u);
	if (icr & INT_LSC)
		__atomic_store_n(&e->e_link_news, 1, __ATOMIC_RELAXED);
	poll_schedule(&e->e_poll);
	return true;
}

static bool
e1000_poll(void *arg)
{
	struct e1000 *e = arg;
	bool more;

	if (!e->e_running)
		return false;
	if (__atomic_exchange_n(&e->e_link_news, 0, __ATOMIC_RELAXED))
		nic_link(&e->e_nic, (rd(e, E1000_STATUS) & STATUS_LU) != 0);
	more = e1000_rx(e);
	if (e->e_tx_clean != e->e_tx_tail || e->e_txq_head != NULL)
		e1000_tx_service(e);
	if (more)
		return true;
	if (e1000_rx_inflight(e) < e->e_rx_want && !e1000_rx_fill(e))
		e1000_arm(e, RX_RETRY_NS);
	/* A frame that came meanwhile raises the interrupt at once. */
	wr(e, E1000_IMS, INT_WANTED |
	    (e->e_txq_head != NULL ? INT_TXDW : 0));
	return false;
}

/* --- receive mode ----------------------------------------------------------- */

/*
 * Multicast goes through a table of 4096 bits indexed by bits 47..36 of the
 * address as the wire has it (RCTL.MO 00, SDM 13.5.1).
 */
static errno_t
e1000_rx_mode(struct nic *nic, bool promisc, bool allmulti,
    const uint8_t (*mcast)[NIC_ADDR_LEN], unsigned n)
{
	struct e1000 *e = (struct e1000 *)nic;
	uint32_t rctl = RCTL_EN | RCTL_BAM | RCTL_SECRC;
	uint32_t mta[MTA_WORDS] = { 0 };

	if (!e->e_running)	/* e1000_start asks again */
		return 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned hash = (mcast[i][4] >> 4 | mcast[i][5] << 4) & 0xfff;

		mta[hash >> 5] |= 1u << (hash & 31);
	}
	for (unsigned i = 0; i < MTA_WORDS; i++)
		wr(e, E1000_MTA + 4 * i, mta[i]);
	if (promisc)
		rctl |= RCTL_UPE | RCTL_MPE;
	if (allmulti)
		rctl |= RCTL_MPE;
	wr(e, E1000_RCTL, rctl);
	return 0;
}

/* --- life cycle ------------------------------------------------------------- */

static errno_t
e1000_reset(struct e1000 *e)
{
	wr(e, E1000_IMC, ~0u);
	wr(e, E1000_RCTL, 0);
	wr(e, E1000_TCTL, 0);
	wr(e, E1000_CTRL, rd(e, E1000_CTRL) | CTRL_RST);
	/* At least a microsecond, SDM 13.4.1. */
	clock_delay_us(10);
	for (int i = 0; (rd(e, E1000_CTRL) & CTRL_RST) != 0; i++) {
		if (i == 1000)
			return EIO;
		clock_delay_us(10);
	}
	wr(e, E1000_IMC, ~0u);
	(void)rd(e, E1000_ICR);
	return 0;
}

/* The address is in words 0..2 of the EEPROM, SDM 5.6. */
static errno_t
e1000_read_mac(struct e1000 *e)
{
	for (unsigned word = 0; word < 3; word++) {
		uint32_t v = 0;

		wr(e, E1000_EERD, EERD_START | word << EERD_ADDR_SHIFT);
		for (int i = 0; i < 1000; i++) {
			v = rd(e, E1000_EERD);
			if (v & EERD_DONE)
				break;
			clock_delay_us(5);
		}
		if ((v & EERD_DONE) == 0)
			return EIO;
		e->e_nic.nic_mac[2 * word] = (uint8_t)(v >> EERD_DATA_SHIFT);
		e->e_nic.nic_mac[2 * word + 1] =
		    (uint8_t)(v >> (EERD_DATA_SHIFT + 8));
	}
	return 0;
}

/* Sets up both rings and the filters and turns the unit on, SDM 14.4, 14.5. */
static void
e1000_start(struct e1000 *e)
{
	const uint8_t *a = e->e_nic.nic_mac;
	paddr_t rx = virt_to_phys(e->e_rx), tx = virt_to_phys(e->e_tx);

	wr(e, E1000_CTRL, rd(e, E1000_CTRL) | CTRL_SLU | CTRL_ASDE);
	wr(e, E1000_RAL0, a[0] | (uint32_t)a[1] << 8 | (uint32_t)a[2] << 16 |
	    (uint32_t)a[3] << 24);
	wr(e, E1000_RAH0, a[4] | (uint32_t)a[5] << 8 | RAH_AV);
	for (unsigned i = 1; i < RAR_COUNT; i++) {
		wr(e, E1000_RAL0 + 8 * i, 0);
		wr(e, E1000_RAH0 + 8 * i, 0);
	}
	for (unsigned i = 0; i < MTA_WORDS; i++)
		wr(e, E1000_MTA + 4 * i, 0);

	wr(e, E1000_RDBAL, (uint32_t)rx);
	wr(e, E1000_RDBAH, (uint32_t)(rx >> 32));
	wr(e, E1000_RDLEN, RING_SIZE * sizeof(struct e1000_rxd));
	wr(e, E1000_RDH, 0);
	wr(e, E1000_RDT, 0);
	wr(e, E1000_RDTR, 0);
	wr(e, E1000_RADV, 0);
	wr(e, E1000_RXCSUM, RXCSUM_IPOFL | RXCSUM_TUOFL);

	wr(e, E1000_TDBAL, (uint32_t)tx);
	wr(e, E1000_TDBAH, (uint32_t)(tx >> 32));
	wr(e, E1000_TDLEN, RING_SIZE * sizeof(struct e1000_txd));
	wr(e, E1000_TDH, 0);
	wr(e, E1000_TDT, 0);
	wr(e, E1000_TIDV, 0);
	wr(e, E1000_TIPG, TIPG_COPPER);
	wr(e, E1000_TCTL, TCTL_EN | TCTL_PSP | TCTL_CT | TCTL_COLD);
	/* The ring is the poll function's from e_running on. */
	(void)e1000_rx_fill(e);
	wr(e, E1000_RCTL, RCTL_EN | RCTL_BAM | RCTL_SECRC);
	e->e_link_news = 1;
	__atomic_store_n(&e->e_running, true, __ATOMIC_RELEASE);
	nic_refresh(&e->e_nic);
	poll_schedule(&e->e_poll);
}

static void
e1000_free(struct e1000 *e)
{
	for (unsigned i = 0; i < RING_SIZE; i++) {
		mbuf_freem(e->e_rx_buf[i]);
		mbuf_freem(e->e_tx_buf[i]);
	}
	mbuf_freem(e->e_rx_head);
	mbuf_freem_list(e->e_txq_head);
	kfree(e->e_rx);
	kfree(e->e_tx);
	lck_spin_destroy(&e->e_tx_lock, &e1000_grp);
	kfree(e);
}

static void
e1000_detached(struct nic *nic)
{
	struct e1000 *e = (struct e1000 *)nic;

	e->e_running = false;
	poll_detach(&e->e_poll);
	timer_cancel_sync(&e->e_timer);
	(void)e1000_reset(e);
	pci_intx_detach(e->e_pci);
	pci_disable(e->e_pci, PCI_CMD_MASTER);
	pci_unmap_bars(e->e_pci);
	e1000_free(e);
}

static const struct nic_ops e1000_ops = {
	.no_output = e1000_output,
	.no_rx_mode = e1000_rx_mode,
	.no_detached = e1000_detached,
};

static struct e1000 *
e1000_alloc(struct pci_dev *pd)
{
	struct e1000 *e = kmalloc(sizeof(*e), M_WAITOK | M_ZERO);

	if (e == NULL)
		return NULL;
	lck_spin_init(&e->e_tx_lock, &e1000_grp, LCK_ATTR_NULL);
	timer_init_hard(&e->e_timer, e1000_timer, e);
	poll_attach(&e->e_poll, e1000_poll, e);
	e->e_pci = pd;
	e->e_nic.nic_ops = &e1000_ops;
	e->e_nic.nic_dev = &pd->pd_device;
	e->e_nic.nic_max_mtu = 1500;
	e->e_tx_free = RING_SIZE;
	e->e_rx_want = pmm_total_count() * 4096ull < SMALL_MEMORY ?
	    RX_RING_SMALL : RING_SIZE - 1;
	e->e_rx = kmalloc(RING_SIZE * sizeof(struct e1000_rxd),
	    M_WAITOK | M_ZERO);
	e->e_tx = kmalloc(RING_SIZE * sizeof(struct e1000_txd),
	    M_WAITOK | M_ZERO);
	if (e->e_rx == NULL || e->e_tx == NULL) {
		e1000_free(e);
		return NULL;
	}
	return e;
}

static errno_t
e1000_attach(struct device *dev)
{
	struct pci_dev *pd = pci_dev_of(dev);
	volatile void *va;
	struct e1000 *e;
	errno_t error;

	e = e1000_alloc(pd);
	if (e == NULL)
		return ENOMEM;
	pci_enable(pd, PCI_CMD_MEM | PCI_CMD_MASTER);
	error = pci_map_bar(pd, 0, &va);
	if (error != 0)
		goto fail;
	e->e_reg = va;
	error = e1000_reset(e);
	if (error == 0)
		error = e1000_read_mac(e);
	if (error != 0)
		goto fail_map;
	/*
	 * No segmentation of IPv6: QEMU's model writes a payload length that
	 * includes the IPv6 header into each piece.
	 */
	error = nic_attach(&e->e_nic, IFNET_CSUM_TCP | IFNET_CSUM_UDP |
	    IFNET_CSUM_TCPIPV6 | IFNET_CSUM_UDPIPV6 | IFNET_TSO_IPV4,
	    1000000000ull);
	if (error != 0)
		goto fail_map;
	error = pci_intx_attach(pd, e1000_intr, e, dev->dev_name);
	if (error != 0) {
		/* The stack's detach calls e1000_detached, which frees. */
		(void)nic_detach(dev);
		return error;
	}
	e1000_start(e);
	printf("en%u: e1000, %02x:%02x:%02x:%02x:%02x:%02x\n",
	    e->e_nic.nic_unit, e->e_nic.nic_mac[0], e->e_nic.nic_mac[1],
	    e->e_nic.nic_mac[2], e->e_nic.nic_mac[3], e->e_nic.nic_mac[4],
	    e->e_nic.nic_mac[5]);
	return 0;

fail_map:
	pci_unmap_bars(pd);
fail:
	e1000_free(e);
	return error;
}

static const struct driver_match e1000_match[] = {
	{ 0x8086, 0x100e, 0, "Intel 82540EM gigabit Ethernet" },
	{ 0x8086, 0x100f, 0, "Intel 82545EM gigabit Ethernet" },
	{ 0, 0, 0, NULL }
};
DRIVER(e1000, BUS_PCI, e1000_match, e1000_attach, nic_detach);
