/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as the engine's own unit tests see it.  SUITE_OURS: with our packet
 * buffers, demultiplexer, switch, fragmenters and reassembly in place of the
 * engine's; our files are compiled with the kernel's headers (KERNEL).
 */
#ifndef TEST_UNIT_LWIP_PORT_ARCH_CC_H
#define TEST_UNIT_LWIP_PORT_ARCH_CC_H

#define MEM_ALIGNMENT	8

#ifdef SUITE_OURS
#define LWIP_PBUF_REF_T			u32_t
#define MBUF_TAIL_WORDS			16
#define LWIP_PBUF_CUSTOM_DATA		u64_t mbuf_tail[MBUF_TAIL_WORDS];
#define LWIP_SUPPORT_CUSTOM_PBUF	1
#define LWIP_RAW			1
#define IPV6_FRAG_COPYHEADER		1
#define TCP_EXT_SOCKET			0
#define TCP_EXT_DEMUX			1
#define LWIP_TCP_PCB_NUM_EXT_ARGS	5
/* The switch has looked; segments may have been cut since. */
#define CHECKSUM_CHECK_TCP		0
#endif

#ifdef KERNEL
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <limits.h>
#include <sys/types.h>

#define LWIP_NO_INTTYPES_H	1
#define LWIP_NO_UNISTD_H	1
#define LWIP_NO_CTYPE_H		1
#define U16_F	"u"
#define S16_F	"d"
#define X16_F	"x"
#define U32_F	"u"
#define S32_F	"d"
#define X32_F	"x"
#define SZT_F	"lu"
#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#ifndef SSIZE_MAX
#define SSIZE_MAX	LONG_MAX
#endif
void	panic(const char *fmt, ...);
void	inet_core_assert(void);
uint32_t inet_engine_rand(void);
extern uint16_t inet_reass_max_pbufs;
#define LWIP_PLATFORM_ASSERT(x)	panic("%s:%d: %s", __FILE__, __LINE__, x)
#define LWIP_PLATFORM_DIAG(x)	((void)0)
#define LWIP_RAND()		inet_engine_rand()

#else /* !KERNEL */
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <errno.h>

#define LWIP_TIMEVAL_PRIVATE	0
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
#endif /* KERNEL */

#endif /* TEST_UNIT_LWIP_PORT_ARCH_CC_H */
