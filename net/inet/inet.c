/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start of PF_INET's lower half: sizes by memory, the engines, the glue, and
 * softnet's part of the work (the engines' timers, what was left for a thread
 * without locks).
 */
#include "net/inet/inet_var.h"

#include <libkern/libkern.h>
#include <sys/errno.h>

#include "lwip/init.h"
#include "lwip/timeouts.h"

#include "kernel/initcall.h"
#include "kernel/mm/pmm.h"
#include "kernel/time/timer.h"
#include "net/common/net_lock.h"
#include "net/dlil/softnet.h"
#include "net/inet/ether_glue.h"
#include "net/inet/gso.h"
#include "net/inet/in_config.h"
#include "net/inet/inet_in.h"
#include "net/inet/ip_out.h"
#include "net/inet/ipf.h"
#include "net/inet/netif_glue.h"
#include "net/inet/tcp_demux.h"

uint32_t inet_tcp_wnd = 256 * 1024;
uint32_t inet_tcp_snd_buf = 256 * 1024;
uint16_t inet_tcp_snd_queuelen = 1024;
uint16_t inet_tcp_ooseq_pbufs = 512;
uint16_t inet_reass_max_pbufs = 128;

errno_t
inet_errno(err_t err)
{
	static const uint8_t map[] = {
		[ERR_OK] = 0, [-ERR_MEM] = ENOBUFS, [-ERR_BUF] = ENOBUFS,
		[-ERR_TIMEOUT] = ETIMEDOUT, [-ERR_RTE] = EHOSTUNREACH,
		[-ERR_INPROGRESS] = EINPROGRESS, [-ERR_VAL] = EINVAL,
		[-ERR_WOULDBLOCK] = EWOULDBLOCK, [-ERR_USE] = EADDRINUSE,
		[-ERR_ALREADY] = EALREADY, [-ERR_ISCONN] = EISCONN,
		[-ERR_CONN] = ENOTCONN, [-ERR_IF] = ENXIO,
		[-ERR_ABRT] = ECONNABORTED, [-ERR_RST] = ECONNRESET,
		[-ERR_CLSD] = ENOTCONN, [-ERR_ARG] = EINVAL,
	};

	if (err > 0 || -err >= (int)sizeof(map))
		return EIO;
	return map[-err];
}

/* Sizes for a machine of `mem` bytes (lwip.md gives 64 MB and 1 GB). */
static void
size_by_memory(uint64_t mem)
{
	if (mem >= 512ull << 20) {
		inet_tcp_wnd = inet_tcp_snd_buf = 2u << 20;
		inet_tcp_snd_queuelen = 16000;
		inet_tcp_ooseq_pbufs = 4096;
		inet_reass_max_pbufs = 1024;
	} else if (mem < 32ull << 20) {
		inet_tcp_wnd = inet_tcp_snd_buf = 64u * 1024;
		inet_tcp_snd_queuelen = 256;
		inet_tcp_ooseq_pbufs = 128;
		inet_reass_max_pbufs = 64;
	}
	tcp_demux_init(mem >= 512ull << 20 ? 16384 : mem < 32ull << 20 ? 256 :
	    2048);
	tcp_demux_limit = (unsigned)(mem / 4096);
}

/* The engines' timers, as softnet's source. */
static uint64_t
inet_poll(void *arg)
{
	uint32_t ms;

	(void)arg;
	netif_glue_poll();
	net_lock();
	sys_check_timeouts();
	ms = sys_timeouts_sleeptime();
	net_unlock();
	net_drain();
	return ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE ? SOFTNET_IDLE :
	    time_now_ns() + (uint64_t)ms * 1000000;
}

void
inet_init(void)
{
	size_by_memory((uint64_t)pmm_total_count() * 4096);
	net_lock();
	lwip_init();
	net_unlock_nodrain();
	ip_out_init();
	gso_init();
	ipf_init();
	inet_in_init();
	netif_glue_init();
	ether_glue_init();
	softnet_source("inet", inet_poll, NULL);
	inet_config_init();
}

#ifndef UNIT_TEST
/* A quarter of the memory at most; a small machine has other needs. */
static void
mbuf_start(void)
{
	uint64_t mem = (uint64_t)pmm_total_count() * 4096;

	mbuf_init(mem >= 32ull << 20 ? mem / 4 : mem / 5);
}

INITCALL_ORDER(INIT_NET, 1, mbuf_start);
INITCALL_ORDER(INIT_NET, 20, inet_init);
#endif
