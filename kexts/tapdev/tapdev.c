/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tapdev: Ethernet interfaces with a character device at the other end.
 *
 * Theory of operation
 *
 * There are TAP_COUNT devices under one major number.  A device is CLOSED,
 * OPEN (its interface is attached) or GOING (closed, the interface's detach
 * callback has not come yet); it cannot be opened again before it is CLOSED.
 * The output function puts frames into a short queue, which read empties;
 * write hands a frame to ifnet_input.
 *
 * tap_lock guards states and queues.  It is not held over any call of the
 * interface KPI, nor while data is copied.  Stop refuses while a device is
 * not CLOSED.
 */
#include <kern/locks.h>
#include <libkern/libkern.h>
#include <mach/mach_types.h>
#include <miscfs/devfs/devfs.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/if_ether.h>
#include <net/if_types.h>
#include <net/kpi_interface.h>
#include <string.h>
#include <sys/conf.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/select.h>
#include <sys/sockio.h>
#include <sys/systm.h>
#include <sys/uio.h>

#define TAP_COUNT	4
#define TAP_QUEUE_MAX	128		/* frames */
#define TAP_FRAME_MAX	(ETHER_HDR_LEN + 9000)
#define TAP_MTU_MAX	9000
#define TAP_NDELAY	0x10		/* ioflag: IO_NDELAY of <sys/vnode.h> */

kern_return_t tapdev_start(kmod_info_t *ki, void *data);
kern_return_t tapdev_stop(kmod_info_t *ki, void *data);

enum tap_state { TAP_CLOSED, TAP_OPEN, TAP_GOING };

struct tap {
	enum tap_state	t_state;
	ifnet_t		t_ifp;
	void		*t_node;		/* of /dev */
	mbuf_t		t_head, t_tail;		/* frames for the reader */
	unsigned	t_queued;
	int		t_nonblock;
	int		t_sel;			/* its address: whom to wake */
	bpf_tap_mode	t_bpf_mode;
	bpf_packet_func	t_bpf;
};

static struct tap taps[TAP_COUNT];
static lck_grp_t *tap_grp;
static lck_mtx_t *tap_lock;
static int tap_major = -1;

static struct tap *
tap_of(dev_t dev)
{
	return (minor(dev) < TAP_COUNT ? &taps[minor(dev)] : NULL);
}

/* --- interface ------------------------------------------------------------- */

static errno_t
tap_output(ifnet_t ifp, mbuf_t m)
{
	struct tap *t = ifnet_softc(ifp);
	size_t len = mbuf_pkthdr_len(m);
	int full;

	if (t->t_bpf != NULL && (t->t_bpf_mode & BPF_MODE_OUTPUT))
		t->t_bpf(ifp, m);
	lck_mtx_lock(tap_lock);
	full = t->t_state != TAP_OPEN || t->t_queued >= TAP_QUEUE_MAX;
	if (!full) {
		mbuf_setnextpkt(m, NULL);
		if (t->t_head == NULL)
			t->t_head = m;
		else
			mbuf_setnextpkt(t->t_tail, m);
		t->t_tail = m;
		t->t_queued++;
		wakeup(t);
		selwakeup((struct selinfo *)(void *)&t->t_sel);
	}
	lck_mtx_unlock(tap_lock);
	if (full) {
		mbuf_freem(m);
		ifnet_stat_increment_out(ifp, 0, 0, 1);
		return (ENOBUFS);
	}
	ifnet_stat_increment_out(ifp, 1, (u_int32_t)len, 0);
	return (0);
}

static errno_t
tap_ioctl(ifnet_t ifp, unsigned long cmd, void *data)
{
	struct ifreq *ifr = data;

	switch (cmd) {
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return (0);		/* everything passes anyway */
	case SIOCSIFMTU:
		if (ifr->ifr_mtu > TAP_MTU_MAX)
			return (EINVAL);
		return (ifnet_set_mtu(ifp, (u_int32_t)ifr->ifr_mtu));
	case SIOCSIFLLADDR:
		return (ifnet_set_lladdr(ifp, ifr->ifr_addr.sa_data,
		    ifr->ifr_addr.sa_len));
	default:
		return (EOPNOTSUPP);
	}
}

static errno_t
tap_set_bpf_tap(ifnet_t ifp, bpf_tap_mode mode, bpf_packet_func fn)
{
	struct tap *t = ifnet_softc(ifp);

	t->t_bpf_mode = mode;
	t->t_bpf = fn;
	return (0);
}

static void
tap_detached(ifnet_t ifp)
{
	struct tap *t = ifnet_softc(ifp);

	lck_mtx_lock(tap_lock);
	t->t_state = TAP_CLOSED;
	t->t_ifp = NULL;
	lck_mtx_unlock(tap_lock);
	ifnet_release(ifp);
}

static errno_t
tap_make_interface(struct tap *t, u_int32_t unit)
{
	static const u_int8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	struct ifnet_init_params init;
	struct sockaddr_dl sdl;
	ifnet_t ifp;
	errno_t error;

	memset(&init, 0, sizeof(init));
	init.name = "tap";
	init.unit = unit;
	init.family = IFNET_FAMILY_ETHERNET;
	init.type = IFT_ETHER;
	init.output = tap_output;
	init.demux = ether_demux;
	init.add_proto = ether_add_proto;
	init.del_proto = ether_del_proto;
	init.check_multi = ether_check_multi;
	init.framer = ether_frameout;
	init.softc = t;
	init.ioctl = tap_ioctl;
	init.set_bpf_tap = tap_set_bpf_tap;
	init.detach = tap_detached;
	init.broadcast_addr = broadcast;
	init.broadcast_len = sizeof(broadcast);
	error = ifnet_allocate(&init, &ifp);
	if (error != 0)
		return (error);
	ifnet_set_mtu(ifp, ETHERMTU);
	ifnet_set_hdrlen(ifp, ETHER_HDR_LEN);
	ifnet_set_addrlen(ifp, ETHER_ADDR_LEN);
	ifnet_set_flags(ifp, IFF_BROADCAST | IFF_MULTICAST | IFF_SIMPLEX |
	    IFF_RUNNING, 0xffff);
	memset(&sdl, 0, sizeof(sdl));
	sdl.sdl_len = sizeof(sdl);
	sdl.sdl_family = AF_LINK;
	sdl.sdl_type = IFT_ETHER;
	sdl.sdl_alen = ETHER_ADDR_LEN;
	memcpy(LLADDR(&sdl), "\x02TAP\0", 5);
	LLADDR(&sdl)[5] = (char)unit;
	error = ifnet_attach(ifp, &sdl);
	if (error != 0) {
		ifnet_release(ifp);
		return (error);
	}
	bpfattach(ifp, DLT_EN10MB, ETHER_HDR_LEN);
	lck_mtx_lock(tap_lock);
	t->t_ifp = ifp;
	lck_mtx_unlock(tap_lock);
	return (0);
}

/* --- device ---------------------------------------------------------------- */

static int
tap_open(dev_t dev, int flags, int devtype, struct proc *p)
{
	struct tap *t = tap_of(dev);
	int error = 0;

	if (t == NULL)
		return (ENXIO);
	lck_mtx_lock(tap_lock);
	if (t->t_state != TAP_CLOSED)
		error = EBUSY;
	else
		t->t_state = TAP_OPEN;
	lck_mtx_unlock(tap_lock);
	if (error != 0)
		return (error);
	t->t_nonblock = 0;
	t->t_bpf = NULL;
	error = tap_make_interface(t, (u_int32_t)minor(dev));
	if (error != 0) {
		lck_mtx_lock(tap_lock);
		t->t_state = TAP_CLOSED;
		lck_mtx_unlock(tap_lock);
	}
	return (error);
}

static int
tap_close(dev_t dev, int flags, int devtype, struct proc *p)
{
	struct tap *t = tap_of(dev);
	mbuf_t list;
	ifnet_t ifp;

	lck_mtx_lock(tap_lock);
	t->t_state = TAP_GOING;
	list = t->t_head;
	t->t_head = t->t_tail = NULL;
	t->t_queued = 0;
	ifp = t->t_ifp;
	lck_mtx_unlock(tap_lock);
	mbuf_freem_list(list);
	return (ifnet_detach(ifp));
}

/* The next frame; waits for it unless the reader does not want to. */
static int
tap_dequeue(struct tap *t, int ioflag, mbuf_t *out)
{
	int error = 0;

	lck_mtx_lock(tap_lock);
	while (t->t_head == NULL && error == 0) {
		if (t->t_nonblock || (ioflag & TAP_NDELAY))
			error = EWOULDBLOCK;
		else
			error = msleep(t, tap_lock, PSOCK | PCATCH, "tapread",
			    NULL);
	}
	if (error == 0) {
		*out = t->t_head;
		t->t_head = mbuf_nextpkt(*out);
		if (t->t_head == NULL)
			t->t_tail = NULL;
		t->t_queued--;
		mbuf_setnextpkt(*out, NULL);
	}
	lck_mtx_unlock(tap_lock);
	return (error);
}

static int
tap_read(dev_t dev, struct uio *uio, int ioflag)
{
	struct tap *t = tap_of(dev);
	mbuf_t m, n;
	int error = tap_dequeue(t, ioflag, &m);

	if (error != 0)
		return (error);
	/* What does not fit is lost, as with datagrams. */
	for (n = m; n != NULL && error == 0 && uio_resid(uio) > 0;
	    n = mbuf_next(n)) {
		int len = (int)mbuf_len(n);

		if ((user_ssize_t)len > uio_resid(uio))
			len = (int)uio_resid(uio);
		error = uiomove(mbuf_data(n), len, uio);
	}
	mbuf_freem(m);
	return (error);
}

/* A frame out of the writer's memory, with its header pointer set. */
static int
tap_frame_in(struct uio *uio, size_t len, mbuf_t *out)
{
	unsigned int chunks = 1;
	size_t maximum;
	mbuf_t m, n;
	int error;

	if (len > 2048)
		chunks = 0;
	error = mbuf_allocpacket(MBUF_WAITOK, len, chunks ? &chunks : NULL, &m);
	if (error != 0)
		return (error);
	for (n = m; n != NULL && len > 0; n = mbuf_next(n)) {
		maximum = mbuf_maxlen(n);
		if (maximum > len)
			maximum = len;
		error = uiomove(mbuf_data(n), (int)maximum, uio);
		if (error != 0) {
			mbuf_freem(m);
			return (error);
		}
		mbuf_setlen(n, maximum);
		mbuf_pkthdr_adjustlen(m, (int)maximum);
		len -= maximum;
	}
	*out = m;
	return (0);
}

static int
tap_write(dev_t dev, struct uio *uio, int ioflag)
{
	struct tap *t = tap_of(dev);
	size_t len = (size_t)uio_resid(uio);
	mbuf_t m;
	int error;

	if (len < ETHER_HDR_LEN)
		return (EINVAL);
	if (len > TAP_FRAME_MAX)
		return (EMSGSIZE);
	error = tap_frame_in(uio, len, &m);
	if (error != 0)
		return (error);
	mbuf_pkthdr_setrcvif(m, t->t_ifp);
	if (t->t_bpf != NULL && (t->t_bpf_mode & BPF_MODE_INPUT))
		t->t_bpf(t->t_ifp, m);
	mbuf_pkthdr_setheader(m, mbuf_data(m));
	mbuf_adj(m, ETHER_HDR_LEN);
	return (ifnet_input(t->t_ifp, m, NULL));
}

static int
tap_devioctl(dev_t dev, u_long cmd, caddr_t data, int fflag, struct proc *p)
{
	struct tap *t = tap_of(dev);

	switch (cmd) {
	case FIONBIO:
		t->t_nonblock = *(int *)(void *)data != 0;
		return (0);
	case FIONREAD:
		lck_mtx_lock(tap_lock);
		*(int *)(void *)data = t->t_head == NULL ? 0 :
		    (int)mbuf_pkthdr_len(t->t_head);
		lck_mtx_unlock(tap_lock);
		return (0);
	default:
		return (ENOTTY);
	}
}

static int
tap_select(dev_t dev, int which, void *wql, struct proc *p)
{
	struct tap *t = tap_of(dev);
	int ready = which != FREAD;

	if (which == FREAD) {
		lck_mtx_lock(tap_lock);
		ready = t->t_head != NULL;
		if (!ready)
			selrecord(p, (struct selinfo *)(void *)&t->t_sel, wql);
		lck_mtx_unlock(tap_lock);
	}
	return (ready);
}

static struct cdevsw tap_cdevsw = {
	.d_open = tap_open, .d_close = tap_close, .d_read = tap_read,
	.d_write = tap_write, .d_ioctl = tap_devioctl, .d_stop = eno_stop,
	.d_reset = eno_reset, .d_select = tap_select, .d_mmap = eno_mmap,
	.d_strategy = eno_strat,
};

/* --- start and stop -------------------------------------------------------- */

static void
tap_undo(void)
{
	for (int i = 0; i < TAP_COUNT; i++) {
		if (taps[i].t_node != NULL)
			devfs_remove(taps[i].t_node);
		taps[i].t_node = NULL;
	}
	if (tap_major >= 0)
		(void)cdevsw_remove(tap_major, &tap_cdevsw);
	tap_major = -1;
	if (tap_lock != NULL)
		lck_mtx_free(tap_lock, tap_grp);
	tap_lock = NULL;
	if (tap_grp != NULL)
		lck_grp_free(tap_grp);
	tap_grp = NULL;
}

kern_return_t
tapdev_start(kmod_info_t *ki, void *data)
{
	tap_grp = lck_grp_alloc_init("tapdev", LCK_GRP_ATTR_NULL);
	if (tap_grp != NULL)
		tap_lock = lck_mtx_alloc_init(tap_grp, LCK_ATTR_NULL);
	if (tap_lock == NULL)
		goto fail;
	tap_major = cdevsw_add(-1, &tap_cdevsw);
	if (tap_major < 0)
		goto fail;
	for (int i = 0; i < TAP_COUNT; i++) {
		taps[i].t_node = devfs_make_node(makedev(tap_major, i),
		    DEVFS_CHAR, 0, 0, 0600, "tap%d", i);
		if (taps[i].t_node == NULL)
			goto fail;
	}
	return (KERN_SUCCESS);

fail:
	tap_undo();
	return (KERN_FAILURE);
}

kern_return_t
tapdev_stop(kmod_info_t *ki, void *data)
{
	int busy = 0;

	lck_mtx_lock(tap_lock);
	for (int i = 0; i < TAP_COUNT; i++)
		busy |= taps[i].t_state != TAP_CLOSED;
	lck_mtx_unlock(tap_lock);
	if (busy)
		return (KERN_FAILURE);
	tap_undo();
	return (KERN_SUCCESS);
}

KMOD_EXPLICIT_DECL(org.unikext.tapdev, "1.0.0", tapdev_start, tapdev_stop)
