/* SPDX-License-Identifier: BSD-2-Clause */
/* Weak stand-ins while the parts arrive; removed when they have. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include "kernel/init.h"
#include "kernel/trap.h"
#include "arch/x86_64/cpu.h"
#include "kernel/console/console_impl.h"
#include "kernel/lib/fmt.h"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#define W __attribute__((weak))
W void *memcpy(void *d, const void *s, size_t n) { void *r = d; __asm__ volatile("rep movsb" : "+D"(d), "+S"(s), "+c"(n) : : "memory"); return r; }
W void *memset(void *d, int c, size_t n) { void *r = d; __asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory"); return r; }
W int memcmp(const void *a, const void *b, size_t n) { const unsigned char *x = a, *y = b; for (; n > 0; n--, x++, y++) if (*x != *y) return *x - *y; return 0; }
W size_t strlen(const char *s) { size_t n = 0; while (s[n]) n++; return n; }
W int strcmp(const char *a, const char *b) { while (*a && *a == *b) a++, b++; return (unsigned char)*a - (unsigned char)*b; }
W int strncmp(const char *a, const char *b, size_t n) { for (; n > 0; n--, a++, b++) { if (*a != *b) return (unsigned char)*a - (unsigned char)*b; if (!*a) break; } return 0; }
W char *strchr(const char *s, int c) { for (; *s; s++) if (*s == (char)c) return (char *)(uintptr_t)s; return c == 0 ? (char *)(uintptr_t)s : NULL; }
W size_t strlcpy(char *d, const char *s, size_t n) { size_t i = 0; for (; s[i] && i + 1 < n; i++) d[i] = s[i]; if (n) d[i] = 0; return strlen(s); }
W int vfmt(void (*put)(void *, char), void *arg, const char *f, va_list ap)
{
	int n = 0;
	for (; *f; f++) {
		char b[32]; int i = 0, l = 0, w = 0, z = 0, alt = 0; unsigned long long v;
		if (*f != '%') { put(arg, *f); n++; continue; }
		f++;
		for (;; f++) { if (*f == '#') alt = 1; else if (*f == '0') z = 1; else if (*f == '-' ) ; else break; }
		while (*f >= '0' && *f <= '9') w = w * 10 + *f++ - '0';
		while (*f == 'l' || *f == 'z') l = 1, f++;
		switch (*f) {
		case 's': { const char *s = va_arg(ap, const char *); for (; s && *s; s++) put(arg, *s); continue; }
		case 'c': put(arg, (char)va_arg(ap, int)); continue;
		case 'd': { long long d = l ? va_arg(ap, long long) : va_arg(ap, int); if (d < 0) { put(arg, '-'); d = -d; } v = d; goto dec; }
		case 'u': v = l ? va_arg(ap, unsigned long long) : va_arg(ap, unsigned);
		dec: do b[i++] = "0123456789"[v % 10]; while (v /= 10); break;
		case 'p': alt = 1; l = 1; /* FALLTHROUGH */
		case 'x': v = l ? va_arg(ap, unsigned long long) : va_arg(ap, unsigned);
			if (alt) { put(arg, '0'); put(arg, 'x'); w -= 2; }
			do b[i++] = "0123456789abcdef"[v & 15]; while (v >>= 4); break;
		default: put(arg, *f); continue;
		}
		while (i < w && i < 31) b[i++] = z ? '0' : ' ';
		while (i > 0) put(arg, b[--i]), n++;
	}
	return n;
}
W void sched_preempt_check(void) { }
W void clock_interrupt(uint64_t now) { (void)now; }
W void boot_finished(void) { for (;;) arch_idle(); }
W void console_input_wakeup(void) { }
