/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Host unit tests: a named function per case, checks that go on.
 *
 *	UNIT_TEST(queue_is_fifo)
 *	{
 *		CHECK(queue_len(&q) == 0);
 *		REQUIRE((m = queue_get(&q)) != NULL);
 *		CHECK_EQ(m->len, 12);
 *	}
 *
 * The program runs its cases in the order of the source, or those whose
 * names contain one of its arguments; it prints `PASS name' or `FAIL name'
 * for each and `N passed, N failed' at the end, and its status is 0 when
 * nothing failed.  A failed CHECK prints its place and the case goes on; a
 * failed REQUIRE leaves the function it stands in.  UNIT_SEED in the
 * environment sets the seed of unit_random().
 *
 * The header needs no other: it serves sources compiled as the kernel is
 * as well as sources compiled against the host's C library.
 */
#ifndef _TEST_UNIT_UNIT_H_
#define _TEST_UNIT_UNIT_H_

struct unit_test {
	const char		*name;
	void			(*fn)(void);
	struct unit_test	*next;
};

/* Adds a case; UNIT_TEST does it before main. */
void unit_register(struct unit_test *t);

/* Counts and prints a failed check of the running case. */
void unit_fail(const char *file, int line, const char *what);

/* Like unit_fail, with the two values that should have been equal. */
void unit_fail_eq(const char *file, int line, const char *what,
    long long a, long long b);

/* A note to the output, in printf's formats. */
void unit_note(const char *fmt, ...)
    __attribute__((__format__(__printf__, 1, 2)));

/* 32 reproducible random bits. */
unsigned int unit_random(void);

/* The build defines the bare name to say that this is a unit test. */
#undef UNIT_TEST
#define UNIT_TEST(tname)						\
static void unit_fn_##tname(void);					\
static struct unit_test unit_test_##tname =				\
    { #tname, unit_fn_##tname, 0 };					\
__attribute__((__constructor__)) static void				\
unit_reg_##tname(void)							\
{									\
	unit_register(&unit_test_##tname);				\
}									\
static void								\
unit_fn_##tname(void)

#define CHECK(cond) do {						\
	if (!(cond))							\
		unit_fail(__FILE__, __LINE__, #cond);			\
} while (0)

#define CHECK_EQ(a, b) do {						\
	long long unit_a = (long long)(a), unit_b = (long long)(b);	\
	if (unit_a != unit_b)						\
		unit_fail_eq(__FILE__, __LINE__, #a " == " #b,		\
		    unit_a, unit_b);					\
} while (0)

#define REQUIRE(cond) do {						\
	if (!(cond)) {							\
		unit_fail(__FILE__, __LINE__, #cond);			\
		return;							\
	}								\
} while (0)

#endif /* _TEST_UNIT_UNIT_H_ */
