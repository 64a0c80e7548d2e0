/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/md5.h>: the MD5 message digest (RFC 1321).
 */
#ifndef _LIBKERN_CRYPTO_MD5_H_
#define _LIBKERN_CRYPTO_MD5_H_

#include <sys/types.h>

#define MD5_DIGEST_LENGTH	16

typedef struct {
	u_int32_t	state[4];
	u_int64_t	count;		/* bytes so far */
	unsigned char	buffer[64];
} MD5_CTX;

#ifdef KERNEL
__BEGIN_DECLS

/* Begins a digest.  Context:   any */
void MD5Init(MD5_CTX *ctx);

/* Adds len bytes.  Context:   any */
void MD5Update(MD5_CTX *ctx, const void *data, unsigned int len);

/* Ends the digest, stores it and clears *ctx.  Context:   any */
void MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *ctx);
__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_CRYPTO_MD5_H_ */
