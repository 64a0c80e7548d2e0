/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linker sets: tables assembled by the linker out of records scattered over
 * the sources.  A set is an array of pointers in the section set_<name>;
 * arch/x86_64/kernel.ld lists every set.
 *
 *   LINKER_SET_ADD(commands, struct command, &cmd_ps);
 *   LINKER_SET_FOREACH(p, commands, struct command) use(*p);
 */
#ifndef KERNEL_LINKER_SET_H
#define KERNEL_LINKER_SET_H

#define LINKER_SET_CAT2(a, b)	a##b
#define LINKER_SET_CAT(a, b)	LINKER_SET_CAT2(a, b)

#ifdef __APPLE__
#error "linker sets are ELF only"
#endif

#define LINKER_SET_ADD(set, type, ptr)					\
	static type *const LINKER_SET_CAT(set_entry_##set##_, __COUNTER__) \
	    __attribute__((used, section("set_" #set))) = (ptr)

/* Declares the bounds; at file scope or in a block. */
#define LINKER_SET_DECLARE(set, type)					\
	extern type *const __start_set_##set[];				\
	extern type *const __stop_set_##set[]

/* p is a `type *const *`; needs LINKER_SET_DECLARE before. */
#define LINKER_SET_FOREACH(p, set)					\
	for (p = __start_set_##set; p < __stop_set_##set; p++)

#endif
