/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An Ethernet-like interface without a wire: what it is asked to send is
 * counted and dropped, and every callback leaves a trace here.
 */
#ifndef FAKE_H
#define FAKE_H

#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <net/kpi_protocol.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/sockio.h>

struct fake {
	ifnet_t		ifp;
	volatile int	outputs;	/* frames to send */
	volatile int	framed;
	volatile int	demuxed;
	volatile int	added, deleted;	/* protocols */
	volatile int	multi_checks;
	volatile int	events;
	volatile int	detached;
	volatile int	ioctls;
	unsigned long	last_ioctl;
	void		*last_ioctl_data;
	errno_t		output_result[8]; /* of the next frames */
	errno_t		ioctl_result;
	unsigned char	last_frame[64];
	size_t		last_len;
};

extern struct fake fake;

/* A protocol family that nobody else has. */
protocol_family_t fake_family(void);

/* Parameters of the interface `name' number unit, complete. */
void fake_params(struct ifnet_init_params *p, const char *name, int unit);

/* Detaches ifp and waits for its end; 0 when that came within ten seconds. */
int fake_end(ifnet_t ifp);

/* A frame to the interface, with link header and rcvif set. */
mbuf_t fake_frame(const unsigned char *dst, u_int16_t type, size_t payload);

/* Waits up to ten seconds until *v is at least n. */
int reached(volatile int *v, int n);

#endif /* FAKE_H */
