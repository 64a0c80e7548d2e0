/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <mach/message.h>: types of Mach messages that sources name.
 */
#ifndef _MACH_MESSAGE_H_
#define _MACH_MESSAGE_H_

#include <mach/mach_types.h>

typedef natural_t		mach_msg_size_t;
typedef integer_t		mach_msg_id_t;
typedef kern_return_t		mach_msg_return_t;
typedef natural_t		mach_msg_timeout_t;

#define MACH_MSG_SUCCESS	0

#endif /* _MACH_MESSAGE_H_ */
