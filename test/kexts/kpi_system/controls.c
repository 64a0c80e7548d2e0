/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/kern_control.h>: rows C1 to C11 and each function of the header.  The
 * control records what its callbacks were given.
 */
#include <kpitest.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>

#define NAME "org.unikext.test.control"

static struct {
	int connects, disconnects, sends, setopts, getopts;
	errno_t connect_result, dereg_inside;
	u_int32_t unit;
	void *info;
	size_t send_len;
	char send_data[64];
	int opt;
	size_t opt_len;
	int opt_value;
	kern_ctl_ref ref;
} rec;

static errno_t
on_connect(kern_ctl_ref ref, struct sockaddr_ctl *sac, void **unitinfo)
{
	rec.connects++;
	rec.unit = sac->sc_unit;
	*unitinfo = &rec;
	return (rec.connect_result);
}

static errno_t
on_disconnect(kern_ctl_ref ref, u_int32_t unit, void *unitinfo)
{
	rec.disconnects++;
	rec.info = unitinfo;
	rec.dereg_inside = ctl_deregister(ref);
	return (0);
}

static errno_t
on_send(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, mbuf_t m, int flags)
{
	rec.sends++;
	rec.info = unitinfo;
	rec.send_len = mbuf_pkthdr_len(m);
	bzero(rec.send_data, sizeof(rec.send_data));
	mbuf_copydata(m, 0, min(rec.send_len, sizeof(rec.send_data) - 1),
	    rec.send_data);
	mbuf_freem(m);
	return (rec.send_len == 13 ? EDOM : 0);
}

static errno_t
on_setopt(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t len)
{
	rec.setopts++;
	rec.opt = opt;
	rec.opt_len = len;
	if (len == 0)
		return (data == NULL ? 0 : EIO);
	if (len == sizeof(int))
		rec.opt_value = *(int *)data;
	return (opt == 99 ? EOPNOTSUPP : 0);
}

static errno_t
on_getopt(kern_ctl_ref ref, u_int32_t unit, void *unitinfo, int opt,
    void *data, size_t *len)
{
	rec.getopts++;
	rec.opt = opt;
	if (data == NULL) {
		*len = 77;
		return (0);
	}
	if (*len < sizeof(int))
		return (EINVAL);
	*(int *)data = 4711;
	*len = sizeof(int);
	return (0);
}

static void
fill(struct kern_ctl_reg *reg, const char *name)
{
	bzero(reg, sizeof(*reg));
	strlcpy(reg->ctl_name, name, sizeof(reg->ctl_name));
	reg->ctl_connect = on_connect;
	reg->ctl_disconnect = on_disconnect;
	reg->ctl_send = on_send;
	reg->ctl_setopt = on_setopt;
	reg->ctl_getopt = on_getopt;
}

static errno_t
open_named(const char *name, u_int32_t flags)
{
	struct kern_ctl_reg reg;

	bzero(&rec, sizeof(rec));
	fill(&reg, name);
	reg.ctl_flags = flags;
	return (ctl_register(&reg, &rec.ref));
}

static errno_t
client(socket_t *so, int type)
{
	return (sock_socket(PF_SYSTEM, type, SYSPROTO_CONTROL, NULL, NULL,
	    so));
}

static errno_t
id_of(socket_t so, const char *name, u_int32_t *id)
{
	struct ctl_info info;
	errno_t error;

	bzero(&info, sizeof(info));
	strlcpy(info.ctl_name, name, sizeof(info.ctl_name));
	error = sock_ioctl(so, CTLIOCGINFO, &info);
	*id = info.ctl_id;
	return (error);
}

static errno_t
join(socket_t so, u_int32_t id, u_int32_t unit)
{
	struct sockaddr_ctl sac;

	bzero(&sac, sizeof(sac));
	sac.sc_len = sizeof(sac);
	sac.sc_family = AF_SYSTEM;
	sac.ss_sysaddr = AF_SYS_CONTROL;
	sac.sc_id = id;
	sac.sc_unit = unit;
	return (sock_connect(so, (struct sockaddr *)&sac, 0));
}

/* A connected client of the named control. */
static errno_t
dial(const char *name, int type, socket_t *so)
{
	u_int32_t id;
	errno_t error = client(so, type);

	if (error != 0)
		return (error);
	error = id_of(*so, name, &id);
	if (error == 0)
		error = join(*so, id, 0);
	if (error != 0)
		sock_close(*so);
	return (error);
}

static errno_t
put(socket_t so, const void *p, size_t n)
{
	struct iovec iov = { (void *)(uintptr_t)p, n };
	struct msghdr msg;
	size_t sent = 0;

	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	return (sock_send(so, &msg, 0, &sent));
}

static errno_t
get(socket_t so, void *p, size_t n, size_t *got)
{
	struct iovec iov = { p, n };
	struct msghdr msg;

	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	*got = 0;
	return (sock_receive(so, &msg, MSG_DONTWAIT, got));
}

/* C1, C2 */
KPI_TEST(ctl_register)
{
	struct kern_ctl_reg reg;
	kern_ctl_ref a, b, c;

	fill(&reg, NAME);
	KPI_EXPECT(ctl_register(NULL, &a) == EINVAL);
	reg.ctl_connect = NULL;
	KPI_EXPECT(ctl_register(&reg, &a) == EINVAL);
	fill(&reg, "");
	KPI_EXPECT(ctl_register(&reg, &a) == EINVAL);
	fill(&reg, NAME);
	memset(reg.ctl_name, 'x', sizeof(reg.ctl_name));
	KPI_EXPECT(ctl_register(&reg, &a) == EINVAL);

	fill(&reg, NAME);
	reg.ctl_unit = 7;
	KPI_REQUIRE(ctl_register(&reg, &a) == 0);
	KPI_EXPECT(reg.ctl_id != 0);
	KPI_EXPECT(reg.ctl_sendsize == 2048);
	KPI_EXPECT(reg.ctl_recvsize == 8192);
	fill(&reg, NAME);
	KPI_EXPECT(ctl_register(&reg, &b) == EEXIST);

	/* Static ones may have the name, not the pair of id and unit. */
	fill(&reg, NAME);
	reg.ctl_flags = CTL_FLAG_REG_ID_UNIT;
	reg.ctl_id = 0x5445;
	reg.ctl_unit = 1;
	KPI_REQUIRE(ctl_register(&reg, &b) == 0);
	KPI_EXPECT(ctl_register(&reg, &c) == EEXIST);
	reg.ctl_unit = 2;
	KPI_REQUIRE(ctl_register(&reg, &c) == 0);
	KPI_EXPECT(ctl_deregister(c) == 0);
	KPI_EXPECT(ctl_deregister(b) == 0);
	KPI_EXPECT(ctl_deregister(a) == 0);
}

/* The guide's listing combines two flags with &, which is none of them. */
KPI_TEST_AS(ctl_register, guide_flags)
{
	struct kern_ctl_reg reg;
	kern_ctl_ref ref;

	fill(&reg, NAME);
	reg.ctl_flags = CTL_FLAG_PRIVILEGED & CTL_FLAG_REG_ID_UNIT;
	KPI_REQUIRE(ctl_register(&reg, &ref) == 0);
	KPI_EXPECT(reg.ctl_id != 0);
	KPI_EXPECT(ctl_deregister(ref) == 0);
}

/* C3, C4, C5 */
KPI_TEST(ctl_connect_func)
{
	socket_t so, s[4];
	u_int32_t id = 0;
	struct sockaddr_ctl sac;
	int i;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(client(&so, SOCK_DGRAM) == 0);
	KPI_REQUIRE(id_of(so, NAME, &id) == 0);
	bzero(&sac, sizeof(sac));
	sac.sc_len = 16;
	sac.sc_family = AF_SYSTEM;
	sac.sc_id = id;
	KPI_EXPECT(sock_connect(so, (struct sockaddr *)&sac, 0) == EINVAL);
	KPI_EXPECT(join(so, 0x7fffffff, 0) == ENOENT);
	KPI_EXPECT(join(so, id, 5) == 0);
	KPI_EXPECT(rec.connects == 1 && rec.unit == 5);
	KPI_EXPECT(join(so, id, 0) == EISCONN);
	KPI_REQUIRE(client(&s[0], SOCK_DGRAM) == 0);
	KPI_EXPECT(join(s[0], id, 5) == EBUSY);
	sock_close(s[0]);
	KPI_REQUIRE(client(&s[0], SOCK_STREAM) == 0);
	KPI_EXPECT(join(s[0], id, 0) == EPROTOTYPE);
	sock_close(s[0]);
	sock_close(so);
	KPI_EXPECT(rec.disconnects == 1);

	for (i = 0; i < 3; i++) {
		KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &s[i]) == 0);
		KPI_EXPECT(rec.unit == (u_int32_t)i + 1);
	}
	sock_close(s[1]);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &s[3]) == 0);
	KPI_EXPECT(rec.unit == 2);
	sock_close(s[0]);
	sock_close(s[2]);
	sock_close(s[3]);

	rec.connect_result = EACCES;
	rec.disconnects = 0;
	KPI_EXPECT(dial(NAME, SOCK_DGRAM, &so) == EACCES);
	KPI_EXPECT(rec.disconnects == 1);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* C6 */
KPI_TEST(ctl_deregister)
{
	socket_t so;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(ctl_deregister(rec.ref) == EBUSY);
	sock_close(so);
	KPI_EXPECT(rec.dereg_inside == EBUSY);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
	KPI_EXPECT(ctl_deregister(rec.ref) == EINVAL);
	KPI_EXPECT(ctl_deregister(NULL) == EINVAL);
}

KPI_TEST(ctl_disconnect_func)
{
	socket_t so;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(rec.disconnects == 0);
	sock_close(so);
	KPI_EXPECT(rec.disconnects == 1);
	KPI_EXPECT(rec.info == &rec);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "x", 1, 0) == EINVAL);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* C7 */
KPI_TEST(ctl_send_func)
{
	static char big[2049];
	struct kern_ctl_reg reg;
	kern_ctl_ref ref;
	socket_t so;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(put(so, "hello", 5) == 0);
	KPI_EXPECT(rec.sends == 1 && rec.send_len == 5);
	KPI_EXPECT(strcmp(rec.send_data, "hello") == 0);
	KPI_EXPECT(put(so, big, 13) == EDOM);
	KPI_EXPECT(put(so, big, 2048) == 0);
	rec.sends = 0;
	KPI_EXPECT(put(so, big, 2049) == EMSGSIZE);
	KPI_EXPECT(rec.sends == 0);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);

	fill(&reg, NAME);
	reg.ctl_send = NULL;
	KPI_REQUIRE(ctl_register(&reg, &ref) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(put(so, "x", 1) == ENOTSUP);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(ref) == 0);
}

/* C8, C9, C10 */
KPI_TEST(ctl_enqueuedata)
{
	static char big[9000];
	char buf[64];
	socket_t so;
	size_t n;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "x", 1, 0) == EINVAL);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, big, sizeof(big), 0) ==
	    ENOBUFS);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == EWOULDBLOCK);

	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "0123456789", 10, 0) == 0);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "abcdefghij", 10, 0) == 0);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == 0 && n == 20);
	KPI_EXPECT(bcmp(buf, "0123456789abcdefghij", 20) == 0);

	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "0123456789", 10,
	    CTL_DATA_EOR) == 0);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "abcdefghij", 10, 0) == 0);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == 0 && n == 10);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == 0 && n == 10);
	KPI_EXPECT(bcmp(buf, "abcdefghij", 10) == 0);

	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, big, 100, 0) == 0);
	KPI_EXPECT(get(so, buf, 40, &n) == 0 && n == 40);
	KPI_EXPECT(get(so, buf, 40, &n) == EWOULDBLOCK);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

KPI_TEST_AS(ctl_enqueuedata, stream)
{
	char buf[64];
	socket_t so;
	size_t n;

	KPI_REQUIRE(open_named(NAME, CTL_FLAG_REG_SOCK_STREAM) == 0);
	KPI_EXPECT(dial(NAME, SOCK_DGRAM, &so) == EPROTOTYPE);
	KPI_REQUIRE(dial(NAME, SOCK_STREAM, &so) == 0);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "0123456789", 10, 0) == 0);
	KPI_EXPECT(get(so, buf, 4, &n) == 0 && n == 4);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == 0 && n == 6);
	KPI_EXPECT(bcmp(buf, "456789", 6) == 0);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

KPI_TEST(ctl_enqueuembuf)
{
	char buf[64];
	socket_t so;
	mbuf_t m;
	size_t n, space;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, 5, NULL, &m) == 0);
	KPI_REQUIRE(mbuf_copyback(m, 0, 5, "hello", MBUF_WAITOK) == 0);
	KPI_EXPECT(ctl_enqueuembuf(rec.ref, 9, m, 0) == EINVAL);
	KPI_EXPECT(ctl_enqueuembuf(rec.ref, 1, m, CTL_DATA_EOR) == 0);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == 0 && n == 5);
	KPI_EXPECT(bcmp(buf, "hello", 5) == 0);

	/* Too much: nothing queued, the packet still ours. */
	KPI_REQUIRE(ctl_getenqueuespace(rec.ref, 1, &space) == 0);
	KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, space + 1, NULL, &m) == 0);
	for (n = 0; n <= space; n += sizeof(buf))
		KPI_REQUIRE(mbuf_copyback(m, n, min(sizeof(buf),
		    space + 1 - n), buf, MBUF_WAITOK) == 0);
	KPI_EXPECT(ctl_enqueuembuf(rec.ref, 1, m, 0) == ENOBUFS);
	KPI_EXPECT(mbuf_pkthdr_len(m) == space + 1);
	mbuf_freem(m);
	KPI_EXPECT(get(so, buf, sizeof(buf), &n) == EWOULDBLOCK);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

KPI_TEST(ctl_getenqueuespace)
{
	size_t before, after;
	socket_t so;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_EXPECT(ctl_getenqueuespace(rec.ref, 1, &before) == EINVAL);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(ctl_getenqueuespace(rec.ref, 1, &before) == 0);
	KPI_EXPECT(before == 8192);
	KPI_EXPECT(ctl_enqueuedata(rec.ref, 1, "0123456789", 10, 0) == 0);
	KPI_EXPECT(ctl_getenqueuespace(rec.ref, 1, &after) == 0);
	KPI_EXPECT(after == before - 10);
	/* What nobody read goes with the client. */
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

/* C11 */
KPI_TEST(ctl_setopt_func)
{
	struct kern_ctl_reg reg;
	kern_ctl_ref ref;
	socket_t so;
	int v = 42;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(client(&so, SOCK_DGRAM) == 0);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 3, &v, sizeof(v)) ==
	    EINVAL);
	sock_close(so);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(sock_setsockopt(so, 1, 3, &v, sizeof(v)) == EINVAL);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 3, &v,
	    sizeof(v)) == 0);
	KPI_EXPECT(rec.setopts == 1 && rec.opt == 3 && rec.opt_value == 42);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 99, &v,
	    sizeof(v)) == EOPNOTSUPP);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);

	fill(&reg, NAME);
	reg.ctl_setopt = NULL;
	reg.ctl_getopt = NULL;
	KPI_REQUIRE(ctl_register(&reg, &ref) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 3, &v,
	    sizeof(v)) == ENOTSUP);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(ref) == 0);
}

KPI_TEST(ctl_getopt_func)
{
	int v = 0, len = sizeof(v), one = 1;
	socket_t so;

	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_REQUIRE(dial(NAME, SOCK_DGRAM, &so) == 0);
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 8, &v, &len) == 0);
	KPI_EXPECT(v == 4711 && len == sizeof(v) && rec.opt == 8);
	len = 1;
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 8, &one, &len) ==
	    EINVAL);
	/* Options of the socket itself are as on any other. */
	len = sizeof(v);
	KPI_EXPECT(sock_getsockopt(so, SOL_SOCKET, SO_TYPE, &v, &len) == 0);
	KPI_EXPECT(v == SOCK_DGRAM);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}

KPI_TEST_AS(ctl_register, info)
{
	struct ctl_info info;
	u_int32_t id;
	socket_t so;
	int before, after;

	KPI_REQUIRE(client(&so, SOCK_DGRAM) == 0);
	KPI_EXPECT(sock_ioctl(so, CTLIOCGCOUNT, &before) == 0);
	KPI_REQUIRE(open_named(NAME, 0) == 0);
	KPI_EXPECT(sock_ioctl(so, CTLIOCGCOUNT, &after) == 0);
	KPI_EXPECT(after == before + 1);
	KPI_EXPECT(id_of(so, "", &id) == EINVAL);
	KPI_EXPECT(id_of(so, "org.unikext.no.such", &id) == ENOENT);
	memset(&info, 'x', sizeof(info));
	KPI_EXPECT(sock_ioctl(so, CTLIOCGINFO, &info) == EINVAL);
	KPI_EXPECT(sock_ioctl(so, _IOR('N', 9, int), &after) == ENOTSUP);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(rec.ref) == 0);
}
