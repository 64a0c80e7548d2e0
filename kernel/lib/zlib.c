/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * That <libkern/zlib.h> describes the zlib that is compiled in.  This file
 * sees the library's header, not ours, and defines nothing.
 */
#include <stddef.h>

#include <zlib.h>

/* The same numbers hold for the KPI's z_stream (kpi_libkern tests them). */
_Static_assert(sizeof(z_stream) == 112, "z_stream");
_Static_assert(offsetof(z_stream, next_out) == 24, "next_out");
_Static_assert(offsetof(z_stream, state) == 56, "state");
_Static_assert(offsetof(z_stream, zalloc) == 64, "zalloc");
_Static_assert(offsetof(z_stream, adler) == 96, "adler");
_Static_assert(ZLIB_VERNUM == 0x12d0, "version");
_Static_assert(Z_FINISH == 4 && Z_BLOCK == 5 && Z_NEED_DICT == 2 &&
    Z_VERSION_ERROR == -6 && Z_FIXED == 4 && MAX_WBITS == 15 &&
    Z_DEFLATED == 8, "constants");
