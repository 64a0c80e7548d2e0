/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel controls under fire.  Two threads connect and close clients, 10,000
 * in all, while the control enqueues to every unit it knows, takes what the
 * clients send, and a third thread tries to deregister it.
 *
 * What must hold: each connect that succeeded gets exactly one disconnect;
 * no callback comes after that; deregistering is EBUSY from the start of a
 * connect to the end of its disconnect, and once it succeeded a connect is
 * ENOENT; nothing is left (the loader compares what the kext holds).
 */
#include <kpitest.h>
#include <kern/locks.h>
#include <kern/thread.h>
#include <libkern/OSAtomic.h>
#include <sys/errno.h>
#include <sys/filio.h>
#include <sys/kern_control.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/sys_domain.h>

#define NAME	"org.unikext.test.ctlrace"
#define CLIENTS	5000			/* of each thread */
#define THREADS	2
#define UNITS	64

/* What a unit's callbacks may still come for. */
enum { GONE, THERE };

static kern_ctl_ref ref;
static volatile SInt32 state[UNITS];
static volatile SInt32 connects, disconnects, sends, wrong, enqueued, full;
static volatile SInt32 running, stop, dereg_busy, dereg_done;
static u_int32_t id;

static errno_t
on_connect(kern_ctl_ref r, struct sockaddr_ctl *sac, void **info)
{
	(void)r;
	*info = NULL;
	if (sac->sc_unit >= UNITS)
		return (ENOSPC);
	if (!OSCompareAndSwap(GONE, THERE,
	    (volatile UInt32 *)&state[sac->sc_unit]))
		OSIncrementAtomic(&wrong);
	OSIncrementAtomic(&connects);
	/* While it is inside nobody may take the control away. */
	if (ctl_deregister(r) != EBUSY)
		OSIncrementAtomic(&wrong);
	return (0);
}

static errno_t
on_disconnect(kern_ctl_ref r, u_int32_t unit, void *info)
{
	(void)info;
	if (unit >= UNITS)
		return (0);		/* the one that was refused */
	if (ctl_deregister(r) != EBUSY)
		OSIncrementAtomic(&wrong);
	if (!OSCompareAndSwap(THERE, GONE, (volatile UInt32 *)&state[unit]))
		OSIncrementAtomic(&wrong);
	OSIncrementAtomic(&disconnects);
	return (0);
}

static errno_t
on_send(kern_ctl_ref r, u_int32_t unit, void *info, mbuf_t m, int flags)
{
	(void)info;
	(void)flags;
	mbuf_freem(m);
	OSIncrementAtomic(&sends);
	if (state[unit] != THERE)
		OSIncrementAtomic(&wrong);
	/* Answers from inside the client's own call. */
	(void)ctl_enqueuedata(r, unit, "pong", 4, CTL_DATA_EOR);
	return (0);
}

static errno_t
control(void)
{
	struct kern_ctl_reg reg;
	errno_t error;

	bzero(&reg, sizeof(reg));
	strlcpy(reg.ctl_name, NAME, sizeof(reg.ctl_name));
	reg.ctl_connect = on_connect;
	reg.ctl_disconnect = on_disconnect;
	reg.ctl_send = on_send;
	error = ctl_register(&reg, &ref);
	id = reg.ctl_id;
	return (error);
}

static errno_t
dial(socket_t *so)
{
	struct sockaddr_ctl sac;
	errno_t error;

	bzero(&sac, sizeof(sac));
	sac.sc_len = sizeof(sac);
	sac.sc_family = AF_SYSTEM;
	sac.ss_sysaddr = AF_SYS_CONTROL;
	sac.sc_id = id;
	error = sock_socket(PF_SYSTEM, SOCK_DGRAM, SYSPROTO_CONTROL, NULL,
	    NULL, so);
	if (error != 0)
		return (error);
	error = sock_connect(*so, (struct sockaddr *)&sac, 0);
	if (error != 0)
		sock_close(*so);
	return (error);
}

static void
ping(socket_t so)
{
	struct iovec iov = { (void *)(uintptr_t)"ping", 4 };
	struct msghdr msg;
	size_t n;

	bzero(&msg, sizeof(msg));
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	(void)sock_send(so, &msg, 0, &n);
}

static void
clients(void *arg, wait_result_t wr)
{
	socket_t so;
	int i;

	(void)arg;
	(void)wr;
	for (i = 0; i < CLIENTS; i++) {
		if (dial(&so) != 0) {
			OSIncrementAtomic(&wrong);
			break;
		}
		if (i % 3 == 0)
			ping(so);
		sock_close(so);
	}
	OSDecrementAtomic(&running);
	wakeup((void *)(uintptr_t)&running);
	thread_terminate(current_thread());
}

/* Enqueues to units that come and go: 0, EINVAL or ENOBUFS, never more. */
static void
enqueuer(void *arg, wait_result_t wr)
{
	errno_t error;
	u_int32_t unit;

	(void)arg;
	(void)wr;
	while (!stop) {
		for (unit = 1; unit < 5; unit++) {
			error = ctl_enqueuedata(ref, unit, "tick", 4, 0);
			if (error == 0)
				OSIncrementAtomic(&enqueued);
			else if (error == ENOBUFS)
				OSIncrementAtomic(&full);
			else if (error != EINVAL)
				OSIncrementAtomic(&wrong);
		}
		(void)tsleep((void *)(uintptr_t)&stop, PZERO, "tick", 1);
	}
	OSDecrementAtomic(&running);
	wakeup((void *)(uintptr_t)&running);
	thread_terminate(current_thread());
}

static bool
start(thread_continue_t fn)
{
	thread_t t;

	OSIncrementAtomic(&running);
	if (kernel_thread_start(fn, NULL, &t) != KERN_SUCCESS) {
		OSDecrementAtomic(&running);
		return (false);
	}
	thread_deallocate(t);
	return (true);
}

static void
wait_for(SInt32 n)
{
	while (running > n)
		(void)tsleep((void *)(uintptr_t)&running, PZERO, "race", 2);
}

KPI_TEST_AS(ctl_disconnect_func, ten_thousand_clients)
{
	int i;

	KPI_REQUIRE(control() == 0);
	KPI_REQUIRE(start(enqueuer));
	for (i = 0; i < THREADS; i++)
		KPI_REQUIRE(start(clients));
	wait_for(1);
	stop = 1;
	wait_for(0);
	KPI_EXPECT(wrong == 0);
	KPI_EXPECT(connects == THREADS * CLIENTS);
	KPI_EXPECT(disconnects == connects);
	KPI_EXPECT(sends > 0);
	KPI_EXPECT(ctl_deregister(ref) == 0);
}

/* Connecting against deregistering: one of the two fails, every time. */
static volatile SInt32 joined, refused;

static void
joiner(void *arg, wait_result_t wr)
{
	socket_t so;
	errno_t error;
	int i = 0;

	(void)arg;
	(void)wr;
	while (!stop) {
		error = dial(&so);
		if (error == 0) {
			OSIncrementAtomic(&joined);
			sock_close(so);
		} else if (error == ENOENT) {
			OSIncrementAtomic(&refused);
		} else {
			OSIncrementAtomic(&wrong);
		}
		/* One CPU: the other side has to run as well. */
		if (++i % 4 == 0)
			(void)tsleep(&i, PZERO, "join", 1);
	}
	OSDecrementAtomic(&running);
	wakeup((void *)(uintptr_t)&running);
	thread_terminate(current_thread());
}

KPI_TEST_AS(ctl_deregister, against_connect)
{
	int i, tries;

	wrong = connects = disconnects = 0;
	stop = 0;
	KPI_REQUIRE(control() == 0);
	KPI_REQUIRE(start(joiner));
	for (i = 0; i < 100; i++) {
		for (tries = 0; ctl_deregister(ref) == EBUSY; tries++) {
			OSIncrementAtomic(&dereg_busy);
			(void)tsleep((void *)(uintptr_t)&tries, PZERO, "dereg",
			    1);
		}
		OSIncrementAtomic(&dereg_done);
		KPI_EXPECT(ctl_deregister(ref) == EINVAL);
		if (i % 8 == 0)
			(void)tsleep((void *)(uintptr_t)&tries, PZERO, "dereg",
			    1);
		KPI_REQUIRE(control() == 0);
	}
	stop = 1;
	wait_for(0);
	KPI_EXPECT(wrong == 0);
	KPI_EXPECT(connects == disconnects);
	KPI_EXPECT(connects == joined);
	KPI_EXPECT(joined > 0 && refused > 0);
	KPI_EXPECT(dereg_done == 100);
	KPI_EXPECT(ctl_deregister(ref) == 0);
}

KPI_TEST_KEXT(org.unikext.test.kpi_ctlrace, "1.0.0")
