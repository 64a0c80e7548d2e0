/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both kinds of interfaces do: the device's side and the stack's.
 */
#include "interface.h"

extern "C" {
#include <sys/proc.h>
#include <sys/uio.h>
#include <sys/vnode.h>
#include <mach/mach_types.h>

static errno_t
tt_output(ifnet_t ifp, mbuf_t m)
{
	return (((interface *)ifnet_softc(ifp))->if_output(m));
}

static errno_t
tt_ioctl(ifnet_t ifp, unsigned long cmd, void *arg)
{
	return (((interface *)ifnet_softc(ifp))->if_ioctl((u_int32_t)cmd, arg));
}

static errno_t
tt_set_bpf(ifnet_t ifp, bpf_tap_mode mode, bpf_packet_func f)
{
	return (((interface *)ifnet_softc(ifp))->if_set_bpf_tap(mode, f));
}

static void
tt_detached(ifnet_t ifp)
{
	((interface *)ifnet_softc(ifp))->if_detached();
}
}

bool
packet_queue::put(mbuf_t m)
{
	if (count >= LIMIT)
		return (false);
	mbuf_setnextpkt(m, NULL);
	if (tail != NULL)
		mbuf_setnextpkt(tail, m);
	else
		head = m;
	tail = m;
	count++;
	return (true);
}

mbuf_t
packet_queue::get()
{
	mbuf_t m = head;

	if (m != NULL) {
		head = mbuf_nextpkt(m);
		if (head == NULL)
			tail = NULL;
		mbuf_setnextpkt(m, NULL);
		count--;
	}
	return (m);
}

void
packet_queue::clear()
{
	if (head != NULL)
		mbuf_freem_list(head);
	head = tail = NULL;
	count = 0;
}

interface::interface() : ifp(NULL), bpf_callback(NULL),
    bpf_mode(BPF_MODE_DISABLED), opened(false), detached(true), ioflags(0),
    sequence(0), unit(-1)
{
	bzero(&sel, sizeof(sel));
}

interface::~interface()
{
}

bool
interface::make(const char *name, u_int32_t type, ifnet_family_t family,
    const sockaddr_dl *ll)
{
	struct ifnet_init_params ip;
	u_int64_t id = (u_int64_t)(uintptr_t)this + ++sequence;

	bzero(&ip, sizeof(ip));
	ip.uniqueid = &id;
	ip.uniqueid_len = sizeof(id);
	ip.name = name;
	ip.unit = unit;
	ip.type = type;
	ip.family = family;
	ip.output = tt_output;
	ip.ioctl = tt_ioctl;
	ip.set_bpf_tap = tt_set_bpf;
	ip.detach = tt_detached;
	ip.softc = this;
	fill(ip);
	if (ifnet_allocate(&ip, &ifp) != 0) {
		log(LOG_ERR, "%s: no interface\n", name);
		ifp = NULL;
		return (false);
	}
	detached = false;
	ifnet_set_mtu(ifp, 1500);
	if (ifnet_attach(ifp, ll) != 0) {
		ifnet_release(ifp);
		ifp = NULL;
		detached = true;
		return (false);
	}
	return (true);
}

void
interface::destroy()
{
	ifnet_set_flags(ifp, 0, IFF_UP | IFF_RUNNING);
	if (ifnet_detach(ifp) == 0) {
		holder h(lock);

		while (!detached)
			lock.sleep(&detached, false);
	}
	ifnet_release(ifp);
	ifp = NULL;
}

int
interface::cdev_open(int flags)
{
	{
		holder h(lock);

		if (opened)
			return (EBUSY);
		opened = true;
		ioflags = flags;
	}
	if (!attach()) {
		opened = false;
		return (ENOMEM);
	}
	return (0);
}

int
interface::cdev_close(int)
{
	destroy();
	holder h(lock);

	queue.clear();
	opened = false;
	return (0);
}

int
interface::cdev_read(uio_t uio, int ioflag)
{
	mbuf_t m;
	int error = 0;

	lock.lock();
	while ((m = queue.get()) == NULL && error == 0) {
		if (ioflag & IO_NDELAY)
			error = EWOULDBLOCK;
		else
			error = lock.sleep(&queue, true);
	}
	lock.unlock();
	if (m == NULL)
		return (error);
	for (mbuf_t n = m; n != NULL && error == 0 && uio_resid(uio) > 0;
	    n = mbuf_next(n)) {
		size_t len = min((u_int)mbuf_len(n), (u_int)uio_resid(uio));

		error = uiomove((caddr_t)mbuf_data(n), (int)len, uio);
	}
	mbuf_freem(m);
	return (error);
}

int
interface::cdev_write(uio_t uio, int)
{
	user_ssize_t left = uio_resid(uio);
	unsigned chunks = 0;
	mbuf_t m, n;
	int error;

	if (left < (user_ssize_t)min_length() || left > 4096)
		return (EIO);
	if (mbuf_allocpacket(MBUF_WAITOK, (size_t)left, &chunks, &m) != 0)
		return (ENOBUFS);
	for (n = m; n != NULL && left > 0; n = mbuf_next(n)) {
		size_t len = MIN(mbuf_maxlen(n), (size_t)left);

		error = uiomove((caddr_t)mbuf_data(n), (int)len, uio);
		if (error != 0) {
			mbuf_freem(m);
			return (error);
		}
		mbuf_setlen(n, len);
		left -= len;
	}
	mbuf_pkthdr_setlen(m, mbuf_pkthdr_len(m));
	mbuf_pkthdr_setrcvif(m, ifp);
	return (deliver(m));
}

int
interface::cdev_ioctl(u_long cmd, caddr_t data)
{
	switch (cmd) {
	case FIONREAD: {
		holder h(lock);

		*(int *)data = (int)queue.first_length();
		return (0);
	}
	case FIONBIO:
	case FIOASYNC:
		return (0);
	}
	return (ENOTTY);
}

int
interface::cdev_select(int which, void *wql, proc_t p)
{
	if (which != FREAD)
		return (1);
	holder h(lock);

	if (!queue.empty())
		return (1);
	selrecord(p, (struct selinfo *)&sel, wql);
	return (0);
}

bool
interface::idle()
{
	holder h(lock);

	return (!opened);
}

errno_t
interface::if_output(mbuf_t m)
{
	size_t len = mbuf_pkthdr_len(m);

	if (bpf_callback != NULL && (bpf_mode & BPF_MODE_OUTPUT))
		bpf_callback(ifp, m);
	{
		holder h(lock);

		if (!opened || !queue.put(m)) {
			ifnet_stat_increment_out(ifp, 0, 0, 1);
			mbuf_freem(m);
			return (ENOBUFS);
		}
		wakeup(&queue);
	}
	selwakeup((struct selinfo *)&sel);
	ifnet_stat_increment_out(ifp, 1, (u_int32_t)len, 0);
	return (0);
}

errno_t
interface::if_ioctl(u_int32_t cmd, void *arg)
{
	struct ifreq *ifr = (struct ifreq *)arg;

	switch (cmd) {
	case SIOCSIFMTU:
		ifnet_set_mtu(ifp, ifr->ifr_mtu);
		return (0);
	case SIOCSIFADDR:
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return (0);
	}
	return (EOPNOTSUPP);
}

errno_t
interface::if_set_bpf_tap(bpf_tap_mode mode, bpf_packet_func f)
{
	bpf_callback = f;
	bpf_mode = mode;
	return (0);
}

void
interface::if_detached()
{
	holder h(lock);

	detached = true;
	bpf_callback = NULL;
	wakeup(&detached);
}
