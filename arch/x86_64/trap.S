/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 256 vector stubs, the common entry that builds a struct trapframe
 * (kernel/trap.h), and the probes whose faults are expected.
 */
	.text
	.altmacro

	.macro	STUB n
	.align	16
	.if (\n == 8) || ((\n >= 10) && (\n <= 14)) || (\n == 17) || (\n == 21) || (\n == 29) || (\n == 30)
	.else
	pushq	$0
	.endif
	pushq	$\n
	jmp	trap_common
	.endm

	.globl	trap_stubs
	.align	16
trap_stubs:
	.set	i, 0
	.rept	256
	STUB	%i
	.set	i, i + 1
	.endr

	.align	16
trap_common:
	cld
	pushq	%rax
	pushq	%rbx
	pushq	%rcx
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rbp
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	/* a frame for the backtrace: return address and saved rbp */
	movq	%rsp, %rdi
	subq	$16, %rsp
	movq	136(%rdi), %rax			/* tf->rip */
	movq	%rax, 8(%rsp)
	movq	64(%rdi), %rax			/* tf->rbp */
	movq	%rax, (%rsp)
	movq	%rsp, %rbp
	andq	$-16, %rsp
	movq	%rdi, %rbx
	call	trap_dispatch
	movq	%rbx, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rbp
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%rcx
	popq	%rbx
	popq	%rax
	addq	$16, %rsp
	iretq

/* int probe_read(const void *addr, uint32_t *out); */
	.globl	probe_read
probe_read:
1:	movl	(%rdi), %eax
	movl	%eax, (%rsi)
	xorl	%eax, %eax
	ret
	.pushsection ex_table, "a"
	.quad	1b, probe_fault
	.popsection

/* int probe_write(void *addr, uint32_t v); */
	.globl	probe_write
probe_write:
2:	movl	%esi, (%rdi)
	xorl	%eax, %eax
	ret
	.pushsection ex_table, "a"
	.quad	2b, probe_fault
	.popsection

probe_fault:
	movl	$14, %eax			/* EFAULT */
	ret

	.section .note.GNU-stack, "", @progbits
