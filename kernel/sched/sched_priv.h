/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of kernel/sched.
 */
#ifndef KERNEL_SCHED_PRIV_H
#define KERNEL_SCHED_PRIV_H

#include "kernel/sched/thread.h"

/* thread.c: an ended thread goes to the reaper; s held. */
void thread_reap(struct thread *t);
void thread_init_early(void);

/* sched.c */
void sched_prepare(struct thread *t);
void sched_restart(struct thread *t, void (*fn)(void *))
    __attribute__((noreturn));
void sched_exit_current(void) __attribute__((noreturn));
void sched_start(struct thread *idle);
void idle_loop(void *arg);

/* wait.c: the asserting half of a wait; s held. */
void waiter_add(struct waitq *wq, struct waiter *w, const void *chan, int kind,
    uint64_t deadline_ns);

/* wait.c: takes w off its queue and lets its thread run; s held. */
void waiter_wake(struct waiter *w, wait_result_t result);

#endif /* KERNEL_SCHED_PRIV_H */
