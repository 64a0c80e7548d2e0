/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/sha1.h>: the SHA-1 digest (FIPS 180-4).
 */
#ifndef _LIBKERN_CRYPTO_SHA1_H_
#define _LIBKERN_CRYPTO_SHA1_H_

#include <sys/types.h>

#define SHA_DIGEST_LENGTH	20
#define SHA1_RESULTLEN		20

typedef struct sha1_ctxt {
	u_int32_t	state[5];
	u_int64_t	count;		/* bytes so far */
	unsigned char	buffer[64];
} SHA1_CTX;

#ifdef KERNEL
__BEGIN_DECLS

/* Begins a digest.  Context:   any */
void SHA1Init(SHA1_CTX *ctx);

/* Adds len bytes.  Context:   any */
void SHA1Update(SHA1_CTX *ctx, const void *data, size_t len);

/* Ends the digest, stores it and clears *ctx.  Context:   any */
void SHA1Final(void *digest, SHA1_CTX *ctx);
__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_CRYPTO_SHA1_H_ */
