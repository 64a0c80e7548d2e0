/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as the engine's own unit tests see it.
 */
#ifndef TEST_UNIT_LWIP_PORT_ARCH_CC_H
#define TEST_UNIT_LWIP_PORT_ARCH_CC_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <errno.h>

#define LWIP_TIMEVAL_PRIVATE	0

#ifndef BYTE_ORDER
#define BYTE_ORDER	LITTLE_ENDIAN
#endif

/* What the source package's socket code expects of its usual port. */
#define IP4ADDR_SOCKADDR_SET_LEN(sin)	((sin)->sin_len = sizeof(*(sin)))
#define IP6ADDR_SOCKADDR_SET_LEN(sin6)	((sin6)->sin6_len = sizeof(*(sin6)))
#define IPADDR_SOCKADDR_GET_LEN(addr)	((addr)->sa.sa_len)

#define LWIP_RAND()	((u32_t)rand())
#define LWIP_PLATFORM_ASSERT(x) do {					\
	printf("Assertion \"%s\" failed at line %d in %s\n", (x),	\
	    __LINE__, __FILE__);					\
	fflush(NULL);							\
	abort();							\
} while (0)

#endif /* TEST_UNIT_LWIP_PORT_ARCH_CC_H */
