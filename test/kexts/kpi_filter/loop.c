/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a filter must not do: two that inject to each other for ever, and
 * attaching to an interface from a callback of that interface.
 */
#include <net/kpi_interface.h>
#include <net/kpi_interfacefilter.h>
#include <netinet/ip.h>
#include <netinet/kpi_ipfilter.h>
#include <netinet/udp.h>

#include <kpitest.h>

#include "talk.h"

#define MANY	1000		/* calls: no loop that is bounded */

struct player {
	ipfilter_t	ref;
	int		number;		/* 1, 2 */
	volatile int	calls, gone;
	volatile errno_t failed;	/* the injection that was refused */
};

static struct player players[2] = { { .number = 1 }, { .number = 2 } };
static volatile int last;		/* who has injected it */
static int loop_port;

static int
is_ball(mbuf_t m)
{
	struct {
		struct ip	ip;
		struct udphdr	uh;
	} h;

	return (mbuf_copydata(m, 0, sizeof(h), &h) == 0 &&
	    h.ip.ip_p == IPPROTO_UDP && ntohs(h.uh.uh_dport) == loop_port);
}

/* Knows what it has injected itself, and not that the other one did. */
static int
mine(struct player *p, mbuf_t m)
{
	if (!is_ball(m) || last == p->number || ++p->calls > MANY)
		return (1);
	last = p->number;
	return (0);
}

static errno_t
play_out(void *cookie, mbuf_t *m, ipf_pktopts_t options)
{
	struct player *p = cookie;
	errno_t error;

	(void)options;
	if (mine(p, *m))
		return (0);
	error = ipf_inject_output(*m, NULL, NULL);
	if (error != 0)
		p->failed = error;
	return (EJUSTRETURN);
}

static errno_t
play_in(void *cookie, mbuf_t *m, int offset, u_int8_t protocol)
{
	struct player *p = cookie;

	(void)offset;
	(void)protocol;
	if (mine(p, *m))
		return (0);
	return (ipf_inject_input(*m, NULL) == 0 ? EJUSTRETURN : EIO);
}

static void
play_gone(void *cookie)
{
	((struct player *)cookie)->gone++;
}

/* One datagram between two filters: dropped in the end, not delivered. */
static void
play(ipf_input_func in, ipf_output_func out)
{
	struct ipf_filter f = {
		.name = "org.unikext.test.kpi_filter",
		.ipf_input = in, .ipf_output = out, .ipf_detach = play_gone,
	};
	socket_t from = open_bound(SOCK_DGRAM), to = open_bound(SOCK_DGRAM);
	char buf[16];
	size_t n;
	int i, calls;

	KPI_REQUIRE(from != NULL && to != NULL);
	loop_port = port_of(to);
	last = 0;
	for (i = 0; i < 2; i++) {
		players[i].calls = players[i].gone = players[i].failed = 0;
		f.cookie = &players[i];
		KPI_REQUIRE(ipf_addv4(&f, &players[i].ref) == 0);
	}
	KPI_EXPECT(say(from, loop_port, "ball", 4, &n) == 0);
	KPI_EXPECT(reached(&players[0].calls, 5) && reached(&players[1].calls, 5));
	pause_ms(200);
	calls = players[0].calls + players[1].calls;
	KPI_EXPECT(players[0].calls > 4 && players[1].calls > 4);
	KPI_EXPECT(calls < 100);
	KPI_EXPECT(hear(to, buf, sizeof(buf), MSG_DONTWAIT, &n) ==
	    EWOULDBLOCK);
	for (i = 0; i < 2; i++) {
		KPI_EXPECT(ipf_remove(players[i].ref) == 0);
		KPI_EXPECT(reached(&players[i].gone, 1));
	}
	/* The way is free again. */
	KPI_EXPECT(say(from, loop_port, "free", 4, &n) == 0);
	KPI_EXPECT(hear(to, buf, sizeof(buf), 0, &n) == 0 && n == 4);
	sock_close(from);
	sock_close(to);
}

KPI_TEST_AS(ipf_inject_output, loop_of_two)
{
	play(NULL, play_out);
	KPI_EXPECT(players[0].failed != 0 || players[1].failed != 0);
}

KPI_TEST_AS(ipf_inject_input, loop_of_two)
{
	play(play_in, NULL);
}

/* --- attaching from inside -------------------------------------------------------------- */

static struct {
	ifnet_t		lo, other;
	interface_filter_t ref, second;
	volatile int	seen, gone, result, result_other;
} inside = { .result = -1, .result_other = -1 };

static void
inside_gone(void *cookie, ifnet_t ifp)
{
	(void)cookie;
	(void)ifp;
	inside.gone++;
}

static errno_t
inside_output(void *cookie, ifnet_t ifp, protocol_family_t protocol,
    mbuf_t *m)
{
	struct iff_filter f = {
		.iff_name = "inside", .iff_detached = inside_gone,
	};

	(void)cookie;
	(void)protocol;
	(void)m;
	if (inside.seen++ != 0)
		return (0);
	inside.result = iflt_attach(ifp, &f, &inside.second);
	if (inside.other != NULL)
		inside.result_other = iflt_attach(inside.other, &f,
		    &inside.second);
	iflt_detach(inside.ref);	/* itself: when it has left */
	return (0);
}

KPI_TEST_AS(iflt_attach, from_its_own_callback)
{
	struct iff_filter f = {
		.iff_name = "inside", .iff_output = inside_output,
		.iff_detached = inside_gone,
	};
	socket_t from = open_bound(SOCK_DGRAM), to = open_bound(SOCK_DGRAM);
	char buf[16];
	size_t n;

	KPI_REQUIRE(from != NULL && to != NULL);
	KPI_REQUIRE(ifnet_find_by_name("lo0", &inside.lo) == 0);
	(void)ifnet_find_by_name("en0", &inside.other);
	KPI_REQUIRE(iflt_attach(inside.lo, &f, &inside.ref) == 0);
	KPI_EXPECT(say(from, port_of(to), "in", 2, &n) == 0);
	KPI_EXPECT(hear(to, buf, sizeof(buf), 0, &n) == 0 && n == 2);
	KPI_EXPECT(reached(&inside.gone, 1));
	KPI_EXPECT(inside.result == EDEADLK);
	if (inside.other != NULL) {
		/* Another interface is no matter. */
		KPI_EXPECT(inside.result_other == 0);
		iflt_detach(inside.second);
		KPI_EXPECT(inside.gone == 2);
		ifnet_release(inside.other);
	}
	/* It sees nothing more. */
	n = (size_t)inside.seen;
	KPI_EXPECT(say(from, port_of(to), "out", 3, &(size_t){ 0 }) == 0);
	KPI_EXPECT(hear(to, buf, sizeof(buf), 0, &(size_t){ 0 }) == 0);
	KPI_EXPECT(inside.seen == (int)n);
	ifnet_release(inside.lo);
	sock_close(from);
	sock_close(to);
}
