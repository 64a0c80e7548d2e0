/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <sys/ttycom.h>: kept for sources that include it.
 */
#ifndef _SYS_TTYCOM_H_
#define _SYS_TTYCOM_H_

#include <sys/ioccom.h>

struct winsize {
	unsigned short	ws_row;
	unsigned short	ws_col;
	unsigned short	ws_xpixel;
	unsigned short	ws_ypixel;
};

#define TIOCGWINSZ		_IOR('t', 104, struct winsize)

#endif /* _SYS_TTYCOM_H_ */
