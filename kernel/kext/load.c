/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loading: from a file in a pool to a running kext.
 *
 *	a checked file out of the pool (image_check)
 *	take the identifier (LOADING)
 *	dependencies, each loaded first if need be
 *	memory, symbols, relocations, protection
 *	constructors and start function (STARTING), RUNNING
 *
 * A failure undoes the steps backwards; nothing is left of the kext, unless
 * its start function left hooks behind: then the code has to stay (STOPPED),
 * and the message says what holds it.
 */
#include <libkern/libkern.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/kext/image.h"
#include "kernel/kext/load.h"
#include "kernel/kext/pool.h"
#include "kernel/kext/registry_internal.h"
#include "kernel/mm/kmem.h"
#include "kernel/mm/kva.h"

/* The kexts that are being loaded for each other, outermost first. */
struct kext_chain {
	const struct kext_chain *kc_up;
	const char	*kc_id;
};

/* What symbols may come from. */
struct kext_scope {
	const struct kext_export_set *sc_sets[KEXT_DEPS_MAX + 1];
	unsigned	sc_nsets;
	struct kext	*sc_kext;
};

static OSReturn load_id(struct kext_pool *kp, const char *id,
    const struct kext_chain *up, struct kext_result *res);

/* --- symbols --------------------------------------------------------------------- */

static bool
scope_resolve(void *arg, const char *name, uintptr_t *value)
{
	const struct kext_scope *sc = arg;
	unsigned i;

	for (i = 0; i < sc->sc_nsets; i++)
		if (kext_set_lookup(sc->sc_sets[i], name, value))
			return (true);
	for (i = 0; i < sc->sc_kext->k_ndeps; i++)
		if (kext_symbols_export(sc->sc_kext->k_deps[i], name, value))
			return (true);
	return (false);
}

struct missing {
	const struct kext_scope *ms_scope;
	char		*ms_text;
	size_t		ms_size;
	unsigned	ms_n;
};

/* Says where a missing symbol could have come from. */
static void
scope_explain(void *arg, const char *name, bool weak)
{
	struct missing *ms = arg;
	const char *set;
	uintptr_t value;

	if (weak || scope_resolve((void *)ms->ms_scope, name, &value))
		return;
	if (ms->ms_n++ != 0)
		return;
	set = kext_set_of(name);
	if (set != NULL)
		snprintf(ms->ms_text, ms->ms_size, "undefined symbol '%.100s' "
		    "(in %s, which is not in OSBundleLibraries)", name, set);
	else
		snprintf(ms->ms_text, ms->ms_size, "undefined symbol '%.100s' "
		    "(nothing exports it)", name);
}

/* --- dependencies ---------------------------------------------------------------- */

static OSReturn
load_set(struct kext_scope *sc, const struct kext_export_set *es,
    const struct bundle_lib *bl, struct kext_result *res)
{
	uint64_t compat = kext_version_parse(es->es_compat);

	if (bl->bl_vers > kext_version_parse(KEXT_KPI_VERSION) ||
	    bl->bl_vers < compat)
		return (kext_result_set(res, kOSKextReturnDependencies,
		    "needs %s %s, this kernel has %s to %s", bl->bl_id,
		    bl->bl_version, es->es_compat, KEXT_KPI_VERSION));
	sc->sc_sets[sc->sc_nsets++] = es;
	return (kOSReturnSuccess);
}

static bool
chain_has(const struct kext_chain *kc, const char *id)
{
	for (; kc != NULL; kc = kc->kc_up)
		if (strcmp(kc->kc_id, id) == 0)
			return (true);
	return (false);
}

/* "a -> b -> a", for the message about a cycle. */
static void
chain_print(const struct kext_chain *kc, char *buf, size_t size)
{
	if (kc->kc_up != NULL)
		chain_print(kc->kc_up, buf, size);
	strlcat(buf, kc->kc_id, size);
	strlcat(buf, " -> ", size);
}

static OSReturn
load_cycle(const struct kext_chain *kc, const char *id,
    struct kext_result *res)
{
	char path[192] = "";

	chain_print(kc, path, sizeof(path));
	return (kext_result_set(res, kOSKextReturnDependencies,
	    "circular dependency: %s%s", path, id));
}

/* Counts k as a dependent of the library, if that fits. */
static OSReturn
load_bind(struct kext *k, const struct bundle_lib *bl,
    struct kext_result *res)
{
	struct kext *dep;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	dep = kext_find(bl->bl_id);
	if (dep == NULL || dep->k_state != KEXT_RUNNING)
		return (kext_result_set(res, kOSKextReturnDependencies,
		    "library %s is %s", bl->bl_id, dep == NULL ?
		    "not loaded" : kext_state_name(dep->k_state)));
	if (dep->k_cvers == 0)
		return (kext_result_set(res, kOSKextReturnDependencies,
		    "%s is no library: it has no OSBundleCompatibleVersion",
		    bl->bl_id));
	if (bl->bl_vers > dep->k_vers || bl->bl_vers < dep->k_cvers)
		return (kext_result_set(res, kOSKextReturnDependencies,
		    "needs %s %s, version %s does not serve it", bl->bl_id,
		    bl->bl_version, dep->k_version));
	k->k_deps[k->k_ndeps++] = dep;
	dep->k_dependents++;
	return (kOSReturnSuccess);
}

static OSReturn
load_library(struct kext *k, struct kext_pool *kp,
    const struct bundle_lib *bl, const struct kext_chain *chain,
    struct kext_result *res)
{
	OSReturn r;
	bool have;

	if (chain_has(chain, bl->bl_id))
		return (load_cycle(chain, bl->bl_id, res));
	lck_mtx_lock(&kext_lock);
	have = kext_find(bl->bl_id) != NULL;
	lck_mtx_unlock(&kext_lock);
	if (!have) {
		r = load_id(kp, bl->bl_id, chain, res);
		if (r != kOSReturnSuccess)
			return (r);
	}
	lck_mtx_lock(&kext_lock);
	r = load_bind(k, bl, res);
	lck_mtx_unlock(&kext_lock);
	return (r);
}

static OSReturn
load_libraries(struct kext *k, struct kext_pool *kp, const struct bundle *b,
    struct kext_scope *sc, const struct kext_chain *chain,
    struct kext_result *res)
{
	const struct kext_export_set *es;
	OSReturn r = kOSReturnSuccess;
	unsigned i;

	sc->sc_kext = k;
	sc->sc_sets[sc->sc_nsets++] = kext_set_find("");
	for (i = 0; r == kOSReturnSuccess && i < b->b_nlibs; i++) {
		es = kext_set_find(b->b_libs[i].bl_id);
		if (es != NULL)
			r = load_set(sc, es, &b->b_libs[i], res);
		else
			r = load_library(k, kp, &b->b_libs[i], chain, res);
	}
	return (r);
}

/* --- image ------------------------------------------------------------------------- */

static void
load_arrays(struct kext *k, const struct kext_image *im)
{
	const struct image_section *is;
	const char *name;
	unsigned i;

	for (i = 1; i < im->im_nsections; i++) {
		is = &im->im_sections[i];
		name = image_sectname(im, i);
		if (is->is_segment != IMAGE_DATA)
			continue;
		if (strcmp(name, ".init_array") == 0) {
			k->k_ctors = (void *)(k->k_base + is->is_offset);
			k->k_nctors = is->is_hdr.sh_size / 8;
		} else if (strcmp(name, ".fini_array") == 0) {
			k->k_dtors = (void *)(k->k_base + is->is_offset);
			k->k_ndtors = is->is_hdr.sh_size / 8;
		}
	}
}

static void
load_kmod_info(struct kext *k, const struct kext_image *im)
{
	kmod_info_t *ki = k->k_info;

	strlcpy(ki->name, k->k_id, sizeof(ki->name));
	strlcpy(ki->version, k->k_version, sizeof(ki->version));
	ki->info_version = KMOD_INFO_VERSION;
	ki->id = k->k_tag;
	ki->address = k->k_base;
	ki->size = im->im_size;
	ki->hdr_size = 0;
	ki->reference_count = 0;
	ki->reference_list = NULL;
}

static errno_t
load_protect(const struct kext_image *im, uint8_t *base)
{
	static const unsigned prot[IMAGE_SEGMENTS] = {
		[IMAGE_TEXT] = KVA_READ | KVA_EXEC,
		[IMAGE_RODATA] = KVA_READ,
		[IMAGE_DATA] = KVA_READ | KVA_WRITE
	};
	errno_t error = 0;
	unsigned i;

	for (i = 0; error == 0 && i < IMAGE_SEGMENTS; i++)
		if (im->im_segsize[i] != 0)
			error = kva_protect(base + im->im_segoff[i],
			    im->im_segsize[i], prot[i]);
	return (error);
}

errno_t
kext_load_image(struct kext *k, const struct kext_image *im,
    image_resolver resolve, void *arg, char *msg, size_t msgsize)
{
	const struct elf_sym *entry = &im->im_syms[im->im_entry];
	uint8_t *base;
	errno_t error;
	size_t off;

	base = kva_alloc(im->im_size, KVA_KEXT);
	if (base == NULL) {
		snprintf(msg, msgsize, "no memory for %lu bytes",
		    (u_long)im->im_size);
		return (ENOMEM);
	}
	error = image_link(im, (uintptr_t)base, base, resolve, arg, msg,
	    msgsize);
	if (error != 0)
		goto fail;
	k->k_syms = kext_symbols_make(im);
	if (k->k_syms == NULL) {
		strlcpy(msg, "no memory", msgsize);
		error = ENOMEM;
		goto fail;
	}
	k->k_size = im->im_size;
	k->k_textsize = im->im_segsize[IMAGE_TEXT];
	k->k_rosize = im->im_segsize[IMAGE_RODATA];
	kext_set_base(k, (uintptr_t)base);
	if (image_symoff(im, entry, &off)) {
		if (k->k_program)
			k->k_main = (int (*)(int, char **))(base + off);
		else
			k->k_info = (kmod_info_t *)(void *)(base + off);
	}
	if (k->k_info != NULL)
		load_kmod_info(k, im);
	load_arrays(k, im);
	error = load_protect(im, base);
	if (error == 0)
		return (0);
	strlcpy(msg, "its memory can not be protected", msgsize);
	kext_drop_image(k);
	return (error);
fail:
	kva_free(base);
	return (error);
}

void
kext_drop_image(struct kext *k)
{
	uintptr_t base = k->k_base;

	if (base == 0)
		return;
	kext_set_base(k, 0);
	kext_symbols_free(k->k_syms);
	k->k_syms = NULL;
	k->k_info = NULL;
	k->k_nctors = k->k_ndtors = 0;
	kva_free((void *)base);
}

/* --- start ------------------------------------------------------------------------- */

static OSReturn
load_start(struct kext *k, struct kext_result *res)
{
	char left[160];
	kern_return_t kr;
	OSReturn r;

	lck_mtx_lock(&kext_lock);
	kext_set_state(k, KEXT_STARTING);
	lck_mtx_unlock(&kext_lock);
	kr = kext_call_start(k);
	if (kr == KERN_SUCCESS) {
		lck_mtx_lock(&kext_lock);
		kext_set_state(k, KEXT_RUNNING);
		lck_mtx_unlock(&kext_lock);
		return (kOSReturnSuccess);
	}
	kext_call_dtors(k);
	r = kOSKextReturnStartStopError;
	if (!kext_wait_idle(k, 1000) && kext_holds(k, left, sizeof(left)))
		return (kext_result_set(res, r, "its start function failed "
		    "(%#x) and left %s: the code stays", kr, left));
	if (kext_leaks(k, left, sizeof(left)))
		return (kext_result_set(res, r, "its start function failed "
		    "(%#x) and leaks %s", kr, left));
	return (kext_result_set(res, r, "its start function failed (%#x)",
	    kr));
}

static void
load_undo(struct kext *k)
{
	char left[KEXT_MSG_MAX];
	unsigned i;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	if (kext_holds(k, left, sizeof(left))) {
		kext_set_state(k, KEXT_STOPPED);
		return;
	}
	for (i = 0; i < k->k_ndeps; i++)
		k->k_deps[i]->k_dependents--;
	k->k_ndeps = 0;
	kext_drop_image(k);
	kext_leave(k);
}

/* --- a whole load ------------------------------------------------------------------- */

/* Takes the identifier, or finds that somebody has it. */
static OSReturn
load_enter(const struct bundle *b, struct kext **out, struct kext_result *res)
{
	struct kext *k;
	OSReturn r = kOSReturnSuccess;

	lck_mtx_assert(&kext_lock, LCK_MTX_ASSERT_OWNED);
	*out = NULL;
	kext_reap();
	k = kext_find(b->b_id);
	if (k == NULL) {
		*out = kext_enter(b);
		if (*out == NULL)
			r = kext_result_set(res, kOSKextReturnNoMemory,
			    "no memory");
	} else if (k->k_vers != b->b_vers) {
		r = kext_result_set(res, kOSKextReturnLoadedVersionDiffers,
		    "version %s is loaded already", k->k_version);
	} else if (k->k_state != KEXT_RUNNING) {
		r = kext_result_set(res, kOSKextReturnInUse,
		    "it is there already, %s", kext_state_name(k->k_state));
	} else {
		res->kr_tag = k->k_tag;
		kext_result_set(res, r, "already loaded");
	}
	return (r);
}

static OSReturn
load_linked(struct kext *k, struct kext_pool *kp, const struct kext_image *im,
    const struct kext_chain *chain, struct kext_result *res)
{
	struct kext_scope sc = { .sc_nsets = 0 };
	struct missing ms = { .ms_scope = &sc };
	char msg[KEXT_MSG_MAX];
	errno_t error;
	OSReturn r;

	r = load_libraries(k, kp, &im->im_bundle, &sc, chain, res);
	if (r != kOSReturnSuccess)
		return (r);
	error = kext_load_image(k, im, scope_resolve, &sc, msg, sizeof(msg));
	if (error == ENOENT) {
		ms.ms_text = msg;
		ms.ms_size = sizeof(msg);
		image_undefined(im, scope_explain, &ms);
		if (ms.ms_n > 1)
			snprintf(msg + strlen(msg), sizeof(msg) - strlen(msg),
			    " and %u more", ms.ms_n - 1);
	}
	if (error != 0)
		return (kext_result_set(res, error == ENOMEM ?
		    kOSKextReturnNoMemory : kOSKextReturnLinkError, "%s",
		    msg));
	return (load_start(k, res));
}

static OSReturn
load_file(struct kext_pool *kp, struct kext_file *kf,
    const struct kext_chain *up, struct kext_result *res)
{
	const struct bundle *b = &kf->kf_image.im_bundle;
	struct kext_chain chain = { .kc_up = up, .kc_id = b->b_id };
	struct kext *k;
	OSReturn r;

	strlcpy(res->kr_id, b->b_id, sizeof(res->kr_id));
	if (b->b_program)
		return (kext_result_set(res, kOSKextReturnNotAKext,
		    "a program, not a kext"));
	lck_mtx_lock(&kext_lock);
	r = load_enter(b, &k, res);
	lck_mtx_unlock(&kext_lock);
	if (k == NULL)
		return (r);
	r = load_linked(k, kp, &kf->kf_image, &chain, res);
	lck_mtx_lock(&kext_lock);
	if (r != kOSReturnSuccess)
		load_undo(k);
	else
		res->kr_tag = k->k_tag;
	lck_mtx_unlock(&kext_lock);
	return (r);
}

/* Loads a kext of the pool; failures below it are passed up by name. */
static OSReturn
load_id(struct kext_pool *kp, const char *id, const struct kext_chain *up,
    struct kext_result *res)
{
	struct kext_result *sub;
	struct kext_file *kf;
	OSReturn r;

	kf = kext_pool_find(kp, id);
	if (kf == NULL)
		return (kext_result_set(res, up == NULL ?
		    kOSKextReturnNotFound : kOSKextReturnDependencies,
		    "%s%s is not found", up == NULL ? "" : "library ",
		    id != NULL ? id : "kext"));
	if (up == NULL)
		return (load_file(kp, kf, up, res));
	sub = kmalloc(sizeof(*sub), M_WAITOK | M_ZERO);
	if (sub == NULL)
		return (kext_result_set(res, kOSKextReturnNoMemory,
		    "no memory"));
	r = load_file(kp, kf, up, sub);
	if (r != kOSReturnSuccess) {
		if (strncmp(sub->kr_msg, "circular", 8) == 0)
			kext_result_set(res, r, "%s", sub->kr_msg);
		else
			kext_result_set(res, kOSKextReturnDependencyLoadError,
			    "library %s: %s", id, sub->kr_msg);
		r = res->kr_code;
	}
	kfree(sub);
	return (r);
}

void
kext_load_now(struct kext_pool *kp, const char *id, struct kext_result *res)
{
	res->kr_code = kOSReturnSuccess;
	res->kr_msg[0] = '\0';
	if (id != NULL)
		strlcpy(res->kr_id, id, sizeof(res->kr_id));
	res->kr_code = load_id(kp, id, NULL, res);
}
