/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/queue.h>: singly linked lists, tail queues, lists, doubly linked tail
 * queues and circular queues.
 *
 * Every macro has its usual BSD arguments and meaning. The element's link
 * field is named by `field'; the head macros define a structure of the name
 * given (none: anonymous). The _SAFE forms keep the next element in an extra
 * variable, so that the current one may be removed or freed.
 */
#ifndef _SYS_QUEUE_H_
#define _SYS_QUEUE_H_

/*
 * Singly linked list.
 */
#define SLIST_HEAD(name, type)						\
struct name {								\
	struct type *slh_first;						\
}
#define SLIST_HEAD_INITIALIZER(head)	{ 0 }
#define SLIST_ENTRY(type)						\
struct {								\
	struct type *sle_next;						\
}

#define SLIST_EMPTY(head)		((head)->slh_first == 0)
#define SLIST_FIRST(head)		((head)->slh_first)
#define SLIST_NEXT(elm, field)		((elm)->field.sle_next)
#define SLIST_INIT(head)		((void)((head)->slh_first = 0))

#define SLIST_FOREACH(var, head, field)					\
	for ((var) = SLIST_FIRST(head); (var) != 0;			\
	    (var) = SLIST_NEXT(var, field))
#define SLIST_FOREACH_SAFE(var, head, field, tvar)			\
	for ((var) = SLIST_FIRST(head);					\
	    (var) != 0 && ((tvar) = SLIST_NEXT(var, field), 1);		\
	    (var) = (tvar))
#define SLIST_FOREACH_PREVPTR(var, varp, head, field)			\
	for ((varp) = &SLIST_FIRST(head); ((var) = *(varp)) != 0;	\
	    (varp) = &SLIST_NEXT(var, field))

#define SLIST_INSERT_AFTER(slistelm, elm, field) do {			\
	SLIST_NEXT(elm, field) = SLIST_NEXT(slistelm, field);		\
	SLIST_NEXT(slistelm, field) = (elm);				\
} while (0)
#define SLIST_INSERT_HEAD(head, elm, field) do {			\
	SLIST_NEXT(elm, field) = SLIST_FIRST(head);			\
	SLIST_FIRST(head) = (elm);					\
} while (0)
#define SLIST_REMOVE_HEAD(head, field)					\
	((void)(SLIST_FIRST(head) = SLIST_NEXT(SLIST_FIRST(head), field)))
#define SLIST_REMOVE_AFTER(elm, field)					\
	((void)(SLIST_NEXT(elm, field) =				\
	    SLIST_NEXT(SLIST_NEXT(elm, field), field)))
#define SLIST_REMOVE(head, elm, type, field) do {			\
	struct type **slist_pp = &SLIST_FIRST(head);			\
	while (*slist_pp != (elm))					\
		slist_pp = &SLIST_NEXT(*slist_pp, field);		\
	*slist_pp = SLIST_NEXT(*slist_pp, field);			\
} while (0)

/*
 * Singly linked tail queue.
 */
#define STAILQ_HEAD(name, type)						\
struct name {								\
	struct type *stqh_first;					\
	struct type **stqh_last;					\
}
#define STAILQ_HEAD_INITIALIZER(head)	{ 0, &(head).stqh_first }
#define STAILQ_ENTRY(type)						\
struct {								\
	struct type *stqe_next;						\
}

#define STAILQ_EMPTY(head)		((head)->stqh_first == 0)
#define STAILQ_FIRST(head)		((head)->stqh_first)
#define STAILQ_NEXT(elm, field)		((elm)->field.stqe_next)
#define STAILQ_LAST(head, type, field)					\
	(STAILQ_EMPTY(head) ? (struct type *)0 :			\
	    (struct type *)(void *)((char *)(head)->stqh_last -		\
	    __builtin_offsetof(struct type, field)))
#define STAILQ_INIT(head) do {						\
	STAILQ_FIRST(head) = 0;						\
	(head)->stqh_last = &STAILQ_FIRST(head);			\
} while (0)

#define STAILQ_FOREACH(var, head, field)				\
	for ((var) = STAILQ_FIRST(head); (var) != 0;			\
	    (var) = STAILQ_NEXT(var, field))
#define STAILQ_FOREACH_SAFE(var, head, field, tvar)			\
	for ((var) = STAILQ_FIRST(head);				\
	    (var) != 0 && ((tvar) = STAILQ_NEXT(var, field), 1);	\
	    (var) = (tvar))

#define STAILQ_INSERT_HEAD(head, elm, field) do {			\
	if ((STAILQ_NEXT(elm, field) = STAILQ_FIRST(head)) == 0)	\
		(head)->stqh_last = &STAILQ_NEXT(elm, field);		\
	STAILQ_FIRST(head) = (elm);					\
} while (0)
#define STAILQ_INSERT_TAIL(head, elm, field) do {			\
	STAILQ_NEXT(elm, field) = 0;					\
	*(head)->stqh_last = (elm);					\
	(head)->stqh_last = &STAILQ_NEXT(elm, field);			\
} while (0)
#define STAILQ_INSERT_AFTER(head, tqelm, elm, field) do {		\
	if ((STAILQ_NEXT(elm, field) = STAILQ_NEXT(tqelm, field)) == 0)	\
		(head)->stqh_last = &STAILQ_NEXT(elm, field);		\
	STAILQ_NEXT(tqelm, field) = (elm);				\
} while (0)
#define STAILQ_REMOVE_HEAD(head, field) do {				\
	if ((STAILQ_FIRST(head) =					\
	    STAILQ_NEXT(STAILQ_FIRST(head), field)) == 0)		\
		(head)->stqh_last = &STAILQ_FIRST(head);		\
} while (0)
#define STAILQ_REMOVE_HEAD_UNTIL(head, elm, field) do {			\
	if ((STAILQ_FIRST(head) = STAILQ_NEXT(elm, field)) == 0)	\
		(head)->stqh_last = &STAILQ_FIRST(head);		\
} while (0)
#define STAILQ_REMOVE_AFTER(head, elm, field) do {			\
	if ((STAILQ_NEXT(elm, field) =					\
	    STAILQ_NEXT(STAILQ_NEXT(elm, field), field)) == 0)		\
		(head)->stqh_last = &STAILQ_NEXT(elm, field);		\
} while (0)
#define STAILQ_REMOVE(head, elm, type, field) do {			\
	if (STAILQ_FIRST(head) == (elm)) {				\
		STAILQ_REMOVE_HEAD(head, field);			\
	} else {							\
		struct type *stailq_el = STAILQ_FIRST(head);		\
		while (STAILQ_NEXT(stailq_el, field) != (elm))		\
			stailq_el = STAILQ_NEXT(stailq_el, field);	\
		STAILQ_REMOVE_AFTER(head, stailq_el, field);		\
	}								\
} while (0)
#define STAILQ_CONCAT(head1, head2) do {				\
	if (!STAILQ_EMPTY(head2)) {					\
		*(head1)->stqh_last = STAILQ_FIRST(head2);		\
		(head1)->stqh_last = (head2)->stqh_last;		\
		STAILQ_INIT(head2);					\
	}								\
} while (0)
#define STAILQ_SWAP(head1, head2, type) do {				\
	struct type *stailq_first = STAILQ_FIRST(head1);		\
	struct type **stailq_last = (head1)->stqh_last;			\
	STAILQ_FIRST(head1) = STAILQ_FIRST(head2);			\
	(head1)->stqh_last = (head2)->stqh_last;			\
	STAILQ_FIRST(head2) = stailq_first;				\
	(head2)->stqh_last = stailq_last;				\
	if (STAILQ_EMPTY(head1))					\
		(head1)->stqh_last = &STAILQ_FIRST(head1);		\
	if (STAILQ_EMPTY(head2))					\
		(head2)->stqh_last = &STAILQ_FIRST(head2);		\
} while (0)

/*
 * Doubly linked list.
 */
#define LIST_HEAD(name, type)						\
struct name {								\
	struct type *lh_first;						\
}
#define LIST_HEAD_INITIALIZER(head)	{ 0 }
#define LIST_ENTRY(type)						\
struct {								\
	struct type *le_next;						\
	struct type **le_prev;						\
}

#define LIST_EMPTY(head)		((head)->lh_first == 0)
#define LIST_FIRST(head)		((head)->lh_first)
#define LIST_NEXT(elm, field)		((elm)->field.le_next)
#define LIST_INIT(head)			((void)((head)->lh_first = 0))

#define LIST_FOREACH(var, head, field)					\
	for ((var) = LIST_FIRST(head); (var) != 0;			\
	    (var) = LIST_NEXT(var, field))
#define LIST_FOREACH_SAFE(var, head, field, tvar)			\
	for ((var) = LIST_FIRST(head);					\
	    (var) != 0 && ((tvar) = LIST_NEXT(var, field), 1);		\
	    (var) = (tvar))

#define LIST_INSERT_HEAD(head, elm, field) do {				\
	if ((LIST_NEXT(elm, field) = LIST_FIRST(head)) != 0)		\
		LIST_FIRST(head)->field.le_prev = &LIST_NEXT(elm, field); \
	LIST_FIRST(head) = (elm);					\
	(elm)->field.le_prev = &LIST_FIRST(head);			\
} while (0)
#define LIST_INSERT_AFTER(listelm, elm, field) do {			\
	if ((LIST_NEXT(elm, field) = LIST_NEXT(listelm, field)) != 0)	\
		LIST_NEXT(listelm, field)->field.le_prev =		\
		    &LIST_NEXT(elm, field);				\
	LIST_NEXT(listelm, field) = (elm);				\
	(elm)->field.le_prev = &LIST_NEXT(listelm, field);		\
} while (0)
#define LIST_INSERT_BEFORE(listelm, elm, field) do {			\
	(elm)->field.le_prev = (listelm)->field.le_prev;		\
	LIST_NEXT(elm, field) = (listelm);				\
	*(listelm)->field.le_prev = (elm);				\
	(listelm)->field.le_prev = &LIST_NEXT(elm, field);		\
} while (0)
#define LIST_REMOVE(elm, field) do {					\
	if (LIST_NEXT(elm, field) != 0)					\
		LIST_NEXT(elm, field)->field.le_prev =			\
		    (elm)->field.le_prev;				\
	*(elm)->field.le_prev = LIST_NEXT(elm, field);			\
} while (0)
#define LIST_SWAP(head1, head2, type, field) do {			\
	struct type *list_tmp = LIST_FIRST(head1);			\
	LIST_FIRST(head1) = LIST_FIRST(head2);				\
	LIST_FIRST(head2) = list_tmp;					\
	if ((list_tmp = LIST_FIRST(head1)) != 0)			\
		list_tmp->field.le_prev = &LIST_FIRST(head1);		\
	if ((list_tmp = LIST_FIRST(head2)) != 0)			\
		list_tmp->field.le_prev = &LIST_FIRST(head2);		\
} while (0)

/*
 * Doubly linked tail queue.
 */
#define TAILQ_HEAD(name, type)						\
struct name {								\
	struct type *tqh_first;						\
	struct type **tqh_last;						\
}
#define TAILQ_HEAD_INITIALIZER(head)	{ 0, &(head).tqh_first }
#define TAILQ_ENTRY(type)						\
struct {								\
	struct type *tqe_next;						\
	struct type **tqe_prev;						\
}

#define TAILQ_EMPTY(head)		((head)->tqh_first == 0)
#define TAILQ_FIRST(head)		((head)->tqh_first)
#define TAILQ_NEXT(elm, field)		((elm)->field.tqe_next)
/*
 * A link entry and a head have the same shape: the one that tqh_last (or
 * tqe_prev) points into is read as a head to find the element before it.
 */
#define TAILQ_LAST(head, headname)					\
	(*(((struct headname *)(void *)((head)->tqh_last))->tqh_last))
#define TAILQ_PREV(elm, headname, field)				\
	(*(((struct headname *)(void *)((elm)->field.tqe_prev))->tqh_last))
#define TAILQ_INIT(head) do {						\
	TAILQ_FIRST(head) = 0;						\
	(head)->tqh_last = &TAILQ_FIRST(head);				\
} while (0)

#define TAILQ_FOREACH(var, head, field)					\
	for ((var) = TAILQ_FIRST(head); (var) != 0;			\
	    (var) = TAILQ_NEXT(var, field))
#define TAILQ_FOREACH_SAFE(var, head, field, tvar)			\
	for ((var) = TAILQ_FIRST(head);					\
	    (var) != 0 && ((tvar) = TAILQ_NEXT(var, field), 1);		\
	    (var) = (tvar))
#define TAILQ_FOREACH_REVERSE(var, head, headname, field)		\
	for ((var) = TAILQ_LAST(head, headname); (var) != 0;		\
	    (var) = TAILQ_PREV(var, headname, field))
#define TAILQ_FOREACH_REVERSE_SAFE(var, head, headname, field, tvar)	\
	for ((var) = TAILQ_LAST(head, headname);			\
	    (var) != 0 && ((tvar) = TAILQ_PREV(var, headname, field), 1); \
	    (var) = (tvar))

#define TAILQ_INSERT_HEAD(head, elm, field) do {			\
	if ((TAILQ_NEXT(elm, field) = TAILQ_FIRST(head)) != 0)		\
		TAILQ_FIRST(head)->field.tqe_prev =			\
		    &TAILQ_NEXT(elm, field);				\
	else								\
		(head)->tqh_last = &TAILQ_NEXT(elm, field);		\
	TAILQ_FIRST(head) = (elm);					\
	(elm)->field.tqe_prev = &TAILQ_FIRST(head);			\
} while (0)
#define TAILQ_INSERT_TAIL(head, elm, field) do {			\
	TAILQ_NEXT(elm, field) = 0;					\
	(elm)->field.tqe_prev = (head)->tqh_last;			\
	*(head)->tqh_last = (elm);					\
	(head)->tqh_last = &TAILQ_NEXT(elm, field);			\
} while (0)
#define TAILQ_INSERT_AFTER(head, listelm, elm, field) do {		\
	if ((TAILQ_NEXT(elm, field) = TAILQ_NEXT(listelm, field)) != 0)	\
		TAILQ_NEXT(elm, field)->field.tqe_prev =		\
		    &TAILQ_NEXT(elm, field);				\
	else								\
		(head)->tqh_last = &TAILQ_NEXT(elm, field);		\
	TAILQ_NEXT(listelm, field) = (elm);				\
	(elm)->field.tqe_prev = &TAILQ_NEXT(listelm, field);		\
} while (0)
#define TAILQ_INSERT_BEFORE(listelm, elm, field) do {			\
	(elm)->field.tqe_prev = (listelm)->field.tqe_prev;		\
	TAILQ_NEXT(elm, field) = (listelm);				\
	*(listelm)->field.tqe_prev = (elm);				\
	(listelm)->field.tqe_prev = &TAILQ_NEXT(elm, field);		\
} while (0)
#define TAILQ_REMOVE(head, elm, field) do {				\
	if (TAILQ_NEXT(elm, field) != 0)				\
		TAILQ_NEXT(elm, field)->field.tqe_prev =		\
		    (elm)->field.tqe_prev;				\
	else								\
		(head)->tqh_last = (elm)->field.tqe_prev;		\
	*(elm)->field.tqe_prev = TAILQ_NEXT(elm, field);		\
} while (0)
#define TAILQ_CONCAT(head1, head2, field) do {				\
	if (!TAILQ_EMPTY(head2)) {					\
		*(head1)->tqh_last = TAILQ_FIRST(head2);		\
		TAILQ_FIRST(head2)->field.tqe_prev = (head1)->tqh_last;	\
		(head1)->tqh_last = (head2)->tqh_last;			\
		TAILQ_INIT(head2);					\
	}								\
} while (0)
#define TAILQ_SWAP(head1, head2, type, field) do {			\
	struct type *tailq_first = TAILQ_FIRST(head1);			\
	struct type **tailq_last = (head1)->tqh_last;			\
	TAILQ_FIRST(head1) = TAILQ_FIRST(head2);			\
	(head1)->tqh_last = (head2)->tqh_last;				\
	TAILQ_FIRST(head2) = tailq_first;				\
	(head2)->tqh_last = tailq_last;					\
	if ((tailq_first = TAILQ_FIRST(head1)) != 0)			\
		tailq_first->field.tqe_prev = &TAILQ_FIRST(head1);	\
	else								\
		(head1)->tqh_last = &TAILQ_FIRST(head1);		\
	if ((tailq_first = TAILQ_FIRST(head2)) != 0)			\
		tailq_first->field.tqe_prev = &TAILQ_FIRST(head2);	\
	else								\
		(head2)->tqh_last = &TAILQ_FIRST(head2);		\
} while (0)

/*
 * Circular queue: the head itself ends the chain in both directions.
 */
#define CIRCLEQ_HEAD(name, type)					\
struct name {								\
	struct type *cqh_first;						\
	struct type *cqh_last;						\
}
#define CIRCLEQ_ENTRY(type)						\
struct {								\
	struct type *cqe_next;						\
	struct type *cqe_prev;						\
}

#define CIRCLEQ_EMPTY(head)						\
	((void *)(head)->cqh_first == (void *)(head))
#define CIRCLEQ_FIRST(head)		((head)->cqh_first)
#define CIRCLEQ_LAST(head)		((head)->cqh_last)
#define CIRCLEQ_NEXT(elm, field)	((elm)->field.cqe_next)
#define CIRCLEQ_PREV(elm, field)	((elm)->field.cqe_prev)
#define CIRCLEQ_INIT(head) do {						\
	(head)->cqh_first = (__typeof__((head)->cqh_first))(void *)(head); \
	(head)->cqh_last = (__typeof__((head)->cqh_last))(void *)(head); \
} while (0)

#define CIRCLEQ_FOREACH(var, head, field)				\
	for ((var) = (head)->cqh_first; (void *)(var) != (void *)(head); \
	    (var) = (var)->field.cqe_next)

#define CIRCLEQ_INSERT_AFTER(head, listelm, elm, field) do {		\
	(elm)->field.cqe_next = (listelm)->field.cqe_next;		\
	(elm)->field.cqe_prev = (listelm);				\
	if ((void *)(listelm)->field.cqe_next == (void *)(head))	\
		(head)->cqh_last = (elm);				\
	else								\
		(listelm)->field.cqe_next->field.cqe_prev = (elm);	\
	(listelm)->field.cqe_next = (elm);				\
} while (0)
#define CIRCLEQ_INSERT_BEFORE(head, listelm, elm, field) do {		\
	(elm)->field.cqe_next = (listelm);				\
	(elm)->field.cqe_prev = (listelm)->field.cqe_prev;		\
	if ((void *)(listelm)->field.cqe_prev == (void *)(head))	\
		(head)->cqh_first = (elm);				\
	else								\
		(listelm)->field.cqe_prev->field.cqe_next = (elm);	\
	(listelm)->field.cqe_prev = (elm);				\
} while (0)
#define CIRCLEQ_INSERT_HEAD(head, elm, field) do {			\
	(elm)->field.cqe_next = (head)->cqh_first;			\
	(elm)->field.cqe_prev = (__typeof__(elm))(void *)(head);	\
	if (CIRCLEQ_EMPTY(head))					\
		(head)->cqh_last = (elm);				\
	else								\
		(head)->cqh_first->field.cqe_prev = (elm);		\
	(head)->cqh_first = (elm);					\
} while (0)
#define CIRCLEQ_INSERT_TAIL(head, elm, field) do {			\
	(elm)->field.cqe_next = (__typeof__(elm))(void *)(head);	\
	(elm)->field.cqe_prev = (head)->cqh_last;			\
	if (CIRCLEQ_EMPTY(head))					\
		(head)->cqh_first = (elm);				\
	else								\
		(head)->cqh_last->field.cqe_next = (elm);		\
	(head)->cqh_last = (elm);					\
} while (0)
#define CIRCLEQ_REMOVE(head, elm, field) do {				\
	if ((void *)(elm)->field.cqe_next == (void *)(head))		\
		(head)->cqh_last = (elm)->field.cqe_prev;		\
	else								\
		(elm)->field.cqe_next->field.cqe_prev =			\
		    (elm)->field.cqe_prev;				\
	if ((void *)(elm)->field.cqe_prev == (void *)(head))		\
		(head)->cqh_first = (elm)->field.cqe_next;		\
	else								\
		(elm)->field.cqe_prev->field.cqe_next =			\
		    (elm)->field.cqe_next;				\
} while (0)

#endif /* _SYS_QUEUE_H_ */
