/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Path MTUs and rates of what we answer unasked.
 *
 * IPv4: a small table of destinations whose path is narrower than the link,
 * filled by "fragmentation needed" about segments of a connection that really
 * is in flight, forgotten after ten minutes (RFC 1191, 6.3).  Segments made
 * before the news are larger than the path; they leave without DF and in
 * fragments, so a connection does not hang on its own retransmissions.  IPv6
 * keeps its path MTUs in the engine's destination cache.
 *
 * Resets and ICMP errors answer packets that anybody may send us; a bucket
 * of tokens for each keeps their number down (RFC 1812, 4.3.2.8).
 */
#include "net/inet/path_mtu.h"

#include <string.h>

#include "lwip/ip6_addr.h"
#include "lwip/nd6.h"
#include "lwip/netif.h"

#include "kernel/time/timer.h"
#include "net/common/net_lock.h"

#define PATHS		32
#define PATH_LIFE_NS	(600ull * 1000000000)
#define PATH_MTU_MIN	552	/* RFC 1191 would go down to 68 */

/* N */
static struct {
	uint32_t	dst, mtu;
	uint64_t	until;
} paths[PATHS];
static unsigned path_next;
static bool path_any;

void
path_mtu_learn(uint32_t dst, uint32_t mtu)
{
	uint64_t now = time_now_ns();
	unsigned i;

	net_lock_assert();
	if (mtu < PATH_MTU_MIN)
		mtu = PATH_MTU_MIN;
	for (i = 0; i < PATHS; i++) {
		if (paths[i].dst == dst && paths[i].until > now)
			break;
	}
	if (i == PATHS) {
		i = path_next++ % PATHS;
		paths[i].dst = dst;
		paths[i].mtu = mtu;
	} else if (mtu < paths[i].mtu) {
		paths[i].mtu = mtu;
	}
	paths[i].until = now + PATH_LIFE_NS;
	path_any = true;
}

size_t
path_mtu4(uint32_t dst, size_t mtu)
{
	net_lock_assert();
	if (__builtin_expect(!path_any, 1))
		return mtu;
	for (unsigned i = 0; i < PATHS; i++) {
		if (paths[i].dst == dst && paths[i].until > time_now_ns() &&
		    paths[i].mtu < mtu)
			return paths[i].mtu;
	}
	return mtu;
}

size_t
path_mtu6(const struct netif *netif, const uint8_t dst[16], size_t mtu)
{
	ip6_addr_t a;
	size_t path;

	net_lock_assert();
	memset(&a, 0, sizeof(a));
	memcpy(a.addr, dst, 16);
	ip6_addr_assign_zone(&a, IP6_UNKNOWN, netif);
	path = nd6_get_destination_mtu(&a, (struct netif *)(uintptr_t)netif);
	return path != 0 && path < mtu ? path : mtu;
}

/* --- rates ------------------------------------------------------------------------- */

/* N */
static struct {
	const uint32_t	per_second, burst;
	uint64_t	since;
	uint64_t	tokens;		/* in 1/1000 */
} buckets[OUT_CLASS_COUNT] = {
	[OUT_CLASS_RST] = { .per_second = 1000, .burst = 1000 },
	[OUT_CLASS_ICMP_ERROR] = { .per_second = 200, .burst = 200 },
};

bool
out_rate_ok(enum out_class c)
{
	uint64_t now = time_now_ns(), full = buckets[c].burst * 1000ull;
	uint64_t us, gain;

	net_lock_assert();
	us = (now - buckets[c].since) / 1000;
	gain = us * buckets[c].per_second / 1000;
	if (buckets[c].since == 0)
		buckets[c].tokens = full;
	else
		buckets[c].tokens += gain;
	/* Many calls within one token's time must not lose it. */
	if (buckets[c].since == 0 || gain != 0)
		buckets[c].since = now;
	if (buckets[c].tokens > full)
		buckets[c].tokens = full;
	if (buckets[c].tokens < 1000)
		return false;
	buckets[c].tokens -= 1000;
	return true;
}
