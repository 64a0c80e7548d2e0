/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unloading while in use, one test a situation: what the refusal names, that
 * nothing returns into code that is gone, and that it goes when the use ends.
 */
#include <libkern/libkern.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kern_control.h>
#include <sys/kpi_socket.h>
#include <sys/proc.h>
#include <sys/sys_domain.h>

#include "kernel/kext/registry_internal.h"
#include "kernel/sched/thread.h"
#include "test/guest/kextlife.h"
#include "test/lib/test.h"

#define H	T "holdings"

enum {
	SOCKET, RETAINED, EXTERNAL, TIMER, IPFILTER, DATA_IN, CONTROL, TAG,
	UPCALL, UNREAD
};

/* Calls a function of the kext as a callback of its own would. */
static int
ask(const char *name, int kind)
{
	int (*fn)(int) = NULL;
	uintptr_t at = 0;
	struct kext *k;

	lck_mtx_lock(&kext_lock);
	k = kext_find(H);
	if (k != NULL && kext_symbols_export(k, name, &at))
		fn = (int (*)(int))at;
	lck_mtx_unlock(&kext_lock);
	return (fn != NULL ? GATE_CALL(&k->k_gate, fn, kind) : -1);
}

/* What the message of a refusal says, then the end of it, then it goes. */
static void
refused_until(int kind, const char *words)
{
	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", kind) == 0);
	EXPECT(unload(H) == kOSKextReturnInUse);
	EXPECT(said(words));
	EXPECT(state_of(H) == KEXT_STOPPED);
	EXPECT(ask("holdings_end", kind) == 0);
	EXPECT(unload(H) == kOSReturnSuccess);
	EXPECT(res.kr_msg[0] == '\0');
}

TEST(kextuse, kernel_socket_open)
{
	refused_until(SOCKET, "1 sockets");
}

/* Closed, but retained: it is there until the release. */
TEST(kextuse, retained_socket)
{
	refused_until(RETAINED, "1 sockets");
}

TEST(kextuse, external_buffer)
{
	refused_until(EXTERNAL, "mbuf 'hold_free'");
}

/* A tag is freed with its mbuf; a leaked mbuf is a leak, and no more. */
TEST(kextuse, tagged_mbuf)
{
	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", TAG) == 0);
	EXPECT(ask("holdings_end", TAG) == 0);
	EXPECT(unload(H) == kOSReturnSuccess && res.kr_msg[0] == '\0');
}

/* --- callbacks in progress ------------------------------------------------------ */

static socket_t rx, tx;
static struct sockaddr_in to;
static volatile bool sent;

static bool
pair(void)
{
	memset(&to, 0, sizeof(to));
	to.sin_len = sizeof(to);
	to.sin_family = AF_INET;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	sent = false;
	return (sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &rx) == 0 &&
	    sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &tx) == 0 &&
	    sock_bind(rx, (struct sockaddr *)&to) == 0 &&
	    sock_getsockname(rx, (struct sockaddr *)&to, sizeof(to)) == 0);
}

static bool
send_one(void)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)"x",
	    .iov_len = 1 };
	struct msghdr msg = { .msg_name = &to, .msg_namelen = sizeof(to),
	    .msg_iov = &iov, .msg_iovlen = 1 };
	size_t n;

	return (sock_send(tx, &msg, 0, &n) == 0);
}

/* Arrives within a while; the sockets still work. */
static bool
receive_one(void)
{
	char c;
	struct iovec iov = { .iov_base = &c, .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	bool got = false;
	size_t n = 0;

	(void)WAIT_UNTIL(got || (got = sock_receive(rx, &msg, MSG_DONTWAIT,
	    &n) == 0));
	return (got && n == 1 && c == 'x');
}

static void
sender(void *arg)
{
	(void)arg;
	sent = send_one();
}

/* A thread is inside the filter: unload waits, then says who. */
static void
inside_a_filter(int kind, const char *words, int detached)
{
	struct thread *td;

	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", kind) == 0);
	REQUIRE(pair());
	REQUIRE(thread_create(NULL, "sender", PRI_USER, sender, NULL,
	    &td) == 0);
	REQUIRE(WAIT_UNTIL(peek(H, "holdings_inside") >= 1));
	EXPECT(unload(H) == kOSKextReturnInUse);
	EXPECT(said(words) && said("in progress"));
	EXPECT(state_of(H) == KEXT_STOPPED);
	EXPECT(peek(H, "holdings_inside") >= 1);
	REQUIRE(poke(H, "holdings_go", 1));
	REQUIRE(WAIT_UNTIL(peek(H, "holdings_inside") == 0 &&
	    peek(H, "holdings_gone") >= detached));
	EXPECT(peek(H, "holdings_gone") == detached);
	EXPECT(unload(H) == kOSReturnSuccess);
	(void)thread_join(td, false);
	thread_deallocate(td);
	/* The packet went on, and so do the sockets. */
	EXPECT(sent && receive_one());
	EXPECT(send_one() && receive_one());
	sock_close(rx);
	sock_close(tx);
}

TEST(kextuse, inside_an_ip_filter)
{
	inside_a_filter(IPFILTER, "ipf 'holdings'", 1);
}

/* Two sockets are attached: each is detached once. */
TEST(kextuse, inside_sf_data_in)
{
	inside_a_filter(DATA_IN, "sflt 'holdings'", 2);
}

TEST(kextuse, inside_a_timer)
{
	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", TIMER) == 0);
	REQUIRE(WAIT_UNTIL(peek(H, "holdings_inside") == 1));
	EXPECT(unload(H) == kOSKextReturnInUse);
	EXPECT(said("timer 'hold_timer' (1 call in progress)"));
	REQUIRE(poke(H, "holdings_go", 1));
	REQUIRE(WAIT_UNTIL(peek(H, "holdings_inside") == 0));
	EXPECT(unload(H) == kOSReturnSuccess);
}

/*
 * Closing its socket does not wait for the upcall that is inside; the unload
 * does, and what came meanwhile calls nobody any more.
 */
TEST(kextuse, inside_an_upcall)
{
	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", UPCALL) == 0);
	REQUIRE(pair());
	to.sin_port = htons((uint16_t)peek(H, "holdings_port"));
	REQUIRE(send_one());
	REQUIRE(WAIT_UNTIL(peek(H, "holdings_inside") == 1));
	EXPECT(send_one() && send_one());
	EXPECT(ask("holdings_end", UPCALL) == 0);
	EXPECT(peek(H, "holdings_inside") == 1);
	EXPECT(unload(H) == kOSKextReturnInUse);
	EXPECT(said("in progress"));
	REQUIRE(poke(H, "holdings_go", 1));
	REQUIRE(WAIT_UNTIL(peek(H, "holdings_inside") == 0));
	EXPECT(peek(H, "holdings_upcalls") == 1);
	EXPECT(unload(H) == kOSReturnSuccess);
	sock_close(rx);
	sock_close(tx);
}

/* --- a control with a client ---------------------------------------------------- */

static bool
client(socket_t *out)
{
	struct ctl_info info;
	struct sockaddr_ctl sac;

	memset(&info, 0, sizeof(info));
	strlcpy(info.ctl_name, H, sizeof(info.ctl_name));
	memset(&sac, 0, sizeof(sac));
	if (sock_socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL, NULL, NULL,
	    out) != 0)
		return (false);
	if (sock_ioctl(*out, CTLIOCGINFO, &info) != 0)
		return (false);
	sac.sc_len = sizeof(sac);
	sac.sc_family = AF_SYSTEM;
	sac.ss_sysaddr = AF_SYS_CONTROL;
	sac.sc_id = info.ctl_id;
	return (sock_connect(*out, (struct sockaddr *)&sac, 0) == 0);
}

TEST(kextuse, control_with_a_client)
{
	socket_t so;

	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", CONTROL) == 0);
	REQUIRE(client(&so));
	/* Its stop asks ctl_deregister, hears EBUSY and refuses. */
	EXPECT(unload(H) == kOSKextReturnStartStopError);
	EXPECT(said("refuses") && said("ctl '" H "'"));
	EXPECT(state_of(H) == KEXT_RUNNING && sock_isconnected(so));
	sock_close(so);
	EXPECT(WAIT_UNTIL(peek(H, "holdings_gone") == 1));
	EXPECT(unload(H) == kOSReturnSuccess);
}

/* What it was sent and has not read goes with it. */
static void
unread_once(unsigned n)
{
	socket_t so;
	int queued;

	while (n-- > 0) {
		REQUIRE(load("holdings") == kOSReturnSuccess);
		REQUIRE(ask("holdings_make", CONTROL) == 0);
		REQUIRE(client(&so));
		EXPECT(ask("holdings_make", UNREAD) == 0);
		EXPECT(sock_ioctl(so, FIONREAD, &queued) == 0 && queued >= 1000);
		sock_close(so);
		EXPECT(WAIT_UNTIL(peek(H, "holdings_gone") == 1));
		EXPECT(unload(H) == kOSReturnSuccess);
		EXPECT(res.kr_msg[0] == '\0');
	}
}

TEST(kextuse, control_with_unread_data)
{
	unread_once(2);
	EXPECT(steady(unread_once, 10));
}

/* By force the client is disconnected, once, and gets an error from then on. */
TEST(kextuse, control_with_a_client_by_force)
{
	struct iovec iov = { .iov_base = (void *)(uintptr_t)"x",
	    .iov_len = 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	socket_t so;
	size_t n;

	REQUIRE(load("holdings") == kOSReturnSuccess);
	REQUIRE(ask("holdings_make", CONTROL) == 0);
	REQUIRE(client(&so));
	EXPECT(force(H) == kOSReturnSuccess);
	EXPECT(state_of(H) == KEXT_ZOMBIE && !sock_isconnected(so));
	EXPECT(sock_send(so, &msg, 0, &n) != 0);
	sock_close(so);
}

/* --- load and unload at once ---------------------------------------------------- */

static OSReturn mixed_result[4];

static void
mixed(void *arg)
{
	OSReturn *out = arg;
	struct kext_result mine;

	if ((out - mixed_result) % 2 == 0)
		*out = kext_load(kext_pool_create("/test"), T "basic", &mine);
	else
		*out = kext_unload(T "basic", 0, &mine);
}

static void
mixed_once(unsigned n)
{
	struct thread *td[4];
	unsigned i;

	while (n-- > 0) {
		for (i = 0; i < 4; i++)
			REQUIRE(thread_create(NULL, "mixed", PRI_USER, mixed,
			    &mixed_result[i], &td[i]) == 0);
		for (i = 0; i < 4; i++) {
			(void)thread_join(td[i], false);
			thread_deallocate(td[i]);
		}
		/* One load at least came to something, or found it there. */
		EXPECT(mixed_result[0] == kOSReturnSuccess ||
		    mixed_result[2] == kOSReturnSuccess);
		(void)unload(T "basic");
		EXPECT(state_of(T "basic") == KEXT_ZOMBIE);
	}
}

TEST(kextuse, loads_and_unloads_at_once)
{
	mixed_once(5);
	EXPECT(steady(mixed_once, 20));
}
