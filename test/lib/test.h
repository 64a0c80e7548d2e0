/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests in the kernel image.
 *
 *   TEST(mbuf, prepend_in_front)
 *   {
 *           EXPECT(mbuf_len(m) == 12);
 *   }
 *
 * Each runs in a thread, may block, and prints one line:
 *   PASS area.name | FAIL area.name | SKIP area.name: reason
 * A failed EXPECT prints where and what and the test goes on; REQUIRE ends
 * it.  `test [area]` in the shell and `test=area|all` on the kernel command
 * line run them; the last line is `N passed, N failed, N skipped`.
 */
#ifndef TEST_LIB_TEST_H
#define TEST_LIB_TEST_H

#include <stdbool.h>

#include "kernel/linker_set.h"
#include "kernel/sched/thread.h"

struct test_case {
	const char	*area, *name;
	void		(*fn)(void);
};

#define TEST(ar, nm)							\
	static void test_##ar##_##nm(void);				\
	static const struct test_case test_case_##ar##_##nm = {	\
		.area = #ar, .name = #nm, .fn = test_##ar##_##nm,	\
	};								\
	LINKER_SET_ADD(tests, const struct test_case,			\
	    &test_case_##ar##_##nm);					\
	static void test_##ar##_##nm(void)

#define EXPECT(cond)	test_expect((cond), __FILE__, __LINE__, #cond)

#define REQUIRE(cond)							\
	do {								\
		if (!test_expect((cond), __FILE__, __LINE__, #cond))	\
			return;						\
	} while (0)

#define SKIP(reason)							\
	do {								\
		test_skip(reason);					\
		return;							\
	} while (0)

/*
 * Waits for another thread to get there, as long as a busy host may take; the
 * condition's value.  Tests wait for what has happened, never for a time after
 * which it should have.
 */
#define WAIT_UNTIL(cond) __extension__ ({				\
		for (int w_ = 0; w_ < 30000 && !(cond); w_++)		\
			thread_sleep_ns(1000000);			\
		(bool)(cond);						\
	})

/* Whether t is blocked: in a sleep with this message, NULL for any. */
bool test_asleep(const struct thread *t, const char *wmesg);
/* The same of a process's first thread. */
bool test_proc_asleep(const struct proc *p, const char *wmesg);

bool test_expect(bool ok, const char *file, int line, const char *what);
void test_skip(const char *reason);

/* Runs one area, "area.name", or everything ("all"); returns the number of
 * failures, -1 when nothing matched. */
int test_run(const char *which);

#endif
