/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <Availability.h>: availability annotations of the reference system; all of
 * them expand to nothing, every function that is declared is available.
 */
#ifndef _AVAILABILITY_H_
#define _AVAILABILITY_H_

#ifndef __OSX_AVAILABLE_STARTING
#define __OSX_AVAILABLE_STARTING(osx, ios)
#endif
#ifndef __OSX_AVAILABLE_BUT_DEPRECATED
#define __OSX_AVAILABLE_BUT_DEPRECATED(osx, osxdep, ios, iosdep)
#endif
#ifndef __API_AVAILABLE
#define __API_AVAILABLE(...)
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
#ifndef AVAILABLE_MAC_OS_X_VERSION_10_4_AND_LATER
#define AVAILABLE_MAC_OS_X_VERSION_10_4_AND_LATER
#endif

#endif /* _AVAILABILITY_H_ */
