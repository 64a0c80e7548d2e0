/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/filio.h>: ioctl requests on any descriptor.
 */
#ifndef _SYS_FILIO_H_
#define _SYS_FILIO_H_

#include <sys/ioccom.h>

#define FIOCLEX			_IO('f', 1)	/* close on exec */
#define FIONCLEX		_IO('f', 2)
#define FIODTYPE		_IOR('f', 122, int)
#define FIOGETOWN		_IOR('f', 123, int)
#define FIOSETOWN		_IOW('f', 124, int)
#define FIOASYNC		_IOW('f', 125, int)
#define FIONBIO			_IOW('f', 126, int)	/* do not block */
#define FIONREAD		_IOR('f', 127, int)	/* bytes to read */

#endif /* _SYS_FILIO_H_ */
