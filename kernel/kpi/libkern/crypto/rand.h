/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/rand.h>: random bytes.
 */
#ifndef _LIBKERN_CRYPTO_RAND_H_
#define _LIBKERN_CRYPTO_RAND_H_

#include <sys/types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Fills a buffer with random bytes.
 * Returns:   0
 * Context:   any
 * Units:     buflen in bytes
 */
int random_buf(void *buf, size_t buflen);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_CRYPTO_RAND_H_ */
