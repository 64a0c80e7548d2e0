/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel controls as their clients see them: records and streams, a client
 * that does not read, what a getsockopt may give back, numbers of units and
 * ids, a close in the middle.
 */
#include <kpitest.h>
#include <kern/thread.h>
#include <mach/thread_act.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/param.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>
#include <sys/systm.h>

#define NAME "org.unikext.test.clients"

static struct {
	kern_ctl_ref ref;
	u_int32_t unit;			/* of the last client */
	volatile int sends, disconnects, hold, inside, getopts;
	int flags[64];			/* of each send */
	size_t bytes;
	unsigned char sum;
	size_t give;			/* getopt's answer */
} rec;

static void
nap(void)
{
	struct timespec ts = { 0, 1000000 };

	(void)msleep(&rec, NULL, PZERO, "nap", &ts);
}

static errno_t
on_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **info)
{
	rec.unit = sac->sc_unit;
	*info = (void *)(uintptr_t)sac->sc_unit;
	return (0);
}

static errno_t
on_disconnect(kern_ctl_ref ref, u_int32_t unit, void *info)
{
	KPI_EXPECT((uintptr_t)info == unit);
	/* Still connected: what is queued now goes with the socket. */
	errno_t error = ctl_enqueuedata(ref, unit, "bye", 3, 0);
	KPI_EXPECT(error == 0 || error == ENOBUFS);
	rec.disconnects++;
	return (0);
}

static errno_t
on_send(kern_ctl_ref ref, u_int32_t unit, void *info, mbuf_t m, int flags)
{
	mbuf_t n;

	rec.inside = 1;
	for (int i = 0; i < 4000 && rec.hold == 1; i++)
		nap();
	rec.inside = 0;
	if (rec.sends < 64)
		rec.flags[rec.sends] = flags;
	rec.sends++;
	rec.bytes += mbuf_pkthdr_len(m);
	for (n = m; n != NULL; n = mbuf_next(n))
		for (size_t i = 0; i < mbuf_len(n); i++)
			rec.sum += ((unsigned char *)mbuf_data(n))[i];
	mbuf_freem(m);
	return (0);
}

static errno_t
on_getopt(kern_ctl_ref ref, u_int32_t unit, void *info, int opt, void *data,
    size_t *len)
{
	rec.getopts++;
	if (data != NULL)
		memset(data, 'g', rec.give < *len ? rec.give : *len);
	*len = rec.give;
	return (opt == 7 ? EACCES : 0);
}

static errno_t
offer(u_int32_t flags, u_int32_t sendsize, u_int32_t recvsize)
{
	struct kern_ctl_reg reg;

	memset(&rec, 0, sizeof(rec));
	memset(&reg, 0, sizeof(reg));
	strlcpy(reg.ctl_name, NAME, sizeof(reg.ctl_name));
	reg.ctl_flags = flags;
	reg.ctl_sendsize = sendsize;
	reg.ctl_recvsize = recvsize;
	reg.ctl_connect = on_connect;
	reg.ctl_disconnect = on_disconnect;
	reg.ctl_send = on_send;
	reg.ctl_getopt = on_getopt;
	return (ctl_register(&reg, &rec.ref));
}

static errno_t
dial(socket_t *so, int type, u_int32_t unit)
{
	struct sockaddr_ctl sac;
	struct ctl_info info;
	errno_t error = sock_socket(PF_SYSTEM, type, SYSPROTO_CONTROL, NULL,
	    NULL, so);

	if (error != 0)
		return (error);
	memset(&info, 0, sizeof(info));
	strlcpy(info.ctl_name, NAME, sizeof(info.ctl_name));
	error = sock_ioctl(*so, CTLIOCGINFO, &info);
	memset(&sac, 0, sizeof(sac));
	sac.sc_len = sizeof(sac);
	sac.sc_family = AF_SYSTEM;
	sac.ss_sysaddr = AF_SYS_CONTROL;
	sac.sc_id = info.ctl_id;
	sac.sc_unit = unit;
	if (error == 0)
		error = sock_connect(*so, (struct sockaddr *)&sac, 0);
	if (error != 0)
		sock_close(*so);
	return (error);
}

/* Reads at most n bytes; *flags of the message. */
static errno_t
get(socket_t so, void *p, size_t n, size_t *got, int *flags)
{
	struct iovec iov = { p, n };
	struct msghdr msg;
	errno_t error;

	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	*got = 0;
	error = sock_receive(so, &msg, *flags | MSG_DONTWAIT, got);
	*flags = msg.msg_flags;
	return (error);
}

static errno_t
put(socket_t so, void *p, size_t n, int flags, size_t *sent)
{
	struct iovec iov = { p, n };
	struct msghdr msg;

	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	*sent = 0;
	return (sock_send(so, &msg, flags, sent));
}

/* A datagram client's read takes one record and loses what does not fit. */
KPI_TEST_AS(ctl_enqueuedata, records)
{
	char buf[64];
	socket_t so;
	int flags;
	size_t n;

	KPI_REQUIRE(offer(0, 0, 0) == 0);
	KPI_REQUIRE(dial(&so, SOCK_DGRAM, 0) == 0);
	for (int i = 0; i < 3; i++) {
		memset(buf, 'a' + i, 10);
		KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, buf, 10 - (size_t)i,
		    CTL_DATA_EOR) == 0);
	}
	/* One looked at stays; one cut short says so; the next is whole. */
	flags = MSG_PEEK;
	KPI_EXPECT(get(so, buf, 4, &n, &flags) == 0 && n == 4);
	flags = 0;
	KPI_EXPECT(get(so, buf, 4, &n, &flags) == 0 && n == 4 && buf[3] == 'a');
	KPI_EXPECT((flags & MSG_TRUNC) != 0);
	flags = 0;
	KPI_EXPECT(get(so, buf, 64, &n, &flags) == 0 && n == 9 && buf[8] == 'b');
	KPI_EXPECT((flags & MSG_TRUNC) == 0 && (flags & MSG_EOR) != 0);
	flags = 0;
	KPI_EXPECT(get(so, buf, 64, &n, &flags) == 0 && n == 8);
	flags = 0;
	KPI_EXPECT(get(so, buf, 64, &n, &flags) == EWOULDBLOCK);
	sock_close(so);
	KPI_EXPECT(rec.disconnects == 1);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* A client that does not read: full, told so, and room again by its reads. */
KPI_TEST_AS(ctl_enqueuedata, back_pressure)
{
	static char piece[500], back[500];
	size_t space, n, queued = 0, read = 0;
	socket_t so;
	int flags;
	mbuf_t m;

	KPI_REQUIRE(offer(CTL_FLAG_REG_SOCK_STREAM, 0, 4000) == 0);
	KPI_REQUIRE(dial(&so, SOCK_STREAM, 0) == 0);
	KPI_EXPECT(ctl_getenqueuespace(rec.ref, 1, &space) == 0 &&
	    space == 4000);
	for (unsigned round = 0; round < 20; round++) {
		for (;;) {
			for (size_t i = 0; i < sizeof(piece); i++)
				piece[i] = (char)(queued + i);
			errno_t error = ctl_enqueuedata(rec.ref, 1, piece,
			    sizeof(piece), 0);
			if (error == ENOBUFS)
				break;
			KPI_REQUIRE(error == 0);
			queued += sizeof(piece);
		}
		KPI_EXPECT(ctl_getenqueuespace(rec.ref, 1, &space) == 0 &&
		    space < sizeof(piece) && queued - read == 4000 - space);
		/* A packet that does not fit stays the caller's. */
		KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, space + 1, NULL,
		    &m) == 0);
		KPI_REQUIRE(mbuf_copyback(m, 0, space + 1, piece,
		    MBUF_WAITOK) == 0);
		KPI_EXPECT(ctl_enqueuembuf(rec.ref, 1, m, 0) == ENOBUFS);
		KPI_EXPECT(mbuf_pkthdr_len(m) == space + 1);
		mbuf_freem(m);
		for (unsigned i = 0; i < 3; i++) {
			flags = 0;
			KPI_REQUIRE(get(so, back, 371, &n, &flags) == 0 &&
			    n == 371);
			for (size_t k = 0; k < n; k++)
				if (back[k] != (char)(read + k))
					KPI_EXPECT(back[k] == (char)(read + k));
			read += n;
		}
	}
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* What a client writes: a datagram whole or not, a stream in pieces. */
KPI_TEST_AS(ctl_send_func, sizes)
{
	static unsigned char data[20000];
	unsigned char sum = 0;
	socket_t so;
	size_t sent;
	int value = 6000;

	for (size_t i = 0; i < sizeof(data); i++)
		sum += data[i] = (unsigned char)(i * 7);
	KPI_REQUIRE(offer(0, 5000, 0) == 0);
	KPI_REQUIRE(dial(&so, SOCK_DGRAM, 0) == 0);
	KPI_EXPECT(put(so, data, 5001, 0, &sent) == EMSGSIZE);
	KPI_EXPECT(put(so, data, 5000, 0, &sent) == 0 && sent == 5000);
	KPI_EXPECT(rec.sends == 1 && rec.bytes == 5000 && rec.flags[0] == 0);
	/* Urgent is for streams. */
	KPI_EXPECT(put(so, data, 1, MSG_OOB, &sent) == EOPNOTSUPP);
	KPI_EXPECT(sock_setsockopt(so, SOL_SOCKET, SO_SNDBUF, &value,
	    sizeof(value)) == 0);
	KPI_EXPECT(put(so, data, 6000, 0, &sent) == 0);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);

	KPI_REQUIRE(offer(CTL_FLAG_REG_SOCK_STREAM, 5000, 0) == 0);
	KPI_REQUIRE(dial(&so, SOCK_STREAM, 0) == 0);
	KPI_EXPECT(put(so, data, sizeof(data), 0, &sent) == 0 &&
	    sent == sizeof(data));
	KPI_EXPECT(rec.sends > 1 && rec.bytes == sizeof(data));
	KPI_EXPECT(rec.sum == sum);
	/* More pieces follow each but the last. */
	for (int i = 0; i < rec.sends && i < 64; i++)
		KPI_EXPECT(rec.flags[i] == (i + 1 < rec.sends ? 4 : 0));
	rec.sends = 0;
	KPI_EXPECT(put(so, data, 1, MSG_OOB, &sent) == 0);
	KPI_EXPECT(rec.sends == 1 && rec.flags[0] == 1);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* Lengths: asked for, cut, none wanted, and more than there is room for. */
KPI_TEST_AS(ctl_getopt_func, lengths)
{
	char buf[32];
	socket_t so;
	int len;

	KPI_REQUIRE(offer(0, 0, 0) == 0);
	KPI_REQUIRE(dial(&so, SOCK_DGRAM, 0) == 0);
	rec.give = 8;
	memset(buf, 'u', sizeof(buf));
	len = sizeof(buf);
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 1, buf, &len) == 0);
	KPI_EXPECT(len == 8 && buf[7] == 'g' && buf[8] == 'u');
	rec.give = 0;
	len = sizeof(buf);
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 1, buf, &len) == 0);
	KPI_EXPECT(len == 0);
	/* One that gives more than the client has room for is not believed. */
	rec.give = 100;
	memset(buf, 'u', sizeof(buf));
	len = 16;
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 1, buf, &len) ==
	    EINVAL);
	KPI_EXPECT(buf[16] == 'u');
	rec.give = 4;
	len = 16;
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 7, buf, &len) ==
	    EACCES);
	rec.getopts = 0;
	KPI_EXPECT(sock_getsockopt(so, 77, 1, buf, &len) == EINVAL);
	KPI_EXPECT(rec.getopts == 0);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* An id is not given twice in a row; units are, the lowest first. */
KPI_TEST_AS(ctl_register, ids_and_units)
{
	struct kern_ctl_reg reg;
	kern_ctl_ref other;
	socket_t a, b, c;

	KPI_REQUIRE(offer(0, 0, 0) == 0);
	memset(&reg, 0, sizeof(reg));
	strlcpy(reg.ctl_name, NAME ".other", sizeof(reg.ctl_name));
	reg.ctl_connect = on_connect;
	KPI_REQUIRE(ctl_register(&reg, &other) == 0);
	u_int32_t id = reg.ctl_id;
	KPI_EXPECT(ctl_deregister(other) == 0);
	reg.ctl_id = 0;
	KPI_REQUIRE(ctl_register(&reg, &other) == 0);
	KPI_EXPECT(reg.ctl_id == id + 1);
	KPI_EXPECT(ctl_deregister(other) == 0);

	KPI_REQUIRE(dial(&a, SOCK_DGRAM, 7) == 0);
	KPI_EXPECT(rec.unit == 7);
	KPI_REQUIRE(dial(&b, SOCK_DGRAM, 0) == 0);
	KPI_EXPECT(rec.unit == 1);
	KPI_EXPECT(dial(&c, SOCK_DGRAM, 7) == EBUSY);
	sock_close(a);
	KPI_REQUIRE(dial(&c, SOCK_DGRAM, 7) == 0);
	sock_close(b);
	KPI_REQUIRE(dial(&a, SOCK_DGRAM, 0) == 0);
	KPI_EXPECT(rec.unit == 1);
	KPI_EXPECT(ctl_deregister(rec.ref) == EBUSY);
	sock_close(a);
	KPI_EXPECT(ctl_deregister(rec.ref) == EBUSY);
	sock_close(c);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

static errno_t
refuse(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **info)
{
	return (EACCES);
}

/* A socket whose connect was refused is of no use any more. */
KPI_TEST_AS(ctl_connect_func, refused)
{
	struct kern_ctl_reg reg;
	struct sockaddr_ctl sac;
	kern_ctl_ref ref;
	socket_t so;
	size_t n;
	char c = 'x';
	int flags = 0;

	memset(&reg, 0, sizeof(reg));
	strlcpy(reg.ctl_name, NAME, sizeof(reg.ctl_name));
	reg.ctl_connect = refuse;
	KPI_REQUIRE(ctl_register(&reg, &ref) == 0);
	KPI_REQUIRE(sock_socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL, NULL,
	    NULL, &so) == 0);
	memset(&sac, 0, sizeof(sac));
	sac.sc_len = sizeof(sac);
	sac.sc_family = AF_SYSTEM;
	sac.ss_sysaddr = AF_SYS_CONTROL;
	sac.sc_id = reg.ctl_id;
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&sac, 0) == EACCES);
	KPI_EXPECT(put(so, &c, 1, 0, &n) == EPIPE);
	KPI_EXPECT(get(so, &c, 1, &n, &flags) == 0 && n == 0);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 1, &c, 1) == EINVAL);
	KPI_EXPECT(sock_getpeername(so, (struct sockaddr *)&sac,
	    sizeof(sac)) == ENOTCONN);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(ref) == 0);
}

static socket_t held;
static volatile int sender_done;
static errno_t sender_error;

static void
sender(void *arg, wait_result_t wr)
{
	size_t sent;

	sender_error = put(held, "x", 1, 0, &sent);
	sender_done = 1;
	thread_terminate(current_thread());
}

static volatile int close_done;

static void
closer(void *arg, wait_result_t wr)
{
	sock_shutdown(held, SHUT_RDWR);
	sock_close(held);
	close_done = 1;
	thread_terminate(current_thread());
}

/* A close waits for the callback that is inside, and disconnects once. */
KPI_TEST_AS(ctl_disconnect_func, waits_for_a_send)
{
	thread_t t;

	KPI_REQUIRE(offer(0, 0, 0) == 0);
	KPI_REQUIRE(dial(&held, SOCK_DGRAM, 0) == 0);
	sock_retain(held);
	rec.hold = 1;
	sender_done = close_done = 0;
	KPI_REQUIRE(kernel_thread_start(sender, NULL, &t) == KERN_SUCCESS);
	thread_deallocate(t);
	for (int i = 0; i < 4000 && !rec.inside; i++)
		nap();
	KPI_EXPECT(rec.inside && rec.disconnects == 0);
	/* Another unit is served meanwhile. */
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "y", 1, 0) == 0);
	KPI_EXPECT(ctl_deregister(rec.ref) == EBUSY);
	rec.hold = 0;
	for (int i = 0; i < 4000 && !sender_done; i++)
		nap();
	KPI_EXPECT(sender_done && sender_error == 0);
	KPI_REQUIRE(kernel_thread_start(closer, NULL, &t) == KERN_SUCCESS);
	thread_deallocate(t);
	for (int i = 0; i < 4000 && !close_done; i++)
		nap();
	KPI_EXPECT(close_done && rec.disconnects == 0);
	/* The last reference is ours: now it goes. */
	sock_release(held);
	KPI_EXPECT(rec.disconnects == 1);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}
