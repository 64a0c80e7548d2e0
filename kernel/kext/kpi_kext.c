/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/OSKextLib.h>: loading by identifier and keeping kexts loaded.
 * The OSKextGetCurrent functions are in the start library of every kext.
 */
#include <libkern/OSKextLib.h>
#include <string.h>

#include "kernel/kext/registry_internal.h"

OSReturn
OSKextLoadKextWithIdentifier(const char *kextIdentifier)
{
	struct kext_result res;
	struct kext_pool *kp;
	struct kext *k;
	bool running;

	if (kextIdentifier == NULL || kextIdentifier[0] == '\0' ||
	    strlen(kextIdentifier) >= KEXT_NAME_MAX)
		return (kOSKextReturnInvalidArgument);
	lck_mtx_lock(&kext_lock);
	k = kext_find(kextIdentifier);
	running = k != NULL && k->k_state == KEXT_RUNNING;
	lck_mtx_unlock(&kext_lock);
	if (running)
		return (kOSReturnSuccess);
	kp = kext_pool_create(NULL);
	if (kp == NULL)
		return (kOSKextReturnNoMemory);
	return (kext_load_async(kp, kextIdentifier, &res));
}

OSReturn
OSKextRetainKextWithLoadTag(OSKextLoadTag loadTag)
{
	OSReturn r = kOSReturnSuccess;
	struct kext *k;

	if (loadTag == kOSKextInvalidLoadTag)
		return (kOSKextReturnInvalidArgument);
	lck_mtx_lock(&kext_lock);
	k = kext_find_tag(loadTag);
	if (k == NULL || k->k_state == KEXT_ZOMBIE)
		r = kOSKextReturnNotFound;
	else if (k->k_state == KEXT_STOPPING)
		r = kOSKextReturnStopping;
	else
		k->k_retains++;
	lck_mtx_unlock(&kext_lock);
	return (r);
}

OSReturn
OSKextReleaseKextWithLoadTag(OSKextLoadTag loadTag)
{
	OSReturn r = kOSReturnSuccess;
	struct kext *k;

	if (loadTag == kOSKextInvalidLoadTag)
		return (kOSKextReturnInvalidArgument);
	lck_mtx_lock(&kext_lock);
	k = kext_find_tag(loadTag);
	if (k == NULL)
		r = kOSKextReturnNotFound;
	else if (k->k_retains == 0)
		r = kOSKextReturnInvalidArgument;
	else
		k->k_retains--;
	lck_mtx_unlock(&kext_lock);
	return (r);
}

OSReturn
OSKextRequestResource(const char *kextIdentifier, const char *resourceName,
    OSKextRequestResourceCallback callback, void *context,
    OSKextRequestTag *requestTagOut)
{
	bool known;

	(void)context;
	if (requestTagOut != NULL)
		*requestTagOut = kOSKextRequestTagInvalid;
	if (kextIdentifier == NULL || resourceName == NULL || callback == NULL)
		return (kOSKextReturnInvalidArgument);
	lck_mtx_lock(&kext_lock);
	known = kext_find(kextIdentifier) != NULL;
	lck_mtx_unlock(&kext_lock);
	return (known ? kOSKextReturnNoResources : kOSKextReturnNotFound);
}

OSReturn
OSKextCancelRequest(OSKextRequestTag requestTag, void **contextOut)
{
	(void)requestTag;
	if (contextOut != NULL)
		*contextOut = NULL;
	return (kOSKextReturnNotFound);
}
