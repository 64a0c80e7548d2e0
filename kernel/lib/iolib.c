/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The C functions of I/O Kit that plain kexts use: log, memory, locks and
 * delays, each a thin layer over the kernel's own.
 */
#include <IOKit/IOLib.h>
#include <kern/clock.h>
#include <kern/debug.h>
#include <kern/sched_prim.h>
#include <kern/thread.h>
#include <libkern/libkern.h>
#include <mach/thread_act.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/malloc.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#include "kernel/console/log.h"
#include "kernel/initcall.h"
#include "kernel/lib/heap.h"
#include "kernel/sched/thread.h"

static lck_grp_t *iolock_group;

static void
iolib_init(void)
{
	iolock_group = lck_grp_alloc_init("IOKit", LCK_GRP_ATTR_NULL);
}
INITCALL(INIT_CORE, iolib_init);

void
IOLog(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_vprintf(LOG_INFO, format, ap);
	va_end(ap);
}

int
IOLockSleep(IOLock *lock, void *event, UInt32 interType)
{
	return (lck_mtx_sleep(lock, LCK_SLEEP_DEFAULT, event,
	    (wait_interrupt_t)interType));
}

void
IOLockWakeup(IOLock *lock, void *event, bool oneThread)
{
	(void)lock;
	thread_wakeup_prim(event, oneThread, THREAD_AWAKENED);
}

IOThread
IOCreateThread(IOThreadFunc function, void *argument)
{
	thread_t t;

	/* A function that does not look at its second argument. */
	if (kernel_thread_start((thread_continue_t)(uintptr_t)function,
	    argument, &t) != KERN_SUCCESS)
		return (NULL);
	thread_deallocate(t);
	return (t);
}

void
IOExitThread(void)
{
	thread_terminate(current_thread());
}

void *
IOMalloc(vm_size_t size)
{
	return (size == 0 ? NULL : heap_alloc(HEAP_IOKIT, size, M_WAITOK));
}

void
IOFree(void *address, vm_size_t size)
{
	heap_free_sized(HEAP_IOKIT, address, size, "IOFree");
}

/* The block's own address is kept in the word below the aligned one. */
void *
IOMallocAligned(vm_size_t size, vm_offset_t alignment)
{
	uintptr_t at;
	char *p;

	if (size == 0 || (alignment & (alignment - 1)) != 0)
		return (NULL);
	if (alignment < sizeof(void *))
		alignment = sizeof(void *);
	if (size > UINT32_MAX - alignment - sizeof(void *))
		return (NULL);
	p = heap_alloc(HEAP_IOKIT, size + alignment + sizeof(void *),
	    M_WAITOK);
	if (p == NULL)
		return (NULL);
	at = ((uintptr_t)p + sizeof(void *) + alignment - 1) &
	    ~(alignment - 1);
	((void **)at)[-1] = p;
	return ((void *)at);
}

void
IOFreeAligned(void *address, vm_size_t size)
{
	(void)size;
	if (address != NULL)
		heap_free(HEAP_IOKIT, ((void **)address)[-1],
		    "IOFreeAligned");
}

IOLock *
IOLockAlloc(void)
{
	return (lck_mtx_alloc_init(iolock_group, LCK_ATTR_NULL));
}

void
IOLockFree(IOLock *lock)
{
	lck_mtx_free(lock, iolock_group);
}

void
IOLockLock(IOLock *lock)
{
	lck_mtx_lock(lock);
}

boolean_t
IOLockTryLock(IOLock *lock)
{
	return (lck_mtx_try_lock(lock));
}

void
IOLockUnlock(IOLock *lock)
{
	lck_mtx_unlock(lock);
}

IORWLock *
IORWLockAlloc(void)
{
	return (lck_rw_alloc_init(iolock_group, LCK_ATTR_NULL));
}

void
IORWLockFree(IORWLock *lock)
{
	lck_rw_free(lock, iolock_group);
}

IOSimpleLock *
IOSimpleLockAlloc(void)
{
	return (lck_spin_alloc_init(iolock_group, LCK_ATTR_NULL));
}

void
IOSimpleLockFree(IOSimpleLock *lock)
{
	lck_spin_free(lock, iolock_group);
}

void
IOSleep(unsigned milliseconds)
{
	struct thread *t = current_thread();
	const char *saved = t->t_wmesg;
	struct waiter w;
	uint64_t deadline;

	clock_interval_to_deadline(milliseconds, kMillisecondScale, &deadline);
	/* Nobody wakes this address: only the deadline ends the sleep. */
	while (mach_absolute_time() < deadline) {
		t->t_wmesg = "IOSleep";
		chan_assert(&w, &w, WAIT_UNINT, deadline);
		(void)sleep_block(&w, __builtin_return_address(0));
		t->t_wmesg = saved;
	}
}

void
IODelay(unsigned microseconds)
{
	delay_for_interval(microseconds, kMicrosecondScale);
}
