/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forgets what it allocated: named at unload.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <sys/malloc.h>

extern kern_return_t leak_memory_start(kmod_info_t *ki, void *data);
extern kern_return_t leak_memory_stop(kmod_info_t *ki, void *data);

kern_return_t
leak_memory_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (_MALLOC(1234, M_TEMP, M_WAITOK) != NULL &&
	    _MALLOC(766, M_TEMP, M_WAITOK) != NULL ? KERN_SUCCESS :
	    KERN_FAILURE);
}

kern_return_t
leak_memory_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
