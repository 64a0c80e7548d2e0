/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <AvailabilityMacros.h>: the older availability annotations; all of them
 * expand to nothing.
 */
#ifndef _AVAILABILITYMACROS_H_
#define _AVAILABILITYMACROS_H_

#include <Availability.h>

#ifndef DEPRECATED_ATTRIBUTE
#define DEPRECATED_ATTRIBUTE
#endif
#ifndef UNAVAILABLE_ATTRIBUTE
#define UNAVAILABLE_ATTRIBUTE
#endif
#ifndef WEAK_IMPORT_ATTRIBUTE
#define WEAK_IMPORT_ATTRIBUTE
#endif

#endif /* _AVAILABILITYMACROS_H_ */
