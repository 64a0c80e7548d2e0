/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/types.h>
#include <sys/socket.h>
#include <stdio.h>
#include "pppoe.h"

main(argc, argv)
	int argc;
	char **argv;
{
	printf("usage: pppoed interface\n");
	return 1;
}
