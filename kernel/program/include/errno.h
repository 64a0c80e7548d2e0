/* SPDX-License-Identifier: BSD-2-Clause */
/* errno is the calling thread's; the numbers are those of <sys/errno.h>. */
#ifndef _ERRNO_H_
#define _ERRNO_H_

#include <ulib_cdefs.h>
#include <sys/errno.h>

int *__error(void) __U(__error);
#define errno (*__error())

#endif /* _ERRNO_H_ */
