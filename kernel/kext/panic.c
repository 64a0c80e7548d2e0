/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a panic wants to know about kexts: names for addresses in their code,
 * the kext and callback the thread was in, and which were loaded.  Nothing
 * here takes a lock that could be held, but the address lock, which is never
 * held across a fault.
 */
#include <libkern/libkern.h>
#include <kern/thread.h>

#include "kernel/initcall.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/panic.h"

static bool
panic_kext_symbol(uintptr_t addr, const char **name, size_t *off,
    const char **module)
{
	static char text[96];	/* a name with its line; used at once */
	struct kext *k = kext_by_addr((const void *)addr);
	const char *file;
	unsigned line;

	if (k == NULL)
		return (false);
	*module = k->k_id;
	if (!kext_symbols_lookup(k, addr, name, off)) {
		*name = "?";
		*off = addr - k->k_base;
	} else if (panicking() && kext_symbols_line(k, addr, &file, &line)) {
		snprintf(text, sizeof(text), "%.40s(%.32s:%u)", *name, file,
		    line);
		*name = text;
	}
	return (true);
}

static const char *
panic_kext_current(void)
{
	struct gate_frame *gf;

	for (gf = gate_top(current_thread()); gf != NULL; gf = gf->gf_prev)
		if (gf->gf_kext != NULL)
			return (gf->gf_kext->k_id);
	return (NULL);
}

static void
panic_describe(void)
{
	struct gate_frame *gf;
	const char *name, *module;
	struct kext *k;
	size_t off;

	for (gf = gate_top(current_thread()); gf != NULL; gf = gf->gf_prev) {
		if (!ksym_lookup((uintptr_t)gf->gf_fn, &name, &off, &module))
			name = "?";
		printf("in %s '%s', callback %s, of %s\n",
		    gate_class_name(gf->gf_gate->g_class),
		    gf->gf_gate->g_name != NULL ? gf->gf_gate->g_name : "",
		    name, gf->gf_kext != NULL ? gf->gf_kext->k_id :
		    "the kernel");
	}
	TAILQ_FOREACH(k, &kext_all, k_link)
		if (k->k_base != 0)
			printf("kext %s %s at %#lx, %lu bytes, %s\n", k->k_id,
			    k->k_version, (u_long)k->k_base,
			    (u_long)k->k_size, kext_state_name(k->k_state));
}

static void
panic_kext_init(void)
{
	static const struct panic_hooks hooks = {
		.kext_symbol = panic_kext_symbol,
		.kext_current = panic_kext_current,
		.describe = panic_describe
	};

	panic_set_hooks(&hooks);
}
INITCALL(INIT_LATE, panic_kext_init);
