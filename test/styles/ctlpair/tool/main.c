// the program that talks to the kext; not part of it
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/sys_domain.h>
#include <sys/kern_control.h>
#include "../common/ctlpair.h"

int main(int argc, char *argv[])
{
	struct ctl_info info;
	struct sockaddr_ctl addr;
	struct ctlpair_reply r;
	socklen_t len = sizeof(r);
	int fd = socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL);

	if (fd < 0)
		return 1;
	memset(&info, 0, sizeof(info));
	strncpy(info.ctl_name, "com.example.ctlpair", sizeof(info.ctl_name));
	if (ioctl(fd, CTLIOCGINFO, &info) != 0)
		return 2;
	memset(&addr, 0, sizeof(addr));
	addr.sc_len = sizeof(addr);
	addr.sc_family = AF_SYSTEM;
	addr.ss_sysaddr = AF_SYS_CONTROL;
	addr.sc_id = info.ctl_id;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
		return 3;
	if (getsockopt(fd, SYSPROTO_CONTROL, CTLPAIR_GET_COUNT, &r, &len) != 0)
		return 4;
	printf("count %u factor %u\n", r.count, r.factor);
	close(fd);
	return 0;
}
