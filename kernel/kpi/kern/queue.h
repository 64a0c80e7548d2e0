/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <kern/queue.h>: doubly linked circular queues of the Mach side.
 *
 * No macro or function is named enqueue or dequeue: sources have class
 * members of these names.
 */
#ifndef _KERN_QUEUE_H_
#define _KERN_QUEUE_H_

#include <mach/mach_types.h>
#include <string.h>

struct queue_entry {
	struct queue_entry	*next;
	struct queue_entry	*prev;
};

typedef struct queue_entry	*queue_t;
typedef struct queue_entry	queue_head_t;
typedef struct queue_entry	queue_chain_t;
typedef struct queue_entry	*queue_entry_t;

#define queue_init(q)		((q)->next = (q)->prev = (q))
#define queue_first(q)		((q)->next)
#define queue_last(q)		((q)->prev)
#define queue_next(qc)		((qc)->next)
#define queue_prev(qc)		((qc)->prev)
#define queue_end(q, qe)	((q) == (qe))
#define queue_empty(q)		queue_end((q), queue_first(q))

#endif /* _KERN_QUEUE_H_ */
