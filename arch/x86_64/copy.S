/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies that survive a bad address: the faulting instruction has an entry
 * in ex_table, the trap handler continues at copy_fault_end.  The prototypes
 * are in copy.h.
 */

	.text

/* int copy_fault(void *dst, const void *src, size_t n); */
	.globl	copy_fault
copy_fault:
	movq	%rdx, %rcx
	shrq	$3, %rcx
	cmpq	$256, %rdx			/* below, starting costs more */
	jb	3f
1:	rep movsq
	jmp	6f
2:	movq	(%rsi), %rax
4:	movq	%rax, (%rdi)
	addq	$8, %rsi
	addq	$8, %rdi
	decq	%rcx
3:	testq	%rcx, %rcx
	jnz	2b
6:	andl	$7, %edx
	jz	9f
7:	movb	(%rsi), %al
8:	movb	%al, (%rdi)
	incq	%rsi
	incq	%rdi
	decl	%edx
	jnz	7b
9:	xorl	%eax, %eax
	ret
	.pushsection ex_table, "a"
	.quad	1b, copy_fault_end
	.quad	2b, copy_fault_end
	.quad	4b, copy_fault_end
	.quad	7b, copy_fault_end
	.quad	8b, copy_fault_end
	.popsection

/* int copystr_fault(char *dst, const char *src, size_t n, size_t *done); */
	.globl	copystr_fault
copystr_fault:
	xorl	%r8d, %r8d
3:	cmpq	%rdx, %r8
	jae	5f
1:	movb	(%rsi,%r8), %al
2:	movb	%al, (%rdi,%r8)
	incq	%r8
	testb	%al, %al
	jnz	3b
	movq	%r8, (%rcx)
	xorl	%eax, %eax
	ret
5:	movq	%r8, (%rcx)
	movl	$63, %eax			/* ENAMETOOLONG */
	ret
	.pushsection ex_table, "a"
	.quad	1b, copy_fault_end
	.quad	2b, copy_fault_end
	.popsection

copy_fault_end:
	movl	$14, %eax			/* EFAULT */
	ret

	.section .note.GNU-stack, "", @progbits
