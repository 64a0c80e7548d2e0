/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/assert.h>: assertions; active when MACH_ASSERT is set and not zero.
 */
#ifndef _KERN_ASSERT_H_
#define _KERN_ASSERT_H_

#include <sys/cdefs.h>
#include <mach/boolean.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Panics with the place and text of an assertion; what assert() calls.
 * Context:   any
 */
void Assert(const char *file, int line, const char *expression);

__END_DECLS
#endif /* KERNEL */

#ifndef assert
#if defined(MACH_ASSERT) && MACH_ASSERT
#define assert(ex)		((ex) ? (void)0 : Assert(__FILE__, __LINE__, #ex))
#else
#define assert(ex)		((void)0)
#endif
#endif

/* static_assert(condition) and static_assert(condition, "text"). */
#if !defined(__cplusplus) && !defined(static_assert)
#define __KPI_STATIC_ASSERT(cond, text, ...)	_Static_assert(cond, text)
#define static_assert(...)	__KPI_STATIC_ASSERT(__VA_ARGS__, "assertion", 0)
#endif

#endif /* _KERN_ASSERT_H_ */
