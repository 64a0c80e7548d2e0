/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSKextLib.h>: kexts: loading by identifier, keeping them loaded,
 * one's own identity.
 */
#ifndef _LIBKERN_OSKEXTLIB_H_
#define _LIBKERN_OSKEXTLIB_H_

#include <libkern/OSReturn.h>
#include <libkern/OSTypes.h>
#include <mach/mach_types.h>
#include <uuid/uuid.h>

#define sub_libkern_kext	err_sub(2)
#define libkern_kext_err(code)	\
	((OSReturn)(sys_libkern | sub_libkern_kext | (code)))

#define kOSKextReturnInternalError		libkern_kext_err(0x1)
#define kOSKextReturnNoMemory			libkern_kext_err(0x2)
#define kOSKextReturnNoResources		libkern_kext_err(0x3)
#define kOSKextReturnNotPrivileged		libkern_kext_err(0x4)
#define kOSKextReturnInvalidArgument		libkern_kext_err(0x5)
#define kOSKextReturnNotFound			libkern_kext_err(0x6)
#define kOSKextReturnBadData			libkern_kext_err(0x7)
#define kOSKextReturnSerialization		libkern_kext_err(0x8)
#define kOSKextReturnUnsupported		libkern_kext_err(0x9)
#define kOSKextReturnDisabled			libkern_kext_err(0xa)
#define kOSKextReturnNotAKext			libkern_kext_err(0xb)
#define kOSKextReturnValidation			libkern_kext_err(0xc)
#define kOSKextReturnAuthentication		libkern_kext_err(0xd)
#define kOSKextReturnDependencies		libkern_kext_err(0xe)
#define kOSKextReturnArchNotFound		libkern_kext_err(0xf)
#define kOSKextReturnCache			libkern_kext_err(0x10)
#define kOSKextReturnDeferred			libkern_kext_err(0x11)
#define kOSKextReturnBootLevel			libkern_kext_err(0x12)
#define kOSKextReturnNotLoadable		libkern_kext_err(0x13)
#define kOSKextReturnLoadedVersionDiffers	libkern_kext_err(0x14)
#define kOSKextReturnDependencyLoadError	libkern_kext_err(0x15)
#define kOSKextReturnLinkError			libkern_kext_err(0x16)
#define kOSKextReturnStartStopError		libkern_kext_err(0x17)
#define kOSKextReturnInUse			libkern_kext_err(0x18)
#define kOSKextReturnTimeout			libkern_kext_err(0x19)
#define kOSKextReturnStopping			libkern_kext_err(0x1a)
#define kOSKextReturnSystemPolicy		libkern_kext_err(0x1b)

typedef uint32_t		OSKextLoadTag;
#define kOSKextInvalidLoadTag	((OSKextLoadTag)(-1))

typedef uint32_t		OSKextRequestTag;
#define kOSKextRequestTagInvalid ((OSKextRequestTag)(-1))

#ifdef KERNEL
/*
 * The end of a request for a resource: its contents, or why there are none.
 * Ownership: the data is valid during the call
 * Context:   thread, may block
 * Locks:     none held
 */
typedef void (*OSKextRequestResourceCallback)(OSKextRequestTag requestTag,
    OSReturn result, const void *resourceData, uint32_t resourceDataLength,
    void *context);

__BEGIN_DECLS

/*
 * Asks for a kext to be loaded.
 * Returns:   kOSReturnSuccess when it is loaded, kOSKextReturnDeferred when
 *            it will be, kOSKextReturnNotFound, or another reason
 * Context:   thread, may block
 * Locks:     none held
 */
OSReturn OSKextLoadKextWithIdentifier(const char *kextIdentifier);

/*
 * Keeps a kext from being unloaded.
 * Returns:   kOSReturnSuccess, or kOSKextReturnNotFound
 * Ownership: ended with OSKextReleaseKextWithLoadTag()
 * Context:   thread
 */
OSReturn OSKextRetainKextWithLoadTag(OSKextLoadTag loadTag);

/*
 * Ends one OSKextRetainKextWithLoadTag().
 * Returns:   kOSReturnSuccess, or kOSKextReturnNotFound
 * Context:   thread
 */
OSReturn OSKextReleaseKextWithLoadTag(OSKextLoadTag loadTag);

/*
 * Asks for a file of a bundle. A kext here is one file without resources: no
 * request is accepted, and callback is never called.
 * Returns:   kOSKextReturnInvalidArgument without a name or a callback,
 *            kOSKextReturnNotFound for a kext that is not loaded,
 *            kOSKextReturnNoResources
 * Context:   thread
 */
OSReturn OSKextRequestResource(const char *kextIdentifier,
    const char *resourceName, OSKextRequestResourceCallback callback,
    void *context, OSKextRequestTag *requestTagOut);

/*
 * Takes a request back.
 * Returns:   kOSKextReturnNotFound: there is none
 * Context:   thread
 */
OSReturn OSKextCancelRequest(OSKextRequestTag requestTag, void **contextOut);

/*
 * The bundle identifier of the kext that calls; linked into the kext.
 * Returns:   the identifier
 * Context:   any
 */
const char *OSKextGetCurrentIdentifier(void);

/*
 * The version of the kext that calls; linked into the kext.
 * Returns:   the version
 * Context:   any
 */
const char *OSKextGetCurrentVersionString(void);

/*
 * The load tag of the kext that calls; linked into the kext.
 * Returns:   the tag
 * Context:   any
 */
OSKextLoadTag OSKextGetCurrentLoadTag(void);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_OSKEXTLIB_H_ */
