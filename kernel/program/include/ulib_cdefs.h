/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs live in the kernel's address space, so a program's printf must
 * not be the kernel's.  Every function of the program library has the symbol
 * u_<name>; __U() ties the C name to it in the declaration, and nothing else
 * in a program's source shows that it is not a separate executable.
 */
#ifndef _ULIB_CDEFS_H_
#define _ULIB_CDEFS_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <stddef.h>

#define __U(name) __asm__("u_" #name)

#endif /* _ULIB_CDEFS_H_ */
