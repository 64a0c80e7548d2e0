/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of processes, credentials, uio, sysctl, devices and small macros.
 */
#include <libkern/libkern.h>
#include <sys/ioccom.h>
#include <sys/socket.h>
#include <string.h>

#include <kpitest.h>

KPI_TEST_KEXT(org.unikext.test.kpi_bsd, "1.0.0")

KPI_TEST(KMOD_EXPLICIT_DECL)
{
	KPI_EXPECT(strcmp(kmod_info.name, "org.unikext.test.kpi_bsd") == 0);
	KPI_EXPECT(strcmp(kmod_info.version, "1.0.0") == 0);
	KPI_EXPECT(kmod_info.info_version == KMOD_INFO_VERSION);
}

KPI_TEST(kmod_start_func_t)
{
	kmod_start_func_t *f = kmod_info.start;

	KPI_EXPECT(f == kpitest_start && kmod_info.id != 0xffffffffu);
}

KPI_TEST(kmod_stop_func_t)
{
	kmod_stop_func_t *f = kmod_info.stop;

	KPI_EXPECT(f == kpitest_stop);
}

KPI_TEST(_IOR)
{
	KPI_EXPECT(_IOR('f', 127, int) == 0x4004667f);
	KPI_EXPECT(IOCPARM_LEN(_IOWR('e', 4, char[204])) == 204);
	KPI_EXPECT(IOCGROUP(_IO('B', 1)) == 'B');
	KPI_EXPECT(IOCBASECMD(_IOW('i', 5, int)) == 0x80006905);
}

KPI_TEST(CMSG_DATA)
{
	char buf[CMSG_SPACE(5) + CMSG_SPACE(4)];
	struct msghdr mh;
	struct cmsghdr *c;

	memset(&mh, 0, sizeof(mh));
	memset(buf, 0, sizeof(buf));
	mh.msg_control = buf;
	mh.msg_controllen = sizeof(buf);
	c = CMSG_FIRSTHDR(&mh);
	KPI_REQUIRE(c == (struct cmsghdr *)(void *)buf);
	c->cmsg_len = CMSG_LEN(5);
	KPI_EXPECT(CMSG_DATA(c) == (unsigned char *)buf + 12);
	c = CMSG_NXTHDR(&mh, c);
	KPI_REQUIRE(c == (struct cmsghdr *)(void *)(buf + 20));
	c->cmsg_len = CMSG_LEN(4);
	KPI_EXPECT(CMSG_NXTHDR(&mh, c) == NULL);
	mh.msg_controllen = 4;
	KPI_EXPECT(CMSG_FIRSTHDR(&mh) == NULL);
}
