/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * MD5 and SHA-1 for kexts: the implementations that come with the engine's
 * package, under the names of the KPI.  A context of the KPI holds one of
 * theirs.
 */
#include <libkern/crypto/md5.h>
#include <libkern/crypto/sha1.h>
#include <limits.h>
#include <string.h>

#define LWIP_INCLUDED_POLARSSL_MD5	1
#define LWIP_INCLUDED_POLARSSL_SHA1	1
#include "netif/ppp/polarssl/md5.h"
#include "netif/ppp/polarssl/sha1.h"

_Static_assert(sizeof(md5_context) <= sizeof(MD5_CTX), "MD5_CTX");
_Static_assert(sizeof(sha1_context) <= sizeof(SHA1_CTX), "SHA1_CTX");

#define PIECE	(INT_MAX / 64 * 64)

void
MD5Init(MD5_CTX *ctx)
{
	md5_starts((md5_context *)ctx);
}

void
MD5Update(MD5_CTX *ctx, const void *data, unsigned int len)
{
	const unsigned char *p = data;

	for (; len > PIECE; len -= PIECE, p += PIECE)
		md5_update((md5_context *)ctx, p, PIECE);
	md5_update((md5_context *)ctx, p, (int)len);
}

void
MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *ctx)
{
	md5_finish((md5_context *)ctx, digest);
	memset(ctx, 0, sizeof(*ctx));
}

void
SHA1Init(SHA1_CTX *ctx)
{
	sha1_starts((sha1_context *)ctx);
}

void
SHA1Update(SHA1_CTX *ctx, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (; len > PIECE; len -= PIECE, p += PIECE)
		sha1_update((sha1_context *)ctx, p, PIECE);
	sha1_update((sha1_context *)ctx, p, (int)len);
}

void
SHA1Final(void *digest, SHA1_CTX *ctx)
{
	sha1_finish((sha1_context *)ctx, digest);
	memset(ctx, 0, sizeof(*ctx));
}
