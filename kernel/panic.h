/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The end: panic(), backtraces, names for addresses, and the ways out.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Values for isa-debug-exit: the exit status is 2 * v + 1. */
#define EXIT_PASS	0x10
#define EXIT_FAIL	0x11
#define EXIT_PANIC	0x12

/* Leaves QEMU through isa-debug-exit; returns when there is none. */
void debug_exit(unsigned v);

/* Whether a panic is being reported (locks are ignored then). */
bool panicking(void);

/*
 * Finds the function that holds addr: in the kernel, and through the kext
 * loader's hook in kexts.
 * Returns: true and *name, *off (bytes into it), *module ("kernel" or the
 *          bundle identifier).
 */
bool ksym_lookup(uintptr_t addr, const char **name, size_t *off,
    const char **module);

/* The same backwards, kernel functions only: 0 when unknown. */
uintptr_t ksym_address(const char *name);

/* Hooks of the kext layer; both must not block and not allocate. */
struct panic_hooks {
	bool	(*kext_symbol)(uintptr_t addr, const char **name, size_t *off,
		    const char **module);
	/* identifier of the kext the running thread is in, or NULL */
	const char *(*kext_current)(void);
	/* prints what else should be known, one line each */
	void	(*describe)(void);
};
void panic_set_hooks(const struct panic_hooks *h);

/* Prints the caller's backtrace to the log. */
void backtrace_print(void);

#endif
