/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makers of chains for the mbuf tests, named as the test vectors name them.
 */
#ifndef TEST_UNIT_MBUF_MBUF_UTIL_H
#define TEST_UNIT_MBUF_MBUF_UTIL_H

#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <string.h>

#include "net/mbuf/mbuf.h"
#include "test/unit/lib/unit.h"

/* Once, before anything else. */
void	mbuf_test_init(void);

/* Two mbufs of a and b bytes (b < 0: only one), with or without header. */
mbuf_t	chain_h(int a, int b);
mbuf_t	chain_p(int a, int b);
/* One header mbuf with a 2048-byte cluster holding n bytes. */
mbuf_t	chain_c(int n);
/* Bytes of a chain are 0, 1, 2 ... modulo 251 from its start. */
void	chain_fill(mbuf_t m);
bool	chain_is(mbuf_t m, size_t off, size_t len, size_t first);
/* Everything given back since the last call of mbuf_test_begin? */
void	mbuf_test_begin(void);
bool	mbuf_test_balanced(void);

#define BEGIN()	do { mbuf_test_init(); mbuf_test_begin(); } while (0)
#define END()	CHECK(mbuf_test_balanced())

#endif /* TEST_UNIT_MBUF_MBUF_UTIL_H */
