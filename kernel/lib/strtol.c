/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text to numbers, and the small number functions of <libkern/libkern.h>.
 *
 * One reader of unsigned magnitudes; the four types differ in the bound at
 * which the value sticks (long and quad_t are both 64 bits wide here).
 */
#include <libkern/libkern.h>
#include <limits.h>
#include <stdint.h>

static inline bool
is_blank(char c)
{
	return (c == ' ' || (c >= '\t' && c <= '\r'));
}

static inline int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	if (c >= 'a' && c <= 'z')
		return (c - 'a' + 10);
	if (c >= 'A' && c <= 'Z')
		return (c - 'A' + 10);
	return (INT_MAX);
}

/*
 * Reads sign and digits.  *neg tells the sign, *over that the magnitude
 * did not fit 64 bits; *endp is where reading stopped, s when there was no
 * number.
 */
static uint64_t
read_number(const char *s, char **endp, int base, bool *neg, bool *over)
{
	const char *p = s, *end = s;
	uint64_t v = 0;

	*neg = *over = false;
	while (is_blank(*p))
		p++;
	if (*p == '-' || *p == '+')
		*neg = *p++ == '-';
	/* A prefix counts only when a digit follows it. */
	if ((base == 0 || base == 16) && p[0] == '0' &&
	    (p[1] == 'x' || p[1] == 'X') && digit_of(p[2]) < 16) {
		p += 2;
		base = 16;
	} else if (base == 0) {
		base = *p == '0' ? 8 : 10;
	}
	if (base >= 2 && base <= 36) {
		for (; digit_of(*p) < base; end = ++p) {
			if (__builtin_mul_overflow(v, (uint64_t)base, &v) ||
			    __builtin_add_overflow(v, (uint64_t)digit_of(*p),
			    &v))
				*over = true;
		}
	}
	if (endp != NULL)
		*endp = (char *)(uintptr_t)end;
	return (v);
}

quad_t
strtoq(const char *s, char **endp, int base)
{
	bool neg, over;
	uint64_t v = read_number(s, endp, base, &neg, &over);

	if (over || v > (uint64_t)LLONG_MAX + neg)
		return (neg ? LLONG_MIN : LLONG_MAX);
	return ((quad_t)(neg ? -v : v));
}

u_quad_t
strtouq(const char *s, char **endp, int base)
{
	bool neg, over;
	uint64_t v = read_number(s, endp, base, &neg, &over);

	if (over)
		return (ULLONG_MAX);
	return (neg ? -v : v);
}

long
strtol(const char *s, char **endp, int base)
{
	return ((long)strtoq(s, endp, base));
}

u_long
strtoul(const char *s, char **endp, int base)
{
	return ((u_long)strtouq(s, endp, base));
}

int
atoi(const char *s)
{
	return ((int)strtol(s, NULL, 10));
}

char *
itoa(int num, char *str)
{
	snprintf(str, 12, "%d", num);
	return (str);
}

int
ffs(unsigned int mask)
{
	return (__builtin_ffs((int)mask));
}
