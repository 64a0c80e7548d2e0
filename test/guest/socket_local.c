/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local sockets, and descriptors passed along.
 */
#include "test/guest/socket.h"

#include <sys/errno.h>
#include <string.h>

CASE(socketpair_and_descriptors)
{
	struct proc *p = current_proc();
	union {
		struct cmsghdr hdr;
		char bytes[64];
	} ctl;
	char buf[8] = "";
	struct iovec iov = { buf, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &ctl, .msg_controllen = CMSG_LEN(sizeof(int)) };
	int sv[2], pp[2], got = -1;
	ssize_t n;

	EXPECT(sys_socketpair(p, PF_LOCAL, SOCK_STREAM, 0, sv) == 0);
	EXPECT(sys_pipe(p, pp) == 0);
	ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	ctl.hdr.cmsg_level = SOL_SOCKET;
	ctl.hdr.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&ctl.hdr), &pp[1], sizeof(int));
	EXPECT(sys_sendmsg(p, sv[0], &msg, 0, &n) == 0 && n == 1);
	EXPECT(sys_close(p, pp[1]) == 0);
	memset(&ctl, 0, sizeof(ctl));
	/* A look at the data leaves the descriptors where they are. */
	for (int i = 0; i < 2; i++) {
		msg.msg_controllen = sizeof(ctl);
		EXPECT(sys_recvmsg(p, sv[1], &msg, MSG_PEEK, &n) == 0 &&
		    n == 1 && msg.msg_controllen == 0);
	}
	msg.msg_controllen = sizeof(ctl);
	EXPECT(sys_recvmsg(p, sv[1], &msg, 0, &n) == 0 && n == 1);
	EXPECT(msg.msg_controllen == CMSG_LEN(sizeof(int)) &&
	    ctl.hdr.cmsg_type == SCM_RIGHTS);
	memcpy(&got, CMSG_DATA(&ctl.hdr), sizeof(int));
	EXPECT(sys_write(p, got, "pipe", 4, &n) == 0 && n == 4);
	EXPECT(sys_read(p, pp[0], buf, 8, &n) == 0 && n == 4 &&
	    memcmp(buf, "pipe", 4) == 0);
	/* One that nobody takes goes with the sockets. */
	memcpy(CMSG_DATA(&ctl.hdr), &got, sizeof(int));
	ctl.hdr.cmsg_len = CMSG_LEN(sizeof(int));
	msg.msg_controllen = CMSG_LEN(sizeof(int));
	EXPECT(sys_sendmsg(p, sv[0], &msg, 0, &n) == 0);
	EXPECT(sys_close(p, got) == 0);
	EXPECT(sys_close(p, sv[0]) == 0 && sys_close(p, sv[1]) == 0);
	EXPECT(sys_read(p, pp[0], buf, 8, &n) == 0 && n == 0);
	EXPECT(sys_close(p, pp[0]) == 0);
	return (0);
}
