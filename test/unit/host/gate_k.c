/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate for tests that have no kexts: calls go through, nothing is
 * charged, busy counts are kept.
 */
#include "kernel/kext/gate.h"
#include "kernel/kext/trace.h"

#include <string.h>

struct gate *host_last_gate;	/* that was made */

void
gate_init(struct gate *g, enum gate_class class, const char *name,
    const void *some_fn)
{
	(void)some_fn;
	memset(g, 0, sizeof(*g));
	g->g_class = class;
	host_last_gate = g;
	g->g_name = name;
}

void
gate_fini(struct gate *g)
{
	g->g_name = NULL;
}

void
gate_enter(struct gate_frame *gf, struct gate *g, const void *fn, uint32_t id)
{
	(void)fn;
	(void)id;
	gf->gf_gate = g;
	g->g_busy++;
}

void
gate_leave(struct gate_frame *gf, int verdict)
{
	(void)verdict;
	gf->gf_gate->g_busy--;
}

void
gate_count_inject(void)
{
}

struct kext *
gate_current_kext(void)
{
	return NULL;
}

struct kext *
kext_charge(enum kext_res res, long n)
{
	(void)res;
	(void)n;
	return NULL;
}

void
kext_uncharge(struct kext *k, enum kext_res res, long n)
{
	(void)k;
	(void)res;
	(void)n;
}

struct kext_site *
kext_site_charge(size_t bytes)
{
	(void)bytes;
	return NULL;
}

void
kext_site_uncharge(struct kext_site *site, size_t bytes)
{
	(void)site;
	(void)bytes;
}

void
gate_set_revoke(struct gate *g, void (*fn)(struct gate *))
{
	g->g_revoke = fn;
}

void
gate_set_revoke_again(struct gate *g, void (*fn)(struct gate *))
{
	g->g_revoke = fn;
}

struct kext *
kext_charge_to(struct kext *k, enum kext_res res, long n)
{
	(void)res;
	(void)n;
	return k;
}

bool
gate_inside(const struct gate *g)
{
	(void)g;
	return false;
}

bool trace_on;

void
trace_point(const char *name, uint32_t id, int verdict)
{
	(void)name;
	(void)id;
	(void)verdict;
}
