/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The run queue: one list a priority and a bit for each that is not empty,
 * so that the best thread is found in two instructions whatever is runnable.
 * The caller (sched.c) holds the scheduler's lock.
 */
#ifndef KERNEL_SCHED_RUNQ_H
#define KERNEL_SCHED_RUNQ_H

#include <sys/queue.h>

#include <stdbool.h>
#include <stdint.h>

#include "kernel/sched/thread.h"

TAILQ_HEAD(runq_head, thread);

struct runq {
	uint64_t rq_bits[NPRI / 64];
	unsigned rq_count;
	struct runq_head rq_list[NPRI];
};

void runq_init(struct runq *rq);

/* Adds t at t_prio: at the tail, or at the head when it kept its turn. */
void runq_add(struct runq *rq, struct thread *t, bool at_head);
void runq_remove(struct runq *rq, struct thread *t);

/* Takes the first thread of the highest priority; NULL when empty. */
struct thread *runq_pop(struct runq *rq);

/* Highest priority with a thread, -1 when empty. */
int runq_best(const struct runq *rq);

/* Checks lists against bits and count (tests, debug builds). */
bool runq_check(const struct runq *rq);

#endif /* KERNEL_SCHED_RUNQ_H */
