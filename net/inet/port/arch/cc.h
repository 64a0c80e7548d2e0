/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compiler and the machine as the engines see them.
 */
#ifndef NET_INET_PORT_ARCH_CC_H
#define NET_INET_PORT_ARCH_CC_H

#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <sys/types.h>

#define LWIP_NO_INTTYPES_H	1
#define LWIP_NO_UNISTD_H	1
#define LWIP_NO_CTYPE_H		1
#define LWIP_NO_LIMITS_H	1
#ifndef SSIZE_MAX
#define SSIZE_MAX		LONG_MAX
#endif
#define X8_F	"02x"
#define U16_F	"u"
#define S16_F	"d"
#define X16_F	"x"
#define U32_F	"u"
#define S32_F	"d"
#define X32_F	"x"
#define SZT_F	"lu"

#define LWIP_DONT_PROVIDE_BYTEORDER_FUNCTIONS 1
#define lwip_htons(x)	__builtin_bswap16((uint16_t)(x))
#define lwip_htonl(x)	__builtin_bswap32((uint32_t)(x))

void	inet_engine_panic(const char *msg, const char *file, int line)
	    __attribute__((noreturn));
void	inet_engine_diag(const char *fmt, ...)
	    __attribute__((format(printf, 1, 2)));
void	inet_core_assert(void);
uint32_t inet_engine_rand(void);
uint16_t inet_engine_chksum(const void *p, int len);
void	*inet_engine_malloc(size_t n);
void	*inet_engine_calloc(size_t n, size_t size);
void	inet_engine_free(void *p);

#define LWIP_PLATFORM_DIAG(x)	inet_engine_diag x
#define LWIP_PLATFORM_ASSERT(x)	inet_engine_panic(x, __FILE__, __LINE__)

/* Set once at boot by the memory there is (net/inet/inet.c). */
extern uint32_t inet_tcp_wnd, inet_tcp_snd_buf;
extern uint16_t inet_tcp_snd_queuelen, inet_tcp_ooseq_pbufs;
extern uint16_t inet_reass_max_pbufs;

#endif /* NET_INET_PORT_ARCH_CC_H */
