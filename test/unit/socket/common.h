/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_UNIT_SOCKET_COMMON_H
#define TEST_UNIT_SOCKET_COMMON_H

/* Buffers and the socket layer; the first call does it. */
void	socket_test_init(void);

#endif /* TEST_UNIT_SOCKET_COMMON_H */
