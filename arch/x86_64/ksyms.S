/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of function names that panics print, made by tools/mksymtab.py
 * from a first link and included in the second.
 */
	.section ksyms, "a"
	.align	8
	.globl	ksyms_table
ksyms_table:
#ifdef KSYMS_FILE
	.incbin	KSYMS_FILE
#else
	.quad	0
#endif
	.section .note.GNU-stack, "", @progbits
