/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Behaviour of what stops the system.  The kernel command line says which of
 * them the start function calls: kpi_panic=panic, kpi_panic=assert; without
 * it nothing happens.  test/qemu/test_kpi.py judges from outside.
 */
#define MACH_ASSERT 1

#include <kern/assert.h>
#include <kern/debug.h>
#include <pexpert/pexpert.h>
#include <string.h>

#include <kpitest.h>

static char which[16];

/* The report of the panic that follows has it. */
KPI_TEST(populate_model_name)
{
	char model[] = "Kpi1,2";

	populate_model_name(model);
	model[0] = '\0';
	KPI_EXPECT(1);
}

KPI_TEST(panic)
{
	if (strcmp(which, "panic") == 0)
		panic("kpi_panic says %d", 42);
	KPI_EXPECT(1);
}

KPI_TEST(Assert)
{
	if (strcmp(which, "call") == 0)
		Assert("some_file.c", 77, "some condition");
	KPI_EXPECT(1);
}

KPI_TEST(assert)
{
	int two = 2;

	assert(two == 2);
	if (strcmp(which, "assert") == 0)
		assert(two == 3);
	KPI_EXPECT(1);
}

static kern_return_t
kpi_panic_start(kmod_info_t *ki, void *data)
{
	(void)data;
	(void)PE_parse_boot_argn("kpi_panic", which, sizeof(which));
	kpi_run(ki->name);
	return (KERN_SUCCESS);
}

static kern_return_t
kpi_panic_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KERN_SUCCESS);
}

KMOD_EXPLICIT_DECL(org.unikext.test.kpi_panic, "1.0.0", kpi_panic_start,
    kpi_panic_stop)
