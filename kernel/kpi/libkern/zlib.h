/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/zlib.h>: compression and decompression in memory (RFC 1950, 1951,
 * 1952).  The code is zlib's own; see its manual for every detail.
 *
 * A stream's memory comes from zalloc and goes to zfree, which the caller has
 * to give: without them init answers Z_STREAM_ERROR.  A stream belongs to one
 * thread at a time.
 *
 * Upstream: 10.5 to 10.15 (zlib 1.2.3 there).  Deviations: gz files are not
 * there; zlib's crc32 is called z_crc32, as in the reference, because
 * <libkern/libkern.h> has crc32.
 */
#ifndef LIBKERN_ZLIB_H
#define LIBKERN_ZLIB_H

#include <sys/cdefs.h>
#include <sys/types.h>

#define ZLIB_VERSION	"1.2.13"
#define ZLIB_VERNUM	0x12d0

#define Z_NO_FLUSH	0
#define Z_PARTIAL_FLUSH	1
#define Z_SYNC_FLUSH	2
#define Z_FULL_FLUSH	3
#define Z_FINISH	4
#define Z_BLOCK		5
#define Z_PACKET_FLUSH	2	/* 10.5's name, for PPP */

#define Z_OK		0
#define Z_STREAM_END	1
#define Z_NEED_DICT	2
#define Z_ERRNO		(-1)
#define Z_STREAM_ERROR	(-2)
#define Z_DATA_ERROR	(-3)
#define Z_MEM_ERROR	(-4)
#define Z_BUF_ERROR	(-5)
#define Z_VERSION_ERROR	(-6)

#define Z_NO_COMPRESSION	0
#define Z_BEST_SPEED		1
#define Z_BEST_COMPRESSION	9
#define Z_DEFAULT_COMPRESSION	(-1)

#define Z_DEFAULT_STRATEGY	0
#define Z_FILTERED		1
#define Z_HUFFMAN_ONLY		2
#define Z_RLE			3
#define Z_FIXED			4

#define Z_BINARY	0
#define Z_TEXT		1
#define Z_ASCII		Z_TEXT
#define Z_UNKNOWN	2

#define Z_DEFLATED	8
#define Z_NULL		0
#define MAX_WBITS	15
#define MAX_MEM_LEVEL	9

typedef unsigned char Byte;
typedef unsigned int uInt;
typedef unsigned long uLong;
typedef Byte Bytef;
typedef void *voidpf;
typedef voidpf (*alloc_func)(voidpf opaque, uInt items, uInt size);
typedef void (*free_func)(voidpf opaque, voidpf address);

struct internal_state;

typedef struct z_stream_s {
	Bytef	*next_in;	/* next byte to read */
	uInt	avail_in;	/* bytes there */
	uLong	total_in;	/* bytes read so far */
	Bytef	*next_out;	/* where the next byte goes */
	uInt	avail_out;	/* room there */
	uLong	total_out;	/* bytes written so far */
	char	*msg;		/* last error, or NULL */
	struct internal_state *state;
	alloc_func zalloc;	/* called from init and, rarely, later */
	free_func zfree;
	voidpf	opaque;		/* given to both */
	int	data_type;	/* a guess: Z_BINARY, Z_TEXT */
	uLong	adler;		/* checksum of the plain data */
	uLong	reserved;
} z_stream;

typedef z_stream *z_streamp;

__BEGIN_DECLS

/* The version of the library, which begins as ZLIB_VERSION does. */
const char *zlibVersion(void);

/*
 * Begin: called through the macros below.
 * Returns:   Z_OK; Z_MEM_ERROR, Z_STREAM_ERROR (a bad parameter),
 *            Z_VERSION_ERROR
 * Context:   as zalloc needs it
 */
int deflateInit_(z_streamp strm, int level, const char *version,
    int stream_size);
int deflateInit2_(z_streamp strm, int level, int method, int windowBits,
    int memLevel, int strategy, const char *version, int stream_size);
int inflateInit_(z_streamp strm, const char *version, int stream_size);
int inflateInit2_(z_streamp strm, int windowBits, const char *version,
    int stream_size);

#define deflateInit(strm, level)					\
	deflateInit_((strm), (level), ZLIB_VERSION, (int)sizeof(z_stream))
#define deflateInit2(strm, level, method, bits, mem, strategy)		\
	deflateInit2_((strm), (level), (method), (bits), (mem),		\
	    (strategy), ZLIB_VERSION, (int)sizeof(z_stream))
#define inflateInit(strm)						\
	inflateInit_((strm), ZLIB_VERSION, (int)sizeof(z_stream))
#define inflateInit2(strm, bits)					\
	inflateInit2_((strm), (bits), ZLIB_VERSION, (int)sizeof(z_stream))

/*
 * Go on, as far as input and room allow.
 * Returns:   Z_OK; Z_STREAM_END when all is out; Z_BUF_ERROR when nothing
 *            could be done; Z_NEED_DICT, Z_DATA_ERROR, Z_MEM_ERROR (inflate);
 *            Z_STREAM_ERROR
 */
int deflate(z_streamp strm, int flush);
int inflate(z_streamp strm, int flush);

/* End, and give the memory back.  Returns Z_OK, or why it was too early. */
int deflateEnd(z_streamp strm);
int inflateEnd(z_streamp strm);

/* Begin anew with the memory there is. */
int deflateReset(z_streamp strm);
int inflateReset(z_streamp strm);

/* Change level and strategy on the way. */
int deflateParams(z_streamp strm, int level, int strategy);

/* What the other side knows as well. */
int deflateSetDictionary(z_streamp strm, const Bytef *dictionary,
    uInt dictLength);
int inflateSetDictionary(z_streamp strm, const Bytef *dictionary,
    uInt dictLength);

/* A second stream in the same state. */
int deflateCopy(z_streamp dest, z_streamp source);
int inflateCopy(z_streamp dest, z_streamp source);

/* Skips broken data up to the next full flush. */
int inflateSync(z_streamp strm);
int inflateSyncPoint(z_streamp strm);

/* The most that sourceLen bytes can become. */
uLong deflateBound(z_streamp strm, uLong sourceLen);

/* Checksums; begin with adler32(0, NULL, 0) and z_crc32(0, NULL, 0). */
uLong adler32(uLong adler, const Bytef *buf, uInt len);
uLong z_crc32(uLong crc, const Bytef *buf, uInt len);

/* An error in words. */
const char *zError(int err);

__END_DECLS

#endif
