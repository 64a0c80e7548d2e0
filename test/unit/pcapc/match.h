/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEST_UNIT_PCAPC_MATCH_H
#define TEST_UNIT_PCAPC_MATCH_H

#include <stddef.h>
#include <stdint.h>

/* Instructions, -1 with a message, -2: our own validator refuses it. */
int	match_compile(const char *text, unsigned dlt, char *err, size_t errsize);
int	match_packet(const uint8_t *pkt, size_t len, size_t wirelen);

#endif
