/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <stddef.h>: sizes, NULL and offsetof.
 */
#ifndef _STDDEF_H_
#define _STDDEF_H_

#ifndef __KPI_SIZE_T
#define __KPI_SIZE_T
typedef unsigned long size_t;
#endif
#ifndef __KPI_PTRDIFF_T
#define __KPI_PTRDIFF_T
typedef long ptrdiff_t;
#endif
#if !defined(__cplusplus) && !defined(__KPI_WCHAR_T)
#define __KPI_WCHAR_T
typedef int wchar_t;
#endif

#ifndef NULL
#ifdef __cplusplus
#define NULL			__null
#else
#define NULL			((void *)0)
#endif
#endif

#ifndef offsetof
#define offsetof(type, member)	__builtin_offsetof(type, member)
#endif

#endif /* _STDDEF_H_ */
