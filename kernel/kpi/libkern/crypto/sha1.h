/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/sha1.h>: SHA-1 (FIPS 180-4).
 *
 * Deviations: the context's members are its implementation's.
 */
#ifndef _LIBKERN_CRYPTO_SHA1_H_
#define _LIBKERN_CRYPTO_SHA1_H_

#include <sys/types.h>
#include <sys/cdefs.h>

#define SHA_DIGEST_LENGTH	20
#define SHA1_DIGEST_LENGTH	20
#define SHA1_RESULTLEN		20

typedef struct sha1_ctxt {
	unsigned long	opaque[15];
} SHA1_CTX;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Begins a digest.
 * Context:   any
 */
void SHA1Init(SHA1_CTX *ctx);

/*
 * Adds bytes to a digest.
 * Context:   any
 */
void SHA1Update(SHA1_CTX *ctx, const void *data, size_t len);

/*
 * Ends a digest; the context is cleared.
 * Context:   any
 */
void SHA1Final(void *digest, SHA1_CTX *ctx);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_CRYPTO_SHA1_H_ */
