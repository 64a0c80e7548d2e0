/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/md5.h>: MD5 (RFC 1321).
 *
 * Deviations: the context's members are its implementation's.
 */
#ifndef _LIBKERN_CRYPTO_MD5_H_
#define _LIBKERN_CRYPTO_MD5_H_

#include <sys/types.h>
#include <sys/cdefs.h>

#define MD5_DIGEST_LENGTH	16

typedef struct {
	unsigned long	opaque[14];
} MD5_CTX;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Begins a digest.
 * Context:   any
 */
void MD5Init(MD5_CTX *ctx);

/*
 * Adds bytes to a digest.
 * Context:   any
 */
void MD5Update(MD5_CTX *ctx, const void *data, unsigned int len);

/*
 * Ends a digest; the context is cleared.
 * Context:   any
 */
void MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *ctx);

__END_DECLS
#endif /* KERNEL */

#endif /* _LIBKERN_CRYPTO_MD5_H_ */
