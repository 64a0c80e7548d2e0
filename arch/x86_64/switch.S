/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Context switch.  Only the callee-saved registers and the stack pointer are
 * a thread's context: the compiler keeps no other state across the call, and
 * the kernel uses no floating point.
 */
	.text

/* void arch_switch(struct arch_context *from, struct arch_context *to); */
	.globl	arch_switch
arch_switch:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	(%rsi), %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret

/* Where a new thread's first switch returns to: r12(r13), never back. */
	.globl	arch_thread_start
arch_thread_start:
	xorl	%ebp, %ebp
	pushq	%rbp			/* aligns the stack for the call */
	movq	%r13, %rdi
	call	*%r12
	ud2

	.section .note.GNU-stack, "", @progbits
