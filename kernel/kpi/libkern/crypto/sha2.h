/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/sha2.h>: SHA-256, SHA-384 and SHA-512 (FIPS 180-4).
 *
 * Upstream: 10.9 to 10.15.  Deviations: one type of context for all three,
 * and its members have other names; it is opaque.
 */
#ifndef LIBKERN_CRYPTO_SHA2_H
#define LIBKERN_CRYPTO_SHA2_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define SHA256_BLOCK_LENGTH	64
#define SHA256_DIGEST_LENGTH	32
#define SHA384_BLOCK_LENGTH	128
#define SHA384_DIGEST_LENGTH	48
#define SHA512_BLOCK_LENGTH	128
#define SHA512_DIGEST_LENGTH	64

typedef struct {
	u_int64_t	state[8];
	u_int64_t	bitcount[2];
	u_int8_t	buffer[128];
} SHA256_CTX, SHA384_CTX, SHA512_CTX;

__BEGIN_DECLS

/*
 * Begin a digest.
 * Ownership: borrow ctx
 * Context:   any thread, interrupt
 */
void SHA256_Init(SHA256_CTX *ctx);
void SHA384_Init(SHA384_CTX *ctx);
void SHA512_Init(SHA512_CTX *ctx);

/*
 * Take len more bytes in.
 * Ownership: borrow data
 * Context:   any thread, interrupt
 */
void SHA256_Update(SHA256_CTX *ctx, const void *data, size_t len);
void SHA384_Update(SHA384_CTX *ctx, const void *data, size_t len);
void SHA512_Update(SHA512_CTX *ctx, const void *data, size_t len);

/*
 * End the digest, write its bytes and clear the context.
 * Context:   any thread, interrupt
 */
void SHA256_Final(void *digest, SHA256_CTX *ctx);
void SHA384_Final(void *digest, SHA384_CTX *ctx);
void SHA512_Final(void *digest, SHA512_CTX *ctx);

__END_DECLS

#endif
