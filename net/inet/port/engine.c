/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the engines take from the kernel: memory, time, random numbers, the
 * checksum loop, and how they end when something is impossible.
 */
#include <kern/debug.h>
#include <libkern/libkern.h>
#include <sys/malloc.h>
#include <stdarg.h>
#include <string.h>

#include "lwip/opt.h"
#include "lwip/ip_addr.h"
#include "lwip/sys.h"
#include "net/inet/port/hooks.h"

#include "kernel/lib/rng.h"
#include "kernel/lib/siphash.h"
#include "kernel/mm/kmem.h"
#include "kernel/time/timer.h"
#include "net/common/net_lock.h"
#include "net/inet/tcp_cookie.h"
#include "net/mbuf/mbuf.h"

void
inet_engine_panic(const char *msg, const char *file, int line)
{
	panic("%s:%d: %s", file, line, msg);
	__builtin_unreachable();
}

void
inet_engine_diag(const char *fmt, ...)
{
	char buf[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	printf("%s", buf);
}

void
inet_core_assert(void)
{
	net_lock_assert();
}

void *
inet_engine_malloc(size_t n)
{
	return kmalloc(n, M_NOWAIT);
}

void *
inet_engine_calloc(size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		return NULL;
	return kmalloc(total, M_NOWAIT | M_ZERO);
}

void
inet_engine_free(void *p)
{
	kfree(p);
}

uint32_t
inet_engine_rand(void)
{
	return rng_u32();
}

uint16_t
inet_engine_chksum(const void *p, int len)
{
	return in_cksum_buf(p, (size_t)len);
}

/* Milliseconds; wraps, as the engine expects. */
u32_t
sys_now(void)
{
	return (u32_t)(time_now_ns() / 1000000);
}

void
sys_init(void)
{
}

/* --- initial sequence numbers (RFC 6528) --------------------------------------- */

static void
put_addr(uint8_t to[16], const ip_addr_t *a)
{
	if (IP_IS_V6(a))
		memcpy(to, ip_2_ip6(a)->addr, 16);
	else
		memcpy(to, &ip_2_ip4(a)->addr, 4);
}

/* A keyed hash of the connection, plus a clock of 4 us. */
u32_t
inet_tcp_isn(const ip_addr_t *local, u16_t lport, const ip_addr_t *remote,
    u16_t rport)
{
	static uint64_t key[2];
	struct {
		uint8_t	local[16], remote[16];
		u16_t	lport, rport;
		u32_t	v6;
	} in;

	if (tcp_cookie_isn != NULL)
		return *tcp_cookie_isn;
	if (key[0] == 0)
		rng_bytes(key, sizeof(key));
	memset(&in, 0, sizeof(in));
	put_addr(in.local, local);
	put_addr(in.remote, remote);
	in.lport = lport;
	in.rport = rport;
	in.v6 = IP_IS_V6(local);
	return (u32_t)siphash(key, &in, sizeof(in)) +
	    (u32_t)(time_now_ns() / 4000);
}
