/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What compiled C++ expects of its surroundings beside the kernel's operators
 * new and delete: the registration of destructors of static objects.
 */
#define HIDDEN		__attribute__((visibility("hidden")))
#define CXX_EXITS_MAX	128

struct cxx_exit {
	void	(*fn)(void *);
	void	*arg;
};

static struct cxx_exit cxx_exits[CXX_EXITS_MAX];
static unsigned cxx_nexits;

HIDDEN void *__dso_handle;
HIDDEN int __cxa_atexit(void (*fn)(void *), void *arg, void *dso);
HIDDEN int atexit(void (*fn)(void));

int
__cxa_atexit(void (*fn)(void *), void *arg, void *dso)
{
	(void)dso;
	if (cxx_nexits == CXX_EXITS_MAX)
		return (-1);
	cxx_exits[cxx_nexits].fn = fn;
	cxx_exits[cxx_nexits++].arg = arg;
	return (0);
}

int
atexit(void (*fn)(void))
{
	return (__cxa_atexit((void (*)(void *))fn, 0, 0));
}

/* Last in .fini_array and thus first when destructors run, backwards. */
__attribute__((destructor)) static void
cxx_run_exits(void)
{
	while (cxx_nexits > 0) {
		cxx_nexits--;
		cxx_exits[cxx_nexits].fn(cxx_exits[cxx_nexits].arg);
	}
}
