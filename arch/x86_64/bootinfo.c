/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot information from Multiboot2 (GRUB) and PVH (QEMU -kernel).
 *
 * All of it is copied: the loader's memory is not reserved and will be given
 * out.  What cannot be believed (a tag that runs past the end, a region that
 * wraps) is skipped.  Modules may lie anywhere, under UEFI even below 1 MiB.
 *
 * Sources: Multiboot2 specification 2.0, section 3.6; Xen's PVH
 * hvm_start_info version 1.
 */
#include "arch/x86_64/bootinfo.h"

#include <string.h>

#include "arch/x86_64/mmu.h"
#include "kernel/bootinfo.h"

struct boot_info boot_info;

#define MB2_TAG_END		0
#define MB2_TAG_CMDLINE		1
#define MB2_TAG_MODULE		3
#define MB2_TAG_MMAP		6
#define MB2_TAG_FRAMEBUFFER	8
#define MB2_TAG_ACPI_OLD	14
#define MB2_TAG_ACPI_NEW	15

struct mb2_tag {
	uint32_t type, size;
};

struct mb2_module {
	struct mb2_tag	tag;
	uint32_t	start, end;
	char		name[];
};

struct mb2_mmap {
	struct mb2_tag	tag;
	uint32_t	entry_size, version;
	uint8_t		entries[];
};

struct mmap_entry {		/* the same in both protocols */
	uint64_t	base, len;
	uint32_t	type, reserved;
};

struct mb2_framebuffer {
	struct mb2_tag	tag;
	uint64_t	addr;
	uint32_t	pitch, width, height;
	uint8_t		bpp, type;
	uint16_t	reserved;
};

struct pvh_info {
	uint32_t	magic, version, flags, nmodules;
	uint64_t	modules, cmdline, rsdp;
	uint64_t	memmap;		/* version 1 */
	uint32_t	memmap_entries, reserved;
};

struct pvh_module {
	uint64_t	pa, size, cmdline, reserved;
};

#define MMAP_RAM		1
#define MMAP_ACPI		3

static const void *
boot_ptr(uint64_t pa)
{
	return (const void *)(uintptr_t)(MMU_DIRECT_BASE + pa);
}

static void
copy_string(char *dst, size_t size, const char *src, size_t max)
{
	size_t i;

	for (i = 0; i + 1 < size && i < max && src[i] != '\0'; i++)
		dst[i] = src[i];
	dst[i] = '\0';
}

static void
add_region(const struct mmap_entry *e)
{
	struct boot_region *r;

	if (e->len == 0 || e->base + e->len < e->base ||
	    boot_info.nregions == BOOT_REGIONS_MAX)
		return;
	if (e->type != MMAP_RAM && e->type != MMAP_ACPI)
		return;
	r = &boot_info.region[boot_info.nregions++];
	r->base = e->base;
	r->len = e->len;
	r->usable = e->type == MMAP_RAM;
}

/* name is the first word of the module's line; "/boot/a.kext" is "a.kext". */
static void
add_module(uint64_t pa, uint64_t len, const char *line, size_t max)
{
	struct boot_module *m;
	const char *name = line;
	size_t i, n = 0;

	if (len == 0 || boot_info.nmodules == BOOT_MODULES_MAX)
		return;
	m = &boot_info.module[boot_info.nmodules++];
	m->pa = pa;
	m->len = len;
	for (i = 0; i < max && line[i] != '\0' && line[i] != ' '; i++) {
		if (line[i] == '/')
			name = &line[i + 1];
	}
	n = (size_t)(&line[i] - name);
	copy_string(m->name, sizeof(m->name), name, n);
}

static void
mb2_mmap_parse(const struct mb2_mmap *mm)
{
	size_t off, len = mm->tag.size - sizeof(*mm);

	if (mm->tag.size < sizeof(*mm) ||
	    mm->entry_size < sizeof(struct mmap_entry))
		return;
	for (off = 0; off + mm->entry_size <= len; off += mm->entry_size)
		add_region((const void *)(mm->entries + off));
}

static void
mb2_framebuffer_parse(const struct mb2_framebuffer *fb)
{
	if (fb->tag.size < sizeof(*fb))
		return;
	if (fb->type == 2) {
		boot_info.vga_text = true;
		return;
	}
	if (fb->type != 1 || fb->bpp != 32)
		return;
	boot_info.fb_pa = fb->addr;
	boot_info.fb_pitch = fb->pitch;
	boot_info.fb_width = fb->width;
	boot_info.fb_height = fb->height;
	boot_info.fb_bpp = fb->bpp;
}

static void
mb2_acpi_parse(const struct mb2_tag *t)
{
	size_t len = t->size - sizeof(*t);

	if (t->type == MB2_TAG_ACPI_OLD && boot_info.rsdp_copied)
		return;
	if (len > sizeof(boot_info.rsdp_copy))
		len = sizeof(boot_info.rsdp_copy);
	memcpy(boot_info.rsdp_copy, t + 1, len);
	boot_info.rsdp_copied = true;
}

static void
mb2_tag_parse(const struct mb2_tag *t)
{
	const struct mb2_module *m;

	switch (t->type) {
	case MB2_TAG_CMDLINE:
		copy_string(boot_info.cmdline, sizeof(boot_info.cmdline),
		    (const char *)(t + 1), t->size - sizeof(*t));
		break;
	case MB2_TAG_MODULE:
		m = (const struct mb2_module *)t;
		if (t->size > sizeof(*m) && m->end > m->start)
			add_module(m->start, m->end - m->start, m->name,
			    t->size - sizeof(*m));
		break;
	case MB2_TAG_MMAP:
		mb2_mmap_parse((const struct mb2_mmap *)t);
		break;
	case MB2_TAG_FRAMEBUFFER:
		mb2_framebuffer_parse((const struct mb2_framebuffer *)t);
		break;
	case MB2_TAG_ACPI_OLD:
	case MB2_TAG_ACPI_NEW:
		mb2_acpi_parse(t);
		break;
	}
}

static void
mb2_parse(const uint8_t *info)
{
	const uint32_t total = *(const uint32_t *)info;
	const struct mb2_tag *t;
	uint64_t off;

	boot_info.loader = "multiboot2";
	for (off = 8; off + sizeof(*t) <= total;
	    off += (t->size + 7UL) & ~7UL) {
		t = (const struct mb2_tag *)(info + off);
		if (t->type == MB2_TAG_END || t->size < sizeof(*t) ||
		    off + t->size > total)
			break;
		mb2_tag_parse(t);
	}
}

static void
pvh_parse(const struct pvh_info *info)
{
	const struct pvh_module *m = boot_ptr(info->modules);
	const struct mmap_entry *e;
	uint32_t i;

	boot_info.loader = "pvh";
	boot_info.vga_text = true;
	boot_info.rsdp = info->rsdp;
	if (info->cmdline != 0)
		copy_string(boot_info.cmdline, sizeof(boot_info.cmdline),
		    boot_ptr(info->cmdline), BOOT_CMDLINE_MAX);
	for (i = 0; i < info->nmodules; i++)
		add_module(m[i].pa, m[i].size,
		    m[i].cmdline != 0 ? boot_ptr(m[i].cmdline) : "",
		    BOOT_CMDLINE_MAX);
	if (info->version < 1)
		return;
	e = boot_ptr(info->memmap);
	for (i = 0; i < info->memmap_entries; i++)
		add_region(&e[i]);
}

void
bootinfo_parse(uint32_t kind, uint64_t info)
{
	boot_info.loader = "unknown";
	if (kind == BOOT_KIND_MULTIBOOT2)
		mb2_parse(boot_ptr(info));
	else if (kind == BOOT_KIND_PVH)
		pvh_parse(boot_ptr(info));
}
