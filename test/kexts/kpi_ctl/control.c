/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel controls: registration, clients, data in both directions, options.
 */
#include <string.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>

#include <kpitest.h>

#define NAME	"org.unikext.test.kpi_ctl"

static struct {
	int		connects, disconnects, sends, sets, gets;
	u_int32_t	unit;
	void		*info;
	size_t		sent;
	errno_t		connect_result, send_result;
	errno_t		deregister_inside;
	char		option[16];
	size_t		option_len;
} seen;

static kern_ctl_ref ref;
static u_int32_t id;

static errno_t
ctl_connect(kern_ctl_ref r, struct sockaddr_ctl *sac, void **info)
{
	(void)r;
	seen.connects++;
	seen.unit = sac->sc_unit;
	*info = &seen;
	return (seen.connect_result);
}

static errno_t
ctl_disconnect(kern_ctl_ref r, u_int32_t unit, void *info)
{
	(void)unit;
	seen.disconnects++;
	seen.info = info;
	seen.deregister_inside = ctl_deregister(r);
	return (0);
}

static errno_t
ctl_send(kern_ctl_ref r, u_int32_t unit, void *info, mbuf_t m, int flags)
{
	(void)r;
	(void)flags;
	seen.sends++;
	seen.unit = unit;
	seen.info = info;
	seen.sent = mbuf_pkthdr_len(m);
	mbuf_freem(m);
	return (seen.send_result);
}

static errno_t
ctl_setopt(kern_ctl_ref r, u_int32_t unit, void *info, int opt, void *data,
    size_t len)
{
	(void)r;
	(void)unit;
	(void)info;
	seen.sets++;
	if (opt != 5)
		return (ENOPROTOOPT);
	seen.option_len = len;
	if (len > sizeof(seen.option))
		return (EINVAL);
	memcpy(seen.option, data, len);
	return (0);
}

static errno_t
ctl_getopt(kern_ctl_ref r, u_int32_t unit, void *info, int opt, void *data,
    size_t *len)
{
	(void)r;
	(void)unit;
	(void)info;
	(void)opt;
	seen.gets++;
	if (data != NULL && *len >= 4)
		memcpy(data, "four", 4);
	*len = 4;
	return (0);
}

static void
registration(struct kern_ctl_reg *reg, const char *name)
{
	memset(reg, 0, sizeof(*reg));
	strlcpy(reg->ctl_name, name, sizeof(reg->ctl_name));
	reg->ctl_connect = ctl_connect;
	reg->ctl_disconnect = ctl_disconnect;
	reg->ctl_send = ctl_send;
	reg->ctl_setopt = ctl_setopt;
	reg->ctl_getopt = ctl_getopt;
}

/* A client socket, nonblocking. */
static socket_t
client(int type)
{
	socket_t so = NULL;
	int on = 1;

	if (sock_socket(PF_SYSTEM, type, SYSPROTO_CONTROL, NULL, NULL, &so) !=
	    0)
		return (NULL);
	sock_ioctl(so, FIONBIO, &on);
	return (so);
}

static errno_t
connect_to(socket_t so, u_int32_t ctl, u_int32_t unit)
{
	struct sockaddr_ctl sac;

	memset(&sac, 0, sizeof(sac));
	sac.sc_len = sizeof(sac);
	sac.sc_family = AF_SYSTEM;
	sac.ss_sysaddr = AF_SYS_CONTROL;
	sac.sc_id = ctl;
	sac.sc_unit = unit;
	return (sock_connect(so, (struct sockaddr *)&sac, 0));
}

static errno_t
move(socket_t so, void *buf, size_t len, size_t *done, int out)
{
	struct iovec iov = { buf, len };
	struct msghdr mh;

	memset(&mh, 0, sizeof(mh));
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	*done = 0;
	return (out ? sock_send(so, &mh, MSG_DONTWAIT, done) :
	    sock_receive(so, &mh, MSG_DONTWAIT, done));
}

KPI_TEST(ctl_register)
{
	char name[97];
	struct kern_ctl_reg reg;
	kern_ctl_ref r;

	KPI_EXPECT(ctl_register(NULL, &r) == EINVAL);
	registration(&reg, NAME);
	reg.ctl_connect = NULL;
	KPI_EXPECT(ctl_register(&reg, &r) == EINVAL);
	registration(&reg, "");
	KPI_EXPECT(ctl_register(&reg, &r) == EINVAL);
	memset(name, 'n', 96);
	registration(&reg, NAME);
	memcpy(reg.ctl_name, name, 96);
	KPI_EXPECT(ctl_register(&reg, &r) == EINVAL);

	registration(&reg, NAME);
	reg.ctl_flags = CTL_FLAG_PRIVILEGED & CTL_FLAG_REG_ID_UNIT;
	KPI_REQUIRE(ctl_register(&reg, &ref) == 0);
	KPI_EXPECT(reg.ctl_id != 0);
	KPI_EXPECT(reg.ctl_sendsize == 2048 && reg.ctl_recvsize == 8192);
	id = reg.ctl_id;
	registration(&reg, NAME);
	KPI_EXPECT(ctl_register(&reg, &r) == EEXIST);

	/* Static: the pair of id and unit counts, the name does not. */
	registration(&reg, NAME);
	reg.ctl_flags = CTL_FLAG_REG_ID_UNIT;
	reg.ctl_id = 0x4b50;
	reg.ctl_unit = 3;
	KPI_REQUIRE(ctl_register(&reg, &r) == 0);
	KPI_EXPECT(ctl_register(&reg, &r) == EEXIST);
	KPI_EXPECT(ctl_deregister(r) == 0);
}

KPI_TEST(ctl_connect_func)
{
	socket_t a = client(SOCK_DGRAM), b = client(SOCK_DGRAM);
	socket_t s = client(SOCK_STREAM);

	KPI_REQUIRE(a != NULL && b != NULL && s != NULL);
	KPI_EXPECT(connect_to(s, id, 0) == EPROTOTYPE);
	KPI_EXPECT(connect_to(a, 0x7ffffff, 0) == ENOENT);
	sock_close(a);
	a = client(SOCK_DGRAM);
	KPI_EXPECT(connect_to(a, id, 0) == 0);
	KPI_EXPECT(seen.connects == 1 && seen.unit == 1);
	KPI_EXPECT(connect_to(a, id, 0) == EISCONN);
	KPI_EXPECT(connect_to(b, id, 1) == EBUSY);
	sock_close(b);
	b = client(SOCK_DGRAM);
	seen.connect_result = EACCES;
	KPI_EXPECT(connect_to(b, id, 0) == EACCES);
	KPI_EXPECT(seen.connects == 2 && seen.disconnects == 1);
	seen.connect_result = 0;
	sock_close(a);
	sock_close(b);
	sock_close(s);
	KPI_EXPECT(seen.disconnects == 2);
}

KPI_TEST(ctl_disconnect_func)
{
	socket_t so = client(SOCK_DGRAM);
	int n = seen.disconnects;

	KPI_REQUIRE(so != NULL && connect_to(so, id, 0) == 0);
	seen.info = NULL;
	sock_close(so);
	KPI_EXPECT(seen.disconnects == n + 1 && seen.info == &seen);
	/* Until it returns the unit is connected. */
	KPI_EXPECT(seen.deregister_inside == EBUSY);
}

KPI_TEST(ctl_send_func)
{
	socket_t so = client(SOCK_DGRAM);
	static char big[2049];
	size_t done;

	KPI_REQUIRE(so != NULL && connect_to(so, id, 0) == 0);
	KPI_EXPECT(move(so, big, 100, &done, 1) == 0 && done == 100);
	KPI_EXPECT(seen.sends == 1 && seen.sent == 100);
	KPI_EXPECT(seen.unit == 1 && seen.info == &seen);
	KPI_EXPECT(move(so, big, sizeof(big), &done, 1) == EMSGSIZE);
	KPI_EXPECT(seen.sends == 1);
	seen.send_result = EIO;
	KPI_EXPECT(move(so, big, 10, &done, 1) == EIO);
	seen.send_result = 0;
	sock_close(so);
}

KPI_TEST(ctl_setopt_func)
{
	socket_t so = client(SOCK_DGRAM);

	KPI_REQUIRE(so != NULL);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 5, "abcd", 4) ==
	    EINVAL);
	KPI_REQUIRE(connect_to(so, id, 0) == 0);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 5, "abcd", 4) == 0);
	KPI_EXPECT(seen.sets == 1 && seen.option_len == 4);
	KPI_EXPECT(memcmp(seen.option, "abcd", 4) == 0);
	KPI_EXPECT(sock_setsockopt(so, SYSPROTO_CONTROL, 6, "abcd", 4) ==
	    ENOPROTOOPT);
	KPI_EXPECT(sock_setsockopt(so, 1, 5, "abcd", 4) == EINVAL);
	sock_close(so);
}

KPI_TEST(ctl_getopt_func)
{
	socket_t so = client(SOCK_DGRAM);
	char buf[8] = "";
	int len = sizeof(buf);

	KPI_REQUIRE(so != NULL && connect_to(so, id, 0) == 0);
	KPI_EXPECT(sock_getsockopt(so, SYSPROTO_CONTROL, 9, buf, &len) == 0);
	KPI_EXPECT(len == 4 && memcmp(buf, "four", 4) == 0);
	KPI_EXPECT(seen.gets == 1);
	sock_close(so);
}

KPI_TEST(ctl_enqueuedata)
{
	static char big[9000];
	socket_t so = client(SOCK_DGRAM);
	char buf[64];
	size_t done;

	KPI_REQUIRE(so != NULL);
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, 10, 0) == EINVAL);
	KPI_REQUIRE(connect_to(so, id, 0) == 0);
	memset(big, 'd', sizeof(big));
	/* Without CTL_DATA_EOR both make one record. */
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, 10, 0) == 0);
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, 10, 0) == 0);
	KPI_EXPECT(move(so, buf, sizeof(buf), &done, 0) == 0 && done == 20);
	KPI_EXPECT(buf[0] == 'd' && buf[19] == 'd');
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, 10, CTL_DATA_EOR) == 0);
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, 7, CTL_DATA_EOR) == 0);
	KPI_EXPECT(move(so, buf, sizeof(buf), &done, 0) == 0 && done == 10);
	KPI_EXPECT(move(so, buf, sizeof(buf), &done, 0) == 0 && done == 7);
	KPI_EXPECT(move(so, buf, sizeof(buf), &done, 0) == EWOULDBLOCK);
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, sizeof(big), 0) == ENOBUFS);
	KPI_EXPECT(move(so, buf, sizeof(buf), &done, 0) == EWOULDBLOCK);
	/* What does not fit the reader's buffer is gone. */
	KPI_EXPECT(ctl_enqueuedata(ref, 1, big, 100, CTL_DATA_EOR) == 0);
	KPI_EXPECT(move(so, buf, 40, &done, 0) == 0 && done == 40);
	KPI_EXPECT(move(so, buf, 40, &done, 0) == EWOULDBLOCK);
	sock_close(so);
}

KPI_TEST(ctl_enqueuembuf)
{
	socket_t so = client(SOCK_DGRAM);
	char buf[64];
	size_t done;
	mbuf_t m;

	KPI_REQUIRE(so != NULL && connect_to(so, id, 0) == 0);
	KPI_REQUIRE(mbuf_allocpacket(MBUF_WAITOK, 9000, NULL, &m) == 0);
	KPI_EXPECT(mbuf_copyback(m, 8999, 1, "x", MBUF_WAITOK) == 0);
	/* Too much: the packet stays with the caller. */
	KPI_EXPECT(ctl_enqueuembuf(ref, 1, m, 0) == ENOBUFS);
	mbuf_adj(m, -(9000 - 30));
	KPI_EXPECT(mbuf_pkthdr_len(m) == 30);
	KPI_EXPECT(ctl_enqueuembuf(ref, 99, m, 0) == EINVAL);
	KPI_EXPECT(ctl_enqueuembuf(ref, 1, m, CTL_DATA_EOR) == 0);
	KPI_EXPECT(move(so, buf, sizeof(buf), &done, 0) == 0 && done == 30);
	sock_close(so);
}

KPI_TEST(ctl_getenqueuespace)
{
	socket_t so = client(SOCK_DGRAM);
	size_t a = 0, b = 0;

	KPI_REQUIRE(so != NULL);
	KPI_EXPECT(ctl_getenqueuespace(ref, 1, &a) == EINVAL);
	KPI_REQUIRE(connect_to(so, id, 0) == 0);
	KPI_EXPECT(ctl_getenqueuespace(ref, 1, &a) == 0 && a >= 4096);
	KPI_EXPECT(ctl_enqueuedata(ref, 1, &seen, 100, 0) == 0);
	KPI_EXPECT(ctl_getenqueuespace(ref, 1, &b) == 0 && b <= a - 100);
	sock_close(so);
}

KPI_TEST_AS(ctl_register, info)
{
	socket_t so = client(SOCK_DGRAM);
	struct ctl_info info;
	int n = 0;

	KPI_REQUIRE(so != NULL);
	memset(&info, 0, sizeof(info));
	strlcpy(info.ctl_name, NAME, sizeof(info.ctl_name));
	KPI_EXPECT(sock_ioctl(so, CTLIOCGINFO, &info) == 0);
	KPI_EXPECT(info.ctl_id == id);
	strlcpy(info.ctl_name, "no.such.control", sizeof(info.ctl_name));
	KPI_EXPECT(sock_ioctl(so, CTLIOCGINFO, &info) == ENOENT);
	info.ctl_name[0] = '\0';
	KPI_EXPECT(sock_ioctl(so, CTLIOCGINFO, &info) == EINVAL);
	KPI_EXPECT(sock_ioctl(so, CTLIOCGCOUNT, &n) == 0 && n >= 1);
	sock_close(so);
}

KPI_TEST(ctl_deregister)
{
	socket_t so = client(SOCK_DGRAM);

	KPI_REQUIRE(so != NULL && connect_to(so, id, 0) == 0);
	KPI_EXPECT(ctl_deregister(ref) == EBUSY);
	sock_close(so);
	KPI_EXPECT(ctl_deregister(ref) == 0);
	KPI_EXPECT(ctl_deregister(ref) == EINVAL);
	KPI_EXPECT(ctl_deregister(NULL) == EINVAL);
}
