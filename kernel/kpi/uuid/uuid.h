/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <uuid/uuid.h>: universally unique identifiers.
 */
#ifndef _UUID_UUID_H_
#define _UUID_UUID_H_

#include <sys/cdefs.h>
#include <stdint.h>
#include <stdbool.h>

typedef unsigned char		uuid_t[16];
typedef char			uuid_string_t[37];

static const uuid_t UUID_NULL __unused = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
};

__BEGIN_DECLS

/*
 * Version 4 identifier.
 */
void uuid_generate_random(uuid_t out);

/*
 * Upper-case text, 36 characters and NUL.
 */
void uuid_unparse(const uuid_t uu, uuid_string_t out);

/*
 * Lower-case text.
 */
void uuid_unparse_lower(const uuid_t uu, uuid_string_t out);

/*
 * Random uuid (also uuid_copy, uuid_compare, uuid_is_null, uuid_clear,
 * uuid_parse, uuid_unparse*).
 */
void uuid_generate(uuid_t out);

/*
 * Version 1 identifier.
 */
void uuid_generate_time(uuid_t out);

/*
 * All bytes zero.
 */
void uuid_clear(uuid_t uu);

/*
 * Byte order comparison, negative, 0 or positive.
 */
int uuid_compare(const uuid_t uu1, const uuid_t uu2);

/*
 * 16-byte copy.
 */
void uuid_copy(uuid_t dst, const uuid_t src);

/*
 * 1 when all bytes are zero.
 */
int uuid_is_null(const uuid_t uu);

/*
 * Text of 36 characters to binary; 0 or -1.
 */
int uuid_parse(const uuid_string_t in, uuid_t uu);

/*
 * Upper-case text.
 */
void uuid_unparse_upper(const uuid_t uu, uuid_string_t out);

__END_DECLS

#endif /* _UUID_UUID_H_ */
