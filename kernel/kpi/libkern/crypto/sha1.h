/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/sha1.h>: SHA-1 (FIPS 180-4, 6.1).
 *
 * Upstream: 10.5 to 10.15.  Deviations: the members of SHA1_CTX have other
 * names; it is opaque.
 */
#ifndef LIBKERN_CRYPTO_SHA1_H
#define LIBKERN_CRYPTO_SHA1_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define SHA_DIGEST_LENGTH	20
#define SHA1_DIGEST_LENGTH	20
#define SHA1_RESULTLEN		(160 / 8)

typedef struct sha1_ctxt {
	u_int32_t	state[5];
	u_int64_t	count;		/* bits */
	u_int8_t	buffer[64];
} SHA1_CTX;

__BEGIN_DECLS

/*
 * Begins a digest.
 * Ownership: borrows ctx
 * Context:   any thread, interrupt
 */
void SHA1Init(SHA1_CTX *ctx);

/*
 * Takes len more bytes in.
 * Ownership: borrows data
 * Context:   any thread, interrupt
 */
void SHA1Update(SHA1_CTX *ctx, const void *data, size_t len);

/*
 * Ends the digest, writes its 20 bytes and clears the context.
 * Context:   any thread, interrupt
 */
void SHA1Final(void *digest, SHA1_CTX *ctx);

__END_DECLS

#endif
