/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>
#include <sys/sys_domain.h>
#include <stdio.h>

int
main(int argc, char *argv[])
{
	puts("usage: vpnctl address port key");
	return 1;
}
