/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In front of every source.
 */
#ifndef APPFIREWALL_PREFIX_H
#define APPFIREWALL_PREFIX_H

#include <sys/types.h>
#include <mach/mach_types.h>

#define AF_CONTROL	"com.example.filter.appfirewall"
#define AF_SHORT	MAXCOMLEN

#endif
