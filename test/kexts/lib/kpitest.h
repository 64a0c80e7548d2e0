/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour tests of the KPI, run inside a kext.
 *
 *	#include <kpitest.h>
 *
 *	KPI_TEST(mbuf_prepend)
 *	{
 *		KPI_REQUIRE(mbuf_gethdr(MBUF_WAITOK, MBUF_TYPE_DATA, &m) == 0);
 *		KPI_EXPECT(mbuf_prepend(&m, 14, MBUF_WAITOK) == 0);
 *		mbuf_freem(m);
 *	}
 *	KPI_TEST_AS(mbuf_prepend, no_room) { ... }
 *
 *	KPI_TEST_KEXT(org.unikext.test.kpi_mbuf, "1.0.0")
 *
 * KPI_TEST(f) is the behaviour test of the KPI function f; tools/check_kpi.py
 * counts f as covered.  KPI_TEST_AS(f, what) adds another case for f.
 * KPI_TEST_KEXT stands once in the kext: it defines kmod_info, with a start
 * function that runs every case in the order of the sources and prints
 *
 *	KPI PASS mbuf_prepend
 *	KPI FAIL mbuf_prepend.no_room: kpi_mbuf.c:21: the expression
 *	KPI DONE org.unikext.test.kpi_mbuf: 12 passed, 1 failed
 *
 * and a stop function that always lets go: what the cases leave behind is
 * then named by the kernel.  Cases register themselves through static
 * constructors, which run before the start function.  A failed KPI_EXPECT
 * goes on, a failed KPI_REQUIRE leaves the case.
 *
 * A case that needs a program prints "KPI RUN" and a command line, which the
 * test that loads the kext then types (test/lib/kpi.py).
 */
#ifndef _KPITEST_H_
#define _KPITEST_H_

#include <mach/mach_types.h>
#include <libkern/libkern.h>

struct kpi_test {
	const char		*function;
	const char		*what;		/* "" or ".case" */
	void			(*fn)(void);
	struct kpi_test		*next;
	int			 failures;
};

/* One list for all files of the kext. */
__attribute__((__weak__, __visibility__("hidden")))
struct kpi_test *kpi_first, **kpi_tail, *kpi_running;

static inline void
kpi_register(struct kpi_test *t)
{
	if (kpi_tail == NULL)
		kpi_tail = &kpi_first;
	*kpi_tail = t;
	kpi_tail = &t->next;
}

static inline void
kpi_fail(const char *file, int line, const char *expr)
{
	struct kpi_test *t = kpi_running;

	t->failures++;
	printf("KPI FAIL %s%s: %s:%d: %s\n", t->function, t->what, file, line,
	    expr);
}

/* Runs every case; returns the number of those that failed. */
static inline int
kpi_run(const char *kext)
{
	int passed = 0, failed = 0;

	for (kpi_running = kpi_first; kpi_running != NULL;
	    kpi_running = kpi_running->next) {
		kpi_running->fn();
		if (kpi_running->failures == 0) {
			printf("KPI PASS %s%s\n", kpi_running->function,
			    kpi_running->what);
			passed++;
		} else {
			failed++;
		}
	}
	printf("KPI DONE %s: %d passed, %d failed\n", kext, passed, failed);
	return (failed);
}

#define KPI_CASE_(ident, f, w)						\
static void kpi_fn_##ident(void);					\
static struct kpi_test kpi_test_##ident =				\
    { #f, w, kpi_fn_##ident, 0, 0 };					\
__attribute__((__constructor__)) static void				\
kpi_reg_##ident(void)							\
{									\
	kpi_register(&kpi_test_##ident);				\
}									\
static void								\
kpi_fn_##ident(void)

#define KPI_TEST(f)		KPI_CASE_(f, f, "")
#define KPI_TEST_AS(f, what)	KPI_CASE_(f##_##what, f, "." #what)

#define KPI_EXPECT(expr) do {						\
	if (!(expr))							\
		kpi_fail(__FILE_NAME__, __LINE__, #expr);		\
} while (0)

#define KPI_REQUIRE(expr) do {						\
	if (!(expr)) {							\
		kpi_fail(__FILE_NAME__, __LINE__, #expr);		\
		return;							\
	}								\
} while (0)

#define KPI_TEST_KEXT(identifier, vers)					\
static kern_return_t							\
kpitest_start(kmod_info_t *ki, void *data)				\
{									\
	(void)data;							\
	kpi_run(ki->name);						\
	return (KERN_SUCCESS);						\
}									\
static kern_return_t							\
kpitest_stop(kmod_info_t *ki, void *data)				\
{									\
	(void)ki;							\
	(void)data;							\
	return (KERN_SUCCESS);						\
}									\
KMOD_EXPLICIT_DECL(identifier, vers, kpitest_start, kpitest_stop)

#endif /* _KPITEST_H_ */
