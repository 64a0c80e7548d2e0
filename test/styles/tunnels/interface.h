/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TUNNELS_INTERFACE_H
#define TUNNELS_INTERFACE_H

extern "C" {
#include <sys/conf.h>
#include <sys/syslog.h>
#include <sys/param.h>
#include <sys/filio.h>
#include <sys/sockio.h>
#include <sys/fcntl.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/systm.h>
#include <vm/vm_kern.h>
#include <miscfs/devfs/devfs.h>
#include <net/if.h>
#include <net/kpi_interface.h>
#include <net/bpf.h>
}
#include "lock.h"

/* Packets on their way to the device's reader. */
class packet_queue {
	mbuf_t		head, tail;
	unsigned	count;
public:
	packet_queue() : head(NULL), tail(NULL), count(0) { }
	~packet_queue() { clear(); }
	bool		put(mbuf_t m);
	mbuf_t		get();
	bool		empty() const { return (head == NULL); }
	size_t		first_length() const
	{
		return (head ? mbuf_pkthdr_len(head) : 0);
	}
	void		clear();
	static const unsigned LIMIT = 32;
};

class interface {
protected:
	mutex		lock;
	ifnet_t		ifp;
	bpf_packet_func	bpf_callback;
	bpf_tap_mode	bpf_mode;
	packet_queue	queue;
	struct { char opaque[256]; } sel;	/* a struct selinfo */
	bool		opened, detached;
	int		ioflags;
	u_long		sequence;

	virtual bool	attach() = 0;
	virtual void	fill(struct ifnet_init_params &ip) = 0;
	/* In front of what the writer gives, and the header's place. */
	virtual errno_t	deliver(mbuf_t m) = 0;
	virtual size_t	min_length() const = 0;
	bool		make(const char *name, u_int32_t type, ifnet_family_t f,
			    const sockaddr_dl *ll);
	void		destroy();
public:
	int		unit;

	interface();
	virtual		~interface();
	int		cdev_open(int flags);
	int		cdev_close(int flags);
	int		cdev_read(uio_t uio, int ioflag);
	int		cdev_write(uio_t uio, int ioflag);
	int		cdev_ioctl(u_long cmd, caddr_t data);
	int		cdev_select(int which, void *wql, proc_t p);
	bool		idle();
	errno_t		if_output(mbuf_t m);
	virtual errno_t	if_ioctl(u_int32_t cmd, void *arg);
	errno_t		if_set_bpf_tap(bpf_tap_mode mode, bpf_packet_func f);
	void		if_detached();

	static interface *create(int unit);
};

#endif
