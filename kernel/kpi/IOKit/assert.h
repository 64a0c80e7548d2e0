/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <IOKit/assert.h>: the name I/O Kit's sources use for <kern/assert.h>.
 */
#ifndef _IOKIT_ASSERT_H_
#define _IOKIT_ASSERT_H_

#include <kern/assert.h>

#endif /* _IOKIT_ASSERT_H_ */
