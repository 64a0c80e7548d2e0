/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <TargetConditionals.h>: which system a source is compiled for.
 */
#ifndef _TARGETCONDITIONALS_H_
#define _TARGETCONDITIONALS_H_

#ifndef TARGET_OS_MAC
#define TARGET_OS_MAC		1
#define TARGET_OS_OSX		1
#define TARGET_OS_IPHONE	0
#define TARGET_OS_EMBEDDED	0
#define TARGET_CPU_X86_64	1
#define TARGET_RT_64_BIT	1
#define TARGET_RT_LITTLE_ENDIAN	1
#endif

#endif /* _TARGETCONDITIONALS_H_ */
