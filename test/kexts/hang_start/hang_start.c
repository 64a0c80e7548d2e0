/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Its start function does not return before hang_go is set, which the test
 * does from outside.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <kern/thread.h>
#include <sys/param.h>
#include <sys/proc.h>

extern kern_return_t hang_start_start(kmod_info_t *ki, void *data);
extern kern_return_t hang_start_stop(kmod_info_t *ki, void *data);

volatile int hang_go;

kern_return_t
hang_start_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	while (!hang_go) {
		struct timespec ts = { 0, 20000000 };

		(void)msleep((void *)&hang_go, NULL, PZERO, "hang", &ts);
	}
	return (KERN_SUCCESS);
}

kern_return_t
hang_start_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
