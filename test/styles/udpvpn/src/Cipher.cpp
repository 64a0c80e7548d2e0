/* SPDX-License-Identifier: BSD-2-Clause */
#include "Vpn.h"

extern "C" {
#include <libkern/crypto/sha1.h>
}

/* Blocks of digests over key, number and position; not for serious use. */
class DigestCipher : public Cipher {
	u_int8_t secret[SHA1_RESULTLEN];
public:
	virtual void key(const void *bytes, size_t len)
	{
		SHA1_CTX c;

		SHA1Init(&c);
		SHA1Update(&c, bytes, len);
		SHA1Final(secret, &c);
	}
	virtual void stream(u_int32_t seq, u_int8_t *data, size_t len) const;
	virtual u_int32_t tag(u_int32_t seq, const u_int8_t *data, size_t len) const;
};

void
DigestCipher::stream(u_int32_t seq, u_int8_t *data, size_t len) const
{
	u_int8_t block[SHA1_RESULTLEN];

	for (u_int32_t at = 0; at < len; at++) {
		if (at % sizeof(block) == 0) {
			u_int32_t n[2] = { htonl(seq), htonl(at) };
			SHA1_CTX c;

			SHA1Init(&c);
			SHA1Update(&c, secret, sizeof(secret));
			SHA1Update(&c, n, sizeof(n));
			SHA1Final(block, &c);
		}
		data[at] ^= block[at % sizeof(block)];
	}
}

u_int32_t
DigestCipher::tag(u_int32_t seq, const u_int8_t *data, size_t len) const
{
	u_int8_t digest[SHA1_RESULTLEN];
	u_int32_t n = htonl(seq);
	SHA1_CTX c;

	SHA1Init(&c);
	SHA1Update(&c, secret, sizeof(secret));
	SHA1Update(&c, &n, sizeof(n));
	SHA1Update(&c, data, len);
	SHA1Final(digest, &c);
	bcopy(digest, &n, sizeof(n));
	return (n);
}

Cipher *
Cipher::create()
{
	return (new DigestCipher);
}
