/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Its stop says success while a thread of it is still running; the thread
 * ends when the test sets stuck_go.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <kern/thread.h>
#include <sys/param.h>
#include <sys/proc.h>

extern kern_return_t stuck_thread_start(kmod_info_t *ki, void *data);
extern kern_return_t stuck_thread_stop(kmod_info_t *ki, void *data);

volatile int stuck_go;
static void stuck_main(void *arg, wait_result_t wr);

static void
stuck_main(void *arg, wait_result_t wr)
{
	struct timespec ts = { 0, 20000000 };

	(void)arg;
	(void)wr;
	while (!stuck_go)
		(void)msleep((void *)&stuck_go, NULL, PZERO, "stuck", &ts);
	thread_terminate(current_thread());
}

kern_return_t
stuck_thread_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	thread_t td;

	if (kernel_thread_start(stuck_main, NULL, &td) != KERN_SUCCESS)
		return (KERN_FAILURE);
	thread_deallocate(td);
	return (KERN_SUCCESS);
}

kern_return_t
stuck_thread_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
