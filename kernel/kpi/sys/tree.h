/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/tree.h>: red-black trees and splay trees out of structures that hold
 * their own links.
 *
 *	RB_HEAD(name, type)		a tree's root
 *	RB_ENTRY(type)			the links in each element
 *	RB_PROTOTYPE(name, type, field, cmp)	declares the functions
 *	RB_GENERATE(name, type, field, cmp)	defines them
 *
 * cmp(a, b) is below, at or above zero as a sorts before, like or behind b.
 * RB_INSERT returns NULL, or the element that is there already under the same
 * key (the new one is not inserted then); RB_REMOVE what was removed; RB_FIND
 * the element or NULL; RB_NFIND that or the next one behind.  No element is
 * allocated or freed, and no lock is taken: the caller serialises.
 *
 * A red element has black children, and every way down from an element passes
 * the same number of black ones.  SPLAY_ has the same calls over a tree that
 * moves what was looked up to its root.
 *
 * Deviations: the colour is a member of its own.
 */
#ifndef _SYS_TREE_H_
#define _SYS_TREE_H_

#include <sys/cdefs.h>

#ifndef NULL
#include <stddef.h>
#endif

#define RB_BLACK	0
#define RB_RED		1
#define RB_NEGINF	(-1)
#define RB_INF		1

#define RB_HEAD(name, type)						\
struct name {								\
	struct type *rbh_root;						\
}
#define RB_INITIALIZER(root)		{ NULL }
#define RB_ENTRY(type)							\
struct {								\
	struct type *rbe_left;						\
	struct type *rbe_right;						\
	struct type *rbe_parent;					\
	int rbe_color;							\
}

#define RB_LEFT(elm, field)		(elm)->field.rbe_left
#define RB_RIGHT(elm, field)		(elm)->field.rbe_right
#define RB_PARENT(elm, field)		(elm)->field.rbe_parent
#define RB_COLOR(elm, field)		(elm)->field.rbe_color
#define RB_ROOT(head)			(head)->rbh_root
#define RB_EMPTY(head)			(RB_ROOT(head) == NULL)
#define RB_INIT(head)							\
	do { RB_ROOT(head) = NULL; } while (0)
#define RB_SET(elm, parent, field)					\
	do {								\
		RB_PARENT(elm, field) = (parent);			\
		RB_LEFT(elm, field) = RB_RIGHT(elm, field) = NULL;	\
		RB_COLOR(elm, field) = RB_RED;				\
	} while (0)

#define RB_PROTOTYPE_SC(_sc_, name, type, field, cmp)			\
_sc_ struct type *name##_RB_INSERT(struct name *, struct type *);	\
_sc_ struct type *name##_RB_REMOVE(struct name *, struct type *);	\
_sc_ struct type *name##_RB_FIND(struct name *, struct type *);		\
_sc_ struct type *name##_RB_NFIND(struct name *, struct type *);	\
_sc_ struct type *name##_RB_NEXT(struct type *);			\
_sc_ struct type *name##_RB_PREV(struct type *);			\
_sc_ struct type *name##_RB_MINMAX(struct name *, int);
#define RB_PROTOTYPE_SC_PREV(_sc_, name, type, field, cmp)		\
	RB_PROTOTYPE_SC(_sc_, name, type, field, cmp)
#define RB_PROTOTYPE(name, type, field, cmp)				\
	RB_PROTOTYPE_SC(extern, name, type, field, cmp)
#define RB_PROTOTYPE_PREV(name, type, field, cmp)			\
	RB_PROTOTYPE_SC(extern, name, type, field, cmp)
#define RB_PROTOTYPE_STATIC(name, type, field, cmp)			\
	RB_PROTOTYPE_SC(static __unused, name, type, field, cmp)

/* Moving, and the pair of functions that mend colours. */
#define RB_GENERATE_BALANCE(name, type, field)				\
/* Puts `to` where `from` hangs. */					\
static __unused void							\
name##_RB_HANG(struct name *head, struct type *from, struct type *to)	\
{									\
	struct type *up = RB_PARENT(from, field);			\
									\
	if (up == NULL)							\
		RB_ROOT(head) = to;					\
	else if (RB_LEFT(up, field) == from)				\
		RB_LEFT(up, field) = to;				\
	else								\
		RB_RIGHT(up, field) = to;				\
	if (to != NULL)							\
		RB_PARENT(to, field) = up;				\
}									\
/* Turns elm down to the left (or right); its child takes its place. */	\
static __unused void							\
name##_RB_TURN(struct name *head, struct type *elm, int left)		\
{									\
	struct type *child, *inner;					\
									\
	child = left ? RB_RIGHT(elm, field) : RB_LEFT(elm, field);	\
	inner = left ? RB_LEFT(child, field) : RB_RIGHT(child, field);	\
	name##_RB_HANG(head, elm, child);				\
	if (left) {							\
		RB_RIGHT(elm, field) = inner;				\
		RB_LEFT(child, field) = elm;				\
	} else {							\
		RB_LEFT(elm, field) = inner;				\
		RB_RIGHT(child, field) = elm;				\
	}								\
	if (inner != NULL)						\
		RB_PARENT(inner, field) = elm;				\
	RB_PARENT(elm, field) = child;					\
}									\
/* elm is red and new: no red element below a red one. */		\
static __unused void							\
name##_RB_INSERTED(struct name *head, struct type *elm)			\
{									\
	struct type *up, *top, *uncle;					\
	int left;							\
									\
	while ((up = RB_PARENT(elm, field)) != NULL &&			\
	    RB_COLOR(up, field) == RB_RED) {				\
		top = RB_PARENT(up, field);				\
		left = RB_LEFT(top, field) == up;			\
		uncle = left ? RB_RIGHT(top, field) :			\
		    RB_LEFT(top, field);				\
		if (uncle != NULL && RB_COLOR(uncle, field) == RB_RED) { \
			RB_COLOR(up, field) = RB_BLACK;			\
			RB_COLOR(uncle, field) = RB_BLACK;		\
			RB_COLOR(top, field) = RB_RED;			\
			elm = top;					\
			continue;					\
		}							\
		if (elm == (left ? RB_RIGHT(up, field) :		\
		    RB_LEFT(up, field))) {				\
			name##_RB_TURN(head, up, left);			\
			up = elm;					\
		}							\
		RB_COLOR(up, field) = RB_BLACK;				\
		RB_COLOR(top, field) = RB_RED;				\
		name##_RB_TURN(head, top, !left);			\
		break;							\
	}								\
	RB_COLOR(RB_ROOT(head), field) = RB_BLACK;			\
}									\
/* Below up, at elm (which may be NULL), a black element is missing. */	\
static __unused void							\
name##_RB_REMOVED(struct name *head, struct type *up, struct type *elm)	\
{									\
	struct type *other, *near, *far;				\
	int left;							\
									\
	while (up != NULL &&						\
	    (elm == NULL || RB_COLOR(elm, field) == RB_BLACK)) {	\
		left = RB_LEFT(up, field) == elm;			\
		other = left ? RB_RIGHT(up, field) : RB_LEFT(up, field); \
		if (RB_COLOR(other, field) == RB_RED) {			\
			RB_COLOR(other, field) = RB_BLACK;		\
			RB_COLOR(up, field) = RB_RED;			\
			name##_RB_TURN(head, up, left);			\
			other = left ? RB_RIGHT(up, field) :		\
			    RB_LEFT(up, field);				\
		}							\
		near = left ? RB_LEFT(other, field) :			\
		    RB_RIGHT(other, field);				\
		far = left ? RB_RIGHT(other, field) :			\
		    RB_LEFT(other, field);				\
		if ((near == NULL || RB_COLOR(near, field) == RB_BLACK) && \
		    (far == NULL || RB_COLOR(far, field) == RB_BLACK)) { \
			RB_COLOR(other, field) = RB_RED;		\
			elm = up;					\
			up = RB_PARENT(elm, field);			\
			continue;					\
		}							\
		if (far == NULL || RB_COLOR(far, field) == RB_BLACK) {	\
			RB_COLOR(near, field) = RB_BLACK;		\
			RB_COLOR(other, field) = RB_RED;		\
			name##_RB_TURN(head, other, !left);		\
			other = near;					\
			far = left ? RB_RIGHT(other, field) :		\
			    RB_LEFT(other, field);			\
		}							\
		RB_COLOR(other, field) = RB_COLOR(up, field);		\
		RB_COLOR(up, field) = RB_BLACK;				\
		RB_COLOR(far, field) = RB_BLACK;			\
		name##_RB_TURN(head, up, left);				\
		elm = RB_ROOT(head);					\
		break;							\
	}								\
	if (elm != NULL)						\
		RB_COLOR(elm, field) = RB_BLACK;			\
}

#define RB_GENERATE_SC(_sc_, name, type, field, cmp)			\
RB_GENERATE_BALANCE(name, type, field)					\
_sc_ struct type *							\
name##_RB_INSERT(struct name *head, struct type *elm)			\
{									\
	struct type *at = RB_ROOT(head), *up = NULL;			\
	int c = 0;							\
									\
	while (at != NULL) {						\
		up = at;						\
		c = (cmp)(elm, up);					\
		if (c == 0)						\
			return (at);					\
		at = c < 0 ? RB_LEFT(at, field) : RB_RIGHT(at, field);	\
	}								\
	RB_SET(elm, up, field);						\
	if (up == NULL)							\
		RB_ROOT(head) = elm;					\
	else if (c < 0)							\
		RB_LEFT(up, field) = elm;				\
	else								\
		RB_RIGHT(up, field) = elm;				\
	name##_RB_INSERTED(head, elm);					\
	return (NULL);							\
}									\
_sc_ struct type *							\
name##_RB_REMOVE(struct name *head, struct type *elm)			\
{									\
	struct type *next, *child, *up;					\
	int color = RB_COLOR(elm, field);				\
									\
	if (RB_LEFT(elm, field) == NULL || RB_RIGHT(elm, field) == NULL) { \
		child = RB_LEFT(elm, field) != NULL ?			\
		    RB_LEFT(elm, field) : RB_RIGHT(elm, field);		\
		up = RB_PARENT(elm, field);				\
		name##_RB_HANG(head, elm, child);			\
	} else {							\
		next = RB_RIGHT(elm, field);				\
		while (RB_LEFT(next, field) != NULL)			\
			next = RB_LEFT(next, field);			\
		color = RB_COLOR(next, field);				\
		child = RB_RIGHT(next, field);				\
		up = RB_PARENT(next, field);				\
		if (up == elm)						\
			up = next;					\
		else {							\
			name##_RB_HANG(head, next, child);		\
			RB_RIGHT(next, field) = RB_RIGHT(elm, field);	\
			RB_PARENT(RB_RIGHT(next, field), field) = next;	\
		}							\
		name##_RB_HANG(head, elm, next);			\
		RB_LEFT(next, field) = RB_LEFT(elm, field);		\
		RB_PARENT(RB_LEFT(next, field), field) = next;		\
		RB_COLOR(next, field) = RB_COLOR(elm, field);		\
	}								\
	if (color == RB_BLACK)						\
		name##_RB_REMOVED(head, up, child);			\
	return (elm);							\
}									\
_sc_ struct type *							\
name##_RB_FIND(struct name *head, struct type *elm)			\
{									\
	struct type *at = RB_ROOT(head);				\
	int c = 0;							\
									\
	while (at != NULL && (c = (cmp)(elm, at)) != 0)			\
		at = c < 0 ? RB_LEFT(at, field) : RB_RIGHT(at, field);	\
	return (at);							\
}									\
_sc_ struct type *							\
name##_RB_NFIND(struct name *head, struct type *elm)			\
{									\
	struct type *at = RB_ROOT(head), *best = NULL;			\
	int c = 0;							\
									\
	while (at != NULL && (c = (cmp)(elm, at)) != 0) {		\
		if (c < 0)						\
			best = at;					\
		at = c < 0 ? RB_LEFT(at, field) : RB_RIGHT(at, field);	\
	}								\
	return (at != NULL ? at : best);				\
}									\
_sc_ struct type *							\
name##_RB_NEXT(struct type *elm)					\
{									\
	struct type *at = RB_RIGHT(elm, field);				\
									\
	if (at != NULL) {						\
		while (RB_LEFT(at, field) != NULL)			\
			at = RB_LEFT(at, field);			\
		return (at);						\
	}								\
	while ((at = RB_PARENT(elm, field)) != NULL &&			\
	    RB_RIGHT(at, field) == elm)					\
		elm = at;						\
	return (at);							\
}									\
_sc_ struct type *							\
name##_RB_PREV(struct type *elm)					\
{									\
	struct type *at = RB_LEFT(elm, field);				\
									\
	if (at != NULL) {						\
		while (RB_RIGHT(at, field) != NULL)			\
			at = RB_RIGHT(at, field);			\
		return (at);						\
	}								\
	while ((at = RB_PARENT(elm, field)) != NULL &&			\
	    RB_LEFT(at, field) == elm)					\
		elm = at;						\
	return (at);							\
}									\
_sc_ struct type *							\
name##_RB_MINMAX(struct name *head, int val)				\
{									\
	struct type *at = RB_ROOT(head), *last = NULL;			\
									\
	for (; at != NULL; at = val < 0 ? RB_LEFT(at, field) :		\
	    RB_RIGHT(at, field))					\
		last = at;						\
	return (last);							\
}
#define RB_GENERATE(name, type, field, cmp)				\
	RB_GENERATE_SC(, name, type, field, cmp)
#define RB_GENERATE_PREV(name, type, field, cmp)			\
	RB_GENERATE_SC(, name, type, field, cmp)
#define RB_GENERATE_STATIC(name, type, field, cmp)			\
	RB_GENERATE_SC(static __unused, name, type, field, cmp)

#define RB_INSERT(name, head, elm)	name##_RB_INSERT(head, elm)
#define RB_REMOVE(name, head, elm)	name##_RB_REMOVE(head, elm)
#define RB_FIND(name, head, elm)	name##_RB_FIND(head, elm)
#define RB_NFIND(name, head, elm)	name##_RB_NFIND(head, elm)
#define RB_NEXT(name, head, elm)	name##_RB_NEXT(elm)
#define RB_PREV(name, head, elm)	name##_RB_PREV(elm)
#define RB_MIN(name, head)		name##_RB_MINMAX(head, RB_NEGINF)
#define RB_MAX(name, head)		name##_RB_MINMAX(head, RB_INF)
#define RB_FOREACH(var, name, head)					\
	for ((var) = RB_MIN(name, head); (var) != NULL;			\
	    (var) = name##_RB_NEXT(var))
#define RB_FOREACH_FROM(var, name, next)				\
	for ((var) = (next);						\
	    (var) != NULL && ((next) = name##_RB_NEXT(var), 1);		\
	    (var) = (next))
#define RB_FOREACH_SAFE(var, name, head, next)				\
	for ((var) = RB_MIN(name, head);				\
	    (var) != NULL && ((next) = name##_RB_NEXT(var), 1);		\
	    (var) = (next))
#define RB_FOREACH_REVERSE(var, name, head)				\
	for ((var) = RB_MAX(name, head); (var) != NULL;			\
	    (var) = name##_RB_PREV(var))
#define RB_FOREACH_REVERSE_SAFE(var, name, head, prev)			\
	for ((var) = RB_MAX(name, head);				\
	    (var) != NULL && ((prev) = name##_RB_PREV(var), 1);		\
	    (var) = (prev))

/* --- splay trees ---------------------------------------------------------- */

#define SPLAY_HEAD(name, type)						\
struct name {								\
	struct type *sph_root;						\
}
#define SPLAY_INITIALIZER(root)		{ NULL }
#define SPLAY_ENTRY(type)						\
struct {								\
	struct type *spe_left;						\
	struct type *spe_right;						\
}
#define SPLAY_LEFT(elm, field)		(elm)->field.spe_left
#define SPLAY_RIGHT(elm, field)		(elm)->field.spe_right
#define SPLAY_ROOT(head)		(head)->sph_root
#define SPLAY_EMPTY(head)		(SPLAY_ROOT(head) == NULL)
#define SPLAY_INIT(head)						\
	do { SPLAY_ROOT(head) = NULL; } while (0)

#define SPLAY_PROTOTYPE(name, type, field, cmp)				\
static __unused void name##_SPLAY(struct name *, struct type *);	\
static __unused struct type *name##_SPLAY_INSERT(struct name *,		\
    struct type *);							\
static __unused struct type *name##_SPLAY_REMOVE(struct name *,		\
    struct type *);							\
static __unused struct type *name##_SPLAY_FIND(struct name *,		\
    struct type *);							\
static __unused struct type *name##_SPLAY_NEXT(struct name *,		\
    struct type *);							\
static __unused struct type *name##_SPLAY_MINMAX(struct name *, int);

#define SPLAY_GENERATE(name, type, field, cmp)				\
/* Moves elm, or what sorts next to it, to the root, top down: lo and hi	\
 * collect what sorts before and behind, at their inner ends. */	\
static __unused void							\
name##_SPLAY(struct name *head, struct type *elm)			\
{									\
	struct type *at = SPLAY_ROOT(head), *lo = NULL, *hi = NULL;	\
	struct type **loend = &lo, **hiend = &hi, *next;		\
	int c, d;							\
									\
	if (at == NULL)							\
		return;							\
	while ((c = (cmp)(elm, at)) != 0) {				\
		next = c < 0 ? SPLAY_LEFT(at, field) :			\
		    SPLAY_RIGHT(at, field);				\
		if (next == NULL)					\
			break;						\
		d = (cmp)(elm, next);					\
		if (c < 0 && d < 0) {					\
			SPLAY_LEFT(at, field) = SPLAY_RIGHT(next, field); \
			SPLAY_RIGHT(next, field) = at;			\
			at = next;					\
		} else if (c > 0 && d > 0) {				\
			SPLAY_RIGHT(at, field) = SPLAY_LEFT(next, field); \
			SPLAY_LEFT(next, field) = at;			\
			at = next;					\
		}							\
		next = c < 0 ? SPLAY_LEFT(at, field) :			\
		    SPLAY_RIGHT(at, field);				\
		if (next == NULL)					\
			break;						\
		if (c < 0) {						\
			*hiend = at;					\
			hiend = &SPLAY_LEFT(at, field);			\
		} else {						\
			*loend = at;					\
			loend = &SPLAY_RIGHT(at, field);		\
		}							\
		at = next;						\
	}								\
	*loend = SPLAY_LEFT(at, field);					\
	*hiend = SPLAY_RIGHT(at, field);				\
	SPLAY_LEFT(at, field) = lo;					\
	SPLAY_RIGHT(at, field) = hi;					\
	SPLAY_ROOT(head) = at;						\
}									\
static __unused struct type *						\
name##_SPLAY_INSERT(struct name *head, struct type *elm)		\
{									\
	struct type *at;						\
	int c = 0;							\
									\
	name##_SPLAY(head, elm);					\
	at = SPLAY_ROOT(head);						\
	if (at != NULL && (c = (cmp)(elm, at)) == 0)			\
		return (at);						\
	SPLAY_LEFT(elm, field) = SPLAY_RIGHT(elm, field) = NULL;	\
	if (at != NULL && c < 0) {					\
		SPLAY_LEFT(elm, field) = SPLAY_LEFT(at, field);		\
		SPLAY_RIGHT(elm, field) = at;				\
		SPLAY_LEFT(at, field) = NULL;				\
	} else if (at != NULL) {					\
		SPLAY_RIGHT(elm, field) = SPLAY_RIGHT(at, field);	\
		SPLAY_LEFT(elm, field) = at;				\
		SPLAY_RIGHT(at, field) = NULL;				\
	}								\
	SPLAY_ROOT(head) = elm;						\
	return (NULL);							\
}									\
static __unused struct type *						\
name##_SPLAY_FIND(struct name *head, struct type *elm)			\
{									\
	name##_SPLAY(head, elm);					\
	return (!SPLAY_EMPTY(head) && (cmp)(elm, SPLAY_ROOT(head)) == 0 ? \
	    SPLAY_ROOT(head) : NULL);					\
}									\
static __unused struct type *						\
name##_SPLAY_REMOVE(struct name *head, struct type *elm)		\
{									\
	struct type *right;						\
									\
	if (name##_SPLAY_FIND(head, elm) == NULL)			\
		return (NULL);						\
	elm = SPLAY_ROOT(head);						\
	right = SPLAY_RIGHT(elm, field);				\
	SPLAY_ROOT(head) = SPLAY_LEFT(elm, field);			\
	if (SPLAY_EMPTY(head))						\
		SPLAY_ROOT(head) = right;				\
	else {								\
		name##_SPLAY(head, elm);				\
		SPLAY_RIGHT(SPLAY_ROOT(head), field) = right;		\
	}								\
	return (elm);							\
}									\
static __unused struct type *						\
name##_SPLAY_NEXT(struct name *head, struct type *elm)			\
{									\
	struct type *at;						\
									\
	name##_SPLAY(head, elm);					\
	at = SPLAY_RIGHT(elm, field);					\
	while (at != NULL && SPLAY_LEFT(at, field) != NULL)		\
		at = SPLAY_LEFT(at, field);				\
	return (at);							\
}									\
static __unused struct type *						\
name##_SPLAY_MINMAX(struct name *head, int val)				\
{									\
	struct type *at = SPLAY_ROOT(head), *last = NULL;		\
									\
	for (; at != NULL; at = val < 0 ? SPLAY_LEFT(at, field) :	\
	    SPLAY_RIGHT(at, field))					\
		last = at;						\
	if (last != NULL)						\
		name##_SPLAY(head, last);				\
	return (last);							\
}

#define SPLAY_NEGINF	(-1)
#define SPLAY_INF	1
#define SPLAY_INSERT(name, head, elm)	name##_SPLAY_INSERT(head, elm)
#define SPLAY_REMOVE(name, head, elm)	name##_SPLAY_REMOVE(head, elm)
#define SPLAY_FIND(name, head, elm)	name##_SPLAY_FIND(head, elm)
#define SPLAY_NEXT(name, head, elm)	name##_SPLAY_NEXT(head, elm)
#define SPLAY_MIN(name, head)						\
	(SPLAY_EMPTY(head) ? NULL : name##_SPLAY_MINMAX(head, SPLAY_NEGINF))
#define SPLAY_MAX(name, head)						\
	(SPLAY_EMPTY(head) ? NULL : name##_SPLAY_MINMAX(head, SPLAY_INF))
#define SPLAY_FOREACH(var, name, head)					\
	for ((var) = SPLAY_MIN(name, head); (var) != NULL;		\
	    (var) = SPLAY_NEXT(name, head, var))

#endif /* _SYS_TREE_H_ */
