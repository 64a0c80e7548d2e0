/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <Availability.h>: availability annotations of the reference system; all of
 * them expand to nothing, every function that is declared is available.  The
 * numbers of the systems compare with what the build says the oldest one is.
 */
#ifndef _AVAILABILITY_H_
#define _AVAILABILITY_H_

#define __MAC_10_0		1000
#define __MAC_10_1		1010
#define __MAC_10_2		1020
#define __MAC_10_3		1030
#define __MAC_10_4		1040
#define __MAC_10_5		1050
#define __MAC_10_6		1060
#define __MAC_10_7		1070
#define __MAC_10_8		1080
#define __MAC_10_9		1090
#define __MAC_10_10		101000
#define __MAC_10_11		101100
#define __MAC_10_12		101200
#define __MAC_10_13		101300
#define __MAC_10_14		101400
#define __MAC_10_15		101500
#define __MAC_NA		9999
#define __IPHONE_NA		99999

#ifndef __MAC_OS_X_VERSION_MIN_REQUIRED
#ifdef __ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__
#define __MAC_OS_X_VERSION_MIN_REQUIRED \
	__ENVIRONMENT_MAC_OS_X_VERSION_MIN_REQUIRED__
#else
#define __MAC_OS_X_VERSION_MIN_REQUIRED	__MAC_10_15
#endif
#endif
#ifndef __MAC_OS_X_VERSION_MAX_ALLOWED
#define __MAC_OS_X_VERSION_MAX_ALLOWED	__MAC_10_15
#endif

#ifndef __OSX_AVAILABLE_STARTING
#define __OSX_AVAILABLE_STARTING(osx, ios)
#endif
#ifndef __OSX_AVAILABLE_BUT_DEPRECATED
#define __OSX_AVAILABLE_BUT_DEPRECATED(osx, osxdep, ios, iosdep)
#endif
#ifndef __API_AVAILABLE
#define __API_AVAILABLE(...)
#endif
#ifndef __OSX_AVAILABLE_BUT_DEPRECATED_MSG
#define __OSX_AVAILABLE_BUT_DEPRECATED_MSG(osx, osxdep, ios, iosdep, msg)
#endif
#ifndef __OSX_DEPRECATED
#define __OSX_DEPRECATED(start, dep, msg)
#endif
#ifndef __OSX_UNAVAILABLE
#define __OSX_UNAVAILABLE
#endif
#ifndef __IOS_DEPRECATED
#define __IOS_DEPRECATED(start, dep, msg)
#endif
#ifndef __IOS_UNAVAILABLE
#define __IOS_UNAVAILABLE
#endif
#ifndef __IOS_PROHIBITED
#define __IOS_PROHIBITED
#endif
#ifndef __TVOS_PROHIBITED
#define __TVOS_PROHIBITED
#endif
#ifndef __WATCHOS_PROHIBITED
#define __WATCHOS_PROHIBITED
#endif
#ifndef __API_UNAVAILABLE
#define __API_UNAVAILABLE(...)
#endif
#ifndef __API_DEPRECATED
#define __API_DEPRECATED(...)
#endif
#ifndef __OSX_AVAILABLE
#define __OSX_AVAILABLE(v)
#endif
#ifndef __IOS_AVAILABLE
#define __IOS_AVAILABLE(v)
#endif
#ifndef __TVOS_AVAILABLE
#define __TVOS_AVAILABLE(v)
#endif
#ifndef __WATCHOS_AVAILABLE
#define __WATCHOS_AVAILABLE(v)
#endif

#endif /* _AVAILABILITY_H_ */
