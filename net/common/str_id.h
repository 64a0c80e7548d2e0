/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One number space for names of modules: mbuf tag ids, vendor codes of kernel
 * events and interface families are all the number of a string.  A string
 * has one number everywhere, 1000 or more, and keeps it until reboot.
 */
#ifndef NET_COMMON_STR_ID_H
#define NET_COMMON_STR_ID_H

#include <sys/types.h>
#include <stdbool.h>
#include <stdint.h>

#define NET_STR_ID_FIRST	1000

/*
 * The number of a string, made on first use.
 * Returns:   0; EINVAL if name or id is NULL; ENOMEM
 * Context:   thread, may block
 */
errno_t	net_str_id_find(const char *name, uint32_t *id);
/* The number of a string that has one; ENOENT otherwise. */
errno_t	net_str_id_lookup(const char *name, uint32_t *id);
/* True if some string has this number. */
bool	net_str_id_valid(uint32_t id);
/* The string behind a number, or NULL. */
const char *net_str_id_name(uint32_t id);

#endif /* NET_COMMON_STR_ID_H */
