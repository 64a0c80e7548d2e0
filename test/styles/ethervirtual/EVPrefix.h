/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef __OBJC__
#import <Cocoa/Cocoa.h>
#else
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <libkern/libkern.h>
#endif

#ifdef DEBUG
#define EVLog(fmt...)	printf("debug: " fmt)
#else
#define EVLog(fmt, args...)	printf(BUNDLE_NAME ": " fmt, ## args)
#endif
