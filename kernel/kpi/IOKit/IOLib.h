/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <IOKit/IOLib.h>: the C library of I/O Kit: log, memory, locks, delays.
 */
#ifndef _IOKIT_IOLIB_H_
#define _IOKIT_IOLIB_H_

#include <IOKit/IOTypes.h>
#include <IOKit/IOLocks.h>
#include <kern/thread_call.h>
#include <libkern/OSAtomic.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * System log.
 */
void IOLog(const char *format, ...);

/*
 * May block.
 */
void *IOMalloc(vm_size_t size);

/*
 * Same size.
 */
void IOFree(void *address, vm_size_t size);

/*
 * Power of two.
 */
void *IOMallocAligned(vm_size_t size, vm_offset_t alignment);

/*
 * Standard meaning, no surprises.
 */
void IOFreeAligned(void *address, vm_size_t size);

/*
 * Standard meaning, no surprises.
 */
void IOSleep(unsigned milliseconds);

/*
 * Spins.
 */
void IODelay(unsigned microseconds);

__END_DECLS

#define IONew(type, number)	((type *)IOMalloc(sizeof(type) * (number)))
#define IODelete(ptr, type, number)					\
	IOFree((ptr), sizeof(type) * (number))
#endif /* KERNEL */

#endif /* _IOKIT_IOLIB_H_ */
