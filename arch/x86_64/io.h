/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ports, device registers and barriers.  mmio_map() gives an uncached,
 * never executable view of device memory.
 */
#ifndef ARCH_X86_64_IO_H
#define ARCH_X86_64_IO_H

#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/mmu.h"

static inline void
outb(uint16_t port, uint8_t v)
{
	__asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void
outw(uint16_t port, uint16_t v)
{
	__asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void
outl(uint16_t port, uint32_t v)
{
	__asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline uint8_t
inb(uint16_t port)
{
	uint8_t v;

	__asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint16_t
inw(uint16_t port)
{
	uint16_t v;

	__asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint32_t
inl(uint16_t port)
{
	uint32_t v;

	__asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port) : "memory");
	return v;
}

static inline uint8_t
mmio_read8(const volatile void *p)
{
	return *(const volatile uint8_t *)p;
}

static inline uint16_t
mmio_read16(const volatile void *p)
{
	return *(const volatile uint16_t *)p;
}

static inline uint32_t
mmio_read32(const volatile void *p)
{
	return *(const volatile uint32_t *)p;
}

static inline uint64_t
mmio_read64(const volatile void *p)
{
	return *(const volatile uint64_t *)p;
}

static inline void
mmio_write8(volatile void *p, uint8_t v)
{
	*(volatile uint8_t *)p = v;
}

static inline void
mmio_write16(volatile void *p, uint16_t v)
{
	*(volatile uint16_t *)p = v;
}

static inline void
mmio_write32(volatile void *p, uint32_t v)
{
	*(volatile uint32_t *)p = v;
}

static inline void
mmio_write64(volatile void *p, uint64_t v)
{
	*(volatile uint64_t *)p = v;
}

/* Orders memory shared with a device: x86 keeps stores in order and loads in
 * order, so those two only stop the compiler; io_mb() also orders a store
 * before a later load. */
static inline void
io_rmb(void)
{
	__asm__ volatile("" : : : "memory");
}

static inline void
io_wmb(void)
{
	__asm__ volatile("" : : : "memory");
}

static inline void
io_mb(void)
{
	__asm__ volatile("mfence" : : : "memory");
}

/*
 * Maps device registers; pa need not be page aligned.
 * Returns: the address, NULL when out of memory.  Context: any.
 */
void *mmio_map(paddr_t pa, size_t len);
void mmio_unmap(void *va, size_t len);

/* The same for firmware tables in RAM: cached and read-only. */
const void *phys_map_ro(paddr_t pa, size_t len);
void phys_unmap_ro(const void *va, size_t len);

#endif
