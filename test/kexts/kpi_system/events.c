/* SPDX-License-Identifier: BSD-2-Clause */
/* <sys/kern_event.h>: rows K1 to K4 and both functions. */
#include <kpitest.h>
#include <sys/errno.h>
#include <sys/kern_event.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>

#define VENDOR "org.unikext.test.events"

static u_int32_t vendor;
static char buf[4096];

static errno_t
listener(socket_t *so, u_int32_t v, u_int32_t class, u_int32_t subclass)
{
	struct kev_request req = { v, class, subclass };
	errno_t error;

	error = sock_socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT, NULL, NULL,
	    so);
	if (error != 0)
		return (error);
	return (sock_ioctl(*so, SIOCSKEVFILT, &req));
}

/* The next event, NULL for none. */
static struct kern_event_msg *
next(socket_t so)
{
	struct iovec iov = { buf, sizeof(buf) };
	struct msghdr msg;
	size_t n = 0;

	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (sock_receive(so, &msg, MSG_DONTWAIT, &n) != 0 || n == 0)
		return (NULL);
	return ((struct kern_event_msg *)(void *)buf);
}

static errno_t
post(u_int32_t class, u_int32_t subclass, const void *data, u_int32_t len)
{
	struct kev_msg ev;

	bzero(&ev, sizeof(ev));
	ev.vendor_code = vendor;
	ev.kev_class = class;
	ev.kev_subclass = subclass;
	ev.event_code = 77;
	ev.dv[0].data_length = len;
	ev.dv[0].data_ptr = (void *)(uintptr_t)data;
	return (kev_msg_post(&ev));
}

/* K4 */
KPI_TEST(kev_vendor_code_find)
{
	static char name[201];
	struct kev_vendor_code vc;
	u_int32_t a = 0, b = 0;
	mbuf_tag_id_t tag = 0;
	socket_t so;

	KPI_EXPECT(kev_vendor_code_find(VENDOR, NULL) == EINVAL);
	KPI_EXPECT(kev_vendor_code_find(NULL, &a) == EINVAL);
	memset(name, 'v', 200);
	KPI_EXPECT(kev_vendor_code_find(name, &a) == EINVAL);
	name[199] = '\0';
	KPI_EXPECT(kev_vendor_code_find(name, &a) == 0);
	KPI_EXPECT(kev_vendor_code_find(VENDOR, &a) == 0);
	KPI_EXPECT(kev_vendor_code_find(VENDOR, &b) == 0);
	KPI_EXPECT(a == b && a >= 1000);
	KPI_EXPECT(mbuf_tag_id_find(VENDOR, &tag) == 0 && tag == a);
	vendor = a;

	KPI_REQUIRE(listener(&so, vendor, 0, 0) == 0);
	bzero(&vc, sizeof(vc));
	strlcpy(vc.vendor_string, VENDOR, sizeof(vc.vendor_string));
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVVENDOR, &vc) == 0);
	KPI_EXPECT(vc.vendor_code == vendor);
	strlcpy(vc.vendor_string, "org.nobody", sizeof(vc.vendor_string));
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVVENDOR, &vc) == ENOENT);
	sock_close(so);
}

/* K1, K2 */
KPI_TEST(kev_msg_post)
{
	static char data[2049];
	struct kern_event_msg *m;
	struct kev_msg ev;
	u_int32_t id = 0;
	socket_t so;

	KPI_REQUIRE(kev_vendor_code_find(VENDOR, &vendor) == 0);
	KPI_EXPECT(kev_msg_post(NULL) == EINVAL);
	bzero(&ev, sizeof(ev));
	ev.vendor_code = KEV_VENDOR_APPLE;
	KPI_EXPECT(kev_msg_post(&ev) == EINVAL);
	ev.vendor_code = 0x7ffffff0;
	KPI_EXPECT(kev_msg_post(&ev) == EINVAL);

	KPI_REQUIRE(listener(&so, vendor, 0, 0) == 0);
	memset(data, 'd', sizeof(data));
	KPI_EXPECT(post(1, 2, data, 200) == 0);
	m = next(so);
	KPI_REQUIRE(m != NULL);
	KPI_EXPECT(m->total_size == 224);
	KPI_EXPECT(m->vendor_code == vendor && m->kev_class == 1 &&
	    m->kev_subclass == 2 && m->event_code == 77);
	KPI_EXPECT(bcmp(m->event_data, data, 200) == 0);
	KPI_EXPECT(sock_ioctl(so, SIOCGKEVID, &id) == 0 && id == m->id);

	/* The guide's 2 KB, whole; above it nothing at all. */
	KPI_EXPECT(post(1, 2, data, 2048) == 0);
	m = next(so);
	KPI_EXPECT(m != NULL && m->total_size == 24 + 2048);
	KPI_EXPECT(post(1, 2, data, 2049) == EMSGSIZE);
	KPI_EXPECT(next(so) == NULL);

	/* No data is an event; the vectors end at the first empty one. */
	KPI_EXPECT(post(1, 2, NULL, 0) == 0);
	m = next(so);
	KPI_EXPECT(m != NULL && m->total_size == 24);
	ev.vendor_code = vendor;
	ev.dv[0].data_length = 4;
	ev.dv[0].data_ptr = data;
	ev.dv[2].data_length = 4;
	ev.dv[2].data_ptr = data;
	KPI_EXPECT(kev_msg_post(&ev) == 0);
	m = next(so);
	KPI_EXPECT(m != NULL && m->total_size == 28);
	/* The guide's name for it. */
	KPI_EXPECT(kev_message_post(&ev) == 0);
	KPI_EXPECT(next(so) != NULL);
	sock_close(so);
}

KPI_TEST_AS(kev_msg_post, five_vectors)
{
	static const char part[5][3] = { "ab", "cd", "ef", "gh", "ij" };
	struct kern_event_msg *m;
	struct kev_msg ev;
	socket_t so;
	int i;

	KPI_REQUIRE(listener(&so, vendor, 0, 0) == 0);
	bzero(&ev, sizeof(ev));
	ev.vendor_code = vendor;
	for (i = 0; i < 5; i++) {
		ev.dv[i].data_length = 2;
		ev.dv[i].data_ptr = (void *)(uintptr_t)part[i];
	}
	KPI_EXPECT(kev_msg_post(&ev) == 0);
	m = next(so);
	KPI_EXPECT(m != NULL && m->total_size == 34 &&
	    bcmp(m->event_data, "abcdefghij", 10) == 0);
	sock_close(so);
}

/* K3 */
KPI_TEST_AS(kev_msg_post, filters)
{
	struct kev_request req;
	socket_t none, all, class0, exact, other;

	KPI_REQUIRE(sock_socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT, NULL,
	    NULL, &none) == 0);
	KPI_EXPECT(sock_ioctl(none, SIOCGKEVFILT, &req) == 0);
	KPI_EXPECT(req.vendor_code == 0xffffffff);
	KPI_REQUIRE(listener(&all, 0, 5, 7) == 0);
	KPI_REQUIRE(listener(&class0, vendor, 0, 9) == 0);
	KPI_REQUIRE(listener(&exact, vendor, 3, 4) == 0);
	KPI_REQUIRE(listener(&other, vendor, 3, 5) == 0);
	KPI_EXPECT(sock_ioctl(exact, SIOCGKEVFILT, &req) == 0);
	KPI_EXPECT(req.kev_class == 3 && req.kev_subclass == 4);
	KPI_EXPECT(post(3, 4, "x", 1) == 0);
	KPI_EXPECT(next(none) == NULL);
	KPI_EXPECT(next(all) != NULL);
	KPI_EXPECT(next(class0) != NULL);
	KPI_EXPECT(next(exact) != NULL);
	KPI_EXPECT(next(other) == NULL);
	sock_close(none);
	sock_close(all);
	sock_close(class0);
	sock_close(exact);
	sock_close(other);
}

/* A full socket misses events; the poster is not told. */
KPI_TEST_AS(kev_msg_post, full_socket)
{
	static char data[2048];
	socket_t so;
	int i, got = 0;

	KPI_REQUIRE(listener(&so, vendor, 0, 0) == 0);
	for (i = 0; i < 40; i++)
		KPI_EXPECT(post(1, 1, data, sizeof(data)) == 0);
	while (next(so) != NULL)
		got++;
	KPI_EXPECT(got > 0 && got < 40);
	sock_close(so);
}

KPI_TEST(kev_post_msg)
{
	struct kern_event_msg *m;
	struct kev_msg ev;
	socket_t so;

	KPI_EXPECT(kev_post_msg(NULL) == EINVAL);
	/* A vendor that nobody has asked for. */
	KPI_REQUIRE(listener(&so, 0x7ffffff0, 0, 0) == 0);
	bzero(&ev, sizeof(ev));
	ev.vendor_code = 0x7ffffff0;
	ev.kev_class = 3;
	ev.event_code = 4;
	KPI_EXPECT(kev_post_msg(&ev) == 0);
	m = next(so);
	KPI_EXPECT(m != NULL && m->vendor_code == 0x7ffffff0 &&
	    m->kev_class == 3 && m->event_code == 4);
	sock_close(so);
}
