/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface, a protocol and filters that write down what is asked of them,
 * one word a step, for the tests of the interface KPI.
 */
#ifndef FAKE_H
#define FAKE_H

#include <kpitest.h>
#include <kern/thread.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <net/kpi_protocol.h>
#include <net/net_kev.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/sockio.h>
#include <sys/systm.h>

#define FK_FAMILY	4321u		/* interface family */
#define FK_PROTO	77u		/* protocol family */
#define FK_HDRLEN	4		/* frame: family in host order */

struct fake {
	ifnet_t		ifp;
	volatile int	detached;
	volatile int	outputs;
	errno_t		output_result;	/* of the next output */
	errno_t		ioctl_result;
	errno_t		add_result;
	unsigned long	ioctls[16];
	unsigned	nioctls;
	int		ioctl_null;	/* the last had no data */
	int		ether;		/* Ethernet framing */
	thread_t	demux_thread;	/* of the last frame */
	bpf_tap_mode	tap_mode;
	bpf_packet_func	tap;
	u_int32_t	descs;		/* demux descriptors seen */
};

void	trace_clear(void);
void	trace(const char *fmt, ...);
int	trace_is(const char *want);
/* Waits until the trace is that, a second at most. */
int	trace_becomes(const char *want);
/* Waits until *p is value, a second at most. */
int	becomes(volatile int *p, int value);
void	nap(void);			/* a few milliseconds */

errno_t	fake_allocate(struct fake *f, const char *name, u_int32_t unit);
/* Allocated, attached, multicast; fk<unit>. */
errno_t	fake_up(struct fake *f, u_int32_t unit);
/* With Ethernet framing and the address 02:00:00:00:00:0<unit>. */
errno_t	fake_ether_up(struct fake *f, u_int32_t unit);
void	fake_down(struct fake *f);	/* detached, released, waited for */

mbuf_t	fake_packet(size_t len);
mbuf_t	fake_frame(struct fake *f, protocol_family_t family, size_t len);

extern const struct ifnet_attach_proto_param fake_proto;
extern errno_t preout_result;
extern const struct iff_filter filter_a, filter_b;
extern errno_t filter_result[2], filter_ioctl[2];
extern volatile int filter_detached;

#endif
