/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that only answers "does KVM run 64-bit code at speed here?".
 *
 * Some machines offer a /dev/kvm that emulates every instruction in
 * software and is hundreds of times slower than QEMU's own translator.
 * The host (tools/image.py) starts this with -kernel and a time limit: it
 * enters long mode through the PVH entry, counts to ten million (a few
 * milliseconds on real hardware) and leaves through isa-debug-exit with
 * 0x10.  It is no part of the kernel image.
 */
	.section .note.pvh, "a", @note
	.align	4
	.long	4, 8, 18		/* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.quad	start

	.bss
	.align	4096
pml4:	.skip	4096
pdpt:	.skip	4096

	.section .rodata
	.align	8
gdt:	.quad	0, 0x00af9a000000ffff
gdtr:	.word	15
	.quad	gdt

	.text
	.code32
	.globl	start
start:
	cli
	movl	$pdpt, %eax
	orl	$3, %eax
	movl	%eax, pml4
	movl	$0x83, pdpt		/* one 1 GB page */
	movl	$pml4, %eax
	movl	%eax, %cr3
	movl	%cr4, %eax
	orl	$0x20, %eax		/* PAE */
	movl	%eax, %cr4
	movl	$0xc0000080, %ecx
	rdmsr
	orl	$0x100, %eax		/* LME */
	wrmsr
	movl	%cr0, %eax
	orl	$0x80000001, %eax	/* PG | PE */
	movl	%eax, %cr0
	lgdt	gdtr
	ljmp	$8, $1f
	.code64
1:	movl	$10000000, %ecx
2:	decl	%ecx
	jnz	2b
	movl	$0x10, %eax
	outl	%eax, $0xf4
3:	hlt
	jmp	3b

	.section .note.GNU-stack, "", @progbits
