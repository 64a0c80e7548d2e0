/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RANGES_H
#define RANGES_H
#ifdef KERNEL
#include <sys/kernel_types.h>
#else
#include <stdint.h>
#endif

typedef struct range {
	u_int32_t	first, last;		/* host order, both belong to it */
} range_t;

typedef struct table {
	volatile SInt32	users;
	u_int32_t	count;
	range_t		r[1];
} table_t;

#define TABLE_SIZE(n)	(offsetof(table_t, r) + (n) * sizeof(range_t))

table_t	*table_parse(char *text);
int	 table_has(const table_t *t, u_int32_t address);

#endif
