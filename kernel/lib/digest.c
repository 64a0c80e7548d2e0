/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digests of <libkern/crypto/...>: the KPI's names and types over libmd's
 * functions, whose contexts have the same layout under other types.
 */
#include <libkern/crypto/md5.h>
#include <libkern/crypto/sha1.h>
#include <libkern/crypto/sha2.h>
#include <stdint.h>

/* libmd's contexts, by size: md5.h, sha1.h, sha2.h of its include/. */
_Static_assert(sizeof(MD5_CTX) == 88, "libmd's MD5_CTX");
_Static_assert(sizeof(SHA1_CTX) == 96, "libmd's SHA1_CTX");
_Static_assert(sizeof(SHA512_CTX) == 208, "libmd's SHA2_CTX");

#define DIGEST_DECLARE(name)						\
	void name##Init(void *ctx);					\
	void name##Update(void *ctx, const uint8_t *p, size_t n);	\
	void name##Final(uint8_t *digest, void *ctx)

/* Renamed (ext.mk), because the KPI has these names. */
DIGEST_DECLARE(libmd_MD5);
DIGEST_DECLARE(libmd_SHA1);
DIGEST_DECLARE(SHA256);
DIGEST_DECLARE(SHA384);
DIGEST_DECLARE(SHA512);

void
MD5Init(MD5_CTX *context)
{
	libmd_MD5Init(context);
}

void
MD5Update(MD5_CTX *context, const void *data, unsigned int len)
{
	libmd_MD5Update(context, data, len);
}

void
MD5Final(unsigned char digest[MD5_DIGEST_LENGTH], MD5_CTX *context)
{
	libmd_MD5Final(digest, context);
}

void
SHA1Init(SHA1_CTX *ctx)
{
	libmd_SHA1Init(ctx);
}

void
SHA1Update(SHA1_CTX *ctx, const void *data, size_t len)
{
	libmd_SHA1Update(ctx, data, len);
}

void
SHA1Final(void *digest, SHA1_CTX *ctx)
{
	libmd_SHA1Final(digest, ctx);
}

#define DIGEST_SHA2(bits)						\
void									\
SHA##bits##_Init(SHA##bits##_CTX *ctx)					\
{									\
	SHA##bits##Init(ctx);						\
}									\
									\
void									\
SHA##bits##_Update(SHA##bits##_CTX *ctx, const void *data, size_t len)	\
{									\
	SHA##bits##Update(ctx, data, len);				\
}									\
									\
void									\
SHA##bits##_Final(void *digest, SHA##bits##_CTX *ctx)			\
{									\
	SHA##bits##Final(digest, ctx);					\
}

DIGEST_SHA2(256)
DIGEST_SHA2(384)
DIGEST_SHA2(512)
