/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the gate offers to the registry alone.
 */
#ifndef KERNEL_KEXT_GATE_INTERNAL_H
#define KERNEL_KEXT_GATE_INTERNAL_H

#include "kernel/kext/gate.h"

/* Calls fn for each gate of the kext, with the gate lock held. */
void gate_walk(struct kext *k, void (*fn)(struct gate *, void *), void *arg);

/*
 * Waits until a busy word (g_busy, k_busy) is at most own.
 * Context:   thread, blocks
 */
void gate_wait_word(uint32_t *word, uint32_t own);

/* The number in a busy word. */
uint32_t gate_word(const uint32_t *word);

/* Calls of the current thread that are inside the kext. */
uint32_t gate_depth(const struct kext *k);

#endif
