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
 * Writes to the system log, in printf()'s formats.
 * Context:   any
 */
void IOLog(const char *format, ...);

/*
 * Allocates memory.
 * Returns:   the block; NULL for size 0 or without memory
 * Ownership: the caller's, ended with IOFree() and the same size; charged to
 *            the kext
 * Context:   thread, may block
 * Units:     size in bytes
 */
void *IOMalloc(vm_size_t size);

/*
 * Frees what IOMalloc() returned; a wrong size panics, NULL is allowed.
 * Context:   any thread
 * Units:     size in bytes, as allocated
 */
void IOFree(void *address, vm_size_t size);

/*
 * Allocates memory at a multiple of alignment, a power of two.
 * Returns:   the block; NULL for a wrong alignment or without memory
 * Ownership: the caller's, ended with IOFreeAligned(); charged to the kext
 * Context:   thread, may block
 * Units:     size and alignment in bytes
 */
void *IOMallocAligned(vm_size_t size, vm_offset_t alignment);

/*
 * Frees what IOMallocAligned() returned; NULL is allowed.
 * Context:   any thread
 * Units:     size in bytes, as allocated
 */
void IOFreeAligned(void *address, vm_size_t size);

/*
 * Sleeps.
 * Context:   thread, blocks
 * Locks:     no spin lock held
 * Units:     milliseconds
 */
void IOSleep(unsigned milliseconds);

/*
 * Spins.
 * Context:   any
 * Units:     microseconds
 */
void IODelay(unsigned microseconds);

typedef thread_t	IOThread;
typedef void		(*IOThreadFunc)(void *argument);

/*
 * Starts a thread.
 * Returns:   the thread, or NULL
 * Context:   thread, may block
 */
IOThread IOCreateThread(IOThreadFunc function, void *argument);

/*
 * Ends the calling thread.
 * Context:   thread; does not return
 */
void IOExitThread(void);

__END_DECLS

#define IONew(type, number)	((type *)IOMalloc(sizeof(type) * (number)))
#define IODelete(ptr, type, number)					\
	IOFree((ptr), sizeof(type) * (number))
#endif /* KERNEL */

#endif /* _IOKIT_IOLIB_H_ */
