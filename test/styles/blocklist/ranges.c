/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sorted table of address ranges, out of lines "10.0.0.0-10.0.0.255".
 */
#include <sys/param.h>
#include <sys/systm.h>
#include <sys/malloc.h>
#include <libkern/libkern.h>
#include <libkern/OSTypes.h>
#include <netinet/in.h>
#include "ranges.h"

static u_int32_t parse_address(s)
	char *s;
{
	struct in_addr a;

	if (inet_aton(s, &a) == 0)
		return 0;
	return ntohl(a.s_addr);
}

table_t *
table_parse(char *text)
{
	u_int32_t n = 1, i, j;
	char *line, *dash, *s;
	table_t *t;
	range_t r;

	for (s = text; *s; s++)
		n += *s == ',' || *s == '\n';
	MALLOC(t, table_t *, TABLE_SIZE(n), M_TEMP, M_WAITOK | M_ZERO);
	if (t == NULL)
		return NULL;
	while ((line = strsep(&text, ",\n")) != NULL) {
		dash = strchr(line, '-');
		if (dash == NULL)
			continue;
		*dash++ = 0;
		r.first = parse_address(line);
		r.last = parse_address(dash);
		if (r.first == 0 || r.last < r.first)
			continue;
		for (i = 0; i < t->count && t->r[i].first < r.first; i++)
			;
		for (j = t->count; j > i; j--)
			t->r[j] = t->r[j - 1];
		t->r[i] = r;
		t->count++;
	}
	return t;
}

int
table_has(const table_t *t, u_int32_t address)
{
	int lo = 0, hi = (int)t->count - 1;

	while (lo <= hi) {
		int mid = (lo + hi) / 2;

		if (address < t->r[mid].first)
			hi = mid - 1;
		else if (address > t->r[mid].last)
			lo = mid + 1;
		else
			return 1;
	}
	return 0;
}
