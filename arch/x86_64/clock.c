/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time source and event timer.
 *
 * The time stamp counter is calibrated once against the ACPI PM timer, or
 * the PIT where there is none, over a few milliseconds; each end of the
 * interval is the tightest of several paired readings, because the host may
 * take the CPU away between two instructions.  The local APIC timer is
 * calibrated in the same interval, or not at all where it can compare with
 * the time stamp counter itself (TSC deadline).
 *
 * Nanoseconds are ticks times a 32.32 fixed point factor, in 128 bits.
 */
#include "arch/x86_64/clock.h"

#include <sys/systm.h>

#include "arch/x86_64/acpi.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/io.h"
#include "kernel/trap.h"

#define PM_HZ		3579545u
#define PIT_HZ		1193182u
#define CALIBRATE_MS	5
#define PAIR_TRIES	16
#define ONESHOT_MAX	(1ull << 60)	/* ns; in ticks it still fits 64 bits */

typedef unsigned __int128 u128;

static uint64_t tsc_boot, tsc_hz, timer_hz;
static uint64_t ns_per_tick;		/* 32.32 */
static uint64_t ticks_per_ns;		/* TSC ticks, 32.32 */
static bool use_deadline;
static uint64_t boot_seconds;

struct instant {
	uint64_t tsc;
	uint32_t ref;		/* reference counter, counting up */
	uint32_t timer;		/* APIC timer, counting down */
	uint64_t span;		/* of the reading, in ticks of the TSC */
};

static uint32_t
pm_read(void)
{
	return inl((uint16_t)acpi.pm_timer_port);
}

/* Channel 2, mode 0, counts down from 0xffff: 54 ms until it wraps. */
static void
pit_start(void)
{
	outb(0x61, (inb(0x61) & ~2) | 1);
	outb(0x43, 0xb0);
	outb(0x42, 0xff);
	outb(0x42, 0xff);
}

static uint32_t
pit_read(void)
{
	uint32_t lo;

	outb(0x43, 0x80);
	lo = inb(0x42);
	return 0xffff - (lo | (uint32_t)inb(0x42) << 8);
}

static uint32_t
ref_read(void)
{
	return acpi.pm_timer_port != 0 ? pm_read() : pit_read();
}

static uint32_t
ref_elapsed(uint32_t from, uint32_t to)
{
	uint32_t mask = acpi.pm_timer_port == 0 ? 0xffff :
	    acpi.pm_timer_32bit ? 0xffffffff : 0xffffff;

	return (to - from) & mask;
}

/* The tightest of several readings: reference and counter belong together
 * as well as the time between the two outer reads is short. */
static struct instant
instant_take(void)
{
	struct instant best = { 0 }, t;
	uint64_t a, b, span = UINT64_MAX;
	unsigned i;

	for (i = 0; i < PAIR_TRIES; i++) {
		a = arch_rdtsc();
		t.ref = ref_read();
		b = arch_rdtsc();
		t.timer = apic_timer_count();
		t.tsc = a + (b - a) / 2;
		if (b - a < span) {
			span = t.span = b - a;
			best = t;
		}
	}
	return best;
}

static void
calibrate(void)
{
	uint64_t ref_hz = acpi.pm_timer_port != 0 ? PM_HZ : PIT_HZ;
	struct instant from, to;
	uint64_t ref;

	if (acpi.pm_timer_port == 0)
		pit_start();
	apic_timer_set(UINT32_MAX);
	from = instant_take();
	while (ref_elapsed(from.ref, ref_read()) <
	    ref_hz * CALIBRATE_MS / 1000)
		;
	to = instant_take();
	apic_timer_set(0);
	ref = ref_elapsed(from.ref, to.ref);
	tsc_hz = (to.tsc - from.tsc) * ref_hz / ref;
	timer_hz = (uint64_t)(from.timer - to.timer) * ref_hz / ref;
	if (tsc_hz == 0)
		panic("clock: the time stamp counter stands still");
}

/* --- real-time clock ------------------------------------------------------------ */

static uint8_t
rtc_read(uint8_t reg)
{
	outb(0x70, reg);
	return inb(0x71);
}

static unsigned
from_bcd(uint8_t v)
{
	return (v >> 4) * 10u + (v & 15);
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static uint64_t
days_since_epoch(unsigned y, unsigned m, unsigned d)
{
	static const uint16_t before[12] = {
		0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334,
	};
	uint64_t days = 365UL * (y - 1970) + (y - 1969) / 4 -
	    (y - 1901) / 100 + (y - 1601) / 400;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days + before[m - 1] + (m > 2 && leap) + d - 1;
}

static uint64_t
rtc_seconds(void)
{
	static const uint8_t reg[6] = { 0, 2, 4, 7, 8, 9 };
	uint8_t raw[6], again[6], mode;
	unsigned i, v[6], tries = 0;
	bool same;

	do {	/* two equal readings: no update went in between */
		same = true;
		for (i = 0; i < 6; i++)
			raw[i] = rtc_read(reg[i]);
		for (i = 0; i < 6; i++) {
			again[i] = rtc_read(reg[i]);
			same = same && raw[i] == again[i];
		}
	} while (!same && ++tries < 10);
	mode = rtc_read(0x0b);
	for (i = 0; i < 6; i++)
		v[i] = mode & 4 ? raw[i] : from_bcd(raw[i]);
	if (!(mode & 2)) {	/* twelve-hour clock, bit 7 is pm */
		v[2] = mode & 4 ? raw[2] & 0x7f : from_bcd(raw[2] & 0x7f);
		v[2] = v[2] % 12 + (raw[2] & 0x80 ? 12 : 0);
	}
	if (v[4] < 1 || v[4] > 12 || v[3] < 1 || v[3] > 31)
		return 0;
	return days_since_epoch(2000 + v[5], v[4], v[3]) * 86400UL +
	    v[2] * 3600UL + v[1] * 60UL + v[0];
}

/* --- interface ------------------------------------------------------------------ */

void
clock_init(void)
{
	calibrate();
	use_deadline = apic_timer_has_deadline();
	if (use_deadline)
		apic_timer_use_deadline();
	ns_per_tick = (1000000000UL << 32) / tsc_hz;
	ticks_per_ns = (tsc_hz / 1000000000 << 32) +
	    (tsc_hz % 1000000000 << 32) / 1000000000;
	boot_seconds = rtc_seconds();
	tsc_boot = arch_rdtsc();
	printf("clock: TSC %llu MHz, %s timer\n",
	    (unsigned long long)(tsc_hz + 500000) / 1000000,
	    use_deadline ? "TSC deadline" : "APIC");
}

uint64_t
clock_tsc_hz(void)
{
	return tsc_hz;
}

uint64_t
clock_reference_us(uint64_t *tsc, uint64_t *slack)
{
	static uint32_t last;
	static uint64_t total;
	struct instant now = instant_take();

	total += ref_elapsed(last, now.ref);
	last = now.ref;
	*tsc = now.tsc;
	*slack = now.span;
	return total * 1000000 /
	    (acpi.pm_timer_port != 0 ? PM_HZ : PIT_HZ);
}

uint64_t
clock_tsc_to_ns(uint64_t ticks)
{
	return (uint64_t)((u128)ticks * ns_per_tick >> 32);
}

uint64_t
clock_monotonic_ns(void)
{
	if (tsc_boot == 0)
		return 0;
	return clock_tsc_to_ns(arch_rdtsc() - tsc_boot);
}

uint64_t
clock_boot_time(void)
{
	return boot_seconds;
}

void
clock_oneshot(uint64_t abs_ns)
{
	uint64_t s, now, delta;

	if (abs_ns == UINT64_MAX) {
		if (use_deadline)
			apic_timer_deadline(0);
		else
			apic_timer_set(0);
		return;
	}
	if (abs_ns > ONESHOT_MAX)
		abs_ns = ONESHOT_MAX;	/* the scheduler sets it anew then */
	s = arch_irq_save();
	if (use_deadline) {
		apic_timer_deadline(tsc_boot +
		    (uint64_t)((u128)abs_ns * ticks_per_ns >> 32) + 1);
	} else {
		now = clock_monotonic_ns();
		delta = abs_ns > now ? abs_ns - now : 0;
		if (delta > 2000000000)
			delta = 2000000000;
		delta = delta * timer_hz / 1000000000 + 1;
		apic_timer_set(delta > UINT32_MAX ? UINT32_MAX :
		    (uint32_t)delta);
	}
	arch_irq_restore(s);
}

void
clock_timer_fired(void)
{
	clock_interrupt(clock_monotonic_ns());
}

void
clock_delay_us(unsigned us)
{
	uint64_t end = arch_rdtsc() + (uint64_t)us * tsc_hz / 1000000;

	while (arch_rdtsc() < end)
		arch_pause();
}
