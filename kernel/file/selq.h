/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between select.c and kqueue.c: the select lock and what runs under it.
 */
#ifndef KERNEL_FILE_SELQ_H
#define KERNEL_FILE_SELQ_H

#include "kernel/file/select.h"

/* A spin lock, taken after every other lock but the scheduler's. */
void sel_lock(void);
void sel_unlock(void);

/* selwakeup_hint() with the lock held. */
void sel_wake_locked(struct selq *q, long hint);

/* kqueue.c: the note becomes active; lock held. */
void knote_activate(struct knote *kn);

/* kqueue.c: the object of the note has gone; lock held. */
void knote_orphan(struct knote *kn);

/* select.c: takes the note off its queue; lock held. */
void selq_unnote(struct knote *kn);

#endif /* KERNEL_FILE_SELQ_H */
