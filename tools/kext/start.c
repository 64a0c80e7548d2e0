/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start library: object code that is part of every kext, hidden inside
 * it.  The loader runs static constructors before the start function and
 * destructors after the stop function, so _start and _stop only lead on to
 * the functions the kext names.
 */
#include <libkern/OSKextLib.h>
#include <mach/kmod.h>
#include <mach/mach_types.h>

#define HIDDEN		__attribute__((visibility("hidden")))
#define WEAK_HIDDEN	__attribute__((weak, visibility("hidden")))

extern kmod_info_t kmod_info HIDDEN;

WEAK_HIDDEN kmod_start_func_t *_realmain = 0;
WEAK_HIDDEN kmod_stop_func_t *_antimain = 0;
WEAK_HIDDEN int _kext_apple_cc = __APPLE_CC__;

HIDDEN kern_return_t _start(kmod_info_t *ki, void *data);
HIDDEN kern_return_t _stop(kmod_info_t *ki, void *data);

kern_return_t
_start(kmod_info_t *ki, void *data)
{
	return (_realmain != 0 ? _realmain(ki, data) : KERN_SUCCESS);
}

kern_return_t
_stop(kmod_info_t *ki, void *data)
{
	return (_antimain != 0 ? _antimain(ki, data) : KERN_SUCCESS);
}

HIDDEN const char *
OSKextGetCurrentIdentifier(void)
{
	return (kmod_info.name);
}

HIDDEN const char *
OSKextGetCurrentVersionString(void)
{
	return (kmod_info.version);
}

HIDDEN OSKextLoadTag
OSKextGetCurrentLoadTag(void)
{
	return (kmod_info.id);
}
