/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ACPI without an interpreter: MADT (interrupt controllers), FADT (PM timer,
 * power-off, reset, events), HPET, MCFG, and two things found by their bytes
 * in the DSDT: the _S5_ package and the numbers of hot-plug buses.  Tables are checked by length and checksum; a bad one is as good
 * as a missing one.
 *
 * Source: ACPI 6.4, chapters 5.2 and 7.4.2.6.
 */
#include "arch/x86_64/acpi.h"

#include <string.h>
#include <sys/systm.h>

#include "arch/x86_64/io.h"
#include "kernel/bootinfo.h"

struct acpi_info acpi;

struct sdt {
	char		sig[4];
	uint32_t	len;
	uint8_t		rev, sum;
	char		oem[6], oem_table[8];
	uint32_t	oem_rev, creator, creator_rev;
} __attribute__((packed));

struct rsdp {
	char		sig[8];
	uint8_t		sum;
	char		oem[6];
	uint8_t		rev;
	uint32_t	rsdt;
	uint32_t	len;
	uint64_t	xsdt;
	uint8_t		xsum, reserved[3];
} __attribute__((packed));

#define SDT_MAX		(1u << 20)

static bool
sum_ok(const void *p, size_t len)
{
	const uint8_t *b = p;
	uint8_t s = 0;

	while (len-- > 0)
		s += *b++;
	return s == 0;
}

static uint32_t
get32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t
get64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Maps a whole table; NULL when it is not one. */
static const struct sdt *
sdt_map(uint64_t pa)
{
	const struct sdt *t = phys_map_ro(pa, sizeof(*t));
	uint32_t len;

	if (t == NULL)
		return NULL;
	len = t->len;
	phys_unmap_ro(t, sizeof(*t));
	if (len < sizeof(*t) || len > SDT_MAX)
		return NULL;
	t = phys_map_ro(pa, len);
	if (t != NULL && !sum_ok(t, len)) {
		phys_unmap_ro(t, len);
		t = NULL;
	}
	return t;
}

static void
madt_override(const uint8_t *e)
{
	struct acpi_override *o;
	uint16_t flags = e[8] | e[9] << 8;

	if (acpi.noverride == 16)
		return;
	o = &acpi.override[acpi.noverride++];
	o->isa = e[3];
	o->gsi = get32(e + 4);
	o->active_low = (flags & 3) == 3;
	o->level = (flags >> 2 & 3) == 3;
}

static void
madt_parse(const struct sdt *t)
{
	const uint8_t *p = (const uint8_t *)t, *end = p + t->len, *e;
	struct acpi_ioapic *io;

	if (t->len < 44)
		return;
	acpi.lapic_pa = get32(p + 36);
	for (e = p + 44; e + 2 <= end && e[1] >= 2 && e + e[1] <= end;
	    e += e[1]) {
		if (e[0] == 0 && e[1] >= 8 && (e[4] & 1) && acpi.ncpu < 16) {
			acpi.cpu_apic_id[acpi.ncpu++] = e[3];
		} else if (e[0] == 1 && e[1] >= 12 && acpi.nioapic < 4) {
			io = &acpi.ioapic[acpi.nioapic++];
			io->id = e[2];
			io->pa = get32(e + 4);
			io->gsi_base = get32(e + 8);
		} else if (e[0] == 2 && e[1] >= 10) {
			madt_override(e);
		} else if (e[0] == 5 && e[1] >= 12) {
			acpi.lapic_pa = get64(e + 4);
		}
	}
}

/* An integer in a package: ZeroOp, OneOp, or BytePrefix and a byte. */
static const uint8_t *
aml_small_int(const uint8_t *p, const uint8_t *end, uint8_t *out)
{
	if (p < end && *p <= 1) {
		*out = *p;
		return p + 1;
	}
	if (p + 1 < end && *p == 0x0a) {
		*out = p[1];
		return p + 2;
	}
	return NULL;
}

/* Name(_S5_, Package { typ_a, typ_b, ... }) */
static void
s5_find(const struct sdt *dsdt)
{
	const uint8_t *p = (const uint8_t *)dsdt, *end = p + dsdt->len;

	for (p += sizeof(*dsdt); p + 8 < end; p++) {
		if (memcmp(p, "_S5_\x12", 5) != 0)
			continue;
		p += 5;
		p += 1 + (*p >> 6);	/* package length */
		p++;			/* number of elements */
		if (p >= end)
			return;
		p = aml_small_int(p, end, &acpi.s5_typa);
		if (p == NULL)
			return;
		if (aml_small_int(p, end, &acpi.s5_typb) != NULL)
			acpi.s5_found = true;
		return;
	}
}

/* An integer constant of any size, ACPI 6.4, 20.2.3. */
static const uint8_t *
aml_int(const uint8_t *p, const uint8_t *end, uint32_t *out)
{
	uint8_t small;

	if (p + 2 < end && *p == 0x0b) {
		*out = p[1] | (uint32_t)p[2] << 8;
		return p + 3;
	}
	if (p + 4 < end && *p == 0x0c) {
		*out = get32(p + 1);
		return p + 5;
	}
	p = aml_small_int(p, end, &small);
	if (p != NULL)
		*out = small;
	return p;
}

/*
 * QEMU's tables (docs/specs/acpi_pci_hotplug) number the buses with
 * Name(BSEL, n), right behind the Name(_ADR, slot and function) of the bridge;
 * the root bus has no _ADR there.
 */
static void
hp_bus_find(const struct sdt *dsdt)
{
	const uint8_t *p = (const uint8_t *)dsdt, *end = p + dsdt->len;
	const uint8_t *adr_end = NULL;
	struct acpi_hp_bus *b;
	uint32_t adr = 0, bsel;

	for (p += sizeof(*dsdt); p + 6 < end; p++) {
		if (memcmp(p, "\x08_ADR", 5) == 0)
			adr_end = aml_int(p + 5, end, &adr);
		if (memcmp(p, "\x08" "BSEL", 5) != 0 ||
		    aml_int(p + 5, end, &bsel) == NULL || bsel > 255)
			continue;
		if (acpi.nhp_bus == sizeof(acpi.hp_bus) / sizeof(*b))
			return;
		b = &acpi.hp_bus[acpi.nhp_bus++];
		b->bsel = (uint8_t)bsel;
		b->root = adr_end != p;
		b->slot = (uint8_t)(adr >> 16);
		b->func = (uint8_t)adr;
	}
}

static void
fadt_parse(const struct sdt *t)
{
	const uint8_t *p = (const uint8_t *)t;
	const struct sdt *dsdt;

	if (t->len < 116)
		return;
	acpi.sci = (uint16_t)(p[46] | p[47] << 8);
	acpi.smi_cmd = get32(p + 48);
	acpi.acpi_enable = p[52];
	acpi.pm1a_evt = get32(p + 56);
	acpi.pm1_evt_len = p[88];
	acpi.pm1a_cnt = get32(p + 64);
	acpi.pm1b_cnt = get32(p + 68);
	acpi.gpe0 = get32(p + 80);
	acpi.gpe0_len = p[92];
	acpi.pm_timer_port = p[91] == 4 ? get32(p + 76) : 0;
	acpi.pm_timer_32bit = (get32(p + 112) & 1u << 8) != 0;
	/* RESET_REG_SUP, in I/O space */
	if (t->len >= 129 && (get32(p + 112) & 1u << 10) && p[116] == 1) {
		acpi.reset_found = true;
		acpi.reset_port = (uint16_t)get64(p + 120);
		acpi.reset_value = p[128];
	}
	dsdt = sdt_map(get32(p + 40));
	if (dsdt != NULL) {
		s5_find(dsdt);
		hp_bus_find(dsdt);
		phys_unmap_ro(dsdt, dsdt->len);
	}
}

static void
table_parse(uint64_t pa)
{
	const struct sdt *t = sdt_map(pa);
	const uint8_t *p = (const uint8_t *)t;

	if (t == NULL)
		return;
	if (memcmp(t->sig, "APIC", 4) == 0) {
		madt_parse(t);
	} else if (memcmp(t->sig, "FACP", 4) == 0) {
		fadt_parse(t);
	} else if (memcmp(t->sig, "HPET", 4) == 0 && t->len >= 52) {
		acpi.hpet_pa = get64(p + 44);
	} else if (memcmp(t->sig, "MCFG", 4) == 0 && t->len >= 60) {
		acpi.mcfg_pa = get64(p + 44);
		acpi.mcfg_bus_first = p[54];
		acpi.mcfg_bus_last = p[55];
	}
	phys_unmap_ro(t, t->len);
}

static bool
rsdp_ok(const struct rsdp *r)
{
	return memcmp(r->sig, "RSD PTR ", 8) == 0 && sum_ok(r, 20);
}

/* The BIOS area, for loaders that say nothing. */
static bool
rsdp_scan(struct rsdp *out)
{
	const uint8_t *area = phys_map_ro(0xe0000, 0x20000);
	bool found = false;
	size_t off;

	if (area == NULL)
		return false;
	for (off = 0; off + sizeof(*out) <= 0x20000 && !found; off += 16) {
		if (rsdp_ok((const struct rsdp *)(area + off))) {
			memcpy(out, area + off, sizeof(*out));
			found = true;
		}
	}
	phys_unmap_ro(area, 0x20000);
	return found;
}

static bool
rsdp_find(struct rsdp *out)
{
	const struct rsdp *r;

	if (boot_info.rsdp_copied) {
		memcpy(out, boot_info.rsdp_copy, sizeof(*out));
		if (rsdp_ok(out))
			return true;
	}
	if (boot_info.rsdp != 0) {
		r = phys_map_ro(boot_info.rsdp, sizeof(*r));
		if (r != NULL) {
			memcpy(out, r, sizeof(*out));
			phys_unmap_ro(r, sizeof(*r));
			if (rsdp_ok(out))
				return true;
		}
	}
	return rsdp_scan(out);
}

static void
acpi_defaults(void)
{
	acpi.lapic_pa = 0xfee00000;
	acpi.nioapic = 1;
	acpi.ioapic[0] = (struct acpi_ioapic){ .pa = 0xfec00000 };
	acpi.noverride = 1;
	acpi.override[0] = (struct acpi_override){ .isa = 0, .gsi = 2 };
}

void
acpi_init(void)
{
	const struct sdt *root;
	struct rsdp rsdp;
	size_t n, i, width;
	const uint8_t *p;

	if (rsdp_find(&rsdp)) {
		width = rsdp.rev >= 2 && rsdp.xsdt != 0 ? 8 : 4;
		root = sdt_map(width == 8 ? rsdp.xsdt : rsdp.rsdt);
		if (root != NULL) {
			p = (const uint8_t *)(root + 1);
			n = (root->len - sizeof(*root)) / width;
			for (i = 0; i < n; i++)
				table_parse(width == 8 ? get64(p + i * 8) :
				    get32(p + i * 4));
			phys_unmap_ro(root, root->len);
			acpi.found = acpi.nioapic > 0;
		}
	}
	if (!acpi.found) {
		printf("acpi: no usable tables, assuming PC defaults\n");
		acpi_defaults();
	}
}
