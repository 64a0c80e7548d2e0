/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel events: posting, filters of event sockets, vendor codes.
 */
#include <string.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/kpi_socket.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>

#include <kpitest.h>

static u_int32_t vendor;

static socket_t
listener(u_int32_t v, u_int32_t class, u_int32_t subclass)
{
	struct kev_request req = { v, class, subclass };
	socket_t so = NULL;

	if (sock_socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT, NULL, NULL,
	    &so) != 0)
		return (NULL);
	sock_ioctl(so, SIOCSKEVFILT, &req);
	return (so);
}

/* The next event, without waiting; its size, 0 when there is none. */
static size_t
next(socket_t so, void *buf, size_t size)
{
	struct iovec iov = { buf, size };
	struct msghdr mh;
	size_t done = 0;

	memset(&mh, 0, sizeof(mh));
	mh.msg_iov = &iov;
	mh.msg_iovlen = 1;
	if (sock_receive(so, &mh, MSG_DONTWAIT, &done) != 0)
		return (0);
	return (done);
}

static errno_t
post(u_int32_t v, u_int32_t class, u_int32_t subclass, u_int32_t code,
    void *data, u_int32_t len)
{
	struct kev_msg msg;

	memset(&msg, 0, sizeof(msg));
	msg.vendor_code = v;
	msg.kev_class = class;
	msg.kev_subclass = subclass;
	msg.event_code = code;
	msg.dv[0].data_length = len;
	msg.dv[0].data_ptr = data;
	return (kev_msg_post(&msg));
}

KPI_TEST(kev_vendor_code_find)
{
	char name[201];
	u_int32_t a = 0;

	KPI_REQUIRE(kev_vendor_code_find("org.unikext.event", &vendor) == 0);
	KPI_EXPECT(vendor >= 1000);
	KPI_EXPECT(kev_vendor_code_find("org.unikext.event", &a) == 0);
	KPI_EXPECT(a == vendor);
	KPI_EXPECT(kev_vendor_code_find(NULL, &a) == EINVAL);
	memset(name, 'v', 200);
	name[200] = '\0';
	KPI_EXPECT(kev_vendor_code_find(name, &a) == EINVAL);
	name[199] = '\0';
	KPI_EXPECT(kev_vendor_code_find(name, &a) == 0 && a != vendor);
}

KPI_TEST(kev_msg_post)
{
	union {
		struct kern_event_msg	m;
		char			room[512];
	} u;
	socket_t all = listener(KEV_ANY_VENDOR, 0, 0);
	socket_t mine = listener(vendor, 5, 6), other = listener(vendor, 9, 0);
	struct kev_msg msg;
	char data[200];
	u_int32_t id;
	size_t n;

	KPI_REQUIRE(all != NULL && mine != NULL && other != NULL);
	while (next(all, &u, sizeof(u)) != 0)
		continue;
	KPI_EXPECT(kev_msg_post(NULL) == EINVAL);
	KPI_EXPECT(post(KEV_VENDOR_APPLE, 1, 2, 3, NULL, 0) == EINVAL);
	KPI_EXPECT(post(0x7ffffff0, 1, 2, 3, NULL, 0) == EINVAL);

	memset(data, 'e', sizeof(data));
	KPI_EXPECT(post(vendor, 5, 6, 77, data, 200) == 0);
	n = next(mine, &u, sizeof(u));
	KPI_EXPECT(n == 224 && u.m.total_size == 224);
	KPI_EXPECT(u.m.vendor_code == vendor && u.m.kev_class == 5);
	KPI_EXPECT(u.m.kev_subclass == 6 && u.m.event_code == 77);
	KPI_EXPECT(*(char *)u.m.event_data == 'e');
	id = u.m.id;
	KPI_EXPECT(next(all, &u, sizeof(u)) == 224 && u.m.id == id);
	KPI_EXPECT(next(other, &u, sizeof(u)) == 0);

	/* The list of vectors ends with the first empty one. */
	memset(&msg, 0, sizeof(msg));
	msg.vendor_code = vendor;
	msg.kev_class = 5;
	msg.kev_subclass = 6;
	msg.dv[0].data_length = 4;
	msg.dv[0].data_ptr = data;
	msg.dv[2].data_length = 4;
	msg.dv[2].data_ptr = data;
	KPI_EXPECT(kev_msg_post(&msg) == 0);
	KPI_EXPECT(next(mine, &u, sizeof(u)) == KEV_MSG_HEADER_SIZE + 4);
	KPI_EXPECT(u.m.id > id);
	sock_close(all);
	sock_close(mine);
	sock_close(other);
}

KPI_TEST_AS(kev_msg_post, ioctls)
{
	socket_t so = listener(vendor, 5, 6);
	struct kev_vendor_code v;
	struct kev_request req;
	u_int32_t id = 0;

	KPI_REQUIRE(so != NULL);
	memset(&req, 0, sizeof(req));
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVFILT, &req) == 0);
	KPI_EXPECT(req.vendor_code == vendor && req.kev_class == 5);
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVID, &id) == 0 && id != 0);
	memset(&v, 0, sizeof(v));
	strlcpy(v.vendor_string, "org.unikext.event", sizeof(v.vendor_string));
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVVENDOR, &v) == 0);
	KPI_EXPECT(v.vendor_code == vendor);
	strlcpy(v.vendor_string, "no.such.vendor", sizeof(v.vendor_string));
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVVENDOR, &v) == ENOENT);
	sock_close(so);
}
