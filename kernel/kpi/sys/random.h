/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/random.h>: random bytes from the kernel's generator.
 */
#ifndef _SYS_RANDOM_H_
#define _SYS_RANDOM_H_

#include <sys/types.h>

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Fills a buffer with random bytes.
 * Context:   any
 * Units:     numBytes in bytes
 */
void read_random(void *buffer, u_int numBytes);

__END_DECLS
#endif /* KERNEL */

#endif /* _SYS_RANDOM_H_ */
