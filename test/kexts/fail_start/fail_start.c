/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Its start function fails, after it has cleaned up.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <libkern/OSMalloc.h>

extern kern_return_t fail_start_start(kmod_info_t *ki, void *data);
extern kern_return_t fail_start_stop(kmod_info_t *ki, void *data);

kern_return_t
fail_start_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	OSMallocTag tag = OSMalloc_Tagalloc("fail_start", OSMT_DEFAULT);
	void *p = OSMalloc(100, tag);

	if (p != NULL)
		OSFree(p, 100, tag);
	OSMalloc_Tagfree(tag);
	return (KERN_NO_SPACE);
}

kern_return_t
fail_start_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
