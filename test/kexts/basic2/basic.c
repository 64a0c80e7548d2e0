/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library org.unikext.test.basic in a later version.
 */
#include <mach/mach_types.h>
#include <mach/kmod.h>
#include <sys/systm.h>

extern kern_return_t basic_start(kmod_info_t *ki, void *data);
extern kern_return_t basic_stop(kmod_info_t *ki, void *data);
extern int basic_add(int n);

int basic_counter = 40;
static int basic_zero[512];
static const char *const basic_names[] = { "zero", "one", "two" };
static int (*basic_op)(int) = basic_add;
static int hidden_helper(int n);

KMOD_EXPLICIT_DECL(org.unikext.test.basic, "1.2.4", basic_start, basic_stop)

static int
hidden_helper(int n)
{
	basic_zero[n & 511]++;
	return (basic_zero[n & 511]);
}

int
basic_add(int n)
{
	basic_counter += n;
	return (basic_counter);
}

kern_return_t
basic_start(kmod_info_t *ki, void *data)
{
	char buf[32];

	(void)data;
	if (basic_op(2) != 42 || hidden_helper(7) != 1)
		return (KERN_FAILURE);
	snprintf(buf, sizeof(buf), "%s", basic_names[ki->id % 3]);
	if (buf[0] == '\0' || ki->start != basic_start)
		return (KERN_FAILURE);
	return (KERN_SUCCESS);
}

kern_return_t
basic_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
