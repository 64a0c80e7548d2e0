/* SPDX-License-Identifier: BSD-2-Clause */
/* lo0: made once at start-up, before the first driver; never detached. */
#ifndef NET_DLIL_LOOPBACK_H
#define NET_DLIL_LOOPBACK_H

void	loopback_attach(void);

#endif
