/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /dev/bpf0 ... : capture descriptors.
 *
 * A descriptor has three buffers of one size in rotation: the store buffer,
 * which the taps fill; the hold buffer, full and waiting for the reader; a
 * free one.  Rotation happens when the store buffer cannot take a packet, or
 * for the reader when it is in immediate mode or its time is up.  While the
 * reader copies the hold buffer out, it owns it.
 *
 * b  bpf spin lock (taps run with it)	m  bd_lock, which covers one system
 *    call at a time
 */
#include <libkern/libkern.h>
#include <net/bpf.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/errno.h>
#include <sys/fcntl.h>
#include <sys/filio.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "kernel/file/select.h"
#include "kernel/file/uio.h"
#include "kernel/fs/vfs.h"
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "kernel/sync/lock.h"
#include "net/dlil/bpfvar.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"

#define BPF_NDEVICES	32
#define BPF_DLTS_MAX	32		/* link types of an interface looked at */
#define BPF_BUFSIZE	(32 * 1024)	/* bytes; BIOCSBLEN changes it */

struct bpf_buf {
	uint8_t		*data;
	size_t		len;		/* bytes used */
};

struct bpf_d {
	struct bpf_listener bd_listener;
	lck_mtx_t	bd_lock;
	struct selq	bd_selq;
	ifnet_t		bd_ifp;		/* m, b: referenced */
	uint32_t	bd_dlt;		/* m */
	struct bpf_insn	*bd_filter;	/* b */
	size_t		bd_bufsize;	/* m: fixed once bound */
	struct bpf_buf	bd_store, bd_hold, bd_free;	/* b */
	bool		bd_reading;	/* b: the reader owns bd_hold */
	bool		bd_immediate;	/* b */
	bool		bd_hdrcmplt;	/* m */
	bool		bd_promisc;	/* m */
	bool		bd_gone;	/* b: its interface went away */
	bool		bd_nonblock;	/* m */
	uint64_t	bd_timeout_us;	/* m: 0 = none */
	int		bd_signal;	/* m */
	uint32_t	bd_recv, bd_drop; /* b */
};

static LOCK_GROUP(bpfd_grp, "bpfd");
static struct bpf_d *bpf_devices[BPF_NDEVICES];
static lck_mtx_t bpf_open_lock = LCK_MTX_INITIALIZER(bpf_open_lock, bpfd_grp);

/* --- taps ------------------------------------------------------------------ */

static bool
rotate(struct bpf_d *d)
{
	if (d->bd_free.data == NULL || d->bd_hold.len != 0 || d->bd_reading)
		return (false);
	struct bpf_buf full = d->bd_store;
	d->bd_store = d->bd_free;
	d->bd_store.len = 0;
	d->bd_hold = full;
	d->bd_free.data = NULL;
	return (true);
}

static void
notify(struct bpf_d *d)
{
	wakeup(d);
	selwakeup_q(&d->bd_selq);
}

/* So many bytes in front that the payload behind the link header is aligned. */
static size_t
record_hdrlen(const struct bpf_d *d)
{
	size_t link = d->bd_listener.bl_bif->bif_hdrlen;

	return (BPF_WORDALIGN(SIZEOF_BPF_HDR + link) - link);
}

static void
capture(struct bpf_listener *bl, const struct bpf_packet *pkt, bool outbound)
{
	struct bpf_d *d = (struct bpf_d *)bl;
	bool wake = false;

	d->bd_recv++;
	uint32_t keep = bpf_run(d->bd_filter, pkt);
	if (keep == 0)
		return;
	if (keep > pkt->bp_len)
		keep = (uint32_t)pkt->bp_len;
	size_t hdrlen = record_hdrlen(d);
	size_t need = BPF_WORDALIGN(hdrlen + keep);
	if (need > d->bd_bufsize) {
		keep = (uint32_t)(d->bd_bufsize - hdrlen) & ~3u;
		need = hdrlen + keep;
	}
	size_t at = BPF_WORDALIGN(d->bd_store.len);
	if (at + need > d->bd_bufsize) {
		if (!rotate(d)) {
			d->bd_drop++;
			return;
		}
		wake = true;
		at = 0;
	}
	struct bpf_hdr bh;
	struct timeval now;
	memset(&bh, 0, sizeof(bh));
	microtime(&now);
	bh.bh_tstamp.tv_sec = (int32_t)now.tv_sec;
	bh.bh_tstamp.tv_usec = now.tv_usec;
	bh.bh_caplen = keep;
	bh.bh_datalen = (bpf_u_int32)pkt->bp_len;
	bh.bh_hdrlen = (u_short)hdrlen;
	memcpy(d->bd_store.data + at, &bh, SIZEOF_BPF_HDR);
	bpf_packet_copy(pkt, 0, d->bd_store.data + at + hdrlen, keep);
	d->bd_store.len = at + hdrlen + keep;
	if (wake || d->bd_immediate)
		notify(d);
}

static void
interface_gone(struct bpf_listener *bl)
{
	struct bpf_d *d = (struct bpf_d *)bl;

	d->bd_gone = true;
	notify(d);
}

/* --- open and close -------------------------------------------------------- */

static struct bpf_d *
bpf_of(void *arg)
{
	return (*(struct bpf_d **)arg);
}

static errno_t
bpf_dev_open(void *arg, int flags, struct proc *p)
{
	struct bpf_d **slot = arg;
	errno_t error = 0;

	struct bpf_d *d = kmalloc(sizeof(*d), M_WAITOK | M_ZERO);
	if (d == NULL)
		return (ENOMEM);
	lck_mtx_init(&d->bd_lock, &bpfd_grp, LCK_ATTR_NULL);
	selq_init(&d->bd_selq);
	d->bd_bufsize = BPF_BUFSIZE;
	d->bd_listener.bl_seesent = true;
	d->bd_listener.bl_packet = capture;
	d->bd_listener.bl_gone = interface_gone;
	d->bd_signal = 23;		/* SIGIO */
	d->bd_nonblock = (flags & FNONBLOCK) != 0;
	lck_mtx_lock(&bpf_open_lock);
	if (*slot != NULL)
		error = EBUSY;
	else
		*slot = d;
	lck_mtx_unlock(&bpf_open_lock);
	if (error != 0) {
		selq_fini(&d->bd_selq);
		lck_mtx_destroy(&d->bd_lock, &bpfd_grp);
		kfree(d);
	}
	return (error);
}

/* Lets go of the interface; m held. */
static void
unbind(struct bpf_d *d)
{
	ifnet_t ifp = d->bd_ifp;

	if (ifp == NULL)
		return;
	bpf_unlisten(&d->bd_listener);
	if (d->bd_promisc)
		ifnet_set_promiscuous(ifp, 0);
	d->bd_promisc = false;
	bpf_spin_lock();
	d->bd_ifp = NULL;
	d->bd_gone = false;
	bpf_spin_unlock();
	ifnet_release(ifp);
}

static errno_t
bpf_dev_close(void *arg, int flags, struct proc *p)
{
	struct bpf_d **slot = arg;
	struct bpf_d *d = *slot;

	lck_mtx_lock(&d->bd_lock);
	unbind(d);
	lck_mtx_unlock(&d->bd_lock);
	lck_mtx_lock(&bpf_open_lock);
	*slot = NULL;
	lck_mtx_unlock(&bpf_open_lock);
	selq_fini(&d->bd_selq);
	kfree(d->bd_store.data);
	kfree(d->bd_hold.data);
	kfree(d->bd_free.data);
	kfree(d->bd_filter);
	lck_mtx_destroy(&d->bd_lock, &bpfd_grp);
	kfree(d);
	return (0);
}

/* --- reading --------------------------------------------------------------- */

/* Something a reader could have now. */
static bool
readable(const struct bpf_d *d, bool time_up)
{
	return (d->bd_hold.len != 0 || ((d->bd_immediate || time_up) &&
	    d->bd_store.len != 0));
}

/* Waits for a hold buffer and takes it; m held. */
static errno_t
wait_hold(struct bpf_d *d, int flags)
{
	bool time_up = false;

	for (;;) {
		bpf_spin_lock();
		if (d->bd_hold.len == 0 && readable(d, time_up))
			(void)rotate(d);
		bool got = d->bd_hold.len != 0;
		bool gone = d->bd_gone;
		if (got)
			d->bd_reading = true;
		bpf_spin_unlock();
		if (got)
			return (0);
		if (gone)
			return (ENXIO);
		if (time_up)
			return (EWOULDBLOCK);	/* nothing came: 0 bytes */
		if (d->bd_nonblock || (flags & FNONBLOCK) != 0)
			return (EAGAIN);
		struct timespec ts = {
			.tv_sec = (time_t)(d->bd_timeout_us / 1000000),
			.tv_nsec = (long)(d->bd_timeout_us % 1000000) * 1000,
		};
		int error = msleep(d, &d->bd_lock, PSOCK | PCATCH, "bpf",
		    d->bd_timeout_us != 0 ? &ts : NULL);
		if (error == EWOULDBLOCK)
			time_up = true;
		else if (error != 0)
			return (error);
	}
}

static errno_t
bpf_dev_read(void *arg, struct uio *uio, int flags)
{
	struct bpf_d *d = bpf_of(arg);
	errno_t error;

	lck_mtx_lock(&d->bd_lock);
	if (d->bd_ifp == NULL) {
		error = ENXIO;
	} else if ((size_t)uio_resid(uio) != d->bd_bufsize) {
		error = EINVAL;
	} else {
		error = wait_hold(d, flags);
		if (error == 0) {
			error = uiomove((const char *)d->bd_hold.data,
			    (int)d->bd_hold.len, uio);
			bpf_spin_lock();
			d->bd_free = d->bd_hold;
			d->bd_hold.data = NULL;
			d->bd_hold.len = 0;
			d->bd_reading = false;
			bpf_spin_unlock();
		} else if (error == EWOULDBLOCK && d->bd_timeout_us != 0 &&
		    !d->bd_nonblock && (flags & FNONBLOCK) == 0) {
			error = 0;
		}
	}
	lck_mtx_unlock(&d->bd_lock);
	return (error);
}

static int
bpf_dev_select(void *arg, int which, void *wql, struct proc *p)
{
	struct bpf_d *d = bpf_of(arg);
	bool ready;

	if (which != FREAD)
		return (which == FWRITE);
	bpf_spin_lock();
	ready = readable(d, d->bd_timeout_us != 0) || d->bd_gone;
	bpf_spin_unlock();
	if (!ready)
		selrecord_q(&d->bd_selq, wql);
	return (ready);
}

static bool
bpf_note_event(struct knote *kn, long hint)
{
	struct bpf_d *d = kn->kn_hook;

	kn->kn_data = (intptr_t)(d->bd_hold.len != 0 ? d->bd_hold.len :
	    d->bd_store.len);
	return (d->bd_hold.len != 0 || (d->bd_immediate && d->bd_store.len != 0));
}

static errno_t
bpf_dev_kqfilter(void *arg, struct knote *kn)
{
	static const struct filterops ops = { .f_event = bpf_note_event };
	struct bpf_d *d = bpf_of(arg);

	if (kn->kn_filter != EVFILT_READ)
		return (EINVAL);
	kn->kn_fop = &ops;
	kn->kn_hook = d;
	selq_note(&d->bd_selq, kn);
	return (0);
}

/* --- writing --------------------------------------------------------------- */

/* Copies a frame into a packet; the link header is hlen bytes of it. */
static errno_t
frame_in(struct uio *uio, size_t len, mbuf_t *out)
{
	unsigned chunks = 0;
	mbuf_t m;

	errno_t error = mbuf_allocpacket(MBUF_WAITOK, len, &chunks, &m);
	if (error != 0)
		return (error);
	size_t left = len;
	for (mbuf_t n = m; n != NULL && left != 0; n = n->m_next) {
		size_t room = m_tailroom(n);
		size_t take = left < room ? left : room;
		error = uiomove(n->m_data, (int)take, uio);
		if (error != 0) {
			mbuf_freem(m);
			return (error);
		}
		n->m_len = (uint16_t)take;
		left -= take;
	}
	m->m_pkthdr.len = (uint32_t)len;
	*out = m;
	return (0);
}

static errno_t
send_complete(struct bpf_if *bif, mbuf_t m)
{
	if (bif->bif_send != NULL)
		return (GATE_CALL(&bif->bif_gate, bif->bif_send, bif->bif_ifp,
		    bif->bif_dlt, m));
	return (ifnet_output_raw(bif->bif_ifp, PF_INET, m));
}

/* The link header becomes the address; the protocol's pre_output knows it. */
static errno_t
send_framed(struct bpf_if *bif, mbuf_t m)
{
	struct sockaddr dst;
	size_t hlen = bif->bif_hdrlen;

	memset(&dst, 0, sizeof(dst));
	dst.sa_len = sizeof(dst);
	dst.sa_family = AF_UNSPEC;
	if (hlen > sizeof(dst.sa_data)) {
		mbuf_freem(m);
		return (EIO);
	}
	(void)mbuf_copydata(m, 0, hlen, dst.sa_data);
	mbuf_adj(m, (int)hlen);
	return (ifnet_output(bif->bif_ifp, PF_INET, m, NULL, &dst));
}

static errno_t
bpf_dev_write(void *arg, struct uio *uio, int flags)
{
	struct bpf_d *d = bpf_of(arg);
	size_t len = (size_t)uio_resid(uio);
	errno_t error = 0;
	mbuf_t m;

	struct bpf_if *bif = bpf_if_hold(&d->bd_listener);
	if (bif == NULL)
		return (ENXIO);
	if ((bif->bif_ifp->if_flags & IFF_UP) == 0)
		error = ENETDOWN;
	else if (len != 0 && len < bif->bif_hdrlen)
		error = EINVAL;
	else if (len != 0 && len - bif->bif_hdrlen > bif->bif_ifp->if_mtu)
		error = EMSGSIZE;
	else if (len != 0)
		error = frame_in(uio, len, &m);
	if (error == 0 && len != 0)
		error = d->bd_hdrcmplt ? send_complete(bif, m) :
		    send_framed(bif, m);
	bpf_if_release(bif);
	return (error);
}

/* --- ioctls ---------------------------------------------------------------- */

static errno_t
set_buffers(struct bpf_d *d)
{
	uint8_t *a, *b;

	if (d->bd_store.data != NULL)
		return (0);
	a = kmalloc(d->bd_bufsize, M_WAITOK);
	b = kmalloc(d->bd_bufsize, M_WAITOK);
	if (a == NULL || b == NULL) {
		kfree(a);
		kfree(b);
		return (ENOBUFS);
	}
	bpf_spin_lock();
	d->bd_store.data = a;
	d->bd_free.data = b;
	bpf_spin_unlock();
	return (0);
}

static void
flush(struct bpf_d *d)
{
	bpf_spin_lock();
	if (d->bd_hold.data != NULL && !d->bd_reading) {
		d->bd_free.data = d->bd_hold.data;
		d->bd_hold.data = NULL;
		d->bd_hold.len = 0;
	}
	d->bd_store.len = 0;
	d->bd_recv = d->bd_drop = 0;
	bpf_spin_unlock();
}

/* Whether the interface can be listened to; dlt 0 is any link type. */
static bool
has_dlt(ifnet_t ifp, uint32_t dlt)
{
	uint32_t dlts[BPF_DLTS_MAX];
	uint32_t n = bpf_dlts(ifp, dlts, BPF_DLTS_MAX);

	for (uint32_t i = 0; i < n && i < BPF_DLTS_MAX; i++)
		if (dlt == 0 || dlts[i] == dlt)
			return (true);
	return (false);
}

/* What fails leaves the descriptor where it was. */
static errno_t
set_interface(struct bpf_d *d, const struct ifreq *ifr, uint32_t dlt)
{
	char name[IFNAMSIZ];
	ifnet_t ifp;

	memcpy(name, ifr->ifr_name, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	errno_t error = ifnet_find_by_name(name, &ifp);
	if (error != 0)
		return (error);
	error = has_dlt(ifp, dlt) ? set_buffers(d) : ENXIO;
	if (error == 0) {
		unbind(d);
		flush(d);
		error = bpf_listen(ifp, dlt, &d->bd_listener);
	}
	if (error != 0) {
		ifnet_release(ifp);
		return (error);
	}
	bpf_spin_lock();
	d->bd_ifp = ifp;
	bpf_spin_unlock();
	d->bd_dlt = d->bd_listener.bl_bif->bif_dlt;
	return (0);
}

static errno_t
set_filter(struct bpf_d *d, const struct bpf_program *prog, bool reset)
{
	struct bpf_insn *insns = NULL, *old;

	if (prog->bf_len > BPF_MAXINSNS)
		return (EINVAL);
	if (prog->bf_len != 0) {
		size_t size = prog->bf_len * sizeof(*insns);
		insns = kmalloc(size, M_WAITOK);
		if (insns == NULL)
			return (ENOMEM);
		if (copyin((user_addr_t)(uintptr_t)prog->bf_insns, insns,
		    size) != 0) {
			kfree(insns);
			return (EFAULT);
		}
		if (!bpf_validate(insns, prog->bf_len)) {
			kfree(insns);
			return (EINVAL);
		}
	}
	bpf_spin_lock();
	old = d->bd_filter;
	d->bd_filter = insns;
	bpf_spin_unlock();
	kfree(old);
	if (reset)
		flush(d);
	return (0);
}

static errno_t
promiscuous(struct bpf_d *d)
{
	if (d->bd_promisc)
		return (0);
	errno_t error = ifnet_set_promiscuous(d->bd_ifp, 1);
	if (error == 0)
		d->bd_promisc = true;
	return (error);
}

static errno_t
set_dlt(struct bpf_d *d, uint32_t dlt)
{
	bool promisc = d->bd_promisc;
	struct ifreq ifr;

	if (dlt == d->bd_dlt)
		return (0);
	if (dlt == 0 || !has_dlt(d->bd_ifp, dlt))
		return (EINVAL);
	strlcpy(ifr.ifr_name, d->bd_ifp->if_xname, sizeof(ifr.ifr_name));
	errno_t error = set_interface(d, &ifr, dlt);
	return (error == 0 && promisc ? promiscuous(d) : error);
}

static errno_t
list_dlts(struct bpf_d *d, struct bpf_dltlist *list)
{
	uint32_t dlts[BPF_DLTS_MAX];
	uint32_t n = bpf_dlts(d->bd_ifp, dlts, BPF_DLTS_MAX);
	errno_t error = 0;

	if (list->bfl_list != NULL) {
		uint32_t room = n < BPF_DLTS_MAX ? n : BPF_DLTS_MAX;
		if (list->bfl_len < room)
			error = ENOMEM;
		else
			error = copyout(dlts, (user_addr_t)(uintptr_t)
			    list->bfl_list, room * sizeof(dlts[0]));
	}
	list->bfl_len = n;
	return (error);
}

static errno_t
set_bufsize(struct bpf_d *d, u_int *size)
{
	if (d->bd_ifp != NULL || d->bd_store.data != NULL)
		return (EINVAL);
	if (*size > BPF_MAXBUFSIZE)
		*size = BPF_MAXBUFSIZE;
	if (*size < BPF_MINBUFSIZE)
		*size = BPF_MINBUFSIZE;
	d->bd_bufsize = *size;
	return (0);
}

/* Requests that need an interface. */
static errno_t
ioctl_bound(struct bpf_d *d, u_long cmd, void *data)
{
	if (d->bd_ifp == NULL || d->bd_gone)
		return (cmd == BIOCGETIF || cmd == BIOCGDLT ||
		    cmd == BIOCPROMISC || cmd == BIOCSDLT ||
		    cmd == BIOCGDLTLIST ? EINVAL : ENOTTY);
	switch (cmd) {
	case BIOCPROMISC:
		return (promiscuous(d));
	case BIOCGDLT:
		*(u_int *)data = d->bd_dlt;
		return (0);
	case BIOCSDLT:
		return (set_dlt(d, *(u_int *)data));
	case BIOCGDLTLIST:
		return (list_dlts(d, data));
	case BIOCGETIF:
		strlcpy(((struct ifreq *)data)->ifr_name, d->bd_ifp->if_xname,
		    IFNAMSIZ);
		return (0);
	default:
		return (ENOTTY);
	}
}

static errno_t
ioctl_set(struct bpf_d *d, u_long cmd, void *data)
{
	const struct timeval *tv = data;

	switch (cmd) {
	case BIOCSBLEN:
		return (set_bufsize(d, data));
	case BIOCSETF:
	case BIOCSETFNR:
		return (set_filter(d, data, cmd == BIOCSETF));
	case BIOCFLUSH:
		flush(d);
		return (0);
	case BIOCSETIF:
		return (set_interface(d, data, 0));
	case BIOCSRTIMEOUT:
		if (tv->tv_sec < 0 || tv->tv_usec < 0 || tv->tv_usec >= 1000000)
			return (EINVAL);
		d->bd_timeout_us = (uint64_t)tv->tv_sec * 1000000 +
		    (uint64_t)tv->tv_usec;
		return (0);
	case BIOCIMMEDIATE:
		d->bd_immediate = *(u_int *)data != 0;
		return (0);
	case BIOCSRSIG:
		d->bd_signal = (int)*(u_int *)data;
		return (0);
	case BIOCSHDRCMPLT:
		d->bd_hdrcmplt = *(u_int *)data != 0;
		return (0);
	case BIOCSSEESENT:
		d->bd_listener.bl_seesent = *(u_int *)data != 0;
		return (0);
	case FIONBIO:
		d->bd_nonblock = *(int *)data != 0;
		return (0);
	default:
		return (ioctl_bound(d, cmd, data));
	}
}

static int
bytes_readable(struct bpf_d *d)
{
	bpf_spin_lock();
	size_t n = d->bd_hold.len + (d->bd_immediate ? d->bd_store.len : 0);
	bpf_spin_unlock();
	return ((int)n);
}

static errno_t
ioctl_get(struct bpf_d *d, u_long cmd, void *data)
{
	switch (cmd) {
	case BIOCGBLEN:
		*(u_int *)data = (u_int)d->bd_bufsize;
		return (0);
	case BIOCGRTIMEOUT:
		((struct timeval *)data)->tv_sec =
		    (time_t)(d->bd_timeout_us / 1000000);
		((struct timeval *)data)->tv_usec =
		    (suseconds_t)(d->bd_timeout_us % 1000000);
		return (0);
	case BIOCGSTATS:
		((struct bpf_stat *)data)->bs_recv = d->bd_recv;
		((struct bpf_stat *)data)->bs_drop = d->bd_drop;
		return (0);
	case BIOCVERSION:
		((struct bpf_version *)data)->bv_major = BPF_MAJOR_VERSION;
		((struct bpf_version *)data)->bv_minor = BPF_MINOR_VERSION;
		return (0);
	case BIOCGRSIG:
		*(u_int *)data = (u_int)d->bd_signal;
		return (0);
	case BIOCGHDRCMPLT:
		*(u_int *)data = d->bd_hdrcmplt;
		return (0);
	case BIOCGSEESENT:
		*(u_int *)data = d->bd_listener.bl_seesent;
		return (0);
	case FIONREAD:
		*(int *)data = bytes_readable(d);
		return (0);
	default:
		return (ioctl_set(d, cmd, data));
	}
}

static errno_t
bpf_dev_ioctl(void *arg, u_long cmd, void *data, int flags, struct proc *p)
{
	struct bpf_d *d = bpf_of(arg);

	lck_mtx_lock(&d->bd_lock);
	errno_t error = ioctl_get(d, cmd, data);
	lck_mtx_unlock(&d->bd_lock);
	return (error);
}

static const struct devops bpf_devops = {
	.do_open = bpf_dev_open,
	.do_close = bpf_dev_close,
	.do_read = bpf_dev_read,
	.do_write = bpf_dev_write,
	.do_ioctl = bpf_dev_ioctl,
	.do_select = bpf_dev_select,
	.do_kqfilter = bpf_dev_kqfilter,
};

static void
bpf_dev_init(void)
{
	for (unsigned i = 0; i < BPF_NDEVICES; i++) {
		char name[8];
		snprintf(name, sizeof(name), "bpf%u", i);
		(void)devfs_add(name, 0600, &bpf_devops, &bpf_devices[i]);
	}
}
INITCALL_ORDER(INIT_LATE, 200, bpf_dev_init);
