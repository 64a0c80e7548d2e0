/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proof that kexts do not depend on private structures: a build with
 * -DLAYOUT_SHIFT moves the members of those that kexts have handles of.  The
 * same kext files have to work in both kernels (test/qemu/test_layout.py).
 */
#ifndef KERNEL_LAYOUT_H
#define KERNEL_LAYOUT_H

#ifdef LAYOUT_SHIFT
#define LAYOUT_BYTES	48
#define LAYOUT_PAD	char layout_pad_[LAYOUT_BYTES];
#else
#define LAYOUT_BYTES	0
#define LAYOUT_PAD
#endif

#endif
