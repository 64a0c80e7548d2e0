/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kext declared with KMOD_DECL: the macro names the start and stop
 * functions, which the source defines.
 */
#include <string.h>

#include <kpitest.h>

KMOD_DECL(kpi_decl, "1.0.0")

KPI_TEST(KMOD_DECL)
{
	KPI_EXPECT(strcmp(kmod_info.name, "kpi_decl") == 0);
	KPI_EXPECT(kmod_info.start == kpi_decl_module_start);
	KPI_EXPECT(kmod_info.stop == kpi_decl_module_stop);
}

static kern_return_t
kpi_decl_module_start(kmod_info_t *ki, void *data)
{
	(void)data;
	kpi_run(ki->name);
	return (KMOD_RETURN_SUCCESS);
}

static kern_return_t
kpi_decl_module_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	return (KMOD_RETURN_SUCCESS);
}
