/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/crypto/md5.h>: MD5 (RFC 1321).  For what has to agree with others
 * that use it; it is broken as a defence against forgery.
 *
 * Upstream: 10.4 to 10.15.
 */
#ifndef LIBKERN_CRYPTO_MD5_H
#define LIBKERN_CRYPTO_MD5_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define MD5_DIGEST_LENGTH	16

typedef struct {
	u_int32_t	state[4];
	u_int64_t	count;		/* bits */
	unsigned char	buffer[64];
} MD5_CTX;

__BEGIN_DECLS

/*
 * Begins a digest.
 * Ownership: borrows context
 * Context:   any thread, interrupt
 */
void MD5Init(MD5_CTX *context);

/*
 * Takes len more bytes in.
 * Ownership: borrows data
 * Context:   any thread, interrupt
 */
void MD5Update(MD5_CTX *context, const void *data, unsigned int len);

/*
 * Ends the digest, writes it and clears the context.
 * Context:   any thread, interrupt
 */
void MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *context);

__END_DECLS

#endif
