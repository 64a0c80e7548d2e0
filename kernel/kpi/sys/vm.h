/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/vm.h>: kept for sources that include it; nothing but <sys/cdefs.h>.
 */
#ifndef _SYS_VM_H_
#define _SYS_VM_H_

#include <sys/cdefs.h>

#endif /* _SYS_VM_H_ */
