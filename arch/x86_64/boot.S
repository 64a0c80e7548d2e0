/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry from the loader, in 32-bit protected mode without paging, from GRUB
 * (Multiboot2, BIOS and UEFI alike) or QEMU's -kernel (PVH note).  There is
 * no Multiboot1 header: QEMU would prefer it and then refuse a 64-bit ELF.
 *
 * The boot tables map the first 4 GiB three times: at 0 (to survive turning
 * paging on), at the direct map and, its first GiB, at the kernel's link
 * address.  mmu_init() replaces them; this section's memory is then freed.
 */
#define KERNEL_BASE	0xffffffff80000000

#define MB2_MAGIC	0xe85250d6
#define MB2_BOOT_MAGIC	0x36d76289
#define PVH_MAGIC	0x336ec578

	.section .boot.header, "a"
	.align	8
mb2_header:
	.long	MB2_MAGIC
	.long	0				/* i386 protected mode */
	.long	mb2_end - mb2_header
	.long	-(MB2_MAGIC + 0 + (mb2_end - mb2_header))
	/* information request: command line, modules, map, framebuffer, RSDP */
	.align	8
1:	.word	1, 1				/* optional */
	.long	2f - 1b
	.long	1, 3, 6, 8, 14, 15
2:
	/* modules on page boundaries */
	.align	8
	.word	6, 0
	.long	8
	/* a framebuffer if there is one, text mode is as good */
	.align	8
	.word	5, 1
	.long	20
	.long	0, 0, 32
	.align	8
	.word	0, 0
	.long	8
mb2_end:

	.section .note.pvh, "a", @note
	.align	4
	.long	4, 8, 18			/* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.quad	_start

	.section .boot.bss, "aw", @nobits
	.align	4096
boot_pml4:	.skip	4096
boot_pdpt:	.skip	4096
boot_pdpt_high:	.skip	4096
boot_pd:	.skip	4096 * 4
boot_stack32:	.skip	256
boot_stack32_top:

	.section .boot.text, "ax"
	.code32
	.globl	_start
_start:
	cli
	cld
	movl	$boot_stack32_top, %esp
	movl	%ebx, %esi			/* info: kept in esi */
	movl	$2, %ebp			/* kind: kept in ebp */
	cmpl	$PVH_MAGIC, (%ebx)
	je	1f
	movl	$1, %ebp
	cmpl	$MB2_BOOT_MAGIC, %eax
	je	1f
	xorl	%ebp, %ebp
1:
	/* long mode at all? */
	movl	$0x80000000, %eax
	cpuid
	cmpl	$0x80000001, %eax
	jb	no_long_mode
	movl	$0x80000001, %eax
	cpuid
	testl	$1 << 29, %edx
	jz	no_long_mode

	/* the tables' memory is bss, but loaders differ in what they clear */
	movl	$boot_pml4, %edi
	movl	$(4096 * 7 / 4), %ecx
	xorl	%eax, %eax
	rep stosl

	movl	$boot_pdpt + 3, boot_pml4
	movl	$boot_pdpt + 3, boot_pml4 + 256 * 8
	movl	$boot_pdpt_high + 3, boot_pml4 + 511 * 8
	movl	$boot_pd + 3, boot_pdpt_high + 510 * 8
	movl	$boot_pdpt, %edi
	movl	$boot_pd + 3, %eax
	movl	$4, %ecx
2:	movl	%eax, (%edi)
	addl	$4096, %eax
	addl	$8, %edi
	loop	2b
	movl	$boot_pd, %edi
	movl	$0x83, %eax			/* present, writable, 2 MiB */
	movl	$2048, %ecx
3:	movl	%eax, (%edi)
	addl	$0x200000, %eax
	addl	$8, %edi
	loop	3b

	movl	$boot_pml4, %eax
	movl	%eax, %cr3
	movl	%cr4, %eax
	orl	$0xa0, %eax			/* PAE, PGE */
	movl	%eax, %cr4
	movl	$0xc0000080, %ecx		/* EFER: LME, NXE */
	rdmsr
	orl	$0x900, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$0x80010021, %eax		/* PG, WP, NE, PE */
	andl	$~0x6000000c, %eax		/* caches on; no EM, no TS */
	movl	%eax, %cr0
	lgdt	boot_gdtr
	ljmp	$8, $long_mode

no_long_mode:
	movl	$no_lm_text, %esi
1:	lodsb
	testb	%al, %al
	jz	2f
	movw	$0x3f8, %dx
	outb	%al, %dx
	jmp	1b
2:	hlt
	jmp	2b
no_lm_text:
	.asciz	"This kernel needs a 64-bit processor.\r\n"

	.code64
long_mode:
	movw	$16, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	xorl	%eax, %eax
	movw	%ax, %fs
	movw	%ax, %gs
	movabsq	$boot_stack_top, %rsp
	movl	%ebp, %edi
	movl	%esi, %esi
	xorl	%ebp, %ebp			/* end of the frame chain */
	movabsq	$high_entry, %rax
	jmp	*%rax

	.align	8
boot_gdt:
	.quad	0, 0x00af9a000000ffff, 0x00cf92000000ffff
boot_gdtr:
	.word	boot_gdtr - boot_gdt - 1
	.long	boot_gdt

	.text
high_entry:
	call	arch_main
1:	cli
	hlt
	jmp	1b

/* The boot stack, which becomes the first thread's: mmu_init() unmaps the
 * guard page below it. */
	.section .bss.stack, "aw", @nobits
	.align	4096
	.globl	boot_stack_guard, boot_stack, boot_stack_top
boot_stack_guard:
	.skip	4096
boot_stack:
	.skip	16384
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
