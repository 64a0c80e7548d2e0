/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt controllers: the local APIC (vectors, timer, end of interrupt),
 * IOAPICs (lines) and message-signalled vectors; the legacy PICs are moved
 * out of the way and masked.
 *
 * A vector is owned by one message-signalled handler or by one line, which
 * has a list of handlers.  The tables change under irq_lock with interrupts
 * off; with one CPU, no handler can be running while they do.
 *
 * Sources: Intel SDM volume 3, chapter 10; 82093AA datasheet.
 */
#include "arch/x86_64/apic.h"

#include <sys/errno.h>
#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "arch/x86_64/irq.h"
#include "kernel/trap.h"

#define LAPIC_ID	0x020
#define LAPIC_TPR	0x080
#define LAPIC_EOI	0x0b0
#define LAPIC_SVR	0x0f0
#define LAPIC_ESR	0x280
#define LAPIC_LVT_TIMER	0x320
#define LAPIC_LVT_LINT0	0x350
#define LAPIC_LVT_LINT1	0x360
#define LAPIC_LVT_ERROR	0x370
#define LAPIC_TIMER_ICR	0x380
#define LAPIC_TIMER_CCR	0x390
#define LAPIC_TIMER_DCR	0x3e0

#define LVT_MASKED	0x10000u
#define LVT_DEADLINE	0x40000u
#define LVT_NMI		0x400u

#define MSR_APIC_BASE	0x1b
#define MSR_DEADLINE	0x6e0

#define REDIR_MASKED	0x10000u
#define REDIR_LEVEL	0x8000u
#define REDIR_LOW	0x2000u

#define VEC_FIRST	0x30
#define VEC_LAST	0xef
#define NLINE		64		/* handlers on lines, all in all */
#define STRAY_MAX	100000		/* then a line is taken for stuck */

struct line_handler {
	bool			(*fn)(void *);
	void			*arg;
	const char		*name;
	unsigned		 line;
	struct line_handler	*next;
	bool			 used;
};

struct vector {
	void			(*msi_fn)(void *);
	void			*arg;
	const char		*name;
	struct line_handler	*lines;
	int			 line;		/* global input, -1 = message */
	bool			 used;
	unsigned		 strays;	/* in a row that nobody claimed */
	uint64_t		 count;
};

static struct arch_spin irq_lock = ARCH_SPIN_INIT;
static struct vector vectors[256];
static struct line_handler line_pool[NLINE];
static volatile void *lapic;
static volatile void *ioapic_regs[4];
static unsigned ioapic_nlines[4];
static uint64_t spurious_count;

static uint32_t
lapic_read(unsigned reg)
{
	return mmio_read32((volatile char *)lapic + reg);
}

static void
lapic_write(unsigned reg, uint32_t v)
{
	mmio_write32((volatile char *)lapic + reg, v);
}

static uint32_t
ioapic_read(unsigned n, unsigned reg)
{
	mmio_write32(ioapic_regs[n], reg);
	return mmio_read32((volatile char *)ioapic_regs[n] + 0x10);
}

static void
ioapic_write(unsigned n, unsigned reg, uint32_t v)
{
	mmio_write32(ioapic_regs[n], reg);
	mmio_write32((volatile char *)ioapic_regs[n] + 0x10, v);
}

/* Moves the PICs to vectors 0x20..0x2f, in case of a spurious interrupt, and
 * masks all of their inputs. */
static void
pic_disable(void)
{
	outb(0x20, 0x11);
	outb(0xa0, 0x11);
	outb(0x21, 0x20);
	outb(0xa1, 0x28);
	outb(0x21, 0x04);
	outb(0xa1, 0x02);
	outb(0x21, 0x01);
	outb(0xa1, 0x01);
	outb(0x21, 0xff);
	outb(0xa1, 0xff);
}

static void
lapic_init(void)
{
	lapic = mmio_map(acpi.lapic_pa, MMU_PAGE_SIZE);
	if (lapic == NULL)
		panic("apic: cannot map the local APIC");
	arch_wrmsr(MSR_APIC_BASE, arch_rdmsr(MSR_APIC_BASE) | 0x800);
	lapic_write(LAPIC_TPR, 0);
	lapic_write(LAPIC_LVT_LINT0, LVT_MASKED);
	lapic_write(LAPIC_LVT_LINT1, LVT_NMI);
	lapic_write(LAPIC_LVT_ERROR, APIC_VEC_ERROR);
	lapic_write(LAPIC_TIMER_DCR, 0xb);		/* divide by 1 */
	lapic_write(LAPIC_LVT_TIMER, APIC_VEC_TIMER);	/* one shot */
	lapic_write(LAPIC_SVR, 0x100 | APIC_VEC_SPURIOUS);
	lapic_write(LAPIC_EOI, 0);
	curcpu()->c_apic_id = lapic_read(LAPIC_ID) >> 24;
}

static void
ioapic_init(unsigned n)
{
	unsigned i;

	ioapic_regs[n] = mmio_map(acpi.ioapic[n].pa, 0x20);
	if (ioapic_regs[n] == NULL)
		panic("apic: cannot map an IOAPIC");
	ioapic_nlines[n] = (ioapic_read(n, 1) >> 16 & 0xff) + 1;
	for (i = 0; i < ioapic_nlines[n]; i++)
		ioapic_write(n, 0x10 + 2 * i, REDIR_MASKED);
}

void
apic_init(void)
{
	unsigned i;

	acpi_init();
	pic_disable();
	lapic_init();
	for (i = 0; i < acpi.nioapic; i++)
		ioapic_init(i);
}

void
apic_timer_set(uint32_t count)
{
	lapic_write(LAPIC_TIMER_ICR, count);
}

uint32_t
apic_timer_count(void)
{
	return lapic_read(LAPIC_TIMER_CCR);
}

bool
apic_timer_has_deadline(void)
{
	uint32_t r[4];

	arch_cpuid(1, 0, r);
	return (r[2] & 1u << 24) != 0;
}

void
apic_timer_use_deadline(void)
{
	lapic_write(LAPIC_LVT_TIMER, APIC_VEC_TIMER | LVT_DEADLINE);
	io_mb();	/* before the first write to the MSR (SDM 10.5.4.1) */
}

void
apic_timer_deadline(uint64_t tsc)
{
	arch_wrmsr(MSR_DEADLINE, tsc);
}

/* --- dispatch ---------------------------------------------------------------- */

static bool
gsi_find(unsigned gsi, unsigned *n, unsigned *pin)
{
	unsigned i;

	for (i = 0; i < acpi.nioapic; i++) {
		if (gsi >= acpi.ioapic[i].gsi_base &&
		    gsi - acpi.ioapic[i].gsi_base < ioapic_nlines[i]) {
			*n = i;
			*pin = gsi - acpi.ioapic[i].gsi_base;
			return true;
		}
	}
	return false;
}

/* A level that nobody takes back would keep the CPU busy for good. */
static void
line_mask(unsigned gsi)
{
	unsigned n, pin;

	if (!gsi_find(gsi, &n, &pin))
		return;
	ioapic_write(n, 0x10 + 2 * pin, REDIR_MASKED);
	printf("irq: nobody answers for line %u, masked\n", gsi);
}

static void
vector_run(struct vector *v)
{
	struct line_handler *h;
	bool ours = false;

	v->count++;
	if (v->msi_fn != NULL) {
		v->msi_fn(v->arg);
		return;
	}
	for (h = v->lines; h != NULL; h = h->next)
		ours |= h->fn(h->arg);
	v->strays = ours ? 0 : v->strays + 1;
	if (v->strays == STRAY_MAX)
		line_mask((unsigned)v->line);
}

void
apic_dispatch(unsigned vector)
{
	struct cpu *c = curcpu();

	if (vector == APIC_VEC_SPURIOUS || vector < VEC_FIRST) {
		spurious_count++;
		return;
	}
	c->c_intr_depth++;
	c->c_intr_count++;
	if (vector == APIC_VEC_TIMER) {
		vectors[vector].count++;
		lapic_write(LAPIC_EOI, 0);
		clock_timer_fired();
	} else if (vector == APIC_VEC_ERROR) {
		lapic_write(LAPIC_ESR, 0);
		lapic_write(LAPIC_EOI, 0);
		printf("apic: error status %#x\n", lapic_read(LAPIC_ESR));
	} else {
		vector_run(&vectors[vector]);
		lapic_write(LAPIC_EOI, 0);
	}
	c->c_intr_depth--;
	if (c->c_intr_depth == 0)
		sched_preempt_check();
}

/* --- vectors and lines --------------------------------------------------------- */

static struct vector *
vector_get(void)
{
	unsigned i;

	for (i = VEC_FIRST; i <= VEC_LAST; i++) {
		if (!vectors[i].used) {
			vectors[i] = (struct vector){ .used = true };
			return &vectors[i];
		}
	}
	return NULL;
}

errno_t
irq_msi_alloc(void (*fn)(void *), void *arg, const char *name,
    struct irq_msi *out)
{
	uint64_t s = arch_spin_lock(&irq_lock);
	struct vector *v = vector_get();

	if (v != NULL) {
		v->arg = arg;
		v->name = name;
		v->line = -1;
		v->msi_fn = fn;
	}
	arch_spin_unlock(&irq_lock, s);
	if (v == NULL)
		return ENOSPC;
	out->vector = (unsigned)(v - vectors);
	out->address = 0xfee00000u | curcpu()->c_apic_id << 12;
	out->data = out->vector;
	return 0;
}

void
irq_msi_free(struct irq_msi *msi)
{
	uint64_t s = arch_spin_lock(&irq_lock);

	vectors[msi->vector] = (struct vector){ .used = false };
	arch_spin_unlock(&irq_lock, s);
	msi->vector = 0;
}

/* ISA inputs are edge triggered unless the firmware overrides them; all
 * others are PCI's: level, active low. */
static uint32_t
line_mode(unsigned line, unsigned *gsi)
{
	unsigned i;

	*gsi = line;
	if (line >= 16)
		return REDIR_LEVEL | REDIR_LOW;
	for (i = 0; i < acpi.noverride; i++) {
		if (acpi.override[i].isa == line) {
			*gsi = acpi.override[i].gsi;
			return (acpi.override[i].level ? REDIR_LEVEL : 0) |
			    (acpi.override[i].active_low ? REDIR_LOW : 0);
		}
	}
	return 0;
}

static struct vector *
line_vector(unsigned gsi)
{
	unsigned i;

	for (i = VEC_FIRST; i <= VEC_LAST; i++) {
		if (vectors[i].used && vectors[i].msi_fn == NULL &&
		    vectors[i].line == (int)gsi)
			return &vectors[i];
	}
	return NULL;
}

static struct line_handler *
handler_get(void)
{
	unsigned i;

	for (i = 0; i < NLINE; i++) {
		if (!line_pool[i].used)
			return &line_pool[i];
	}
	return NULL;
}

errno_t
irq_line_attach(unsigned line, bool (*fn)(void *), void *arg,
    const char *name, void **cookie)
{
	unsigned gsi, n, pin;
	uint32_t mode = line_mode(line, &gsi);
	struct line_handler *h;
	struct vector *v;
	errno_t error = 0;
	uint64_t s;

	if (!gsi_find(gsi, &n, &pin))
		return ENXIO;
	s = arch_spin_lock(&irq_lock);
	h = handler_get();
	if (h == NULL) {
		error = ENOMEM;
		goto out;
	}
	v = line_vector(gsi);
	if (v == NULL) {
		v = vector_get();
		if (v == NULL) {
			error = ENOSPC;
			goto out;
		}
		v->line = (int)gsi;
		v->name = name;
		ioapic_write(n, 0x11 + 2 * pin, curcpu()->c_apic_id << 24);
		ioapic_write(n, 0x10 + 2 * pin,
		    mode | (uint32_t)(v - vectors));
	}
	*h = (struct line_handler){
		.fn = fn, .arg = arg, .name = name, .line = gsi,
		.next = v->lines, .used = true,
	};
	v->lines = h;
	*cookie = h;
out:
	arch_spin_unlock(&irq_lock, s);
	return error;
}

void
irq_line_detach(void *cookie)
{
	struct line_handler *h = cookie, **p;
	unsigned n, pin;
	struct vector *v;
	uint64_t s = arch_spin_lock(&irq_lock);

	v = line_vector(h->line);
	for (p = &v->lines; *p != h; p = &(*p)->next)
		;
	*p = h->next;
	h->used = false;
	if (v->lines == NULL && gsi_find(h->line, &n, &pin)) {
		ioapic_write(n, 0x10 + 2 * pin, REDIR_MASKED);
		*v = (struct vector){ .used = false };
	}
	arch_spin_unlock(&irq_lock, s);
}

bool
irq_info(unsigned idx, struct irq_info *out)
{
	unsigned i;

	for (i = VEC_FIRST; i <= APIC_VEC_TIMER; i++) {
		if (!vectors[i].used && i != APIC_VEC_TIMER)
			continue;
		if (idx-- > 0)
			continue;
		out->vector = i;
		out->line = i == APIC_VEC_TIMER ? -1 : vectors[i].line;
		out->name = i == APIC_VEC_TIMER ? "timer" : vectors[i].name;
		out->count = vectors[i].count;
		return true;
	}
	return false;
}
