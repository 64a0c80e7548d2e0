/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client for PPP over Ethernet: discovery by timer, the session as an
 * interface whose peer's configuration requests are all agreed with.
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/socket.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/sockio.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/ethernet.h>
#include <net/bpf.h>
#include <net/kpi_interface.h>
#include <net/kpi_protocol.h>
#include <net/dlil.h>
#include "pppoe.h"

#define PF_PPPOE	0x50504f45
#define ETYPE_DISC	0x8863
#define ETYPE_SESS	0x8864
#define PPP_IP		0x0021
#define PPP_LCP		0xc021
#define PPP_IPCP	0x8021
#define MAX_TRIES	10

#if __ppc__
#define SWAP16(x)	(x)
#elif defined(__i386__)
#define SWAP16(x)	({ u_int16_t _r = (x); __asm__("rorw $8, %0" : "+r" (_r)); _r; })
#else
#define SWAP16(x)	((u_int16_t)((u_int16_t)(x) << 8 | (u_int16_t)(x) >> 8))
#endif

static lck_grp_t *grp;
static lck_mtx_t *mtx;
static kern_ctl_ref ctl;
static ifnet_t ether, ppp;
static int state, tries, timing, attached, ppp_attached, stopping;
static u_int16_t session;
static u_char peer[ETHER_ADDR_LEN];
static u_char cookie[64];
static int cookie_len;

static void tick();
static int send_discovery();

/* --- out ------------------------------------------------------------------- */

/* m gets a PPPoE header and goes to the peer. */
static errno_t
send_frame(m, code, to, type)
	mbuf_t m;
	int code, type;
	const u_char *to;
{
	struct pppoe_header h;
	struct sockaddr dst;
	ifnet_t ifp = ether;
	u_short etype = SWAP16(type);

	h.ver_type = 0x11;
	h.code = code;
	h.session = code == PADI || code == PADR ? 0 : SWAP16(session);
	h.length = SWAP16(mbuf_pkthdr_len(m));
	if (mbuf_prepend(&m, sizeof h, MBUF_DONTWAIT) != 0)
		return ENOBUFS;
	if (mbuf_copyback(m, 0, sizeof h, &h, MBUF_DONTWAIT) != 0) {
		mbuf_freem(m);
		return ENOBUFS;
	}
	bzero(&dst, sizeof dst);
	dst.sa_len = sizeof dst;
	dst.sa_family = AF_UNSPEC;
	bcopy(to, dst.sa_data, ETHER_ADDR_LEN);
	bcopy(&etype, dst.sa_data + 12, sizeof etype);
	return ifnet_output(ifp, PF_PPPOE, m, NULL, &dst);
}

/* Where the stack asks our protocol how to frame that. */
static errno_t
preoutput(ifnet_t ifp, protocol_family_t pf, mbuf_t *m,
    const struct sockaddr *dest, void *route, char *type, char *lladdr)
{
	bcopy(dest->sa_data, lladdr, ETHER_ADDR_LEN);
	bcopy(dest->sa_data + 12, type, 2);
	return 0;
}

static int
add_tag(m, type, data, len)
	mbuf_t m;
	int type, len;
	const void *data;
{
	struct pppoe_tag t;
	size_t at = mbuf_pkthdr_len(m);

	t.type = SWAP16(type);
	t.length = SWAP16(len);
	return mbuf_copyback(m, at, sizeof t, &t, MBUF_DONTWAIT) != 0 || (len &&
	    mbuf_copyback(m, at + sizeof t, len, data, MBUF_DONTWAIT) != 0);
}

static int
send_discovery()
{
	static const u_char all[] = { 255, 255, 255, 255, 255, 255 };
	u_int32_t uniq = 0x75706b65;
	mbuf_t m;

	if (mbuf_allocpacket(MBUF_DONTWAIT, 256, NULL, &m) != 0)
		return ENOBUFS;
	mbuf_setlen(m, 0);
	mbuf_pkthdr_setlen(m, 0);
	if (add_tag(m, 0x0101, "", 0) || add_tag(m, 0x0103, &uniq, sizeof uniq) ||
	    (cookie_len && add_tag(m, 0x0104, cookie, cookie_len))) {
		mbuf_freem(m);
		return ENOBUFS;
	}
	return state == ST_LOOKING ? send_frame(m, PADI, all, ETYPE_DISC)
	    : send_frame(m, PADR, peer, ETYPE_DISC);
}

static void
tick(arg)
	void *arg;
{
	lck_mtx_lock(mtx);
	timing = 0;
	if (!stopping && (state == ST_LOOKING || state == ST_ASKING)) {
		if (++tries > MAX_TRIES)
			state = ST_FAILED;
		else {
			timing = 1;
			lck_mtx_unlock(mtx);
			send_discovery();
			bsd_timeout(tick, NULL, &(struct timespec){ 0, 500000000 });
			return;
		}
	}
	wakeup(&timing);
	lck_mtx_unlock(mtx);
}

/* --- the interface --------------------------------------------------------- */

static errno_t
ppp_output(ifnet_t ifp, mbuf_t m)
{
	size_t len = mbuf_pkthdr_len(m);

	bpf_tap_out(ifp, DLT_PPP, m, NULL, 0);
	if (state != ST_UP) {
		mbuf_freem(m);
		return ENETDOWN;
	}
	ifnet_stat_increment_out(ifp, 1, len, 0);
	return send_frame(m, 0, peer, ETYPE_SESS);
}

static errno_t
ppp_framer(ifnet_t ifp, mbuf_t *m, const struct sockaddr *dest,
    const char *lladdr, const char *type)
{
	u_short proto = SWAP16(PPP_IP);

	if (mbuf_prepend(m, 2, MBUF_DONTWAIT) != 0)
		return EJUSTRETURN;
	bcopy(&proto, mbuf_data(*m), 2);
	return 0;
}

static errno_t
ppp_demux(ifnet_t ifp, mbuf_t m, char *header, protocol_family_t *pf)
{
	*pf = PF_INET;
	return header[0] == 0 && header[1] == PPP_IP ? 0 : ENOENT;
}

static errno_t
ppp_add_proto(ifnet_t ifp, protocol_family_t pf,
    const struct ifnet_demux_desc *d, u_int32_t n)
{
	return pf == PF_INET ? 0 : EPROTONOSUPPORT;
}

static errno_t
ppp_del_proto(ifnet_t ifp, protocol_family_t pf)
{
	return 0;
}

static errno_t
ppp_ioctl(ifnet_t ifp, u_int32_t cmd, void *data)
{
	switch (cmd) {
	case SIOCSIFADDR:
	case SIOCSIFFLAGS:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		return 0;
	case SIOCSIFMTU:
		return ((struct ifreq *)data)->ifr_mtu > 1492 ? EINVAL :
		    ifnet_set_mtu(ifp, ((struct ifreq *)data)->ifr_mtu);
	}
	return EOPNOTSUPP;
}

static void
ppp_detached(ifnet_t ifp)
{
	lck_mtx_lock(mtx);
	ppp_attached = 0;
	wakeup(&ppp_attached);
	lck_mtx_unlock(mtx);
}

static errno_t
ip_input(ifnet_t ifp, protocol_family_t pf, mbuf_t m, char *header)
{
	return proto_input(pf, m);
}

static errno_t
ip_plumb(ifnet_t ifp, protocol_family_t pf)
{
	struct ifnet_attach_proto_param p = { 0 };

	p.input = ip_input;
	return ifnet_attach_protocol(ifp, pf, &p);
}

static void
ip_unplumb(ifnet_t ifp, protocol_family_t pf)
{
	ifnet_detach_protocol(ifp, pf);
}

static errno_t
make_interface()
{
	struct ifnet_init_params init = {
		name:		"ppp",
		unit:		0,
		family:		APPLE_IF_FAM_PPP,
		type:		IFT_PPP,
		output:		ppp_output,
		demux:		ppp_demux,
		add_proto:	ppp_add_proto,
		del_proto:	ppp_del_proto,
		framer:		ppp_framer,
		ioctl:		(ifnet_ioctl_func)ppp_ioctl,
		detach:		ppp_detached,
	};
	errno_t e;

	e = ifnet_allocate(&init, &ppp);
	if (e != 0)
		return e;
	ifnet_set_mtu(ppp, 1492);
	ifnet_set_hdrlen(ppp, 2);
	ifnet_set_flags(ppp, IFF_POINTOPOINT | IFF_MULTICAST, 0xffff);
	if ((e = ifnet_attach(ppp, NULL)) != 0) {
		ifnet_release(ppp);
		ppp = NULL;
		return e;
	}
	ppp_attached = 1;
	bpfattach(ppp, DLT_PPP, 2);
	return 0;
}

/* --- in -------------------------------------------------------------------- */

static void
discovery(m, h, from)
	mbuf_t m;
	struct pppoe_header *h;
	u_char *from;
{
	struct pppoe_tag t;
	size_t at = sizeof *h, end = at + SWAP16(h->length);
	int len;

	lck_mtx_lock(mtx);
	switch (h->code) {
	case PADO:
		if (state != ST_LOOKING)
			break;
		for (cookie_len = 0; at + sizeof t <= end; at += sizeof t + len) {
			if (mbuf_copydata(m, at, sizeof t, &t) != 0)
				break;
			len = SWAP16(t.length);
			if (t.type == SWAP16(0x0104) && len <= sizeof cookie &&
			    mbuf_copydata(m, at + sizeof t, len, cookie) == 0)
				cookie_len = len;
		}
		bcopy(from, peer, sizeof peer);
		state = ST_ASKING;
		lck_mtx_unlock(mtx);
		send_discovery();
		return;
	case PADS:
		if (state != ST_ASKING || bcmp(from, peer, sizeof peer))
			break;
		session = SWAP16(h->session);
		state = session ? ST_UP : ST_FAILED;
		if (session)
			ifnet_set_flags(ppp, IFF_UP | IFF_RUNNING, IFF_UP | IFF_RUNNING);
		break;
	case PADT:
		if (state != ST_UP || h->session != SWAP16(session))
			break;
		state = ST_IDLE;
		ifnet_set_flags(ppp, 0, IFF_RUNNING);
		break;
	}
	lck_mtx_unlock(mtx);
}

/* A session's frame; true if the interface took it. */
static int
session_frame(m, h)
	mbuf_t m;
	struct pppoe_header *h;
{
	struct ifnet_stat_increment_param stats = { 0 };
	size_t len = SWAP16(h->length), have = mbuf_pkthdr_len(m) - sizeof *h;
	u_char lcp[4];
	u_short proto;

	if (state != ST_UP || h->session != SWAP16(session) || len > have ||
	    mbuf_copydata(m, sizeof *h, sizeof proto, &proto) != 0)
		return 0;
	/* What the wire padded goes. */
	if (have > len)
		mbuf_adj(m, (int)len - (int)have);
	mbuf_adj(m, sizeof *h);
	proto = SWAP16(proto);
	if (proto == PPP_IP) {
		if (mbuf_pullup(&m, 2) != 0)
			return 1;
		mbuf_pkthdr_setrcvif(m, ppp);
		mbuf_pkthdr_setheader(m, mbuf_data(m));
		bpf_tap_in(ppp, DLT_PPP, m, NULL, 0);
		mbuf_adj(m, 2);
		stats.packets_in = 1;
		stats.bytes_in = len;
		ifnet_input(ppp, m, &stats);
		return 1;
	}
	if ((proto == PPP_LCP || proto == PPP_IPCP) &&
	    mbuf_copydata(m, 2, sizeof lcp, lcp) == 0 &&
	    (lcp[0] == 1 || lcp[0] == 9)) {
		lcp[0]++;		/* request to ack, echo to reply */
		mbuf_copyback(m, 2, 1, lcp, MBUF_DONTWAIT);
		send_frame(m, 0, peer, ETYPE_SESS);
		return 1;
	}
	return 0;
}

static errno_t
input(ifnet_t ifp, protocol_family_t pf, mbuf_t m, char *header)
{
	struct ether_header *eh = (struct ether_header *)header;
	struct pppoe_header h;

	if (mbuf_copydata(m, 0, sizeof h, &h) != 0 || h.ver_type != 0x11)
		return EINVAL;
	if (eh->ether_type == SWAP16(ETYPE_SESS))
		return session_frame(m, &h) ? 0 : ENOENT;
	discovery(m, &h, eh->ether_shost);
	mbuf_freem(m);
	return 0;
}

static errno_t
detached(ifnet_t ifp, protocol_family_t pf)
{
	lck_mtx_lock(mtx);
	attached = 0;
	state = ST_IDLE;
	wakeup(&attached);
	lck_mtx_unlock(mtx);
	return 0;
}

/* --- the control ----------------------------------------------------------- */

static errno_t
dial(name)
	char *name;
{
	static u_int16_t disc, sess;
	struct ifnet_demux_desc d[2];
	struct ifnet_attach_proto_param p;
	errno_t e;

	if (attached)
		return EALREADY;
	if (ether == NULL && (e = ifnet_find_by_name(name, &ether)) != 0)
		return e;
	disc = SWAP16(ETYPE_DISC);
	sess = SWAP16(ETYPE_SESS);
	bzero(d, sizeof d);
	d[0].type = d[1].type = DLIL_DESC_ETYPE2;
	d[0].data = &disc;
	d[1].data = &sess;
	d[0].datalen = d[1].datalen = 2;
	bzero(&p, sizeof p);
	p.demux_array = d;
	p.demux_count = 2;
	p.input = input;
	p.pre_output = preoutput;
	p.detached = detached;
	if ((e = ifnet_attach_protocol(ether, PF_PPPOE, &p)) != 0)
		return e;
	lck_mtx_lock(mtx);
	attached = 1;
	state = ST_LOOKING;
	tries = cookie_len = 0;
	lck_mtx_unlock(mtx);
	tick(NULL);
	return 0;
}

static void
hang_up()
{
	mbuf_t m;
	int was = state;

	if (was == ST_UP && mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0)
		send_frame(m, PADT, peer, ETYPE_DISC);
	lck_mtx_lock(mtx);
	state = ST_IDLE;
	lck_mtx_unlock(mtx);
	if (ppp != NULL)
		ifnet_set_flags(ppp, 0, IFF_RUNNING);
	if (attached)
		ifnet_detach_protocol(ether, PF_PPPOE);
}

static errno_t
ctl_conn(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unit)
{
	return 0;
}

static errno_t
ctl_set(kern_ctl_ref ref, u_int32_t unit, void *info, int opt, void *data,
    size_t len)
{
	char name[IFNAMSIZ];

	if (opt == PPPOE_HANGUP) {
		hang_up();
		return 0;
	}
	if (opt != PPPOE_CONNECT || data == NULL || len >= sizeof name)
		return EINVAL;
	bcopy(data, name, len);
	name[len] = 0;
	return dial(name);
}

static errno_t
ctl_get(kern_ctl_ref ref, u_int32_t unit, void *info, int opt, void *data,
    size_t *len)
{
	struct pppoe_status s;

	if (opt != PPPOE_STATUS)
		return ENOPROTOOPT;
	s.state = state;
	s.session = session;
	if (data)
		bcopy(&s, data, *len < sizeof s ? *len : sizeof s);
	*len = sizeof s;
	return 0;
}

static struct kern_ctl_reg reg = {
	PPPOE_CTL_NAME, 0, 0, CTL_FLAG_PRIVILEGED, 0, 0,
	ctl_conn, 0, 0, ctl_set, ctl_get
};

kern_return_t
pppoe_start(kmod_info_t *ki, void *data)
{
	grp = lck_grp_alloc_init("pppoe", LCK_GRP_ATTR_NULL);
	mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	if (proto_register_plumber(PF_INET, APPLE_IF_FAM_PPP, ip_plumb, ip_unplumb))
		goto bad;
	if (make_interface())
		goto bad2;
	if (ctl_register(&reg, &ctl) == 0)
		return KERN_SUCCESS;
	ifnet_detach(ppp);
	while (ppp_attached)
		tsleep(&ppp_attached, PZERO, "pppoe", hz / 10);
	ifnet_release(ppp);
bad2:
	proto_unregister_plumber(PF_INET, APPLE_IF_FAM_PPP);
bad:
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	return KERN_FAILURE;
}

kern_return_t
pppoe_stop(kmod_info_t *ki, void *data)
{
	struct timespec second = { 1, 0 };
	int i;

	if (ctl != NULL && ctl_deregister(ctl) == EBUSY)
		return KERN_FAILURE;
	ctl = NULL;
	if (!stopping) {
		stopping = 1;
		hang_up();
		ifnet_detach(ppp);
	}
	lck_mtx_lock(mtx);
	for (i = 0; i < 5 && (timing || attached || ppp_attached); i++)
		msleep(timing ? (void *)&timing : attached ? (void *)&attached :
		    (void *)&ppp_attached, mtx, PZERO, "pppoe", &second);
	i = timing || attached || ppp_attached;
	lck_mtx_unlock(mtx);
	if (i)
		return KERN_FAILURE;		/* later, perhaps */
	proto_unregister_plumber(PF_INET, APPLE_IF_FAM_PPP);
	ifnet_release(ppp);
	if (ether != NULL)
		ifnet_release(ether);
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	return KERN_SUCCESS;
}
