/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kext files on the host: good ones are linked and looked into, broken ones
 * refused with the expected words, random damage survived.  Every file is an
 * allocation of exactly its size, so a read outside it is seen.
 */
#include <libkern/libkern.h>
#include <mach/kmod.h>
#include <string.h>
#include <sys/errno.h>

#include "kernel/kext/image.h"
#include "kernel/kext/version.h"
#include "kernel/mm/kmem.h"
#include "test/unit/host/clib.h"
#include "test/unit/lib/unit.h"

void *host_read_file(const char *path, unsigned long *size);

#define BASE	0xffffffff90000000ul

static long live;		/* allocations of the code under test */

void *
kmalloc(size_t size, int flags)
{
	void *p = host_malloc(size);

	live++;
	if (flags & M_ZERO)
		memset(p, 0, size);
	return (p);
}

void
kfree(void *p)
{
	if (p != NULL)
		live--;
	host_free(p);
}

/* What the files ask the kernel for, at made-up places. */
static bool
resolve(void *arg, const char *name, uintptr_t *value)
{
	static const char *const known[] = { "snprintf", "__stack_chk_fail",
	    "__stack_chk_guard", "_Znwm", "_ZdlPv", "__cxa_pure_virtual" };
	unsigned i;

	(void)arg;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], name) == 0) {
			*value = 0xffffffff80100000ul + 16 * i;
			return (true);
		}
	return (false);
}

/* Checks and links a file; the image's bytes are returned. */
static uint8_t *
try_link(const void *file, size_t size, struct kext_image *im, char *msg)
{
	uint8_t *buf;

	msg[0] = '\0';
	if (image_check(im, file, size, msg, IMAGE_MSG_MAX) != 0)
		return (NULL);
	buf = host_malloc(im->im_size > 0 ? im->im_size : 1);
	memset(buf, 0, im->im_size);
	if (image_link(im, BASE, buf, resolve, NULL, msg,
	    IMAGE_MSG_MAX) == 0)
		return (buf);
	host_free(buf);
	image_free(im);
	return (NULL);
}

static uintptr_t
word(const uint8_t *buf, size_t off)
{
	uintptr_t v;

	memcpy(&v, buf + off, sizeof(v));
	return (v);
}

UNIT_TEST(versions)
{
	static const char *const order[] = { "0.1", "0.9.9", "1.0d1", "1.0d2",
	    "1.0a1", "1.0b1", "1.0b10", "1.0fc1", "1.0f2", "1.0", "1.0.1d1",
	    "1.0.1", "1.1", "1.10", "1.10.1", "1.99.99", "2", "8.0.0b1",
	    "8.0.0", "10.0", "1000.0", "9999.99.99" };
	static const char *const bad[] = { "", ".", "1.", ".1", "1..2", "a",
	    "1.2.3.4", "12345", "1.100", "1.2.333", "1.0x1", "1.0d", "1.0d256",
	    "1.0d1234", "1.0d1x", "-1", "1 ", " 1", "1.0fcx" };
	unsigned i;

	for (i = 0; i + 1 < sizeof(order) / sizeof(order[0]); i++) {
		CHECK(kext_version_parse(order[i]) != 0);
		CHECK(kext_version_parse(order[i]) <
		    kext_version_parse(order[i + 1]));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(kext_version_parse(bad[i]), 0);
	CHECK_EQ(kext_version_parse("1"), kext_version_parse("1.0.0"));
	CHECK_EQ(kext_version_parse("1.0f2"), kext_version_parse("1.0fc2"));
	CHECK(kext_version_parse("8.0.0d0") < kext_version_parse("8.0.0"));
}

UNIT_TEST(good_kext)
{
	char msg[IMAGE_MSG_MAX];
	const struct elf_sym *sym;
	struct kext_image im;
	unsigned long size;
	size_t off, start;
	uint8_t *buf;
	void *file;

	file = host_read_file(DATA "/basic.kext", &size);
	REQUIRE(file != NULL);
	buf = try_link(file, size, &im, msg);
	if (buf == NULL)
		unit_note("%s", msg);
	REQUIRE(buf != NULL);
	CHECK(strcmp(im.im_bundle.b_id, "org.unikext.test.basic") == 0);
	CHECK(strcmp(im.im_bundle.b_version, "1.2.3") == 0);
	CHECK(strcmp(im.im_bundle.b_compat, "1.1") == 0);
	CHECK_EQ(im.im_bundle.b_nlibs, 2);
	CHECK_EQ(im.im_size % IMAGE_PAGE, 0);
	CHECK(im.im_segsize[IMAGE_TEXT] > 0);

	/* A pointer in data: start in kmod_info, whose field is unaligned. */
	sym = image_find(&im, "basic_start");
	REQUIRE(sym != NULL && image_symoff(&im, sym, &start));
	CHECK(start < im.im_segsize[IMAGE_TEXT]);
	REQUIRE(image_symoff(&im, &im.im_syms[im.im_entry], &off));
	CHECK_EQ(word(buf, off + offsetof(kmod_info_t, start)), BASE + start);

	/* A variable with its value. */
	sym = image_find(&im, "basic_counter");
	REQUIRE(sym != NULL && image_symoff(&im, sym, &off));
	CHECK_EQ(buf[off], 40);
	CHECK(image_find(&im, "nothing") == NULL);
	image_free(&im);
	host_free(buf);
	host_free(file);
	CHECK_EQ(live, 0);
}

UNIT_TEST(cxx_kext)
{
	char msg[IMAGE_MSG_MAX];
	struct kext_image im;
	unsigned long size;
	unsigned i, arrays = 0;
	uintptr_t fn;
	uint8_t *buf;
	void *file;

	file = host_read_file(DATA "/cxx.kext", &size);
	REQUIRE(file != NULL);
	buf = try_link(file, size, &im, msg);
	REQUIRE(buf != NULL);
	for (i = 1; i < im.im_nsections; i++) {
		if (im.im_sections[i].is_hdr.sh_type != SHT_INIT_ARRAY &&
		    im.im_sections[i].is_hdr.sh_type != SHT_FINI_ARRAY)
			continue;
		arrays++;
		fn = word(buf, im.im_sections[i].is_offset);
		CHECK(fn >= BASE &&
		    fn < BASE + im.im_segsize[IMAGE_TEXT]);
	}
	CHECK_EQ(arrays, 2);
	image_free(&im);
	host_free(buf);
	host_free(file);
	CHECK_EQ(live, 0);
}

/* One line of the list: name, tab, words of the refusal. */
static void
try_broken(const char *name, const char *expect)
{
	char path[256], msg[IMAGE_MSG_MAX];
	struct kext_image im;
	unsigned long size;
	uint8_t *buf;
	void *file;

	snprintf(path, sizeof(path), DATA "/%s.kext", name);
	file = host_read_file(path, &size);
	if (file == NULL) {
		unit_note("%s is missing", path);
		unit_fail(__FILE__, __LINE__, "file");
		return;
	}
	buf = try_link(file, size, &im, msg);
	if (buf != NULL) {
		unit_note("%s was accepted", name);
		unit_fail(__FILE__, __LINE__, "refused");
		image_free(&im);
	} else if (strnstr(msg, expect, sizeof(msg)) == NULL) {
		unit_note("%s: '%s' lacks '%s'", name, msg, expect);
		unit_fail(__FILE__, __LINE__, "reason");
	}
	if (strchr(msg, '\n') != NULL)
		unit_fail(__FILE__, __LINE__, "one line");
	host_free(buf);
	host_free(file);
	if (live != 0)
		unit_note("%s leaks", name);
	CHECK_EQ(live, 0);
}

UNIT_TEST(broken_kexts)
{
	unsigned long size;
	unsigned n = 0;
	char *list, *line, *end, *tab;

	list = host_read_file(DATA "/list", &size);
	REQUIRE(list != NULL && size > 0);
	for (line = list; line < list + size; line = end + 1) {
		for (end = line; end < list + size - 1 && *end != '\n'; end++)
			continue;
		*end = '\0';
		tab = strchr(line, '\t');
		REQUIRE(tab != NULL);
		*tab = '\0';
		try_broken(line, tab + 1);
		n++;
	}
	CHECK(n >= 60);
	unit_note("%u broken kexts", n);
	host_free(list);
}

/* Damage of a few bytes, more often in the tables at the end. */
UNIT_TEST(random_damage)
{
	char msg[IMAGE_MSG_MAX];
	struct kext_image im;
	unsigned long size;
	uint8_t *good, *bad, *buf;
	unsigned round, i, n, accepted = 0;
	size_t at;

	good = host_read_file(DATA "/basic.kext", &size);
	REQUIRE(good != NULL);
	bad = host_malloc(size);
	for (round = 0; round < 6000; round++) {
		memcpy(bad, good, size);
		n = 1 + unit_random() % 4;
		for (i = 0; i < n; i++) {
			at = unit_random() % size;
			if (unit_random() % 2)
				at = size - 1 - at / 3;
			bad[at] = unit_random() % 4 == 0 ? 0xff :
			    (uint8_t)unit_random();
		}
		buf = try_link(bad, size, &im, msg);
		if (buf != NULL) {
			accepted++;
			image_free(&im);
			host_free(buf);
		}
		CHECK_EQ(live, 0);
	}
	unit_note("%u of %u damaged files pass the checks", accepted,
	    round);
	host_free(bad);
	host_free(good);
}

/* Every length of a file but the whole one is refused. */
UNIT_TEST(cut_short)
{
	char msg[IMAGE_MSG_MAX];
	struct kext_image im;
	unsigned long size, n;
	uint8_t *good, *part;

	good = host_read_file(DATA "/basic.kext", &size);
	REQUIRE(good != NULL);
	for (n = 0; n < size; n += 1 + n / 400) {
		part = host_malloc(n > 0 ? n : 1);
		memcpy(part, good, n);
		CHECK(image_check(&im, part, n, msg, sizeof(msg)) != 0);
		host_free(part);
	}
	CHECK_EQ(live, 0);
	host_free(good);
}
