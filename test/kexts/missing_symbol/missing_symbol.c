/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls functions that nothing exports.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t missing_symbol_start(kmod_info_t *ki, void *data);
extern kern_return_t missing_symbol_stop(kmod_info_t *ki, void *data);

extern int no_such_function(int n);
extern int nor_this_one(void);

kern_return_t
missing_symbol_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (no_such_function(1) + nor_this_one());
}

kern_return_t
missing_symbol_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
