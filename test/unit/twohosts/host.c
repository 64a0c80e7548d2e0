/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One host: start-up in the kernel's order, the loop that stands for its
 * threads, and what must be gone at the end.
 *
 * net_drain() is ours: the real one (net_drain_now here) may be put off for a
 * while, as a busy machine would put off the work that the engine left behind.
 */
#include "test/unit/twohosts/host.h"

#include <libkern/libkern.h>
#include <netinet/in.h>
#include <sys/proc.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <stdarg.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"

#include "kernel/cmdline.h"
#include "kernel/initcall.h"
#include "kernel/lib/rng.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/pmm.h"
#include "net/common/net_lock.h"
#include "net/dlil/dlil.h"
#include "net/dlil/softnet.h"
#include "net/inet/in_addr.h"
#include "net/inet/inet_var.h"
#include "net/inet/netif_glue.h"
#include "net/inet/tcp_cookie.h"
#include "net/inet/tcp_demux.h"
#include "test/unit/dlil/shim.h"
#include "test/unit/host/clib.h"

void	net_drain_now(void);

struct th_config th_cfg;
struct th_env th_env;
struct th_counts th_counts;

static uint64_t rand_state;
static uint64_t drain_until;		/* put off until then */
static uint64_t next_flush = HOST_NEVER;
static uint64_t next_ask = HOST_NEVER;
static size_t base_objects, base_bytes;
static unsigned base_timeouts;
static char text[4096];

uint32_t
th_rand(void)
{
	rand_state ^= rand_state << 13;
	rand_state ^= rand_state >> 7;
	rand_state ^= rand_state << 17;
	return (uint32_t)(rand_state >> 16);
}

/* --- what the kernel would give -------------------------------------------------- */

void
net_drain(void)
{
	if (host_now_ns < drain_until)
		return;
	if (th_chance(th_cfg.defer)) {
		drain_until = host_now_ns + th_below(5000) * 1000ull;
		th_counts.deferred++;
		return;
	}
	net_drain_now();
}

const char *
cmdline_get(const char *key)
{
	if (strcmp(key, "ip") == 0)
		return th_cfg.host == 0 ? "10.9.0.1/24" : "10.9.0.2/24";
	return NULL;
}

size_t
pmm_total_count(void)
{
	return (64u << 20) / 4096;
}

void
rng_bytes(void *buf, size_t len)
{
	unsigned char *p = buf;

	while (len-- > 0)
		*p++ = (unsigned char)th_rand();
}

uint32_t
rng_u32(void)
{
	return th_rand();
}

uint64_t
rng_u64(void)
{
	return (uint64_t)th_rand() << 32 | th_rand();
}

uint32_t
rng_uniform(uint32_t bound)
{
	return th_below(bound);
}

void
microuptime(struct timeval *tv)
{
	tv->tv_sec = (time_t)(host_now_ns / 1000000000);
	tv->tv_usec = (suseconds_t)(host_now_ns / 1000 % 1000000);
}

proc_t
proc_self(void)
{
	return current_proc();
}

int
proc_rele(proc_t p)
{
	(void)p;
	return 0;
}

/* --- start ------------------------------------------------------------------------- */

LINKER_SET_DECLARE(initcalls, const struct initcall);

static void
initcalls_from(int low, int high)
{
	const struct initcall *const *p;

	for (int order = low; order < high; order++) {
		LINKER_SET_FOREACH(p, initcalls) {
			if ((*p)->level == INIT_NET && (*p)->order == order)
				(*p)->fn();
		}
	}
}

static void
set_addresses(void)
{
	struct in6_addr a6 = { .s6_addr = { 0xfd } };

	a6.s6_addr[15] = (unsigned char)(th_cfg.host + 1);
	if (!ifnet_io_begin(th_ifp))
		return;
	if (inet_addr_set6(th_ifp, &a6, 64, NULL, 0xffffffff, 0xffffffff) != 0)
		panic("no IPv6 address");
	ifnet_io_end(th_ifp);
}

static uint64_t run(uint64_t now);

static void
host_init(const struct th_config *cfg, const struct th_env *env)
{
	th_cfg = *cfg;
	th_env = *env;
	rand_state = cfg->seed * 2 + cfg->host + 0x9e3779b97f4a7c15ull;
	for (int i = 0; i < 8; i++)
		(void)th_rand();
	tcp_syncookies = cfg->syncookies;
	mbuf_init(64u << 20);
	initcalls_from(0, 10);
	dlil_init();
	initcalls_from(10, 20);
	inet_init();
	initcalls_from(20, 200);
	driver_attach();
	set_addresses();
	/* Duplicate address detection and the first router solicitations. */
	for (uint64_t t = 0; t < 15000; t += 50)
		(void)run(host_now_ns + 50000000ull);
	base_objects = host_kmem_live();
	base_bytes = mbuf_bytes_inuse();
	(void)base_timeouts;
	traffic_init();
	filters_attach();
	mbuf_fail_every(cfg->mbuf_fail, (uint32_t)cfg->seed);
	kmem_fail_every(cfg->kmem_fail, false);
	if (cfg->flush_ms != 0)
		next_flush = host_now_ns;
	if (cfg->fuzz)
		next_ask = host_now_ns;
}

/* --- the loop -------------------------------------------------------------------------- */

static void
flush_resolver(void)
{
	struct netif *netif;

	net_lock();
	netif = inet_netif(th_ifp);
	etharp_cleanup_netif(netif);
	nd6_cleanup_netif(netif);
	net_unlock();
}

static void
dns_found(const char *name, const ip_addr_t *addr, void *arg)
{
	(void)name;
	(void)addr;
	(void)arg;
}

/* Questions whose answers are made up by the wire. */
static void
ask_servers(void)
{
	static unsigned n;
	struct netif *netif;
	ip_addr_t addr;
	char name[32];

	net_lock();
	netif = inet_netif(th_ifp);
	IP_ADDR4(&addr, 10, 9, 0, 9);
	dns_setserver(0, &addr);
	snprintf(name, sizeof(name), "host%u.test", n++);
	(void)dns_gethostbyname(name, &addr, dns_found, NULL);
	if (th_cfg.seed % 4 == 0 && th_cfg.host == 1 && n % 50 == 20)
		(void)dhcp_start(netif);
	net_unlock();
}

static void
ask_no_more(void)
{
	next_ask = HOST_NEVER;
	net_lock();
	if (netif_dhcp_data(inet_netif(th_ifp)) != NULL) {
		dhcp_release_and_stop(inet_netif(th_ifp));
		dhcp_cleanup(inet_netif(th_ifp));
	}
	net_unlock();
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
run(uint64_t now)
{
	uint64_t next;

	if (now > host_now_ns)
		host_now_ns = now;
	now = host_now_ns;
	for (int i = 0; ; i++) {
		unsigned wakes = shim_wakes;

		next = softnet_run_once();
		next = least(next, driver_run(now));
		next = least(next, filters_run(now));
		next = least(next, traffic_run(now));
		if (drain_until <= now)
			net_drain_now();
		else
			next = least(next, drain_until);
		if (next > now && shim_wakes == wakes)
			break;
		if (i > 100000)
			panic("host %u does not come to rest", th_cfg.host);
	}
	if (next_flush <= now) {
		flush_resolver();
		next_flush = now + (th_cfg.flush_ms / 2 +
		    th_below(th_cfg.flush_ms)) * 1000000ull;
	}
	if (next_ask <= now) {
		ask_servers();
		next_ask = now + 200000000ull;
	}
	return least(least(next, next_flush), next_ask);
}

static void
receive(const void *frame, size_t len, bool verified)
{
	driver_receive(frame, len, verified);
}

/* --- the end ------------------------------------------------------------------------------ */

static void
quiesce(void)
{
	th_cfg.defer = 0;
	drain_until = 0;
	next_flush = HOST_NEVER;
	if (th_cfg.fuzz)
		ask_no_more();
	mbuf_fail_every(0, 1);
	kmem_fail_every(0, false);
	filters_detach();
	flush_resolver();
	net_drain_now();
}

static void
note(size_t *at, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text + *at, sizeof(text) - *at, fmt, ap);
	va_end(ap);
	if (n > 0)
		*at += (size_t)n;
}

static const char *
leftovers(void)
{
	size_t at = 0;

	text[0] = '\0';
	if (tcp_demux_count() != 0)
		note(&at, " %u connections", tcp_demux_count());
	if (mbuf_bytes_inuse() != base_bytes)
		note(&at, " %zu bytes of mbufs", mbuf_bytes_inuse() -
		    base_bytes);
	if (driver_held() != 0)
		note(&at, " %u frames held", driver_held());
	if (filters_held() != 0)
		note(&at, " %u packets with filters", filters_held());
	/* Addresses, routes and routers learned from forgeries are kept. */
	if (host_kmem_live() > base_objects + (th_cfg.fuzz ? 100 : 0))
		note(&at, " %zu heap objects", host_kmem_live() - base_objects);
	return text;
}

static const struct th_counts *
counts(void)
{
	return &th_counts;
}

const struct th_api *
th_get_api(void)
{
	static const struct th_api api = {
		.init = host_init, .receive = receive, .run = run,
		.traffic_done = traffic_done, .stop_traffic = traffic_stop,
		.leftovers = leftovers, .quiesce = quiesce, .counts = counts,
		.state = traffic_state,
	};

	return &api;
}
