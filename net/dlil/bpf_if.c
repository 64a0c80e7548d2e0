/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BPF, the interface side: link types, listeners, taps.
 *
 * Two locks.  The mutex guards link types and who listens where; the spin
 * lock guards the listener lists for the taps, which run anywhere.  A tap
 * with nobody listening is one test.
 */
#include <libkern/libkern.h>
#include <net/bpf.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>

#include "kernel/kassert.h"
#include "kernel/mm/kmem.h"
#include "net/dlil/bpfvar.h"
#include "net/dlil/ifnet.h"
#include "net/mbuf/mbuf.h"

static lck_grp_t *bpf_grp;
static lck_mtx_t bpf_lock;
static lck_spin_t bpf_spin;

void
bpf_init(void)
{
	bpf_grp = lck_grp_alloc_init("bpf", LCK_GRP_ATTR_NULL);
	lck_mtx_init(&bpf_lock, bpf_grp, LCK_ATTR_NULL);
	lck_spin_init(&bpf_spin, bpf_grp, LCK_ATTR_NULL);
}

void
bpf_spin_lock(void)
{
	lck_spin_lock(&bpf_spin);
}

void
bpf_spin_unlock(void)
{
	lck_spin_unlock(&bpf_spin);
}

/* --- attach ---------------------------------------------------------------- */

static struct bpf_if *
bpf_if_find(ifnet_t ifp, uint32_t dlt)
{
	struct bpf_if *bif = ifp->if_bpf;

	while (bif != NULL && dlt != 0 && bif->bif_dlt != dlt)
		bif = bif->bif_next;
	return (bif);
}

struct bpf_if *
bpf_if_hold(struct bpf_listener *bl)
{
	lck_mtx_lock(&bpf_lock);
	struct bpf_if *bif = bl->bl_bif;
	if (bif != NULL)
		bif->bif_refs++;
	lck_mtx_unlock(&bpf_lock);
	return (bif);
}

void
bpf_if_release(struct bpf_if *bif)
{
	lck_mtx_lock(&bpf_lock);
	bool last = --bif->bif_refs == 0;
	lck_mtx_unlock(&bpf_lock);
	if (!last)
		return;
	KASSERT(LIST_EMPTY(&bif->bif_listeners), ("bpf_if with listeners"));
	gate_fini(&bif->bif_gate);
	ifnet_release(bif->bif_ifp);
	kfree(bif);
}

errno_t
bpf_attach(ifnet_t ifp, u_int32_t dlt, u_int32_t hdrlen, bpf_send_func send,
    bpf_tap_func tap)
{
	errno_t error = 0;

	if (ifp == NULL)
		return (EINVAL);
	struct bpf_if *bif = kmalloc(sizeof(*bif), M_WAITOK | M_ZERO);
	if (bif == NULL)
		return (ENOMEM);
	bif->bif_ifp = ifp;
	bif->bif_dlt = dlt;
	bif->bif_hdrlen = hdrlen;
	bif->bif_send = send;
	bif->bif_tap = tap;
	bif->bif_refs = 1;
	LIST_INIT(&bif->bif_listeners);

	lck_mtx_lock(&bpf_lock);
	struct bpf_if **end = &ifp->if_bpf;
	if (!ifnet_is_attached(ifp))
		error = ENXIO;
	for (; error == 0 && *end != NULL; end = &(*end)->bif_next)
		if ((*end)->bif_dlt == dlt)
			error = EEXIST;
	if (error == 0) {
		ifnet_reference(ifp);
		gate_init(&bif->bif_gate, GATE_BPF, ifp->if_xname,
		    send != NULL ? (const void *)send : tap != NULL ?
		    (const void *)tap : (const void *)ifp->if_ops.output);
		lck_spin_lock(&bpf_spin);
		*end = bif;
		lck_spin_unlock(&bpf_spin);
	}
	lck_mtx_unlock(&bpf_lock);
	if (error != 0)
		kfree(bif);
	return (error);
}

void
bpfattach(ifnet_t ifp, u_int dlt, u_int hdrlen)
{
	bpf_attach(ifp, dlt, hdrlen, NULL, NULL);
}

uint32_t
bpf_dlts(ifnet_t ifp, uint32_t *out, uint32_t max)
{
	uint32_t n = 0;

	lck_mtx_lock(&bpf_lock);
	for (struct bpf_if *bif = ifp->if_bpf; bif != NULL; bif = bif->bif_next) {
		if (n < max)
			out[n] = bif->bif_dlt;
		n++;
	}
	lck_mtx_unlock(&bpf_lock);
	return (n);
}

/* --- listeners ------------------------------------------------------------- */

/* What a classic driver calls for each packet, in and out. */
static errno_t
bpf_classic_tap(ifnet_t ifp, mbuf_t m)
{
	/* A forwarded packet goes out with the interface it came from. */
	bool inbound = m->m_pkthdr.rcvif == ifp;

	if (inbound)
		bpf_tap_in(ifp, 0, m, NULL, 0);
	else
		bpf_tap_out(ifp, 0, m, NULL, 0);
	return (0);
}

/* Switches the driver's taps when the first comes or the last goes. */
static void
bpf_tell_driver(struct bpf_if *bif, bool primary, bool on)
{
	bpf_tap_mode mode = on ? BPF_MODE_INPUT_OUTPUT : BPF_MODE_DISABLED;
	ifnet_t ifp = bif->bif_ifp;

	if (!ifnet_io_begin(ifp))
		return;
	if (primary && ifp->if_ops.set_bpf_tap != NULL)
		(void)GATE_CALL(&ifp->if_gate, ifp->if_ops.set_bpf_tap, ifp, mode,
		    on ? bpf_classic_tap : NULL);
	if (bif->bif_tap != NULL)
		(void)GATE_CALL(&bif->bif_gate, bif->bif_tap, ifp, bif->bif_dlt,
		    mode);
	ifnet_io_end(ifp);
}

errno_t
bpf_listen(ifnet_t ifp, uint32_t dlt, struct bpf_listener *bl)
{
	bool first = false, primary = false;

	lck_mtx_lock(&bpf_lock);
	struct bpf_if *bif = bpf_if_find(ifp, dlt);
	if (bif != NULL) {
		primary = bif == ifp->if_bpf;
		first = bif->bif_nlisteners++ == 0;
		bif->bif_refs++;
		bl->bl_bif = bif;
		lck_spin_lock(&bpf_spin);
		LIST_INSERT_HEAD(&bif->bif_listeners, bl, bl_link);
		ifp->if_bpf_listeners++;
		lck_spin_unlock(&bpf_spin);
	}
	lck_mtx_unlock(&bpf_lock);
	if (bif == NULL)
		return (ENXIO);
	if (first)
		bpf_tell_driver(bif, primary, true);
	return (0);
}

void
bpf_unlisten(struct bpf_listener *bl)
{
	bool last = false, primary = false;

	lck_mtx_lock(&bpf_lock);
	struct bpf_if *bif = bl->bl_bif;
	if (bif != NULL) {
		primary = bif == bif->bif_ifp->if_bpf;
		last = --bif->bif_nlisteners == 0;
		lck_spin_lock(&bpf_spin);
		LIST_REMOVE(bl, bl_link);
		bl->bl_bif = NULL;
		bif->bif_ifp->if_bpf_listeners--;
		lck_spin_unlock(&bpf_spin);
	}
	lck_mtx_unlock(&bpf_lock);
	if (bif == NULL)
		return;
	if (last)
		bpf_tell_driver(bif, primary, false);
	bpf_if_release(bif);
}

/* The interface goes: listeners are cut off, link types released. */
void
bpf_ifdetach(ifnet_t ifp)
{
	for (;;) {
		struct bpf_listener *bl;
		struct bpf_if *bif;

		lck_mtx_lock(&bpf_lock);
		bif = ifp->if_bpf;
		bl = NULL;
		if (bif != NULL) {
			bl = LIST_FIRST(&bif->bif_listeners);
			lck_spin_lock(&bpf_spin);
			if (bl == NULL)
				ifp->if_bpf = bif->bif_next;
			lck_spin_unlock(&bpf_spin);
		}
		if (bl != NULL) {
			bif->bif_nlisteners--;
			lck_spin_lock(&bpf_spin);
			LIST_REMOVE(bl, bl_link);
			bl->bl_bif = NULL;
			ifp->if_bpf_listeners--;
			if (bl->bl_gone != NULL)
				bl->bl_gone(bl);
			lck_spin_unlock(&bpf_spin);
		}
		lck_mtx_unlock(&bpf_lock);
		if (bif == NULL)
			return;
		/* The listener's count, or in the end the interface's. */
		bpf_if_release(bif);
	}
}

/* --- taps ------------------------------------------------------------------ */

static void
bpf_show(ifnet_t ifp, uint32_t dlt, struct bpf_packet *pkt, bool outbound)
{
	struct bpf_listener *bl;

	lck_spin_lock(&bpf_spin);
	struct bpf_if *bif = bpf_if_find(ifp, dlt);
	if (bif != NULL)
		LIST_FOREACH(bl, &bif->bif_listeners, bl_link)
			if (!outbound || bl->bl_seesent)
				bl->bl_packet(bl, pkt, outbound);
	lck_spin_unlock(&bpf_spin);
}

static void
bpf_show_mbuf(ifnet_t ifp, uint32_t dlt, mbuf_t m, const void *header,
    size_t header_len, bool outbound)
{
	struct bpf_packet pkt = {
		.bp_hdr = header,
		.bp_hdrlen = header != NULL ? header_len : 0,
		.bp_mbuf = m,
		.bp_data = (const uint8_t *)m->m_data,
		.bp_datalen = m->m_len,
	};

	pkt.bp_len = pkt.bp_hdrlen + ((m->m_flags & MBUF_PKTHDR) != 0 ?
	    m->m_pkthdr.len : m_length(m));
	bpf_show(ifp, dlt, &pkt, outbound);
}

void
bpf_tap_in(ifnet_t ifp, u_int32_t dlt, mbuf_t packet, void *header,
    size_t header_len)
{
	if (__builtin_expect(ifp->if_bpf_listeners == 0, 1) || packet == NULL)
		return;
	bpf_show_mbuf(ifp, dlt, packet, header, header_len, false);
}

void
bpf_tap_out(ifnet_t ifp, u_int32_t dlt, mbuf_t packet, void *header,
    size_t header_len)
{
	if (__builtin_expect(ifp->if_bpf_listeners == 0, 1) || packet == NULL)
		return;
	bpf_show_mbuf(ifp, dlt, packet, header, header_len, true);
}

void
bpf_mtap(ifnet_t ifp, mbuf_t packet)
{
	if (packet != NULL && mbuf_pkthdr_rcvif(packet) != NULL)
		bpf_tap_in(ifp, 0, packet, NULL, 0);
	else
		bpf_tap_out(ifp, 0, packet, NULL, 0);
}

void
bpf_tap(ifnet_t ifp, u_char *packet, u_int length)
{
	struct bpf_packet pkt = {
		.bp_data = packet, .bp_datalen = length, .bp_len = length,
	};

	if (ifp->if_bpf_listeners != 0)
		bpf_show(ifp, 0, &pkt, true);
}

size_t
bpf_packet_copy(const struct bpf_packet *pkt, size_t off, void *to, size_t len)
{
	uint8_t *out = to;
	size_t done = 0;

	if (off < pkt->bp_hdrlen) {
		size_t n = pkt->bp_hdrlen - off;
		if (n > len)
			n = len;
		memcpy(out, pkt->bp_hdr + off, n);
		done = n;
		off = 0;
	} else {
		off -= pkt->bp_hdrlen;
	}
	if (pkt->bp_mbuf == NULL) {
		if (done < len && off < pkt->bp_datalen) {
			size_t n = pkt->bp_datalen - off;
			if (n > len - done)
				n = len - done;
			memcpy(out + done, pkt->bp_data + off, n);
			done += n;
		}
		return (done);
	}
	for (mbuf_t m = pkt->bp_mbuf; m != NULL && done < len; m = m->m_next) {
		if (off >= m->m_len) {
			off -= m->m_len;
			continue;
		}
		size_t n = m->m_len - off;
		if (n > len - done)
			n = len - done;
		memcpy(out + done, m->m_data + off, n);
		done += n;
		off = 0;
	}
	return (done);
}
