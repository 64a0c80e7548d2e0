/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Ethernet drivers have in common above the hardware: the interface in
 * the stack, receive mode, link state, capture, and reading a packet's
 * offload requests.
 *
 * A driver embeds struct nic, fills nic_ops and calls nic_attach.  From then
 * on the stack calls no_output from any thread; the driver calls nic_input
 * with lists of received frames and nic_link from its poll function.
 *
 * A received frame as nic_rx_prepare wants it: one chain with packet header,
 * its first mbuf starting at the Ethernet header.
 */
#ifndef DRIVERS_NET_NIC_H
#define DRIVERS_NET_NIC_H

#include <stdbool.h>
#include <stdint.h>
#include <net/kpi_interface.h>
#include <sys/kpi_mbuf.h>

#include "drivers/driver.h"

#define NIC_ADDR_LEN	6
#define NIC_HDR_LEN	14		/* Ethernet header */
#define NIC_MAX_MCAST	64		/* filters; beyond: all multicast */

struct nic;

struct nic_ops {
	/* Consumes the list (linked by nextpkt).  Context: any thread. */
	errno_t	(*no_output)(struct nic *nic, mbuf_t list);
	/*
	 * Sets the receive filters; n addresses, allmulti when there are more
	 * than fit.  Context: thread, may block.
	 */
	errno_t	(*no_rx_mode)(struct nic *nic, bool promisc, bool allmulti,
		    const uint8_t (*mcast)[NIC_ADDR_LEN], unsigned n);
	/* The interface is gone from the stack.  Context: thread. */
	void	(*no_detached)(struct nic *nic);
};

struct nic {
	const struct nic_ops *nic_ops;
	ifnet_t		nic_ifp;
	struct device	*nic_dev;		/* its dev_softc is this nic */
	uint8_t		nic_mac[NIC_ADDR_LEN];
	uint32_t	nic_unit;
	uint32_t	nic_max_mtu;
	bool		nic_link_up;
	bool		nic_up;			/* IFF_UP as last told */
	bpf_tap_mode	nic_bpf_mode;
	bpf_packet_func	nic_bpf;
};

/*
 * Makes the interface enN, hands it to the stack, and makes the nic its
 * device's softc.  Before: nic_ops, nic_dev, nic_mac, nic_max_mtu.  offload is
 * IFNET_* of what the hardware does on output.
 */
errno_t	nic_attach(struct nic *nic, ifnet_offload_t offload, uint64_t baudrate);
/*
 * Takes the interface away: no_detached comes when nothing is in flight any
 * more.  It may have come before, when somebody else detached the interface.
 * Context: thread; returns after no_detached.
 */
errno_t	nic_detach(struct device *dev);

/* Reports a change of the link, if it is one.  Context: thread, no locks. */
void	nic_link(struct nic *nic, bool up);
/* Sets the receive mode anew: the stack may have asked before the start. */
void	nic_refresh(struct nic *nic);

/*
 * Sets receiving interface and link header and steps over the header.
 * False (and freed) when the frame is too short to be one.
 */
bool	nic_rx_prepare(struct nic *nic, mbuf_t m);
/* Hands a list of prepared frames to the stack.  Consumes it. */
void	nic_input(struct nic *nic, mbuf_t list);

/* Shows each packet of an output list to the capture, if there is one. */
void	nic_tap_list(struct nic *nic, mbuf_t list);
static inline void
nic_tap_out(struct nic *nic, mbuf_t list)
{
	if (__builtin_expect(nic->nic_bpf_mode & BPF_MODE_OUTPUT, 0))
		nic_tap_list(nic, list);
}

/* --- offload ---------------------------------------------------------------- */

struct nic_offload {
	uint16_t	of_l3;		/* offset of the IP header */
	uint16_t	of_l4;		/* offset of the TCP or UDP header */
	uint16_t	of_csum;	/* of the checksum field, from of_l4 */
	uint16_t	of_hdrlen;	/* all headers, with of_mss */
	uint16_t	of_mss;		/* 0: no segmentation */
	bool		of_ipv6;
	bool		of_tcp;
};

/*
 * What the packet asks of the hardware.  False: nothing, or headers that are
 * not what the request says (it then goes out as it is).
 */
bool	nic_tx_offload(mbuf_t m, struct nic_offload *of);

/*
 * Rewrites the TCP checksum field of a packet to be segmented as the sum of
 * the pseudo header, with or without the length.  Without: for hardware that
 * fills in the IPv4 header too, whose length and checksum become zero.
 */
void	nic_tso_pseudo(mbuf_t m, const struct nic_offload *of, bool with_len);

/*
 * A frame whose sender left the transport checksum to "hardware": the field,
 * `field` bytes behind `start`, holds the pseudo header's sum.  It stays open
 * as a request of the packet's where the stack can find it again; otherwise,
 * and under a capture, it is completed and marked verified.
 */
void	nic_rx_partial_csum(struct nic *nic, mbuf_t m, uint32_t start,
	    uint32_t field);
/* A frame of segments of mss bytes that the device has joined. */
void	nic_rx_joined(mbuf_t m, bool ipv6, uint32_t mss);
/* Marks a frame whose transport checksum the device has verified. */
void	nic_rx_good_csum(mbuf_t m);

/* Physical pieces of a chain: calls fn for each; stops when it says false. */
typedef bool (*nic_seg_fn)(void *arg, uint64_t pa, uint32_t len);
bool	nic_dma_walk(mbuf_t m, nic_seg_fn fn, void *arg);

#endif
