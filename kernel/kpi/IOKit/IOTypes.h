/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <IOKit/IOTypes.h>: the types I/O Kit's C functions use, and scales of time.
 */
#ifndef _IOKIT_IOTYPES_H_
#define _IOKIT_IOTYPES_H_

#include <kern/locks.h>
#include <kern/sched_prim.h>
#include <kern/task.h>
#include <libkern/OSTypes.h>
#include <libkern/OSReturn.h>
#include <libkern/libkern.h>
#include <mach/semaphore.h>
#include <IOKit/IOReturn.h>

typedef UInt32			IOOptionBits;
typedef SInt32			IOFixed;
typedef UInt32			IOVersion;
typedef UInt32			IOItemCount;
typedef UInt32			IOCacheMode;
typedef UInt32			IOByteCount32;
typedef UInt64			IOByteCount64;
typedef IOByteCount64		IOByteCount;
typedef mach_vm_address_t	IOVirtualAddress;
typedef UInt64			IOPhysicalAddress;

enum {
	kNanosecondScale	= 1,
	kMicrosecondScale	= 1000,
	kMillisecondScale	= 1000 * 1000,
	kSecondScale		= 1000 * 1000 * 1000,
	kTickScale		= kSecondScale / 100
};

#endif /* _IOKIT_IOTYPES_H_ */
