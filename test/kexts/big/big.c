/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A large image: 6 MB of zeros, 64 KB of data, many symbols.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>

extern kern_return_t big_start(kmod_info_t *ki, void *data);
extern kern_return_t big_stop(kmod_info_t *ki, void *data);

#define V1(n)	int big_variable_##n = 1;
#define V4(n)	V1(n##0) V1(n##1) V1(n##2) V1(n##3)
#define V16(n)	V4(n##0) V4(n##1) V4(n##2) V4(n##3)
#define V64(n)	V16(n##0) V16(n##1) V16(n##2) V16(n##3)
V64(1) V64(2) V64(3) V64(4)

#define BIG_INTS	(1 << 14)
static char big_zeros[6 << 20];
static int big_ints[BIG_INTS] = { 1, 2, 3, [BIG_INTS - 1] = 77 };

kern_return_t
big_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	big_zeros[sizeof(big_zeros) - 1]++;
	return (big_ints[BIG_INTS - 1] == 77 && big_zeros[12345] == 0 &&
	    big_variable_1000 + big_variable_4333 == 2 ?
	    KERN_SUCCESS : KERN_FAILURE);
}

kern_return_t
big_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}
