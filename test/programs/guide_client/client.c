/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client of test/kexts/guide_control, in the steps of the guide's Listing
 * 3-2 and of its fragments about events: find the control's id by name,
 * connect, give a command, read it back, write and receive; and beside that
 * set an event filter, read it back, look a vendor up, receive the event.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/kern_control.h>
#include <sys/kern_event.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>
#include <unistd.h>

#define CONTROL_NAME	"org.unikext.nke.guide"
#define STATIC_ID	0x67756964
#define STATIC_UNIT	7
#define COMMAND_FIRST	1

static void
check(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "guide_client: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int
open_events(void)
{
	struct kev_vendor_code vc;
	struct kev_request req, got;
	u_int32_t id;
	int fd = socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT);

	check(fd >= 0, "event socket");
	memset(&vc, 0, sizeof(vc));
	strlcpy(vc.vendor_string, CONTROL_NAME, sizeof(vc.vendor_string));
	check(ioctl(fd, SIOCGKEVVENDOR, &vc) == 0, "SIOCGKEVVENDOR");
	req.vendor_code = vc.vendor_code;
	req.kev_class = KEV_ANY_CLASS;
	req.kev_subclass = KEV_ANY_SUBCLASS;
	check(ioctl(fd, SIOCSKEVFILT, &req) == 0, "SIOCSKEVFILT");
	check(ioctl(fd, SIOCGKEVFILT, &got) == 0, "SIOCGKEVFILT");
	check(memcmp(&req, &got, sizeof(req)) == 0, "the filter read back");
	check(ioctl(fd, SIOCGKEVID, &id) == 0, "SIOCGKEVID");
	return (fd);
}

/* The fragments as they stand: one class of one vendor, a vendor nobody is. */
static void
event_fragments(void)
{
	struct kev_vendor_code vc;
	struct kev_request req;
	int fd = socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT);

	check(fd >= 0, "event socket");
	req.vendor_code = KEV_VENDOR_APPLE;
	req.kev_class = KEV_APPLESHARE_CLASS;
	req.kev_subclass = KEV_ANY_SUBCLASS;
	check(ioctl(fd, SIOCSKEVFILT, &req) == 0, "SIOCSKEVFILT");
	memset(&req, 0, sizeof(req));
	check(ioctl(fd, SIOCGKEVFILT, &req) == 0, "SIOCGKEVFILT");
	check(req.vendor_code == KEV_VENDOR_APPLE &&
	    req.kev_class == KEV_APPLESHARE_CLASS &&
	    req.kev_subclass == KEV_ANY_SUBCLASS, "the filter read back");
	memset(&vc, 0, sizeof(vc));
	strlcpy(vc.vendor_string, "org.mklinux.driver.swim3",
	    sizeof(vc.vendor_string));
	check(ioctl(fd, SIOCGKEVVENDOR, &vc) != 0, "a vendor nobody is");
	close(fd);
}

/* The listing's other branch: id and unit are known beforehand. */
static void
static_control(int ev)
{
	static const char want[] = "one two three four five";
	struct sockaddr_ctl addr;
	union {
		struct kern_event_msg msg;
		char bytes[512];
	} event;
	char buf[16];
	int fd = socket(PF_SYSTEM, SOCK_STREAM, SYSPROTO_CONTROL);
	ssize_t n, got = 0;

	check(fd != -1, "stream socket");
	memset(&addr, 0, sizeof(addr));
	addr.sc_len = sizeof(addr);
	addr.sc_family = AF_SYSTEM;
	addr.ss_sysaddr = AF_SYS_CONTROL;
	addr.sc_id = STATIC_ID;
	addr.sc_unit = STATIC_UNIT + 1;
	check(connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0,
	    "another unit is refused");
	addr.sc_unit = STATIC_UNIT;
	check(connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0,
	    "connect by id and unit");
	check(write(fd, "stream", 6) == 6, "write");
	while (got < 6 && (n = read(fd, buf + got, 1)) > 0)
		got += n;
	check(got == 6 && memcmp(buf, "stream", 6) == 0, "the answer");
	n = recv(ev, &event, sizeof(event), 0);
	check(n == (ssize_t)(KEV_MSG_HEADER_SIZE + sizeof(want) - 1) &&
	    memcmp(event.msg.event_data, want, sizeof(want) - 1) == 0 &&
	    event.msg.kev_subclass == 2, "the event's five pieces");
	close(fd);
}

int
main(void)
{
	struct sockaddr_ctl addr;
	struct ctl_info info;
	union {
		struct kern_event_msg msg;
		char bytes[512];
	} event;
	char buf[64];
	socklen_t len = sizeof(int);
	int fd, ev, count = 0, before = 0;
	ssize_t n;

	ev = open_events();
	fd = socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL);
	check(fd != -1, "socket");
	memset(&info, 0, sizeof(info));
	strlcpy(info.ctl_name, CONTROL_NAME, sizeof(info.ctl_name));
	check(ioctl(fd, CTLIOCGINFO, &info) == 0, "CTLIOCGINFO");
	memset(&addr, 0, sizeof(addr));
	addr.sc_len = sizeof(addr);
	addr.sc_family = AF_SYSTEM;
	addr.ss_sysaddr = AF_SYS_CONTROL;
	addr.sc_id = info.ctl_id;
	addr.sc_unit = 0;
	check(connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0,
	    "connect");

	check(getsockopt(fd, SYSPROTO_CONTROL, COMMAND_FIRST, &before,
	    &len) == 0, "getsockopt");
	check(setsockopt(fd, SYSPROTO_CONTROL, COMMAND_FIRST, NULL, 0) == 0,
	    "setsockopt");
	check(getsockopt(fd, SYSPROTO_CONTROL, COMMAND_FIRST, &count,
	    &len) == 0, "getsockopt");
	check(count == before + 1, "the command counted once");
	check(setsockopt(fd, SYSPROTO_CONTROL, 99, NULL, 0) != 0 &&
	    errno == EINVAL, "an unknown command");

	check(write(fd, "hello", 5) == 5, "write");
	n = read(fd, buf, sizeof(buf));
	check(n == 5 && memcmp(buf, "hello", 5) == 0, "the answer");
	n = recv(ev, &event, sizeof(event), 0);
	check(n == (ssize_t)KEV_MSG_HEADER_SIZE + 5 &&
	    memcmp(event.msg.event_data, "hello", 5) == 0, "the event");
	close(fd);
	static_control(ev);
	close(ev);
	event_fragments();
	printf("guide_client: all done\n");
	return (0);
}
