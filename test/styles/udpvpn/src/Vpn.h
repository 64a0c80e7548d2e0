/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One tunnel: the interface, the socket below it, the keys.
 */
#ifndef VPN_H
#define VPN_H

extern "C" {
#include <sys/systm.h>
#include <sys/kernel_types.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kern_control.h>
#include <net/kpi_interface.h>
#include <netinet/in.h>
#include <kern/locks.h>
#include <kern/thread.h>
#include <mach/mach_types.h>
}

class Mutex {
	lck_mtx_t *m;
	static lck_grp_t *group;
	static int users;
public:
	Mutex();
	~Mutex();
	void lock() { lck_mtx_lock(m); }
	void unlock() { lck_mtx_unlock(m); }
	int sleep(void *chan, const char *why, struct timespec *ts)
	{ return msleep(chan, m, PZERO, why, ts); }
};

class Locked {
	Mutex &m;
public:
	Locked(Mutex &mutex) : m(mutex) { m.lock(); }
	~Locked() { m.unlock(); }
};

/* What turns packets into noise and back. */
class Cipher {
public:
	virtual ~Cipher() { }
	virtual void key(const void *bytes, size_t len) = 0;
	virtual void stream(u_int32_t seq, u_int8_t *data, size_t len) const = 0;
	virtual u_int32_t tag(u_int32_t seq, const u_int8_t *data, size_t len) const = 0;
	static Cipher *create();
};

class Endpoint {
public:
	virtual ~Endpoint() { }
	virtual void arrived(mbuf_t m) = 0;
};

class UdpSocket {
	socket_t so;
	struct sockaddr_in to;
	Endpoint *owner;
	static void upcall(socket_t so, void *cookie, int waitf);
public:
	explicit UdpSocket(Endpoint *e) : so(NULL), owner(e) { }
	~UdpSocket() { close(); }
	errno_t open(const char *address, u_int16_t port);
	errno_t send(mbuf_t m);
	void close();
	bool is_open() const { return so != NULL; }
};

class Tunnel : public Endpoint {
	ifnet_t ifp;
	Mutex mutex;
	UdpSocket socket;
	Cipher *cipher;
	bool attached, running, going;
	u_int32_t sequence, highest;
	u_int64_t window;
	friend class TunnelCalls;
	bool fresh(u_int32_t seq);
	errno_t seal(mbuf_t m, int kind);
	void keepalive();
public:
	int replayed, forged, passed;

	Tunnel();
	virtual ~Tunnel();
	bool init();
	errno_t connect(const char *address, u_int16_t port, const char *key);
	errno_t output(mbuf_t m);
	virtual void arrived(mbuf_t m);
	bool stop();
};

struct vpn_header {
	u_int32_t kind;		/* 1: keep alive, 2: a packet */
	u_int32_t seq;
	u_int32_t tag;
};

#endif
