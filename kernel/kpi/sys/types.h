/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/types.h>: the scalar types of the system.
 *
 * The 64-bit types are `long long'; size_t and the pointer-sized integers are
 * `long'. user_addr_t holds an address of a caller's memory.
 */
#ifndef _SYS_TYPES_H_
#define _SYS_TYPES_H_

#include <sys/cdefs.h>
#include <stdint.h>
#include <stddef.h>
#include <machine/endian.h>

typedef int8_t			__int8_t;
typedef int16_t			__int16_t;
typedef int32_t			__int32_t;
typedef int64_t			__int64_t;
typedef uint8_t			__uint8_t;
typedef uint16_t		__uint16_t;
typedef uint32_t		__uint32_t;
typedef uint64_t		__uint64_t;

typedef unsigned char		u_int8_t;
typedef unsigned short		u_int16_t;
typedef unsigned int		u_int32_t;
typedef unsigned long long	u_int64_t;

typedef unsigned char		u_char;
typedef unsigned short		u_short;
typedef unsigned short		ushort;
typedef unsigned int		u_int;
typedef unsigned int		uint;
typedef unsigned long		u_long;
typedef u_int64_t		u_quad_t;
typedef int64_t			quad_t;
typedef quad_t			*qaddr_t;

#ifndef __KPI_SSIZE_T
#define __KPI_SSIZE_T
typedef long			ssize_t;
#endif

typedef char			*caddr_t;
typedef int32_t			daddr_t;
typedef int32_t			dev_t;
typedef int32_t			pid_t;
typedef u_int32_t		uid_t;
typedef u_int32_t		gid_t;
typedef u_int32_t		id_t;
typedef u_int32_t		fixpt_t;
typedef int64_t			off_t;
typedef int64_t			blkcnt_t;
typedef int32_t			blksize_t;
typedef u_int32_t		ino_t;
typedef u_int64_t		ino64_t;
typedef u_int16_t		mode_t;
typedef u_int16_t		nlink_t;
typedef int32_t			segsz_t;
typedef int32_t			swblk_t;
typedef long			time_t;
typedef unsigned long		clock_t;
typedef int32_t			suseconds_t;
typedef u_int32_t		useconds_t;
typedef u_int32_t		sigset_t;
typedef int			errno_t;
typedef u_int32_t		in_addr_t;
typedef u_int16_t		in_port_t;
typedef u_int8_t		sa_family_t;
typedef u_int32_t		socklen_t;

typedef u_int64_t		user_addr_t;
typedef u_int64_t		user_size_t;
typedef u_int64_t		user_ulong_t;
typedef int64_t			user_ssize_t;
typedef int64_t			user_long_t;
typedef int64_t			user_time_t;
typedef int64_t			user_off_t;
typedef u_int64_t		user64_addr_t;
typedef u_int64_t		user64_size_t;
typedef int64_t			user64_ssize_t;
typedef int64_t			user64_time_t;
typedef u_int32_t		user32_addr_t;
typedef u_int32_t		user32_size_t;
typedef int32_t			user32_ssize_t;
typedef int32_t			user32_time_t;

#ifndef NBBY
#define NBBY			8
#endif

#define USER_ADDR_NULL		((user_addr_t)0)
#define CAST_USER_ADDR_T(ptr)	((user_addr_t)(uintptr_t)(ptr))
#define CAST_DOWN(type, addr)	((type)((uintptr_t)(addr)))

/* A device number: 8 bits of major, 24 bits of minor number. */
#define major(x)		((int32_t)(((u_int32_t)(x) >> 24) & 0xff))
#define minor(x)		((int32_t)((x) & 0xffffff))
#define makedev(ma, mi)		((dev_t)(((u_int32_t)(ma) << 24) | (u_int32_t)(mi)))

#endif /* _SYS_TYPES_H_ */
