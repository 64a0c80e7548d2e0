/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory, environment, sorting and getopt of programs.  See ulib.h for who
 * owns what.
 */
#include "kernel/program/ulib.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct ulib_block *
block(void *p)
{
	return (struct ulib_block *)((char *)p - sizeof(struct ulib_block));
}

_Static_assert(sizeof(struct ulib_block) % 16 == 0, "malloc aligns to 16");

void *
malloc(size_t n)
{
	struct ulib *u = ulib();
	struct ulib_block *b;

	if (n > SIZE_MAX / 2 ||
	    (b = ulib_kalloc(sizeof(*b) + n)) == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	b->b_size = n;
	ulib_lock(u);
	LIST_INSERT_HEAD(&u->u_blocks, b, b_link);
	ulib_unlock(u);
	return b + 1;
}

void
free(void *p)
{
	struct ulib *u;

	if (p == NULL)
		return;
	u = ulib();
	ulib_lock(u);
	LIST_REMOVE(block(p), b_link);
	ulib_unlock(u);
	ulib_kfree(block(p));
}

void *
calloc(size_t n, size_t size)
{
	void *p;

	if (size != 0 && n > SIZE_MAX / 2 / size) {
		errno = ENOMEM;
		return NULL;
	}
	p = malloc(n * size);
	return p == NULL ? NULL : memset(p, 0, n * size);
}

void *
realloc(void *p, size_t n)
{
	void *q;

	if (p == NULL)
		return malloc(n);
	if ((q = malloc(n)) == NULL)
		return NULL;
	memcpy(q, p, block(p)->b_size < n ? block(p)->b_size : n);
	free(p);
	return q;
}

static void
env_free(struct env *e)
{
	ulib_kfree(e->e_name);
	ulib_kfree(e->e_value);
	ulib_kfree(e);
}

static char *
kcopy(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = ulib_kalloc(n);

	return p == NULL ? NULL : memcpy(p, s, n);
}

static struct env *
env_find(struct ulib *u, const char *name)
{
	struct env *e;

	LIST_FOREACH(e, &u->u_env, e_link)
		if (strcmp(e->e_name, name) == 0)
			return e;
	return NULL;
}

static int
env_set(struct ulib *u, const char *name, const char *value)
{
	struct env *e = ulib_kalloc(sizeof(*e)), *old;

	if (e == NULL)
		return ENOMEM;
	e->e_name = kcopy(name);
	e->e_value = kcopy(value);
	if (e->e_name == NULL || e->e_value == NULL) {
		env_free(e);
		return ENOMEM;
	}
	ulib_lock(u);
	old = env_find(u, name);
	if (old != NULL)
		LIST_REMOVE(old, e_link);
	LIST_INSERT_HEAD(&u->u_env, e, e_link);
	ulib_unlock(u);
	if (old != NULL)
		env_free(old);
	return 0;
}

char *
getenv(const char *name)
{
	struct env *e = env_find(ulib(), name);

	return e == NULL ? NULL : e->e_value;
}

int
setenv(const char *name, const char *value, int overwrite)
{
	int error = EINVAL;

	if (name[0] != '\0' && strchr(name, '=') == NULL) {
		if (!overwrite && getenv(name) != NULL)
			return 0;
		error = env_set(ulib(), name, value);
	}
	if (error == 0)
		return 0;
	errno = error;
	return -1;
}

int
unsetenv(const char *name)
{
	struct ulib *u = ulib();
	struct env *e;

	ulib_lock(u);
	e = env_find(u, name);
	if (e != NULL)
		LIST_REMOVE(e, e_link);
	ulib_unlock(u);
	if (e != NULL)
		env_free(e);
	return 0;
}

int
ulib_copy_env(struct ulib *to, struct ulib *from)
{
	struct env *e;
	int error = 0;

	LIST_FOREACH(e, &from->u_env, e_link) {
		error = env_set(to, e->e_name, e->e_value);
		if (error != 0)
			break;
	}
	return error;
}

void
ulib_release(struct ulib *u)
{
	struct ulib_block *b;
	struct env *e;

	while ((b = LIST_FIRST(&u->u_blocks)) != NULL) {
		LIST_REMOVE(b, b_link);
		ulib_kfree(b);
	}
	while ((e = LIST_FIRST(&u->u_env)) != NULL) {
		LIST_REMOVE(e, e_link);
		env_free(e);
	}
}

int
atoi(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

void
abort(void)
{
	fprintf(stderr, "abort\n");
	exit(128 + 6);
}

/* Heap sort: no recursion, no memory, no bad case. */
static void
sift(char *base, size_t at, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	size_t child, i;
	char t;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n &&
		    cmp(base + child * size, base + (child + 1) * size) < 0)
			child++;
		if (cmp(base + at * size, base + child * size) >= 0)
			return;
		for (i = 0; i < size; i++) {
			t = base[at * size + i];
			base[at * size + i] = base[child * size + i];
			base[child * size + i] = t;
		}
		at = child;
	}
}

void
qsort(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	char *b = base, t;
	size_t i, k;

	for (i = n / 2; i-- > 0;)
		sift(b, i, n, size, cmp);
	for (i = n; i-- > 1;) {
		for (k = 0; k < size; k++) {
			t = b[k];
			b[k] = b[i * size + k];
			b[i * size + k] = t;
		}
		sift(b, 0, i, size, cmp);
	}
}

struct __getopt *
__getopt_state(void)
{
	return &ulib()->u_getopt;
}

int
getopt(int argc, char *const argv[], const char *opts)
{
	struct __getopt *g = __getopt_state();
	const char *o;

	if (g->place == NULL || *g->place == '\0') {
		if (g->ind >= argc || argv[g->ind][0] != '-' ||
		    argv[g->ind][1] == '\0')
			return -1;
		g->place = argv[g->ind] + 1;
		if (strcmp(argv[g->ind], "--") == 0) {
			g->ind++;
			g->place = NULL;
			return -1;
		}
	}
	g->opt = *g->place++;
	o = g->opt == ':' ? NULL : strchr(opts, g->opt);
	if (*g->place == '\0')
		g->ind++;
	if (o == NULL) {
		if (g->err)
			fprintf(stderr, g->opt == '-' ?
			    "%s: unknown option %s\n" :
			    "%s: unknown option -%.1s\n", argv[0],
			    g->place - 1 - (g->opt == '-'));
		return '?';
	}
	if (o[1] != ':')
		return g->opt;
	if (*g->place != '\0') {
		g->arg = g->place;
		g->ind++;
	} else if (g->ind < argc) {
		g->arg = argv[g->ind++];
	} else {
		if (g->err)
			fprintf(stderr, "%s: option -%c needs a value\n",
			    argv[0], g->opt);
		return '?';
	}
	g->place = NULL;
	return g->opt;
}

time_t
time(time_t *t)
{
	struct timeval tv;

	gettimeofday(&tv, NULL);
	if (t != NULL)
		*t = tv.tv_sec;
	return tv.tv_sec;
}

/* Days to a date: the 400-year cycle, with years that start in March. */
struct tm *
gmtime_r(const time_t *t, struct tm *tm)
{
	long days = *t / 86400, secs = *t % 86400, era, doe, yoe, doy, mp;

	if (secs < 0) {
		secs += 86400;
		days--;
	}
	tm->tm_hour = (int)(secs / 3600);
	tm->tm_min = (int)(secs / 60 % 60);
	tm->tm_sec = (int)(secs % 60);
	tm->tm_wday = (int)(((days + 4) % 7 + 7) % 7);
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	tm->tm_mday = (int)(doy - (153 * mp + 2) / 5 + 1);
	tm->tm_mon = (int)(mp < 10 ? mp + 2 : mp - 10);
	tm->tm_year = (int)(yoe + era * 400 - 1900 + (tm->tm_mon <= 1));
	tm->tm_yday = (int)(doy >= 306 ? doy - 306
			: doy + 59 + (((tm->tm_year + 1900) % 4 == 0 &&
			    (tm->tm_year + 1900) % 100 != 0) ||
			    (tm->tm_year + 1900) % 400 == 0));
	return tm;
}

/* The same cycle the other way; years start in March. */
time_t
timegm(const struct tm *tm)
{
	long y = tm->tm_year + 1900L - (tm->tm_mon <= 1), era, yoe, doy;

	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (tm->tm_mon + (tm->tm_mon > 1 ? -2 : 10)) + 2) / 5 +
	    tm->tm_mday - 1;
	return (era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy -
	    719468) * 86400 + tm->tm_hour * 3600L + tm->tm_min * 60L +
	    tm->tm_sec;
}

char *
asctime_r(const struct tm *tm, char *buf)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	snprintf(buf, 26, "%.3s %.3s %2d %02d:%02d:%02d %4d\n",
	    days + 3 * tm->tm_wday, months + 3 * tm->tm_mon, tm->tm_mday,
	    tm->tm_hour, tm->tm_min, tm->tm_sec, tm->tm_year + 1900);
	return buf;
}
