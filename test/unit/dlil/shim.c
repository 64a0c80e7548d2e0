/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the interface layer needs beside the shared shims: one thread, no
 * softnet thread, sleeping means letting the detach work run.
 */
#include <kern/thread.h>
#include <libkern/libkern.h>
#include <sys/proc.h>
#include <sys/systm.h>
#include <sys/time.h>

#include "kernel/kext/gate.h"
#include "net/dlil/softnet.h"
#include "test/unit/dlil/shim.h"

unsigned shim_wakes;
bool (*shim_idle)(void);
struct gate_frame *shim_top;

void
softnet_wake(void)
{
	shim_wakes++;
}

bool
softnet_is_current(void)
{
	return (true);
}

thread_t
current_thread(void)
{
	return (NULL);
}

struct gate_frame *
gate_top(struct thread *td)
{
	return (shim_top);
}

int
msleep(void *chan, lck_mtx_t *mtx, int pri, const char *wmesg,
    struct timespec *ts)
{
	if (mtx != NULL)
		lck_mtx_unlock(mtx);
	if (shim_idle == NULL || !shim_idle())
		panic("%s: nothing can wake it", wmesg);
	if (mtx != NULL)
		lck_mtx_lock(mtx);
	return (0);
}

void
wakeup(void *chan)
{
}

void
microtime(struct timeval *tv)
{
	static time_t now = 1000;

	tv->tv_sec = now++;
	tv->tv_usec = 0;
}

int
proc_suser(proc_t p)
{
	return (0);
}

int
copyout(const void *from, user_addr_t to, size_t len)
{
	memcpy((void *)(uintptr_t)to, from, len);
	return (0);
}
