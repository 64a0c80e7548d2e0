/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <libkern/tree.h>: the kernel's own name of <sys/tree.h>.
 */
#ifndef _LIBKERN_TREE_H_
#define _LIBKERN_TREE_H_

#include <sys/tree.h>

#endif /* _LIBKERN_TREE_H_ */
