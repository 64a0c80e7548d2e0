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

/*
 * int touch_read(const void *p, size_t n);
 * int touch_write(void *p, size_t n);
 * The last byte's page first, then all from the first one's up.
 */
	.globl	touch_read
touch_read:
	leaq	-1(%rdi,%rsi), %rsi
1:	movb	(%rsi), %al
	andq	$-4096, %rsi
3:	cmpq	%rsi, %rdi
	jae	5f
2:	movb	(%rdi), %al
	addq	$4096, %rdi
	jmp	3b
	.globl	touch_write
touch_write:
	leaq	-1(%rdi,%rsi), %rsi
6:	lock orb $0, (%rsi)
	andq	$-4096, %rsi
4:	cmpq	%rsi, %rdi
	jae	5f
7:	lock orb $0, (%rdi)
	addq	$4096, %rdi
	jmp	4b
5:	xorl	%eax, %eax
	ret
	.pushsection ex_table, "a"
	.quad	1b, copy_fault_end
	.quad	2b, copy_fault_end
	.quad	6b, copy_fault_end
	.quad	7b, copy_fault_end
	.popsection

copy_fault_end:
	movl	$14, %eax			/* EFAULT */
	ret

	.section .note.GNU-stack, "", @progbits
