/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames that nobody sent: see mutate.c.
 */
#ifndef TEST_UNIT_TWOHOSTS_MUTATE_H
#define TEST_UNIT_TWOHOSTS_MUTATE_H

#include <stddef.h>

#define MUTATE_MAX	2000		/* bytes of a frame made here */

/* A random number below n, from the run's seed. */
typedef unsigned (*mutate_rnd)(unsigned n);

/* Changes a frame in a few places; its new length (at most MUTATE_MAX). */
size_t	mutate_frame(unsigned char *frame, size_t len, mutate_rnd rnd);
/* A message that these hosts do not send, from host 1 - to to host `to`. */
size_t	mutate_invent(unsigned char *frame, unsigned to, mutate_rnd rnd);
/* What a server could say to this request of DHCP or DNS; 0: it is none. */
size_t	mutate_answer(unsigned char *out, const unsigned char *frame,
	    size_t len, mutate_rnd rnd);

#endif /* TEST_UNIT_TWOHOSTS_MUTATE_H */
