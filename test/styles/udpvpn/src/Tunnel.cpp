/* SPDX-License-Identifier: BSD-2-Clause */
#include "Vpn.h"

extern "C" {
#include <libkern/libkern.h>
#include <sys/errno.h>
#include <sys/sockio.h>
#include <net/bpf.h>
#include <net/if.h>
#include <net/if_types.h>
#include <net/kpi_protocol.h>
}

lck_grp_t *Mutex::group;
int Mutex::users;

Mutex::Mutex()
{
	if (users++ == 0)
		group = lck_grp_alloc_init(VPN_NAME, LCK_GRP_ATTR_NULL);
	m = lck_mtx_alloc_init(group, LCK_ATTR_NULL);
}

Mutex::~Mutex()
{
	lck_mtx_free(m, group);
	if (--users == 0)
		lck_grp_free(group);
}

/* What the stack calls, in the language that it speaks. */
class TunnelCalls {
public:
	static errno_t output(ifnet_t ifp, mbuf_t m)
	{ return (self(ifp)->output(m)); }
	static errno_t demux(ifnet_t, mbuf_t m, char *, protocol_family_t *pf)
	{
		*pf = PF_INET;
		return (mbuf_len(m) > 0 && *(char *)mbuf_data(m) >> 4 == 4 ? 0 :
		    ENOENT);
	}
	static errno_t add(ifnet_t, protocol_family_t pf,
	    const struct ifnet_demux_desc *, u_int32_t)
	{ return (pf == PF_INET ? 0 : ENOTSUP); }
	static errno_t del(ifnet_t, protocol_family_t) { return (0); }
	static errno_t input(ifnet_t, protocol_family_t pf, mbuf_t m, char *)
	{ return (proto_input(pf, m)); }
	static errno_t ioctl(ifnet_t ifp, unsigned long cmd, void *)
	{
		struct ifnet_attach_proto_param p;
		errno_t err;

		if (cmd == SIOCSIFADDR) {
			bzero(&p, sizeof(p));
			p.input = input;
			err = ifnet_attach_protocol(ifp, PF_INET, &p);
			return (err == EEXIST ? 0 : err);
		}
		return (cmd == SIOCSIFFLAGS ? 0 : EOPNOTSUPP);
	}
	static void detached(ifnet_t ifp)
	{
		Tunnel *t = self(ifp);
		Locked l(t->mutex);

		t->attached = false;
		wakeup(t);
	}
	static void thread(void *cookie, wait_result_t)
	{
		static_cast<Tunnel *>(cookie)->keepalive();
		thread_terminate(current_thread());
	}
private:
	static Tunnel *self(ifnet_t ifp)
	{ return (static_cast<Tunnel *>(ifnet_softc(ifp))); }
};

Tunnel::Tunnel() : ifp(NULL), socket(this), cipher(Cipher::create()),
    attached(false), running(false), going(false), sequence(0), highest(0),
    window(0), replayed(0), forged(0), passed(0)
{
}

Tunnel::~Tunnel()
{
	delete cipher;
	if (ifp != NULL)
		ifnet_release(ifp);
}

bool
Tunnel::init()
{
	struct ifnet_init_params p;
	thread_t thread;

	if (cipher == NULL)
		return (false);
	bzero(&p, sizeof(p));
	p.name = (char *)"vpn";
	p.family = IFNET_FAMILY_TUN;
	p.type = IFT_OTHER;
	p.output = TunnelCalls::output;
	p.demux = TunnelCalls::demux;
	p.add_proto = TunnelCalls::add;
	p.del_proto = TunnelCalls::del;
	p.softc = this;
	p.ioctl = TunnelCalls::ioctl;
	p.detach = TunnelCalls::detached;
	if (ifnet_allocate(&p, &ifp) != 0)
		return (false);
	ifnet_set_mtu(ifp, 1400);
	ifnet_set_flags(ifp, IFF_POINTOPOINT | IFF_RUNNING, 0xffff);
	if (ifnet_attach(ifp, NULL) != 0)
		return (false);
	attached = running = true;
	bpfattach(ifp, DLT_RAW, 0);
	if (kernel_thread_start(TunnelCalls::thread, this, &thread) != KERN_SUCCESS) {
		running = false;
		while (!stop())
			;
		return (false);
	}
	thread_deallocate(thread);
	return (true);
}

errno_t
Tunnel::connect(const char *address, u_int16_t port, const char *key)
{
	if (socket.is_open())
		return (EISCONN);
	cipher->key(key, strlen(key));
	errno_t err = socket.open(address, port);
	if (err == 0)
		wakeup(&sequence);
	return (err);
}

/* Gives the packet a header, and hides what is behind it. */
errno_t
Tunnel::seal(mbuf_t m, int kind)
{
	size_t len = mbuf_pkthdr_len(m);
	vpn_header h;
	u_int8_t *data;
	mbuf_t out;
	unsigned int chunks = 1;

	if (mbuf_allocpacket(MBUF_DONTWAIT, sizeof(h) + len, &chunks, &out) != 0) {
		mbuf_freem(m);
		return (ENOBUFS);
	}
	data = static_cast<u_int8_t *>(mbuf_data(out));
	(void)mbuf_copydata(m, 0, len, data + sizeof(h));
	mbuf_freem(m);
	mutex.lock();
	u_int32_t seq = ++sequence;
	mutex.unlock();
	cipher->stream(seq, data + sizeof(h), len);
	h.kind = htonl(kind);
	h.seq = htonl(seq);
	h.tag = cipher->tag(seq, data + sizeof(h), len);
	bcopy(&h, data, sizeof(h));
	mbuf_setlen(out, sizeof(h) + len);
	mbuf_pkthdr_setlen(out, sizeof(h) + len);
	return (socket.send(out));
}

errno_t
Tunnel::output(mbuf_t m)
{
	bpf_tap_out(ifp, DLT_RAW, m, NULL, 0);
	mbuf_outbound_finalize(m, PF_INET, 0);
	ifnet_stat_increment_out(ifp, 1, mbuf_pkthdr_len(m), 0);
	return (seal(m, 2));
}

void
Tunnel::keepalive()
{
	struct timespec ts = { 0, 300000000 };

	mutex.lock();
	while (!going) {
		mutex.sleep(&sequence, "keepalive", &ts);
		if (going || !socket.is_open())
			continue;
		mutex.unlock();
		mbuf_t m;
		if (mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0)
			(void)seal(m, 1);
		mutex.lock();
	}
	running = false;
	wakeup(this);
	mutex.unlock();
}

/* Whether the number was not seen yet: a window of 64 (RFC 4303). */
bool
Tunnel::fresh(u_int32_t seq)
{
	Locked l(mutex);

	if (seq > highest) {
		window = seq - highest < 64 ? window << (seq - highest) : 0;
		window |= 1;
		highest = seq;
		return (true);
	}
	if (highest - seq >= 64 || (window >> (highest - seq) & 1))
		return (false);
	window |= 1ULL << (highest - seq);
	return (true);
}

void
Tunnel::arrived(mbuf_t m)
{
	struct ifnet_stat_increment_param stats;
	vpn_header h;
	mbuf_t whole;

	if (mbuf_copydata(m, 0, sizeof(h), &h) != 0) {
		mbuf_freem(m);
		return;
	}
	mbuf_adj(m, sizeof(h));
	if (mbuf_dup(m, MBUF_DONTWAIT, &whole) == 0) {
		mbuf_freem(m);
		m = whole;
	}
	size_t len = mbuf_pkthdr_len(m);
	if (len != 0 && mbuf_len(m) < len && mbuf_pullup(&m, len) != 0)
		return;
	u_int8_t *data = static_cast<u_int8_t *>(mbuf_data(m));
	if (cipher->tag(ntohl(h.seq), data, len) != h.tag) {
		forged++;
		mbuf_freem(m);
	} else if (!fresh(ntohl(h.seq))) {
		replayed++;
		mbuf_freem(m);
	} else if (h.kind != htonl(2) || len == 0) {
		mbuf_freem(m);
	} else {
		cipher->stream(ntohl(h.seq), data, len);
		passed++;
		mbuf_pkthdr_setrcvif(m, ifp);
		mbuf_pkthdr_setheader(m, NULL);
		mbuf_clear_csum_performed(m);
		bpf_tap_in(ifp, DLT_RAW, m, NULL, 0);
		bzero(&stats, sizeof(stats));
		stats.packets_in = 1;
		stats.bytes_in = len;
		ifnet_input(ifp, m, &stats);
	}
}

/* True when nobody is in it any more. */
bool
Tunnel::stop()
{
	struct timespec ts = { 1, 0 };

	mutex.lock();
	if (!going) {
		going = true;
		wakeup(&sequence);
		mutex.unlock();
		socket.close();
		if (attached)
			ifnet_detach(ifp);
		mutex.lock();
	}
	for (int i = 0; i < 5 && (running || attached); i++)
		mutex.sleep(this, "vpn stop", &ts);
	bool done = !running && !attached;
	mutex.unlock();
	return (done);
}
