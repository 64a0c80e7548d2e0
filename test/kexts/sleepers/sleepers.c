/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread in each function of the KPI that sleeps, for ever, and in two
 * calls of the socket KPI; its stop says success and lets them be.  With
 * sleepers_lock one more sleeps with a mutex held: it can not be ended from
 * outside.
 */
#include <IOKit/IOLib.h>
#include <kern/locks.h>
#include <kern/sched_prim.h>
#include <kern/task.h>
#include <kern/thread.h>
#include <libkern/OSAtomic.h>
#include <mach/mach_types.h>
#include <mach/semaphore.h>
#include <netinet/in.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/proc.h>
#include <sys/systm.h>

extern kern_return_t sleepers_start(kmod_info_t *ki, void *data);
extern kern_return_t sleepers_stop(kmod_info_t *ki, void *data);

volatile int sleepers_n, sleepers_lock, sleepers_go;

static lck_grp_t *grp;
static lck_mtx_t *mtx, *mine;
static lck_rw_t *rw;
static semaphore_t sem;
static socket_t udp, tcp;
static char chan[8];

static void
in_msleep(void)
{
	lck_mtx_lock(mtx);
	while (!sleepers_go)
		msleep(&chan[0], mtx, PZERO, "in_msleep", NULL);
	lck_mtx_unlock(mtx);
}

static void
in_tsleep(void)
{
	while (!sleepers_go)
		tsleep(&chan[1], PZERO, "in_tsleep", 0);
}

static void
in_iosleep(void)
{
	while (!sleepers_go)
		IOSleep(3600000);
}

static void
in_mtx_sleep(void)
{
	lck_mtx_lock(mtx);
	while (!sleepers_go)
		lck_mtx_sleep(mtx, LCK_SLEEP_DEFAULT, &chan[2], THREAD_UNINT);
	lck_mtx_unlock(mtx);
}

static void
in_rw_sleep(void)
{
	lck_rw_lock_shared(rw);
	while (!sleepers_go)
		lck_rw_sleep(rw, LCK_SLEEP_DEFAULT, &chan[3], THREAD_UNINT);
	lck_rw_done(rw);
}

static void
in_semaphore(void)
{
	while (!sleepers_go)
		semaphore_wait(sem);
}

static void
in_block(void)
{
	while (!sleepers_go) {
		assert_wait(&chan[4], THREAD_UNINT);
		thread_block(THREAD_CONTINUE_NULL);
	}
}

static void
again(void *arg, wait_result_t wr)
{
	(void)arg;
	(void)wr;
	if (sleepers_go) {
		OSAddAtomic(-1, &sleepers_n);
		thread_terminate(current_thread());
	}
	assert_wait(&chan[5], THREAD_UNINT);
	thread_block(again);
}

static void
in_continuation(void)
{
	assert_wait(&chan[5], THREAD_UNINT);
	thread_block(again);
}

/* An error does not end it: only the sleep behind it does. */
static void
in_receive(void)
{
	size_t len;
	mbuf_t m;

	while (!sleepers_go) {
		len = 100;
		if (sock_receivembuf(udp, NULL, &m, 0, &len) != 0)
			tsleep(&chan[6], PZERO, "in_receive", 10);
		else
			mbuf_freem(m);
	}
}

static void
in_accept(void)
{
	socket_t child;

	while (!sleepers_go) {
		if (sock_accept(tcp, NULL, 0, 0, NULL, NULL, &child) != 0)
			tsleep(&chan[6], PZERO, "in_accept", 10);
	}
}

static void
with_lock(void)
{
	lck_mtx_lock(mine);
	while (!sleepers_go)
		tsleep(&chan[7], PZERO, "with_lock", 10);
	lck_mtx_unlock(mine);
}

static void
sleeper(void *arg, wait_result_t wr)
{
	(void)wr;
	((void (*)(void))arg)();
	OSAddAtomic(-1, &sleepers_n);
	thread_terminate(current_thread());
}

static errno_t
make_sockets(void)
{
	struct sockaddr_in sin;
	errno_t error;

	bzero(&sin, sizeof(sin));
	sin.sin_len = sizeof(sin);
	sin.sin_family = AF_INET;
	error = sock_socket(PF_INET, SOCK_DGRAM, 0, NULL, NULL, &udp);
	if (error == 0)
		error = sock_bind(udp, (struct sockaddr *)&sin);
	if (error == 0)
		error = sock_socket(PF_INET, SOCK_STREAM, 0, NULL, NULL, &tcp);
	if (error == 0)
		error = sock_bind(tcp, (struct sockaddr *)&sin);
	if (error == 0)
		error = sock_listen(tcp, 5);
	return (error);
}

static kern_return_t
begin(void (*fn)(void))
{
	thread_t td;

	if (kernel_thread_start(sleeper, (void *)fn, &td) != KERN_SUCCESS)
		return (KERN_FAILURE);
	OSAddAtomic(1, &sleepers_n);
	thread_deallocate(td);
	return (KERN_SUCCESS);
}

kern_return_t
sleepers_start(kmod_info_t *ki, void *data)
{
	static void (*const fn[])(void) = { in_msleep, in_tsleep, in_iosleep,
	    in_mtx_sleep, in_rw_sleep, in_semaphore, in_block,
	    in_continuation, in_receive, in_accept };
	unsigned i;

	(void)ki;
	(void)data;
	grp = lck_grp_alloc_init("sleepers", LCK_GRP_ATTR_NULL);
	mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	mine = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	rw = lck_rw_alloc_init(grp, LCK_ATTR_NULL);
	if (semaphore_create(current_task(), &sem, 0, 0) != KERN_SUCCESS ||
	    make_sockets() != 0)
		return (KERN_FAILURE);
	for (i = 0; i < sizeof(fn) / sizeof(fn[0]); i++)
		if (begin(fn[i]) != KERN_SUCCESS)
			return (KERN_FAILURE);
	return (KERN_SUCCESS);
}

kern_return_t
sleepers_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (sleepers_lock)
		begin(with_lock);
	return (KERN_SUCCESS);
}
