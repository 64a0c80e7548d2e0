/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is wrong on purpose.  `badptr calls` hands every call
 * addresses where there is nothing and wants EFAULT from each, with the
 * objects as they were; `badptr KIND` makes a fault of its own.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/event.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysctl.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static unsigned wrong, asked;

/* The call has failed with EFAULT. */
#define FAULTS(call) do {						\
	errno = 0;							\
	asked++;							\
	if ((call) != -1 || errno != EFAULT) {				\
		printf("%s at %p: errno %d\n", #call, bad, errno);	\
		wrong++;						\
	}								\
} while (0)

/* Files, pipes, descriptors: bad may be neither read nor written. */
static void
files(void *bad)
{
	struct iovec iov = { bad, 100 };
	char buf[64];
	int fd = open("/etc/rc", O_RDONLY), p[2], kq = kqueue();
	int out = open("/tmp/badptr", O_CREAT | O_RDWR, 0600);
	struct kevent ev;
	struct stat st;

	FAULTS(read(fd, bad, 100));
	FAULTS(pread(fd, bad, 100, 0));
	FAULTS(readv(fd, &iov, 1));
	FAULTS(readv(fd, bad, 3));
	FAULTS(write(out, bad, 100));
	FAULTS(pwrite(out, bad, 100, 0));
	FAULTS(writev(out, &iov, 1));
	FAULTS(write(out, buf, (size_t)1 << 40));
	FAULTS(pipe(bad));
	FAULTS(open(bad, O_RDONLY));
	FAULTS(stat(bad, &st));
	FAULTS(stat("/", bad));
	FAULTS(lstat("/", bad));
	FAULTS(fstat(fd, bad));
	FAULTS(unlink(bad));
	FAULTS(rmdir(bad));
	FAULTS(mkdir(bad, 0700));
	FAULTS(rename(bad, "/tmp/x"));
	FAULTS(rename("/tmp/badptr", bad));
	FAULTS(symlink(bad, "/tmp/x"));
	FAULTS(symlink("x", bad));
	FAULTS(readlink(bad, buf, sizeof(buf)));
	FAULTS(chdir(bad));
	FAULTS(chmod(bad, 0600));
	FAULTS(chown(bad, 0, 0));
	FAULTS(truncate(bad, 0));
	FAULTS(ioctl(fd, FIONBIO, bad));
	FAULTS(ioctl(fd, FIONREAD, bad));
	FAULTS(select(40, bad, NULL, NULL, NULL));
	FAULTS(select(40, NULL, NULL, NULL, bad));
	FAULTS(poll(bad, 4, 0));
	FAULTS(kevent(kq, bad, 2, NULL, 0, NULL));
	FAULTS(kevent(kq, NULL, 0, bad, 2, NULL));
	FAULTS(kevent(kq, NULL, 0, &ev, 1, bad));
	errno = 0;
	if (getcwd(bad, 100) != NULL || errno != EFAULT)
		wrong++;
	/* Nothing was moved, and what was half done is not there. */
	if (lseek(fd, 0, SEEK_CUR) != 0 || fstat(out, &st) != 0 ||
	    st.st_size != 0)
		wrong++;
	if (pipe(p) == 0) {
		(void)write(p[1], "abc", 3);
		FAULTS(read(p[0], bad, 3));
		FAULTS(write(p[1], bad, 3));
		if (read(p[0], buf, sizeof(buf)) != 3)
			wrong++;
		close(p[0]);
		close(p[1]);
	}
	close(fd);
	close(out);
	close(kq);
	unlink("/tmp/badptr");
}

static void
sockets(void *bad)
{
	char buf[64];
	struct iovec iov = { bad, 100 }, good = { buf, sizeof(buf) };
	struct msghdr msg;
	socklen_t len = sizeof(buf);
	int s[2], in = socket(AF_INET, SOCK_DGRAM, 0);

	FAULTS(socketpair(AF_UNIX, SOCK_STREAM, 0, bad));
	FAULTS(bind(in, bad, sizeof(struct sockaddr_in)));
	FAULTS(connect(in, bad, sizeof(struct sockaddr_in)));
	FAULTS(sendto(in, "x", 1, 0, bad, sizeof(struct sockaddr_in)));
	FAULTS(setsockopt(in, SOL_SOCKET, SO_RCVBUF, bad, 4));
	FAULTS(setsockopt(in, IPPROTO_IP, IP_TTL, bad, 4));
	FAULTS(getsockopt(in, SOL_SOCKET, SO_RCVBUF, bad, &len));
	FAULTS(getsockopt(in, SOL_SOCKET, SO_RCVBUF, buf, bad));
	FAULTS(getsockname(in, bad, &len));
	FAULTS(getsockname(in, (struct sockaddr *)buf, bad));
	FAULTS(accept(in, bad, &len));
	close(in);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) != 0) {
		wrong++;
		return;
	}
	(void)write(s[0], "abc", 3);
	FAULTS(send(s[0], bad, 100, 0));
	FAULTS(write(s[0], bad, 100));
	FAULTS(sendmsg(s[0], bad, 0));
	memset(&msg, 0, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	FAULTS(sendmsg(s[0], &msg, 0));
	FAULTS(recvmsg(s[1], &msg, 0));
	msg.msg_iov = bad;
	FAULTS(sendmsg(s[0], &msg, 0));
	FAULTS(recvmsg(s[1], &msg, 0));
	msg.msg_iov = &good;
	msg.msg_control = bad;
	msg.msg_controllen = 64;
	FAULTS(sendmsg(s[0], &msg, 0));
	msg.msg_control = NULL;
	msg.msg_controllen = 0;
	msg.msg_name = bad;
	msg.msg_namelen = 16;
	FAULTS(recvmsg(s[1], &msg, 0));
	FAULTS(recv(s[1], bad, 3, 0));
	FAULTS(read(s[1], bad, 3));
	FAULTS(recvfrom(s[1], buf, 3, 0, bad, &len));
	FAULTS(recvfrom(s[1], buf, 3, 0, (struct sockaddr *)buf, bad));
	FAULTS(recvmsg(s[1], bad, 0));
	/* The three bytes are all there is. */
	if (recv(s[1], buf, sizeof(buf), MSG_DONTWAIT) != 3)
		wrong++;
	close(s[0]);
	close(s[1]);
}

static void
others(void *bad)
{
	char *const argv[] = { "true", NULL }, *const worse[] = { "true", bad,
	    NULL };
	const int fds[3] = { 0, 1, 2 };
	struct timespec ts = { 0, 1 };
	size_t len = 64;
	pid_t pid = -1;
	char buf[64];

	FAULTS(nanosleep(bad, NULL));
	FAULTS(nanosleep(&ts, bad));
	FAULTS(gettimeofday(bad, NULL));
	FAULTS(settimeofday(bad, NULL));
	FAULTS(clock_gettime(CLOCK_MONOTONIC, bad));
	FAULTS(waitpid(-1, bad, WNOHANG));
	FAULTS(sysctlbyname(bad, buf, &len, NULL, 0));
	FAULTS(sysctlbyname("kern.hostname", bad, &len, NULL, 0));
	FAULTS(sysctlbyname("kern.hostname", buf, bad, NULL, 0));
	FAULTS(sysctlbyname("kern.hostname", NULL, NULL, bad, 4));
	FAULTS(sysctl(bad, 2, buf, &len, NULL, 0));
	asked += 4;
	if (spawn(bad, "true", argv, fds, 0) != EFAULT ||
	    spawn(&pid, bad, argv, fds, 0) != EFAULT ||
	    spawn(&pid, "true", bad, fds, 0) != EFAULT ||
	    spawn(&pid, "true", worse, fds, 0) != EFAULT ||
	    spawn(&pid, "true", argv, bad, 0) != EFAULT)
		wrong++;
}

static int
calls(void)
{
	/* Page zero, a hole in each half, not canonical, the end. */
	static const uintptr_t nowhere[] = { 8, 0x400000, 0xffffbffffffff000,
	    0x800000000000000, 0xffffffffffffff00 };

	for (unsigned i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		void *bad = (void *)nowhere[i];

		files(bad);
		sockets(bad);
		others(bad);
	}
	printf("%u calls, %u wrong\n", asked, wrong);
	return (wrong != 0);
}

static int deep(volatile char *);
static int (*volatile deep_again)(volatile char *) = deep;

static int
deep(volatile char *below)
{
	volatile char here[512];

	here[0] = below[0];
	return (deep_again(here) + here[0]);
}

static void
fill(volatile char *p, unsigned n)
{
	while (n-- > 0)
		*p++ = 'A';
}

static void (*volatile fill_again)(volatile char *, unsigned) = fill;

static __attribute__((noinline)) void
smash(void)
{
	char buf[16];

	fill_again(buf, 64);
}

int
main(int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : "";
	int *volatile nothing = (int *)0x400000;
	volatile char here = 0;
	volatile int zero = 0;
	char *volatile string = (char *)0x400000;

	if (strcmp(kind, "calls") == 0)
		return (calls());
	/* What it has goes with it. */
	(void)malloc(10000);
	(void)open("/etc/rc", O_RDONLY);
	(void)socket(AF_INET, SOCK_STREAM, 0);
	if (strcmp(kind, "write") == 0)
		*nothing = 1;
	else if (strcmp(kind, "strlen") == 0)
		return ((int)strlen(string));
	else if (strcmp(kind, "printf") == 0)
		printf("%s\n", string);
	else if (strcmp(kind, "free") == 0)
		free(string);
	else if (strcmp(kind, "random") == 0)
		arc4random_buf(string, 10);
	else if (strcmp(kind, "readdir") == 0)
		return (readdir((DIR *)string) != NULL);
	else if (strcmp(kind, "text") == 0)
		*(volatile char *)(uintptr_t)main = 0;
	else if (strcmp(kind, "call") == 0)
		((void (*)(void))(uintptr_t)string)();
	else if (strcmp(kind, "data") == 0)
		((void (*)(void))(uintptr_t)&here)();
	else if (strcmp(kind, "divide") == 0)
		return (argc * 100 / zero);
	else if (strcmp(kind, "stack") == 0)
		return (deep_again(&here));
	else if (strcmp(kind, "smash") == 0)
		smash();
	return (0);
}
