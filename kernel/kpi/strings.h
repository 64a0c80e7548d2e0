/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <strings.h>: the BSD names of <string.h>: bcopy, bzero, strcasecmp.
 */
#ifndef _STRINGS_H_
#define _STRINGS_H_

#include <string.h>

#endif /* _STRINGS_H_ */
