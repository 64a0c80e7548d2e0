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
 * Makes a random UUID (version 4).
 * Context:   any
 */
void uuid_generate_random(uuid_t out);

/*
 * Writes the text form in upper case.
 * Context:   any
 * Units:     36 characters and NUL
 */
void uuid_unparse(const uuid_t uu, uuid_string_t out);

/*
 * Writes the text form in lower case.
 * Context:   any
 * Units:     36 characters and NUL
 */
void uuid_unparse_lower(const uuid_t uu, uuid_string_t out);

/*
 * Makes a random UUID.
 * Context:   any
 */
void uuid_generate(uuid_t out);

/*
 * Makes a UUID of the time and random bits (version 1).
 * Context:   any
 */
void uuid_generate_time(uuid_t out);

/*
 * Sets a UUID to all zero.
 * Context:   any
 */
void uuid_clear(uuid_t uu);

/*
 * Orders two UUIDs.
 * Returns:   below, equal to or above 0
 * Context:   any
 */
int uuid_compare(const uuid_t uu1, const uuid_t uu2);

/*
 * Copies a UUID.
 * Context:   any
 */
void uuid_copy(uuid_t dst, const uuid_t src);

/*
 * Whether a UUID is all zero.
 * Returns:   1 or 0
 * Context:   any
 */
int uuid_is_null(const uuid_t uu);

/*
 * Reads the text form.
 * Returns:   0, or -1 for text that is no UUID
 * Context:   any
 */
int uuid_parse(const uuid_string_t in, uuid_t uu);

/*
 * Writes the text form in upper case.
 * Context:   any
 * Units:     36 characters and NUL
 */
void uuid_unparse_upper(const uuid_t uu, uuid_string_t out);

__END_DECLS

#endif /* _UUID_UUID_H_ */
