/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Digests with the vectors of their standards; checksums; compression.
 */
#include <libkern/crypto/md5.h>
#include <libkern/crypto/sha1.h>
#include <libkern/crypto/sha2.h>
#include <libkern/libkern.h>
#include <libkern/zlib.h>
#include <string.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include <kpitest.h>

/* Whether the bytes are those that the text has in hexadecimal. */
static int
is_hex(const void *bytes, const char *text)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *b = bytes;

	for (; *text != '\0'; text += 2, b++)
		if (digit[*b >> 4] != text[0] || digit[*b & 15] != text[1])
			return (0);
	return (1);
}

/* RFC 1321, A.5. */
KPI_TEST(MD5Init)
{
	unsigned char d[MD5_DIGEST_LENGTH];
	MD5_CTX ctx;

	MD5Init(&ctx);
	MD5Final(d, &ctx);
	KPI_EXPECT(is_hex(d, "d41d8cd98f00b204e9800998ecf8427e"));
}

KPI_TEST(MD5Update)
{
	unsigned char d[MD5_DIGEST_LENGTH];
	MD5_CTX ctx;

	MD5Init(&ctx);
	MD5Update(&ctx, "abc", 3);
	MD5Final(d, &ctx);
	KPI_EXPECT(is_hex(d, "900150983cd24fb0d6963f7d28e17f72"));
}

KPI_TEST(MD5Final)
{
	static const char text[] = "1234567890123456789012345678901234567890"
	    "1234567890123456789012345678901234567890";
	unsigned char d[MD5_DIGEST_LENGTH];
	unsigned i;
	MD5_CTX ctx;

	MD5Init(&ctx);
	for (i = 0; i < 80; i += 5)	/* in pieces, across a block */
		MD5Update(&ctx, text + i, 5);
	MD5Final(d, &ctx);
	KPI_EXPECT(is_hex(d, "57edf4a22be3c955ac49da2e2107b67a"));
}

/* FIPS 180-4's examples. */
static const char two_blocks[] =
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

KPI_TEST(SHA1Init)
{
	unsigned char d[SHA_DIGEST_LENGTH];
	SHA1_CTX ctx;

	SHA1Init(&ctx);
	SHA1Final(d, &ctx);
	KPI_EXPECT(is_hex(d, "da39a3ee5e6b4b0d3255bfef95601890afd80709"));
}

KPI_TEST(SHA1Update)
{
	unsigned char d[SHA_DIGEST_LENGTH];
	SHA1_CTX ctx;

	SHA1Init(&ctx);
	SHA1Update(&ctx, "abc", 3);
	SHA1Final(d, &ctx);
	KPI_EXPECT(is_hex(d, "a9993e364706816aba3e25717850c26c9cd0d89d"));
}

KPI_TEST(SHA1Final)
{
	unsigned char d[SHA_DIGEST_LENGTH];
	SHA1_CTX ctx;

	SHA1Init(&ctx);
	SHA1Update(&ctx, two_blocks, 50);
	SHA1Update(&ctx, two_blocks + 50, 6);
	SHA1Final(d, &ctx);
	KPI_EXPECT(is_hex(d, "84983e441c3bd26ebaae4aa1f95129e5e54670f1"));
}

#define SHA2_TESTS(bits, empty, abc)					\
KPI_TEST(SHA##bits##_Init)						\
{									\
	unsigned char d[SHA##bits##_DIGEST_LENGTH];			\
	SHA##bits##_CTX ctx;						\
									\
	SHA##bits##_Init(&ctx);						\
	SHA##bits##_Final(d, &ctx);					\
	KPI_EXPECT(is_hex(d, empty));					\
}									\
									\
KPI_TEST(SHA##bits##_Update)						\
{									\
	unsigned char d[SHA##bits##_DIGEST_LENGTH];			\
	SHA##bits##_CTX ctx;						\
									\
	SHA##bits##_Init(&ctx);						\
	SHA##bits##_Update(&ctx, "abc", 3);				\
	SHA##bits##_Final(d, &ctx);					\
	KPI_EXPECT(is_hex(d, abc));					\
}									\
									\
KPI_TEST(SHA##bits##_Final)						\
{									\
	unsigned char d[SHA##bits##_DIGEST_LENGTH];			\
	SHA##bits##_CTX ctx;						\
									\
	SHA##bits##_Init(&ctx);						\
	SHA##bits##_Update(&ctx, "a", 1);				\
	SHA##bits##_Update(&ctx, "bc", 2);				\
	SHA##bits##_Final(d, &ctx);					\
	KPI_EXPECT(is_hex(d, abc));					\
}

SHA2_TESTS(256, "e3b0c44298fc1c149afbf4c8996fb924",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
SHA2_TESTS(384, "38b060a751ac96384cd9327eb1b1e36a21fdb71114be0743",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed")
SHA2_TESTS(512, "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a")

KPI_TEST(adler32)
{
	KPI_EXPECT(adler32(0, NULL, 0) == 1);
	KPI_EXPECT(adler32(1, (const Bytef *)"Wikipedia", 9) == 0x11e60398);
}

KPI_TEST(z_crc32)
{
	const Bytef *check = (const Bytef *)"123456789";

	KPI_EXPECT(z_crc32(0, NULL, 0) == 0);
	KPI_EXPECT(z_crc32(0, check, 9) == 0xcbf43926);
	KPI_EXPECT(z_crc32(z_crc32(0, check, 4), check + 4, 5) == 0xcbf43926);
	KPI_EXPECT(z_crc32(0, check, 9) == crc32(0, check, 9));
}

KPI_TEST(zlibVersion)
{
	KPI_EXPECT(strncmp(zlibVersion(), ZLIB_VERSION, 6) == 0);
	/* As the library itself has it: kernel/lib/zlib.c. */
	KPI_EXPECT(sizeof(z_stream) == 112);
	KPI_EXPECT(offsetof(z_stream, next_out) == 24);
	KPI_EXPECT(offsetof(z_stream, state) == 56);
	KPI_EXPECT(offsetof(z_stream, zalloc) == 64);
	KPI_EXPECT(offsetof(z_stream, adler) == 96);
}

KPI_TEST(zError)
{
	KPI_EXPECT(strcmp(zError(Z_DATA_ERROR), "data error") == 0);
	KPI_EXPECT(strcmp(zError(Z_OK), "") == 0);
}

/* --- streams ----------------------------------------------------------------- */

#define PLAIN	20000

static int blocks;		/* of the streams' memory */
static Bytef *plain, *packed, *back;

static voidpf
stream_alloc(voidpf opaque, uInt items, uInt size)
{
	(void)opaque;
	blocks++;
	return (_MALLOC((size_t)items * size, M_TEMP, M_WAITOK));
}

static void
stream_free(voidpf opaque, voidpf address)
{
	(void)opaque;
	blocks--;
	_FREE(address, M_TEMP);
}

static void
stream_clear(z_stream *z)
{
	bzero(z, sizeof(*z));
	z->zalloc = stream_alloc;
	z->zfree = stream_free;
}

/* Text that repeats, but not at once. */
static void
stream_begin(void)
{
	unsigned i;

	plain = _MALLOC(PLAIN, M_TEMP, M_WAITOK);
	packed = _MALLOC(PLAIN + 100, M_TEMP, M_WAITOK);
	back = _MALLOC(PLAIN, M_TEMP, M_WAITOK);
	for (i = 0; i < PLAIN; i++)
		plain[i] = (Bytef)('a' + (i * i / 300) % 23);
}

static void
stream_end(void)
{
	_FREE(plain, M_TEMP);
	_FREE(packed, M_TEMP);
	_FREE(back, M_TEMP);
	KPI_EXPECT(blocks == 0);
}

/* Packs all of it; how many bytes it became. */
static uInt
stream_pack(z_stream *z)
{
	z->next_in = plain;
	z->avail_in = PLAIN;
	z->next_out = packed;
	z->avail_out = PLAIN + 100;
	KPI_EXPECT(deflate(z, Z_FINISH) == Z_STREAM_END);
	return (PLAIN + 100 - z->avail_out);
}

/* Unpacks n bytes, a hundred at a time; whether it is the plain text. */
static int
stream_unpack(z_stream *z, uInt n)
{
	int r = Z_OK;

	bzero(back, PLAIN);
	z->next_in = packed;
	z->next_out = back;
	z->avail_out = PLAIN;
	while (r == Z_OK && n > 0) {
		z->avail_in = n < 100 ? n : 100;
		n -= z->avail_in;
		r = inflate(z, Z_NO_FLUSH);
	}
	return (r == Z_STREAM_END && z->total_out == PLAIN &&
	    memcmp(plain, back, PLAIN) == 0);
}

KPI_TEST(deflateInit_)
{
	z_stream z;

	bzero(&z, sizeof(z));
	/* No memory functions; another version; another structure. */
	KPI_EXPECT(deflateInit(&z, 6) == Z_STREAM_ERROR);
	stream_clear(&z);
	KPI_EXPECT(deflateInit_(&z, 6, "0.9", sizeof(z)) == Z_VERSION_ERROR);
	KPI_EXPECT(deflateInit_(&z, 6, ZLIB_VERSION, 8) == Z_VERSION_ERROR);
	KPI_EXPECT(deflateInit(&z, 10) == Z_STREAM_ERROR);
	KPI_EXPECT(deflateInit(&z, Z_BEST_SPEED) == Z_OK && blocks > 0);
	KPI_EXPECT(deflateEnd(&z) == Z_OK && blocks == 0);
}

KPI_TEST(deflate)
{
	z_stream z;
	uInt n;

	stream_begin();
	stream_clear(&z);
	KPI_EXPECT(deflateInit(&z, Z_DEFAULT_COMPRESSION) == Z_OK);
	n = stream_pack(&z);
	KPI_EXPECT(n > 100 && n < PLAIN / 2);
	KPI_EXPECT(z.adler == adler32(1, plain, PLAIN));
	KPI_EXPECT(n <= deflateBound(&z, PLAIN));
	KPI_EXPECT(deflateEnd(&z) == Z_OK);
	stream_end();
}

KPI_TEST(inflate)
{
	/* "hello hello hello hello\n", as RFC 1950's other writers pack it. */
	static Bytef hello[] = { 0x78, 0x9c, 0xcb, 0x48, 0xcd, 0xc9, 0xc9,
	    0x57, 0xc8, 0x40, 0x27, 0xb9, 0x00, 0x70, 0xbe, 0x08, 0xbb };
	char text[40] = "";
	z_stream z;

	stream_clear(&z);
	KPI_EXPECT(inflateInit(&z) == Z_OK);
	z.next_in = hello;
	z.avail_in = sizeof(hello);
	z.next_out = (Bytef *)text;
	z.avail_out = sizeof(text);
	KPI_EXPECT(inflate(&z, Z_FINISH) == Z_STREAM_END);
	KPI_EXPECT(strcmp(text, "hello hello hello hello\n") == 0);
	KPI_EXPECT(inflateEnd(&z) == Z_OK);
	/* A byte that was changed is found. */
	hello[5] ^= 0x40;
	stream_clear(&z);
	KPI_EXPECT(inflateInit(&z) == Z_OK);
	z.next_in = hello;
	z.avail_in = sizeof(hello);
	z.next_out = (Bytef *)text;
	z.avail_out = sizeof(text);
	KPI_EXPECT(inflate(&z, Z_FINISH) == Z_DATA_ERROR);
	KPI_EXPECT(inflateEnd(&z) == Z_OK && blocks == 0);
}

KPI_TEST(inflateInit_)
{
	z_stream z, in;
	uInt n;

	stream_begin();
	stream_clear(&z);
	KPI_EXPECT(deflateInit(&z, 9) == Z_OK);
	n = stream_pack(&z);
	KPI_EXPECT(deflateEnd(&z) == Z_OK);
	stream_clear(&in);
	KPI_EXPECT(inflateInit(&in) == Z_OK && stream_unpack(&in, n));
	KPI_EXPECT(inflateEnd(&in) == Z_OK);
	stream_end();
}

/* Raw, as PPP and the like use it; and again with the same memory. */
KPI_TEST(deflateInit2_)
{
	z_stream z, in;
	uInt n, m;

	stream_begin();
	stream_clear(&z);
	KPI_EXPECT(deflateInit2(&z, 6, Z_DEFLATED, -12, 8,
	    Z_DEFAULT_STRATEGY) == Z_OK);
	n = stream_pack(&z);
	stream_clear(&in);
	KPI_EXPECT(inflateInit2(&in, -12) == Z_OK && stream_unpack(&in, n));
	KPI_EXPECT(deflateReset(&z) == Z_OK);
	KPI_EXPECT(deflateParams(&z, 0, Z_DEFAULT_STRATEGY) == Z_OK);
	m = stream_pack(&z);
	KPI_EXPECT(m > PLAIN);		/* level 0: stored */
	KPI_EXPECT(inflateReset(&in) == Z_OK && stream_unpack(&in, m));
	KPI_EXPECT(deflateEnd(&z) == Z_OK && inflateEnd(&in) == Z_OK);
	stream_end();
}

KPI_TEST(deflateSetDictionary)
{
	z_stream z, in, other;
	uInt n;

	stream_begin();
	stream_clear(&z);
	KPI_EXPECT(deflateInit(&z, 6) == Z_OK);
	KPI_EXPECT(deflateSetDictionary(&z, plain, 1000) == Z_OK);
	bzero(&other, sizeof(other));
	KPI_EXPECT(deflateCopy(&other, &z) == Z_OK);
	KPI_EXPECT(deflateEnd(&z) == Z_OK);
	n = stream_pack(&other);
	KPI_EXPECT(deflateEnd(&other) == Z_OK);
	stream_clear(&in);
	KPI_EXPECT(inflateInit(&in) == Z_OK);
	in.next_in = packed;
	in.avail_in = n;
	in.next_out = back;
	in.avail_out = PLAIN;
	KPI_EXPECT(inflate(&in, Z_FINISH) == Z_NEED_DICT);
	KPI_EXPECT(inflateSetDictionary(&in, plain, 1000) == Z_OK);
	KPI_EXPECT(inflate(&in, Z_FINISH) == Z_STREAM_END);
	KPI_EXPECT(memcmp(plain, back, PLAIN) == 0);
	KPI_EXPECT(inflateEnd(&in) == Z_OK);
	stream_end();
}

/* Broken in the middle: it goes on behind the next full flush. */
KPI_TEST(inflateSync)
{
	z_stream z, in, other;
	uInt half;

	stream_begin();
	stream_clear(&z);
	KPI_EXPECT(deflateInit(&z, 6) == Z_OK);
	z.next_in = plain;
	z.avail_in = PLAIN / 2;
	z.next_out = packed;
	z.avail_out = PLAIN + 100;
	KPI_EXPECT(deflate(&z, Z_FULL_FLUSH) == Z_OK);
	half = (uInt)z.total_out;
	z.avail_in = PLAIN / 2;
	KPI_EXPECT(deflate(&z, Z_FINISH) == Z_STREAM_END);
	stream_clear(&in);
	KPI_EXPECT(inflateInit(&in) == Z_OK);
	in.next_in = packed;
	in.avail_in = half - 4;		/* up to the flush's last bytes */
	in.next_out = back;
	in.avail_out = PLAIN;
	KPI_EXPECT(inflate(&in, Z_NO_FLUSH) == Z_OK);
	bzero(&other, sizeof(other));
	KPI_EXPECT(inflateCopy(&other, &in) == Z_OK);
	KPI_EXPECT(inflateEnd(&other) == Z_OK);
	KPI_EXPECT(inflateSyncPoint(&in) == 1);
	in.avail_in = 4 + (uInt)z.total_out - half;
	KPI_EXPECT(inflateSync(&in) == Z_OK);
	KPI_EXPECT(inflateEnd(&in) == Z_OK);
	KPI_EXPECT(deflateEnd(&z) == Z_OK);
	stream_end();
}
